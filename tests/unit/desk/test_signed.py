"""What the panel says of a customer's signature."""

from __future__ import annotations

from dataclasses import replace

import pytest

from maildesk.desk.deciding import decide
from maildesk.desk.known.facts import Facts
from maildesk.desk.mailing.signed import LONGEST, signed
from tests.unit.desk.making_facts import facts, ticket
from tests.unit.desk.test_deciding import agent_facts


@pytest.mark.parametrize(
    "number",
    [
        "030 1234567", "+49 (0)30 123 45-67", "(030) 1234567", "+1 415-555-0132", "01 23 45 67 89", "030/1234567",
        "+7 (495) 123-45-67", "415.555.0132", "45 12 34",
    ],
)  # fmt: skip
def test_a_signature_with_a_telephone_number_is_shown_in_one_line(number: str) -> None:
    assert signed(f"-- \nMaria Muster\n\nTel. {number}\n") == f"Maria Muster · Tel. {number}"


@pytest.mark.parametrize(
    "signature",
    ["", "Maria", "Sent from my iPhone", "Best regards\nMaria Muster\nMuster GmbH", "Room 12\nhttps://shop.example/4155550132",
     "maria.4155550132@example.com", "2026", "1 23 45"],
)  # fmt: skip
def test_a_signature_without_one_is_not(signature: str) -> None:
    assert signed(signature) == ""


def test_what_a_company_must_say_below_it_is_cut() -> None:
    long = signed("Maria Muster\nTel. 030 1234567\n" + "Registered in Berlin under number HRB 12345. " * 20)
    assert long.startswith("Maria Muster · Tel. 030 1234567 · Registered")
    assert long.endswith(" …")
    assert len(long) <= LONGEST + 2


def test_a_number_far_down_does_not_bring_a_line_without_it() -> None:
    assert signed("Maria\n" + "All goods remain ours until paid. " * 20 + "\nTel. 030 1234567") == ""


def test_a_line_that_stands_twice_is_said_once() -> None:
    assert signed("Maria Muster\nMaria Muster\n030 1234567") == "Maria Muster · 030 1234567"


def shown(decided: Facts) -> set[object]:
    """What the panels of the mails to agents say of a signature, where a mail was signed with a number."""
    signed_mail = replace(decided, letter=replace(decided.letter, signature="M. M.\nTel. 030 1234567"))
    mails = decide(signed_mail).mails
    return {each.values["their_signature"] for each in mails if "their_signature" in each.values}


def test_only_the_customers_own_signature_is_theirs() -> None:
    assert shown(facts(ticket())) == {"M. M. · Tel. 030 1234567"}
    assert shown(agent_facts("#assign Ben")) == {""}
