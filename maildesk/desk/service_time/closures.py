"""Closures of the company: when nobody works whatever the week says, once or again and again.

A closure is one of two things. Whole days close like ``closed_days``: from midnight to midnight on the desk's wall
clock, with the overnight shift that would begin on them. Hours close just those hours: of the desk's wall clock where
the calendar names no zone, else from one instant to the other.

Guarantees: recurring closures are worked out for one year at a time, when that year is asked for, so that a rule
without an end costs nothing until then and service time can be added over decades. Nothing changes after construction
but the memory of years already worked out; racing threads work out the same. RFC 5545, 3.8.5: the first start counts
even where the rule leaves it out; a length given by an end is exact (the same hours on the night of a clock change), a
length given as days is of the wall clock.

What it does not do: read files (``calendar_files.py``), or know a desk: ``hours.py`` decides what closures win over.
What can go wrong: nothing; what could is refused when the file is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any, TypeAlias

__all__ = ["Closed", "Closures", "Series"]

_REMEMBERED_YEARS = 64
_DAY = timedelta(days=1)

Closed: TypeAlias = tuple[datetime, datetime]
"""From when to when. Both naive: the wall clock of whoever asks. Both aware: instants, in UTC."""


@dataclass(frozen=True, slots=True)
class Series:
    """One event of a calendar with all its repetitions.

    ``starts`` are moments of the wall clock in ``zone`` (None: of the desk), midnights for whole days. ``rules`` yield
    such moments in order, without end for all we know. ``days`` and ``rest`` are the length: days by the wall clock,
    the rest by a stopwatch. ``without`` are the starts, or whole days, that do not take place.
    """

    starts: tuple[datetime, ...]
    days: int = 0
    rest: timedelta = timedelta(0)
    whole_days: bool = False
    zone: tzinfo | None = None
    rules: tuple[Any, ...] = ()  # dateutil.rrule.rrule, which carries no types
    without: frozenset[datetime | date] = frozenset()

    def between(self, first: date, last: date) -> Iterator[Closed]:
        """The closures that touch these days, and perhaps some around them. Those of whole days are naive."""
        reach = self.days * _DAY + self.rest + 2 * _DAY  # two: a zone may be a day away, and so may its length
        begin, end = _midnight(first, -reach), _midnight(last, 2 * _DAY)
        for start in sorted(self._starts(begin, end)):
            if start not in self.without and start.date() not in self.without:
                yield self._closed(start)

    def _starts(self, begin: datetime, end: datetime) -> set[datetime]:
        found = {start for start in self.starts if begin <= start <= end}
        for rule in self.rules:
            found.update(rule.between(begin, end, inc=True))
        return found

    def _closed(self, start: datetime) -> Closed:
        until = start + self.days * _DAY
        if self.zone is None:
            return start, until + self.rest
        return _instant(start, self.zone), _instant(until, self.zone) + self.rest


class Closures:
    """All closures of a desk, asked by year or by day."""

    __slots__ = ("_series", "_years")

    def __init__(self, series: Iterable[Series] = ()) -> None:
        self._series = tuple(series)
        self._years: dict[int, _Year] = {}

    def __bool__(self) -> bool:
        return bool(self._series)

    def days(self, year: int) -> frozenset[date]:
        """The days of that year that are closed as a whole."""
        return self._year(year).days

    def spans(self, day: date) -> Sequence[Closed]:
        """The hours that are closed on that day: of UTC where they are instants, else within a day of it."""
        return self._year(day.year).spans.get(day, ())

    def _year(self, year: int) -> _Year:
        known = self._years.get(year)
        if known is None:
            if len(self._years) >= _REMEMBERED_YEARS:
                self._years.clear()
            known = self._years[year] = _work_out(self._series, year)
        return known


@dataclass(frozen=True, slots=True)
class _Year:
    days: frozenset[date]
    spans: dict[date, list[Closed]] = field(default_factory=dict)


def _work_out(series: Iterable[Series], year: int) -> _Year:
    first, last = date(year, 1, 1), date(year, 12, 31)
    days: set[date] = set()
    spans: dict[date, list[Closed]] = {}
    for each in series:
        for start, end in each.between(first, last):
            if each.whole_days:
                days.update(_days(max(start.date(), first), min((end - _DAY).date(), last)))
                continue
            margin = timedelta(0) if start.tzinfo else _DAY
            begin, until = _shifted(start.date(), -margin), _shifted(end.date(), margin)
            for day in _days(max(begin, first), min(until, last)):
                spans.setdefault(day, []).append((start, end))
    return _Year(frozenset(days), spans)


def _days(first: date, last: date) -> Iterator[date]:
    return (date.fromordinal(each) for each in range(first.toordinal(), last.toordinal() + 1))


def _shifted(day: date, by: timedelta) -> date:
    return date.fromordinal(min(max(day.toordinal() + by.days, 1), date.max.toordinal()))


def _midnight(day: date, by: timedelta) -> datetime:
    """Midnight of that day, shifted; no further than the calendar goes."""
    midnight = datetime(day.year, day.month, day.day)
    try:
        return midnight + by
    except OverflowError:
        return datetime.min if by < timedelta(0) else datetime.max


def _instant(wall: datetime, zone: tzinfo) -> datetime:
    """The instant of a wall-clock moment; of one that the clock shows twice the first, of a skipped one that after."""
    return wall.replace(tzinfo=zone).astimezone(UTC)
