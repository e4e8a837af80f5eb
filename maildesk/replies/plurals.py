"""Numbers with their nouns: "1 mails" found by filling a template in with sample numbers.

A language has as many forms as CLDR says (English two, Russian three). Numbers of different forms must differ in more
than the number. Words that have one form only ("3 more") are listed in ``plain.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from babel.core import Locale

from maildesk.replies.findings import Finding, Level
from maildesk.replies.placeholders import PLACEHOLDERS, Kind
from maildesk.replies.samples import Sampler, all_facts
from maildesk.replies.templates import Found

SAMPLES = (1, 2, 5, 21)
_NOT_COUNTED = frozenset({"number", "linked_to", "round"})  # names of tickets, and how often


def wrong(found: Found, uncounted: frozenset[str]) -> Iterator[Finding]:
    """Nouns that stay the same behind numbers that ask for another form; ``uncounted`` are words that always do."""
    sampler = Sampler(found, all_facts())
    category = Locale.parse(found.words.locale).plural_form
    for name in sorted(found.uses):
        if PLACEHOLDERS[name].kind is not Kind.NUMBER or name in _NOT_COUNTED:
            continue
        forms: dict[str, str] = {}
        for number in SAMPLES:
            forms.setdefault(str(category(number)), _noun(sampler.said(**{name: number})[1], number))
        nouns = [each for each in forms.values() if each and each not in uncounted]
        if len(nouns) == len(forms) > 1 and len(set(nouns)) < len(nouns):
            yield Finding(
                found.path,
                _line(found.compiled.text, name),
                "plural",
                f'"{nouns[0]}" stays the same behind 1 and behind more. Use {{{{ {name} | plural("…", "…") }}}}.',
                Level.WARNING,
                '"1 mails" reads as made by a machine.',
            )


def _noun(text: str, number: int) -> str:
    """The word behind the number."""
    behind = re.search(rf"(?<!\w){number}\s+([^\W\d_]+)", text)
    return behind[1].casefold() if behind else ""


def _line(source: str, name: str) -> int:
    pattern = re.compile(r"\{\{-?\s*" + name + r"\b")
    return next((number for number, line in enumerate(source.splitlines(), 1) if pattern.search(line)), 1)
