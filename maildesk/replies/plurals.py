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
from maildesk.replies.plain_words import PlainWords
from maildesk.replies.samples import Sampler, all_facts
from maildesk.replies.templates import Found

SAMPLES = (1, 2, 5, 21)
_COUNTED = frozenset({Kind.NUMBER, Kind.LINES, Kind.ROWS})
_NOT_COUNTED = frozenset({"number", "linked_to", "round"})  # names of tickets, and how often


def wrong(found: Found, plain: PlainWords) -> Iterator[Finding]:
    """Nouns that stay the same behind numbers that ask for another form, save words that always do."""
    sampler = Sampler(found, all_facts())
    category = Locale.parse(found.words.locale).plural_form
    for name in sorted(found.uses):
        if PLACEHOLDERS[name].kind not in _COUNTED or name in _NOT_COUNTED or not _line(found.compiled.text, name):
            continue
        forms: dict[str, str] = {}
        for number in SAMPLES:
            said = "\n".join(sampler.said(**{name: _many(name, number)}))
            forms.setdefault(str(category(number)), _noun(said, number))
        nouns = [each for each in forms.values() if each and each not in plain.uncounted]
        if len(nouns) == len(forms) > 1 and len(set(nouns)) < len(nouns):
            yield Finding(
                found.path,
                _line(found.compiled.text, name),
                "plural",
                f'"{nouns[0]}" stays the same behind 1 and behind more. Use {{{{ {name} | plural("…", "…") }}}}.',
                Level.WARNING,
                '"1 mails" reads as made by a machine.',
            )


def _many(name: str, number: int) -> object:
    """The number, or a list of that many things."""
    if PLACEHOLDERS[name].kind is Kind.NUMBER:
        return number
    example = all_facts()[name]
    return tuple(example[:1]) * number if isinstance(example, tuple) else ()


def _noun(text: str, number: int) -> str:
    """The word behind the number, where it is said."""
    behind = re.search(rf"(?<!\w){number}\s+([^\W\d_]+)", text)
    return behind[1].casefold() if behind else ""


def _line(source: str, name: str) -> int:
    """Where the number is printed; 0 where it is not."""
    counted = r"\s*\|\s*length" if PLACEHOLDERS[name].kind is not Kind.NUMBER else ""
    pattern = re.compile(r"\{\{-?\s*" + name + r"\b" + counted)
    return next((number for number, line in enumerate(source.splitlines(), 1) if pattern.search(line)), 0)
