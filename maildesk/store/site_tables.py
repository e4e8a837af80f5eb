"""The tables about the site itself: its numbers, the mailboxes it reads, forwards, and what its admins were told.

See ``tables`` for how they are made; other code takes them from there.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Table
from sqlalchemy.types import BigInteger, Integer, String, Text

from maildesk.store.columns import Id, Moment, metadata

site = Table(
    "site",
    metadata,
    Column("name", String(64), primary_key=True),  # next_ticket, created_at
    Column("value", Text, nullable=False),
)

mailboxes = Table(  # the IMAP cursor
    "mailboxes",
    metadata,
    Column("name", Text, primary_key=True),  # user@host:port/folder
    Column("uidvalidity", BigInteger, nullable=False),
    Column("last_uid", BigInteger, nullable=False),
    Column("first_contact_at", Moment, nullable=False),
    Column("checked_at", Moment),
    Column("trouble", Text, nullable=False, default=""),
)

forwards = Table(  # what agents forwarded: each mail is an arrival of its own
    "forwards",
    metadata,
    Column("arrival", Id, ForeignKey("arrivals.id"), primary_key=True, autoincrement=False),
    Column("agent", Text, nullable=False),  # who forwarded it
    Column("words", Text, nullable=False),  # theirs, and inside
    Column("ticket", Integer),  # to whose signed address it was forwarded
    Column("customer", Text, nullable=False, default=""),  # whom the agent named
)

notices = Table(  # what admins were told, once
    "notices",
    metadata,
    Column("key", Text, primary_key=True),
    Column("at", Moment, nullable=False),
)
