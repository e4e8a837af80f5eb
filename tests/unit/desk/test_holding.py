"""Answers that wait for their agent's word, and tickets that two agents take at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from maildesk.desk.actions import Decision, Mail
from maildesk.desk.deciding import decide
from maildesk.desk.known.facts import AnswerFacts, DeliveryFacts
from maildesk.desk.known.inside_facts import Inside
from maildesk.desk.words import Fate, Role, Ticket, TicketState
from tests.unit.desk.making_facts import ANNA, BEN, NOW, by, facts, letter, ticket, token

MINUTE = timedelta(minutes=1)
NOTIFIED = DeliveryFacts(
    5, "notify:1", 1042, ANNA, "n@example.com", "agent/new-ticket", "sent", "agent", NOW - 30 * MINUTE, False
)
OF_BEN = ticket(assignee=BEN)


def of_anna(text: str, *tickets: Ticket, **changes: Any) -> Decision:
    """What Anna's answer to her notification, half an hour old, comes to."""
    agent = {"tokens": (token(role=Role.AGENT, owner=ANNA),), "deliveries": (NOTIFIED,), **by(ANNA), **changes}
    return decide(facts(*(tickets or (ticket(),)), letter=letter(text), **agent))


def mail(decision: Decision, template: str) -> Mail:
    """The mail of this template."""
    return next(each for each in decision.mails if each.template == template)


def held(agent: str = ANNA, state: str = "held", minutes_ago: int = 5) -> AnswerFacts:
    """An answer to two people."""
    return AnswerFacts(9, agent, NOW - minutes_ago * MINUTE, "Here it is.", state, 1042, (10,))


def test_a_doubtful_answer_waits_and_nothing_moves() -> None:
    decision = of_anna("I have attached the form.")
    assert mail(decision, "reply").held == 'It says "I have attached the form.", and no file is attached.'
    assert mail(decision, "agent/held").values["found"] == (mail(decision, "reply").held,)
    after = decision.tickets[0]
    assert (after.state, after.promise, after.assignee) == (TicketState.OPEN, ticket().promise, None)
    assert not decision.promises


def test_all_reasons_are_named_at_once() -> None:
    decision = of_anna("I have attached the form.", answers=(held(BEN, "sent"),))
    values = mail(decision, "agent/held").values
    assert (values["colleague"], values["ago"], values["their_text"]) == ("Ben Weber", NOW - 5 * MINUTE, "Here it is.")
    assert len(values["found"]) == 1  # type: ignore[arg-type]  # a tuple of sentences


def test_a_note_is_never_held() -> None:
    decision = of_anna("#note\nI have attached the form. Ask ben@example.com.")
    assert [each.template for each in decision.mails if each.template in ("reply", "agent/held")] == []


@pytest.mark.parametrize("command", ["#send", "#recall", "#note"])
def test_a_word_about_an_answer_is_about_all_its_recipients(command: str) -> None:
    decision = of_anna(command, answers=(held(),))
    done = decision.releases or decision.drops
    assert done[0].deliveries == (9, 10)


@pytest.mark.parametrize("text", ["Here it is at last.", "I have attached the form."])
def test_a_new_answer_takes_the_place_of_the_held_one(text: str) -> None:
    decision = of_anna(text, answers=(held(),))
    assert [each.deliveries for each in decision.drops if each.deliveries] == [(9, 10)]
    assert not [each for each in of_anna(text, answers=(held(BEN),)).drops if each.deliveries]


def test_a_colleagues_resting_answer_is_theirs_to_recall() -> None:
    decision = of_anna("#recall", answers=(held(BEN, "waiting"),))
    assert (decision.fate, decision.drops) == (Fate.RETURNED, ())
    assert "Ben Weber" in decision.reason


@pytest.mark.parametrize("command", ["#mine", "#assign Anna"])
def test_the_second_to_take_a_ticket_is_told_who_has_it(command: str) -> None:
    decision = of_anna(command, OF_BEN, inside=Inside(wrote=((BEN, NOW - MINUTE),)))
    assert (decision.fate, decision.tickets[0].assignee) == (Fate.RETURNED, BEN)
    assert mail(decision, "agent/returned").values["mistake"] == "Ben Weber has taken this ticket in the meantime."


@pytest.mark.parametrize("wrote", [(), ((BEN, NOW - 40 * MINUTE),), ((ANNA, NOW - MINUTE),)])
def test_a_ticket_that_the_agent_could_know_to_be_a_colleagues_can_be_taken(wrote: tuple[Any, ...]) -> None:
    decision = of_anna("#mine", OF_BEN, inside=Inside(wrote=wrote))
    assert decision.tickets[0].assignee == ANNA


def test_taking_a_ticket_again_in_reply_to_that_counts() -> None:
    told = replace(NOTIFIED, id=6, template="agent/returned", created_at=NOW - MINUTE)
    changes = {"deliveries": (NOTIFIED, told), "inside": Inside(wrote=((BEN, NOW - MINUTE),))}
    assert of_anna("#mine", OF_BEN, **changes).tickets[0].assignee == ANNA


def test_who_answers_what_a_colleague_just_took_is_told() -> None:
    decision = of_anna("Here it is.", OF_BEN, inside=Inside(wrote=((BEN, NOW - MINUTE),)))
    assert decision.tickets[0].assignee == BEN
    assert "taken:Ben Weber" in mail(decision, "agent/receipt").values["done"]  # type: ignore[operator]  # a tuple
