"""The agents as an operator sees them: what the config says of each, and what the database knows (guarantee 9).

Rows are plain dictionaries in the order of the config; their keys are names that users' scripts rely on. Whoever is no
agent any more and still has open tickets comes last, so that nobody's tickets are forgotten. Raises only ``Trouble``.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import func, literal_column, select

from maildesk.desk.known.facts import AgentFacts
from maildesk.desk.words import Agent, Site
from maildesk.store.agent_states import known_agents
from maildesk.store.database import Database
from maildesk.store.praising import praise_counts
from maildesk.store.tables import tickets

Line = dict[str, Any]

_OPEN = (
    select(tickets.c.assignee, func.count())
    .where(tickets.c.state == literal_column("'open'"), tickets.c.assignee.is_not(None))
    .group_by(tickets.c.assignee)
)


def list_agents(database: Database, site: Site, now: datetime) -> Iterator[Line]:
    """One row for each: ``name address also desks lead languages skills away_until away_reason open_tickets
    most_open praised wrote_at lists_at welcomed left``.

    ``praised``: how often customers thanked them or gave a good rating. ``away_until`` only while they are away;
    ``most_open`` None where they may have any number; ``lists_at`` the times that they chose for their lists, "" where
    the desk's count; ``welcomed`` False while the welcome mail waits.
    """
    with database.read() as connection:
        known = known_agents(connection)
        opened = {str(row[0]): int(row[1]) for row in connection.execute(_OPEN)}
        praised = praise_counts(connection)
    for agent in site.agents:
        line = _line(site, agent, known.get(agent.address, AgentFacts()), opened.get(agent.address, 0), now)
        yield {**line, "praised": praised.get(agent.address, 0)}
    for address in sorted(opened.keys() - {each.address for each in site.agents}):
        gone = _line(site, Agent("", address), known.get(address, AgentFacts()), opened[address], now)
        yield {**gone, "left": True}


def _line(site: Site, agent: Agent, known: AgentFacts, opened: int, now: datetime) -> Line:
    away = known.is_away(now)
    return {
        "name": agent.name,
        "address": agent.address,
        "also": list(agent.also),
        "desks": list(agent.desks),
        "lead": agent.lead,
        "languages": list(agent.languages),
        "skills": list(agent.skills),
        "away_until": known.away_until if away else None,
        "away_reason": known.away_reason if away else "",
        "open_tickets": opened,
        "most_open": _most_open(site, agent),
        "praised": 0,
        "wrote_at": known.wrote_at,
        "lists_at": known.digest_times,
        "welcomed": known.welcome_asked_at is None,
        "left": False,
    }


def _most_open(site: Site, agent: Agent) -> int | None:
    """Their own limit, else the widest of their desks'; None where one of these has none."""
    theirs = [desk.most_open for desk in site.desks if desk.address in agent.desks]
    return agent.most_open or (max(theirs) if theirs and all(theirs) else None)
