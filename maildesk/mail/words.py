"""Words that mail clients and people write, one TOML file per language in ``words/``, for translators to extend.

A file's name is the language's code (ISO 639-1). Every key is a list of phrases as they stand in mail, but ``common``,
a line of the language's most frequent words by which it is told from others. What each list does is in docs/mail.md,
"Words"; a test reads every single entry and sees that it works.

Phrases are compared without case and with single spaces; a pattern of many phrases is compiled once.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

LISTS = (
    "wrote", "from", "sent", "to", "cc", "subject", "original", "forwarded", "sent_from", "closing", "legal", "banner",
    "away_subject", "away_text", "away_contact", "challenge", "read_subject", "failed_subject",
)  # fmt: skip


@cache
def all_words() -> dict[str, dict[str, tuple[str, ...]]]:
    """Language code → list name → phrases. ``common`` is split into single words."""
    found = {}
    for each in sorted(files("maildesk.mail").joinpath("words").iterdir(), key=lambda path: path.name):
        if each.name.endswith(".toml"):
            content = tomllib.loads(each.read_text(encoding="utf-8"))
            found[each.name.removesuffix(".toml")] = {
                name: tuple(value.split()) if isinstance(value, str) else tuple(value)
                for name, value in content.items()
            }
    return found


@cache
def phrases(name: str) -> tuple[str, ...]:
    """One list of all languages, longest first, so that an alternation takes the longest that fits."""
    found = {phrase for words in all_words().values() for phrase in words.get(name, ())}
    return tuple(sorted(found, key=lambda phrase: (-len(phrase), phrase)))


def alternatives(name: str) -> str:
    """A regular expression (ungrouped) for any phrase of a list; spaces in a phrase match any run of blanks."""
    return "|".join(re.escape(phrase).replace(r"\ ", r"[ \t\u00a0]+") for phrase in phrases(name))


@cache
def beginnings(name: str) -> tuple[str, ...]:
    """One list of all languages in the form that ``folded`` gives a line, to compare with ``str.startswith``."""
    return tuple(dict.fromkeys(folded(phrase) for phrase in phrases(name)))


@cache
def _index(name: str) -> dict[str, tuple[str, ...]]:
    """The beginnings of a list by their first three characters."""
    found: dict[str, list[str]] = {}
    for phrase in beginnings(name):
        found.setdefault(phrase[:3], []).append(phrase)
    return {key: tuple(listed) for key, listed in found.items()}


def starting(name: str, text: str) -> tuple[str, ...]:
    """The phrases of a list that ``text`` (folded) starts with, longest first. One look-up, not a thousand compares."""
    short = [phrase for size in (1, 2) for phrase in _index(name).get(text[:size], ()) if len(phrase) == size]
    return (*(phrase for phrase in _index(name).get(text[:3], ()) if text.startswith(phrase)), *short)


def folded(line: str) -> str:
    """A line with case, marks of emphasis and runs of blanks evened out."""
    return " ".join(line.replace("*", " ").replace("_", " ").replace("’", "'").casefold().split())
