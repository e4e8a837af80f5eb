"""Who is greeted: agents who are new to the database, and those for whom an operator asks; on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from maildesk.desk.actions import AgentChange
from maildesk.desk.words import Agent
from maildesk.store.agent_mail import ask_for_welcome, enrol
from maildesk.store.agent_states import claim_due, known_agents
from maildesk.store.database import Database
from maildesk.store.writing_people import write_agent

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ANNA, BEN = Agent("Anna Schmidt", "anna@example.com"), Agent("Ben Weber", "ben@example.com")


def greeted(database: Database) -> set[str]:
    """Whose welcome mail waits."""
    with database.read() as connection:
        return {address for address, known in known_agents(connection).items() if known.welcome_asked_at is not None}


def test_an_agent_who_is_new_in_a_changed_config_is_greeted_and_the_others_are_not_again(database: Database) -> None:
    enrol(database, [ANNA], NOW, welcome=True)
    assert greeted(database) == {ANNA.address}
    with database.write() as connection:
        write_agent(connection, AgentChange(ANNA.address, welcomed=True, version=1))
    enrol(database, [ANNA, BEN], NOW + timedelta(days=1), welcome=True)
    assert greeted(database) == {BEN.address}


def test_agents_whom_the_database_knew_before_there_was_a_welcome_mail_are_not_greeted(database: Database) -> None:
    enrol(database, [ANNA], NOW)  # as an older maildesk did
    enrol(database, [ANNA], NOW + timedelta(days=1), welcome=True)
    assert greeted(database) == set()


def test_an_agent_whose_first_mail_came_before_anybody_looked_at_the_config_is_greeted_too(database: Database) -> None:
    with database.write() as connection:
        write_agent(connection, AgentChange(ANNA.address, wrote_at=NOW))
    assert greeted(database) == set()
    enrol(database, [ANNA], NOW, welcome=True)
    assert greeted(database) == {ANNA.address}


def test_a_rehearsed_desk_greets_nobody_whoever_wrote_first(database: Database) -> None:
    with database.write() as connection:
        write_agent(connection, AgentChange(ANNA.address, wrote_at=NOW))
    enrol(database, [ANNA], NOW)
    enrol(database, [ANNA], NOW + timedelta(days=1), welcome=True)
    assert greeted(database) == set()


def test_an_operator_may_have_anybody_greeted_again_and_the_sweep_comes_at_once(database: Database) -> None:
    enrol(database, [ANNA], NOW)
    claim_due(database, NOW, 10)
    ask_for_welcome(database, [ANNA, BEN], NOW)
    assert greeted(database) == {ANNA.address, BEN.address}
    assert set(claim_due(database, NOW, 10)) == {ANNA.address, BEN.address}
