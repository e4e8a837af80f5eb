"""Guarantees 1 to 6, checked on a live database: who or what offends against one, and the way out.

Read only. Each check is one query over what is due, live or recent, not over all that is stored, so that it can run
every few minutes on a large desk. What it cannot see: mail that never reached us (the ledger of mailboxes counts
that), and answers whose words are wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, func, literal_column, not_, or_, select, text

from maildesk.desk.words import Brakes
from maildesk.store.claims import STRIKES
from maildesk.store.database import Database
from maildesk.store.tables import (
    ARRIVAL_WAITS,
    BRAKED,
    DELIVERY_UNSENT,
    DELIVERY_WAITS,
    PROMISE_STANDS,
    arrivals,
    deliveries,
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


@dataclass(frozen=True, slots=True)
class Finding:
    """One offender. ``key`` is what other commands take: an arrival, delivery, ticket or mailbox."""

    guarantee: int
    what: str
    key: str
    remedy: str


_Check = Callable[[Connection, datetime, Brakes], Iterator[Finding]]

_a, _d, _t, _p, _m = arrivals.c, deliveries.c, tickets.c, promises.c, messages.c
_LIVE = _t.state.in_([literal_column(f"'{state}'") for state in ("open", "waiting", "paused", "solved")])
_IS_OPEN = _t.state == literal_column("'open'")


def examine(database: Database, brakes: Brakes | None = None) -> list[Finding]:
    """Everything that offends against a guarantee now, by guarantee; empty on a sound desk. Raises Trouble."""
    with database.read() as connection:
        now = database.now()
        found = [each for check in _CHECKS for each in check(connection, now, brakes or Brakes())]
        found += _settings(connection, database)
    return sorted(found, key=lambda each: each.guarantee)


def is_new(database: Database) -> bool:
    """Whether this desk has had no mail yet: nothing in it depends on a secret. Raises Trouble."""
    with database.read() as connection:
        return all(connection.execute(select(each).limit(1)).first() is None for each in (_a.id, _t.number))


def _rows(connection: Connection, statement: Select[Any]) -> list[Row[Any]]:
    return list(connection.execute(statement))


def _settings(connection: Connection, database: Database) -> Iterator[Finding]:
    """Guarantee 1 stands on the disk: what was committed must be on it."""
    if database.sqlite:
        return
    for name in ("fsync", "full_page_writes", "synchronous_commit"):
        if connection.execute(text(f"SHOW {name}")).scalar_one() == "off":
            yield Finding(1, f"PostgreSQL runs with {name} = off: a power cut loses mail.", name, f"Set {name} = on.")


def _arrivals_left(connection: Connection, now: datetime, brakes: Brakes) -> Iterator[Finding]:
    late = select(_a.id, _a.attempts).where(ARRIVAL_WAITS, _a.next_attempt_at < now - LATE)
    for row in _rows(connection, late):
        what = "This mail has waited to be processed for more than an hour."
        yield Finding(1, what, f"arrival {row.id}", "Start `maildesk run process`, and see its log.")
    stuck = select(_a.id, _a.attempts).where(ARRIVAL_WAITS, _a.attempts > STRIKES)
    for row in _rows(connection, stuck):
        what = f"Processing this mail failed {row.attempts} times, and so did setting it aside."
        yield Finding(5, what, f"arrival {row.id}", f"See the log; then `maildesk arrivals retry {row.id}`.")
    aside = select(_a.id).where(_a.fate == literal_column("'failed'"), _a.accepted_at > now - RECENT)
    waits = (_a.ticket.is_(None), _a.sender != "", _a.spam.is_(False), _a.history.is_(False))
    for row in _rows(connection, aside.where(*waits)):
        what = "This mail was set aside, and no ticket was opened for its sender."
        yield Finding(5, what, f"arrival {row.id}", f"Read it with `maildesk arrivals show {row.id}`, then retry it.")


def _mailboxes(connection: Connection, now: datetime, brakes: Brakes) -> Iterator[Finding]:
    deaf = select(mailboxes.c.name, mailboxes.c.trouble).where(
        or_(mailboxes.c.trouble != "", mailboxes.c.checked_at < now - LATE)
    )
    for row in _rows(connection, deaf):
        what = row.trouble or "This mailbox was not looked at for more than an hour."
        yield Finding(1, what, row.name, "Start `maildesk run fetch`, and see its log.")


_FILED = _a.fate.in_([literal_column("'new-ticket'"), literal_column("'filed'")])


def _filed_once(connection: Connection, now: datetime, brakes: Brakes) -> Iterator[Finding]:
    filed = (
        select(_a.id, func.count(_m.ticket.distinct()).label("times"))
        .select_from(arrivals.outerjoin(messages, _m.arrival == _a.id))
        .where(_FILED, _a.accepted_at > now - RECENT)
        .group_by(_a.id)
        .having(func.count(_m.ticket.distinct()) != 1)
    )
    for row in _rows(connection, filed):
        what = f"This mail counts as filed, and is in {row.times} tickets."
        yield Finding(2, what, f"arrival {row.id}", "Please report this bug, with `maildesk explain` of the mail.")


def _outbox(connection: Connection, now: datetime, brakes: Brakes) -> Iterator[Finding]:
    late = select(_d.id).where(DELIVERY_WAITS, _d.next_attempt_at < now - LATE)
    for row in _rows(connection, late):
        what = "This mail has waited to be sent for more than an hour."
        yield Finding(3, what, f"delivery {row.id}", "Start `maildesk run deliver`, and see its log.")
    untrue = select(_d.id).where(DELIVERY_UNSENT, _d.states_until.is_not(None), _d.states_until < now - LATE)
    for row in _rows(connection, untrue):
        what = "This mail states a moment that has passed, and no fresh one took its place."
        yield Finding(3, what, f"delivery {row.id}", "Start `maildesk run deliver`, and see its log.")


def _hanging(connection: Connection, now: datetime, brakes: Brakes) -> Iterator[Finding]:
    has_timer = select(1).where(timers.c.ticket == _t.number).exists()
    for row in _rows(connection, select(_t.number, _t.state).where(_LIVE, not_(has_timer))):
        what = f"This ticket is {row.state} and has no timer: nobody would follow it up."
        yield Finding(4, what, f"ticket {row.number}", "Answer it, and please report this bug.")
    ended = select(_t.number, _t.state).join(timers, timers.c.ticket == _t.number).where(not_(_LIVE))
    for row in _rows(connection, ended):
        what = f"This ticket is {row.state} and still has a timer."
        yield Finding(4, what, f"ticket {row.number}", "Please report this bug.")
    late = select(timers.c.ticket, timers.c.attempts).where(
        timers.c.held.is_(False), or_(timers.c.next_attempt_at < now - LATE, timers.c.attempts > STRIKES)
    )
    for row in _rows(connection, late):
        what = f"The next step of this ticket is late, after {row.attempts} attempts."
        yield Finding(4, what, f"ticket {row.ticket}", "Start `maildesk run follow-up`, and see its log.")


def _promises(connection: Connection, now: datetime, brakes: Brakes) -> Iterator[Finding]:
    standing = and_(_p.ticket == _t.number, PROMISE_STANDS)
    for row in _rows(connection, select(_t.number).where(_IS_OPEN, not_(select(1).where(standing).exists()))):
        what = "This ticket is open, and its customer has no promise."
        yield Finding(4, what, f"ticket {row.number}", "Answer it, and please report this bug.")
    open_ones = select(_p.ticket, _p.at).join_from(promises, tickets, standing).where(_IS_OPEN)
    telling = and_(_d.ticket == _p.ticket, _d.tells_promise == _p.number, DELIVERY_UNSENT)
    untold = open_ones.where(_p.state == "untold", not_(select(1).where(telling).exists()))
    for row in _rows(connection, untold):
        what = "The promise of this ticket was not told, and no mail is about to tell it."
        yield Finding(4, what, f"ticket {row.ticket}", "Answer it, and see why its mail was not sent.")
    for row in _rows(connection, open_ones.where(_p.state == "told", _p.at <= now)):
        what = f"The promise of this ticket, {row.at:%Y-%m-%d %H:%M} UTC, passed and the customer heard nothing."
        yield Finding(4, what, f"ticket {row.ticket}", "Answer it now. Start `maildesk run follow-up`.")
    for row in _rows(connection, open_ones.where(_p.state == "untellable", _p.reason == "")):
        what = "The customer of this ticket was told nothing, and no reason is stored."
        yield Finding(4, what, f"ticket {row.ticket}", "Answer it, and please report this bug.")


def _floods(connection: Connection, now: datetime, brakes: Brakes) -> Iterator[Finding]:
    if not brakes.per_address_day:
        return
    much = (
        select(_d.recipient, func.count().label("count"))
        .where(BRAKED, _d.first_claimed_at > now - timedelta(days=1), _d.released.is_(False))
        .group_by(_d.recipient)
        .having(func.count() > brakes.per_address_day)
    )
    for row in _rows(connection, much):
        what = f"This address got {row.count} automatic mails in a day; the brake is {brakes.per_address_day}."
        yield Finding(6, what, row.recipient, "Was the brake changed today? If not, please report this bug.")


_CHECKS: tuple[_Check, ...] = (_arrivals_left, _mailboxes, _filed_once, _outbox, _hanging, _promises, _floods)
