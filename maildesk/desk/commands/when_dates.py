"""Dates as people write them: "24.11.", "24/12", "2026-11-24", "24 de noviembre", "1er décembre", "Nov 24, 2026".

Part of ``when``, whose words they are folded by (``when_words.folded``). A date without a year is the next such date.
What is no date is None; what can be read in two ways (11/12; 5.12 without a time, which may be five past twelve) is
``ValueError`` with a sentence. It does not know days of the week, nor how far away a date may be.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date

from maildesk.desk.commands import when_words as words

_Parts = Sequence[str | None]

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})t?")
_DOTTED = re.compile(r"(\d{1,2})\.\s*(\d{1,2})\.\s*(\d{4}|\d{2})?")
_DASHED = re.compile(r"(\d{1,2})-(\d{1,2})-(\d{4})")
_OPEN_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})")
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})(?:/(\d{4}|\d{2}))?")
_NTH = r"(?:\.|st|nd|rd|th|er|o|-?го|-?е)?"
_OF = r"(?:of|de|del)"
_YEAR = rf"(?:\s+(?:{_OF}\s+)?(\d{{4}})(?:\s*г(?:ода|\.)?)?)?"
_DAY_MONTH = re.compile(rf"(\d{{1,2}}){_NTH}\s+(?:{_OF}\s+)?([^\W\d_]+)\.?{_YEAR}")
_MONTH_DAY = re.compile(rf"([^\W\d_]+)\.?\s+(\d{{1,2}}){_NTH}{_YEAR}")


def read_date(plain: str, today: date, *, timed: bool = False) -> date | None:
    """The date that a folded text is, from ``today`` on. ``timed``: a time of day stood beside it."""
    if (found := _OPEN_DOTTED.fullmatch(plain)) is not None and not timed and int(found[1]) < 24:
        _ambiguous(f"{found[1]}.{found[2]}", found.groups(), today)
    for pattern, order in _PATTERNS:
        found = pattern.fullmatch(plain)
        if found is not None:
            return order(found.groups(), today)
    return None


def _ambiguous(said: str, parts: _Parts, today: date) -> None:
    if _dotted((*parts, None), today) is not None:
        raise ValueError(f'{said} can be read in two ways; write "{said}." for the day.')


def _iso(parts: _Parts, today: date) -> date | None:
    year, month, day = (int(part or 0) for part in parts)
    return _valid(year, month, day)


def _dotted(parts: _Parts, today: date) -> date | None:
    return _coming(int(parts[0] or 0), int(parts[1] or 0), parts[2], today)


def _open_dotted(parts: _Parts, today: date) -> date | None:
    return _dotted((*parts, None), today)


def _slashed(parts: _Parts, today: date) -> date | None:
    first, second = int(parts[0] or 0), int(parts[1] or 0)
    if first != second and first <= 12 and second <= 12:
        raise ValueError(f'{first}/{second} can be read in two ways; write the month as a word, such as "24 Nov".')
    return _coming(max(first, second), min(first, second), parts[2], today)


def _day_month(parts: _Parts, today: date) -> date | None:
    month = words.MONTHS.get(parts[1] or "")
    return None if month is None else _coming(int(parts[0] or 0), month, parts[2], today)


def _month_day(parts: _Parts, today: date) -> date | None:
    return _day_month((parts[1], parts[0], parts[2]), today)


_PATTERNS: tuple[tuple[re.Pattern[str], Callable[[_Parts, date], date | None]], ...] = (
    (_ISO, _iso),
    (_DOTTED, _dotted),
    (_OPEN_DOTTED, _open_dotted),
    (_SLASHED, _slashed),
    (_DASHED, _slashed),
    (_DAY_MONTH, _day_month),
    (_MONTH_DAY, _month_day),
)


def _coming(day: int, month: int, year: str | None, today: date) -> date | None:
    if year:
        return _valid(int(year) + (2000 if len(year) == 2 else 0), month, day)
    years = (today.year + ahead for ahead in range(9))  # a leap day can be eight years away
    found = (valid for each in years if (valid := _valid(each, month, day)) is not None)
    return next((each for each in found if each >= today), None)


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
