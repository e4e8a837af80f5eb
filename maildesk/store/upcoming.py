"""When the next of each kind of work is due, asked in one statement.

For whoever drives all roles from one place, on a clock of its own: rehearsals and tests ask only the roles that have
something to do. A running desk's roles ask for themselves (``next_due`` of arrivals, deliveries, timers, agent_states).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from maildesk.store import agent_states, arrivals, deliveries, timers
from maildesk.store.database import Database


@dataclass(frozen=True, slots=True)
class Upcoming:
    """Moments in UTC, past ones included; None where nothing of the kind waits."""

    arrivals: datetime | None
    deliveries: datetime | None
    timers: datetime | None
    agents: datetime | None


_UPCOMING = select(
    *(
        each.scalar_subquery()
        for each in (arrivals.NEXT_DUE, timers.NEXT_DUE, agent_states.NEXT_DUE, *deliveries.NEXT_DUE)
    )
)


def upcoming(database: Database) -> Upcoming:
    """What is due next of each kind, if nothing happens before. Raises Trouble."""
    with database.read() as connection:
        return upcoming_in(connection, database.now())


def upcoming_in(connection: Connection, now: datetime) -> Upcoming:
    """The same, together with what else is read of this transaction; ``now`` in UTC."""
    arrival, timer, agent, *mails = connection.execute(_UPCOMING, deliveries.values_at(now)).one()
    return Upcoming(arrival, min((each for each in mails if each is not None), default=None), timer, agent)
