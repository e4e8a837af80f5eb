"""What an agent's mail to people outside may be about: the live tickets of whoever is in its To and Cc."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, select

from maildesk.desk.senders.authorship import Author
from maildesk.desk.words import Desk, Site
from maildesk.mail.letter import Letter, fold_address
from maildesk.store.tables import tickets

MOST = 20
"""People of one mail that are looked up, and tickets that are read: a mail to more is a circular."""

_THEIRS = (
    select(tickets.c.number)
    .where(tickets.c.requester.in_(bindparam("whos", expanding=True)), tickets.c.desk == bindparam("at_desk"))
    .where(tickets.c.state.not_in(["closed", "merged"]))
    .order_by(tickets.c.number.desc())
    .limit(MOST)
)


def recipients_outside(author: Author, letter: Letter, site: Site) -> tuple[str, ...]:
    """The outsiders in To and Cc of an agent's own mail; () for anybody else's."""
    if author.is_forwarded or site.agent(author.mailbox.address) is None:
        return ()
    found = (fold_address(each.address) for each in (*letter.to, *letter.cc))
    return tuple(dict.fromkeys(each for each in found if "@" in each and not site.is_inside(each)))[:MOST]


def tickets_of(connection: Connection, desk: Desk, people: tuple[str, ...]) -> set[int]:
    """The numbers of their live tickets at this desk."""
    if not people:
        return set()
    return set(connection.execute(_THEIRS, {"whos": list(people), "at_desk": desk.address}).scalars())
