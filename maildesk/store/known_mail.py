"""Which mails we have seen before, by Message-ID: asked where a mailbox numbers its mails anew."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, select

from maildesk.store.database import Database
from maildesk.store.tables import arrivals, deliveries, messages, threads

_IN_ONE_QUESTION = 500  # bound values in one IN; SQLite's limit was 999 for long
_KNOWN = select(arrivals.c.message_id).where(arrivals.c.message_id.in_(bindparam("ids", expanding=True))).distinct()


def known_message_ids(database: Database, ids: Sequence[str]) -> frozenset[str]:
    """Those of these Message-IDs (without brackets) that a processed arrival has. Raises Trouble.

    An arrival that still waits has none yet; whoever files its mail again is stopped by the ``seen`` key.
    """
    known: set[str] = set()
    with database.read() as connection:
        for start in range(0, len(ids), _IN_ONE_QUESTION):
            rows = connection.execute(_KNOWN, {"ids": list(ids[start : start + _IN_ONE_QUESTION])})
            known.update(map(str, rows.scalars()))
    return frozenset(known)


_TEXTS = (
    select(messages.c.new_text)
    .where(
        messages.c.ticket.in_(
            select(threads.c.ticket).where(threads.c.message_id.in_(bindparam("ids", expanding=True)))
        )
    )
    .where(messages.c.kind.in_(["question", "answer"]))
    .order_by(messages.c.id.desc())
    .limit(bindparam("most"))
)


def texts_of_threads(database: Database, ids: Sequence[str], most: int = 20) -> tuple[str, ...]:
    """What was said in the tickets that these Message-IDs point to, newest first. Raises Trouble."""
    with database.read() as connection:
        return tuple(connection.execute(_TEXTS, {"ids": list(ids), "most": most}).scalars())


_OURS = select(deliveries.c.id).where(deliveries.c.message_id == bindparam("id")).limit(1)


def is_ours(database: Database, message_id: str) -> bool:
    """Whether we minted this Message-ID (without brackets) for a mail of ours. Raises Trouble."""
    with database.read() as connection:
        return connection.execute(_OURS, {"id": message_id}).first() is not None
