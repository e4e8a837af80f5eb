"""Tickets between rows and frozen facts: the one place that knows both forms."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from sqlalchemy import BindParameter, Connection, Row, bindparam, select

from maildesk.desk.words import (
    Participant,
    Priority,
    Promise,
    PromiseState,
    Step,
    Ticket,
    TicketState,
    Timer,
    Trust,
)
from maildesk.store.tables import PROMISE_STANDS, participants, promises, tickets, timers

NOT_COLUMNS = frozenset({"participants", "promise", "timer"})
COLUMNS = tuple(field.name for field in fields(Ticket) if field.name not in NOT_COLUMNS)

_NUMBERS: BindParameter[Any] = bindparam("numbers", expanding=True)
_TICKETS = select(tickets).where(tickets.c.number.in_(_NUMBERS))
_PEOPLE = select(participants).where(participants.c.ticket.in_(_NUMBERS)).order_by(participants.c.since)
_PROMISES = select(promises).where(promises.c.ticket.in_(_NUMBERS), PROMISE_STANDS)
_TIMERS = select(timers).where(timers.c.ticket.in_(_NUMBERS))


def load_tickets(connection: Connection, numbers: Iterable[int]) -> dict[int, Ticket]:
    """The tickets of these numbers, with the survivors of those that were merged."""
    found: dict[int, Ticket] = {}
    wanted = set(numbers)
    while wanted:
        loaded = _load(connection, sorted(wanted))
        found.update(loaded)
        wanted = {each.merged_into for each in loaded.values() if each.merged_into is not None} - set(found)
    return found


def _load(connection: Connection, numbers: list[int]) -> dict[int, Ticket]:
    rows = connection.execute(_TICKETS, {"numbers": numbers}).all()
    if not rows:
        return {}
    people: dict[int, list[Participant]] = {}
    for row in connection.execute(_PEOPLE, {"numbers": numbers}):
        people.setdefault(row.ticket, []).append(Participant(row.address, row.name, row.since, row.brought_by))
    standing = {row.ticket: promise_of(row) for row in connection.execute(_PROMISES, {"numbers": numbers})}
    due = {row.ticket: Timer(row.due_at, Step(row.step)) for row in connection.execute(_TIMERS, {"numbers": numbers})}
    return {
        row.number: _ticket(row, people.get(row.number, ()), standing.get(row.number), due.get(row.number))
        for row in rows
    }


def promise_of(row: Row[Any]) -> Promise:
    """A promise as it is stored."""
    return Promise(
        number=row.number,
        turn=row.turn,
        at=row.at,
        state=PromiseState(row.state),
        made_at=row.made_at,
        reason=row.reason,
        told_at=row.told_at,
        renewals=row.renewals,
        target=row.target,
        priority=Priority(row.priority) if row.priority else None,
    )


def _ticket(row: Row[Any], people: Iterable[Participant], promise: Promise | None, timer: Timer | None) -> Ticket:
    values = {name: getattr(row, name) for name in COLUMNS}
    values |= {
        "state": TicketState(row.state),
        "requester_trust": Trust(row.requester_trust),
        "priority": Priority(row.priority),
    }
    values |= {"last_ids": tuple(row.last_ids), "tags": tags_of(row.tags)}
    return Ticket(participants=tuple(people), promise=promise, timer=timer, **values)


def ticket_row(ticket: Ticket) -> dict[str, Any]:
    """The row of a ticket, its version counted up."""
    row = {name: getattr(ticket, name) for name in COLUMNS}
    row |= {
        "state": str(ticket.state),
        "requester_trust": str(ticket.requester_trust),
        "priority": str(ticket.priority),
    }
    row |= {"last_ids": list(ticket.last_ids), "tags": TAG_END.join(ticket.tags), "version": ticket.version + 1}
    return row


TAG_END = ","
"""No tag holds one: ``command_arguments`` parts tags there."""


def tags_of(stored: str) -> tuple[str, ...]:
    """The tags of a row."""
    return tuple(filter(None, stored.split(TAG_END)))


def promise_row(ticket: int, promise: Promise) -> dict[str, Any]:
    """The row of a promise."""
    return {
        "ticket": ticket,
        "number": promise.number,
        "turn": promise.turn,
        "at": promise.at,
        "state": str(promise.state),
        "made_at": promise.made_at,
        "reason": promise.reason,
        "told_at": promise.told_at,
        "renewals": promise.renewals,
        "target": promise.target,
        "priority": str(promise.priority) if promise.priority else None,
    }
