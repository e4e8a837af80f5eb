"""Times as people write them, in five languages: "tomorrow 10:00", "3 Tage", "el viernes", "demain 10h", "24.11.".

Which language it is need not be known: English, German, Spanish, French and Russian words are read beside each other
(``when_words``), with or without their accents. A time of day is on the desk's clock. A day without one means the
desk's opening that day, or its closing where the time is a limit (``limit=True``: a promise by Friday is kept on
Friday). A weekday is the coming one, never today; a date without a year is the next such date. Hours and minutes are
hours and minutes; days, weeks, months and working days end at the same time of day, moved into desk hours. "10h" alone
are ten hours; behind a day ("demain 10h") or "at" ("à 10h") it is ten o'clock.

What cannot be read, is past, is ambiguous (11/12; 17h; 5.12 without a time), or is a closed day without a time is
``ValueError`` with a sentence that says what would be right. What it does not do: guess.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from maildesk.desk.commands import when_words as words
from maildesk.desk.commands.when_dates import read_date
from maildesk.desk.commands.when_parts import Part, in_part, take_part, without_leading, without_trailing
from maildesk.desk.service_time.hours import ServiceTime, zone_of

_EXAMPLES = '"tomorrow 10:00", "3 days" or "24 Nov 14:00"'
_FURTHEST = timedelta(days=731)
_DAY = timedelta(days=1)
_AFTERNOON = time(14)
_AND = re.compile(r"(?:and|und|y|et|и) ")
_SPAN = re.compile(r"(\d{1,4})\s*([^\W\d_]+)")
_AM = r"am|a\. ?m\.|de la manana|du matin|утра"
_PM = r"pm|p\. ?m\.|de la (?:tarde|noche)|du soir|de l'apres-midi|вечера"
_HALVES = re.compile(rf"(?P<am>{_AM})|(?P<pm>{_PM}|дня)")
_HOURS = r"uhr|o'clock|h|hs|heures?|horas?|часов|часа|час|ч\.?"
_MINUTES = r"minutes?|minutos?|minuten|минут[аы]?|мин\.?|min"
_TIMES = (
    re.compile(
        rf"(?<![\d.])(\d{{1,2}})(?::|\s?(?:h|heures?|uhr|часов|часа|час)\s?)(\d{{2}})(?::\d{{2}})?"
        rf"\s*({_AM}|{_PM})?(?:\s*(?:uhr|hs?|{_MINUTES}))?(?!\w)"
    ),
    re.compile(r"(?<![\d.])(\d{1,2})\.(\d{2})\s*()uhr(?!\w)"),
    re.compile(rf"(?<![\d.])(\d{{1,2}})()\s*(?:h|heures?|часов|часа|час)?\s*({_AM}|{_PM})(?!\w)"),
    re.compile(rf"(?<![\d.])(\d{{1,2}})()\s*()(?:{_HOURS})(?!\w)"),
)
_AT = re.compile(
    rf"(?<!\S)(?:at|um|a las?|a|в)\s+(\d{{1,2}})(?:[.:](\d{{2}}))?\s*(?:(?:{_HOURS})(?!\w))?\s*({_AM}|{_PM}|дня)?"
    rf"(?=$|\s)(?!\s*(?:\d|(?:{_HOURS})(?!\w)))"
)
"""A time of day by the word before it: "at 10", "a las 10", "à 10h", "в 10 часов"."""


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
    of_day, rest = _take_time(plain, _AT)
    of_day, rest = (of_day, rest) if of_day else _take_time(plain)
    if of_day is None and plain.isdigit() and int(plain) < 24:
        return time(int(plain))
    if of_day is None or rest:
        raise ValueError(f'"{text.strip()}" is not a time of day; write one such as "9:00".')
    return of_day


def _moment(plain: str, clock: _Clock) -> datetime | None:
    of_day, rest = _take_time(plain, _AT)
    bare = of_day is not None and not of_day.minute and _IS_BARE.search(plain) is not None
    span = None if of_day else _after(plain, clock)
    if span is not None:
        _check_hours(plain, span, clock)
        return span
    of_day, rest = (of_day, rest) if of_day else _take_time(plain)
    of_day, rest, bare = (of_day, rest, bare) if of_day else _take_hour(rest)
    part, rest = take_part(rest)
    if of_day is None and part == "noon":
        of_day = time(12)
    of_day = in_part(of_day, part) if of_day else None
    if not rest:
        return _later_today(of_day, part, clock, bare=bare and not part)
    if rest in words.END_OF_WEEK or rest in words.END_OF_MONTH:
        part = part or "evening"
    day = _day(rest, clock, timed=of_day is not None)
    if day is not None and of_day is not None and bare and not part:
        of_day = _in_desk_hours(day, of_day, clock)
    return None if day is None else _on(day, of_day, part, clock)


_IS_BARE = re.compile(rf"(?:at|a las?|a|um|в)\s+0?(?!0)\d{{1,2}}(?!\s*(?:[:.\d]|{_HOURS}|{_AM}|{_PM}|дня)|\d)")
_HOUR_BEHIND = re.compile(r"(?P<day>.+?)\s+(?P<hour>1?\d|2[0-3])")


def _take_hour(plain: str) -> tuple[time | None, str, bool]:
    """ "tomorrow 9": an hour alone behind a day; behind a weekday it may be a date ("Friday 27")."""
    found = _HOUR_BEHIND.fullmatch(plain)
    if found is None or found["day"] not in words.DAYS_AHEAD:
        return None, plain, False
    return time(int(found["hour"])), found["day"], True


def _in_desk_hours(day: date, of_day: time, clock: _Clock) -> time:
    """ "at 3" is 15:00 where the desk works then, and not at 03:00; nobody means the night without a word of it."""
    if not 1 <= of_day.hour < 12:
        return of_day
    later = of_day.replace(hour=of_day.hour + 12)
    now, then = clock.at(day, of_day), clock.at(day, later) - timedelta(minutes=1)
    return later if not clock.service.is_open(now) and clock.service.is_open(then) else of_day


_HOURS_ALONE = re.compile(r"(\d{1,2}) ?h")


def _check_hours(plain: str, after: datetime, clock: _Clock) -> None:
    """ "17h" alone may be five o'clock in the afternoon (French, Spanish), and hours: who wrote it is asked.

    Small numbers are hours, unless they end in the night, and the desk is open at that hour.
    """
    found = _HOURS_ALONE.fullmatch(plain)
    hour = int(found[1]) if found else 24
    if hour > 23 or (hour < 13 and clock.service.is_open(after)):
        return
    days = (clock.today, clock.today + _DAY)
    if hour >= 13 or any(clock.service.is_open(clock.at(day, time(hour))) for day in days):
        raise ValueError(f'{hour}h can be read in two ways; write "{hour}:00" or "in {hour} hours".')


def _on(day: date, of_day: time | None, part: Part, clock: _Clock) -> datetime:
    if of_day is not None:
        return clock.at(day, of_day)
    if part == "afternoon" and not clock.limit and clock.service.is_open(clock.at(day, _AFTERNOON)):
        return clock.at(day, _AFTERNOON)
    begins, ends = clock.at(day, time(0)), clock.at(day + _DAY, time(0))
    opens = clock.service.next_opening(max(begins, clock.now.astimezone(UTC)))
    if opens >= ends and clock.moves:
        return opens
    if opens >= ends:
        closed = "has closed already" if day == clock.today else "is closed"
        raise ValueError(f"The desk {closed} on {day.isoformat()}; name another day, or a time of day.")
    closes = part in ("afternoon", "evening") or (clock.limit and not part)
    return _last_closing(begins, ends, clock) if closes else opens


def _last_closing(begins: datetime, ends: datetime, clock: _Clock) -> datetime:
    """The end of the last stretch of the day; midnight where the desk stays open over it."""
    return min(ends, clock.service.last_open_moment_before(ends - timedelta(minutes=1)) + timedelta(minutes=1))


def _later_today(of_day: time | None, part: Part, clock: _Clock, *, bare: bool) -> datetime | None:
    """A time of day alone: the next such time. A part of the day alone: today's."""
    if of_day is None:
        return _on(clock.today, None, part, clock) if part else None
    for day in (clock.today, clock.today + _DAY):
        at = clock.at(day, _in_desk_hours(day, of_day, clock) if bare else of_day)
        if at > clock.now:
            return at
    return None


