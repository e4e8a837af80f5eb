"""Sample facts for every placeholder: what ``templates check`` and ``templates preview`` fill templates with."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache

from maildesk.replies.markup import Block
from maildesk.replies.placeholders import PLACEHOLDERS, REQUIRED_VALUES, Kind
from maildesk.replies.plain_language import Words
from maildesk.replies.rendering import Rendered, printed, render
from maildesk.replies.sandbox import BLOCK_CHARS, GLUE
from maildesk.replies.templates import CUSTOMERS_PARTS, Found
from maildesk.replies.wording import STATES, Reader, worded, zone_named

NOW = datetime(2026, 11, 24, 8, 15, tzinfo=UTC)
PROMISED, PROMISED_AS = datetime(2026, 11, 25, 10, 37, tzinfo=UTC), "11:37"
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
DESK_NAME, DESK_ADDRESS = "Example Support", "support@example.com"


@lru_cache(maxsize=1)
def all_facts() -> Mapping[str, object]:
    """A fact for every placeholder."""
    known = {name: each.example for name, each in PLACEHOLDERS.items() if each.kind not in (Kind.BLOCK, Kind.PART)}
    return {**known, "promise": PROMISED}


def fewest_facts(name: str) -> Mapping[str, object]:
    """Only the facts without which the template is never filled in."""
    return {each: all_facts()[each] for each in REQUIRED_VALUES[name]}


def is_for_customers(name: str) -> bool:
    """Whether customers read this template; the others stand in agent/ and admin/."""
    return "/" not in name or name in CUSTOMERS_PARTS


def reader(words: Words, name: str, *, trusted: bool = True, formal: bool = True) -> Reader:
    """Somebody in Berlin, on a Tuesday morning."""
    constants = {"desk_name": DESK_NAME, "desk_address": DESK_ADDRESS, "formal": formal}
    zone = zone_named("Europe/Berlin")
    return Reader(words, NOW, zone, trusted=trusted, customer=is_for_customers(name), constants=constants)


_MADE_OF_OTHERS = frozenset({"waiting_for", "ticket_subject", "from_name", *(f"is_{each}" for each in STATES)})


class Sampler:
    """One template filled in again and again, with one fact changed at a time: only that is worded anew."""

    def __init__(self, found: Found, facts: Mapping[str, object], *, trusted: bool = True) -> None:
        self._found = found
        self._facts = {**facts, **dict.fromkeys(BLOCK_CHARS, trusted)}
        self._reader = reader(found.words, found.name, trusted=trusted)
        self._values = worded(self._facts, found.uses, self._reader)

    def said(self, **changed: object) -> tuple[str, str]:
        """Subject and Markdown without escapes. Raises ``RenderingFault``."""
        names = (frozenset(changed) | _MADE_OF_OTHERS) & self._found.uses if changed else frozenset()
        fresh = worded({**self._facts, **changed}, names, self._reader)
        subject, source = printed(self._found, {**self._values, **fresh})
        return subject, unescaped(source)


def unescaped(source: str) -> str:
    """Markdown without the backslashes that make values stand for themselves."""
    return _ESCAPED.sub(r"\1", source).replace(GLUE, " ")


def shown(found: Found, facts: Mapping[str, object], *, trusted: bool = True) -> Rendered:
    """The template with these facts, whole. Raises ``RenderingFault``."""
    words = Block("A person's words.", "<p>A person's words.</p>")
    blocks = dict.fromkeys(BLOCK_CHARS, words) if trusted else {}
    return render(found, facts, reader(found.words, found.name, trusted=trusted), blocks)
