"""``Date`` as people send it: RFC 5322, 3.3 and 4.3, ISO 8601, asctime, other languages' day names, missing pieces.

The result is aware, with the sender's own offset. Whether that offset is the sender's or only ours (``-0000``, RFC
5322, 3.3: "no information about the local time"; no zone at all) is returned beside it: a promise is told in the
sender's zone only where we know it. A date that is no date gives None, never an exception.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan jän ene gen янв",
            "feb fév fev фев",
            "mar mär mrz мар",
            "apr avr abr апр",
            "may mai mag maj mei май",
            "jun juin giu июн",
            "jul juil lug июл",
            "aug aoû ago авг",
            "sep set сен",
            "oct okt ott out окт",
            "nov ноя",
            "dec dez déc dic дек",
        ),
        start=1,
    )
    for name in names.split()
}
# RFC 5322, 4.3; single military letters mean "unknown" there, but for Z.
_ZONES = {
    "ut": 0,
    "utc": 0,
    "gmt": 0,
    "z": 0,
    "est": -300,
    "edt": -240,
    "cst": -360,
    "cdt": -300,
    "mst": -420,
    "mdt": -360,
    "pst": -480,
    "pdt": -420,
    "met": 60,
    "mest": 120,
    "cet": 60,
    "cest": 120,
    "eet": 120,
    "eest": 180,
    "wet": 0,
    "west": 60,
    "bst": 60,
    "msk": 180,
    "jst": 540,
    "hst": -600,
    "akst": -540,
    "akdt": -480,
    "ist": 330,
    "kst": 540,
}
_CLOCK = re.compile(r"(?<!\d)(\d{1,2}):(\d{2})(?::(\d{2}))?(?:[.,]\d{1,9})?(?:\s*([ap])\.?m\b\.?)?", re.IGNORECASE)
_DOTTED_CLOCK = re.compile(r"(?<![\d.])(\d{1,2})\.(\d{2})(?:\.(\d{2}))?(?![\d.])(?:\s*([ap])\.?m\b\.?)?", re.IGNORECASE)
_DAY_MONTH = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)?[\s.,/-]+([^\W\d_]{3,12})[\s.,/-]+(\d{2,6})\b")
_MONTH_DAY = re.compile(r"\b([^\W\d_]{3,12})\.?\s+(\d{1,2})(?:st|nd|rd|th)?\b(?!:)")
_ISO = re.compile(r"\b(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_NUMBERS = re.compile(r"\b(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})\b")
_YEAR = re.compile(r"\b((?:19|20)\d{2})\b")
_OFFSET = re.compile(r"(?:GMT|UTC)?\s*([+-])\s?(\d{1,2}):?(\d{2})\b", re.IGNORECASE)


def parse_date(text: str) -> tuple[datetime | None, bool]:
    """The moment and whether its offset is the sender's own."""
    text = re.sub(r"\([^()]{0,200}\)", " ", text[:300]).strip()
    clock = _CLOCK.search(text) or _DOTTED_CLOCK.search(text)
    day = _day(text if not clock else text[: clock.start()] + " " * 12 + text[clock.end() :])
    if day is None:
        return None, False
    hour, minute, second = _time(clock)
    minutes, known = _zone(text[clock.end() :] if clock else "")
    try:
        zone = timezone(timedelta(minutes=minutes)) if minutes else UTC
        moment = datetime(*day, hour, minute, min(second, 59), tzinfo=zone) + timedelta(seconds=max(second - 59, 0))
        moment.astimezone(UTC)  # year 1 east of Greenwich has no UTC
    except (ValueError, OverflowError):
        return None, False
    return moment, known


def _time(clock: re.Match[str] | None) -> tuple[int, int, int]:
    if clock is None:
        return 0, 0, 0
    hour = int(clock[1])
    if clock[4]:
        hour = hour % 12 + (12 if clock[4].lower() == "p" else 0)
    return hour, int(clock[2]), int(clock[3] or 0)


def _day(text: str) -> tuple[int, int, int] | None:
    """(year, month, day), tried from the form that can mean only one thing to the one that is a guess."""
    if found := _DAY_MONTH.search(text):
        month = _month(found[2])
        return (_year(found[3]), month, int(found[1])) if month else None
    if found := _ISO.search(text):
        return int(found[1]), int(found[2]), int(found[3])
    for found in _MONTH_DAY.finditer(text):
        year = _YEAR.search(text, found.end())
        if year and (month := _month(found[1])):
            return int(year[1]), month, int(found[2])
    if found := _NUMBERS.search(text):
        first, second = int(found[1]), int(found[2])
        return (int(found[3]), first, second) if second > 12 else (int(found[3]), second, first)
    return None


def _month(name: str) -> int | None:
    name = name.lower()
    return _MONTHS.get(name[:4]) or _MONTHS.get(name[:3])


def _year(digits: str) -> int:
    """RFC 5322, 4.3: two digits are 1950 to 2049; three are counted from 1900 (a Y2K bug that is still sent)."""
    year = int(digits)
    if len(digits) == 2:
        return year + (2000 if year < 50 else 1900)
    return year + 1900 if len(digits) == 3 else year


def _zone(rest: str) -> tuple[int, bool]:
    """Minutes east of Greenwich, and whether the sender said so."""
    if found := _OFFSET.match(rest.strip()):
        hours, minutes = int(found[2]), int(found[3])
        total = hours * 60 + minutes
        if total >= 24 * 60:
            return 0, False
        return (-total if found[1] == "-" else total), not (found[1] == "-" and total == 0)
    name = re.match(r"\s*([A-Za-z]{1,5})\b", rest)
    if name and name[1].lower() in _ZONES:
        return _ZONES[name[1].lower()], True
    if found := _OFFSET.search(rest):
        return _zone(found[0])
    return 0, False
