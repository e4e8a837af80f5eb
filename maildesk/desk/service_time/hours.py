"""Service time: when a desk's people work, and arithmetic in that time.

A desk is open at a moment exactly when the clock on its wall shows a time inside one of its spans. That one sentence is
the whole definition; everything here is derived from it, so it is exact over daylight saving (an hour that the clock
skips is nobody's working time; an hour that it shows twice is worked twice), year ends and leap days.

Guarantees: all moments that come out are aware and in UTC; walks end: a calendar without an open minute within
``HORIZON_DAYS`` raises ``NeverOpen`` with a sentence instead of searching for ever. Spans are half-open: at 17:30 a
desk with "09:00-17:30" is closed. A closed day (holiday or extra) is closed from midnight to midnight, and the
overnight shift that would begin on it is not worked either; of two readings that is the one which promises less. A
closure of hours closes just those, and the rest of a shift is worked. An extra open day has its own spans instead of
the week's, and wins over holidays and closures from midnight to midnight.

What it does not do: know holidays or closures (they are handed in, made by ``public_holidays.py`` of a region's code
and by ``calendar_files.py`` of .ics files), read a clock, or word anything. What can go wrong: naive datetimes,
overlapping spans and unknown zones are ``ValueError`` with a sentence for the config file's author. Reading hours as
people write them is in ``week.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from maildesk.desk.service_time.closures import Closed, Closures
from maildesk.desk.service_time.week import DAY, Span, check_overlaps, parse_hours, parse_open_day
from maildesk.desk.service_time.zones import pieces, zone_of

__all__ = ["NeverOpen", "ServiceTime", "Span", "around_the_clock", "parse_hours", "parse_open_day", "zone_of"]

HORIZON_DAYS = 400  # above a year: a desk that opens once a year on a moving day is still a desk
_CACHED_DAYS = 4_000  # some eleven years of one desk; a bound, not a tuning knob
_MINUTE = timedelta(minutes=1)
_ZERO = timedelta(0)
_LAST_DAY = date.max.toordinal() - 2

Interval = tuple[datetime, datetime]
HolidaysOf = Callable[[int], frozenset[date]]
"""The public holidays of a year."""


class NeverOpen(ValueError):
    """The calendar has no open minute within ``HORIZON_DAYS``; ``str()`` is a sentence."""


def _none(year: int) -> frozenset[date]:
    return frozenset()


@dataclass(frozen=True, slots=True)
class ServiceTime:
    """The calendar of one desk. Construct it once and keep it: it remembers the days it has worked out.

    ``holidays`` is a set of days, or a function from a year to that year's. ``closed`` are the company's own closed
    days, ``closures`` those of its calendar files, days and hours. ``open_days`` maps a day to its
    spans (minutes from midnight, as in ``Span``), whatever else holds that day.
    """

    zone: str
    weekly: tuple[Span, ...]
    holidays: frozenset[date] | HolidaysOf = _none
    closed: frozenset[date] = frozenset()
    open_days: Mapping[date, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    closures: Closures | None = None
    _info: ZoneInfo = field(init=False, repr=False, compare=False)
    _days: dict[int, tuple[Interval, ...]] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_info", zone_of(self.zone))
        if not self.weekly and not self.open_days:
            raise ValueError('A desk needs hours, such as hours = ["Mon-Fri 09:00-17:00"].')
        check_overlaps(self.weekly)
        for day in sorted(self.closed & frozenset(self.open_days)):
            raise ValueError(f"{day.isoformat()} is both an extra open and an extra closed day; keep one of them.")

    # What people ask of a calendar

    @property
    def always_open(self) -> bool:
        """Whether there is no closed minute at all, so that nothing ever opens."""
        whole = sum(span.end - span.start for span in self.weekly) == 7 * DAY
        return whole and not (self.closed or self.open_days or self.closures) and self.holidays in (_none, frozenset())

    def is_open(self, at: datetime) -> bool:
        """Whether the desk is open at that moment."""
        at = _utc(at)
        return any(start <= at < end for start, end in self._day(at.toordinal()))

    def add(self, start: datetime, business: timedelta) -> datetime:
        """The first moment at which ``business`` of service time has passed since ``start``.

        So nothing added is ``start`` itself, open or not, and a span that is used up to its end gives the closing time,
        not the next opening. ``business`` is not negative (``ValueError``). Raises ``NeverOpen``.
        """
        start = _utc(start)
        if business < _ZERO:
            raise ValueError("Service time can only be added forwards.")
        if business == _ZERO:
            return start
        for begin, end in self._intervals(start):
            if business <= end - begin:
                return begin + business
            business -= end - begin
        raise NeverOpen(self._never(start))

    def between(self, a: datetime, b: datetime) -> timedelta:
        """The service time from ``a`` to ``b``; negative where ``b`` comes first."""
        a, b = _utc(a), _utc(b)
        if b < a:
            return -self.between(b, a)
        total = _ZERO
        for day in range(a.toordinal(), b.toordinal() + 1):
            for begin, end in self._day(day):
                total += max(_ZERO, min(end, b) - max(begin, a))
        return total

    def next_opening(self, at: datetime) -> datetime:
        """The first open moment at or after ``at``: ``at`` itself where the desk is open. Raises ``NeverOpen``."""
        at = _utc(at)
        for begin, _ in self._intervals(at):
            return begin
        raise NeverOpen(self._never(at))

    def next_closing(self, at: datetime) -> datetime | None:
        """The end of the open stretch at ``at``, or of the next one; None where it lasts over ``HORIZON_DAYS``."""
        at = _utc(at)
        if self.always_open:
            return None
        closing: datetime | None = None
        for begin, end in self._intervals(at):
            if closing is not None and begin > closing:
                return closing
            if (end - at).days > HORIZON_DAYS:
                return None
            closing = end
        if closing is None:
            raise NeverOpen(self._never(at))
        return closing

    def opened_at(self, at: datetime) -> datetime | None:
        """When the open stretch around ``at`` began; None where the desk is closed then, or open over the horizon."""
        at = _utc(at)
        if self.always_open or not self.is_open(at):
            return None
        opening = at
        for begin, end in self._intervals_before(at):
            if end < opening:
                return opening
            if (at - begin).days > HORIZON_DAYS:
                return None
            opening = begin
        return opening

    def last_open_moment_before(self, at: datetime) -> datetime:
        """The last moment at or before ``at`` in which somebody works: ``at`` itself where the desk is open.

        Otherwise one minute before the closing (or the opening, of a span that is shorter), so that what is started
        then still leaves in hours. Raises ``NeverOpen``.
        """
        at = _utc(at)
        if self.is_open(at):
            return at
        for begin, end in self._intervals_before(at):
            return max(begin, end - _MINUTE)
        raise NeverOpen(self._never(at))

    # How the answers are found: open intervals of each UTC day, walked in order

    def _intervals(self, at: datetime) -> Iterator[Interval]:
        """Open intervals from ``at`` on, cut at UTC midnights; ends after ``HORIZON_DAYS`` days without one."""
        day, idle = at.toordinal(), 0
        while idle <= HORIZON_DAYS and day <= _LAST_DAY:
            idle += 1
            for begin, end in self._day(day):
                if end > at:
                    idle = 0
                    yield max(begin, at), end
            day += 1

    def _intervals_before(self, at: datetime) -> Iterator[Interval]:
        """Open intervals up to ``at``, the latest first."""
        day, idle = at.toordinal(), 0
        while idle <= HORIZON_DAYS and day > 2:
            idle += 1
            for begin, end in reversed(self._day(day)):
                if begin < at:
                    idle = 0
                    yield begin, min(end, at)
            day -= 1

    def _day(self, ordinal: int) -> tuple[Interval, ...]:
        """The open intervals of one UTC day. Racing threads compute the same, so the dict needs no lock."""
        known = self._days.get(ordinal)
        if known is None:
            if len(self._days) >= _CACHED_DAYS:
                self._days.clear()
            known = self._days[ordinal] = tuple(self._work_out(ordinal))
        return known

    def _work_out(self, ordinal: int) -> Iterator[Interval]:
        """Map each wall-clock span through the offset in force; UTC days, because local ones can come twice."""
        begin: datetime | None = None
        end = begin
        for opens, closes in self._stretches(ordinal):
            if begin is not None and end is not None and opens > end:
                yield begin, end
                begin = None
            begin, end = begin or opens, closes
        if begin is not None and end is not None:
            yield begin, end

    def _stretches(self, ordinal: int) -> Iterator[Interval]:
        """What is open on one UTC day, in order; stretches may touch."""
        closed = self.closures.spans(date.fromordinal(ordinal)) if self.closures else ()
        for piece_start, piece_end, offset in pieces(self._info, ordinal):
            shut = sorted(_at_offset(span, offset) for span in closed)
            local = (piece_start + offset).toordinal()
            for number in range(local, (piece_end + offset).toordinal() + 1):
                midnight = datetime.fromordinal(number).replace(tzinfo=UTC) - offset
                day = date.fromordinal(number)
                for first, last in self._wall(day):
                    opens = max(piece_start, midnight + first * _MINUTE)
                    closes = min(piece_end, midnight + last * _MINUTE)
                    if opens < closes:
                        yield from _without(opens, closes, () if day in self.open_days else shut)

    def _wall(self, day: date) -> list[tuple[int, int]]:
        """The open minutes of one local day, sorted and without overlaps, the end of last night's shift among them."""
        if self._is_closed(day):
            return []
        spans = [(start, min(end, DAY)) for start, end in self._starting(day)]
        spans += [(0, end - DAY) for _, end in self._starting(day - timedelta(days=1)) if end > DAY]
        merged: list[tuple[int, int]] = []
        for start, end in sorted(spans):
            if merged and start <= merged[-1][1]:
                merged[-1] = merged[-1][0], max(end, merged[-1][1])
            else:
                merged.append((start, end))
        return merged

    def _starting(self, day: date) -> Sequence[tuple[int, int]]:
        own = self.open_days.get(day)
        if own is not None:
            return own
        if self._is_closed(day):
            return ()
        return [(span.start, span.end) for span in self.weekly if span.day == day.weekday()]

    def _is_closed(self, day: date) -> bool:
        if day in self.open_days:
            return False
        holidays = self.holidays(day.year) if callable(self.holidays) else self.holidays
        if day in self.closed or day in holidays:
            return True
        return self.closures is not None and day in self.closures.days(day.year)

    def _never(self, at: datetime) -> str:
        return (
            f"The desk has no open minute within {HORIZON_DAYS} days of {at.date().isoformat()}; "
            "look at its hours, holidays, closed days and closures."
        )


@lru_cache(maxsize=64)
def around_the_clock(zone: str) -> ServiceTime:
    """A calendar without a closed minute."""
    return ServiceTime(zone, tuple(Span(day, 0, DAY) for day in range(7)))


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("A moment needs a time zone.")
    return at.astimezone(UTC)


def _at_offset(closed: Closed, offset: timedelta) -> Interval:
    """A closure in UTC: what is of the wall clock, as that clock stands at this offset."""
    start, end = closed
    return closed if start.tzinfo else (start.replace(tzinfo=UTC) - offset, end.replace(tzinfo=UTC) - offset)


def _without(opens: datetime, closes: datetime, shut: Sequence[Interval]) -> Iterator[Interval]:
    """What is left of a stretch; ``shut`` is sorted by its beginnings."""
    for start, end in shut:
        if start >= closes:
            break
        if start > opens:
            yield opens, start
        opens = max(opens, end)
        if opens >= closes:
            return
    yield opens, closes
