"""What a mail may cost, and what we know before we read it. Both are frozen values that travel with every call.

``Limits`` bound size, shape and time. Crossing one never loses a mail: what can be read within it is read, the rest is
named in ``Letter.problems``, and the arrival keeps the bytes.

``Known`` is what the desk can tell the reader: which Message-IDs are ours, which texts of ours may come back in a
quote, and among which languages to choose.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds for one mail. Sizes are octets of the raw mail, or characters where ``text`` is in the name."""

    size: int = 50_000_000
    """Octets that are looked at; the rest is left out. Above what the intake accepts by default (35 MB)."""
    parts: int = 500
    """MIME leaves that are unfolded."""
    depth: int = 20
    """Multiparts and messages within each other. Real mail stays under 8."""
    header_octets: int = 262_144
    """One block of header fields."""
    header_value: int = 32_768
    """Octets of one field. A To of a thousand addresses fits."""
    text_length: int = 4_000_000
    """Characters of one text or HTML part that are kept."""
    html_length: int = 2_000_000
    """Characters of HTML that are turned into text."""
    quote_lines: int = 10_000
    """Lines in which quotes and signatures are looked for; more lines are shown as they are."""
    seconds: float = 5.0
    """Wall-clock time after which ``safely.read`` kills the reading of one mail."""
    in_process: int = 300_000
    """Octets of text up to which ``safely.read`` reads a mail without the worker: its worst case is then under 1 s."""


DEFAULT_LIMITS = Limits()


def no_id_is_ours(_message_id: str) -> bool:
    """The default of ``Known.own_ids``."""
    return False


@dataclass(frozen=True, slots=True)
class Known:
    """What is known before a mail is read.

    ``own_ids(message_id)`` (without angle brackets) says whether a Message-ID is one of ours: such a mail is ``own``.
    It is called in the caller's process only, so it may be any function, also a bound method.
    ``texts`` are texts of ours or of the ticket that may come back in the mail, newest first; they are subtracted as
    quotes even where no client marked them. ``languages`` are the codes (``de``, ``pt``) to choose among; empty: all
    that maildesk has words for.
    """

    own_ids: Callable[[str], bool] = no_id_is_ours
    texts: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()


NOTHING_KNOWN = Known()
