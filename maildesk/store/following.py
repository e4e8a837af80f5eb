"""What the follow-up steps of tickets need to know, read for a batch of tickets at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from maildesk.desk.following.handing_on import may_be_somebody_elses
from maildesk.desk.known.follow_up_facts import FollowUpFacts
from maildesk.desk.words import Site, Ticket
from maildesk.store.agent_states import known_agents
from maildesk.store.background import said_before
from maildesk.store.loads import load_of, unanswered
from maildesk.store.tables import people
from maildesk.store.ticket_rows import load_tickets

_UNREACHABLE = select(people.c.desk, people.c.address, people.c.unreachable).where(
    people.c.desk.in_(bindparam("desks", expanding=True)),
    people.c.address.in_(bindparam("addresses", expanding=True)),
    people.c.unreachable != "",
)


def follow_up_facts(
    connection: Connection, numbers: Sequence[int], site: Site, now: datetime
) -> dict[int, FollowUpFacts]:
    """What the follow-up steps of these tickets need to know, by ticket, in a few questions for all of them."""
    known = load_tickets(connection, numbers)
    unreachable = _unreachable(connection, known.values())
    agents = known_agents(connection)
    found: dict[int, FollowUpFacts] = {}
    for number in numbers:
        ticket = known.get(number)
        desk = site.desk(ticket.desk) if ticket is not None else None
        if ticket is not None and desk is not None:
            reason = unreachable.get((ticket.desk, ticket.requester), "")
            facts = FollowUpFacts(now, site, desk, ticket, agents, reason)
            found[number] = _for_somebody_new(connection, facts) if may_be_somebody_elses(facts) else facts
    return found


def _for_somebody_new(connection: Connection, facts: FollowUpFacts) -> FollowUpFacts:
    """What whoever gets the ticket now needs to read, and what decides who that is."""
    load = load_of(connection, facts.site, facts.desk, facts.ticket.requester)
    said = said_before(connection, facts.ticket.number, facts.site)
    return replace(facts, load=load, question=unanswered(connection, facts.ticket), said=said)


def _unreachable(connection: Connection, known: Iterable[Ticket]) -> dict[tuple[str, str], str]:
    """Which requesters cannot be reached, and why, by desk and address."""
    asked = {"desks": sorted({each.desk for each in known}), "addresses": sorted({each.requester for each in known})}
    return {(row.desk, row.address): row.unreachable for row in connection.execute(_UNREACHABLE, asked)}
