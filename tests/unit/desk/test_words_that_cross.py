"""A word of the customer (STOP, thanks) that reaches us while an agent writes the answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from maildesk.desk.deciding import decide
from maildesk.desk.known.facts import DeliveryFacts
from maildesk.desk.words import Role, Ticket, TicketState
from tests.unit.desk.making_facts import ANNA, AUTHENTICATED, NOW, arrival, by, facts, letter, ticket, token

LATER = NOW + timedelta(minutes=5)
ASKED = ticket(state=TicketState.OPEN)


def after(word: str) -> Ticket:
    """The ticket once the customer said it, by signed address."""
    said = facts(
        ASKED,
        letter=letter(word, "Re: My order", message_id="word@customer.example"),
        arrival=arrival(arrived_at=LATER),
        now=LATER,
        tokens=(token(),),
        verdict=AUTHENTICATED,
    )
    return decide(said).tickets[0]


def answered(before: Ticket) -> Ticket:
    """The same once Anna answered the notification of the question, which is older than the word."""
    key, template = "new-ticket", "agent/new-ticket"
    read = DeliveryFacts(
        1, key, before.number, ANNA, "new@example.com", template, "sent", "agent", NOW, automatic=False
    )
    answer = letter("It comes tomorrow.", "Re: My order", message_id="answer@example.com")
    theirs = token(role=Role.AGENT, owner=ANNA)
    now = LATER + timedelta(minutes=5)
    mail = facts(
        before, **by(ANNA), letter=answer, now=now, tokens=(theirs,), deliveries=(read,), verdict=AUTHENTICATED
    )
    return decide(mail).tickets[0]


@pytest.mark.parametrize("word", ["STOP", "Thank you!"])
def test_an_answer_that_crosses_a_word_is_the_answer(word: str) -> None:
    assert answered(replace(after(word), version=1)).state is TicketState.WAITING


def test_an_answer_that_crosses_a_question_leaves_the_ticket_open() -> None:
    assert answered(replace(after("And where is my second order?"), version=1)).state is TicketState.OPEN
