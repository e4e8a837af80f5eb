"""Which ticket an agent's mail from outside the desk answers, and what of that ticket begins anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from maildesk.desk.deciding import decide
from maildesk.desk.words import Fate, MessageKind, Ticket, TicketState
from maildesk.mail.letter import Mailbox
from tests.unit.desk.making_facts import ANNA, DESK, MARIA, NOW, OTTO, STRANGER, hit, ticket
from tests.unit.desk.test_outside_answers import outside, written

ELSEWHERE = "sales@example.com"


@pytest.mark.parametrize(
    ("before", "subject"),
    [
        (ticket(desk=ELSEWHERE), "Re: My order"),  # another desk's
        (ticket(state=TicketState.CLOSED), "Re: My order"),  # over
        (ticket(requester=OTTO), "Re: My order"),  # another customer's
        (ticket(subject=""), "Re:"),  # no subject says nothing
        (ticket(), "Re: Your invoice"),
    ],
)
def test_a_subject_finds_only_that_customers_live_ticket_at_that_desk(before: Ticket, subject: str) -> None:
    decision = decide(outside(before, mail=written(subject=subject), hits=()))
    assert (decision.fate, decision.tickets[0].number) == (Fate.NEW_TICKET, 2000)


@pytest.mark.parametrize(
    "hits",
    [
        (hit(source="filed", people=(ANNA,)),),  # it answers a customer's mail, not our notification
        (hit(people=(STRANGER,)),),  # our mail to somebody else
    ],
)
def test_only_what_answers_our_notification_to_them_is_a_note_about_its_ticket(hits: tuple[Any, ...]) -> None:
    mail = written("What do you think?", subject="New", to=(Mailbox("", OTTO),))
    decision = decide(outside(mail=mail, hits=hits))
    assert not [each for each in decision.messages if each.kind is MessageKind.NOTE and each.ticket == 1042]


def test_an_answer_begins_the_ticket_anew_as_one_through_the_desk_does() -> None:
    before = ticket(resting=True, unanswered=1, stopped=True, asked_at=NOW - timedelta(days=1))
    decision = decide(outside(before))
    after = decision.tickets[0]
    assert (after.resting, after.unanswered, after.stopped, after.asked_at) == (False, 0, False, None)
    assert after.last_answer_at == NOW
    first = decision.events[0]
    assert (first.ticket, first.what, first.by) == (1042, "answered from outside the desk", ANNA)


def test_what_else_it_asks_for_is_in_the_history_and_remembered() -> None:
    decision = decide(outside(mail=written("It comes.\n\n#tag lamp\n#remind tomorrow 10:00")))
    assert len(decision.events) > 1
    assert [each.agent for each in decision.wishes] == [ANNA]


def test_the_answer_counts_from_when_it_was_sent_and_never_from_the_future() -> None:
    plain = outside()
    for arrived, counted in ((NOW - timedelta(hours=1), NOW - timedelta(hours=1)), (NOW + timedelta(hours=1), NOW)):
        late = replace(plain, arrival=replace(plain.arrival, arrived_at=arrived))
        assert [each.at for each in decide(late).answered] == [counted]


def test_without_a_promise_there_is_none_to_keep() -> None:
    assert decide(outside(ticket(state=TicketState.WAITING))).promises == ()


def test_a_mail_that_answers_the_newest_question_crossed_nothing() -> None:
    asked = ticket(unanswered=2, last_customer_at=NOW - timedelta(minutes=1), last_customer_id="more@customer.example")
    early = NOW - timedelta(minutes=5)
    answers = written(date=early, references=("more@customer.example",))
    assert decide(outside(asked, mail=answers)).tickets[0].state is TicketState.WAITING
    assert decide(outside(asked, mail=written(date=early))).tickets[0].state is TicketState.OPEN
    assert decide(outside(asked, mail=written(date=None))).tickets[0].state is TicketState.WAITING


def test_a_customer_in_to_beside_a_colleague_is_written_to() -> None:
    both = (Mailbox("Ben Weber", "ben@example.com"), Mailbox("Otto", OTTO))
    decision = decide(outside(mail=written(subject="New", to=both, cc=(Mailbox("", DESK.address),)), hits=()))
    assert (decision.tickets[0].requester, decision.tickets[0].state) == (OTTO, TicketState.WAITING)
    assert MARIA not in decision.tickets[0].people
