"""Praise is of whoever's answer arrived last; a mail is taken as encrypted only where it says so and shows no text."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from maildesk.desk.arrivals.encrypted_mail import WHAT
from maildesk.desk.customers.praise import earner, here
from maildesk.desk.deciding import decide
from maildesk.desk.known.facts import AgentFacts, AnswerFacts
from maildesk.desk.words import Fate, Role
from maildesk.mail.letter import Attachment
from maildesk.mail.opaque import ENCRYPTED_PGP, ENCRYPTED_SMIME, PGP_BLOCK
from tests.unit.desk.making_facts import ANNA, BEN, NOW, facts, letter, ticket, token
from tests.unit.desk.test_deciding import agent_facts, mails

HOUR = timedelta(hours=1)


def answer(agent: str, hours_ago: int, state: str = "sent", number: int = 1042) -> AnswerFacts:
    return AnswerFacts(9, agent, NOW - hours_ago * HOUR, "Here it is.", state, number)


@pytest.mark.parametrize(
    ("answers", "who"),
    [
        ((answer(ANNA, 3), answer(BEN, 1)), BEN),
        ((answer(BEN, 1), answer(ANNA, 3)), BEN),
        ((answer(ANNA, 3), answer(BEN, 1, "held")), ANNA),
        ((answer(ANNA, 3), answer(BEN, 1, number=1043)), ANNA),
        ((answer("gone@example.com", 1), answer(ANNA, 3)), None),
        ((), None),
    ],
)
def test_praise_is_of_whoevers_answer_on_that_ticket_arrived_last(answers: Any, who: str | None) -> None:
    said = facts(ticket(), answers=answers)
    earned = earner(said, ticket())
    assert (earned.address if earned else None) == who
    assert [each.address for each in here(said, ticket())] == ([who] if who else [])


def test_who_is_away_is_not_told_now() -> None:
    away = {BEN: AgentFacts(away_since=NOW, away_until=NOW + 24 * HOUR)}
    assert here(facts(ticket(), answers=(answer(BEN, 1),), agents=away), ticket()) == ()


@pytest.mark.parametrize(
    ("text", "problems", "sealed"),
    [
        ("", (ENCRYPTED_PGP,), True),
        ("", (ENCRYPTED_SMIME,), True),
        (f"{PGP_BLOCK}\n\nhQEM", (ENCRYPTED_PGP,), True),
        ("The key is below.", (ENCRYPTED_PGP,), False),  # an encrypted file beside a text
        ("", (), False),  # a file alone is an answer
    ],
)
def test_only_what_nobody_can_read_comes_back_as_encrypted(text: str, problems: Any, *, sealed: bool) -> None:
    file = Attachment("form.pdf", "application/pdf", 1, "0", inline=False, content=b"x")
    written = letter(text, problems=problems, attachments=(file,))
    decision = decide(agent_facts("", letter=written))
    assert (decision.fate is Fate.RETURNED, mails(decision) == ["reply"]) == (sealed, not sealed)
    if sealed:
        assert [(each.ticket, each.reason) for each in decision.events] == [(1042, WHAT)]
        assert decision.tickets == (ticket(),)


def test_an_encrypted_mail_on_no_ticket_of_theirs_comes_back_without_one() -> None:
    sealed = agent_facts("", letter=letter("", problems=(ENCRYPTED_PGP,)), tokens=())
    decision = decide(sealed)
    assert (decision.fate, decision.tickets, decision.events) == (Fate.RETURNED, (), ())
    of_nobody = replace(sealed, tokens=(token(0, Role.AGENT, owner=ANNA),))
    assert decide(of_nobody).tickets == ()
