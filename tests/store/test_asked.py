"""What an agent's commands need to know is looked up for that agent alone, once their mail is proven to be theirs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from maildesk.desk.known.facts import NOTHING_ASKED, DeliveryFacts, Facts
from maildesk.desk.words import Role
from maildesk.store.asked import asked_of
from maildesk.store.database import Database
from maildesk.store.tables import arrivals, asked_reminders
from tests.store import rows
from tests.store.conftest import START
from tests.store.test_searching import message
from tests.unit.desk.making_facts import ANNA, MARIA, UNKNOWN, ticket, token
from tests.unit.desk.test_deciding import agent_facts


@pytest.fixture
def filled(database: Database) -> Database:
    with database.write() as connection:
        rows.ticket(connection, 1, subject="A red lamp", requester=MARIA)
    return database


def forged(text: str) -> Facts:
    return agent_facts(text, tokens=(), verdict=UNKNOWN)


@pytest.mark.parametrize("text", ["#search red", "#show 1", "#history 1", "It comes.\n#merge 1"])
def test_who_forges_an_agents_address_makes_us_look_up_nothing(filled: Database, text: str) -> None:
    with filled.read() as connection:
        assert asked_of(connection, forged(text)) == NOTHING_ASKED
        assert asked_of(connection, agent_facts(text)) != NOTHING_ASKED


def test_when_an_agent_is_to_be_reminded_is_known_to_who_changes_it(filled: Database) -> None:
    facts = agent_facts("#remind off")
    with filled.write() as connection:
        rows.ticket(connection, 1042)
        for agent, days in (("aaron@example.com", 2), (ANNA, 1), ("ben@example.com", 3)):
            row = {"agent": agent, "ticket": 1042, "at": START + timedelta(days=days)}
            connection.execute(insert(asked_reminders).values(row))
        assert asked_of(connection, facts).remind_at == START + timedelta(days=1)


def test_a_mail_that_a_colleague_split_off_first_takes_no_other_along(filled: Database) -> None:
    with filled.write() as connection:
        rows.ticket(connection, 2, requester=MARIA)
        for number, on in ((11, 1), (12, 1), (13, 2)):
            came = {"id": number, "arrived_at": START, "accepted_at": START, "intake": "smtp", "recipients": []}
            connection.execute(insert(arrivals), came | {"raw": b"", "size": 0, "next_attempt_at": START})
            message(connection, on, f"mail {number}", arrival=number, at=START + timedelta(minutes=number))
    with filled.read() as connection:
        found = [asked_of(connection, agent_facts("#split", ticket(1), **answering(each))).split for each in (12, 13)]
    assert [each and each.text for each in found] == ["mail 12", None]


def answering(arrival: int) -> dict[str, Any]:
    """An agent's answer to the notification of that arrival, on ticket 1."""
    key = f"notify:{arrival}:{ANNA}"
    shown = DeliveryFacts(1, key, 1, ANNA, "n@example.com", "agent/new-message", "sent", "agent", START, False)
    return {"deliveries": (shown,), "tokens": (token(1, role=Role.AGENT, owner=ANNA),)}
