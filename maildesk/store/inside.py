"""What no customer may see, for the guard over what an agent sends: notes, and what our own mail said to the agent."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from sqlalchemy import Connection, bindparam, select

from maildesk.desk.known.facts import Facts
from maildesk.desk.known.inside_facts import NOTHING_INSIDE, Inside
from maildesk.mail.quote import is_marker
from maildesk.store.compression import unpack
from maildesk.store.persons import person_of
from maildesk.store.tables import deliveries, messages

MOST_MAILS = 200
"""Newest mails and notes of the tickets that are looked at."""

MOST_PEOPLE = 5
"""Customers whose notes are looked at; a mail that names more tickets than that is no answer."""

_SAID = (
    select(messages.c.kind, messages.c.subject, messages.c.new_text, messages.c.from_address, messages.c.at)
    .where(messages.c.ticket.in_(bindparam("tickets", expanding=True)))
    .where(messages.c.kind.in_(["note", "question", "thanks", "answer", "command"]))
    .order_by(messages.c.id.desc())
    .limit(MOST_MAILS)
)
_RAW = select(deliveries.c.template, deliveries.c.raw).where(deliveries.c.id.in_(bindparam("ids", expanding=True)))
_NOTIFIED = (
    select(deliveries.c.id)
    .where(deliveries.c.ticket.in_(bindparam("tickets", expanding=True)))
    .where(deliveries.c.recipient == bindparam("recipient"), deliveries.c.audience == "agent")
    .where(deliveries.c.template.in_(["agent/new-ticket", "agent/new-message", "agent/on-call", "agent/given-on"]))
    .order_by(deliveries.c.id.desc())
    .limit(1)
)


def inside_of_tickets(connection: Connection, facts: Facts) -> Inside:
    """What stands beside the mail of an agent; nothing for anybody else's."""
    if facts.site.agent(facts.author.address) is None or not facts.tickets:
        return NOTHING_INSIDE
    rows = connection.execute(_SAID, {"tickets": sorted(facts.tickets)}).all()
    notes = tuple(row.new_text for row in rows if row.kind == "note" and row.new_text.strip())
    notes += tuple(_of_the_people(connection, facts))
    subjects = tuple(dict.fromkeys(row.subject for row in rows if row.kind in ("question", "thanks")))
    wrote = tuple((row.from_address, row.at) for row in rows if row.kind in ("note", "answer", "command"))
    return replace(_shown(connection, facts), notes=notes, subjects=subjects, wrote=wrote)


def _of_the_people(connection: Connection, facts: Facts) -> Iterable[str]:
    """What is noted of the customers of these tickets."""
    for desk, requester in sorted({(each.desk, each.requester) for each in facts.tickets.values()})[:MOST_PEOPLE]:
        yield from person_of(connection, desk, requester).notes


def _shown(connection: Connection, facts: Facts) -> Inside:
    """What the mail says that this one answers, and the newest notification of the ticket to this agent."""
    agent = facts.site.agent(facts.author.address)
    asked = {"tickets": sorted(facts.tickets), "recipient": agent.address if agent else ""}
    newest = [each.id for each in facts.deliveries if each.audience == "agent"][-1:]
    rows = connection.execute(_NOTIFIED, asked).scalars().all()
    sent = connection.execute(_RAW, {"ids": sorted({*newest, *rows})}).all()
    mails = [(row.template, message_from_bytes(unpack(row.raw), policy=default)) for row in sent]
    shown = [(template, mail) for template, mail in mails if isinstance(mail, EmailMessage)]
    files = frozenset(digest for _, mail in shown for digest in _digests(mail))
    texts = tuple(_text(mail) for _, mail in shown)
    panels = (_panel(_text(mail)) for template, mail in shown if template not in _SHOWS_THEIR_OWN)
    return Inside(panel="\n".join(panels), shown=texts, files=files)


_SHOWS_THEIR_OWN = frozenset({"agent/held", "agent/returned"})
"""Mails that bring an agent's words back to them: sent anew, these are no lines of ours."""


def _text(mail: EmailMessage) -> str:
    plain = mail.get_body(("plain",))
    return str(plain.get_content()) if plain is not None else ""


def _panel(text: str) -> str:
    """What a mail of ours says from our marker on."""
    lines = text.splitlines()
    first = next((number for number, line in enumerate(lines) if is_marker(line)), len(lines))
    return "\n".join(lines[first + 1 :])


def _digests(mail: EmailMessage) -> Iterable[str]:
    for part in mail.walk():
        if part.get_content_maintype() not in ("multipart", "message") and part.get_content_disposition():
            content = part.get_payload(decode=True)
            if isinstance(content, bytes):
                yield hashlib.sha256(content).hexdigest()
