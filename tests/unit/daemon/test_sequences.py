"""What follows what: sequences of events after which somebody was left hanging, misled, or shown the inside."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from maildesk.daemon.stage import takes_all
from maildesk.desk.words import PromiseState, TicketState
from maildesk.outbox.answers import Answer, Verdict
from maildesk.outbox.transport import Parcel
from maildesk.store import operating
from maildesk.store.tables import people
from tests.unit.daemon.playing import ANNA, BEN, CONFIG, MARIA, OTTO, Play, played

QUESTION = "My order 4711 has not come. Where is it?"


def _second_turn(play: Play) -> None:
    """Maria was answered and has just asked again; the mail that tells her new promise waits for 15 minutes."""
    play.writes(MARIA, QUESTION)
    play.answers(ANNA, "It comes tomorrow.")
    play.later(minutes=10)
    play.answers(MARIA, "But I am not at home tomorrow. What now?")
    play.later(minutes=1)


def test_an_answer_that_crossed_a_new_question_leaves_its_promise_to_be_told(tmp_path: Path) -> None:
    with played(tmp_path) as play:
        _second_turn(play)
        play.answers(ANNA, "The parcel has number 5.", newest="new-ticket")
        play.later(minutes=20)
        assert play.ticket.state is TicketState.OPEN
        assert len(play.sent(MARIA, "received-again")) == 1
        assert play.promise.state is PromiseState.TOLD


def test_after_a_recall_the_customer_hears_the_promise_that_the_answer_had_silenced(tmp_path: Path) -> None:
    with played(tmp_path) as play:
        _second_turn(play)
        play.answers(ANNA, "On Wednesday, then.")
        play.answers(ANNA, "#recall")
        assert play.ticket.state is TicketState.OPEN
        play.later(minutes=30)  # the gap between two automatic mails is over
        assert len(play.sent(MARIA, "received-again")) == 1


def test_after_the_recall_of_an_answer_with_a_promise_the_told_one_stands(tmp_path: Path) -> None:
    with played(tmp_path) as play:
        play.writes(MARIA, QUESTION)
        play.later(minutes=1)
        known = play.promise
        play.answers(ANNA, "I have asked the carrier.\n\n#promise tomorrow 15:00")
        assert play.promise.at != known.at
        play.answers(ANNA, "#recall")
        play.later(minutes=15)
        assert [each.template for each in play.sent(MARIA)] == ["received"]
        assert (play.promise.at, play.promise.told_at) == (known.at, known.told_at)
        assert play.promise.state is PromiseState.TOLD


def test_after_the_recall_of_a_pause_the_promise_is_not_that_of_the_pause(tmp_path: Path) -> None:
    with played(tmp_path) as play:
        play.writes(MARIA, QUESTION)
        play.answers(ANNA, "The part is on order.\n\n#pause until 18.12. because the part is on order")
        play.answers(ANNA, "#recall")
        assert play.ticket.state is TicketState.OPEN
        assert play.promise.at.day < 26


def test_a_held_answer_that_is_sent_after_a_new_question_leaves_the_ticket_open(tmp_path: Path) -> None:
    with played(tmp_path) as play:
        play.writes(MARIA, QUESTION)
        play.later(minutes=10)
        play.answers(ANNA, "It comes tomorrow.")
        play.later(minutes=10)
        play.answers(BEN, "It was lost.")
        play.later(minutes=1)
        play.answers(MARIA, "And what about the invoice?")
        play.later(minutes=1)
        play.answers(BEN, "#send", newest="held")
        play.later(minutes=20)
        assert play.ticket.state is TicketState.OPEN
        assert len(play.sent(MARIA, "received-again")) == 1


def test_a_customers_answer_to_all_counts_although_an_agents_address_stands_in_it(tmp_path: Path) -> None:
    with played(tmp_path) as play:
        play.writes(MARIA, QUESTION)
        play.answers(ANNA, "It comes tomorrow.")
        play.later(minutes=10)
        fate = play.writes(MARIA, "And the invoice?", to=f"{ANNA}, {{reply_to:{ANNA}/new-ticket}}")
        assert fate.startswith("filed #1001")
        assert (play.ticket.state, play.ticket.turn) == (TicketState.OPEN, 2)
        play.answers(ANNA, "#close", newest="new-ticket")  # to the address that Maria has seen
        assert play.ticket.state is TicketState.OPEN


def test_who_merely_stood_in_copy_brings_nobody_in(tmp_path: Path) -> None:
    with played(tmp_path) as play:
        play.writes(MARIA, QUESTION, proof="", Cc=OTTO)
        play.writes(OTTO, "Tell my friend as well.", In_Reply_To="<1@mail.example>", Cc="friend@elsewhere.example")
        assert play.ticket.participants == ()


def test_the_reason_of_a_pause_shows_nothing_of_the_inside(tmp_path: Path) -> None:
    with played(tmp_path) as play:
        play.writes(MARIA, QUESTION)
        assert play.answers(ANNA, f"#pause until Friday because {BEN} is ill").startswith("returned")


def test_an_attached_notification_never_reaches_the_customer(tmp_path: Path) -> None:
    with played(tmp_path) as play:
        play.writes(MARIA, QUESTION)
        notification = play.sent(ANNA)[-1].raw.decode().replace("\r\n", "\n")
        body = f"--x\n\nSee there.\n--x\nContent-Type: message/rfc822\n\n{notification}\n--x--"
        assert play.answers(ANNA, body, Content_Type="multipart/mixed; boundary=x").startswith("returned")


def test_an_agents_own_signature_of_the_mail_stays_inside(tmp_path: Path) -> None:
    with played(tmp_path) as play:
        play.writes(MARIA, QUESTION)
        body = "--x\n\nIt comes.\n--x\nContent-Type: application/pkcs7-signature; name=smime.p7s\n\nMII\n--x--"
        play.answers(ANNA, body, Content_Type='multipart/signed; protocol="application/pkcs7-signature"; boundary=x')
        play.later(minutes=5)
        assert list(play.sent(MARIA, "reply")[0].message.iter_attachments()) == []


TWO_DESKS = CONFIG.read_text().replace(
    "[[agent]]",
    """[[desk]]
