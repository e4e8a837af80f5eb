"""The slow reference of service time: every minute is asked on its own whether somebody works in it.

It shares no code with ``maildesk.desk``: neither spans nor zones nor recurrence. Each UTC minute of a window is turned
into the minute that the desk's wall clock shows; a table says of each minute of the wall whether the desk is open. From
these minutes alone service time is counted. Windows lie around clock changes, year ends, leap days and holidays that
are observed on another day. The table of a window's wall clock is made once, so a case costs a millisecond.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import accumulate, pairwise
from random import Random
from zoneinfo import ZoneInfo

import holidays

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
SPAN_DAYS = 9  # of a window
MARGIN_DAYS = 3  # of the wall clock around it
ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "America/Sao_Paulo")
REGIONS = {
    "Europe/Berlin": "DE-BE",
    "America/New_York": "US",
    "Asia/Kolkata": "IN",
    "Australia/Lord_Howe": "AU-NSW",
    "America/Sao_Paulo": "BR-SP",
}
BEGINNINGS = (
    date(2026, 3, 26),  # Berlin loses an hour
    date(2026, 10, 22),  # and has it back
    date(2026, 3, 5),  # New York
    date(2026, 10, 29),
    date(2026, 4, 2),  # Lord Howe: half an hour
    date(2026, 10, 1),
    date(2018, 2, 14),  # São Paulo: 23:00 comes twice
    date(2018, 11, 1),  # and the day begins at 1:00
    date(2024, 2, 25),  # a leap day
    date(2025, 12, 28),  # a year ends
    date(2021, 12, 27),  # the first of January is observed in December (US)
    date(2026, 6, 29),  # the fourth of July is observed on the third
    date(2020, 4, 22),  # Anzac Day on a Saturday
    date(2023, 6, 1),  # nothing at all
)
EXTRA = (("Pacific/Apia", date(2011, 12, 26)), ("America/Sao_Paulo", date(2018, 10, 31)))
"""A day that was skipped: on Samoa 30 December 2011 did not happen."""


@dataclass
class Case:
    """A calendar as plain data, in a window. Minutes of a closure count from the window's first wall midnight.

    ``absolute`` closures are UTC moments, ``floating`` ones of the wall clock.
    """

    zone: str
    begins: date
    week: list[tuple[int, int, int]]
    region: str = ""
    holidays: set[date] = field(default_factory=set)
    closed_days: set[date] = field(default_factory=set)
    open_days: dict[date, list[tuple[int, int]]] = field(default_factory=dict)
    whole_days: list[tuple[date, date]] = field(default_factory=list)  # both among them
    floating: list[tuple[datetime, datetime]] = field(default_factory=list)
    absolute: list[tuple[datetime, datetime]] = field(default_factory=list)

    def is_closed(self, day: date) -> bool:
        if day in self.open_days:
            return False
        inside = any(first <= day <= last for first, last in self.whole_days)
        return inside or day in self.holidays or day in self.closed_days

    def works(self, day: date, minute: int) -> bool:
        """Whether somebody works in this minute of the wall clock, instants apart."""
        if self.is_closed(day):
            return False
        yesterday = day - DAY
        if not any(a <= minute < b for a, b in self._shifts(day)) and not any(
            minute < b - 1440 for _, b in self._shifts(yesterday)
        ):
            return False
        wall = datetime(day.year, day.month, day.day) + minute * MINUTE
        return day in self.open_days or not any(start <= wall < end for start, end in self.floating)

    def _shifts(self, day: date) -> list[tuple[int, int]]:
        if day in self.open_days:
            return self.open_days[day]
        if self.is_closed(day):
            return []
        return [(start, end) for weekday, start, end in self.week if weekday == day.weekday()]


class SlowCalendar:
    """Service time counted minute by minute inside a window."""

    def __init__(self, case: Case) -> None:
        self.first, walls = window(case.zone, case.begins)
        table = painted(case)
        self.open = bytearray(map(table.__getitem__, walls))
        for start, end in case.absolute:
            for at in range((start - self.first) // MINUTE, (end - self.first) // MINUTE):
                if 0 <= at < len(walls) and case.begins + (walls[at] // 1440 - MARGIN_DAYS) * DAY not in case.open_days:
                    self.open[at] = 0
        self.passed = [0, *accumulate(self.open)]

    def is_open(self, at: datetime) -> bool:
        return bool(self.open[(at - self.first) // MINUTE])

    def since_first(self, at: datetime) -> timedelta:
        """Service time from the window's first moment; seconds count where their minute is open."""
        whole, rest = divmod(at - self.first, MINUTE)
        return self.passed[whole] * MINUTE + (rest if rest and self.open[whole] else timedelta(0))

    def between(self, a: datetime, b: datetime) -> timedelta:
        return self.since_first(b) - self.since_first(a)

    def add(self, start: datetime, business: timedelta) -> datetime | None:
        """None where the window ends before."""
        if not business:
            return start
        wanted = self.since_first(start) + business
        minutes, rest = divmod(wanted, MINUTE)
        index = bisect_left(self.passed, minutes + bool(rest))  # as many minutes have passed at its beginning
        if index >= len(self.passed):
            return None
        end = self.first + index * MINUTE
        return end if not rest else end - MINUTE + rest

    def changes(self) -> list[datetime]:
        """The moments at which the desk opens or closes inside the window."""
        found, at, shown = [], 0, self.open[0]
        while (at := self.open.find(1 - shown, at)) >= 0:
            found.append(self.first + at * MINUTE)
            shown = 1 - shown
        return found


