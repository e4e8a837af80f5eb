"""Timers: the next step of each ticket, claimed when it is due (guarantee 4).

A timer that was claimed comes again until its step was taken and ``store.apply`` wrote the next one. A step that fails
again and again is tried with growing gaps and never set aside: behind it somebody waits. ``doctor`` names it.

What is due comes in the order in which people would be let down: the soonest promise first, then what nobody was
promised, the oldest first. After downtime each claim sorts what is due (from an index alone), and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, select, update

from maildesk.store.claims import CLAIM_LASTS, alone_if_tried, look_for_gone
from maildesk.store.database import Database
from maildesk.store.tables import TIMER_RUNS, timers

LONGEST_GAP = timedelta(hours=12)

_DUE = (
    select(timers.c.ticket, timers.c.attempts)
    .where(timers.c.next_attempt_at <= bindparam("now"), TIMER_RUNS)
    .order_by(timers.c.promised_at.is_(None), timers.c.promised_at, timers.c.next_attempt_at, timers.c.ticket)
    .limit(bindparam("size"))
    .with_for_update(skip_locked=True)
)
_CLAIM = update(timers).where(timers.c.ticket == bindparam("key")).values(
    attempts=timers.c.attempts + 1, next_attempt_at=bindparam("again"), claimed_by=bindparam("owner")
)  # fmt: skip
NEXT_DUE = select(func.min(timers.c.next_attempt_at)).where(TIMER_RUNS)


def claim_due(database: Database, now: datetime, limit: int) -> list[int]:
    """The tickets, at most ``limit``, whose step is due at ``now``; theirs for ten minutes. Raises Trouble.

    A ticket whose last attempt came to no end comes alone, so that one that kills the process delays only itself.
    """
    look_for_gone(database)
    owner = database.owner
    with database.write(durable=False) as connection:
        rows = alone_if_tried(connection.execute(_DUE, {"now": now, "size": limit}).all())
        claims = [{"key": row.ticket, "again": now + _gap(row.attempts), "owner": owner} for row in rows]
        if claims:
            connection.execute(_CLAIM, claims)
    return [row.ticket for row in rows]


def _gap(attempts: int) -> timedelta:
    return min(CLAIM_LASTS * (1 << min(attempts, 10)), LONGEST_GAP)


_MINE = (timers.c.ticket == bindparam("key")) & timers.c.claimed_by.is_not(None)  # not a timer set since
_GIVE_BACK = update(timers).where(_MINE).values(
    attempts=timers.c.attempts - 1, next_attempt_at=bindparam("again"), claimed_by=None
)  # fmt: skip


def give_back(database: Database, tickets: Sequence[int], again: datetime) -> None:
    """Claimed, but not their fault that nothing came of it (Trouble, a stop). The attempt does not count."""
    if tickets:
        with database.write(durable=False) as connection:
            connection.execute(_GIVE_BACK, [{"key": each, "again": again} for each in tickets])


def next_due(database: Database) -> datetime | None:
    """When the next step is due, if nobody moves before; None where no timer runs."""
    with database.read() as connection:
        moment: datetime | None = connection.execute(NEXT_DUE).scalar_one()
        return moment