name = "Billing"
address = "billing@example.com"
time_zone = "America/New_York"
hours = ["Mon-Fri 09:00-17:00"]
authserv_id = "mx.example.com"

[[agent]]""",
    1,
)


def test_a_mail_on_a_ticket_is_its_desks_whatever_stands_first_in_to(tmp_path: Path) -> None:
    with played(tmp_path, TWO_DESKS) as play:
        play.writes(MARIA, QUESTION)
        play.answers(ANNA, "It comes tomorrow.")
        play.later(minutes=10)
        play.writes(MARIA, "And the invoice?", to=f"billing@example.com, {{reply_to:{MARIA}}}")
        assert "Example Support" in str(play.sent(ANNA)[-1].message["From"])
        assert play.promise.at.hour < 16  # in Berlin's hours


BOUNCE = """From: MAILER-DAEMON@mx.example
To: {envelope_from:%s}
Subject: failure notice
Date: {date}

Hi. This is the qmail-send program. I was not able to deliver your message.
"""


def _marked(play: Play) -> dict[str, str]:
    with play.house.database.read() as connection:
        rows = connection.execute(select(people.c.address, people.c.unreachable))
        return {row.address: row.unreachable for row in rows if row.unreachable}


def test_a_bounce_that_names_nobody_is_about_whom_its_address_was_issued_to(tmp_path: Path) -> None:
    with played(tmp_path) as play:
        play.writes(MARIA, QUESTION)
        play.takes((BOUNCE % MARIA).encode(), sender="")
        assert list(_marked(play)) == [MARIA]


def test_nobody_can_report_another_recipient_as_unreachable_with_their_own_bounce_address(tmp_path: Path) -> None:
    with played(tmp_path) as play:
        play.writes(MARIA, QUESTION, Cc=OTTO)
        play.answers(ANNA, "It comes tomorrow.")
        play.later(minutes=10)
        status = f"Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; {MARIA}\nAction: failed\nStatus: 5.1.1\n"
        head = f"From: MAILER-DAEMON@x\nTo: {{envelope_from:{OTTO}}}\nSubject: failed\nMIME-Version: 1.0\n"
        head += "Content-Type: multipart/report; report-type=delivery-status; boundary=x\n"
        parts = f"--x\n\nIt failed.\n--x\nContent-Type: message/delivery-status\n\n{status}\n--x--\n"
        play.takes(f"{head}\n{parts}".encode(), sender="")
        assert MARIA not in _marked(play)


def test_a_mail_that_could_not_be_read_joins_its_ticket_when_it_is_tried_again(tmp_path: Path) -> None:
    with played(tmp_path, fails_on=b"BOOM") as play:
        number = play.takes(f"From: {MARIA}\nTo: support@example.com\nSubject: Order\n\nBOOM\n".encode())
        play.later(minutes=5)
        play.house.stage._process._read = play.house.app.reader.read  # the bug is mended
        operating.on_arrival(play.house.database, operating.Verb.RETRY, number)
        play.later(minutes=1)
        assert play.house.fate(number).startswith("filed #1001")
        assert len(play.house.tickets()) == 1


def test_spam_and_history_that_cannot_be_read_are_not_answered(tmp_path: Path) -> None:
    with played(tmp_path, fails_on=b"BOOM") as play:
        raw = f"From: {MARIA}\nTo: support@example.com\nSubject: Order\n\nBOOM\n".encode()
        play.takes(raw, spam=True)
        play.takes(raw, history=True)
        play.later(minutes=5)
        assert (play.sent(MARIA), play.house.tickets()) == ([], [])


def test_cc_all_brings_in_whom_the_customers_mail_only_named(tmp_path: Path) -> None:
    with played(tmp_path) as play:
        play.writes(MARIA, QUESTION, proof="", Cc=f"{OTTO}, {ANNA}")
        assert play.sent(OTTO) == []
        play.answers(ANNA, "It comes.\n\n#cc all", newest="new-ticket")
        play.later(minutes=5)
        assert [each.template for each in play.sent(OTTO)] == ["reply"]
        assert play.answers(ANNA, "Again.\n\n#cc all").startswith("returned")


def test_after_downtime_a_promise_that_passed_is_spoken_of_at_the_opening(tmp_path: Path) -> None:
    play = Play(tmp_path)
    play.writes(MARIA, QUESTION)
    play.clock.now += timedelta(hours=36)  # the machine was off; it is Tuesday, 22:00
    play.house.stage.settle()
    assert [each.template for each in play.sent(MARIA)] == ["received"]
    play.later(hours=12)
    assert [f"{each.template} {each.at:%a %H:%M}" for each in play.sent(MARIA)][1:] == ["still-working Wed 09:00"]
    play.house.close()


def test_an_address_beyond_ascii_is_answered_and_in_copy_stops_no_answer(tmp_path: Path) -> None:
    with played(tmp_path) as play:
        head = "Authentication-Results: mx.example.com; dmarc=pass header.from=customer.example\nSubject: Order\n"
        play.takes(f"{head}From: müller@customer.example\nTo: support@example.com\n\n{QUESTION}\n".encode())
        assert [each.template for each in play.sent("müller@customer.example")] == ["received"]
        play.takes(f"{head}From: {MARIA}\nTo: support@example.com\nCc: jürgen@x.example\n\n{QUESTION}\n".encode())
        play.answers(ANNA, "It comes.")
        play.later(minutes=5)
        assert [each.template for each in play.sent(MARIA)] == ["received", "reply"]


@pytest.mark.parametrize("command", ["", "\n\n#promise Wednesday 15:00", "\n\n#pause until Friday because it is late"])
def test_after_a_refused_answer_the_customer_hears_the_new_promise(tmp_path: Path, command: str) -> None:
    with played(tmp_path) as play:
        play.writes(MARIA, QUESTION)
        play.house.relay.answers = _refuses_answers
        play.answers(ANNA, f"It comes.{command}")
        play.later(minutes=15)
        assert [each.template for each in play.sent(MARIA)] == ["received", "still-working"]
        assert (play.ticket.state, play.promise.state) == (TicketState.OPEN, PromiseState.TOLD)


def test_where_the_new_promise_is_refused_too_it_is_untellable_and_no_more_is_sent(tmp_path: Path) -> None:
    with played(tmp_path) as play:
        play.writes(MARIA, QUESTION)
        play.house.relay_says({MARIA: "refused 5.7.1 not wanted"})
        play.answers(ANNA, "It comes.")
        play.later(minutes=15)
        assert play.promise.state is PromiseState.UNTELLABLE
        assert "not wanted" in play.promise.reason


def _refuses_answers(parcel: Parcel) -> Answer:
    return takes_all(parcel) if b"Auto-Submitted" in parcel.raw else Answer(Verdict.REFUSED, "5.7.1", "not wanted")


def test_a_strangers_words_are_no_quote_that_the_customer_gets(tmp_path: Path) -> None:
    with played(tmp_path) as play:
        play.writes(MARIA, QUESTION)
        play.writes(OTTO, "My number is 4711.\nPlease call me.", to=f"{{reply_to:{MARIA}}}")
        play.answers(ANNA, "> My number is 4711.\n\nThanks, noted.\n\n> Please call me.\n\nWe will.")
        play.later(minutes=15)
        assert "4711" not in play.sent(MARIA, "reply")[0].text
