"""Arrivals: mail as it came in, from the moment we answer for it (guarantees 1, 2 and 5).

``accept`` is the only place where mail becomes ours; when it returns, the mail is on disk and 250 may be said.
``claim`` hands out the oldest, with the attempt counted and the next one written *before* the work. What ends an
arrival (``finish``) is written in the caller's transaction, together with all that the mail means.

Three strikes: an arrival that was claimed three times without an end comes out of ``claim`` as ``failed``, apart from
the others. The caller sets it aside in one transaction with whatever its sender is owed (``finish`` with
``Fate.FAILED``). Where even that kills the process twice, ``claim`` sets it aside by itself: ``abandoned``. An arrival
that was claimed before is claimed alone, so that one that kills the process takes no strike from its neighbours.

A database is never a reason to refuse: everything here raises only ``Trouble``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Text, bindparam, func, insert, select, text, update

from maildesk.desk.words import Arrival, ArrivalState, Fate
from maildesk.store import cursors
from maildesk.store.claims import CLAIM_LASTS, STRIKES, alone_if_tried, look_for_gone
from maildesk.store.compression import is_whole, pack, unpack
from maildesk.store.database import Database
from maildesk.store.tables import ARRIVAL_WAITS, arrivals, site, tickets

_ABANDONED = STRIKES + 2  # two tries to set it aside together with a ticket for its sender
_IN_ONE_QUESTION = 500  # bound values in one IN; SQLite's limit was 999 for long


@dataclass(frozen=True, slots=True)
class NewArrival:
    """A mail that nobody answers for yet. The fields are those of ``desk.words.Arrival``."""

    intake: str
    sender: str | None
    recipients: tuple[str, ...]
    raw: bytes = field(repr=False)
    arrived_at: datetime
    source_key: str | None = None
    desk: str | None = None
    authserv_id: str = ""
    trusted_results: str = ""
    spam: bool = False
    history: bool = False
    left_out: str = ""


@dataclass(frozen=True, slots=True)
class Claims:
    """What one claim took: ``due`` to be processed, ``failed`` for the caller to set aside, ``abandoned`` set aside."""

    due: tuple[Arrival, ...] = ()
    failed: tuple[Arrival, ...] = ()
    abandoned: tuple[int, ...] = ()


_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(7220450984)")  # of two that bring one source key, one stores it


def accept(database: Database, batch: Sequence[NewArrival], cursor: cursors.CursorMove | None = None) -> list[int]:
    """Stores all of the batch in one durable transaction, or nothing; returns the ids in the same order.

    A ``source_key`` that is known already gives the old id and stores nothing. ``cursor`` moves an IMAP cursor in the
    same transaction. Raises Trouble; anything else is a bug that one mail of the batch brings out, and must not cost
    the others: the caller then tries them one by one.
    """
    rows = [_row(each) for each in batch]
    with database.write() as connection:
        now = database.now()
        for row in rows:
            row["accepted_at"] = row["next_attempt_at"] = now
        if not database.sqlite and any(new.source_key for new in batch):
            connection.execute(_ONE_AT_A_TIME)
        ids = _store(connection, rows)
        if cursor is not None:
            cursors.advance(connection, cursor, now)
    return ids


def take_in(connection: Connection, batch: Sequence[NewArrival], now: datetime) -> list[int]:
    """``accept`` within the caller's transaction, for mail that comes in inside another."""
    return _store(connection, [{**_row(each), "accepted_at": now, "next_attempt_at": now} for each in batch])


def _row(new: NewArrival) -> dict[str, Any]:
    return {
        "arrived_at": new.arrived_at,
        "intake": new.intake,
        "sender": None if new.sender is None else _storable(new.sender),
        "recipients": [_storable(each) for each in new.recipients],
        "raw": pack(new.raw),
        "size": len(new.raw),
        "source_key": new.source_key,
        "desk": new.desk,
        "authserv_id": new.authserv_id,
        "trusted_results": new.trusted_results,
        "spam": new.spam,
        "history": new.history,
        "left_out": new.left_out,
    }


def _storable(text: str) -> str:
    """Envelopes may hold anything; databases take neither NUL nor half a surrogate pair."""
    return text.replace("\0", "\\0").encode("utf-8", "backslashreplace").decode("utf-8")


