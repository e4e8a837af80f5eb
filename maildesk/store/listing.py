"""Everything an operator may see, row by row (guarantee 9): tickets, arrivals, deliveries, timers.

Lists are streams: page after page by key, never cut off, never all in memory, and without a transaction held open while
somebody reads. A row that changes between two pages is shown as it is when its page is read. Rows are plain
dictionaries of strings, numbers, lists and aware datetimes (UTC); their keys are names that users' scripts rely on.
Raises only ``Trouble``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Select, and_, case, literal_column, select

from maildesk.store.compression import unpack
from maildesk.store.database import Database
from maildesk.store.tables import (
    PROMISE_STANDS,
    arrivals,
    deliveries,
    events,
    messages,
    participants,
    promises,
    ratings,
    tickets,
    timers,
)

Line = dict[str, Any]

PAGE = 500

_t, _a, _d = tickets.c, arrivals.c, deliveries.c


def _next_attempt(columns: Any) -> ColumnElement[Any]:
    """None for what is done, held or failed: the moment that is stored then means nothing any more."""
    return case((columns.state == "waiting", columns.next_attempt_at)).label("next_attempt_at")


_TICKETS = select(
    _t.number, _t.desk, _t.state, _t.requester, _t.assignee, _t.priority, _t.language, _t.subject,
    _t.opened_at.label("opened"), promises.c.at.label("promise"), promises.c.state.label("promise_state"),
    _t.merged_into, _t.tags,
).select_from(tickets.outerjoin(promises, and_(promises.c.ticket == _t.number, PROMISE_STANDS)))  # fmt: skip
_ARRIVALS = select(
    _a.id, _a.accepted_at, _a.arrived_at, _a.intake, _a.sender, _a.recipients, _a.size, _a.desk, _a.state, _a.fate,
    _a.reason, _a.message_id, _a.ticket, _a.attempts, _next_attempt(_a), _a.spam, _a.history, _a.left_out,
    _a.source_key,
)  # fmt: skip
_DELIVERIES = select(
    _d.id, _d.ticket, _d.desk, _d.template, _d.audience, _d.automatic, _d.recipient, _d.state, _d.reason,
    _d.message_id, _d.created_at, _d.send_at, _d.states_until, _d.attempts, _next_attempt(_d), _d.ended_at,
    _d.relay_response, _d.relay_message_id, _d.tells_promise, _d.keeps_promise, _d.key,
)  # fmt: skip
_TIMERS = select(
    timers.c.ticket, tickets.c.desk, tickets.c.state, timers.c.step, timers.c.due_at, timers.c.held, timers.c.attempts,
    timers.c.next_attempt_at,
).join_from(timers, tickets, tickets.c.number == timers.c.ticket)  # fmt: skip
_RATING = select(ratings.c.solved, ratings.c.score, ratings.c.agent, ratings.c.at)
_ENDED: list[ColumnElement[str]] = [literal_column(f"'{state}'") for state in ("closed", "merged")]


def list_tickets(database: Database, *, everything: bool = False, state: str | None = None) -> Iterator[Line]:
    """Tickets by number: those not closed or merged, or all (``everything``), or those of one state."""
    statement = _TICKETS
    if state is not None:
        statement = statement.where(_t.state == state)
    elif not everything:
        statement = statement.where(_t.state.not_in(_ENDED))
    return _stream(database, statement, _t.number)


def list_arrivals(database: Database, *, state: str | None = None, fate: str | None = None) -> Iterator[Line]:
    """Arrivals, oldest first, without their bytes; all, or those of one state or fate."""
    of_fate = _a.fate == fate if fate else None
    return _stream(database, _only(_ARRIVALS, _a.state == state if state else None, of_fate), _a.id)


def list_deliveries(database: Database, *, state: str | None = None, ticket: int | None = None) -> Iterator[Line]:
    """Deliveries, oldest first, without their bytes; all, or those of one state or ticket."""
    of_ticket = _d.ticket == ticket if ticket is not None else None
    return _stream(database, _only(_DELIVERIES, _d.state == state if state else None, of_ticket), _d.id)


def list_timers(database: Database, *, held: bool | None = None) -> Iterator[Line]:
    """Timers by ticket; all, or those that are held, or run."""
    return _stream(database, _only(_TIMERS, timers.c.held.is_(held) if held is not None else None), timers.c.ticket)


def _only(statement: Select[Any], *conditions: ColumnElement[bool] | None) -> Select[Any]:
    return statement.where(*(condition for condition in conditions if condition is not None))


def _stream(database: Database, statement: Select[Any], key: Column[Any]) -> Iterator[Line]:
    last: int | None = None
    while True:
        page = statement if last is None else statement.where(key > last)
        with database.read() as connection:
            lines = _lines(connection, page.order_by(key).limit(PAGE))
        yield from lines
        if len(lines) < PAGE:
            return
        last = lines[-1][key.name]


def _lines(connection: Connection, statement: Select[Any]) -> list[Line]:
    return [dict(row) for row in connection.execute(statement).mappings()]


def _first(connection: Connection, statement: Select[Any]) -> Line | None:
    return next(iter(_lines(connection, statement)), None)


def show_ticket(database: Database, number: int) -> Line | None:
    """One ticket with all that belongs to it: ``participants messages events promises timer deliveries arrivals``."""
    with database.read() as connection:
        ticket = _first(connection, _TICKETS.where(_t.number == number))
        if ticket is None:
            return None
        return ticket | {
            **(_first(connection, select(tickets).where(_t.number == number)) or {}),
            "participants": _lines(connection, select(participants).where(participants.c.ticket == number)),
            "messages": _lines(connection, _of(messages, number).order_by(messages.c.at, messages.c.id)),
            "events": _lines(connection, _of(events, number).order_by(events.c.id)),
            "promises": _lines(connection, _of(promises, number).order_by(promises.c.number)),
            "rating": _first(connection, _RATING.where(ratings.c.ticket == number)),
            "timer": _first(connection, _TIMERS.where(timers.c.ticket == number)),
            "deliveries": _lines(connection, _DELIVERIES.where(_d.ticket == number).order_by(_d.id)),
        }


def _of(table: Any, number: int) -> Select[Any]:
    return select(table).where(table.c.ticket == number)


def show_arrival(database: Database, number: int) -> Line | None:
    """One arrival with its ``events`` and its bytes as they came (``raw``)."""
    with database.read() as connection:
        arrival = _first(connection, _ARRIVALS.add_columns(_a.raw).where(_a.id == number))
        if arrival is None:
            return None
        arrival["raw"] = unpack(arrival["raw"])
        return arrival | {"events": _lines(connection, select(events).where(events.c.arrival == number))}


def show_delivery(database: Database, number: int) -> Line | None:
    """One delivery with its frozen bytes (``raw``)."""
    with database.read() as connection:
        delivery = _first(connection, _DELIVERIES.add_columns(_d.raw).where(_d.id == number))
    return None if delivery is None else delivery | {"raw": unpack(delivery["raw"])}


def show_timer(database: Database, ticket: int) -> Line | None:
    """The timer of one ticket."""
    with database.read() as connection:
        return _first(connection, _TIMERS.where(timers.c.ticket == ticket))


def explain(database: Database, message_id: str) -> Line:
    """Why a mail went where it went: ``arrivals`` (each with ``events``), ``messages``, ``tickets`` with their
    ``promises`` (each with how its moment was found), ``deliveries``.

    ``message_id`` may have its angle brackets. Arrivals that were not read yet are found by their bytes.
    """
    wanted = message_id.strip().removeprefix("<").removesuffix(">")
    with database.read() as connection:
        found = _lines(connection, _ARRIVALS.where(_a.message_id == wanted).order_by(_a.id))
        found += _unread(connection, wanted)
        filed = _filed(connection, [each["id"] for each in found])
        sent = _lines(
            connection, _DELIVERIES.where((_d.message_id == wanted) | (_d.relay_message_id == wanted)).order_by(_d.id)
        )
        numbers = {each["ticket"] for each in (*found, *filed, *sent)} - {None}
        return {
            "message_id": wanted,
            "arrivals": [each | {"events": _events(connection, each["id"])} for each in found],
            "messages": filed,
            "tickets": _lines(connection, _TICKETS.where(_t.number.in_(sorted(numbers))).order_by(_t.number)),
            "promises": _lines(connection, _promises_of(sorted(numbers))),
            "deliveries": sent,
        }


def _promises_of(numbers: list[int]) -> Select[Any]:
    return select(promises).where(promises.c.ticket.in_(numbers)).order_by(promises.c.ticket, promises.c.number)


def _unread(connection: Connection, message_id: str) -> list[Line]:
    """Among arrivals without a known Message-ID, which are few, those whose bytes hold it."""
    candidates = _ARRIVALS.add_columns(_a.raw).where(_a.message_id.is_(None), _a.state != literal_column("'done'"))
    lines = _lines(connection, candidates.order_by(_a.id))
    return [line for line in lines if message_id.encode("utf-8", "replace") in unpack(line.pop("raw"))]


def _filed(connection: Connection, ids: list[int]) -> list[Line]:
    kept = [column for column in messages.c if column.name not in ("text", "new_text")]
    return _lines(connection, select(*kept).where(messages.c.arrival.in_(ids)).order_by(messages.c.id))


def _events(connection: Connection, arrival: int) -> list[Line]:
    return _lines(connection, select(events).where(events.c.arrival == arrival).order_by(events.c.id))
