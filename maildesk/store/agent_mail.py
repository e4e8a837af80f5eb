"""What a decision about an agent's own mail needs to know, read in one go."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select, update

from maildesk.desk.actions import Reminder, Wish
from maildesk.desk.agents_day.agent_mail import NEED_THE_LIST, Why, reasons_due
from maildesk.desk.agents_day.agent_mail_facts import AgentMailFacts
from maildesk.desk.known.background_facts import Said
from maildesk.desk.known.facts import AgentFacts
from maildesk.desk.words import Agent, Site
from maildesk.store.agent_states import NOT_SEEN_YET, known_agents
from maildesk.store.background import said_before
from maildesk.store.columns import Moment
from maildesk.store.database import Database
from maildesk.store.handed_on import with_handed_on
from maildesk.store.our_mail import held_answers
from maildesk.store.overview import overview
from maildesk.store.tables import agent_states, asked_reminders, reminders
from maildesk.store.ticket_rows import load_tickets

MOST_REMINDERS = 500
"""Reminders read for one mail; what is beyond comes with the next."""

_REMINDERS = (
    select(reminders)
    .where(reminders.c.agent == bindparam("who"))
    .order_by(reminders.c.at, reminders.c.ticket)
    .limit(MOST_REMINDERS)
)
_WISHES = (
    select(asked_reminders)
    .where(asked_reminders.c.agent == bindparam("who"))
    .order_by(asked_reminders.c.at, asked_reminders.c.ticket)
    .limit(MOST_REMINDERS)
)
_KNOWN = select(agent_states.c.address, agent_states.c.welcome_asked_at)
_LOOK = update(agent_states).where(agent_states.c.address == bindparam("who")).values(next_mail_at=bindparam("now"))
_GREET = update(agent_states).where(agent_states.c.address == bindparam("who")).values(
    welcome_asked_at=bindparam("asked", type_=Moment), version=agent_states.c.version + 1
)  # fmt: skip


def enrol(database: Database, agents: Iterable[Agent], now: datetime, *, welcome: bool = False) -> None:
    """Every agent of the config is looked at once: they may be new, and their hours may be others than before.

    ``welcome``: who is new gets the welcome mail, also where a mail of theirs came before this.
    """
    with database.write() as connection:
        known = {row.address: row.welcome_asked_at for row in connection.execute(_KNOWN)}
        for agent in agents:
            if agent.address in known:
                connection.execute(_LOOK, {"who": agent.address, "now": now})
                if known[agent.address] == NOT_SEEN_YET:
                    connection.execute(_GREET, {"who": agent.address, "asked": now if welcome else None})
            else:
                fresh = {"address": agent.address, "token_issue": 0, "version": 1, "next_mail_at": now}
                connection.execute(insert(agent_states), {**fresh, "welcome_asked_at": now if welcome else None})


def ask_for_welcome(database: Database, agents: Iterable[Agent], now: datetime) -> None:
    """These agents get the welcome mail, also those who had it."""
    with database.write() as connection:
        for agent in agents:
            asked = {"welcome_asked_at": now, "next_mail_at": now}
            known = update(agent_states).where(agent_states.c.address == agent.address)
            if connection.execute(known.values(version=agent_states.c.version + 1, **asked)).rowcount == 0:
                fresh = {"address": agent.address, "token_issue": 0, "version": 1, **asked}
                connection.execute(insert(agent_states), fresh)


def agent_mail_facts(connection: Connection, agent: Agent, site: Site, now: datetime) -> AgentMailFacts:
    """All facts for one decision; the lists only where a mail shows them."""
    agents = known_agents(connection)
    rows = connection.execute(_REMINDERS, {"who": agent.address}).all()
    due = tuple(Reminder(row.agent, row.ticket, row.step, row.at, row.note) for row in rows)
    wanted = connection.execute(_WISHES, {"who": agent.address}).all()
    wishes = tuple(Wish(row.agent, row.ticket, row.at) for row in wanted)
    facts = AgentMailFacts(
        now=now,
        site=site,
        agent=agent,
        known=agents.get(agent.address, AgentFacts()),
        agents=agents,
        reminders=due,
        wishes=wishes,
        tickets=load_tickets(connection, {each.ticket for each in due} | {each.ticket for each in wishes}),
        held=held_answers(connection, agent, site, {each.ticket for each in due}),
        said=_said(connection, site, (each.ticket for each in wishes if each.at is not None and each.at <= now)),
    )
    return with_what_is_due(connection, facts)


def _said(connection: Connection, site: Site, tickets: Iterable[int]) -> dict[int, tuple[Said, ...]]:
    return {each: said_before(connection, each, site) for each in set(tickets)}


def with_what_is_due(connection: Connection, facts: AgentMailFacts) -> AgentMailFacts:
    """The facts that only some reasons need, where one of those is due."""
    due = set(reasons_due(facts))
    for reasons, read in _READ:
        if due & reasons:
            facts = read(connection, facts)
    return facts


_READ: tuple[tuple[frozenset[str], Callable[[Connection, AgentMailFacts], AgentMailFacts]], ...] = (
    (NEED_THE_LIST, overview),
    (frozenset({Why.BACK}), with_handed_on),
)
