"""A signed address of an agent's on somebody else's mail: void, told, in the history, and nobody gets anything."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from maildesk.desk.actions import AgentChange, Decision
from maildesk.desk.arrivals.leaked_addresses import ADD_TO_ALSO
from maildesk.desk.deciding import decide
from maildesk.desk.known.facts import AgentFacts
from maildesk.desk.words import Audience, Fate, MessageKind, Role, TicketState
from maildesk.mail.letter import Mailbox
from tests.unit.desk.making_facts import ANNA, AUTHENTICATED, MARIA, STRANGER, UNKNOWN, by, facts, letter, ticket, token
from tests.unit.desk.test_deciding import mails

ANNAS = token(role=Role.AGENT, mine=False, owner=ANNA)
VOID = AgentChange(ANNA, revoke_token_issue=0)


def leaked(*tickets: Any, **changes: Any) -> Decision:
    """What becomes of a mail of Eve's to an address that is Anna's."""
    plain = {"tokens": (ANNAS,), "verdict": UNKNOWN, "letter": letter("It is cheap."), **by(STRANGER, "Eve")}
    return decide(facts(*(tickets or (ticket(),)), **{**plain, **changes}))


def remedy(decision: Decision) -> str:
    (given_back,) = decision.mails
    return str(given_back.values["remedy"])


def test_it_stays_inside_and_the_history_says_why() -> None:
    decision = leaked(
        letter=letter("It is cheap.", in_reply_to=("shown@example.com",), references=("root@example.com",))
    )
    (note,) = decision.messages
    assert (note.kind, note.message_id, note.refers_to, note.to_and_cc) == (MessageKind.NOTE, None, (), ())
    assert [(each.ticket, each.what, each.by) for each in decision.events] == [
        (1042, "a signed address was revoked", STRANGER)
    ]
    assert ANNA in decision.events[0].reason
    assert STRANGER in decision.events[0].reason
    assert (decision.agents, mails(decision), decision.tickets) == ((VOID,), [], (ticket(),))
    assert mails(decision, Audience.AGENT) == ["agent/returned"]
    assert "kept as a note" in remedy(decision)


def test_a_fresh_address_is_one_newer_than_the_void_one() -> None:
    used = replace(ANNAS, issue=4)
    decision = leaked(tokens=(used,), agents={ANNA: AgentFacts(token_issue=4)})
    assert decision.mails[0].token_issue == 5
    assert decision.agents == (AgentChange(ANNA, revoke_token_issue=4),)


def test_without_a_ticket_it_comes_back_and_nothing_is_filed() -> None:
    decision = leaked(tokens=(replace(ANNAS, ticket=0),))
    assert (decision.fate, decision.tickets, decision.messages, decision.events) == (Fate.RETURNED, (), (), ())
    assert (decision.agents, remedy(decision)) == ((VOID,), ADD_TO_ALSO)


@pytest.mark.parametrize("name", ["Anna Schmidt", "ANNA SCHMIDT"])
def test_where_the_name_is_the_agents_own_the_other_address_is_suggested(name: str) -> None:
    assert remedy(leaked(**by("anna@private.example", name))) == ADD_TO_ALSO


def test_a_mail_without_a_sender_is_kept_inside_too() -> None:
    decision = leaked(author=Mailbox("", ""))
    assert [each.kind for each in decision.messages] == [MessageKind.NOTE]
    assert "an unreadable sender" in decision.events[0].reason


def test_a_customer_who_answers_to_all_asks_a_question_and_the_address_is_void() -> None:
    waiting = ticket(state=TicketState.WAITING)
    decision = leaked(waiting, verdict=AUTHENTICATED, letter=letter("Where is it now?"), **by(MARIA))
    assert [each.kind for each in decision.messages] == [MessageKind.QUESTION]
    assert decision.tickets[0].state is TicketState.OPEN
    assert decision.agents[-1] == VOID
    said = [each.what for each in decision.events]
    assert said[-1] == "a signed address was revoked"
    assert len(said) == 1 + len(decide(facts(waiting, letter=letter("Where is it now?"), tokens=(token(),))).events)


def test_the_address_of_somebody_who_left_is_nobodys() -> None:
    gone = token(role=Role.AGENT, mine=False, owner="gone@example.com")
    decision = leaked(tokens=(gone,))
    assert (decision.agents, mails(decision), decision.tickets[0].state) == ((), [], TicketState.OPEN)
    assert [each.message_id for each in decision.messages] == ["question@customer.example"]
    assert mails(decision, Audience.AGENT) == ["agent/new-message"] * 2  # the team is shown it
