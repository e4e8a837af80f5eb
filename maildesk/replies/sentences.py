"""What the program says to the team in English ("There is no command …"), in the words of another language.

Decisions, the mail reader and the intake say such things as sentences, which are stored and logged as they are. A mail
to an agent who reads German takes the German sentence from ``[sentences]`` of ``words.toml``: the English one with
``{}`` for what changes, and what it is there. What is not listed stays English; customers are never told any of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

Sentences = tuple[tuple[re.Pattern[str], str], ...]

NAMES = frozenset({"mistake", "found", "remedy", "unanswerable", "left_out", "problems", "trust_reason"})
"""The placeholders that print such sentences."""


def compiled(table: Mapping[str, str]) -> Sentences:
    """The longest first: "Incomplete: a. Missing: b." is not a long "Incomplete". Raises ``ValueError``."""
    for english, ours in table.items():
        if english.count("{}") != ours.count("{}"):
            raise ValueError(f'"{ours}" in [sentences] must have as many {{}} as "{english}"')
    order = sorted(table, key=lambda english: (-len(english.replace("{}", "")), english))
    return tuple((re.compile("(.+?)".join(map(re.escape, each.split("{}"))), re.DOTALL), table[each]) for each in order)


def translated(fact: object, sentences: Sentences) -> object:
    """The fact in our words where it is a sentence of the list, or several; else as it is."""
    if isinstance(fact, tuple):
        return tuple(translated(each, sentences) for each in fact)
    if isinstance(fact, str):
        for english, ours in sentences:
            if found := english.fullmatch(fact):
                between = zip(ours.split("{}"), (*found.groups(), ""), strict=True)
                return "".join(f"{words}{what}" for words, what in between)
    return fact
