"""Tripped brakes: what they hold stays waiting, who tripped them is remembered, and admins hear of it once.

A mail that a brake holds is looked at again soon after there may be room; its first hold counts as one trip of its
address, where the address itself did too much. From the second trip on the address is a suspected robot.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, select, update

from maildesk.desk.judging.brakes import TRIPS_OF_A_ROBOT, Tripped
from maildesk.store.columns import Moment
from maildesk.store.tables import deliveries, notices, people

_LOOK_AGAIN = {"hour": timedelta(minutes=5), "day": timedelta(hours=1)}  # a twelfth of the window and less

_HOLD = (
    update(deliveries)
    .where(deliveries.c.id == bindparam("which"))
    .values(
        reason=bindparam("why"),
        next_attempt_at=bindparam("again"),
        braked_at=func.coalesce(deliveries.c.braked_at, bindparam("now", type_=Moment)),
    )
)
_PERSON = select(people).where(people.c.desk == bindparam("of_desk"), people.c.address == bindparam("of_address"))
_TRIP = (
    update(people)
    .where(people.c.desk == bindparam("of_desk"), people.c.address == bindparam("of_address"))
    .values(brake_trips=bindparam("trips"), robot_since=bindparam("since"), version=people.c.version + 1)
)
_NOTICE = select(notices.c.key).where(notices.c.key == bindparam("name"))


@dataclass(frozen=True, slots=True)
class Braked:
    """A mail that a brake holds. ``first``: it was not before. ``tell_admins``: they have not heard of it today."""

    delivery: int
    ticket: int | None
    desk: str
    recipient: str
    brake: Tripped
    first: bool
    tell_admins: bool
    next_attempt_at: datetime


def hold(connection: Connection, held: Sequence[tuple[Row[Any], Tripped]], now: datetime) -> tuple[Braked, ...]:
    """Puts off what a brake holds, counts the trips of addresses, and notes that admins are told."""
    braked = tuple(_hold(connection, row, verdict, now) for row, verdict in held)
    for each in braked:
        why = f"Brake {each.brake.brake}: {each.brake.reason}"
        connection.execute(_HOLD, {"which": each.delivery, "why": why, "again": each.next_attempt_at, "now": now})
    _count_trips(connection, braked, now)
    return braked


def _hold(connection: Connection, row: Row[Any], verdict: Tripped, now: datetime) -> Braked:
    return Braked(
        delivery=row.id, ticket=row.ticket, desk=row.desk, recipient=row.recipient, brake=verdict,
        first=row.braked_at is None, tell_admins=_is_news(connection, row, verdict, now),
        next_attempt_at=now + _LOOK_AGAIN[verdict.brake.rpartition(".")[2]],
    )  # fmt: skip


def _is_news(connection: Connection, row: Row[Any], verdict: Tripped, now: datetime) -> bool:
    """Once per brake, subject and day: a flood must not become a flood of notices."""
    subject = row.recipient if verdict.by_address else row.recipient_domain if "domain" in verdict.brake else "site"
    key = f"brake:{verdict.brake}:{subject}:{now.date()}"
    if connection.execute(_NOTICE, {"name": key}).first() is not None:
        return False
    connection.execute(insert(notices), {"key": key, "at": now})
    return True


def _count_trips(connection: Connection, braked: Iterable[Braked], now: datetime) -> None:
    for each in braked:
        if each.first and each.brake.by_address:
            _trip(connection, each.desk, each.recipient, now)


def _trip(connection: Connection, desk: str, address: str, now: datetime) -> None:
    person = connection.execute(_PERSON, {"of_desk": desk, "of_address": address}).one_or_none()
    if person is None:
        connection.execute(insert(people), {"desk": desk, "address": address, "version": 1, "brake_trips": 1})
        return
    trips = person.brake_trips + 1
    since = now if trips >= TRIPS_OF_A_ROBOT else person.robot_since
    connection.execute(_TRIP, {"of_desk": desk, "of_address": address, "trips": trips, "since": since})
