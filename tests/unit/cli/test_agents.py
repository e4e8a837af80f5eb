"""``maildesk agents``: who there is, who is away, who has how much, and the welcome mail once more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from maildesk import app
from maildesk.config import load
from maildesk.desk.actions import AgentChange
from maildesk.store.agent_states import known_agents
from maildesk.store.writing_people import write_agent
from tests.unit.cli.conftest import Run
from tests.unit.cli.test_commands import lines


@pytest.fixture
def staffed(site: Path) -> Path:
    """A site whose first agent is away and has the ticket."""
    settings = load(site)
    desk, agent, now = app.build(settings), settings.site.agents[0], datetime.now(UTC)
    try:
        with desk.database.write() as connection:
            away = AgentChange(agent.address, away_until=now + timedelta(days=2), away_reason="#away", wrote_at=now)
            write_agent(connection, away)
            connection.exec_driver_sql(f"UPDATE tickets SET assignee = '{agent.address}'")
    finally:
        desk.close()
    return site


def test_agents_are_listed_with_their_desks_and_what_they_have(run: Run, staffed: Path) -> None:
    site = load(staffed).site
    found = lines(run("--config", staffed, "agents", "--json").out)
    assert [each["address"] for each in found] == [each.address for each in site.agents]
    first = found[0]
    assert first["name"] == site.agents[0].name
    assert first["desks"] == list(site.agents[0].desks)
    assert (first["open_tickets"], first["praised"]) == (1, 0)
    assert first["away_reason"] == "#away"
    assert datetime.fromisoformat(first["away_until"]) > datetime.fromisoformat(first["wrote_at"])
    assert all(each["welcomed"] and not each["left"] for each in found)
    shown = run("--config", staffed, "agents").out.splitlines()
    assert shown[0].split()[:3] == ["NAME", "ADDRESS", "LEAD"]
    assert "OPEN TICKETS" in shown[0]
    assert len(shown) == 1 + len(site.agents)


def test_who_left_and_still_has_open_tickets_is_named_last(run: Run, staffed: Path) -> None:
    desk = app.build(load(staffed))
    try:
        with desk.database.write() as connection:
            connection.exec_driver_sql("UPDATE tickets SET assignee = 'gone@example.com'")
    finally:
        desk.close()
    last = lines(run("--config", staffed, "agents", "--json").out)[-1]
    assert (last["address"], last["left"], last["open_tickets"]) == ("gone@example.com", True, 1)


def test_the_welcome_mail_is_asked_for_again(run: Run, staffed: Path) -> None:
    address = load(staffed).site.agents[0].address
    told = run("--config", staffed, "agents", "welcome", address.upper())
    assert told.code == 0
    assert address in told.out
    desk = app.build(load(staffed))
    try:
        with desk.database.read() as connection:
            assert known_agents(connection)[address].welcome_asked_at is not None
    finally:
        desk.close()
    assert lines(run("--config", staffed, "agents", "--json").out)[0]["welcomed"] is False


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("welcome", "nobody@example.com"), 65, "Nobody here is an agent: nobody@example.com."),
        (("welcome",), 64, "welcome anna@example.com"),
        (("show", "1"), 64, "welcome anna@example.com"),
    ],
)
def test_what_is_no_agent_is_refused_and_nothing_is_sent(
    run: Run, staffed: Path, words: tuple[str, ...], code: int, says: str
) -> None:
    told = run("--config", staffed, "agents", *words)
    assert told.code == code
    assert says in told.err
