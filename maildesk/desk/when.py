"""Times as people write them, in English and German: "tomorrow 10:00", "3 days", "Freitag", "24.11. 14:00".

A time of day is on the desk's clock. A day without one means the desk's opening that day, or its closing where the time
is a limit (``limit=True``: a promise by Friday is kept on Friday). A weekday is the coming one, never today; a date
without a year is the next such date. Hours and minutes are hours and minutes; days, weeks and working days end at the
same time of day, moved into desk hours.

What cannot be read, is past, is ambiguous (11/12), or is a closed day without a time is ``ValueError`` with a sentence
that says what would be right. What it does not do: guess.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from maildesk.desk import when_words as words
from maildesk.desk.hours import ServiceTime, zone_of

_EXAMPLES = '"tomorrow 10:00", "3 days" or "24 Nov 14:00"'
_FURTHEST = timedelta(days=731)
_DAY = timedelta(days=1)
_SPAN = re.compile(r"(\d{1,4})\s*([^\W\d_]+)")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})t?")
_GERMAN = re.compile(r"(\d{1,2})\.\s*(\d{1,2})\.\s*(\d{4}|\d{2})?")
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})(?:/(\d{4}|\d{2}))?")
_DAY_MONTH = re.compile(r"(\d{1,2})(?:\.|st|nd|rd|th)?\s+(?:of\s+)?([^\W\d_]+)\.?,?(?:\s+(\d{4}))?")
_MONTH_DAY = re.compile(r"([^\W\d_]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?(?:\s+(\d{4}))?")
_TIMES = (
    re.compile(r"(?<![\d.])(\d{1,2})[:h](\d{2})(?::\d{2})?\s*(am|pm|a\.m\.|p\.m\.)?(?:\s*(?:uhr|h))?(?!\w)"),
    re.compile(r"(?<![\d.])(\d{1,2})\.(\d{2})\s*()uhr(?!\w)"),
    re.compile(r"(?<![\d.])(\d{1,2})()\s*(am|pm|a\.m\.|p\.m\.)(?!\w)"),
    re.compile(r"(?<![\d.])(\d{1,2})()\s*()(?:uhr|o'clock)(?!\w)"),
)


@dataclass(frozen=True, slots=True)
class _Clock:
    """What reading needs to know: the moment now on the desk's wall, and whether a time is a limit."""

    now: datetime
    service: ServiceTime
    limit: bool
    moves: bool = False

    def at(self, day: date, of_day: time) -> datetime:
        return datetime.combine(day, of_day, zone_of(self.service.zone)).astimezone(UTC)

    @property
    def today(self) -> date:
        return self.now.date()


def read_when(text: str, now: datetime, service: ServiceTime, *, limit: bool = False, moves: bool = False) -> datetime:
    """The moment in UTC, after ``now``, that ``text`` means at this desk. Raises ``ValueError`` with a sentence.

    ``moves``: a closed day means the next one on which the desk opens, where nothing is promised of that day.
    """
    clock = _Clock(now.astimezone(zone_of(service.zone)), service, limit, moves)
    plain = _plain(text)
    found = _moment(plain, clock) if plain else None
    if found is None:
        raise ValueError(f'"{text.strip()}" is not a time; write one such as {_EXAMPLES}.')
    if found <= now:
        raise ValueError(f'"{text.strip()}" is not in the future; write a later time.')
    if found - now > _FURTHEST:
        raise ValueError(f'"{text.strip()}" is over two years away; write a nearer time.')
    return found.astimezone(UTC)


def read_time_of_day(text: str) -> time:
    """A time of day: "9:00", "9 Uhr", "9am", "9". Raises ``ValueError`` with a sentence."""
    plain = _plain(text)
    of_day, rest = _take_time(plain)
    if of_day is None and plain.isdigit() and int(plain) < 24:
        return time(int(plain))
    if of_day is None or rest:
        raise ValueError(f'"{text.strip()}" is not a time of day; write one such as "9:00".')
    return of_day


