"""``maildesk arrivals save``: a mail's files in a folder."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from maildesk import app
from maildesk.config import load
from maildesk.daemon.arriving import commit
from maildesk.intake.incoming import Incoming
from tests.unit.cli.conftest import Run

MAIL = (
    b"From: maria@customer.example\r\nTo: support@example.com\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nhello\r\n"
    b'--b\r\nContent-Type: text/csv\r\nContent-Disposition: attachment; filename="../../list.csv"\r\n\r\na,b\r\n'
    b"--b--\r\n"
)


def test_the_files_of_a_mail_are_saved_under_safe_names_and_nothing_is_overwritten(
    run: Run, site: Path, tmp_path: Path
) -> None:
    desk = app.build(load(site))
    try:
        came = Incoming("smtp", "maria@customer.example", ("support@example.com",), MAIL, datetime.now(UTC))
        commit(desk.database, [came])
    finally:
        desk.close()
    into = tmp_path / "files"
    into.mkdir()
    for _ in range(2):
        assert run("--config", site, "arrivals", "save", "2", "--into", into).code == 0
    assert sorted(each.name for each in into.iterdir()) == ["list-2.csv", "list.csv"]
    assert (into / "list.csv").read_bytes() == (into / "list-2.csv").read_bytes() == b"a,b"


def test_a_mail_without_files_says_so(run: Run, site: Path) -> None:
    told = run("--config", site, "arrivals", "save", "1")
    assert told.code != 0
    assert "has no files" in told.err
