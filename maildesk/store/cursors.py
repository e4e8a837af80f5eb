"""IMAP cursors: how far a mailbox was read. They move only with the arrivals they stand for (guarantee 1).

A cursor is (UIDVALIDITY, last UID) per mailbox and folder, never the ``\\Seen`` flag, which other clients set. When a
server changes UIDVALIDITY all UIDs are void (RFC 3501, 2.3.1.1): the caller starts again with ``first_contact``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from maildesk.store.tables import mailboxes


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where we are in one folder. ``name`` is user@host:port/folder; older mail is history."""

    name: str
    uidvalidity: int
    last_uid: int
    first_contact_at: datetime
    checked_at: datetime | None = None
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class CursorMove:
    """Everything up to ``last_uid`` is committed. Ignored where the stored UIDVALIDITY is another by now."""

    name: str
    uidvalidity: int
    last_uid: int


_GET = select(mailboxes).where(mailboxes.c.name == bindparam("key"))
_ADVANCE = (
    update(mailboxes)
    .where(mailboxes.c.name == bindparam("key"), mailboxes.c.uidvalidity == bindparam("validity"))
    .where(mailboxes.c.last_uid < bindparam("uid"))
    .values(last_uid=bindparam("uid"), checked_at=bindparam("now"), trouble="")
)
_CHECKED = update(mailboxes).where(mailboxes.c.name == bindparam("key")).values(
    checked_at=bindparam("now"), trouble=bindparam("new_trouble")
)  # fmt: skip


def get(connection: Connection, name: str) -> Cursor | None:
    """The cursor of this mailbox; None before the first contact."""
    row = connection.execute(_GET, {"key": name}).one_or_none()
    return None if row is None else Cursor(*row)


def first_contact(connection: Connection, name: str, uidvalidity: int, last_uid: int, now: datetime) -> Cursor:
    """Starts a cursor, or starts it anew after a change of UIDVALIDITY; the time of the very first contact stays."""
    old = get(connection, name)
    fresh = Cursor(name, uidvalidity, last_uid, old.first_contact_at if old else now, now)
    values = {"uidvalidity": uidvalidity, "last_uid": last_uid, "checked_at": now, "trouble": ""}
    if old is None:
        connection.execute(mailboxes.insert().values(name=name, first_contact_at=now, **values))
    else:
        connection.execute(update(mailboxes).where(mailboxes.c.name == name).values(**values))
    return fresh


def advance(connection: Connection, move: CursorMove, now: datetime) -> None:
    """Moves a cursor forward, never back; in the transaction that stores the mail it passes."""
    connection.execute(_ADVANCE, {"key": move.name, "validity": move.uidvalidity, "uid": move.last_uid, "now": now})


def checked(connection: Connection, name: str, now: datetime, trouble: str = "") -> None:
    """Notes that the mailbox was looked at, and the sentence of what went wrong, "" where nothing did."""
    connection.execute(_CHECKED, {"key": name, "now": now, "new_trouble": trouble})