def _moment(plain: str, clock: _Clock) -> datetime | None:
    span = _after(plain, clock)
    if span is not None:
        return span
    of_day, rest = _take_time(plain)
    part, rest = ("", rest) if of_day else _take_part(rest)
    if part == "noon":
        of_day = time(12)
    if not rest:
        return _later_today(of_day, part, clock)
    if rest in words.END_OF_WEEK or rest in words.END_OF_MONTH:
        part = part or "evening"
    day = _day(rest, clock)
    return None if day is None else _on(day, of_day, part, clock)


def _on(day: date, of_day: time | None, part: str, clock: _Clock) -> datetime:
    if of_day is not None:
        return clock.at(day, of_day)
    begins, ends = clock.at(day, time(0)), clock.at(day + _DAY, time(0))
    opens = clock.service.next_opening(max(begins, clock.now.astimezone(UTC)))
    if opens >= ends and clock.moves:
        return opens
    if opens >= ends:
        closed = "has closed already" if day == clock.today else "is closed"
        raise ValueError(f"The desk {closed} on {day.isoformat()}; name another day, or a time of day.")
    return _last_closing(begins, ends, clock) if part == "evening" or (clock.limit and not part) else opens


def _last_closing(begins: datetime, ends: datetime, clock: _Clock) -> datetime:
    """The end of the last stretch of the day; midnight where the desk stays open over it."""
    return min(ends, clock.service.last_open_moment_before(ends - timedelta(minutes=1)) + timedelta(minutes=1))


def _later_today(of_day: time | None, part: str, clock: _Clock) -> datetime | None:
    """A time of day alone: the next such time. A part of the day alone: today's."""
    if of_day is None:
        return _on(clock.today, None, part, clock) if part else None
    today = clock.at(clock.today, of_day)
    return today if today > clock.now else clock.at(clock.today + _DAY, of_day)


def _after(plain: str, clock: _Clock) -> datetime | None:
    """ "3 days", "1h30m", "two working days": that much after now."""
    minutes = days = working = 0
    rest = _spell_out(plain)
    while rest:
        found = _SPAN.match(rest)
        if found is None:
            return None
        number, unit, rest = int(found[1]), found[2], rest[found.end() :].strip().removeprefix("and ")
        if unit in words.WORKING:
            unit, _, rest = rest.partition(" ")
            working += number * (unit in words.DAYS_IN)
        elif unit in words.WORKING_DAYS:
            working += number
        elif unit in words.MINUTES_IN:
            minutes += number * words.MINUTES_IN[unit]
        elif unit in words.DAYS_IN:
            days += number * words.DAYS_IN[unit]
        else:
            return None
    return _walk(minutes, days, working, clock) if minutes or days or working else None


def _walk(minutes: int, days: int, working: int, clock: _Clock) -> datetime:
    if working > 1000 or days > 10_000:
        raise ValueError("That is over two years away; write a nearer time.")
    day = clock.today + days * _DAY
    while working:
        day += _DAY
        begins = clock.at(day, time(0))
        working -= clock.service.next_opening(begins) < clock.at(day + _DAY, time(0))
    at = clock.at(day, clock.now.timetz().replace(tzinfo=None)) + timedelta(minutes=minutes)
    if minutes or clock.service.is_open(at):
        return at
    closing = clock.service.next_closing(at) if clock.limit else None
    return closing or clock.service.next_opening(at)


def _spell_out(plain: str) -> str:
    first, _, rest = plain.partition(" ")
    rest = rest.removeprefix("of ") if first == "couple" else rest
    return f"{words.NUMBERS[first]} {rest}" if first in words.NUMBERS and rest else plain


def _day(plain: str, clock: _Clock) -> date | None:
    if plain in words.DAYS_AHEAD:
        return clock.today + words.DAYS_AHEAD[plain] * _DAY
    if plain in words.NEXT_WEEK:
        return clock.today + (7 - clock.today.weekday()) * _DAY
    if plain in words.END_OF_WEEK:
        return clock.today + ((4 - clock.today.weekday()) % 7) * _DAY
    if plain in words.END_OF_MONTH:
        return clock.today.replace(day=monthrange(clock.today.year, clock.today.month)[1])
    first, _, rest = plain.partition(" ")
    weekday = words.WEEKDAYS.get(first.rstrip(".,"))
    if weekday is None:
        return _date(plain, clock)
    if rest:  # "Friday, 27 November": the date says it all, if it is one
        return _date(_without_leading(rest), clock)
    return clock.today + ((weekday - clock.today.weekday() - 1) % 7 + 1) * _DAY


