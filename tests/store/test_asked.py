"""What an agent's commands need to know is looked up for that agent alone, once their mail is proven to be theirs."""

from __future__ import annotations

import pytest

from maildesk.desk.facts import NOTHING_ASKED, Facts
from maildesk.store.asked import asked_of
from maildesk.store.database import Database
from tests.store import rows
from tests.unit.desk.making_facts import MARIA, UNKNOWN
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
