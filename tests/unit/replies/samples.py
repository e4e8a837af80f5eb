"""A small site, and mails with sample facts, for the tests of what we say."""

from __future__ import annotations

import email
import email.policy
import itertools
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from maildesk.desk.actions import Mail, Outgoing, Value
from maildesk.desk.senders.addresses import Keys
from maildesk.desk.service_time.hours import around_the_clock
from maildesk.desk.words import Agent, Audience, Desk, Site
from maildesk.mail.letter import Attachment, Mailbox
from maildesk.replies.composing import Context, compose
from maildesk.replies.placeholders import PLACEHOLDERS, REQUIRED_VALUES, Kind
from maildesk.replies.templates import Templates

NOW = datetime(2026, 11, 24, 8, 15, tzinfo=UTC)
PROMISE = datetime(2026, 11, 25, 13, 0, tzinfo=UTC)
DESK = Desk("Example Support", "support@example.com", "Europe/Berlin", around_the_clock("Europe/Berlin"))
ANNA = Agent("Anna Schmidt", "anna@private.example", (), ("support@example.com",))
SITE = Site((DESK,), (ANNA,), admins=("admin@example.com",))
KEYS = Keys(("1", b"k" * 32), {"1": b"k" * 32})
BUILTIN = Templates()
CUSTOMER = Mailbox("Maria Muster", "maria@example.org")


def context(templates: Templates | None = None, site: Site = SITE, now: datetime = NOW) -> Context:
    counter = itertools.count(1)
    return Context(site, site.desks[0], KEYS, templates or BUILTIN, now, lambda: f"id{next(counter):022}")


def audience_of(template: str) -> Audience:
    if template.startswith("agent/"):
        return Audience.AGENT
    return Audience.ADMIN if template.startswith("admin/") else Audience.CUSTOMER


def required(template: str, **values: Value) -> dict[str, Value]:
    """The facts that a template must be given, and those named."""
    facts: dict[str, Any] = {name: PLACEHOLDERS[name].example for name in REQUIRED_VALUES[template]}
    if "promise" in facts:
        facts["promise"] = PROMISE
    return {**facts, **values}


def everything(template: str, **values: Value) -> dict[str, Value]:
    """All facts of the list."""
    known: dict[str, Any] = {
        name: each.example for name, each in PLACEHOLDERS.items() if each.kind not in (Kind.BLOCK, Kind.PART)
    }
    return {**known, **required(template, **values)}


def a_mail(template: str = "received", values: Mapping[str, Value] | None = None, **fields: Any) -> Mail:
    audience = audience_of(template)
    to = {Audience.CUSTOMER: CUSTOMER, Audience.AGENT: Mailbox(ANNA.name, ANNA.address)}
    made: dict[str, Any] = {
        "key": "k",
        "template": template,
        "audience": audience,
        "desk": DESK.address,
        "to": (to.get(audience, Mailbox("", "admin@example.com")),),
        "language": "en",
        "automatic": audience is Audience.CUSTOMER and template != "reply",
        "ticket": 1042,
        "values": required(template) if values is None else {**required(template), **values},
    }
    return Mail(**{**made, **fields})


def composed(mail: Mail, ctx: Context | None = None) -> Outgoing:
    return compose(mail, ctx or context())[0]


def parsed(raw: bytes) -> EmailMessage:
    """The mail as a reader that shares no code with us sees it."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def text_of(raw: bytes) -> str:
    body = parsed(raw).get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def html_of(raw: bytes) -> str:
    body = parsed(raw).get_body(("html",))
    assert body is not None
    return str(body.get_content())


def in_one_line(text: str) -> str:
    return " ".join(text.split())


def an_attachment(name: str | None = "plan.pdf", kind: str = "application/pdf", **fields: Any) -> Attachment:
    content = fields.pop("content", b"%PDF \x00\xff\r\n" * 40)
    return Attachment(name, kind, len(content), "", fields.pop("inline", False), content, **fields)


def write(folder: Path, name: str, text: str) -> Path:
    """A template file below a folder, with a time that differs from any version before."""
    import os

    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    before = path.stat().st_mtime_ns if path.exists() else 0
    path.write_text(text, encoding="utf-8")
    os.utime(path, ns=(before + 1_000_000_000, before + 1_000_000_000))
    return path


HOUR = timedelta(hours=1)
