"""Commands that can be read, and would do something else than was meant on this ticket, come back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from maildesk.desk.actions import Decision
from maildesk.desk.commands.commands import command_in_subject
from maildesk.desk.deciding import decide
from maildesk.desk.words import Participant, Role, Ticket
from tests.unit.desk.making_facts import ANNA, NOW, OTTO, by, facts, letter, ticket, token

WITH_OTTO = replace(ticket(), participants=(Participant(OTTO, "", NOW, ANNA),))


def decided(text: str, on: Ticket, subject: str = "Re: My order") -> Decision:
    mail = letter(text, message_id="a@example.com", subject=subject)
    proof: dict[str, Any] = {"tokens": (token(role=Role.AGENT, owner=ANNA),), "letter": mail}
    return decide(facts(on, **{**proof, **by(ANNA, "Anna Schmidt")}))


def mistake(decision: Decision) -> str:
    """What the agent is told is wrong; "" where the mail was done."""
    return "".join(str(each.values["mistake"]) for each in decision.mails if each.template == "agent/returned")


@pytest.mark.parametrize(
    "subject",
    ["#note Re: My order", "Re: #note My order", "#NOTE", "‘#note’", "AW: WG: #Notiz", "[#note] My order", "#close."],
)
def test_a_command_in_the_subject_stops_the_mail_instead_of_sending_a_note(subject: str) -> None:
    decision = decided("She has sent back three parcels.", ticket(), subject)
    assert "stands in the subject" in mistake(decision)
    assert not [each for each in decision.mails if each.audience == "customer"]


def test_a_command_in_the_subject_and_in_the_text_is_no_doubt() -> None:
    assert not mistake(decided("#note\n\nShe has sent back three parcels.", ticket(), "#note My order"))


@pytest.mark.parametrize("subject", ["Re: My order [#1042]", "Re: #1 of two", "Re: My #note", "Re: #sale", ""])
def test_other_subjects_stop_nothing(subject: str) -> None:
    assert not mistake(decided("It comes tomorrow.", ticket(), subject))


def test_the_customers_own_subject_may_begin_like_a_command() -> None:
    on = replace(ticket(), subject="#note from Maria")
    assert not mistake(decided("It comes tomorrow.", on, "Re: #note from Maria"))
    assert command_in_subject("Re: #note from Maria") == "note"


def test_who_gets_no_answers_cannot_be_taken_out_and_the_others_are_named() -> None:
    decision = decided("#uncc otot@customer.example\n\nOnly for you.", WITH_OTTO)
    assert mistake(decision) == "otot@customer.example does not get our answers."
    assert OTTO in str(next(each.values["remedy"] for each in decision.mails if each.template == "agent/returned"))
    assert mistake(decided("#uncc otto@customer.example\n\nOnly for you.", ticket()))
    assert not mistake(decided("#uncc otto@customer.example\n\nOnly for you.", WITH_OTTO))