def _store(connection: Connection, rows: list[dict[str, Any]]) -> list[int]:
    known = _known(connection, [row["source_key"] for row in rows if row["source_key"] is not None])
    fresh: list[dict[str, Any]] = []
    for row in rows:
        key = row["source_key"]
        if key is None or key not in known:
            fresh.append(row)
            if key is not None:
                known[key] = 0  # the same key twice in one batch
    ids = iter(_insert(connection, fresh))
    placed = {id(row): next(ids) for row in fresh}
    known.update({row["source_key"]: placed[id(row)] for row in fresh if row["source_key"] is not None})
    return [placed[id(row)] if id(row) in placed else known[row["source_key"]] for row in rows]


_INSERT = insert(arrivals)
_INSERT_RETURNING = insert(arrivals).returning(arrivals.c.id, sort_by_parameter_order=True)


def _insert(connection: Connection, rows: list[dict[str, Any]]) -> list[int]:
    if not rows:
        return []
    if len(rows) == 1:  # cheaper than the general form
        key = connection.execute(_INSERT, rows[0]).inserted_primary_key
        return [] if key is None else [int(key[0])]
    return [int(each) for each in connection.execute(_INSERT_RETURNING, rows).scalars()]


_KNOWN = select(arrivals.c.source_key, arrivals.c.id).where(
    arrivals.c.source_key.in_(bindparam("keys", expanding=True))
)


