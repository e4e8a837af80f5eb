"""A letter: what we understood of one mail. Frozen facts, no opinions about tickets.

Message-IDs are kept without angle brackets everywhere in maildesk (RFC 5322, 3.6.4: the msg-id between them is what
identifies); composing puts the brackets back. Addresses keep the sender's spelling; compare them with ``fold_address``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Automatic(StrEnum):
    """What kind of robot wrote; a person's mail has none of these. RFC 3834, 3464, 8098, 5965, 2919."""

    BOUNCE = "bounce"
    AUTO_REPLY = "auto-reply"
    COMPLAINT = "complaint"
    RECEIPT = "receipt"
    LIST = "list"
    BULK = "bulk"
    OWN = "own"


REPORTS = frozenset({Automatic.BOUNCE, Automatic.AUTO_REPLY, Automatic.RECEIPT, Automatic.COMPLAINT})
"""Reports tell of a delivery, an address or an agent's presence; they never move a ticket."""

MACHINE_SENT = frozenset({Automatic.LIST, Automatic.BULK})


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A display name (decoded, may be empty) and an addr-spec (RFC 5322, 3.4)."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """One part that is not the text of the mail. ``content`` is decoded; ``size`` and ``sha256`` (hex) are of it."""

    filename: str | None
    content_type: str
    size: int
    sha256: str
    inline: bool
    content: bytes = field(repr=False)
    content_id: str | None = None


@dataclass(frozen=True, slots=True)
class FailedRecipient:
    """One recipient of a delivery report (RFC 3464, 2.3): failed, delayed, delivered, relayed or expanded."""

    address: str
    action: str
    status: str | None
    diagnostic: str | None


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a delivery report says, and of which of our mails (its Message-ID, without brackets)."""

    recipients: tuple[FailedRecipient, ...]
    original_message_id: str | None


@dataclass(frozen=True, slots=True)
class Letter:
    """Everything maildesk knows of one mail.

    ``text_plain`` and ``html`` are the bodies as sent, decoded; ``text`` is what a person reads; ``new_text`` is
    ``text`` without quotes, banners, signature and footer; ``signature`` is all that was cut from the end and is not
    quoted. ``date`` is aware, with the sender's own offset; ``date_offset_known`` is false for RFC 5322's -0000 and
    where the header had no zone. ``automatic`` is None for people; ``reason`` says why it is what it is. ``problems``
    are sentences about what could not be read or was left out. ``headers`` are (name, decoded value) in order.
    ``references`` are oldest first, as in the header.
    """

    message_id: str | None
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    date: datetime | None
    date_offset_known: bool
    from_: tuple[Mailbox, ...]
    reply_to: tuple[Mailbox, ...]
    to: tuple[Mailbox, ...]
    cc: tuple[Mailbox, ...]
    subject: str
    text_plain: str
    html: str
    text: str
    new_text: str
    signature: str
    language: str | None
    automatic: Automatic | None
    reason: str
    bounce: Bounce | None
    attachments: tuple[Attachment, ...]
    problems: tuple[str, ...]
    headers: tuple[tuple[str, str], ...]

    def header(self, name: str) -> str | None:
        """The first header of that name (any case), decoded and unfolded; None where there is none."""
        return next(iter(self.all_headers(name)), None)

    def all_headers(self, name: str) -> tuple[str, ...]:
        """Every header of that name (any case), in order of appearance: the topmost first."""
        wanted = name.lower()
        return tuple(value for each, value in self.headers if each.lower() == wanted)

    @property
    def sender(self) -> Mailbox:
        """The author: the first ``From`` mailbox; empty name and address where it cannot be read."""
        return self.from_[0] if self.from_ else Mailbox("", "")


def fold_address(address: str) -> str:
    """The form in which two spellings of one address are equal: trimmed, lower case.

    RFC 5321, 2.4 lets local parts differ by case; no mail system in use does so, and customers do not expect it.
    """
    return address.strip().lower()
