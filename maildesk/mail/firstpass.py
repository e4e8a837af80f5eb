"""The first pass: what mail-parser reads of the header, where it reads it without complaint.

mail-parser knows address syntax well and says where it had to guess (``defects``). What it guesses,
drops or fails on is read again by ``addresses``: it deletes raw 8-bit octets, and headers that it never saw raise. It
gets the fields that it reads best, not the whole mail: its MIME pass takes longer than all of ours, loses texts behind
a broken boundary, and runs into the recursion limit (docs/mail.md, "Why mail-parser reads only the address fields").
"""

from __future__ import annotations

import logging
import re

from mailparser.utils import get_addresses

from maildesk.mail.letter import Mailbox

# Comments are names to it, encoded words in quotes stay as they are, and so do single quotes around a name.
_UNSURE = re.compile(r"""[(\r\n]|"[^"]*=\?|(?:^|,)\s*'""")
ADDRESS_FIELDS = ("from", "to", "cc", "reply-to")

logging.getLogger("mailparser").setLevel(logging.ERROR)  # it warns of every image


def first_pass(fields: dict[str, str]) -> dict[str, tuple[Mailbox, ...]]:
    """Mailboxes of the fields (name in lower case → unfolded, undecoded value) that mail-parser is sure of."""
    read = ((name, _sure(fields.get(name, ""))) for name in ADDRESS_FIELDS)
    return {name: boxes for name, boxes in read if boxes}


def _sure(value: str) -> tuple[Mailbox, ...]:
    """The mailboxes of one field; none where mail-parser had a doubt, or is known to be wrong."""
    if not value or not value.isascii() or _UNSURE.search(value):
        return ()
    doubts: list[object] = []
    try:
        found = get_addresses(value, defects=doubts, decode_names=True)
    except Exception:  # it raises on 0.3 % of damaged mail, with whatever its inside raised; the second pass reads all
        return ()
    return (
        () if doubts else tuple(Mailbox("" if name == address else name, address) for name, address in found if address)
    )
