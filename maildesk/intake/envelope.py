"""What can be told of a mail's envelope from its header, where the intake itself was told less.

A mail server that puts a mail into a mailbox or a pipe writes the envelope on top: ``Return-Path`` (RFC 5321, 4.4),
``Delivered-To``, ``X-Original-To``, ``Envelope-To``. Anybody can write such lines into a mail, so they say where mail
goes and never who may do what; a missing ``Return-Path`` is unknown (None), not the null sender.
"""

from __future__ import annotations

from maildesk.mail.addresses import mailboxes
from maildesk.mail.headers import split_head, unfold

HEAD_LIMIT = 256 * 1024
_LINE_LIMIT = 64 * 1024

DELIVERED_TO = ("delivered-to", "x-original-to", "envelope-to")
ADDRESSED_TO = ("to", "cc")


def fields_of(raw: bytes) -> list[tuple[str, str]]:
    """The header fields, names in lower case, values unfolded and as written."""
    head = split_head(raw, 0, len(raw), HEAD_LIMIT)
    return [(name.lower(), unfold(value, _LINE_LIMIT)) for name, value in head.fields]


def sender_of(fields: list[tuple[str, str]]) -> str | None:
    """The envelope sender as the topmost ``Return-Path`` says; "" is the null sender, None unknown."""
    value = next((value for name, value in fields if name == "return-path"), None)
    if value is None:
        return None
    if value.strip() == "<>":
        return ""
    return next((each.address for each in mailboxes(value)), None)


def recipients_of(fields: list[tuple[str, str]], names: tuple[str, ...]) -> tuple[str, ...]:
    """All addresses in these fields, in order, each once."""
    found = [each.address for name, value in fields if name in names for each in mailboxes(value) if each.address]
    return tuple(dict.fromkeys(found))
