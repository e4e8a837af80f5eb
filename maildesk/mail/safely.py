"""Reading a mail where the reading can be killed."""

from __future__ import annotations

from maildesk.mail.letter import Letter
from maildesk.mail.limits import DEFAULT_LIMITS, NOTHING_KNOWN, Known, Limits
from maildesk.mail.parsing import parse


def read(
    raw: bytes, limits: Limits = DEFAULT_LIMITS, known: Known = NOTHING_KNOWN, *, null_sender: bool | None = None
) -> Letter:
    """``parse``, bounded by ``limits.seconds``."""
    return parse(raw, limits, known, null_sender=null_sender)
