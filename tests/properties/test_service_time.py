"""Service time against an independent reference that asks the wall clock minute by minute, over every kind of day.

The reference shares no code with ``desk/service_time/hours.py``: it converts each single minute to local time
and looks it up.
``MAILDESK_CASES`` raises the number of cases (`make service-time`: 100,000).
"""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maildesk.desk.service_time.hours import NeverOpen, ServiceTime, Span

ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "America/Sao_Paulo")
CASES = int(os.environ.get("MAILDESK_CASES", "150"))
MINUTE = timedelta(minutes=1)
CHANGES = (  # around clock changes of these zones, year ends and leap days
    datetime(2026, 3, 29),
    datetime(2026, 10, 25),
    datetime(2026, 3, 8),
    datetime(2026, 11, 1),
    datetime(2026, 4, 4),
    datetime(2026, 10, 3),
    datetime(2018, 2, 17),
    datetime(2018, 11, 4),
    datetime(2024, 2, 28),
    datetime(2025, 12, 31),
)


class SlowCalendar:
    """The same calendar, asked one minute at a time."""

    def __init__(self, zone: str, week: list[tuple[int, int, int]], holidays: frozenset[date]) -> None:
        self.zone = ZoneInfo(zone)
        self.week = week
        self.holidays = holidays

    def is_open(self, at: datetime) -> bool:
        local = at.astimezone(self.zone)
        if local.date() in self.holidays:
            return False
        minute = local.hour * 60 + local.minute
        yesterday = local.date() - timedelta(days=1)
        for day, start, end in self.week:
            if day == local.weekday() and start <= minute < end:
                return True
            if day == yesterday.weekday() and yesterday not in self.holidays and minute < end - 1440:
                return True
        return False

    def between(self, a: datetime, b: datetime) -> timedelta:
        open_minutes = 0
        while a < b:
            open_minutes += self.is_open(a)
            a += MINUTE
        return open_minutes * MINUTE

    def add(self, start: datetime, business: timedelta, within: timedelta) -> datetime | None:
        at, left = start, business // MINUTE
        while at - start < within:
            if not left:
                return at
            left -= self.is_open(at)
            at += MINUTE
        return None


@st.composite
def weeks(draw: st.DrawFn) -> list[tuple[int, int, int]]:
    """Spans on a grid of five minutes that do not overlap, overnight ones among them."""
    edges = draw(st.lists(st.integers(0, 7 * 288 - 1), min_size=2, max_size=12, unique=True).map(sorted))
    spans = []
    for first, last in zip(edges[::2], edges[1::2], strict=False):
        day, start = divmod(first * 5, 1440)
        spans.append((day, start, start + min((last - first) * 5, 1440)))
    return spans


moments = st.builds(
    lambda base, minutes: base.replace(tzinfo=UTC) + minutes * MINUTE,
    st.sampled_from(CHANGES),
    st.integers(-1500, 3000),
)


@st.composite
def calendars(draw: st.DrawFn) -> tuple[ServiceTime, SlowCalendar]:
    zone, week = draw(st.sampled_from(ZONES)), draw(weeks())
    days_near = st.tuples(st.sampled_from(CHANGES), st.integers(-2, 4))
    holidays = draw(st.frozensets(days_near.map(lambda day: (day[0] + timedelta(days=day[1])).date()), max_size=4))
    return ServiceTime(zone, tuple(Span(*span) for span in week), holidays), SlowCalendar(zone, week, holidays)


@settings(max_examples=CASES, deadline=None)
@given(calendars(), moments, st.integers(0, 3000))
def test_time_between_is_what_the_wall_clock_says_minute_by_minute(
    both: tuple[ServiceTime, SlowCalendar], start: datetime, minutes: int
) -> None:
    service, slow = both
    end = start + minutes * MINUTE
    assert service.between(start, end) == slow.between(start, end)
    assert service.between(end, start) == -slow.between(start, end)
    assert service.is_open(start) == slow.is_open(start)


@settings(max_examples=CASES, deadline=None)
@given(calendars(), moments, st.integers(0, 900))
def test_adding_ends_at_the_first_moment_with_that_much_service_time(
    both: tuple[ServiceTime, SlowCalendar], start: datetime, business: int
) -> None:
    service, slow = both
    expected = slow.add(start, business * MINUTE, within=timedelta(days=3))
    if expected is None:
        assert service.add(start, business * MINUTE) - start >= timedelta(days=3)
    else:
        assert service.add(start, business * MINUTE) == expected


@settings(max_examples=CASES, deadline=None)
@given(calendars(), moments)
def test_openings_and_closings_are_where_the_wall_clock_changes_its_mind(
    both: tuple[ServiceTime, SlowCalendar], at: datetime
) -> None:
    service, slow = both
    opening = service.next_opening(at)
    assert slow.is_open(opening)
    assert service.between(at, opening) == timedelta(0)
    if opening > at:
        assert not slow.is_open(opening - MINUTE)
        assert service.opened_at(opening) == opening
    closing = service.next_closing(at)
    assert closing is not None
    assert not slow.is_open(closing)
    assert slow.is_open(closing - MINUTE)
    assert service.between(opening, closing) == closing - opening
    last = service.last_open_moment_before(at)
    assert slow.is_open(last)
    assert service.between(last, at) <= MINUTE


@settings(max_examples=CASES, deadline=None)
@given(calendars(), moments, st.integers(0, 5_000), st.integers(0, 5_000))
def test_adding_twice_is_adding_the_sum(
    both: tuple[ServiceTime, SlowCalendar], start: datetime, first: int, second: int
) -> None:
    service, _ = both
    whole = service.add(start, (first + second) * MINUTE)
    assert service.add(service.add(start, first * MINUTE), second * MINUTE) == whole
    assert service.between(start, whole) == (first + second) * MINUTE


@given(st.sampled_from(ZONES), moments, st.integers(1, 10_000))
def test_a_calendar_that_never_opens_says_so_and_ends(zone: str, at: datetime, minutes: int) -> None:
    every_day = frozenset(at.date() + timedelta(days=days) for days in range(-500, 500))
    service = ServiceTime(zone, (Span(0, 540, 1020),), every_day)
    for search in (service.next_opening, service.next_closing, service.last_open_moment_before):
        with pytest.raises(NeverOpen, match=r"no open minute within 400 days"):
            search(at)
