"""What stands beside a mail as facts: what was said in its ticket, and other tickets that help to answer it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Said:
    """One mail or note (``inside``) of a ticket."""

    who: str
    at: datetime
    text: str
    inside: bool = False


@dataclass(frozen=True, slots=True)
class OtherTicket:
    """A ticket as one line."""

    number: int
    subject: str
    state: str


@dataclass(frozen=True, slots=True)
class Background:
    """``said``: earlier mails of the ticket, newest first. ``theirs``: tickets of its customer at its desk, newest
    first, this one too. ``similar``: solved tickets of that desk that are like the mail, the likest first.
    """

    said: tuple[Said, ...] = ()
    theirs: tuple[OtherTicket, ...] = ()
    similar: tuple[OtherTicket, ...] = ()


NOTHING_BESIDE = Background()