def _after(plain: str, clock: _Clock) -> datetime | None:
    """ "3 days", "1h30m", "two working days", "3 días hábiles", "через час": that much after now."""
    minutes = days = working = months = 0
    rest = _spell_out(without_leading(plain))
    while rest:
        found = _SPAN.match(rest)
        if found is None:
            return None
        number, unit, rest = int(found[1]), found[2], _AND.sub("", rest[found.end() :].strip(), count=1)
        next_, _, behind = rest.partition(" ")
        if unit in words.WORKING and next_ in words.DAYS_IN:
            working, rest = working + number, behind
        elif unit in words.WORKING_DAYS or (words.DAYS_IN.get(unit) == 1 and next_ in words.WORKING):
            working, rest = working + number, rest if unit in words.WORKING_DAYS else behind
        elif unit in words.MINUTES_IN:
            minutes += number * words.MINUTES_IN[unit]
        elif unit in words.DAYS_IN:
            days += number * words.DAYS_IN[unit]
        elif unit in words.MONTHS_IN:
            months += number
        else:
            return None
    if months > 24:
        raise ValueError("That is over two years away; write a nearer time.")
    days += (_months_on(clock.today, months) - clock.today).days
    return _walk(minutes, days, working, clock) if minutes or days or working else None


def _months_on(day: date, months: int) -> date:
    """The same day of that month, or its last."""
    year, month = divmod(day.month - 1 + months, 12)
    return date(day.year + year, month + 1, min(day.day, monthrange(day.year + year, month + 1)[1]))


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
    if plain in words.HALVES:
        return f"{words.HALVES[plain]} min"
    if plain in words.ONE_OF:
        return f"1 {plain}"
    first, _, rest = plain.partition(" ")
    rest = rest.removeprefix("of ") if first == "couple" else rest
    return f"{words.NUMBERS[first]} {rest}" if first in words.NUMBERS and rest else plain


