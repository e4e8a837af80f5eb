"""What no customer may see, for the guard over what an agent sends: notes, and what our own mail said to the agent."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from sqlalchemy import Connection, bindparam, select

from maildesk.desk.facts import DeliveryFacts, Facts
from maildesk.desk.inside_facts import NOTHING_INSIDE, Inside
from maildesk.mail.quote import is_marker
from maildesk.store.compression import unpack
from maildesk.store.tables import deliveries, messages

MOST_MAILS = 200
"""Newest mails and notes of the tickets that are looked at."""

_SAID = (
    select(messages.c.kind, messages.c.subject, messages.c.new_text)
    .where(messages.c.ticket.in_(bindparam("tickets", expanding=True)))
    .where(messages.c.kind.in_(["note", "question", "thanks"]))
    .order_by(messages.c.id.desc())
    .limit(MOST_MAILS)
)
_RAW = select(deliveries.c.raw).where(deliveries.c.id == bindparam("id"))


def inside_of_tickets(connection: Connection, facts: Facts) -> Inside:
    """What stands beside the mail of an agent; nothing for anybody else's."""
    if facts.site.agent(facts.author.address) is None or not facts.tickets:
        return NOTHING_INSIDE
    rows = connection.execute(_SAID, {"tickets": sorted(facts.tickets)}).all()
    notes = tuple(row.new_text for row in rows if row.kind == "note" and row.new_text.strip())
    subjects = tuple(dict.fromkeys(row.subject for row in rows if row.kind != "note"))
    return replace(_answered(connection, facts.deliveries), notes=notes, subjects=subjects)


def _answered(connection: Connection, about: Iterable[DeliveryFacts]) -> Inside:
    """The newest of the mails to agents that this one answers, as they read it."""
    newest = max((each.id for each in about if each.audience == "agent"), default=None)
    stored = connection.execute(_RAW, {"id": newest}).scalar() if newest is not None else None
    mail = message_from_bytes(unpack(stored), policy=default) if stored is not None else None
    if not isinstance(mail, EmailMessage):
        return NOTHING_INSIDE
    plain = mail.get_body(("plain",))
    lines = str(plain.get_content()).splitlines() if plain is not None else []
    first = next((number for number, line in enumerate(lines) if is_marker(line)), len(lines))
    return Inside(panel="\n".join(lines[first + 1 :]), files=frozenset(_digests(mail)))


def _digests(mail: EmailMessage) -> Iterable[str]:
    for part in mail.walk():
        if part.get_content_maintype() not in ("multipart", "message") and part.get_content_disposition():
            content = part.get_payload(decode=True)
            if isinstance(content, bytes):
                yield hashlib.sha256(content).hexdigest()