def _known(connection: Connection, keys: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for start in range(0, len(keys), _IN_ONE_QUESTION):
        rows = connection.execute(_KNOWN, {"keys": keys[start : start + _IN_ONE_QUESTION]})
        found.update({str(key): int(number) for key, number in rows})
    return found


_DUE = (
    select(arrivals)
    .where(ARRIVAL_WAITS, arrivals.c.next_attempt_at <= bindparam("now"))
    .order_by(arrivals.c.id)
    .limit(bindparam("size"))
    .with_for_update(skip_locked=True)
)
_CLAIM = update(arrivals).where(arrivals.c.id == bindparam("key")).values(
    attempts=arrivals.c.attempts + 1, next_attempt_at=bindparam("again"), claimed_by=bindparam("owner")
)  # fmt: skip


def claim(database: Database, limit: int) -> Claims:
    """Takes up to ``limit`` arrivals that are due, oldest first, for ten minutes. Raises Trouble."""
    look_for_gone(database)
    owner = database.owner
    with database.write(durable=False) as connection:
        now = database.now()
        rows = alone_if_tried(connection.execute(_DUE, {"now": now, "size": limit}).all())
        hopeless = {row.id: reason for row in rows if (reason := _hopeless(row))}
        for number, reason in hopeless.items():
            finish(connection, number, Fate.FAILED, reason)
        rows = [row for row in rows if row.id not in hopeless]
        again = now + CLAIM_LASTS
        if rows:
            connection.execute(_CLAIM, [{"key": row.id, "again": again, "owner": owner} for row in rows])
    taken = tuple(_arrival(row) for row in rows)
    failed = bool(rows) and rows[0].attempts >= STRIKES  # then it came alone
    return Claims(() if failed else taken, taken if failed else (), tuple(hopeless))


def _hopeless(row: Row[Any]) -> str | None:
    """Why not even setting this arrival aside with a ticket can work; None where it may."""
    if row.attempts >= _ABANDONED:
        return f"failed {_ABANDONED} times, even while it was set aside"
    return None if is_whole(row.raw) else "its stored bytes are damaged: check the disk of the database"


def _arrival(row: Row[Any]) -> Arrival:
    return Arrival(
        id=row.id, intake=row.intake, sender=row.sender, recipients=tuple(row.recipients), raw=unpack(row.raw),
        arrived_at=row.arrived_at, source_key=row.source_key, desk=row.desk, authserv_id=row.authserv_id,
        trusted_results=row.trusted_results, spam=row.spam, history=row.history, left_out=row.left_out,
        attempts=row.attempts + 1, override=row.override, opened=row.ticket,
    )  # fmt: skip


_FINISH = update(arrivals).where(arrivals.c.id == bindparam("key")).values(
    state=bindparam("new_state"), fate=bindparam("new_fate"), reason=bindparam("new_reason"),
    message_id=func.coalesce(bindparam("new_message_id", type_=Text), arrivals.c.message_id),
    ticket=bindparam("new_ticket"), desk=func.coalesce(arrivals.c.desk, bindparam("new_desk", type_=Text)),
    claimed_by=None,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ended:
    """How an arrival ended. ``Fate.FAILED`` sets it aside."""

    arrival: int
    fate: Fate
    reason: str
    message_id: str | None = None
    ticket: int | None = None
    desk: str | None = None


def finish(
    connection: Connection, arrival: int, fate: Fate, reason: str, *,
    message_id: str | None = None, ticket: int | None = None,
) -> None:  # fmt: skip
    """Writes how an arrival ended, in the transaction of all that it means."""
    finish_all(connection, [Ended(arrival, fate, reason, message_id, ticket)])


def finish_all(connection: Connection, ended: Sequence[Ended]) -> None:
    """Writes how these arrivals ended, in the transaction of all that they mean."""
    if ended:
        connection.execute(_FINISH, [_ended_row(each) for each in ended])


def _ended_row(ended: Ended) -> dict[str, Any]:
    state = ArrivalState.FAILED if ended.fate is Fate.FAILED else ArrivalState.DONE
    return {
        "key": ended.arrival, "new_state": state.value, "new_fate": ended.fate.value, "new_reason": ended.reason,
        "new_message_id": ended.message_id, "new_ticket": ended.ticket, "new_desk": ended.desk,
    }  # fmt: skip


_PUT_BACK = update(arrivals).where(arrivals.c.id == bindparam("key"), ARRIVAL_WAITS).values(
    reason=bindparam("new_reason"), next_attempt_at=bindparam("again"), claimed_by=None
)  # fmt: skip
_CLAIMED = ARRIVAL_WAITS & arrivals.c.claimed_by.is_not(None)
_GIVE_BACK = update(arrivals).where(arrivals.c.id == bindparam("key"), _CLAIMED).values(
    attempts=arrivals.c.attempts - 1, next_attempt_at=bindparam("again"), claimed_by=None
)  # fmt: skip


def put_back(connection: Connection, arrival: int, reason: str, again: datetime) -> None:
    """After a failure in the handling of this arrival: the attempt counts, the next is at ``again``."""
    connection.execute(_PUT_BACK, {"key": arrival, "new_reason": reason, "again": again})


def give_back(connection: Connection, ids: Sequence[int], again: datetime) -> None:
    """Claimed, but not their fault that nothing came of it (Trouble, a stop): the attempt does not count."""
    if ids:
        connection.execute(_GIVE_BACK, [{"key": each, "again": again} for each in ids])


_NEXT_NUMBER = select(site.c.value).where(site.c.name == "next_ticket").with_for_update()
_RESERVED = select(arrivals.c.id, arrivals.c.reserved_ticket).where(
    arrivals.c.id.in_(bindparam("ids", expanding=True)),
    arrivals.c.reserved_ticket.not_in(select(tickets.c.number)),  # used where it was set aside with a ticket
)
_RESERVE = update(arrivals).where(arrivals.c.id == bindparam("key")).values(reserved_ticket=bindparam("number"))


def reserve_numbers(connection: Connection, ids: Sequence[int]) -> dict[int, int]:
    """The ticket number that each of these arrivals will open, should it open one; a retry gets the same.

    May be committed without durability: whatever uses the number is committed after it.
    """
    reserved = {int(key): number for key, number in connection.execute(_RESERVED, {"ids": list(ids)})}
    missing = [each for each in ids if reserved.get(each) is None]
    first = take_numbers(connection, len(missing)) if missing else 0
    fresh = {each: first + place for place, each in enumerate(missing)}
    if fresh:
        connection.execute(_RESERVE, [{"key": key, "number": number} for key, number in fresh.items()])
    return {key: int(fresh.get(key) or reserved[key]) for key in ids}


def take_numbers(connection: Connection, count: int) -> int:
    """The first of ``count`` fresh ticket numbers, for tickets that no arrival opens."""
    first = int(connection.execute(_NEXT_NUMBER).scalar_one())
    connection.execute(update(site).where(site.c.name == "next_ticket").values(value=str(first + count)))
    return first


NEXT_DUE = select(func.min(arrivals.c.next_attempt_at)).where(ARRIVAL_WAITS)


def next_due(database: Database) -> datetime | None:
    """When ``claim`` will find something, if nothing arrives before; None where nothing waits."""
    with database.read() as connection:
        moment: datetime | None = connection.execute(NEXT_DUE).scalar_one()
        return moment