def _day(plain: str, clock: _Clock, *, timed: bool = False) -> date | None:
    if plain in words.DAYS_AHEAD:
        return clock.today + words.DAYS_AHEAD[plain] * _DAY
    if plain in words.NEXT_WEEK:
        return clock.today + (7 - clock.today.weekday()) * _DAY
    if plain in words.END_OF_WEEK:
        return clock.today + ((4 - clock.today.weekday()) % 7) * _DAY
    if plain in words.END_OF_MONTH:
        return clock.today.replace(day=monthrange(clock.today.year, clock.today.month)[1])
    if plain in words.NEXT_MONTH:
        return _first_open(_months_on(clock.today.replace(day=1), 1), clock)
    within = next((each for each in words.NEXT_WEEK if plain.startswith(f"{each} ") or plain.endswith(f" {each}")), "")
    named = without_trailing(without_leading(plain.replace(within, " "))).strip() if within else ""
    if named in words.WEEKDAYS:  # "Thursday next week"
        return clock.today + (7 - clock.today.weekday() + words.WEEKDAYS[named]) * _DAY
    first, _, rest = plain.partition(" ")
    weekday = words.WEEKDAYS.get(first.rstrip(".,"))
    if weekday is None:
        return read_date(plain, clock.today, timed=timed)
    if rest and rest not in words.COMING:  # "Friday, 27 November": the date says it all, if it is one; "mar 3" is March
        return read_date(without_leading(rest), clock.today, timed=timed) or read_date(plain, clock.today, timed=timed)
    return clock.today + ((weekday - clock.today.weekday() - 1) % 7 + 1) * _DAY


def _first_open(day: date, clock: _Clock) -> date:
    """The first day from this one on that the desk works."""
    return clock.service.next_opening(clock.at(day, time(0))).astimezone(zone_of(clock.service.zone)).date()


def _take_time(plain: str, *patterns: re.Pattern[str]) -> tuple[time | None, str]:
    """The time of day in the text, and the rest without small words around it."""
    for pattern in patterns or _TIMES:
        found = pattern.search(plain)
        if found is not None:
            hour, minute, half = int(found[1]), int(found[2] or 0), _HALVES.fullmatch(found[3] or "")
            if half and not 1 <= hour <= 12:
                return None, plain
            hour = hour % 12 + (12 if half["pm"] else 0) if half else hour
            before, behind = without_trailing(plain[: found.start()]), plain[found.end() :]
            rest = without_leading(f"{before} {behind}")
            if hour > 23 or minute > 59 or (patterns and rest.partition(" ")[0].rstrip(".,") in words.NO_TIME):
                return None, without_leading(plain)
            return time(hour, minute), rest
    return None, without_leading(plain)


def _plain(text: str) -> str:
    """The words alone: small letters, no accents, no quotes or commas around them, single spaces."""
    text = words.folded(text).replace("ß", "ss").replace("’", "'").replace(",", " ")
    return " ".join(text.strip("\"'“”„«» \t").split())
