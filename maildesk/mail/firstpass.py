"""The first pass: what mail-parser reads of the header, where it reads it without complaint.

mail-parser knows address syntax well and says where it had to guess (``address_header_defects``). What it guesses,
drops or fails on is read again by ``addresses``: it deletes raw 8-bit octets, and headers that it never saw raise. It
gets the fields that it reads best, not the whole mail: its MIME pass takes longer than ours, loses texts behind a
broken boundary, and runs into the recursion limit (docs/mail.md, "Why mail-parser reads only the header").
"""

from __future__ import annotations

import logging
import re
from email.message import Message

from mailparser.core import MailParser

from maildesk.mail.letter import Mailbox

# Comments are names to it, encoded words in quotes stay as they are, and a line end would be a field of its own.
_UNSURE = re.compile(r'[(\r\n]|"[^"]*=\?')
ADDRESS_FIELDS = ("from", "to", "cc", "reply-to")

logging.getLogger("mailparser").setLevel(logging.ERROR)  # it warns of every image


def first_pass(fields: dict[str, str]) -> dict[str, tuple[Mailbox, ...]]:
    """Mailboxes of the fields (name in lower case → unfolded, undecoded value) that mail-parser is sure of."""
    message = Message()
    for name in ADDRESS_FIELDS:
        if (value := fields.get(name)) and value.isascii() and not _UNSURE.search(value):
            message[name] = value
    try:
        seen = MailParser(message)
        doubtful = {defect["header"] for defect in seen.address_header_defects}
        return {name: _boxes(getattr(seen, name.replace("-", "_"))) for name in message.keys() if name not in doubtful}  # noqa: SIM118  # a Message yields keys only so
    except Exception:  # it raises on 0.3 % of damaged mail, with whatever its inside raised; the second pass reads all
        return {}


def _boxes(found: list[tuple[str, str]]) -> tuple[Mailbox, ...]:
    return tuple(Mailbox(name, address) for name, address in found)
