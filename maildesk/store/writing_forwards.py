"""What an agent forwarded, as arrivals of their own: written with the decision on the forward, read with their facts.

Each has the forward and its place in it as ``source_key``, so that a decision that is written twice brings it in once.
It came in when the forward did, from the agent, and proves nothing of who wrote it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select

from maildesk.desk.forward_facts import FORWARDED, Forwarded, Unpacked
from maildesk.desk.words import Arrival
from maildesk.mail.letter import Letter
from maildesk.store.arrivals import NewArrival, take_in
from maildesk.store.tables import forwards, threads

_NEW = insert(forwards)
_OF = select(forwards).where(forwards.c.arrival == bindparam("of"))
_WRITTEN = select(forwards.c.arrival).where(forwards.c.arrival.in_(bindparam("ids", expanding=True)))
_KNOWN = select(threads.c.ticket, threads.c.source).where(
    threads.c.message_id == bindparam("id"), threads.c.source.in_(["sent", "filed"])
).order_by(threads.c.id)  # fmt: skip


def unpack(connection: Connection, now: datetime, arrival: Arrival, found: Sequence[Unpacked]) -> None:
    """Stores what a forward holds, due at once."""
    if not found:
        return
    new = [
        NewArrival(
            intake=FORWARDED,
            sender=each.forwarded.agent,
            recipients=(each.desk,),
            raw=each.raw,
            arrived_at=arrival.arrived_at,
            source_key=f"{FORWARDED}:{arrival.id}:{number}",
            desk=each.desk,
        )
        for number, each in enumerate(found)
    ]
    ids = take_in(connection, new, now)
    known = set(connection.execute(_WRITTEN, {"ids": ids}).scalars())
    for arrived, each in zip(ids, found, strict=True):
        said = each.forwarded
        if arrived in known:
            continue
        row = {"arrival": arrived, "agent": said.agent, "words": said.words.replace("\0", "")}
        connection.execute(_NEW, {**row, "ticket": said.ticket, "customer": said.customer})


def forwarded_as(connection: Connection, arrival: Arrival, letter: Letter) -> Forwarded | None:
    """Who forwarded this arrival, with which words; None where nobody did."""
    if arrival.intake != FORWARDED:
        return None
    row = connection.execute(_OF, {"of": arrival.id}).first()
    if row is None:
        return None
    known = connection.execute(_KNOWN, {"id": letter.message_id}).all() if letter.message_id else []
    ours = any(each.source == "sent" for each in known)
    return Forwarded(row.agent, row.words, row.ticket, row.customer, known[0].ticket if known else None, ours)