def painted(case: Case) -> list[int]:
    """Whether the desk is open, for each minute of the wall clock."""
    table: list[int] = []
    for number in range(SPAN_DAYS + 2 * MARGIN_DAYS):
        day = case.begins + (number - MARGIN_DAYS) * DAY
        edges = {0, 1440}
        for each in (day, day - DAY):
            for start, end in [*case.open_days.get(each, []), *((a, b) for _, a, b in case.week)]:
                edges |= {start, end, end - 1440}
        midnight = datetime(day.year, day.month, day.day)
        for closure in case.floating:
            edges |= {(moment - midnight) // MINUTE for moment in closure}
        steps = sorted(edge for edge in edges if 0 <= edge <= 1440)
        for start, end in pairwise(steps):  # between two edges no minute differs from the next
            table += [int(case.works(day, start))] * (end - start)
    return table


@lru_cache(maxsize=128)
def window(zone: str, begins: date) -> tuple[datetime, list[int]]:
    """The first moment of a window in UTC, and for each minute what the wall clock shows."""
    info = ZoneInfo(zone)
    first = datetime(begins.year, begins.month, begins.day, tzinfo=UTC)
    origin = datetime(begins.year, begins.month, begins.day) - MARGIN_DAYS * DAY
    walls = []
    for minute in range(SPAN_DAYS * 1440):
        wall = (first + minute * MINUTE).astimezone(info).replace(tzinfo=None)
        walls.append((wall - origin) // MINUTE)
    return first, walls


@lru_cache(maxsize=128)
def region_days(region: str, year: int) -> frozenset[date]:
    country, _, part = region.partition("-")
    return frozenset(holidays.country_holidays(country, subdiv=part or None, years=[year]))


def a_case(draw: Random) -> Case:
    """One random calendar in one window."""
    zone, begins = draw.choice(EXTRA) if draw.random() < 0.05 else (draw.choice(ZONES), draw.choice(BEGINNINGS))
    case = Case(zone, begins, a_week(draw))
    if draw.random() < 0.5 and zone in REGIONS:
        case.region = REGIONS[zone]
        case.holidays = {day for year in (begins.year, begins.year + 1) for day in region_days(case.region, year)}
    for _ in range(draw.choice((0, 0, 1, 2))):
        case.closed_days.add(a_day(draw, case))
    for _ in range(draw.choice((0, 0, 1, 2))):
        day = a_day(draw, case)
        if day not in case.closed_days:
            start = draw.randrange(0, 1440, 5)
            case.open_days[day] = [(start, start + draw.randrange(5, 1445, 5))]
    for _ in range(draw.choice((0, 0, 1))):
        first = a_day(draw, case)
        case.whole_days.append((first, first + draw.randrange(4) * DAY))
    for _ in range(draw.choice((0, 0, 1, 2, 3))):
        begin = datetime.combine(a_day(draw, case), datetime.min.time()) + draw.randrange(1440) * MINUTE
        end = begin + draw.choice((draw.randrange(1, 300), draw.randrange(1, 5000))) * MINUTE
        if draw.random() < 0.5:
            case.floating.append((begin, end))
        else:
            case.absolute.append((begin.replace(tzinfo=UTC), end.replace(tzinfo=UTC)))
    return case


def a_week(draw: Random) -> list[tuple[int, int, int]]:
    """Spans that do not overlap: office hours, nights, whole days, or anything on a grid of five minutes."""
    kind = draw.randrange(6)
    if kind == 0:
        return [(day, 0, 1440) for day in range(7)]
    if kind == 1:
        return [(day, 1320, 1800) for day in range(7)]
    if kind == 2:
        return [(day, *span) for day in range(5) for span in ((540, 720), (780, 1050))]
    edges = sorted(draw.sample(range(7 * 288), 2 * draw.randint(1, 6)))
    return [
        (first * 5 // 1440, first * 5 % 1440, first * 5 % 1440 + min((last - first) * 5, 1440))
        for first, last in zip(edges[::2], edges[1::2], strict=True)
    ]


def a_day(draw: Random, case: Case) -> date:
    return case.begins + draw.randrange(-1, SPAN_DAYS + 1) * DAY
