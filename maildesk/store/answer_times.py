"""How long people waited for an answer: written when the relay took one, read as the history that promises are made of.

One row for each turn of a ticket that a person answered, on the clock of the priority that its first promise was made
for. Harmless to repeat: the first answer of a turn counts, and UNIQUE keeps it so. Not counted: what no person wrote,
answers that are held or were recalled, and turns in which a person named another moment themselves before they answered
(``#promise`` or ``#pause`` without an answer): what they agreed with the customer says nothing about the next one. A
mail that reached us over an hour late is measured from when we had it.

``Histories`` reads a desk's history at most once a minute, as it was when the minute began, so that the same mails at
the same virtual times are promised the same. It asks two indexed questions for a desk and one for each priority,
bounded by ``MOST_WAITS``, whatever the database holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select

from maildesk.desk.actions import Answered
from maildesk.desk.promises.history import MOST_WAITS, WINDOW, History, Wait
from maildesk.desk.promises.promise import clock_of
from maildesk.desk.words import Desk, Priority, Site
from maildesk.store.columns import Moment
from maildesk.store.tables import TICKET_IS_OURS, answer_times, promises, tickets

LATE = timedelta(hours=1)
_t, _p, _a = tickets.c, promises.c, answer_times.c

_TICKET = select(_t.number, _t.desk, _t.turn, _t.turn_began_at).where(_t.number == bindparam("key"))
_PROMISES = (
    select(_p.number, _p.at, _p.made_at, _p.priority, _p.renewals)
    .where(_p.ticket == bindparam("of"), _p.turn == bindparam("of_turn"))
    .order_by(_p.number)
)
_KNOWN = select(_a.id).where(_a.ticket == bindparam("of"), _a.turn == bindparam("of_turn"))
_NEW = insert(answer_times)
_RECENT = (
    select(_a.turn, _a.began_at, _a.answered_at, _a.wait, _a.promised)
    .where(
        _a.desk == bindparam("at_desk"), _a.priority == bindparam("of_priority"),
        _a.answered_at > bindparam("since", type_=Moment), _a.answered_at < bindparam("until", type_=Moment),
    )
    .order_by(_a.answered_at.desc(), _a.id.desc())
    .limit(MOST_WAITS)
)  # fmt: skip
_LONGEST = (
    select(_t.number)
    .where(
        TICKET_IS_OURS, _t.desk == bindparam("at_desk"),
        _t.turn_began_at > bindparam("since", type_=Moment), _t.turn_began_at < bindparam("until", type_=Moment),
    )
    .order_by(_t.turn_began_at)
    .limit(MOST_WAITS)
)  # fmt: skip
_WAITING = (
    select(_t.number, _t.turn, _t.turn_began_at, _p.at, _p.made_at, _p.priority, _p.renewals)
    .join(promises, (_p.ticket == _t.number) & (_p.turn == _t.turn))
    .where(_t.number.in_(bindparam("numbers", expanding=True)))
    .order_by(_t.turn_began_at, _t.number, _p.number)
)


def note(connection: Connection, site: Site, answers: Sequence[Answered]) -> None:
    """These answers were taken: a row for each whose turn has none."""
    for each in answers:
        ticket = connection.execute(_TICKET, {"key": each.ticket}).first()
        desk = site.desk(ticket.desk) if ticket is not None else None
        if ticket is None or desk is None:
            continue
        turn = {"of": ticket.number, "of_turn": ticket.turn}
        if connection.execute(_KNOWN, turn).first() is not None:
            continue
        made = connection.execute(_PROMISES, turn).all()
        told = [row.number for row in made]
        if not made or (each.tells is not None and each.tells not in told) or _was_put_off(made, each.tells):
            continue
        connection.execute(_NEW, _row(desk, ticket, made[0], each, site))


def _row(desk: Desk, ticket: Any, first: Any, answer: Answered, site: Site) -> dict[str, Any]:
    priority = Priority(first.priority or Priority.NORMAL)
    service, began = clock_of(desk, priority), _began(ticket, first)
    agent = site.agent(answer.agent)
    return {
        "desk": ticket.desk,
        "priority": str(priority),
        "ticket": ticket.number,
        "turn": ticket.turn,
        "began_at": began,
        "answered_at": answer.at,
        "wait": max(timedelta(0), service.between(began, answer.at)),
        "promised": max(timedelta(0), service.between(began, first.at)),
        "agent": agent.address if agent is not None else answer.agent,
    }


def _began(ticket: Any, first: Any) -> datetime:
    """When the customer's mail came, or when we had it, where it was long on its way."""
    began: datetime = ticket.turn_began_at
    made: datetime = first.made_at
    return made if made - began > LATE else began


def _was_put_off(made: Sequence[Any], tells: int | None) -> bool:
    """Whether a person named another moment before: neither the first promise, nor a renewal, nor another priority."""
    first = made[0]
    return any(
        not each.renewals and each.priority == first.priority and each.number != tells for each in list(made)[1:]
    )


@dataclass(slots=True)
class Histories:
    """Constructed once by each role that decides. ``of`` raises only ``Trouble``, as the database does."""

    _at: datetime | None = None
    _known: dict[str, History] | None = None

    def of(self, connection: Connection, desk: Desk, now: datetime) -> History:
        """What the people of this desk did in the 28 days before this minute began."""
        minute = now.replace(second=0, microsecond=0)
        if self._known is None or self._at != minute:
            self._at, self._known = minute, {}
        if desk.address not in self._known:
            self._known[desk.address] = read(connection, desk, minute)
        return self._known[desk.address]


def read(connection: Connection, desk: Desk, at: datetime) -> History:
    """The history of a desk as it was then."""
    between = {"at_desk": desk.address, "since": at - WINDOW, "until": at}
    waits: list[Wait] = []
    for priority in Priority:
        rows = connection.execute(_RECENT, {**between, "of_priority": str(priority)})
        waits += [Wait(priority, row.turn, row.began_at, row.wait, row.promised, row.answered_at) for row in rows]
    longest = list(connection.execute(_LONGEST, between).scalars())
    if longest and waits:  # without an answer nobody can tell how long it takes
        waits += _waiting(desk, connection.execute(_WAITING, {"numbers": longest}).all(), at)
    return History(desk.time_zone, at, tuple(waits))


def _waiting(desk: Desk, rows: Sequence[Any], at: datetime) -> Iterator[Wait]:
    """Who waits for an answer, and for how long; not those to whom a person named another moment."""
    turns: dict[int, list[Any]] = {}
    for row in rows:
        turns.setdefault(row.number, []).append(row)
    for made in turns.values():
        first = made[0]
        if _was_put_off(made, None):
            continue
        priority = Priority(first.priority or Priority.NORMAL)
        service, began = clock_of(desk, priority), _began(first, first)
        if began < at:
            yield Wait(priority, first.turn, began, service.between(began, at), service.between(began, first.at))
