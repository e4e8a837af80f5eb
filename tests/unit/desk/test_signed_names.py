"""Who signs with the name that their address is made of is called by it, where From has none; nobody else is."""

from __future__ import annotations

import pytest

from maildesk.desk.deciding import decide
from maildesk.desk.known.facts import PersonFacts
from maildesk.desk.senders.signed_names import signed_name
from tests.unit.desk.making_facts import by, facts, letter
from tests.unit.desk.test_deciding import mail

MARIA = "maria.muster@customer.example"


@pytest.mark.parametrize(
    ("signature", "address"),
    [
        ("Maria Muster", MARIA),
        ("Kind regards,\nMaria Muster", "mmuster@customer.example"),
        ("-- \nDr. Maria Muster\nMuster GmbH\nTel. +49 30 1234", "muster-m@customer.example"),
        ("Viele Grüße\n\nMaria Anna Muster", "maria@customer.example"),
        ("Best\nMaria Muster\nSent from my iPhone", "Maria.Muster77+shop@customer.example"),
        ("Grüße\nJörg Müller", "joerg.mueller@customer.example"),
        ("Saludos,\nJosé Núñez", "jnunez@customer.example"),
        ("С уважением,\nАнна Иванова", "анна.иванова@пример.рф"),
    ],
)
def test_a_name_that_the_address_is_made_of_is_theirs(signature: str, address: str) -> None:
    found = signed_name(letter(signature=signature), address)
    assert found in ("Maria Muster", "Maria Anna Muster", "Jörg Müller", "José Núñez", "Анна Иванова")


@pytest.mark.parametrize(
    ("signature", "address"),
    [
        ("", MARIA),
        ("Maria", MARIA),  # one word may be anything
        ("Maria Muster", "office@customer.example"),
        ("Maria Muster", "muster@customer.example"),  # a family's
        ("Maria Muster", "otto.muster@customer.example"),
        ("Otto Other", MARIA),
        ("MARIA MUSTER", MARIA),
        ("maria muster", MARIA),
        ("Maria Muster is away until Monday", MARIA),
        ("Maria Muster 030 1234", MARIA),
        ("Kind Regards", "kind@customer.example"),
        ("a\nb\nc\nd\nMaria Muster", MARIA),
        ("Al Ba", "al@customer.example"),
        ("Maria Muster", ""),
    ],
)
def test_in_all_doubt_there_is_no_name(signature: str, address: str) -> None:
    assert signed_name(letter(signature=signature), address) == ""


def test_the_first_reply_greets_them_by_it_and_it_is_kept() -> None:
    decision = decide(facts(letter=letter(signature="Kind regards\nMaria Muster"), **by(MARIA)))
    assert mail(decision, "received").values["customer_name"] == "Maria Muster"
    assert decision.tickets[0].requester_name == "Maria Muster"
    assert decision.people[0].name == "Maria Muster"


@pytest.mark.parametrize(
    ("changes", "called"),
    [
        (by(MARIA, "Mia"), "Mia"),
        ({**by(MARIA), "person": PersonFacts(version=1, chosen_name="Frau Muster")}, "Frau Muster"),
        ({**by(MARIA), "is_form": True}, ""),
        ({**by(MARIA), "through": "info@lists.example"}, ""),
    ],
)
def test_what_they_or_an_agent_chose_comes_first_and_forms_and_lists_have_none(changes: object, called: str) -> None:
    assert isinstance(changes, dict)
    decision = decide(facts(letter=letter(signature="Maria Muster"), **changes))
    assert decision.tickets[0].requester_name == called
