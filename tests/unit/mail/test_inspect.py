"""``maildesk inspect``."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from maildesk.cli.inspect import inspect
from tests.unit.mail.samples import DSN, SAMPLES, mail

KEYS = ["message_id", "in_reply_to", "references", "date", "from", "reply_to", "to", "cc", "subject", "text_plain"]
KEYS += [
    "html",
    "text",
    "new_text",
    "signature",
    "language",
    "automatic",
    "reason",
    "bounce",
    "attachments",
    "problems",
]


def files(folder: Path, *mails: bytes) -> list[str]:
    paths = [folder / f"{number}.eml" for number in range(len(mails))]
    for path, raw in zip(paths, mails, strict=True):
        path.write_bytes(raw)
    return [str(path) for path in paths]


def test_json_is_one_object_a_line_in_the_order_of_files(tmp_path: Path) -> None:
    run = CliRunner().invoke(inspect, ["--json", *files(tmp_path, *SAMPLES.values())])
    lines = [json.loads(line) for line in run.output.split("\n") if line]
    assert run.exit_code == 0
    assert len(lines) == len(SAMPLES)
    assert [list(line) for line in lines] == [KEYS] * len(lines)
    assert lines[0]["from"] == [{"name": "Eva Lind", "address": "eva@customer.example"}]
    assert lines[0]["date"] == "2026-11-24T09:30:00+01:00"


def test_a_bounce_shows_its_recipients(tmp_path: Path) -> None:
    run = CliRunner().invoke(inspect, ["--json", *files(tmp_path, DSN)])
    assert json.loads(run.output)["bounce"]["recipients"][0]["status"] == "5.1.1"
    assert "gone@customer.example failed 5.1.1" in CliRunner().invoke(inspect, files(tmp_path, DSN)).output


def test_a_file_that_is_not_there_costs_only_itself(tmp_path: Path) -> None:
    run = CliRunner().invoke(inspect, ["--json", str(tmp_path / "none.eml"), *files(tmp_path, SAMPLES["plain"])])
    assert run.exit_code == 66
    assert json.loads(run.stdout.strip())["subject"] == "Printer"


def test_a_mail_cannot_steer_the_terminal(tmp_path: Path) -> None:
    run = CliRunner().invoke(inspect, files(tmp_path, mail("red \x1b[31malert\u202egnp\n", subject="a\x1b]0;b")))
    assert "\x1b[31malert" not in run.output
    assert "\u202e" not in run.output


def test_standard_input_is_read() -> None:
    assert (
        json.loads(CliRunner().invoke(inspect, ["--json", "-"], input=SAMPLES["plain"]).output)["subject"] == "Printer"
    )