def _date(plain: str, clock: _Clock) -> date | None:
    for pattern, order in _DATE_PATTERNS:
        found = pattern.fullmatch(plain)
        if found is not None:
            return order(found.groups(), clock)
    return None


def _iso(parts: Sequence[str | None], clock: _Clock) -> date | None:
    year, month, day = (int(part or 0) for part in parts)
    return _valid(year, month, day)


def _german(parts: Sequence[str | None], clock: _Clock) -> date | None:
    return _coming(int(parts[0] or 0), int(parts[1] or 0), parts[2], clock)


def _slashed(parts: Sequence[str | None], clock: _Clock) -> date | None:
    first, second = int(parts[0] or 0), int(parts[1] or 0)
    if first != second and first <= 12 and second <= 12:
        raise ValueError(f'{first}/{second} can be read in two ways; write the month as a word, such as "24 Nov".')
    return _coming(max(first, second), min(first, second), parts[2], clock)


def _day_month(parts: Sequence[str | None], clock: _Clock) -> date | None:
    month = words.MONTHS.get(parts[1] or "")
    return None if month is None else _coming(int(parts[0] or 0), month, parts[2], clock)


def _month_day(parts: Sequence[str | None], clock: _Clock) -> date | None:
    return _day_month((parts[1], parts[0], parts[2]), clock)


_DATE_PATTERNS: tuple[tuple[re.Pattern[str], Callable[[Sequence[str | None], _Clock], date | None]], ...] = (
    (_ISO, _iso),
    (_GERMAN, _german),
    (_SLASHED, _slashed),
    (_DAY_MONTH, _day_month),
    (_MONTH_DAY, _month_day),
)


def _coming(day: int, month: int, year: str | None, clock: _Clock) -> date | None:
    if year:
        return _valid(int(year) + (2000 if len(year) == 2 else 0), month, day)
    years = (clock.today.year + ahead for ahead in range(9))  # a leap day can be eight years away
    found = (valid for each in years if (valid := _valid(each, month, day)) is not None)
    return next((each for each in found if each >= clock.today), None)


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _take_time(plain: str) -> tuple[time | None, str]:
    """The time of day in the text, and the rest."""
    for pattern in _TIMES:
        found = pattern.search(plain)
        if found is not None:
            hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "")[:1]
            if half and not 1 <= hour <= 12:
                return None, plain
            hour = hour % 12 + (12 if half == "p" else 0) if half else hour
            if hour > 23 or minute > 59:
                return None, plain
            before, behind = _without_trailing(plain[: found.start()]), plain[found.end() :]
            return time(hour, minute), _without_leading(f"{before} {behind}")
    return None, plain


def _take_part(plain: str) -> tuple[str, str]:
    """A part of the day at the end ("Friday morning", "morgen früh"), and the rest."""
    for name, endings in (("morning", words.MORNING), ("noon", words.NOON), ("evening", words.EVENING)):
        for ending in endings:
            if plain == ending and ending not in words.DAYS_AHEAD:
                return name, ""
            if plain.endswith(" " + ending):
                return name, _without_leading(plain.removesuffix(ending))
    return "", plain


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).casefold().replace("ß", "ss").replace("’", "'")
    return _without_leading(text.strip("\"'“”„«» \t"))


def _without_leading(text: str) -> str:
    """Single spaces, without the small words and commas around a time."""
    parts = text.replace(",", " ").split()
    whole = " ".join(parts)
    if whole in words.NEXT_WEEK or whole in words.DAYS_AHEAD:
        return whole
    while parts and parts[0] in words.LEADING:
        parts.pop(0)
        if " ".join(parts) in words.DAYS_AHEAD:
            break
    return " ".join(parts)


def _without_trailing(text: str) -> str:
    """Without the small words that stood before a time that was taken out; before that, "am" may be of the morning."""
    parts = text.split()
    while parts and parts[-1] in words.LEADING:
        parts.pop()
    return " ".join(parts)
