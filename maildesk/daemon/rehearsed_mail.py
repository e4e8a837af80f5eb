"""Mails of a rehearsal: what people would send, made as their mail programs make it, and what they got from us.

An answer goes to the Reply-To of the mail that it answers, with In-Reply-To, References and "Re:", and quotes nothing:
the scenario's body is all its text. ``Date`` is the virtual time in the desk's zone. Whether the sender is proven
stands in an Authentication-Results of a server that only the rehearsal believes, whatever a raw mail brings along.
"""

from __future__ import annotations

import email
import email.policy
import re
from base64 import b64encode
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import getaddresses, parseaddr
from functools import lru_cache

from maildesk.configuration.scenario import Event
from maildesk.desk.senders.addresses import plain_address
from maildesk.desk.site import Site
from maildesk.desk.words import Audience
from maildesk.mail.letter import Mailbox, fold_address

AUTHSERV_ID = "rehearsal.invalid"
LONGEST_BARE = 900  # below 998 octets with the header's name (RFC 5322, 2.1.1)
_NO_ANSWER_WANTED = frozenset(
    {"agent/receipt", "agent/welcome", "agent/digest", "agent/away-back", "agent/found", "agent/help"}
)
"""Mails to agents that tell what was done, and that nobody answers."""


@lru_cache(maxsize=1024)
def opened(raw: bytes) -> EmailMessage:
    """A mail, parsed by the standard library and by nothing of ours."""
    return email.message_from_bytes(raw, policy=email.policy.default)


@dataclass(frozen=True, slots=True)
class WentOut:
    """A mail that left: ``at`` and ``promise`` in the desk's zone; ``ticket_subject`` is the ticket's own."""

    at: datetime
    to: str
    template: str
    audience: Audience
    desk: str
    ticket: int | None
    ticket_subject: str
    language: str
    promise: datetime | None
    raw: bytes = field(repr=False)

    @property
    def mail(self) -> EmailMessage:
        """The mail with its headers and parts."""
        return opened(self.raw)

    @property
    def subject(self) -> str:
        return str(self.mail["Subject"] or "")

    @property
    def text(self) -> str:
        """Its text/plain."""
        body = self.mail.get_body(("plain",))
        return str(body.get_content()).replace("\r\n", "\n") if body is not None else ""

    @property
    def wants_an_answer(self) -> bool:
        """Whether an agent's next mail may be an answer to this one."""
        return self.audience is Audience.AGENT and self.ticket is not None and self.template not in _NO_ANSWER_WANTED


@dataclass(frozen=True, slots=True)
class Post:
    """A mail on its way to a desk, with its envelope; ``sender`` "" is the null sender."""

    raw: bytes = field(repr=False)
    sender: str
    recipients: tuple[str, ...]


def written(event: Event, answered: WentOut | None, now: datetime, message_id: str, site: Site) -> Post:
    """The mail of an event: an answer to ``answered``, or a new one. ``now`` in the desk's zone."""
    if event.raw is not None:
        return _as_it_is(event, event.raw, answered, site)
    recipients = event.to or ((_reply_to(answered),) if answered else (site.desks[0].address,))
    mail = EmailMessage(policy=email.policy.SMTP)
    mail["Authentication-Results"] = _results(event, event.person.address)
    mail["From"] = _author(event, site)
    mail["To"] = ", ".join(recipients)
    mail["Date"] = now
    mail["Message-ID"] = f"<{message_id}>"
    if answered is not None:
        _thread(mail, answered.mail)
    mail.set_content(event.body, cte="quoted-printable")
    subject = f"Subject: {_header_text(_subject(event, answered))}\r\n".encode("ascii")
    return Post(subject + mail.as_bytes(), event.person.address, recipients)


def _author(event: Event, site: Site) -> Address:
    agent = site.agent(event.person.address) if event.is_agent else None
    name = event.person.name or (agent.name if agent else "")
    readable = "".join(each if each.isprintable() else " " for each in name)
    return Address(readable, addr_spec=event.person.address)


def _subject(event: Event, answered: WentOut | None) -> str:
    if event.subject is not None or answered is None:
        return event.subject or ""
    subject = answered.subject
    return subject if re.match(r"(?i)re:", subject) else f"Re: {subject}"


def _header_text(text: str) -> str:
    """A subject as it travels. What no header holds bare, line ends too, is sent as attackers do (RFC 2047, 2)."""
    if text.isascii() and text.isprintable() and len(text) < LONGEST_BARE and "=?" not in text:
        return text
    pieces = [text[place : place + 12] for place in range(0, len(text), 12)]  # 75 characters with their dress
    encoded = (b64encode(piece.encode("utf-8", "replace")).decode("ascii") for piece in pieces)
    return "\r\n ".join(f"=?utf-8?b?{each}?=" for each in encoded)


def _thread(mail: EmailMessage, answered: EmailMessage) -> None:
    its_id = str(answered["Message-ID"])
    mail["In-Reply-To"] = its_id
    mail["References"] = " ".join([*str(answered["References"] or "").split(), its_id])


def _reply_to(answered: WentOut) -> str:
    mail = answered.mail
    return parseaddr(str(mail["Reply-To"] or mail["From"]))[1]


def _results(event: Event, address: str) -> str:
    """All methods are named, so that no results that a raw mail brings along count for any of them."""
    proof = f"dmarc=pass header.from={address.rpartition('@')[2]}" if event.authenticated else "dmarc=none"
    return f"{AUTHSERV_ID}; {proof}; spf=none; dkim=none"


def _as_it_is(event: Event, raw: bytes, answered: WentOut | None, site: Site) -> Post:
    mail = email.message_from_bytes(raw, policy=email.policy.compat32)
    address = parseaddr(str(mail["From"] or ""))[1] or event.person.address
    results = f"Authentication-Results: {_results(event, address)}\r\n".encode("utf-8", "replace")
    lines = raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    null_sender = str(mail["Return-Path"] or "").strip() == "<>"
    recipients = event.to or ((_reply_to(answered),) if answered else _desks_in(mail, site))
    return Post(results + lines, "" if null_sender else event.person.address, recipients)


def _desks_in(mail: email.message.Message, site: Site) -> tuple[str, ...]:
    """The desks in To and Cc; the first desk where there are none, as in a blind copy."""
    named = getaddresses([str(each) for name in ("To", "Cc") for each in mail.get_all(name, [])])
    found = tuple(address for _, address in named if plain_address(address, site.desks))
    return found or (site.desks[0].address,)


def same_person(mailbox: Mailbox, address: str) -> bool:
    """Whether an address is this person's."""
    return fold_address(mailbox.address) == fold_address(address)
