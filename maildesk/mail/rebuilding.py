"""A mail put together again from what a forward shows of it, as octets that ``parsing`` reads back.

Nothing but our own reader ever sees it: fields are UTF-8 as RFC 6532 has them, texts 8bit, files base64. The same
values give the same octets, the boundaries too (a digest of the content), so that a decision that is taken again makes
the same mail.
"""

from __future__ import annotations

import hashlib
from base64 import encodebytes
from collections.abc import Iterable
from datetime import datetime

from maildesk.mail.letter import Attachment, Mailbox

_CRLF = b"\r\n"


def rebuilt(
    *,
    sender: Mailbox,
    to: Iterable[Mailbox],
    cc: Iterable[Mailbox],
    at: datetime | None,
    subject: str,
    message_id: str | None,
    references: Iterable[str],
    text: str,
    html: str,
    files: Iterable[Attachment],
) -> bytes:
    """The mail. ``at`` is in UTC; its zone is said to be unknown (RFC 5322, 3.3: -0000), for a forward shows none."""
    head = header_fields(
        sender=sender, to=to, cc=cc, at=at, subject=subject, message_id=message_id, references=references
    )
    return put_together(head, text, html, files)


def header_fields(
    *,
    sender: Mailbox,
    to: Iterable[Mailbox],
    cc: Iterable[Mailbox],
    at: datetime | None,
    subject: str,
    message_id: str | None,
    references: Iterable[str],
) -> list[tuple[str, str]]:
    """The fields that say so, in order; see ``rebuilt``. What is not known has none."""
    earlier = tuple(each for each in references if each != message_id)
    fields = [
        ("From", _shown(sender)),
        ("To", ", ".join(map(_shown, to))),
        ("Cc", ", ".join(map(_shown, cc))),
        ("Date", f"{at:%d} {_MONTHS[at.month - 1]} {at:%Y %H:%M:%S} -0000" if at else ""),
        ("Subject", subject),
        ("Message-ID", f"<{message_id}>" if message_id else ""),
        ("References", " ".join(f"<{each}>" for each in earlier)),
    ]
    return [(name, value) for name, value in fields if value]


def put_together(fields: Iterable[tuple[str, str]], text: str, html: str, files: Iterable[Attachment]) -> bytes:
    """A mail of these fields, which name no MIME structure."""
    parts = (_part("text/plain; charset=utf-8", text), *((_part("text/html; charset=utf-8", html),) if html else ()))
    body = _multipart("alternative", parts) if len(parts) > 1 else parts[0]
    attached = tuple(map(_file, files))
    return put_around(fields, _multipart("mixed", (body, *attached)) if attached else body)


def put_around(fields: Iterable[tuple[str, str]], entity: bytes) -> bytes:
    """A mail of these fields around a whole MIME entity (RFC 2045, 2.4), which has fields of its own."""
    lines = [f"{name}: {_line(value)}" for name, value in (*fields, ("MIME-Version", "1.0"))]
    return _CRLF.join(each.encode("utf-8", "replace") for each in lines) + _CRLF + entity


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _shown(mailbox: Mailbox) -> str:
    name = "".join(each for each in mailbox.name if each not in '"\\')
    return f'"{name}" <{mailbox.address}>' if name else mailbox.address


def _line(value: str) -> str:
    return " ".join(value.split())


def _part(kind: str, text: str) -> bytes:
    head = f"Content-Type: {kind}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    return head.encode() + text.replace("\r\n", "\n").replace("\n", "\r\n").encode("utf-8", "replace") + _CRLF


def _file(file: Attachment) -> bytes:
    name = "".join(each for each in _line(file.filename or "") if each not in '"\\')
    named = f'; filename="{name}"' if name else ""
    head = [
        f"Content-Type: {_line(file.content_type)}",
        f"Content-Disposition: {'inline' if file.inline else 'attachment'}{named}",
    ]
    head += [f"Content-ID: <{_line(file.content_id)}>"] if file.content_id else []
    if file.content_type.lower().startswith(("message/", "multipart/")):  # base64 is not for these (RFC 2046, 5.2.1)
        return "\r\n".join([*head, "", ""]).encode("utf-8", "replace") + file.content + _CRLF
    head += ["Content-Transfer-Encoding: base64", "", ""]
    return "\r\n".join(head).encode("utf-8", "replace") + encodebytes(file.content).replace(b"\n", _CRLF)


def _multipart(kind: str, parts: tuple[bytes, ...]) -> bytes:
    boundary = b"=_" + hashlib.sha256(b"\0".join(parts)).hexdigest()[:40].encode()
    head = f'Content-Type: multipart/{kind}; boundary="'.encode() + boundary + b'"\r\n\r\n'
    return head + b"".join(b"--" + boundary + _CRLF + part for part in parts) + b"--" + boundary + b"--\r\n"
