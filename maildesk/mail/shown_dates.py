"""Dates as mail programs show them above a forwarded mail: "Mon, Nov 23, 2026 at 9:14 AM", "23.11.2026 09:14".

No standard rules them. What RFC 5322 can read is read so; else the day by numbers, or by the names of months in the
languages of ``absence``, and the time of day beside it. Programs rarely name a zone: the forwarder's is taken, whose
program showed it. What cannot be read gives None, never a guess of the day.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

from maildesk.mail.absence import first_day
from maildesk.mail.dates import parse_date
from maildesk.mail.letter import Letter

_CLOCK = re.compile(r"\b(\d{1,2})[:.h](\d{2})(?::\d{2})?(?:\s*([ap])\.?\s?m\b)?", re.IGNORECASE)
_NUMBERS = re.compile(
    r"\b(\d{1,4})\s?([./-])\s?(\d{1,2})\s?[./-]\s?(\d{1,4})\b|(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})"
)


def shown_moment(value: str, letter: Letter) -> datetime | None:
    """The moment in UTC that a header line shows in a mail; read in the mail's own zone where it names none."""
    exact, _ = parse_date(value)
    if exact is not None and 1970 <= exact.year <= 2200 and re.search(r"[+-]\d{4}\b", value):
        return exact.astimezone(UTC)
    offset = (letter.date.utcoffset() if letter.date is not None else None) or timedelta(0)
    written = letter.date or exact
    day = _day(value, written.date(), letter.language) if written is not None else None
    if day is None:
        return None
    clock = _CLOCK.search(_NUMBERS.sub(" ", value, count=1))
    hour, minute = (int(clock[1]), int(clock[2])) if clock else (0, 0)
    if clock and clock[3]:
        hour = hour % 12 + (12 if clock[3].lower() == "p" else 0)
    if hour > 23 or minute > 59:
        hour = minute = 0
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC) - offset


def _day(value: str, written: date, language: str | None) -> date | None:
    """The day that the block names. Of "3/4/2026" the reading that is not after the forward, else the nearer one."""
    found = _NUMBERS.search(value)
    if found is None:
        return first_day(value, written, language)
    one, sign, two, three, *asian = found.groups()
    if one is None:
        readings = [tuple(map(int, asian))]
    elif len(one) == 4:
        readings = [(int(one), int(two), int(three))]
    else:
        year = int(three) + (2000 if len(three) <= 2 else 0)
        readings = [(year, int(two), int(one)), *([(year, int(one), int(two))] if sign == "/" else [])]
    days = [day for each in readings if (day := _valid(*each)) is not None]
    return min(days, key=lambda day: (day > written + timedelta(days=1), abs(day - written)), default=None)


def _valid(year: int, month: int, day: int) -> date | None:
    if not 1970 <= year <= 2200:  # no mail is older, and no guess is better than one from the far end of the calendar
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None
