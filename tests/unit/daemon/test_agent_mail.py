"""Agents' own mail, on a whole desk: gathered reminders, the daily list, #digest, #list, and bundles over the brake."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from sqlalchemy import select

from maildesk.store.tables import deliveries, reminders
from tests.unit.daemon.playing import ANNA, BEN, CONFIG, MARIA, Play, played

QUESTION = "My order 4711 has not come. Where is it?"
DAILY = CONFIG.read_text().replace('daily = "off"', 'daily = "opening"')


def _asked(play: Play, count: int, minutes: float = 0) -> None:
    for number in range(count):
        play.writes(f"kim{number}@customer.example", f"Question {number}", Subject=f"Question {number}")
        play.later(minutes=minutes)


def _text(raw: bytes) -> str:
    mail = message_from_bytes(raw, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def _text_of(play: Play, to: str, template: str) -> str:
    return _text(play.sent(to, template)[-1].raw)


def test_reminders_of_one_moment_are_one_mail(tmp_path: Path) -> None:
    with played(tmp_path) as play:
        _asked(play, 3)
        play.later(hours=6)
        found = play.sent(ANNA, "agent/reminder")
        assert len(found) == 1
        text = _text(found[0].raw)
        assert [text.index(f"#100{n}") for n in (1, 2, 3)] == sorted(text.index(f"#100{n}") for n in (1, 2, 3))


def test_reminders_that_follow_within_a_quarter_of_an_hour_are_gathered(tmp_path: Path) -> None:
    with played(tmp_path) as play:
        _asked(play, 4, minutes=3)
        play.later(hours=5)
        times = [f"{each.at:%H:%M}" for each in play.sent(ANNA, "agent/reminder")]
        assert times == ["14:00", "14:16", "14:31"]
        last = _text_of(play, ANNA, "agent/reminder")
        assert "#1003" in last
        assert "#1004" in last


def test_one_reminder_alone_is_answered_like_any_notification(tmp_path: Path) -> None:
    with played(tmp_path) as play:
        play.writes(MARIA, QUESTION)
        play.later(hours=5)
        play.answers(ANNA, "It is on its way.", newest="reminder")
        play.later(minutes=5)
        assert len(play.sent(MARIA, "reply")) == 1


def test_a_reminder_whose_ticket_has_moved_is_dropped(tmp_path: Path) -> None:
    with played(tmp_path) as play:
        _asked(play, 2, minutes=3)
        play.later(hours=3, minutes=57)
        assert len(play.sent(ANNA, "agent/reminder")) == 1
        play.later(minutes=5)
        newest = play.sent(BEN, "agent/new-ticket")[-1]
        assert b"1002" in newest.raw
        play.answers(BEN, "Here you are.", newest="new-ticket")
        play.later(minutes=20)
        assert len(play.sent(ANNA, "agent/reminder")) == 1
        with play.house.database.read() as connection:
            assert connection.execute(select(reminders)).all() == []


def test_reminders_wait_for_the_time_that_the_agent_chose(tmp_path: Path) -> None:
    with played(tmp_path) as play:
        play.writes(MARIA, QUESTION)
        play.answers(ANNA, "#digest 15:30")
        assert "15:30" in _text_of(play, ANNA, "agent/receipt")
        play.later(hours=5)
        assert len(play.sent(BEN, "agent/reminder")) == 1
        assert len(play.sent(ANNA, "agent/reminder")) == 0
        play.later(minutes=31)
        assert [f"{each.at:%H:%M}" for each in play.sent(ANNA, "agent/reminder")] == ["15:30"]


def test_a_time_that_comes_after_the_notice_to_the_customer_is_too_late(tmp_path: Path) -> None:
    with played(tmp_path) as play:
        play.writes(MARIA, QUESTION)
        play.answers(ANNA, "#digest 9:50")  # the promise ends at 10:00 on Tuesday, and the notice goes before
        play.later(hours=5)
        assert [f"{each.at:%a %H:%M}" for each in play.sent(ANNA, "agent/reminder")] == ["Mon 14:00"]


def test_what_cannot_wait_for_the_chosen_time_is_gathered_all_the_same(tmp_path: Path) -> None:
    with played(tmp_path) as play:
        _asked(play, 4, minutes=3)
        play.answers(ANNA, "#digest 9:50")
        play.later(hours=5)
        assert [f"{each.at:%H:%M}" for each in play.sent(ANNA, "agent/reminder")] == ["14:00", "14:16", "14:31"]


def test_with_digest_off_each_reminder_is_a_mail_and_no_list_comes(tmp_path: Path) -> None:
    with played(tmp_path, DAILY) as play:
        _asked(play, 3)
        play.answers(ANNA, "#digest off")
        play.later(hours=24)
        assert len(play.sent(ANNA, "agent/reminder")) >= 3
        assert play.sent(ANNA, "agent/digest") == []
        assert len(play.sent(BEN, "agent/digest")) == 1


def test_a_wrong_time_comes_back(tmp_path: Path) -> None:
    with played(tmp_path) as play:
        play.writes(MARIA, QUESTION)
        play.answers(ANNA, "#digest sometimes")
        assert "#digest 9:00" in _text_of(play, ANNA, "agent/returned")


def test_the_daily_list_comes_at_the_opening_of_working_days_and_only_with_something_in_it(tmp_path: Path) -> None:
    with played(tmp_path, DAILY) as play:
        play.later(hours=24)
        assert play.sent(ANNA, "agent/digest") == []
        play.writes(MARIA, QUESTION)
        play.later(days=6)
        days = [f"{each.at:%a %H:%M}" for each in play.sent(ANNA, "agent/digest")]
        assert days == ["Wed 09:00", "Thu 09:00", "Fri 09:00", "Mon 09:00"]
        assert "#1001" in _text_of(play, ANNA, "agent/digest")


def test_the_list_is_sent_at_once_where_it_is_asked_for(tmp_path: Path) -> None:
    with played(tmp_path) as play:
        _asked(play, 2)
        play.answers(ANNA, "#list")
        assert play.sent(ANNA, "agent/receipt") == []
        text = _text_of(play, ANNA, "agent/digest")
        assert "#1001" in text
        assert "#1002" in text
        play.answers(ANNA, "It is on its way.\n\n#list", newest="new-ticket")
        play.answers(ANNA, "#list", newest="digest")
        assert len(play.sent(ANNA, "agent/digest")) == 3


def test_two_hundred_tickets_make_a_short_list_that_says_how_many_more(tmp_path: Path) -> None:
    with played(tmp_path) as play:
        _asked(play, 30)
        play.answers(ANNA, "#list")
        text = _text_of(play, ANNA, "agent/digest")
        assert text.count("#10") == 20
        assert "10 more" in text


def test_mails_beyond_the_brake_come_in_one_that_holds_each_whole(tmp_path: Path) -> None:
    config = (
        CONFIG.read_text()
        + '\n[[agent]]\nname = "Cleo Roth"\naddress = "cleo@example.com"\n[brakes]\nto_agents = { hour = 10 }\n'
    )
    with played(tmp_path, config) as play:
        _asked(play, 33, minutes=0.3)
        assert len(play.sent(ANNA)) == 10
        play.later(minutes=20)
        alone, bundles = play.sent(ANNA, "agent/new-ticket"), play.sent(ANNA, "agent/bundle")
        inside = [each for one in bundles for each in _enclosed(one.raw)]
        assert len(alone) + len(inside) == 33
        assert len(bundles) <= 2
        with play.house.database.read() as connection:
            rows = connection.execute(
                select(deliveries).where(deliveries.c.recipient == ANNA, deliveries.c.state == "bundled")
            ).all()
        assert {f"<{row.message_id}>" for row in rows} == {each["Message-ID"] for each in inside}
        assert all(bundles[0].raw and "bundle: delivery" in row.reason for row in rows)


def test_a_mail_in_a_bundle_is_answered_as_if_it_had_come_alone(tmp_path: Path) -> None:
    config = CONFIG.read_text() + "\n[brakes]\nto_agents = { hour = 2 }\n"
    with played(tmp_path, config) as play:
        _asked(play, 5)
        play.later(minutes=20)
        last = _enclosed(play.sent(ANNA, "agent/bundle")[-1].raw)[-1]
        fate = play.writes(
            ANNA, "It is on its way.", to=str(last["Reply-To"]), Subject=f"Re: {last['Subject']}",
            In_Reply_To=str(last["Message-ID"]),
        )  # fmt: skip
        assert "filed #1005" in fate
        play.later(minutes=5)
        assert len(play.sent("kim4@customer.example", "reply")) == 1


def _enclosed(raw: bytes) -> list[EmailMessage]:
    mail = message_from_bytes(raw, policy=policy.default)
    digests = [part for part in mail.walk() if part.get_content_type() == "multipart/digest"]
    assert len(digests) == 1
    return [part.get_payload(0) for part in digests[0].iter_parts()]  # type: ignore[misc]  # message/rfc822 holds one


def test_urgent_mail_and_what_answers_the_agent_never_wait(tmp_path: Path) -> None:
    config = CONFIG.read_text() + "\n[brakes]\nto_agents = { hour = 2 }\n"
    with played(tmp_path, config) as play:
        _asked(play, 3)
        play.answers(ANNA, "#priority urgent", newest="new-ticket")
        assert len(play.sent(ANNA, "agent/receipt")) == 1
        play.answers("kim1@customer.example", "Hello? It burns.")
        assert play.house.clock.now - play.sent(ANNA, "agent/receipt")[0].at < timedelta(minutes=1)
