"""Claims: what is common to arrivals, deliveries and timers when work is handed out.

A claim writes, before the work: the attempt counted, the next attempt ten minutes away, and its owner. So nothing is
ever "stuck in progress", and there is no rescue code: an attempt is cut off after five minutes (``ATTEMPT_LASTS``), and
the row is due again after ten (``CLAIM_LASTS``). Claims of a process that is gone are void at once.
"""

from __future__ import annotations

import threading
import time
import weakref
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, TypeVar

from sqlalchemy import Connection, bindparam, select, update

from maildesk.store.database import Database
from maildesk.store.tables import ARRIVAL_WAITS, DELIVERY_WAITS, arrivals, deliveries, timers

ATTEMPT_LASTS = timedelta(minutes=5)  # must end before CLAIM_LASTS lets the next attempt begin
CLAIM_LASTS = timedelta(minutes=10)
STRIKES = 3  # attempts after which an arrival is set aside

LOOK_EVERY_SECONDS = 5.0  # how soon a process that shares the database takes up what another left when it died

_looked: weakref.WeakKeyDictionary[Database, float] = weakref.WeakKeyDictionary()
_looking = threading.Lock()

_T = TypeVar("_T", bound=Any)


def alone_if_tried(rows: Sequence[_T]) -> list[_T]:
    """Of rows with ``attempts``, oldest first: the first tries up to the first retry, or that retry alone.

    Whoever dies over a batch cannot say which of it was the cause; one by one, only the cause takes the next strike.
    """
    if rows and rows[0].attempts > 0:
        return [rows[0]]
    retry = next((place for place, row in enumerate(rows) if row.attempts > 0), len(rows))
    return list(rows[:retry])


def look_for_gone(database: Database) -> None:
    """``void_gone_claims`` before a process's first claim, and every few seconds from then on. Raises Trouble."""
    if database.in_memory:
        return
    with _looking:
        now = time.monotonic()
        if now - _looked.get(database, -LOOK_EVERY_SECONDS) < LOOK_EVERY_SECONDS:
            return
        _looked[database] = now
    void_gone_claims(database)


def void_gone_claims(database: Database) -> int:
    """Makes what processes that are gone had claimed due now; returns how many rows. Raises Trouble."""
    owner = database.ownership()
    owner.renew()
    with database.read() as connection:
        suspects = _claimants(connection) - {owner.name}
    if not suspects:
        return 0
    with database.write() as connection:
        gone = owner.gone(suspects, connection)
        values = {"gone": sorted(gone), "now": database.now()}
        return sum(connection.execute(void, values).rowcount for void in _VOID) if gone else 0


def _claimants(connection: Connection) -> set[str]:
    found: set[str] = set()
    for who in _WHO:
        found.update(connection.execute(who).scalars())
    return found


_BY_WHOM = {  # among the few that wait, not among all that were ever claimed
    arrivals: ARRIVAL_WAITS & arrivals.c.claimed_by.is_not(None),
    deliveries: DELIVERY_WAITS & deliveries.c.claimed_by.is_not(None),
    timers: timers.c.claimed_by.is_not(None),
}
_WHO = [select(table.c.claimed_by).distinct().where(claimed) for table, claimed in _BY_WHOM.items()]
_VOID = [
    update(table)
    .where(claimed, table.c.claimed_by.in_(bindparam("gone", expanding=True)))
    .values(claimed_by=None, next_attempt_at=bindparam("now"))
    for table, claimed in _BY_WHOM.items()
]
