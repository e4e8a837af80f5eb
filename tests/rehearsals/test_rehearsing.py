"""What a rehearsal promises: who answers what, whom it believes, and that it needs and changes nothing."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from maildesk import app, log
from maildesk.cli.timeline import there
from maildesk.config import ConfigFaults, Settings
from maildesk.configuration.scenario import Scenario
from maildesk.daemon.rehearsed_mail import written
from maildesk.daemon.rehearsing import CameIn, Noting, Played, Rehearsal
from maildesk.daemon.stage import Roles, Stage, VirtualClock
from maildesk.desk.senders.addresses import Keys
from maildesk.store.database import Database
from tests.rehearsals.playing import BUILTIN, HERE, play, scenario, settled, timeline
from tests.unit.cli.conftest import Run, run

__all__ = ["run"]  # the fixture that runs a command line

MARIA = 'from = "Maria Muster <maria@customer.example>"'
ASKS = f'[[event]]\nat = "+0s"\n{MARIA}\nsubject = "My order"\nbody = "Where is it?"\n'
ANSWERS = '[[event]]\nat = "+1h"\nagent = "anna@example.com"\nbody = "It comes tomorrow."\n'
BAD = HERE / "bad"


def later(at: str, *lines: str) -> str:
    return "\n".join(["[[event]]", f'at = "{at}"', *lines]) + "\n"


def sent(played: Played, to: str) -> list[tuple[str, int | None]]:
    return [(mail.template, mail.ticket) for mail in played.mails if mail.to == to]


def fates(played: Played) -> list[str]:
    return [each.fate for each in played.told if isinstance(each, CameIn)]


# What it needs


def test_it_needs_no_database_secret_network_or_folder_and_writes_nothing(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = scenario(tmp_path, ASKS + ANSWERS)
    config = tmp_path / "maildesk.toml"
    nowhere = 'database = "postgresql://nobody@192.0.2.1/none"\nsecret_file = "none"\n'
    config.write_text(nowhere + config.read_text(), encoding="utf-8")
    before = sorted(tmp_path.rglob("*"))
    monkeypatch.chdir("/")
    told = run("rehearse", path, "--json")
    assert (told.code, told.err) == (0, "")
    assert json.loads(told.out.splitlines()[-1]) == {"hanging": 0}
    mails = [json.loads(line) for line in told.out.splitlines()[:-1]]
    assert [(each["template"], each["ticket"]) for each in mails if each["to"] == "maria@customer.example"] == [
        ("received", 1001),
        ("reply", 1001),
    ]
    assert sorted(tmp_path.rglob("*")) == before


def test_two_rehearsals_of_one_scenario_are_the_same_to_the_octet(tmp_path: Path) -> None:
    path = scenario(tmp_path, ASKS + ANSWERS + later("+2d", MARIA, 'body = "It has not come."'))
    first, second = play(path), play(path)
    assert first == second
    assert [mail.raw for mail in first.mails] == [mail.raw for mail in second.mails]


def test_the_config_of_the_scenario_wins_over_the_command_line(tmp_path: Path, run: Run) -> None:
    (tmp_path / "other").mkdir()
    other = tmp_path / "other" / "maildesk.toml"
    path = scenario(tmp_path, ASKS)
    other.write_text((tmp_path / "maildesk.toml").read_text().replace("Europe/Berlin", "Asia/Kolkata"))
    assert "+01:00" in run("--config", other, "rehearse", path, "--json").out
    path.write_text(path.read_text().replace('config = "maildesk.toml"\n', ""))
    assert "+05:30" in run("--config", other, "rehearse", path, "--json").out


def test_mail_that_the_config_would_hold_is_shown(tmp_path: Path) -> None:
    path = scenario(tmp_path, ASKS)
    with (tmp_path / "maildesk.toml").open("a") as config:
        config.write("[outgoing]\nhold = true\n")
    assert sent(play(path), "maria@customer.example")[0] == ("received", 1001)


# Who answers what


def test_a_customer_who_writes_again_answers_the_newest_mail_that_they_got(tmp_path: Path) -> None:
    played = play(scenario(tmp_path, ASKS + ANSWERS + later("+2d", MARIA, 'body = "It has not come."')))
    assert fates(played)[-1] == "filed #1001: signed address of this person"


@pytest.mark.parametrize("subject", ["my order", "Re: My order", "AW: My order [#1001]"])
def test_the_same_subject_is_an_answer_too(tmp_path: Path, subject: str) -> None:
    played = play(scenario(tmp_path, ASKS + later("+2d", MARIA, f'subject = "{subject}"')))
    assert fates(played)[-1].startswith("filed #1001: signed address")


@pytest.mark.parametrize("line", ['subject = "Another matter"', 'subject = "My order"\nreply = false'])
def test_another_subject_or_reply_false_is_a_new_mail(tmp_path: Path, line: str) -> None:
    played = play(scenario(tmp_path, ASKS + later("+2d", MARIA, line)))
    assert fates(played)[-1].startswith("new-ticket #1002")


def test_a_ticket_says_which_of_several_is_answered(tmp_path: Path) -> None:
    second = later("+1d", MARIA, 'subject = "Another matter"')
    newest = play(scenario(tmp_path, ASKS + second + later("+25h", 'agent = "anna@example.com"', 'body = "Yes."')))
    assert fates(newest)[-1].startswith("filed #1002")
    answered = later("+25h", 'agent = "anna@example.com"', "ticket = 1001", 'body = "Yes."')
    assert fates(play(scenario(tmp_path, ASKS + second + answered)))[-1].startswith("filed #1001")
    again = later("+25h", MARIA, "ticket = 1001", 'body = "Well?"')
    assert fates(play(scenario(tmp_path, ASKS + second + again)))[-1].startswith("filed #1001")


def test_an_agent_never_answers_a_receipt(tmp_path: Path) -> None:
    closes = later("+1h", 'agent = "anna@example.com"', "ticket = 1001", 'body = "Done.\\n\\n#close"')
    events = ASKS + later("+30m", MARIA, 'subject = "Another matter"') + closes
    played = play(scenario(tmp_path, events + later("+2h", 'agent = "anna@example.com"', 'body = "Yes."')))
    assert ("agent/receipt", 1001) in sent(played, "anna@example.com")
    assert fates(played)[-1].startswith("filed #1002")


def test_an_agent_may_write_from_another_of_their_addresses(tmp_path: Path) -> None:
    played = play(scenario(tmp_path, ASKS + ANSWERS.replace("anna@example.com", "anna@home.example")))
    assert fates(played)[-1] == "filed #1001: signed address of this agent"


def test_events_happen_in_order_of_time_and_not_of_the_file(tmp_path: Path) -> None:
    assert fates(play(scenario(tmp_path, ANSWERS + ASKS))) == fates(play(scenario(tmp_path, ASKS + ANSWERS)))


def test_every_answer_to_what_was_never_sent_is_a_fault_of_the_scenario(tmp_path: Path) -> None:
    events = ASKS + ANSWERS.replace("+1h", "+0s").replace("[[event]]", "[[event]]\nticket = 9") + ANSWERS
    with pytest.raises(ConfigFaults, match="no mail about ticket 9") as told:
        play(scenario(tmp_path, events))
    assert [fault.line for fault in told.value.faults] == [10]


# Whom it believes, and when and where people write


def test_customers_are_believed_unless_the_scenario_says_otherwise(tmp_path: Path) -> None:
    believed, doubted = (play(scenario(tmp_path, ASKS + line)) for line in ("", "authenticated = false\n"))
    assert believed.mails[2].subject == "Re: My order [#1001]"
    assert doubted.mails[2].subject == "Your message [#1001]"
    assert "Maria" not in doubted.mails[2].text
    assert "nothing proves" in doubted.mails[0].text


def test_results_that_a_raw_mail_brings_along_count_for_nothing(tmp_path: Path) -> None:
    forged = "Authentication-Results: rehearsal.invalid; dmarc=pass; spf=pass smtp.mailfrom=customer.example\n"
    (tmp_path / "mail.eml").write_text(f"{forged}From: maria@customer.example\nSubject: My order\n\nWhere is it?\n")
    raw = later("+0s", MARIA, 'raw = "mail.eml"', "authenticated = false")
    assert play(scenario(tmp_path, raw)).mails[2].subject == "Your message [#1001]"
    assert play(scenario(tmp_path, raw.replace("false", "true"))).mails[2].subject == "Re: My order [#1001]"


def test_a_raw_mail_with_an_empty_return_path_has_the_null_sender(tmp_path: Path) -> None:
    (tmp_path / "mail.eml").write_text("Return-Path: <>\nFrom: maria@customer.example\nSubject: Away\n\nI am away.\n")
    played = play(scenario(tmp_path, later("+0s", MARIA, 'raw = "mail.eml"')))
    assert played.mails == ()
    assert fates(played) != []


def test_the_date_is_the_virtual_time_in_the_zone_of_the_desk(tmp_path: Path) -> None:
    path = scenario(tmp_path, ASKS)
    known, settings = settled(path)
    mail = written(known.events[0], None, known.start, "id@customer.example", settings.site)
    assert b"Date: Mon, 23 Nov 2026 08:00:00 +0000" in mail.raw
    billing = play(scenario(tmp_path, ASKS + 'to = "billing@example.com"\n'))
    assert {each.at.utcoffset() for each in billing.mails if each.ticket} == {timedelta(hours=-5)}
    assert "your time" not in "".join(mail.text for mail in billing.mails)


@pytest.mark.parametrize("tail", ["", "x" * 2000, "\\u202e" + "ä" * 600])
def test_a_subject_may_hold_what_attackers_send(tmp_path: Path, tail: str) -> None:
    hostile = ASKS.replace("My order", f"Pay\\r\\nBcc: all@customer.example {tail}")
    played = play(scenario(tmp_path, hostile))
    assert all(mail.mail["Bcc"] is None for mail in played.mails)
    assert "Pay Bcc: all@customer.example" in played.mails[0].subject


# What it finds and shows


def test_steps_after_which_somebody_hangs_are_counted(tmp_path: Path) -> None:
    known, settings = settled(scenario(tmp_path, ASKS))
    played = _on_a_desk_that_loses_its_timers(known, settings)
    assert played.hanging == 5  # after the mail, with each of the agents' daily lists, and at the end
    assert "has no timer" in played.offences[0]
    told = timeline(tmp_path / "scenario.toml", played)
    assert "LEFT HANGING after 5 steps" in told


def _on_a_desk_that_loses_its_timers(known: Scenario, settings: Settings) -> Played:
    clock, keys = VirtualClock(known.start), Keys(app.MADE_UP_KEY, dict([app.MADE_UP_KEY]))
    count = itertools.count(1)
    desk = app.build(settings, clock, lambda: f"id{next(count)}", Database("sqlite://", clock), BUILTIN, keys)
    with desk.database.write() as connection:
        connection.execute(text("CREATE TRIGGER lose AFTER INSERT ON timers BEGIN DELETE FROM timers; END"))
    composer = Noting(settings.site, keys, BUILTIN, desk.new_id)
    desk = replace(desk, composer=composer)
    stage = Stage(desk.database, clock, settings.site, Roles(desk.process(), desk.follow_up(), desk.consequences))
    try:
        with log.only_errors():
            return Rehearsal(known, settings.site, stage, composer, BUILTIN).play()
    finally:
        stage.close()
        desk.close()


def test_what_a_stranger_wrote_cannot_steer_the_terminal(tmp_path: Path, run: Run) -> None:
    path = scenario(tmp_path, ASKS.replace("Where is it?", "Where \\u001b[2J is it?"))
    told = run("rehearse", path)
    assert "\x1b" not in told.out
    assert "Nobody was left hanging." in told.out


def test_a_broken_template_is_named_and_the_last_good_one_is_shown(tmp_path: Path, run: Run) -> None:
    path = scenario(tmp_path, ASKS)
    (tmp_path / "templates" / "en").mkdir(parents=True)
    (tmp_path / "templates" / "en" / "received.md").write_text("---\nsubject: Hi\n---\n{{ promis }}\n")
    told = run("rehearse", path)
    assert told.code == 0
    assert "received.md:4:" in told.err
    assert "Thank you for your message" in told.out


@pytest.mark.parametrize("path", sorted(BAD.glob("*.toml")), ids=lambda path: path.stem)
def test_all_faults_are_told_at_once_each_with_its_line_and_the_way_out(
    path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(BAD)
    told = run("rehearse", path.name)
    assert (told.code, told.out) == (78, "")
    assert told.err == path.with_suffix(".txt").read_text(encoding="utf-8")


def test_a_scenario_that_is_not_there_is_no_input(run: Run, tmp_path: Path) -> None:
    told = run("rehearse", tmp_path / "none.toml")
    assert (told.code, told.out) == (66, "")
    assert "There is no such scenario file" in told.err


def test_a_moment_on_another_clock_than_the_first_lines_names_its_zone() -> None:
    moment = datetime(2026, 11, 23, 15, 0, tzinfo=ZoneInfo("America/New_York"))
    assert there(moment, ZoneInfo("America/New_York")) == "Mon 2026-11-23 15:00"
    assert there(moment, ZoneInfo("Europe/Berlin")) == "Mon 2026-11-23 15:00 America/New_York"
