"""Mail in from standard input: what a mail server's pipe, an alias, a .forward or procmail hands us.

Guarantees: memory is bounded by the size limit, a larger mail is cut and what was left out is named; nothing is ever
refused, because behind a pipe a refusal becomes a bounce of the mail server's making. Whoever calls says "taken" (exit
0) when the mail is committed.

The bytes are kept as they come, line ends too (mail servers pipe LF). Only an mbox line ("From carla@… Mon Nov 23 …",
Postfix's pipe flag F, procmail) is taken off the top: it is envelope, not mail.

Who wrote, in this order: ``--from``, $SENDER (Postfix's local, Exim), the mbox line, Return-Path. For whom: the
arguments, $ORIGINAL_RECIPIENT, Delivered-To, X-Original-To, To, Cc.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import BinaryIO

from maildesk.intake.envelope import fields_of, recipients_of, sender_of
from maildesk.intake.incoming import Incoming
from maildesk.intake.oversize import Cutter

CHUNK = 64 * 1024
_MBOX_LINE = re.compile(rb"From (\S*)[^\r\n]*\r?\n")
_NULL_SENDERS = {"", "<>", "mailer-daemon"}
"""How mail servers write the null sender in an argument; MAILER-DAEMON is Postfix's default (pipe(8), null_sender)."""


def read_mail(
    stream: BinaryIO,
    *,
    sender: str | None,
    recipients: Sequence[str],
    environment: Mapping[str, str],
    now: datetime,
    size_limit: int,
    authserv_id: str = "",
    trusted_results: str = "",
) -> Incoming:
    """The mail on ``stream``, which is read to its end. ``sender`` None and no ``recipients``: they are found."""
    cutter = Cutter(size_limit)
    while chunk := stream.read(CHUNK):
        cutter.add(chunk)
    mbox, raw = _mbox_line(cutter.kept)
    fields = fields_of(raw)
    told = next((each for each in (sender, environment.get("SENDER"), mbox) if each is not None), None)
    return Incoming(
        intake="pipe",
        sender=sender_of(fields) if told is None else _sender(told),
        recipients=tuple(dict.fromkeys(recipients)) or _recipients(environment, fields),
        raw=raw,
        arrived_at=now,
        authserv_id=authserv_id,
        trusted_results=trusted_results,
        left_out=cutter.left_out,
    )


def _mbox_line(raw: bytes) -> tuple[str | None, bytes]:
    """The sender of an mbox line on top, None where there is no such line; and the mail without it."""
    match = _MBOX_LINE.match(raw)
    return (match[1].decode("utf-8", "replace"), raw[match.end() :]) if match else (None, raw)


def _sender(told: str) -> str:
    address = told.strip().removeprefix("<").removesuffix(">")
    return "" if address.lower() in _NULL_SENDERS else address


def _recipients(environment: Mapping[str, str], fields: list[tuple[str, str]]) -> tuple[str, ...]:
    original = environment.get("ORIGINAL_RECIPIENT", "").strip()
    if original:
        return (original,)
    places = ("delivered-to",), ("x-original-to",), ("to",), ("cc",)
    return next((found for place in places if (found := recipients_of(fields, place))), ())
