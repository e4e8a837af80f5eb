"""What is known of a person: of one address, and of all that an agent or they themselves joined at that desk.

Each address keeps what was said of it, so that parting two of them restores what was; what agents chose or noted for
one holds for all, put together when it is read. Of most people one address is known: then one row is all that is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, literal_column, or_, select

from maildesk.desk.actions import Joining
from maildesk.desk.judging.brakes import is_suspected_robot
from maildesk.desk.known.facts import PersonFacts, Profile, RatedTicket
from maildesk.desk.words import PromiseState
from maildesk.store.searching import of_customer
from maildesk.store.tables import joined, people, praises, promises, ratings, tickets

MOST_RATINGS = 5

_j, _t = joined.c, tickets.c
_IS_JOINED = (
    select(literal_column("1"))
    .where(_j.desk == people.c.desk, or_(_j.address == people.c.address, _j.person == people.c.address))
    .exists()
)
_PEOPLE = select(people, _IS_JOINED.label("is_joined")).where(
    people.c.desk == bindparam("at_desk"), people.c.address.in_(bindparam("whos", expanding=True))
)
_MAIN = select(_j.person).where(_j.desk == bindparam("at_desk"), _j.address == bindparam("who"))
_OTHERS = (
    select(_j.address, _j.by)
    .where(_j.desk == bindparam("at_desk"), _j.person == bindparam("main"))
    .order_by(_j.at, _j.address)
)
_ROWS = select(people).where(
    people.c.desk == bindparam("at_desk"), people.c.address.in_(bindparam("whos", expanding=True))
)


def addresses_of(connection: Connection, desk: str, address: str) -> tuple[str, ...]:
    """All addresses of the person who has this one, the main one first; this one alone where none is joined."""
    main, others = _joined_to(connection, desk, address)
    return (main, *(each for each, _ in others))


def _joined_to(connection: Connection, desk: str, address: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The main address of the person who has this one, and the others, each with who joined it."""
    main = connection.execute(_MAIN, {"at_desk": desk, "who": address}).scalar() or address
    rows = connection.execute(_OTHERS, {"at_desk": desk, "main": main})
    return main, tuple((row.address, row.by) for row in rows)


def people_of(connection: Connection, desk: str, addresses: Sequence[str]) -> dict[str, Row[Any]]:
    """What is stored of these addresses at this desk, for ``as_person``; nothing of those nobody knows."""
    return {row.address: row for row in connection.execute(_PEOPLE, {"at_desk": desk, "whos": list(addresses)})}


def person_of(connection: Connection, desk: str, address: str) -> PersonFacts:
    """What is known of the person with this address at this desk, but for whether they may be a robot."""
    row = people_of(connection, desk, [address]).get(address)
    return PersonFacts() if row is None else as_person(connection, row)


def as_person(
    connection: Connection, row: Row[Any], now: datetime | None = None, recent: Row[Any] | None = None
) -> PersonFacts:
    """The person of whom this row is one address.

    ``now`` and ``recent``, their newest ticket, say whether they are still suspected to be a robot.
    """
    found = PersonFacts(
        row.version, row.name, row.language, row.unreachable, row.spam, row.chosen_language,
        notes=tuple(row.notes.splitlines()), chosen_name=row.chosen_name, vip=row.vip,
    )  # fmt: skip
    if now is not None:
        wrote, answered = (recent.last_customer_at, recent.last_answer_at) if recent else (None, None)
        robot = is_suspected_robot(row.brake_trips, row.robot_since, now, wrote, answered)
        found = replace(found, robot=robot, robot_ticket=recent.number if robot and recent else None)
    return _with_the_others(connection, row.desk, row.address, found) if row.is_joined else found


def _with_the_others(connection: Connection, desk: str, address: str, own: PersonFacts) -> PersonFacts:
    """The person with what their other addresses know of them; what this one says itself comes first."""
    main, joined_ones = _joined_to(connection, desk, address)
    addresses = (main, *(each for each, _ in joined_ones))
    others = [each for each in addresses if each != address]
    rows = {row.address: row for row in connection.execute(_ROWS, {"at_desk": desk, "whos": others})}
    known = [rows[each] for each in others if each in rows]

    def first(mine: str, column: str) -> str:
        return mine or next((str(value) for row in known if (value := getattr(row, column))), "")

    return replace(
        own,
        addresses=addresses,
        proven=tuple(each for each, by in joined_ones if by in addresses),
        name=first(own.name, "name"),
        language=first(own.language, "language"),
        chosen_language=first(own.chosen_language, "chosen_language"),
        chosen_name=first(own.chosen_name, "chosen_name"),
        vip=own.vip or any(row.vip for row in known),
        notes=tuple(dict.fromkeys((*own.notes, *(note for row in known for note in row.notes.splitlines())))),
    )


def write_joining(connection: Connection, now: datetime, joining: Joining) -> None:
    """The address is one of this person's from now on; without one, or as its main address, it has no row."""
    connection.execute(delete(joined).where(_j.desk == joining.desk, _j.address == joining.address))
    if joining.person and joining.person != joining.address:
        row = {"desk": joining.desk, "address": joining.address, "person": joining.person, "at": now, "by": joining.by}
        connection.execute(insert(joined), row)


_RATINGS = (
    select(ratings.c.ticket, ratings.c.score, ratings.c.solved, ratings.c.at)
    .join(tickets, _t.number == ratings.c.ticket)
    .where(_t.requester.in_(bindparam("whos", expanding=True)), _t.desk.in_(bindparam("desks", expanding=True)))
    .order_by(ratings.c.at.desc())
)
_KEPT = (
    select(promises.c.state, func.count())
    .join(tickets, _t.number == promises.c.ticket)
    .where(_t.requester.in_(bindparam("whos", expanding=True)), _t.desk.in_(bindparam("desks", expanding=True)))
    .where(promises.c.told_at.is_not(None))
    .group_by(promises.c.state)
)
_PRAISES = (
    select(func.count())
    .select_from(praises)
    .join(tickets, _t.number == praises.c.ticket)
    .where(_t.requester.in_(bindparam("whos", expanding=True)), _t.desk.in_(bindparam("desks", expanding=True)))
)


def profile_of(
    connection: Connection, desk: str, desks: Sequence[str], address: str, name: str, asked: int | None
) -> Profile:
    """All that is known of a customer of this desk, for an agent of ``desks``."""
    person = person_of(connection, desk, address)
    whos = {"whos": list(person.addresses or (address,)), "desks": list(desks)}
    ended = {str(row[0]): int(row[1]) for row in connection.execute(_KEPT, whos)}
    rated = tuple(RatedTicket(row.ticket, row.score, row.solved) for row in connection.execute(_RATINGS, whos))
    return Profile(
        asked=asked,
        address=address,
        name=person.chosen_name or person.name or name,
        person=person,
        tickets=of_customer(connection, desks, *whos["whos"]),
        rated=rated,
        kept=ended.get(PromiseState.KEPT, 0),
        moved=ended.get(PromiseState.REPLACED, 0),
        broken=ended.get(PromiseState.BROKEN, 0),
        praised=int(connection.execute(_PRAISES, whos).scalar_one()),
    )
