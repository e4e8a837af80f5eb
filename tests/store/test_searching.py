"""Tickets by words: in what they are known by and in their mails, whatever the capitals; only of the agent's desks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert

from maildesk.store.database import Database
from maildesk.store.searching import of_customer, said_in, search
from maildesk.store.tables import messages
from tests.store import rows
from tests.store.conftest import START
from tests.store.rows import DESK, KIM

OTHER_DESK = "billing@example.com"


def message(connection: Connection, ticket: int, text: str, **changes: Any) -> None:
    row = {"desk": DESK, "ticket": ticket, "kind": "question", "from_address": KIM, "trust": "known", "at": START}
    connection.execute(insert(messages), row | {"text": text, "new_text": text} | changes)


@pytest.fixture
def filled(database: Database) -> Database:
    with database.write() as connection:
        rows.ticket(connection, 1, subject="Drucker meldet Ölstand", requester_name="Jürgen Groß")
        rows.ticket(connection, 2, subject="A red lamp", tags="invoice,späte lieferung")
        rows.ticket(connection, 3, subject="100% wool_scarf", last_customer_at=START + timedelta(days=1))
        rows.ticket(connection, 4, subject="A red lamp", desk=OTHER_DESK)
        message(connection, 1, "Der Drucker druckt ÜBERHAUPT nicht.")
        message(connection, 3, "Is the red scarf there?", at=START + timedelta(days=1))
        message(connection, 3, "#note\nThe red ones are sold out.", kind="note", at=START + timedelta(days=2))
        message(connection, 3, "#mine", kind="command", at=START + timedelta(days=3))
    return database


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("red", [3, 2]),
        ("RED Lamp", [2]),
        ("ölstand", [1]),
        ("überhaupt drucker", [1]),
        ("Jürgen", [1]),
        ("invoice", [2]),
        ("Späte", [2]),
        (KIM.partition("@")[0], [3, 1, 2]),
        ("%", [3]),
        ("wool_", [3]),
        ("woolx", []),
        ("#2", [2]),
        ("4", []),
        ("9" * 30, []),
    ],
)
def test_all_the_words_are_found_in_one_place(filled: Database, words: str, numbers: list[int]) -> None:
    with filled.read() as connection:
        found = search(connection, [DESK], words)
    assert sorted(each.number for each in found) == sorted(numbers)
    if numbers[:1] == [3]:
        assert found[0].number == 3  # the newest first


def test_a_customers_tickets_are_those_of_the_agents_desks(filled: Database) -> None:
    with filled.read() as connection:
        assert [each.number for each in of_customer(connection, [DESK, OTHER_DESK], KIM)] == [3, 4, 2, 1]
        assert [each.number for each in of_customer(connection, [OTHER_DESK], KIM)] == [4]


def test_what_was_said_is_the_newest_first_with_notes_and_without_commands(filled: Database) -> None:
    with filled.read() as connection:
        said = said_in(connection, 3)
    assert [each.inside for each in said] == [True, False]
    assert said[1].text == "Is the red scarf there?"
