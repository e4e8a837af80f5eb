"""The week of a desk: spans of opening hours, and reading them as people write them in the config file.

"Mon-Thu 09:00-17:30", "Sat, Sun 22:00-06:00". A line names a day, a range or a list of days, then one or more spans;
after spans further days may follow. A span that ends before it begins runs overnight, for at most 15 hours: a longer
one is taken for a slip. "00:00-24:00" is the whole day. Days are English, short or in full, in any case. What cannot be
read, and spans that overlap, are ``ValueError`` with a sentence that quotes the line and shows what would be right.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

DAY = 24 * 60
_LONGEST_NIGHT = (
    15 * 60
)  # a night desk may work from 18:00 to 09:00; "17:30-09:00" are office hours the wrong way round


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Open from ``start`` to ``end``, minutes of the wall clock from midnight of ``day`` (0 is Monday).

    An overnight span ends after 24 * 60, on the next day.
    """

    day: int
    start: int
    end: int

    def __post_init__(self) -> None:
        if not (0 <= self.day <= 6 and 0 <= self.start < DAY and self.start < self.end <= self.start + DAY):
            raise ValueError(f"{self.start}-{self.end} on day {self.day} is not a span of opening hours.")


DAY_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def minute_text(minute: int) -> str:
    """A minute of the day as "09:00"; the end of the day is "24:00"."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def span_text(start: int, end: int) -> str:
    """A span as people write it: "22:00-06:00"."""
    return f"{minute_text(start)}-{minute_text(end if end <= DAY else end - DAY)}"


def check_overlaps(spans: Sequence[Span]) -> None:
    """Raise ``ValueError`` with a sentence where two spans of the week overlap; spans that touch are fine."""
    week = 7 * DAY
    absolute = sorted((span.day * DAY + span.start, span.day * DAY + span.end, span) for span in spans)
    if not absolute:
        return
    first = absolute[0]
    wrapped = [*absolute, (first[0] + week, first[1] + week, first[2])]
    for (_, end, span), (start, _, following) in pairwise(wrapped):
        if start < end:
            raise ValueError(
                f"The hours {DAY_NAMES[span.day]} {span_text(span.start, span.end)} and {DAY_NAMES[following.day]} "
                f"{span_text(following.start, following.end)} overlap; write each open minute once."
            )


_FULL = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_EXTRA = {"tues": 1, "weds": 2, "thur": 3, "thurs": 3}
_SHORT = tuple(name.lower() for name in DAY_NAMES)
_DAYS = {name: day for names in (_SHORT, _FULL) for day, name in enumerate(names)} | _EXTRA
_SPAN = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")
_RANGE = re.compile(r"([a-z]+)(?:-([a-z]+))?")


def parse_hours(lines: Sequence[str]) -> tuple[Span, ...]:
    """The weekly spans of these lines, sorted by day. Overlaps and what cannot be read are ``ValueError``."""
    if not lines:
        raise ValueError(
            'A desk needs hours: write hours = ["Mon-Fri 09:00-17:00"], or around the clock ["Mon-Sun 00:00-24:00"].'
        )
    spans = sorted(span for line in lines for span in _line(line))
    for first, second in pairwise(spans):
        if first == second:
            day = f"{DAY_NAMES[first.day]} {span_text(first.start, first.end)}"
            raise ValueError(f"The hours {day} are there twice; they overlap, write them once.")
    check_overlaps(spans)
    return tuple(spans)


def parse_open_days(lines: Sequence[str]) -> tuple[tuple[date, tuple[tuple[int, int], ...]], ...]:
    """Several extra open days. Days named twice, and a night that runs into the next, are ``ValueError``."""
    days = sorted(parse_open_day(line) for line in lines)
    for (day, spans), (following, later) in pairwise(days):
        if day == following:
            raise ValueError(f"{day} is there twice; write its spans on one line.")
        if (following - day).days == 1 and spans[-1][1] - DAY > later[0][0]:
            first, second = span_text(*spans[-1]), span_text(*later[0])
            raise ValueError(f"{day} {first} and {following} {second} overlap; write each open minute once.")
    return tuple(days)


def parse_open_day(line: str) -> tuple[date, tuple[tuple[int, int], ...]]:
    """An extra open day with its spans, "2026-12-05 10:00-14:00, 15:00-16:00", for ``ServiceTime.open_days``."""
    day, *rest = _tokens(line) or [""]
    try:
        when = date.fromisoformat(day)
    except ValueError:
        raise ValueError(f'"{line}" is not an open day; write it as "2026-12-05 10:00-14:00".') from None
    if not rest:
        raise ValueError(f'"{line}" says no hours; write it as "{day} 10:00-14:00".')
    spans = sorted(_span(token, line) for token in rest)
    check_overlaps([Span(when.weekday(), *span) for span in spans])
    return when, tuple(spans)


def _line(line: str) -> Iterable[Span]:
    days: list[int] = []
    spans_of_days = 0
    for token in _tokens(line):
        if token[0].isdigit():
            if not days:
                raise ValueError(f'"{line}" has hours before it names a day; write it as "Mon-Fri 09:00-17:00".')
            start, end = _span(token, line)
            spans_of_days += 1
            yield from (Span(day, start, end) for day in days)
        else:
            days = _days(token, line) if spans_of_days else days + _days(token, line)
            spans_of_days = 0
    if not spans_of_days:
        raise ValueError(f'"{line}" says no hours; write it as "Mon-Fri 09:00-17:00".')


def _tokens(line: str) -> list[str]:
    plain = re.sub(r"[\u2010-\u2015\u2212]", "-", line.replace("\u00a0", " ").lower())
    return re.sub(r"\s*-\s*", "-", plain).replace(",", " ").replace(";", " ").split()


def _days(token: str, line: str) -> list[int]:
    found = _RANGE.fullmatch(token.rstrip(".:"))
    names = [name for name in found.groups() if name] if found else []
    if not names or any(name not in _DAYS for name in names):
        raise ValueError(f'"{token}" in "{line}" is not a day; write Mon, Tue, Wed, Thu, Fri, Sat or Sun.')
    first, last = _DAYS[names[0]], _DAYS[names[-1]]
    return [(first + step) % 7 for step in range((last - first) % 7 + 1)]


def _span(token: str, line: str) -> tuple[int, int]:
    found = _SPAN.fullmatch(token)
    if found is None:
        raise ValueError(f'"{token}" in "{line}" is not a span of hours; write it as "09:00-17:30".')
    numbers = [int(number) for number in found.groups()]
    start, end = (_minute(hour, minute, line) for hour, minute in (numbers[:2], numbers[2:]))
    if start in (DAY, end):
        raise ValueError(f'"{token}" in "{line}" has no length; write "00:00-24:00" for the whole day.')
    if end + DAY - start > _LONGEST_NIGHT and end < start:
        early, late = minute_text(end), minute_text(start)
        raise ValueError(
            f'"{token}" in "{line}" ends before it begins: it would last over {_LONGEST_NIGHT // 60} hours overnight. '
            f'Write "{early}-{late}", or, if the night is meant, "{late}-24:00" and "00:00-{early}" on the day after.'
        )
    return start, end if end > start else end + DAY


def _minute(hour: int, minute: int, line: str) -> int:
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        raise ValueError(f'{hour:02d}:{minute:02d} in "{line}" is not a time of day; write one from 00:00 to 24:00.')
    return hour * 60 + minute
