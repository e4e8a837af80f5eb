"""What stands beside an agent's mail that no customer may see: notes, and what our own mail to the agent said."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Inside:
    """``notes``: texts of the team's notes on the ticket. ``panel``: what the mail that the agent answers says from our
    marker on. ``files``: digests (SHA-256, hex) of the files in that mail. ``subjects``: the customer's own.
    """

    notes: tuple[str, ...] = ()
    panel: str = ""
    files: frozenset[str] = frozenset()
    subjects: tuple[str, ...] = ()


NOTHING_INSIDE = Inside()
