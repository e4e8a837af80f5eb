"""Parts of the day beside or instead of a time: "Friday afternoon", "mañana por la tarde", "tonight at 8".

Part of ``when``, whose words they are folded by (``when_words.folded``). A part names no hour by itself: morning is the
desk's opening, noon is twelve, afternoon is two o'clock (as a limit: closing), evening is closing. Beside an hour of up
to twelve it says which half of the day is meant. It does not know days, nor when a desk is open.
"""

from __future__ import annotations

import re
from datetime import time
from typing import Literal

from maildesk.desk.commands import when_words as words

Part = Literal["", "morning", "noon", "afternoon", "evening"]

_PARTS: tuple[tuple[Part, frozenset[str]], ...] = (
    ("morning", words.MORNING),
    ("noon", words.NOON),
    ("afternoon", words.AFTERNOON),
    ("evening", words.EVENING),
)
_DAYS = "|".join(day for day in words.WEEKDAYS if len(day) > 3)
_JOINED = re.compile(rf"\b({_DAYS})(vormittag|nachmittag|morgen|mittag|abend|fruh)s?\b")


_NEXT_WEEKS = tuple(f"{each} " for each in words.NEXT_WEEK)


def take_part(plain: str) -> tuple[Part, str]:
    """A part of the day at the end or the beginning, and the rest: "Friday morning", "morgen früh", "noon tomorrow"."""
    plain = _JOINED.sub(r"\1 \2", plain)
    named = [(name, each) for name, each_of in _PARTS for each in each_of if each not in words.DAYS_AHEAD]
    for name, phrase in sorted(named, key=lambda found: -len(found[1])):
        if plain == phrase:
            return name, ""
        if plain.endswith(" " + phrase):
            return name, without_leading(without_trailing(plain.removesuffix(phrase)))
        if plain.startswith(phrase + " "):
            return name, without_leading(plain.removeprefix(phrase))
    for ending in words.MORNING & words.DAYS_AHEAD.keys():  # "Montag morgen"; alone it is tomorrow
        if plain.endswith(" " + ending):
            return "morning", without_leading(without_trailing(plain.removesuffix(ending)))
    return "", plain


def in_part(of_day: time, part: Part) -> time:
    """The time of day in that part of it: "tonight at 8" is 20:00, "tomorrow afternoon at 3" 15:00."""
    later = part in ("afternoon", "evening") and 1 <= of_day.hour < 12
    return of_day.replace(hour=of_day.hour + 12) if later else of_day


def without_leading(text: str) -> str:
    """Without the small words before a time, as far as they do not belong to it ("the day after tomorrow")."""
    parts = text.split()
    while parts and " ".join(parts) not in words.WHOLE and parts[0] in words.LEADING:
        counts = parts[0] in words.NUMBERS and len(parts) > 1 and parts[1] in words.UNITS  # "a week"
        if counts or " ".join(parts).startswith(_NEXT_WEEKS):
            break
        parts.pop(0)
    return " ".join(parts)


def without_trailing(text: str) -> str:
    """Without the small words that stood before a time that was taken out; before that, "am" may be of the morning."""
    parts = text.split()
    while parts and " ".join(parts) not in words.WHOLE and parts[-1] in words.LEADING:
        parts.pop()
    return " ".join(parts)
