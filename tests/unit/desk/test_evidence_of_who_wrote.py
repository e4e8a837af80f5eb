"""Which evidence of who wrote counts: of two copies of a mail, of two signed addresses on it, of an agent's yes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from maildesk.desk.deciding import decide
from maildesk.desk.words import Audience, Fate, MessageKind, Role, Trust
from tests.unit.desk.making_facts import (
    ANNA,
    AUTHENTICATED,
    BEN,
    MARIA,
    OTTO,
    UNKNOWN,
    arrival,
    by,
    facts,
    hit,
    ticket,
    token,
)
from tests.unit.desk.test_deciding import agent_facts, mails, notification

UNPROVEN = ticket(requester_trust=Trust.STRANGER)
SECOND = {"duplicate_of": 3, "duplicate_in": 1042}


def test_the_copy_with_the_better_evidence_counts() -> None:
    decision = decide(facts(UNPROVEN, **SECOND))
    assert (decision.fate, decision.tickets) == (Fate.DUPLICATE, (ticket(),))
    assert [(each.ticket, each.what, each.by) for each in decision.events] == [(1042, "the sender is proven", MARIA)]
    assert (decision.messages, decision.mails) == ((), ())


@pytest.mark.parametrize(
    ("before", "changes"),
    [
        (UNPROVEN, {"verdict": UNKNOWN}),
        (UNPROVEN, by(OTTO)),  # proven, but somebody else
        (UNPROVEN, {"duplicate_in": None}),
        (ticket(), {}),  # was proven before
    ],
)
def test_a_copy_that_proves_nothing_new_changes_nothing(before: Any, changes: dict[str, Any]) -> None:
    decision = decide(facts(before, **{**SECOND, **changes}))
    assert (decision.fate, decision.tickets, decision.events) == (Fate.DUPLICATE, (), ())


def test_a_customers_own_signed_address_outweighs_an_agents_beside_it() -> None:
    both = (token(), token(role=Role.AGENT, mine=False, owner=ANNA))
    for tokens in (both, both[::-1]):
        decision = decide(facts(ticket(), tokens=tokens))
        assert [each.kind for each in decision.messages] == [MessageKind.QUESTION]
        assert not [each for each in decision.agents if each.revoke_token_issue is not None]


@pytest.mark.parametrize(
    ("tokens", "left"),
    [((), ["reply"]), ((token(role=Role.CUSTOMER, mine=False),), [])],
)
def test_a_confirmed_mail_is_an_answer_only_on_a_ticket_that_it_has_a_part_in(tokens: Any, left: list[str]) -> None:
    confirmed = arrival(override="confirmed")
    hits = (hit(people=(ANNA,)),) if not tokens else ()
    decision = decide(agent_facts("It comes.", tokens=tokens, hits=hits, verdict=UNKNOWN, arrival=confirmed))
    assert mails(decision) == left


def test_proof_without_a_signed_address_answers_nothing_and_the_mail_is_kept_with_its_ticket() -> None:
    proven = agent_facts("It comes.", tokens=(), hits=(hit(people=(ANNA,)),), verdict=AUTHENTICATED)
    decision = decide(proven)
    assert (decision.fate, decision.tickets, mails(decision)) == (Fate.RETURNED, (ticket(),), [])
    assert mails(decision, Audience.AGENT) == ["agent/returned"]


@pytest.mark.parametrize(
    ("said", "confirms"), [("", (77,)), ("Yes", (77,)), ("No, that was not me", ()), ("Who asks?", ()), ("Maybe", ())]
)
def test_only_yes_or_nothing_says_that_it_was_the_agent(said: str, confirms: tuple[int, ...]) -> None:
    asked = replace(notification(5), template="agent/confirm", key=f"confirm:77:{ANNA}", ticket=None)
    signed = (token(0, Role.AGENT, owner=ANNA),)
    decision = decide(agent_facts(said, deliveries=(asked,), tokens=signed))
    assert decision.confirms == confirms
    of_ben = replace(asked, recipient=BEN)
    assert decide(agent_facts(said, deliveries=(of_ben,), tokens=signed)).confirms == ()
