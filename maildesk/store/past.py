"""What the store knows of the mails of a group, asked about all of them at once.

Most mails ask the same: was it here before, which tickets do its references name, who is its author? ``Past`` asks each
of these once for all mails. The newest ticket is asked of each author, and so is what only one mail turns out to need
(its author at the desk of a ticket). It belongs to one read transaction: everything in it was true at one moment.

Each question is answered from an index, in a time that does not grow with what is stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, select

from maildesk.desk.known.facts import PersonFacts, ThreadHit
from maildesk.desk.senders.authorship import Author
from maildesk.desk.words import Desk
from maildesk.store.heard import Heard
from maildesk.store.persons import as_person, people_of
from maildesk.store.tables import arrivals, seen, threads, tickets

_SEEN = (
    select(seen.c.key, seen.c.arrival, arrivals.c.ticket)
    .join(arrivals, arrivals.c.id == seen.c.arrival)
    .where(seen.c.key.in_(bindparam("keys", expanding=True)))
)
_SAME_IDS = (
    select(arrivals.c.message_id, func.min(arrivals.c.id), func.max(arrivals.c.id))
    .where(arrivals.c.message_id.in_(bindparam("ids", expanding=True)))
    .group_by(arrivals.c.message_id)
)
_THREADS = select(threads).where(threads.c.message_id.in_(bindparam("ids", expanding=True)))
_t = tickets.c
_RECENT = (
    select(_t.requester, _t.number, _t.last_customer_at, _t.last_answer_at)
    .where(_t.requester == bindparam("who"), _t.desk == bindparam("at_desk"))
    .order_by(_t.last_customer_at.desc())
    .limit(1)
)
_EVIDENCE = {"sent": 0, "filed": 1, "noted": 1, "referred": 2}

AnyRow = Row[*tuple[Any, ...]]
Place = tuple[str, str]
"""An address at a desk: desk, address."""


class Past:
    """Constructed within a read transaction, for the mails of a group, and gone with it."""

    def __init__(self, connection: Connection, group: Sequence[Heard]) -> None:
        self._connection = connection
        self._threads = self._threads_of(group)
        self._seen = {row.key: row for row in connection.execute(_SEEN, {"keys": [each.key for each in group]})}
        ids = [each.letter.message_id for each in group if each.letter.message_id]
        self._same_ids = {row[0]: frozenset(row[1:]) for row in connection.execute(_SAME_IDS, {"ids": ids})}
        self._recent: dict[Place, AnyRow | None] = {}
        self._people: dict[Place, AnyRow | None] = {}
        places = dict.fromkeys((each.desk.address, each.address) for each in group)
        for desk in dict.fromkeys(desk for desk, _ in places):
            self._meet(desk, [address for at, address in places if at == desk])

    def _threads_of(self, group: Iterable[Heard]) -> dict[str, list[AnyRow]]:
        found: dict[str, list[AnyRow]] = {}
        ids = list(dict.fromkeys(each for heard in group for each in heard.ids))
        for row in self._connection.execute(_THREADS, {"ids": ids}) if ids else ():
            found.setdefault(row.message_id, []).append(row)
        return found

    def _meet(self, desk: str, addresses: list[str]) -> None:
        """Reads who these people are at this desk, and their newest tickets there."""
        people = people_of(self._connection, desk, addresses)
        for address in addresses:
            self._recent[desk, address] = self._connection.execute(_RECENT, {"who": address, "at_desk": desk}).first()
            self._people[desk, address] = people.get(address)

    def hits(self, heard: Heard) -> tuple[ThreadHit, ...]:
        """What the mail's references point to: the newest reference first, of each the best evidence."""
        rows = (
            row
            for each in heard.ids
            for row in sorted(self._threads.get(each, ()), key=lambda row: (_EVIDENCE[row.source], -row.id))
        )
        return tuple(ThreadHit(row.message_id, row.ticket, row.source, frozenset(row.people)) for row in rows)

    def before(self, heard: Heard) -> AnyRow | None:
        """The arrival that brought this mail first, and its ticket."""
        found = self._seen.get(heard.key)
        return None if found is None or found.arrival == heard.arrival.id else found

    def has_same_id(self, heard: Heard) -> bool:
        """Whether another arrival has this mail's Message-ID."""
        return bool(self._same_ids.get(heard.letter.message_id or "", frozenset()) - {heard.arrival.id})

    def recent(self, desk: Desk, author: Author) -> AnyRow | None:
        """The author's newest ticket at this desk; whoever writes through a form is nobody's own address."""
        unknown = author.is_form or not author.mailbox.address
        return None if unknown else self._of(self._recent, desk, author)

    def person(self, desk: Desk, author: Author, now: datetime) -> PersonFacts:
        """What is known of the author at this desk."""
        row = self._of(self._people, desk, author)
        return PersonFacts() if row is None else as_person(self._connection, row, now, self.recent(desk, author))

    def _of(self, known: dict[Place, AnyRow | None], desk: Desk, author: Author) -> AnyRow | None:
        place = desk.address, author.mailbox.address
        if place not in known:
            self._meet(place[0], [place[1]])
        return known[place]
