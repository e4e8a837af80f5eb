"""The command line: what each command says, what it changes, and the code with which it ends."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from maildesk.cli.main import COMMANDS, main
from maildesk.cli.rows import Request, request_of, safe
from maildesk.config import load
from tests.unit.cli.conftest import CONFIG, MAIL, Run

BAD = Path(__file__).parents[1] / "config" / "bad"


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_help_names_every_command(run: Run) -> None:
    told = run("--help")
    assert told.code == 0
    assert all(f"\n  {name} " in told.out for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(run: Run, name: str) -> None:
    told = run(name, "--help")
    assert (told.code, told.err) == (0, "")
    assert f"maildesk {name}" in told.out


@pytest.mark.parametrize(
    ("arguments", "heavy"), [("--help", "pydantic sqlalchemy jinja2"), ("inspect --help", "pydantic sqlalchemy")]
)
def test_what_needs_no_site_starts_without_the_heavy_libraries(arguments: str, heavy: str) -> None:
    program = f"""
import sys
from maildesk.cli.main import main
try: main({arguments.split()!r})
except SystemExit: pass
print([each for each in {heavy.split()!r} if each in sys.modules], file=sys.stderr)
"""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stderr.strip() == "[]"


def test_an_unknown_command_is_wrong_usage(run: Run) -> None:
    told = run("tikets")
    assert told.code == 64
    assert "No such command 'tikets'" in told.err


# init


def test_init_writes_a_site_that_check_finds_sound_and_never_overwrites(run: Run, tmp_path: Path) -> None:
    assert run("init", tmp_path / "site").code == 0
    config = tmp_path / "site" / "config" / "maildesk.toml"
    secret = tmp_path / "site" / "var" / "secret"
    assert secret.stat().st_mode & 0o777 == 0o600
    config.write_text(config.read_text().replace("Example Support", "Ours").replace("127.0.0.1:2525", "127.0.0.1:0"))
    kept = (config.read_text(), secret.read_text())
    told = run("init", tmp_path / "site")
    assert (told.code, told.out.count("kept")) == (0, 3)
    assert (config.read_text(), secret.read_text()) == kept
    assert (tmp_path / "site" / "var" / "maildesk.db").exists()
    assert (tmp_path / "site" / "templates").is_dir()
    checked = run("--config", config, "check")
    assert (checked.code, checked.err) == (0, "")


def test_init_where_nothing_can_be_written_is_one_sentence(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    told = run("init", tmp_path / "file" / "site")
    assert told.code == 75
    assert "cannot be written" in told.err


# check


@pytest.mark.parametrize("path", sorted(BAD.glob("*.toml")), ids=lambda path: path.stem)
@pytest.mark.parametrize("command", ["check", "run"])
def test_a_config_with_faults_is_78_and_every_fault_is_told(run: Run, path: Path, command: str) -> None:
    told = run("--config", path, command)
    assert told.code == 78
    expected = path.with_suffix(".txt").read_text(encoding="utf-8")
    assert told.err.replace(f"{path.parent}/", "") == expected


def test_check_tells_all_that_files_templates_and_servers_lack_at_once(run: Run, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, socket.create_server(("127.0.0.1", 0)) as nobody:
        ports = taken.getsockname()[1], nobody.getsockname()[1]
        nobody.close()
        folder = tmp_path / "templates" / "en"
        folder.mkdir(parents=True)
        (folder / "received.md").write_text("---\nsubject: x\n---\n{{ no_such_thing }}\n")
        (tmp_path / "password").write_text("geheim\n")
        (tmp_path / "password").chmod(0o644)
        path = tmp_path / "maildesk.toml"
        path.write_text(
            CONFIG.replace("127.0.0.1:0", f"127.0.0.1:{ports[0]}").replace("[[agent]]", 'language = "fi"\n\n[[agent]]')
            + f'[outgoing]\nrelay = "smtp://127.0.0.1:{ports[1]}"\n'
            + '[[imap]]\nhost = "127.0.0.1"\nuser = "u"\npassword_file = "password"\n'
        )
        told = run("--config", path, "check")
    assert told.code == 78
    assert "Traceback" not in told.err
    for part in (
        f'{path}:7: desk.language: The templates in "fi" are not complete',
        f"{path}:15: smtp.listen: Cannot listen on 127.0.0.1:{ports[0]}",
        f"{path}:17: outgoing.relay: The relay 127.0.0.1:{ports[1]} cannot be used",
        f"{path}:21: imap.password_file: {tmp_path}/password: Others can read this secret file",
        f"{folder}/received.md:4: ",
    ):
        assert part in told.err, (part, told.err)


def test_check_notes_what_a_desk_may_begin_without(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "maildesk.toml"
    path.write_text(CONFIG[: CONFIG.index("[[agent]]")] + '[smtp]\nlisten = ""\n')
    told = run("--config", path, "check")
    assert told.code == 0
    for part in (
        "support@example.com has no agents",
        "There is no relay, so mail is written into",
        "No authserv_id is",
    ):
        assert f"Note: {part}" in told.out

    path.write_text(path.read_text().replace("[smtp]", 'authserv_id = "mx.example.com"\n[smtp]'))
    assert "authserv_id" not in run("--config", path, "check").out


# Lists and verbs


def test_tickets_in_json_have_the_keys_that_scripts_rely_on(run: Run, site: Path) -> None:
    told = run("--config", site, "tickets", "--json")
    (ticket,) = lines(told.out)
    keys = "number desk state requester assignee priority language subject opened promise"
    assert set(keys.split()) <= ticket.keys()
    assert (ticket["desk"], ticket["state"], ticket["requester"]) == ("support@example.com", "open", "carl@example.org")
    assert ticket["promise"].endswith("+00:00")


@pytest.mark.parametrize("kind", ["tickets", "arrivals", "deliveries", "timers"])
def test_every_list_shows_a_line_for_each_row(run: Run, site: Path, kind: str) -> None:
    in_json = run("--config", site, kind, "--json")
    for_people = run("--config", site, kind)
    assert in_json.code == for_people.code == 0
    assert len(lines(in_json.out)) == len(for_people.out.splitlines()) - 1  # its heading


def test_a_list_names_its_columns_in_words_and_what_is_done_has_no_next_attempt(run: Run, site: Path) -> None:
    told = run("--config", site, "deliveries").out.splitlines()
    assert "  NEXT ATTEMPT " in told[0]
    (done,) = lines(run("--config", site, "arrivals", "--json").out)
    assert (done["state"], done["next_attempt_at"]) == ("done", None)
    assert all(each["next_attempt_at"] for each in lines(run("--config", site, "deliveries", "--json").out))
    assert "  spam: no\n" in run("--config", site, "arrivals", "show", "1").out


@pytest.mark.parametrize("kind", ["ticket", "tickets", "arrivals", "deliveries", "timers"])
def test_one_row_is_shown_by_its_number_with_or_without_the_verb(run: Run, site: Path, kind: str) -> None:
    listed = lines(run("--config", site, kind.rstrip("s") + "s" if kind == "ticket" else kind, "--json").out)[0]
    number = str(listed.get("id") or listed.get("number") or listed["ticket"])
    shown = run("--config", site, kind, "show", number)
    assert (shown.code, shown.err) == (0, "")
    assert run("--config", site, kind, number).out == shown.out
    (as_json,) = lines(run("--config", site, kind, number, "--json").out)
    assert number in map(str, as_json.values())


def test_a_ticket_shows_its_text_its_promise_and_its_mails(run: Run, site: Path) -> None:
    number = str(lines(run("--config", site, "tickets", "--json").out)[0]["number"])
    shown = run("--config", site, "ticket", f"#{number}").out
    for part in (
        "    | Hello, where is it?",
        "promise 1: by ",
        " to carl@example.org",
        "agent/new-ticket to anna@example.com",
    ):
        assert part in shown


def test_an_arrival_can_be_had_back_octet_by_octet(site: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    with pytest.raises(SystemExit):
        main(["--config", str(site), "arrivals", "1", "--raw"])
    assert capfdbinary.readouterr().out == MAIL.replace(b"\x1b", b"")


def test_verbs_hold_release_and_retry(run: Run, site: Path) -> None:
    for words, state in (("hold", "held"), ("release", "waiting")):
        told = run("--config", site, "deliveries", words, "1")
        assert (told.code, told.err) == (0, "")
        assert lines(run("--config", site, "deliveries", "1", "--json").out)[0]["state"] == state
    ticket = str(lines(run("--config", site, "timers", "--json").out)[0]["ticket"])
    assert run("--config", site, "timers", "hold", ticket).code == 0
    assert lines(run("--config", site, "timers", "--held", "--json").out)[0]["held"]
    assert (
        "is taken now"
        in run("--config", site, "timers", "release", ticket).out + run("--config", site, "timers", "retry", ticket).out
    )


def test_a_verb_that_does_not_fit_is_refused_with_the_reason(run: Run, site: Path) -> None:
    told = run("--config", site, "arrivals", "release", "1")
    assert (told.code, told.err) == (65, "Arrival 1 cannot be released: it is done (new-ticket).\n")
    told = run("--config", site, "arrivals", "show", "99")
    assert (told.code, told.err) == (65, "There is no arrival 99.\n")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ((), Request("list", ())),
        (("7",), Request("show", (7,))),
        (("#7", "8"), Request("show", (7, 8))),
        (("hold", "7"), Request("hold", (7,))),
        (("7", "retry"), Request("retry", (7,))),
    ],
)
def test_words_behind_a_list_command(words: tuple[str, ...], expected: Request) -> None:
    assert request_of(words) == expected


@pytest.mark.parametrize("words", [("hold",), ("hold", "release", "1"), ("x",), ("-1",), ("1.5",)])
def test_words_that_make_no_request_are_wrong_usage(run: Run, site: Path, words: tuple[str, ...]) -> None:
    assert run("--config", site, "deliveries", "--", *words).code == 64


def test_what_strangers_wrote_cannot_steer_the_terminal() -> None:
    assert (
        safe("a\x1b[31mb\r\u202ec\nd")
        == "a\N{REPLACEMENT CHARACTER}[31mb\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}c\nd"
    )


# explain and doctor


def test_explain_says_why_a_mail_went_where_it_went(run: Run, site: Path) -> None:
    told = run("--config", site, "explain", "<first@example.org>")
    assert told.code == 0
    assert "It came in at" in told.out
    assert "new-ticket: " in told.out
    ours = lines(run("--config", site, "deliveries", "--json").out)[0]["message_id"]
    assert "We wrote it at" in run("--config", site, "explain", ours).out
    assert "\nPromise 1 of ticket #1001: by " in told.out
    assert "\n  8 h of service time is the target for normal mail\n" in told.out


def test_explain_of_an_unknown_mail_is_66(run: Run, site: Path) -> None:
    told = run("--config", site, "explain", "none@example.org")
    assert (told.code, told.out) == (66, "")
    assert told.err == "No mail with the Message-ID none@example.org came in or went out.\n"


def test_doctor_finds_nothing_on_a_sound_site_and_names_a_ticket_that_hangs(run: Run, site: Path) -> None:
    told = run("--config", site, "doctor")
    assert (told.code, told.out) == (0, "All guarantees hold.\n")
    with sqlite3.connect(site.parent / "var" / "maildesk.db") as connection:
        connection.execute("DELETE FROM timers")
    told = run("--config", site, "doctor")
    assert told.code == 1
    assert "guarantee 4: ticket " in told.out


# The world in the way


@pytest.mark.parametrize("command", [["tickets"], ["doctor"], ["explain", "x@y"], ["timers", "hold", "1"]])
def test_a_missing_database_is_one_sentence_with_the_way_out(run: Run, tmp_path: Path, command: list[str]) -> None:
    path = tmp_path / "maildesk.toml"
    path.write_text(CONFIG)
    (tmp_path / "var").mkdir()
    told = run("--config", path, *command)
    assert (told.code, told.out, told.err.count("\n")) == (75, "", 1)
    assert "maildesk.db" in told.err


def test_a_database_that_is_none_is_one_sentence(run: Run, site: Path) -> None:
    (site.parent / "var" / "maildesk.db").write_bytes(b"this is no database" * 1000)
    told = run("--config", site, "tickets")
    assert (told.code, told.err.count("\n")) == (75, 1)


def test_run_with_a_port_that_is_taken_is_one_sentence(run: Run, site: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        site.write_text(CONFIG.replace("127.0.0.1:0", f"127.0.0.1:{taken.getsockname()[1]}"))
        told = run("--config", site, "run")
    assert (told.code, told.err.count("\n")) == (75, 1)
    assert "another program has this port" in told.err


def test_run_without_the_secret_of_a_site_that_has_mail_refuses(run: Run, site: Path) -> None:
    load(site).secret_file.unlink()
    told = run("--config", site, "run")
    assert (told.code, "put back that of your backup" in told.err) == (78, True)
    assert not load(site).secret_file.exists()


def test_run_in_a_folder_that_cannot_be_made_is_one_sentence(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "maildesk.toml"
    path.write_text('database = "sqlite:///not/there/maildesk.db"\n' + CONFIG)
    told = run("--config", path, "run")
    assert (told.code, told.err.count("\n")) == (75, 1)
    assert f"The folder {tmp_path}/not/there cannot be created" in told.err


# deliver


def deliver(config: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "maildesk", "--config", str(config), "deliver", *arguments]
    return subprocess.run(
        command, input=MAIL, capture_output=True, check=False, env=os.environ | {"ORIGINAL_RECIPIENT": ""}
    )


def test_deliver_is_0_when_the_mail_is_committed(run: Run, site: Path) -> None:
    assert deliver(site, "--from", "carl@example.org", "support@example.com").returncode == 0
    newest = lines(run("--config", site, "arrivals", "--json").out)[-1]
    assert (newest["intake"], newest["sender"], newest["recipients"]) == (
        "pipe",
        "carl@example.org",
        ["support@example.com"],
    )


@pytest.mark.parametrize("config", ["none.toml", "faulty.toml", "no-database.toml"])
def test_whatever_stops_deliver_is_75_so_that_no_mail_is_returned(tmp_path: Path, config: str) -> None:
    (tmp_path / "faulty.toml").write_text("[[desk]]\n")
    (tmp_path / "no-database.toml").write_text(CONFIG)
    ran = deliver(tmp_path / config)
    assert ran.returncode == 75
    assert b"Traceback" not in ran.stderr


def test_deliver_with_wrong_usage_is_75_too(site: Path) -> None:
    assert deliver(site, "--no-such-option").returncode == 75
