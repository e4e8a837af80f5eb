"""What a decision knows of a canned answer: its text, filled with the ticket's values before anything is decided."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CannedAnswer:
    """One canned answer in the ticket's language, or in the first that has it.

    ``text``: as a person would type it. ``lacking``: the values that it says and nobody knows, as templates call them.
    ``other``: its language where that is not the ticket's, else "".
    """

    name: str
    title: str
    text: str
    lacking: tuple[str, ...] = ()
    other: str = ""
