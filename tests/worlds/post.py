"""Mails of a world: incoming ones with their placeholders filled in, outgoing ones as a person reads them.

A mail that answers one of ours names it: ``{reply_to:anna@example.com}`` is the Reply-To of the newest mail to Anna.
There are ``reply_to message_id id references subject envelope_from quote headers``; ``/new-ticket`` behind the address
picks the newest of that template, ``/2`` the second mail to that address. ``{date}`` is the virtual time in the desk's
zone. Lines end in LF in the folder and in CRLF on the way.
"""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, getaddresses, parseaddr
from functools import lru_cache

from maildesk.desk.senders.addresses import Keys, is_for, read_token
from maildesk.desk.words import Role

_PLACEHOLDER = re.compile(
    rb"\{(date|(?:reply_to|message_id|id|references|subject|envelope_from|quote|headers)(?::[^}]*))\}"
)
_TOKEN = re.compile(r"(?<=[+-])[a-z2-7]{40}(?=@)")
_ROLES = {Role.CUSTOMER: "customer", Role.AGENT: "agent", Role.BOUNCE: "bounce"}


@dataclass(frozen=True, slots=True)
class Out:
    """A mail that left: when, to whom, for which template."""

    at: datetime
    recipient: str
    sender: str
    template: str
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        """The mail, parsed by the standard library and by nothing of ours."""
        return _parsed(self.raw)

    @property
    def text(self) -> str:
        """Its text/plain, without soft line ends."""
        body = self.message.get_body(("plain",))
        return str(body.get_content()).replace("\r\n", "\n") if body is not None else ""


@lru_cache(maxsize=64)
def _parsed(raw: bytes) -> EmailMessage:
    return email.message_from_bytes(raw, policy=email.policy.default)


def fill(template: bytes, sent: Sequence[Out], now: datetime) -> bytes:
    """An incoming mail as it travels. LookupError where it answers a mail that was never sent."""
    filled = _PLACEHOLDER.sub(lambda found: _value(found[1].decode(), sent, now).encode(), template)
    return filled.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def envelope(raw: bytes) -> tuple[str, tuple[str, ...]]:
    """Sender and recipients as the mail's own From, To and Cc have them."""
    mail = email.message_from_bytes(raw, policy=email.policy.compat32)
    others = getaddresses([str(each) for name in ("To", "Cc") for each in mail.get_all(name, [])])
    return parseaddr(str(mail["From"]))[1], tuple(address for _, address in others)


def _value(said: str, sent: Sequence[Out], now: datetime) -> str:
    name, _, which = said.partition(":")
    if name == "date":
        return format_datetime(now)
    return _VALUES[name](_find(which, sent))


def _find(which: str, sent: Sequence[Out]) -> Out:
    address, _, pick = which.partition("/")
    fitting = [each for each in sent if each.recipient == address]
    if pick.isdigit():
        return fitting[int(pick) - 1]
    wanted = [each for each in fitting if not pick or each.template.removeprefix("agent/") == pick]
    if not wanted:
        raise LookupError(f"no mail {pick} to {address}")
    return wanted[-1]


def _header(name: str) -> Callable[[Out], str]:
    return lambda out: re.sub(r"\s+", " ", str(email.message_from_bytes(out.raw)[name] or ""))


def _quote(out: Out) -> str:
    return "\n".join(f"> {line}".rstrip() for line in out.text.rstrip().split("\n"))


_VALUES: dict[str, Callable[[Out], str]] = {
    "reply_to": lambda out: parseaddr(_header("Reply-To")(out))[1],
    "message_id": _header("Message-ID"),
    "id": lambda out: _header("Message-ID")(out).strip("<>"),
    "references": _header("References"),
    "subject": _header("Subject"),
    "envelope_from": lambda out: out.sender,
    "quote": _quote,
    "headers": lambda out: out.raw.partition(b"\r\n\r\n")[0].decode("ascii").replace("\r\n", "\n"),
}


@dataclass(frozen=True, slots=True)
class Names:
    """Who signed addresses belong to, so that a person can read them."""

    keys: Keys
    people: frozenset[str]

    def readable(self, text: str) -> str:
        """The text with ``support+[customer #1001 maria@…]@…`` in the place of tokens."""
        return _TOKEN.sub(lambda found: self._named(found[0]), text)

    def _named(self, token: str) -> str:
        read = read_token(self.keys, token)
        if read is None:
            return token
        whose = next((each for each in sorted(self.people) if is_for(self.keys, read, each)), "somebody")
        issue = f" issue {read.issue}" if read.issue else ""
        return f"[{_ROLES[read.role]} #{read.ticket} {whose}{issue}]"


def describe(out: Out) -> str:
    """Every header, the text, and what else is in the mail."""
    mail = out.message
    headers = [f"{name}: {re.sub(r'[ ]+', ' ', str(value))}" for name, value in mail.items()]
    kept = [line for line in headers if not line.startswith(("MIME-Version:", "Content-Type:", "Content-Transfer"))]
    return "\n".join([f"Return-Path: <{out.sender}>", *kept, "", out.text.rstrip(), *_attached(mail)])


def _attached(mail: EmailMessage) -> list[str]:
    names = [f"[attached: {each.get_filename()} ({each.get_content_type()})]" for each in mail.iter_attachments()]
    return ["", *names] if names else []


def markup(out: Out) -> str:
    """What stands in the frame of its HTML, a block a line, and the pictures beside it."""
    page = out.message.get_body(("html",))
    inner = str(page.get_content()).replace("\r\n", "\n").partition('<div style="max-width:40em">')[2] if page else ""
    lines = re.sub(r"(</(?:p|li|tr|table|ul|ol|div|blockquote)>)(?=<)", r"\1\n", inner.rpartition("</div>")[0].strip())
    pictures = [f"[picture: {each.get_filename()} {each['Content-ID']}]" for each in _pictures(out.message)]
    return "\n".join(["[HTML]", lines, *pictures])


def _pictures(mail: EmailMessage) -> list[EmailMessage]:
    related = [part for part in mail.walk() if part.get_content_type() == "multipart/related"]
    found = [each for part in related if isinstance(part, EmailMessage) for each in part.iter_parts()]
    return [each for each in found if isinstance(each, EmailMessage) and each.get_content_maintype() == "image"]
