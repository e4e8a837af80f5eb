"""Claims: what is common to arrivals, deliveries and timers when work is handed out.

A claim writes, before the work: the attempt counted, the next attempt ten minutes away, and its owner. So nothing is
ever "stuck in progress", and there is no rescue code: an attempt is cut off after five minutes (``ATTEMPT_LASTS``), and
the row is due again after ten (``CLAIM_LASTS``). Claims of a process that is gone are void at once.
"""

from __future__ import annotations

import threading
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

_swept: weakref.WeakSet[Database] = weakref.WeakSet()
_sweeping = threading.Lock()

_T = TypeVar("_T", bound=Any)


def alone_if_tried(rows: Sequence[_T]) -> list[_T]:
    """Of rows with ``attempts``, oldest first: the first tries up to the first retry, or that retry alone.

    Whoever dies over a batch cannot say which of it was the cause; one by one, only the cause takes the next strike.
    """
    if rows and rows[0].attempts > 0:
        return [rows[0]]
    retry = next((place for place, row in enumerate(rows) if row.attempts > 0), len(rows))
    return list(rows[:retry])


def void_gone_claims_once(database: Database) -> None:
    """``void_gone_claims`` at the first claim of a process: after a crash the work goes on at once."""
    if database not in _swept:
        with _sweeping:
            if database not in _swept:
                void_gone_claims(database)
                _swept.add(database)


def void_gone_claims(database: Database) -> int:
    """Makes what processes that are gone had claimed due now; returns how many rows. Raises Trouble.

    Call it every few seconds where several processes share a database; it is one small query where all live.
    """
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
