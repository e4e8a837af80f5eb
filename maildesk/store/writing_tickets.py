"""Tickets as a decision wants them: the row with its version, its people, its promises and its one timer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from maildesk.desk.actions import PromiseChange
from maildesk.desk.words import STANDING, Ticket
from maildesk.store.tables import participants, promises, tickets, timers
from maildesk.store.ticket_rows import COLUMNS, promise_row, ticket_row


class Conflict(Exception):
    """Somebody else moved the ticket or the person between reading and writing: read and decide again."""


_NEW_TICKET = insert(tickets)


_TICKET = update(tickets).where(tickets.c.number == bindparam("key"), tickets.c.version == bindparam("was")).values(
    {name: bindparam(f"new_{name}") for name in COLUMNS if name != "number"}
)  # fmt: skip


_NEW_PROMISE = insert(promises)


_PROMISE = update(promises).where(promises.c.ticket == bindparam("of"), promises.c.number == bindparam("key")).values(
    state=bindparam("new_state"), reason=bindparam("new_reason"), ended_at=bindparam("new_ended_at")
)  # fmt: skip


_MADE = select(promises.c.ticket, promises.c.number).where(promises.c.ticket.in_(bindparam("of", expanding=True)))


_NEW_TIMER = insert(timers)


_TIMER = update(timers).where(timers.c.ticket == bindparam("of")).values(
    due_at=bindparam("new_due_at"), step=bindparam("new_step"), next_attempt_at=bindparam("new_due_at"), attempts=0,
    claimed_by=None, promised_at=bindparam("new_promised_at"),
)  # fmt: skip


_WITH_TIMER = select(timers.c.ticket).where(timers.c.ticket.in_(bindparam("of", expanding=True)))


_NO_TIMER = delete(timers).where(timers.c.ticket == bindparam("of"))


_NEW_PARTICIPANT = insert(participants)


_PARTICIPANTS = select(participants.c.ticket, participants.c.address).where(
    participants.c.ticket.in_(bindparam("of", expanding=True))
)


_NO_PARTICIPANT = delete(participants).where(
    participants.c.ticket == bindparam("of"), participants.c.address == bindparam("gone")
)


def write_tickets(connection: Connection, written: Sequence[Ticket]) -> None:
    """The rows and their people. Raises Conflict where the version of any is not that which was read."""
    new, known = _parted(written)
    if new:
        connection.execute(_NEW_TICKET, [ticket_row(each) for each in new])
    if known and connection.execute(_TICKET, [_changes(each) for each in known]).rowcount != len(known):
        raise Conflict(f"{', '.join(f'#{each.number}' for each in known)}: one has moved on")
    _write_participants(connection, new, known)


def _parted(written: Sequence[Ticket]) -> tuple[list[Ticket], list[Ticket]]:
    """Those that are not stored yet, and those that are."""
    return [each for each in written if each.version == 0], [each for each in written if each.version]


def _changes(ticket: Ticket) -> dict[str, Any]:
    values = {f"new_{name}": value for name, value in ticket_row(ticket).items() if name != "number"}
    return {**values, "key": ticket.number, "was": ticket.version}


def _write_participants(connection: Connection, new: Sequence[Ticket], known: Sequence[Ticket]) -> None:
    asked = {"of": [each.number for each in known]}
    before = {(row.ticket, row.address) for row in connection.execute(_PARTICIPANTS, asked)} if known else set()
    now = {(ticket.number, each.address): each for ticket in (*new, *known) for each in ticket.participants}
    fresh = [
        {"ticket": ticket, "address": address, "name": each.name, "since": each.since, "brought_by": each.brought_by}
        for (ticket, address), each in now.items()
        if (ticket, address) not in before
    ]
    if fresh:
        connection.execute(_NEW_PARTICIPANT, fresh)
    if gone := before - now.keys():
        connection.execute(_NO_PARTICIPANT, [{"of": ticket, "gone": address} for ticket, address in gone])


def write_promises(connection: Connection, now: datetime, changes: Sequence[PromiseChange]) -> None:
    """The states of those that were made before, then those that are new: of a ticket one stands at a time."""
    if not changes:
        return
    found = connection.execute(_MADE, {"of": sorted({each.ticket for each in changes})})
    made = {(row.ticket, row.number) for row in found}
    as_they_shall_be = {(each.ticket, each.promise.number): each.promise for each in changes}
    known, new = [], []
    for (ticket, number), promise in as_they_shall_be.items():
        ended = None if promise.state in STANDING else now
        if (ticket, number) in made:
            state = {"new_state": str(promise.state), "new_reason": promise.reason, "new_ended_at": ended}
            known.append({"of": ticket, "key": number, **state})
        else:
            new.append({**promise_row(ticket, promise), "ended_at": ended})
    if known:
        connection.execute(_PROMISE, known)
    if new:
        connection.execute(_NEW_PROMISE, new)


def write_timers(connection: Connection, written: Sequence[Ticket]) -> None:
    """The one timer of each ticket as it shall be, or none."""
    resting = [{"of": each.number} for each in written if each.timer is None and each.version]
    if resting:
        connection.execute(_NO_TIMER, resting)
    new, known = _parted([each for each in written if each.timer is not None])
    if known and connection.execute(_TIMER, [_timer(each, "new_") for each in known]).rowcount != len(known):
        there = set(connection.execute(_WITH_TIMER, {"of": [each.number for each in known]}).scalars())
        new += [each for each in known if each.number not in there]  # closed until now
    if new:
        connection.execute(_NEW_TIMER, [_timer(each) for each in new])


def _timer(ticket: Ticket, prefix: str = "") -> dict[str, Any]:
    timer = ticket.timer
    assert timer is not None
    values = {"due_at": timer.due_at, "step": str(timer.step), "promised_at": _promised_at(ticket)}
    if prefix:
        return {"of": ticket.number} | {f"{prefix}{name}": value for name, value in values.items()}
    return {"ticket": ticket.number, "next_attempt_at": timer.due_at} | values


def _promised_at(ticket: Ticket) -> datetime | None:
    """What the next step must come before: only an order in which timers are taken, never what a step does."""
    return ticket.promise.at if ticket.promise is not None else None


def cannot_tell(connection: Connection, ticket: int, number: int, reason: str) -> None:
    """A promise whose mail cannot be sent to anybody."""
    where = (promises.c.ticket == ticket, promises.c.number == number, promises.c.state == "untold")
    connection.execute(update(promises).where(*where).values(state="untellable", reason=reason))
