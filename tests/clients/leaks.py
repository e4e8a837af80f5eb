"""Which of the thirty secrets stand in a mail, wherever they hide: headers, text, mark-up, attached files and mails."""

from __future__ import annotations

import email
import email.policy
import html
import re
from collections.abc import Iterator
from email.header import decode_header, make_header
from email.message import Message
from functools import lru_cache

from maildesk.mail.html import to_text
from tests.clients.scene import HERE, scene
from tests.worlds.post import Out, fill


@lru_cache(maxsize=1)
def secrets() -> tuple[str, ...]:
    """The secrets, with the scene's own addresses in them."""
    lines = (HERE / "secrets.txt").read_text().splitlines()
    kept = "\n".join(line for line in lines if line.strip() and not line.startswith("#"))
    return tuple(fill(kept.encode(), scene().sent, scene().now).decode().replace("\r\n", "\n").split("\n"))


def found_in(raw: bytes) -> list[str]:
    """The secrets that this mail shows to whoever opens it, or looks at its source."""
    shown = _folded("\n".join([raw.decode("utf-8", "replace"), *_shown(email.message_from_bytes(raw))]))
    return [each for each in secrets() if _folded(each) in shown]


def leaks(out: Out) -> list[str]:
    """The same of a mail that left, each in a sentence."""
    return [f"{out.template} to {out.recipient} shows {each!r}" for each in found_in(out.raw)]


def _shown(mail: Message) -> Iterator[str]:
    for part in mail.walk():
        yield from (f"{name}: {make_header(decode_header(value))}" for name, value in part.items())
        content = part.get_payload(decode=True)
        if not isinstance(content, bytes):
            continue
        text = content.decode(part.get_content_charset("utf-8"), "replace")
        yield text
        if part.get_content_type() == "text/html":
            yield from (html.unescape(text), to_text(text))


def _folded(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("\n> ", "\n")).casefold()
