"""What stands beside an agent's mail that no customer may see: notes, and what our own mail to the agent said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Inside:
    """``notes``: texts of the team's notes on the ticket, and what is noted of its customer. ``shown``: the texts of
    the mail that the agent answers, and of the newest notification that they have. ``panel``: what these say from our
    marker on. ``files``: digests (SHA-256, hex) of the files in that mail. ``subjects``: the customer's own.
    ``wrote``: who of the team wrote on the ticket (an address of theirs), and when, newest first; commands and notes
    too.
    """

    notes: tuple[str, ...] = ()
    panel: str = ""
    shown: tuple[str, ...] = ()
    files: frozenset[str] = frozenset()
    subjects: tuple[str, ...] = ()
    wrote: tuple[tuple[str, datetime], ...] = ()


NOTHING_INSIDE = Inside()
