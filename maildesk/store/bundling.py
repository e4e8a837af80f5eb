"""Notifications beyond the brake ``to_agents``: marked to wait when they are claimed, bundled when their time comes.

``divide`` runs inside the claim and moves nothing but times. ``waiting_for`` and ``enclose`` are the two halves of
making a bundle: what waits is read, the mail is composed, and the same transaction queues it and ends what it holds, as
``bundled``, with the delivery and Message-ID of the mail that has it. A mail that is dropped or claimed in between
undoes the whole, and it is done again: nothing is in a bundle and alone, and nothing in neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, select, update

from maildesk.desk.judging.brakes import should_bundle
from maildesk.desk.mailing.bundling import HOUR, MAY_WAIT, Member, leaves_at, may_wait
from maildesk.desk.words import Audience, Brakes
from maildesk.store.columns import Moment
from maildesk.store.compression import unpack
from maildesk.store.tables import DELIVERY_WAITS, FOR_A_BUNDLE, REACHED_AN_AGENT, deliveries, tickets
from maildesk.store.writing_tickets import Conflict

TRY_AGAIN = timedelta(minutes=1)
"""When a bundle is made anew whose making came to nothing: written before it is tried."""

MOST_READ = 200

_d = deliveries.c
_REACHED = (
    select(_d.first_claimed_at)
    .where(REACHED_AN_AGENT, _d.recipient == bindparam("who"), _d.first_claimed_at > bindparam("hour", type_=Moment))
    .order_by(_d.first_claimed_at)
)
_WAITING = select(func.min(_d.braked_at), func.min(_d.next_attempt_at)).where(
    FOR_A_BUNDLE, _d.recipient == bindparam("who"), _d.claimed_by.is_(None), _d.released.is_(False)
)
_PRIORITIES = select(tickets.c.number, tickets.c.priority).where(
    tickets.c.number.in_(bindparam("numbers", expanding=True))
)
_WAIT = update(deliveries).where(_d.id == bindparam("which")).values(
    braked_at=func.coalesce(_d.braked_at, bindparam("now", type_=Moment)), next_attempt_at=bindparam("at"),
    reason=bindparam("why"),
)  # fmt: skip
_PUT_OFF = update(deliveries).where(FOR_A_BUNDLE, _d.recipient == bindparam("who")).values(
    next_attempt_at=bindparam("again", type_=Moment)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Divided:
    """What a claim may hand out, and the agents whose bundle is to be made now."""

    going: list[Row[Any]]
    bundles: tuple[str, ...] = ()


def divide(connection: Connection, brakes: Brakes, rows: list[Row[Any]], now: datetime) -> Divided:
    """Splits what is due into what may go and, beyond the brake, what waits for a bundle or is due in one."""
    if not brakes.to_agents_hour or not any(_is_notification(row) for row in rows):
        return Divided(rows)
    numbers = sorted({row.ticket for row in rows if _is_notification(row)})
    urgency = {row.number: row.priority for row in connection.execute(_PRIORITIES, {"numbers": numbers})}
    going: list[Row[Any]] = []
    agents: dict[str, _Agent] = {}
    for row in rows:
        if row.audience != Audience.AGENT:
            going.append(row)
            continue
        if row.recipient not in agents:
            agents[row.recipient] = _Agent(connection, brakes, row.recipient, now)
        agent = agents[row.recipient]
        waits = _is_notification(row) and may_wait(row.template, row.ticket, urgency.get(row.ticket, ""))
        if waits and not agent.has_room():
            agent.keep(row)
        else:
            agent.goes(row)
            going.append(row)
    return Divided(going, tuple([agent.address for agent in agents.values() if agent.write()]))


def _is_notification(row: Row[Any]) -> bool:
    """One that was not tried yet, and that no operator let go."""
    fresh = row.first_claimed_at is None and not row.released
    return bool(fresh and row.audience == Audience.AGENT and row.template in MAY_WAIT and row.ticket is not None)


class _Agent:
    """What went to one agent within the hour, and what waits."""

    def __init__(self, connection: Connection, brakes: Brakes, address: str, now: datetime) -> None:
        self.address = address
        self._connection = connection
        self._brakes = brakes
        self._now = now
        found = connection.execute(_REACHED, {"who": address, "hour": now - HOUR}).scalars()
        self._reached: list[datetime] = [each for each in found if each is not None]
        self._first, self._planned = connection.execute(_WAITING, {"who": address}).one()
        self._kept: list[Row[Any]] = []

    def goes(self, row: Row[Any]) -> None:
        """Counts a mail that leaves now; one that is tried again was counted when it first was."""
        if row.first_claimed_at is None:
            self._reached.append(self._now)

    def has_room(self) -> bool:
        """Whether the hour has room; and what waits already is not overtaken."""
        return self._first is None and not should_bundle(self._brakes, len(self._reached))

    def keep(self, row: Row[Any]) -> None:
        self._kept.append(row)

    def write(self) -> bool:
        """Gives those that wait their time. True where it has come: their bundle is to be made."""
        if not self._kept:
            return False
        first = min(self._first or self._now, self._now)
        at = leaves_at(first, self._reached, self._brakes.to_agents_hour)
        if self._first is not None and min(at, self._planned) <= self._now:
            at = self._now + TRY_AGAIN
            self._mark(at)
            self._connection.execute(_PUT_OFF, {"who": self.address, "again": at})
            return True
        self._mark(min(at, self._planned) if self._planned is not None else at)
        return False

    def _mark(self, at: datetime) -> None:
        why = f"More than {self._brakes.to_agents_hour} mails to this agent in an hour: it leaves in a bundle."
        rows = [{"which": row.id, "now": self._now, "at": at, "why": why} for row in self._kept]
        self._connection.execute(_WAIT, rows)


_MEMBERS = (
    select(
        _d.id, _d.desk, _d.ticket, _d.template, _d.message_id, _d.raw, tickets.c.subject, tickets.c.requester_name,
        tickets.c.requester, tickets.c.priority,
    )
    .join(tickets, tickets.c.number == _d.ticket)
    .where(FOR_A_BUNDLE, _d.recipient == bindparam("who"), _d.claimed_by.is_(None), _d.released.is_(False))
    .order_by(_d.id)
    .limit(MOST_READ)
)  # fmt: skip
_BY_KEY = select(_d.id, _d.message_id).where(_d.key == bindparam("key"))
_BUNDLED = update(deliveries).where(_d.id == bindparam("which"), DELIVERY_WAITS, _d.claimed_by.is_(None)).values(
    state="bundled", bundle=bindparam("into"), reason=bindparam("why"), ended_at=bindparam("now", type_=Moment)
)  # fmt: skip
_ALONE = update(deliveries).where(_d.id == bindparam("which"), DELIVERY_WAITS).values(
    released=True, next_attempt_at=bindparam("now", type_=Moment)
)  # fmt: skip


def waiting_for(connection: Connection, agent: str) -> tuple[Member, ...]:
    """The notifications that wait for this agent's bundle, oldest first."""
    rows = connection.execute(_MEMBERS, {"who": agent})
    return tuple(
        Member(
            row.id, row.desk, row.ticket, row.template, row.message_id, unpack(row.raw), row.subject,
            row.requester_name or row.requester, row.priority,
        )
        for row in rows
    )  # fmt: skip


def enclose(connection: Connection, members: Sequence[Member], key: str, now: datetime) -> None:
    """Ends these deliveries as bundled in the one of that key, queued in the same transaction. Raises Conflict."""
    into = connection.execute(_BY_KEY, {"key": key}).one()
    why = f"It left in a bundle: delivery {into.id}, <{into.message_id}>."
    for each in members:
        values = {"which": each.delivery, "into": into.id, "why": why, "now": now}
        if connection.execute(_BUNDLED, values).rowcount != 1:
            raise Conflict(f"delivery {each.delivery} has moved on")


def let_go(connection: Connection, members: Iterable[Member], now: datetime) -> None:
    """These leave alone, now."""
    for each in members:
        connection.execute(_ALONE, {"which": each.delivery, "now": now})
