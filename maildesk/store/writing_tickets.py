"""Tickets as a decision wants them: the row with its version, its people, its promises and its one timer."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from maildesk.desk.words import STANDING, Promise, Ticket, Timer
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


_NEW_TIMER = insert(timers)


_TIMER = update(timers).where(timers.c.ticket == bindparam("of")).values(
    due_at=bindparam("new_due"), step=bindparam("new_step"), next_attempt_at=bindparam("new_due"), attempts=0,
    claimed_by=None, promised_at=bindparam("new_promised_at"),
)  # fmt: skip


_NO_TIMER = delete(timers).where(timers.c.ticket == bindparam("of"))


_NEW_PARTICIPANT = insert(participants)


_PARTICIPANTS = select(participants.c.address).where(participants.c.ticket == bindparam("of"))


_NO_PARTICIPANT = delete(participants).where(
    participants.c.ticket == bindparam("of"), participants.c.address == bindparam("gone")
)


def write_ticket(connection: Connection, ticket: Ticket) -> None:
    row = ticket_row(ticket)
    if ticket.version == 0:
        connection.execute(_NEW_TICKET, row)
    else:
        values = {f"new_{name}": value for name, value in row.items() if name != "number"}
        changed = connection.execute(_TICKET, {**values, "key": ticket.number, "was": ticket.version}).rowcount
        if changed != 1:
            raise Conflict(f"#{ticket.number} has moved on")
    if ticket.participants or ticket.version:
        _write_participants(connection, ticket)


def _write_participants(connection: Connection, ticket: Ticket) -> None:
    known = set(connection.execute(_PARTICIPANTS, {"of": ticket.number}).scalars()) if ticket.version else set()
    fresh = [each for each in ticket.participants if each.address not in known]
    gone = known - {each.address for each in ticket.participants}
    if fresh:
        connection.execute(
            _NEW_PARTICIPANT,
            [
                {
                    "ticket": ticket.number,
                    "address": each.address,
                    "name": each.name,
                    "since": each.since,
                    "brought_by": each.brought_by,
                }
                for each in fresh
            ],
        )
    for address in gone:
        connection.execute(_NO_PARTICIPANT, {"of": ticket.number, "gone": address})


def write_promise(connection: Connection, now: datetime, ticket: int, promise: Promise) -> None:
    ended = None if promise.state in STANDING else now
    values = {
        "of": ticket,
        "key": promise.number,
        "new_state": str(promise.state),
        "new_reason": promise.reason,
        "new_ended_at": ended,
    }
    if connection.execute(_PROMISE, values).rowcount == 0:
        connection.execute(_NEW_PROMISE, promise_row(ticket, promise))


def write_timer(connection: Connection, ticket: Ticket) -> None:
    timer = ticket.timer
    if timer is None:
        connection.execute(_NO_TIMER, {"of": ticket.number})
    elif ticket.version == 0 or not _move_timer(connection, ticket, timer):
        row = {
            "ticket": ticket.number,
            "due_at": timer.due_at,
            "step": str(timer.step),
            "next_attempt_at": timer.due_at,
            "promised_at": _promised_at(ticket),
        }
        connection.execute(_NEW_TIMER, row)


def _move_timer(connection: Connection, ticket: Ticket, timer: Timer) -> bool:
    values = {"of": ticket.number, "new_due": timer.due_at, "new_step": str(timer.step)}
    values |= {"new_promised_at": _promised_at(ticket)}
    return connection.execute(_TIMER, values).rowcount == 1


def _promised_at(ticket: Ticket) -> datetime | None:
    """What the next step must come before: only an order in which timers are taken, never what a step does."""
    return ticket.promise.at if ticket.promise is not None else None


def cannot_tell(connection: Connection, ticket: int, number: int, reason: str) -> None:
    """A promise whose mail cannot be sent to anybody."""
    where = (promises.c.ticket == ticket, promises.c.number == number, promises.c.state == "untold")
    connection.execute(update(promises).where(*where).values(state="untellable", reason=reason))
