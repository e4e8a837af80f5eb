"""A filed mail that became a ticket of its own: it moves there, and whoever answers it finds the new ticket.

The newest row of a Message-ID counts, so that the old one may stay: what else refers to it is the old ticket's.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select, update

from maildesk.desk.actions import Splitting
from maildesk.store.tables import messages, threads

_MESSAGE = select(messages.c.message_id, messages.c.ticket).where(messages.c.id == bindparam("moved"))
_PEOPLE = select(threads.c.people).where(
    threads.c.message_id == bindparam("its_id"), threads.c.ticket == bindparam("old"), threads.c.source == "filed"
)
_MOVE = update(messages).where(messages.c.id == bindparam("moved")).values(
    ticket=bindparam("into"), desk=bindparam("at_desk")
)  # fmt: skip


def write_splitting(connection: Connection, now: datetime, splitting: Splitting) -> None:
    """Moves the message. The new ticket is written before."""
    row = connection.execute(_MESSAGE, {"moved": splitting.message}).one()
    into = {"moved": splitting.message, "into": splitting.ticket, "at_desk": splitting.desk}
    connection.execute(_MOVE, into)
    if row.message_id:
        people = connection.execute(_PEOPLE, {"its_id": row.message_id, "old": row.ticket}).scalar() or []
        thread = {"message_id": row.message_id, "ticket": splitting.ticket, "source": "filed", "people": people}
        connection.execute(insert(threads), thread | {"at": now})
