"""``#article NAME`` in an agent's mail: the article they mean, or those that are near.

A name is the file's, or the title; capitals, spaces and hyphens aside, and a part of it is enough where only one
article has it. ``#article`` alone asks what would fit; nothing is sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import TypeVar

from maildesk.desk.known.canned_facts import CannedAnswer
from maildesk.desk.known.facts import Help, HelpArticle

MOST_NAMED = 5
Text = TypeVar("Text", HelpArticle, CannedAnswer)


def named(wanted: str, known: Iterable[Text]) -> tuple[Text, ...]:
    """The texts that this name may mean: one where it is clear, else those it is part of; () where there is none."""
    every, plain = tuple(known), _plain(wanted)
    exact = [each for each in every if plain in (_plain(each.name), _plain(each.title))]
    if exact or not plain:
        return tuple(exact[:1])
    return tuple(each for each in every if plain in _plain(each.name) or plain in _plain(each.title))


def near(wanted: str, help_: Help) -> tuple[str, ...]:
    """Names to suggest where an agent's fits none: those that look like it, then those that fit the question."""
    alike = resembling(wanted, help_.known)
    return tuple(dict.fromkeys((*alike, *(each.name for each in help_.fitting))))[:MOST_NAMED]


def resembling(wanted: str, known: Iterable[HelpArticle | CannedAnswer]) -> tuple[str, ...]:
    """The names of those whose name or title looks like this."""
    names = {_plain(form): each.name for each in known for form in (each.title, each.name)}
    alike = get_close_matches(_plain(wanted), names, MOST_NAMED, 0.5)
    return tuple(dict.fromkeys(names[each] for each in alike))


def listed(help_: Help) -> str:
    """What would fit, or else all that there is, in a line."""
    found = help_.fitting[:MOST_NAMED] or help_.known[:MOST_NAMED]
    return "; ".join(f"{each.name} ({each.title})" for each in found)


def _plain(name: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", name.casefold()))
