"""Who writes to a desk, and what: customers, agents and robots, with the mails that their programs would make.

A mail is a ``Post``: octets, and what the harness knows of it that the desk must find out by itself.
"""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime, parseaddr
from random import Random
from zoneinfo import ZoneInfo

from maildesk.desk.orders.agent_plans import KNOWN_HERE
from tests.histories.places import AUTHSERV

CUSTOMER_SAYS = (
    "And what does it cost?",
    "It still does not work. I have tried it twice.",
    "Guten Tag, meine Bestellung ist leider immer noch nicht angekommen. Bitte melden Sie sich.",
    "This is urgent, our shop is down since this morning!",
    "Thank you very much!", "Vielen Dank!", "Thanks",
    "STOP", "stopp", "STOP", "CLOSE", "STATUS", "Stand", "5", "1", "yes", "nein", "no",
)  # fmt: skip
ASKS = (
    "Where is my order? I have waited for a week now.",
    "Guten Tag, wo bleibt meine Bestellung? Ich warte schon seit einer Woche darauf.",
    "URGENT: nothing works here, please help.",
)
AGENT_SAYS = ("It comes tomorrow.", "Wir sehen es uns an und melden uns.", "We look into it.", "Which one is it?", "")
MOMENTS = (
    "tomorrow 10:00", "Friday", "Fri 15:00", "in 3 days", "3 days", "2 hours", "morgen 9 Uhr", "next Monday",
    "24 December", "31.12. 12:00", "Thursday 11:00", "6 weeks",
)  # fmt: skip
ARGUMENTS: dict[str, tuple[str, ...]] = {
    "wait": ("", *(f"until {each}" for each in MOMENTS)),
    "pause": tuple(f"until {each} because the part is on order" for each in MOMENTS),
    "promise": MOMENTS,
    "remind": MOMENTS,
    "away": ("", *(f"until {each}" for each in MOMENTS)),
    "assign": ("Anna", "Ben", "Chloe", "nobody"),
    "priority": ("low", "normal", "high", "urgent"),
    "cc": ("friend@other.example",),
    "uncc": ("friend@other.example",),
    "language": ("de", "en"),
    "digest": ("9:00", "16:30", "off"),
    "merge": ("1001", "1002"),
    "move": ("billing@desk.example",),
    "tag": ("invoice", "order 4711, late"),
    "untag": ("invoice",),
    "requester": ("maria@home.example", "paul@other.example"),
    "person": ("note prefers the phone", "name Maria M.", "vip", "join maria@home.example"),
    "new": ("for nina@third.example",),
    "search": ("order",),
    "show": ("1001", "1002"),
}
NONSENSE = ("", "31.2.", "xyz", "until", "yesterday", "9999")
OUT_OF_OFFICE = (
    "I am out of the office until {day} and will read your mail then.",
    "Ich bin bis {german} nicht im Büro. Ihre Mail wird nicht weitergeleitet.",
    "I am on holiday. In urgent cases please call the office.",
)


@dataclass(frozen=True, slots=True)
class Customer:
    """``marker`` stands in every mail of one who proves nothing: no automatic mail to them may show it."""

    address: str
    name: str
    proven: bool = True
    robot: bool = False
    marker: str = ""
    offset: int = 0  # hours of their clock from UTC

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


@dataclass(frozen=True, slots=True)
class Post:
    """One mail on its way in, and what it is."""

    sender: str
    recipient: str
    raw: bytes
    says: str
    by: str  # customer, agent, robot, bounce


@dataclass(frozen=True, slots=True)
class Got:
    """A mail that somebody has: what their program needs to answer it."""

    at: datetime
    recipient: str
    sender: str
    message_id: str
    reply_to: str
    subject: str
    ticket: int | None
    template: str


_FIELD = {
    name: re.compile(rb"(?mi)^" + name.encode() + rb":[ \t]*((?:.*(?:\r?\n[ \t])?)*)")
    for name in ("Reply-To", "Subject")
}


def field(raw: bytes, name: str) -> str:
    """A header of one of our own mails, unfolded."""
    found = _FIELD[name].search(raw.partition(b"\r\n\r\n")[0])
    return re.sub(r"\s+", " ", found[1].decode("ascii", "replace")).strip() if found else ""


