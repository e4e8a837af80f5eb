"""Guarantees 1 to 6, checked on a live database: who or what offends against one, and the way out.

Read only. Each check is one query over what is due, wrong or recent, not over all that is stored, so that it can run
every few minutes on a large desk: guarantee 4 is proved by the tickets that the database itself notes as hanging
(``soundness``) and by what is past its time, guarantee 2 by the newest mail. ``everything`` believes no note: it reads
every live ticket and all filed mail, in time that grows with them.

What it cannot see: mail that never reached us (the ledger of mailboxes counts that), and answers whose words are wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, bindparam, func, literal_column, not_, or_, select, text

from maildesk.desk.words import LIVE_STATES, Brakes, TicketState
from maildesk.store.claims import STRIKES
from maildesk.store.database import Database
from maildesk.store.soundness import missing_triggers
from maildesk.store.tables import (
    ARRIVAL_WAITS,
    BRAKED,
    DELIVERY_UNSENT,
    DELIVERY_WAITS,
    PROMISE_STANDS,
    PROMISE_UNEXPLAINED,
    TIMER_FAILS,
    TIMER_RUNS,
    arrivals,
    deliveries,
    hanging,
    mailboxes,
    messages,
    promises,
    tickets,
    timers,
)

LATE = timedelta(hours=1)
"""What is due and untouched for so long is not merely busy: claims last ten minutes."""

RECENT = timedelta(days=7)
"""How far back ended work is looked at."""

A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Finding:
    """One offender. ``key`` is what other commands take: an arrival, delivery, ticket or mailbox."""

    guarantee: int
    what: str
    key: str
    remedy: str


NEWEST = 1000
"""Filed mails that are looked at where not everything is."""


@dataclass(frozen=True, slots=True)
class _Look:
    """What is looked at, and when."""

    connection: Connection
    now: datetime
    brakes: Brakes
    everything: bool

    def rows(self, statement: Select[Any]) -> list[Row[Any]]:
        moments = {_NOW: self.now, _LATE: self.now - LATE, _RECENT: self.now - RECENT, _YESTERDAY: self.now - A_DAY}
        limits = {_MOST: self.brakes.per_address_day, _STRIKES: STRIKES}
        return list(self.connection.execute(statement, moments | limits))


_NOW, _LATE, _RECENT, _YESTERDAY, _MOST, _STRIKES = "now", "late", "recent", "yesterday", "most", "strikes"
"""What the statements compare with, by the names of their parameters."""


_Check = Callable[[_Look], Iterator[Finding]]

_a, _d, _t, _p, _m = arrivals.c, deliveries.c, tickets.c, promises.c, messages.c
_LIVE = _t.state.in_([literal_column(f"'{state}'") for state in ("open", "waiting", "paused", "solved")])
_IS_OPEN = _t.state == literal_column("'open'")


def examine(database: Database, brakes: Brakes | None = None, everything: bool = False) -> list[Finding]:
    """Everything that offends against a guarantee now, by guarantee; empty on a sound desk. Raises Trouble."""
    with database.read() as connection:
        look = _Look(connection, database.now(), brakes or Brakes(), everything)
        found = [each for check in _CHECKS for each in check(look)]
        found += _settings(connection, database)
    return sorted(found, key=lambda each: each.guarantee)


def is_new(database: Database) -> bool:
    """Whether this desk has had no mail yet: nothing in it depends on a secret. Raises Trouble."""
    with database.read() as connection:
        return all(connection.execute(select(each).limit(1)).first() is None for each in (_a.id, _t.number))


def _settings(connection: Connection, database: Database) -> Iterator[Finding]:
    """Guarantee 1 stands on the disk: what was committed must be on it."""
    if database.sqlite:
        return
    for name in ("fsync", "full_page_writes", "synchronous_commit"):
        if connection.execute(text(f"SHOW {name}")).scalar_one() == "off":
            yield Finding(1, f"PostgreSQL runs with {name} = off: a power cut loses mail.", name, f"Set {name} = on.")


_LATE_ARRIVALS = select(_a.id, _a.attempts).where(ARRIVAL_WAITS, _a.next_attempt_at < bindparam(_LATE))
_STUCK_ARRIVALS = select(_a.id, _a.attempts).where(ARRIVAL_WAITS, _a.attempts > bindparam(_STRIKES))
_SET_ASIDE = select(_a.id).where(
    _a.fate == literal_column("'failed'"),
    _a.accepted_at > bindparam(_RECENT),
    *(_a.ticket.is_(None), _a.sender != "", _a.spam.is_(False), _a.history.is_(False)),
)


def _arrivals_left(look: _Look) -> Iterator[Finding]:
    for row in look.rows(_LATE_ARRIVALS):
        what = "This mail has waited to be processed for more than an hour."
        yield Finding(1, what, f"arrival {row.id}", "Start `maildesk run process`, and see its log.")
    for row in look.rows(_STUCK_ARRIVALS):
        what = f"Processing this mail failed {row.attempts} times, and so did setting it aside."
        yield Finding(5, what, f"arrival {row.id}", f"See the log; then `maildesk arrivals retry {row.id}`.")
    for row in look.rows(_SET_ASIDE):
        what = "This mail was set aside, and no ticket was opened for its sender."
        yield Finding(5, what, f"arrival {row.id}", f"Read it with `maildesk arrivals show {row.id}`, then retry it.")


_DEAF = select(mailboxes.c.name, mailboxes.c.trouble).where(
    or_(mailboxes.c.trouble != "", mailboxes.c.checked_at < bindparam(_LATE))
)


def _mailboxes(look: _Look) -> Iterator[Finding]:
    for row in look.rows(_DEAF):
        what = row.trouble or "This mailbox was not looked at for more than an hour."
        yield Finding(1, what, row.name, "Start `maildesk run fetch`, and see its log.")


_FILED = _a.fate.in_([literal_column("'new-ticket'"), literal_column("'filed'")])
_NEWEST = tuple(
    select(_a.id).where(_a.fate == literal_column(f"'{fate}'")).order_by(_a.accepted_at.desc()).limit(NEWEST)
    for fate in ("new-ticket", "filed")
)


_TIMES_FILED = (
    select(_a.id, func.count(_m.ticket.distinct()).label("times"))
    .select_from(arrivals.outerjoin(messages, _m.arrival == _a.id))
    .group_by(_a.id)
    .having(func.count(_m.ticket.distinct()) != 1)
)
_NEWEST_FILED = tuple(_TIMES_FILED.where(_a.id.in_(newest.subquery().select())) for newest in _NEWEST)
_ALL_FILED = (_TIMES_FILED.where(_FILED),)


def _filed_once(look: _Look) -> Iterator[Finding]:
    for filed in _ALL_FILED if look.everything else _NEWEST_FILED:
        for row in look.rows(filed):
            what = f"This mail counts as filed, and is in {row.times} tickets."
            yield Finding(2, what, f"arrival {row.id}", "Please report this bug, with `maildesk explain` of the mail.")


_LATE_MAIL = select(_d.id).where(DELIVERY_WAITS, _d.next_attempt_at < bindparam(_LATE))
_UNTRUE_MAIL = select(_d.id).where(DELIVERY_UNSENT, _d.states_until.is_not(None), _d.states_until < bindparam(_LATE))


def _outbox(look: _Look) -> Iterator[Finding]:
    for row in look.rows(_LATE_MAIL):
        what = "This mail has waited to be sent for more than an hour."
        yield Finding(3, what, f"delivery {row.id}", "Start `maildesk run deliver`, and see its log.")
    for row in look.rows(_UNTRUE_MAIL):
        what = "This mail states a moment that has passed, and no fresh one took its place."
        yield Finding(3, what, f"delivery {row.id}", "Start `maildesk run deliver`, and see its log.")


_HAS_TIMER = select(1).where(timers.c.ticket == _t.number).exists()
_HAS_PROMISE = select(1).where(_p.ticket == _t.number, PROMISE_STANDS).exists()
_STANDING = select(_t.number, _t.state, _HAS_TIMER.label("timer"), _HAS_PROMISE.label("promise"))
# an outer join: SQLite knows no sizes, and would read every ticket to see whether it is among the few noted
_NOTED = _STANDING.select_from(hanging.outerjoin(tickets, _t.number == hanging.c.ticket))
_OFFENDING = _STANDING.where(or_(_LIVE != _HAS_TIMER, and_(_IS_OPEN, not_(_HAS_PROMISE))))


def _unwatched(look: _Look) -> Iterator[Finding]:
    for name in missing_triggers(look.connection):
        what = "The database does not note by itself who is left hanging: a trigger is missing or switched off."
        remedy = "Look with `maildesk doctor --all`, and restore the database's schema from a backup."
        yield Finding(4, what, name, remedy)


def _hanging(look: _Look) -> Iterator[Finding]:
    for row in look.rows(_OFFENDING if look.everything else _NOTED):
        if row.state is not None and bool(row.timer) != (row.state in LIVE_STATES):
            lacking = "has no timer: nobody would follow it up." if not row.timer else "still has a timer."
            remedy = "Please report this bug." if row.timer else "Answer it, and please report this bug."
            yield Finding(4, f"This ticket is {row.state} and {lacking}", f"ticket {row.number}", remedy)
        if row.state == TicketState.OPEN and not row.promise:
            what = "This ticket is open, and its customer has no promise."
            yield Finding(4, what, f"ticket {row.number}", "Answer it, and please report this bug.")


_STEPS = select(timers.c.ticket, timers.c.attempts)
_STEPS_LATE = _STEPS.where(TIMER_RUNS, timers.c.next_attempt_at < bindparam(_LATE))
_STEPS_FAILING = _STEPS.where(TIMER_FAILS, TIMER_RUNS)


def _late_steps(look: _Look) -> Iterator[Finding]:
    for row in dict.fromkeys((*look.rows(_STEPS_LATE), *look.rows(_STEPS_FAILING))):
        what = f"The next step of this ticket is late, after {row.attempts} attempts."
        yield Finding(4, what, f"ticket {row.ticket}", "Start `maildesk run follow-up`, and see its log.")


_OF_AN_OPEN_ONE = select(1).where(_t.number == _p.ticket, _IS_OPEN).exists()
_TELLING = select(1).where(_d.ticket == _p.ticket, _d.tells_promise == _p.number, DELIVERY_UNSENT).exists()
_PROMISED = select(_p.ticket, _p.at)
_OPEN_ONES = _PROMISED.where(PROMISE_STANDS, _OF_AN_OPEN_ONE)
_NEVER_TOLD = _OPEN_ONES.where(_p.state == literal_column("'untold'"), not_(_TELLING))
_LAPSED = _OPEN_ONES.where(_p.state == literal_column("'told'"), _p.at <= bindparam(_NOW))
_UNEXPLAINED = _PROMISED.where(PROMISE_UNEXPLAINED, _OF_AN_OPEN_ONE)


def _promises(look: _Look) -> Iterator[Finding]:
    for row in look.rows(_NEVER_TOLD):
        what = "The promise of this ticket was not told, and no mail is about to tell it."
        yield Finding(4, what, f"ticket {row.ticket}", "Answer it, and see why its mail was not sent.")
    for row in look.rows(_LAPSED):
        what = f"The promise of this ticket, {row.at:%Y-%m-%d %H:%M} UTC, passed and the customer heard nothing."
        yield Finding(4, what, f"ticket {row.ticket}", "Answer it now. Start `maildesk run follow-up`.")
    for row in look.rows(_UNEXPLAINED):
        what = "The customer of this ticket was told nothing, and no reason is stored."
        yield Finding(4, what, f"ticket {row.ticket}", "Answer it, and please report this bug.")


# grouped by the name itself, SQLite would read its index, all days of it
_EACH = _d.recipient + literal_column("''")
_MUCH = (
    select(_EACH.label("recipient"), func.count().label("count"))
    .where(BRAKED, _d.first_claimed_at > bindparam(_YESTERDAY), _d.released.is_(False))
    .group_by(_EACH)
    .having(func.count() > bindparam(_MOST))
)


def _floods(look: _Look) -> Iterator[Finding]:
    if not look.brakes.per_address_day:
        return
    for row in look.rows(_MUCH):
        what = f"This address got {row.count} automatic mails in a day; the brake is {look.brakes.per_address_day}."
        yield Finding(6, what, row.recipient, "Was the brake changed today? If not, please report this bug.")


_CHECKS: tuple[_Check, ...] = (
    _arrivals_left, _mailboxes, _filed_once, _outbox, _unwatched, _hanging, _late_steps, _promises, _floods,
)  # fmt: skip
