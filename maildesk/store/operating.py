"""What operators may do to a row: hold it, release it, or have it tried again now (guarantee 9).

Each verb says in a sentence what it did and leaves an event in the history, or raises ``Refusal`` with a sentence why
it cannot. What is under way at this moment is not called back: a held mail that the relay just took is sent.
Raises ``Trouble`` when the database is in the way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, Connection, Row, Table, insert, select, update

from maildesk.desk.site import HELD_BY_OPERATOR
from maildesk.desk.words import Fate
from maildesk.errors import Refusal
from maildesk.store.database import Database
from maildesk.store.tables import arrivals, deliveries, events, tickets, timers


class Verb(StrEnum):
    HOLD = "hold"
    RELEASE = "release"
    RETRY = "retry"


Changes = Mapping[str, Any]
_Judge = Callable[[Row[Any], Verb, datetime], tuple[Changes, str]]
"""From a row, a verb and the time to the changes and the sentence of what was done; raises Refusal."""


def on_arrival(database: Database, verb: Verb, number: int, by: str = "operator") -> str:
    """``retry`` tries what was set aside once more, and makes a ticket of what went ``aside``."""
    return _do(database, verb, (arrivals, arrivals.c.id, number), _arrival, by)


def on_delivery(database: Database, verb: Verb, number: int, by: str = "operator") -> str:
    """``release`` also lifts the brake from this mail; ``retry`` sends again what failed, with the same Message-ID."""
    return _do(database, verb, (deliveries, deliveries.c.id, number), _delivery, by)


def on_timer(database: Database, verb: Verb, ticket: int, by: str = "operator") -> str:
    """``hold`` rests the follow-up of a ticket; ``retry`` takes its next step now."""
    return _do(database, verb, (timers, timers.c.ticket, ticket), _timer, by)


def on_ticket(database: Database, verb: Verb, number: int, by: str = "operator") -> str:
    """The verb for the ticket's timer and for each of its mails that it fits."""
    with database.write() as connection:
        now = database.now()
        if connection.execute(select(tickets.c.number).where(tickets.c.number == number)).first() is None:
            raise Refusal(f"There is no ticket #{number}.")
        wanted = "waiting" if verb is Verb.HOLD else "held"
        ids = connection.execute(
            select(deliveries.c.id).where(deliveries.c.ticket == number, deliveries.c.state == wanted)
        ).scalars()
        done = [_one(connection, now, verb, (deliveries, deliveries.c.id, each), _delivery, by) for each in list(ids)]
        timer = connection.execute(select(timers).where(timers.c.ticket == number)).one_or_none()
        if timer is not None and (verb is Verb.RETRY or timer.held == (verb is Verb.RELEASE)):
            done.append(_one(connection, now, verb, (timers, timers.c.ticket, number), _timer, by))
    if not done:
        raise Refusal(f"Ticket #{number} has nothing to {verb}.")
    return " ".join(done)


_Place = tuple[Table, Column[Any], int]


def _do(database: Database, verb: Verb, place: _Place, judge: _Judge, by: str) -> str:
    with database.write() as connection:
        return _one(connection, database.now(), verb, place, judge, by)


def _one(connection: Connection, now: datetime, verb: Verb, place: _Place, judge: _Judge, by: str) -> str:
    table, key, number = place
    row = connection.execute(select(table).where(key == number).with_for_update()).one_or_none()
    if row is None:
        raise Refusal(_nothing(table, number))
    changes, sentence = judge(row, verb, now)
    connection.execute(update(table).where(key == number).values(**changes))
    _tell(connection, table, row, sentence, by, now)
    return sentence


def _nothing(table: Table, number: int) -> str:
    if table is timers:
        return f"Ticket #{number} has no timer: it is closed or merged, or does not exist."
    return f"There is no {table.name.removesuffix('s').replace('deliverie', 'delivery')} {number}."


def _tell(connection: Connection, table: Table, row: Row[Any], sentence: str, by: str, now: datetime) -> None:
    desk = "" if table is timers else row.desk or ""
    event = {"desk": desk, "ticket": _known_ticket(connection, row.ticket), "at": now, "what": sentence, "by": by}
    connection.execute(insert(events), event | ({"arrival": row.id} if table is arrivals else {}))


def _known_ticket(connection: Connection, number: int | None) -> int | None:
    return connection.execute(select(tickets.c.number).where(tickets.c.number == number)).scalar() if number else None


def _arrival(row: Row[Any], verb: Verb, now: datetime) -> tuple[Changes, str]:
    again = {"state": "waiting", "next_attempt_at": now, "claimed_by": None}
    name = f"Arrival {row.id}"
    if verb is Verb.HOLD and row.state == "waiting":
        return {"state": "held"}, f"{name} is held until it is released."
    if verb is Verb.RELEASE and row.state == "held":
        return again, f"{name} is released and will be processed now."
    if verb is Verb.RETRY and row.state != "done":
        return again | {"attempts": 0, "fate": None}, f"{name} will be processed now."
    if verb is Verb.RETRY and row.fate == Fate.ASIDE:
        changes = again | {"attempts": 0, "fate": None, "override": "ticket"}
        return changes, f"{name} will be made a ticket now."
    raise Refusal(f"{name} cannot be {_PAST[verb]}: it is {row.state}{f' ({row.fate})' if row.fate else ''}.")


def _delivery(row: Row[Any], verb: Verb, now: datetime) -> tuple[Changes, str]:
    name = f"Delivery {row.id} to {row.recipient}"
    again = {"state": "waiting", "next_attempt_at": now, "claimed_by": None, "released": True}
    if row.states_until is not None and row.states_until <= now and verb is not Verb.HOLD:
        raise Refusal(f"{name} cannot be {_PAST[verb]}: the moment it states has passed.")
    if verb is not Verb.HOLD and row.claimed_by is not None and row.next_attempt_at > now:
        raise Refusal(f"{name} is being handed over at this moment. Look again in ten minutes.")
    if verb is Verb.HOLD and row.state == "waiting":
        return {"state": "held", "reason": HELD_BY_OPERATOR}, f"{name} is held until it is released."
    if verb is Verb.RELEASE and row.state in ("held", "waiting"):
        return again, f"{name} is released and leaves now."
    if verb is Verb.RETRY and row.state in ("failed", "waiting"):
        fresh = {"attempts": 0, "first_claimed_at": None, "ended_at": None}  # its days of retries begin anew
        return again | (fresh if row.state == "failed" else {}), f"{name} is tried again now."
    raise Refusal(f"{name} cannot be {_PAST[verb]}: it is {row.state}.")


def _timer(row: Row[Any], verb: Verb, now: datetime) -> tuple[Changes, str]:
    name = f"The next step of ticket #{row.ticket} ({row.step})"
    if verb is Verb.HOLD and not row.held:
        return {"held": True}, f"{name} is held until it is released."
    if verb is Verb.RELEASE and row.held:
        return {"held": False}, f"{name} is released."
    if verb is Verb.RETRY and not row.held:
        due = min(row.due_at, now)
        return {"due_at": due, "next_attempt_at": now, "attempts": 0, "claimed_by": None}, f"{name} is taken now."
    raise Refusal(f"{name} cannot be {_PAST[verb]}: it is {'held' if row.held else 'not held'}.")


_PAST = {Verb.HOLD: "held", Verb.RELEASE: "released", Verb.RETRY: "tried again"}