def written(
    who: Customer, text: str, number: int, now: datetime, to: str, answers: Got | None = None, subject: str = ""
) -> bytes:
    """A customer's mail. ``number`` makes its Message-ID."""
    mark = f" {who.marker}" if who.marker else ""
    verdict = f"dmarc=pass header.from={who.domain}" if who.proven else "dmarc=none"
    about = f"Re: {answers.subject}" if answers else f"{subject}{mark}"
    lines = [
        f"Authentication-Results: {AUTHSERV}; {verdict}",
        f"From: {who.name}{mark} <{who.address}>",
        f"To: {to}",
        f"Subject: {about}",
        f"Date: {format_datetime(now.astimezone(_zone(who.offset)))}",
        f"Message-ID: <in{number}@{who.domain}>",
        *([f"In-Reply-To: {answers.message_id}", f"References: {answers.message_id}"] if answers else []),
        *(["Auto-Submitted: auto-generated", "Precedence: bulk"] if who.robot else []),
        "Content-Type: text/plain; charset=utf-8",
        "",
        text + (f"\n\n{who.marker}" if who.marker and not answers else ""),
    ]
    return "\n".join(lines).replace("\n", "\r\n").encode()


def _zone(offset: int) -> ZoneInfo:
    return ZoneInfo(f"Etc/GMT{-offset:+d}" if offset else "Etc/UTC")


def agents_mail(address: str, name: str, text: str, number: int, now: datetime, answers: Got, quote: str) -> bytes:
    """An agent's answer to a notification, with its quote below."""
    lines = [
        f"Authentication-Results: {AUTHSERV}; dmarc=pass header.from=desk.example",
        f"From: {name} <{address}>",
        f"To: {answers.reply_to}",
        f"Subject: Re: {answers.subject}",
        f"Date: {format_datetime(now)}",
        f"Message-ID: <a{number}@desk.example>",
        f"In-Reply-To: {answers.message_id}",
        "Content-Type: text/plain; charset=utf-8",
        "",
        text,
        *(["", f"{answers.sender} wrote:", *(f"> {line}" for line in quote.splitlines())] if quote else []),
    ]
    return "\n".join(lines).replace("\n", "\r\n").encode()


def out_of_office(chance: Random, address: str, number: int, now: datetime, answers: Got) -> bytes:
    """What an agent's or a customer's mail server answers while they are away."""
    back = now + timedelta(days=chance.choice((1, 4, 10)))
    text = chance.choice(OUT_OF_OFFICE).format(day=f"{back:%A, %-d %B %Y}", german=f"{back:%d.%m.%Y}")
    domain = address.rpartition("@")[2]
    lines = [
        f"Authentication-Results: {AUTHSERV}; dmarc=pass header.from={domain}",
        f"From: {address}",
        f"To: {answers.reply_to}",
        f"Subject: Automatic reply: {answers.subject}",
        f"Date: {format_datetime(now)}",
        f"Message-ID: <o{number}@{domain}>",
        f"In-Reply-To: {answers.message_id}",
        "Auto-Submitted: auto-replied",
        "Content-Type: text/plain; charset=utf-8",
        "",
        text,
    ]
    return "\n".join(lines).replace("\n", "\r\n").encode()


def bounce(got: Got, number: int, now: datetime) -> bytes:
    """A report that a mail which the relay took could not be delivered (RFC 3464)."""
    mail = f"""\
From: Mail Delivery System <mailer-daemon@relay.example>
To: {got.sender}
Subject: Undelivered Mail Returned to Sender
Date: {format_datetime(now)}
Message-ID: <b{number}@relay.example>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain

Your mail to {got.recipient} could not be delivered.

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example

Final-Recipient: rfc822; {got.recipient}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such user

--B
Content-Type: text/rfc822-headers

Message-ID: {got.message_id}
Subject: {got.subject}

--B--
"""
    return mail.replace("\n", "\r\n").encode()


def agent_text(chance: Random) -> str:
    """What an agent types: words, commands, or both; now and then mistyped."""
    text = chance.choice(AGENT_SAYS)
    if text and chance.random() < 0.45:
        return text
    lines = [_command(chance) for _ in range(chance.choice((1, 1, 1, 2)))]
    parts = [text, "\n".join(lines)] if chance.random() < 0.6 else ["\n".join(lines), text]
    return "\n\n".join(part for part in parts if part)


def _command(chance: Random) -> str:
    name = chance.choice((*sorted(KNOWN_HERE), "close", "promise", "pause"))
    argument = chance.choice(ARGUMENTS.get(name, ("",)))
    if chance.random() < 0.08:
        argument = chance.choice(NONSENSE)
    if chance.random() < 0.05:
        name = name[1:] + name[0]
    return f"#{name} {argument}".strip()


def text_of(raw: bytes) -> str:
    """The text/plain of one of our mails, by the standard library."""
    mail = email.message_from_bytes(raw, policy=email.policy.compat32)
    for part in mail.walk():
        if part.get_content_type() == "text/plain":
            payload = part.get_payload(decode=True)
            return payload.decode("utf-8", "replace").replace("\r\n", "\n") if isinstance(payload, bytes) else ""
    return ""


def address_in(header: str) -> str:
    """The bare address of a header."""
    return parseaddr(header)[1]
