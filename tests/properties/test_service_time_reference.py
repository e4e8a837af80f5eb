"""Service time against the slow reference on random calendars: ``make service-time`` plays 100,000, CI a few hundred.

Case n is always the same; what failed once is played again with ``MAILDESK_FIRST_CASE=n MAILDESK_CASES=1``.
"""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from maildesk.desk.service_time.calendar_files import read_calendar
from maildesk.desk.service_time.closures import Closures
from maildesk.desk.service_time.hours import NeverOpen, ServiceTime, Span
from maildesk.desk.service_time.public_holidays import public_holidays
from tests.properties.slow_calendar import DAY, MINUTE, SPAN_DAYS, Case, SlowCalendar, a_case

CASES = int(os.environ.get("MAILDESK_CASES", "300"))
FIRST = int(os.environ.get("MAILDESK_FIRST_CASE", "0"))
SECOND = timedelta(seconds=1)
TOKYO = ZoneInfo("Asia/Tokyo")  # knows no daylight saving


def calendar_file(case: Case) -> str:
    """The closures of a case as calendar programs write them, among events that close nothing."""
    days = [(a, b + DAY, "VALUE=DATE:{:%Y%m%d}") for a, b in case.whole_days]
    floating = [(a, b, ":{:%Y%m%dT%H%M%S}") for a, b in case.floating]
    absolute = [(a, b, ":{:%Y%m%dT%H%M%SZ}") for a, b in case.absolute]
    tokyo = [(a.astimezone(TOKYO), b.astimezone(TOKYO), "TZID=Asia/Tokyo:{:%Y%m%dT%H%M%S}") for a, b in case.absolute]
    events = [*days, *floating, *(tokyo if len(case.week) % 2 else absolute)]
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0"]
    for number, (start, end, form) in enumerate(events):
        event = repeated(start, end, form) if number % 2 else once(start, end, form)
        lines += ["BEGIN:VEVENT", f"UID:{number}", *event, "END:VEVENT"]
        lines += ["BEGIN:VEVENT", *once(start - DAY, end + DAY, form), "STATUS:CANCELLED", "END:VEVENT"]
        lines += ["BEGIN:VEVENT", *once(start - DAY, end + DAY, form), "TRANSP:TRANSPARENT", "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""])


def line(key: str, form: str, moment: date) -> str:
    return key + (form if form.startswith(":") else f";{form}").format(moment)


def once(start: date, end: date, form: str) -> list[str]:
    return [line("DTSTART", form, start), line("DTEND", form, end)]


def repeated(start: date, end: date, form: str) -> list[str]:
    """The last of six in as many weeks, of which the others do not take place."""
    weeks = [start - number * 7 * DAY for number in range(1, 6)]
    shift = 35 * DAY
    called_off = [line("EXDATE", form, week) for week in weeks]
    return [*once(start - shift, end - shift, form), "RRULE:FREQ=WEEKLY;COUNT=6", *called_off]


def service_of(case: Case) -> ServiceTime:
    series, flaws = read_calendar(calendar_file(case))
    assert not flaws
    return ServiceTime(
        case.zone,
        tuple(Span(*span) for span in case.week),
        public_holidays(case.region),
        frozenset(case.closed_days),
        {day: tuple(spans) for day, spans in case.open_days.items()},
        Closures(series),
    )


def differences(case: Case, draw: Random) -> list[str]:
    """Where the two disagree about this calendar: time between, time added, and every opening and closing."""
    service, slow = service_of(case), SlowCalendar(case)
    end = slow.first + SPAN_DAYS * DAY - SECOND
    found = []
    for _ in range(3):
        a = slow.first + draw.randrange(SPAN_DAYS * 1440 - 1) * MINUTE + draw.choice((0, 0, 1, 30, 59)) * SECOND
        b = slow.first + draw.randrange(SPAN_DAYS * 1440 - 1) * MINUTE + draw.choice((0, 0, 1, 30, 59)) * SECOND
        if service.between(a, b) != slow.between(a, b):
            found.append(f"between {a} and {b}: {service.between(a, b)}, not {slow.between(a, b)}")
        if service.is_open(a) != slow.is_open(a):
            found.append(f"open at {a}: {service.is_open(a)}")
        business = draw.choice((draw.randrange(900), draw.randrange(6000))) * MINUTE + draw.choice((0, 0, 7)) * SECOND
        expected = slow.add(a, business)
        if expected is not None and service.add(a, business) != expected:
            found.append(f"{a} and {business}: {service.add(a, business)}, not {expected}")
        if expected is None and not ends_after(service, a, business, end):
            found.append(f"{a} and {business} is inside the window")
    return found + edges(service, slow, end)


def ends_after(service: ServiceTime, a: datetime, business: timedelta, end: datetime) -> bool:
    try:
        return service.add(a, business) > end
    except NeverOpen:
        return True


def edges(service: ServiceTime, slow: SlowCalendar, end: datetime) -> list[str]:
    """Openings and closings inside the window, walked from one to the next."""
    expected, at, walked = slow.changes(), slow.first, []
    while at < end:
        try:
            following = service.next_closing(at) if service.is_open(at) else service.next_opening(at)
        except NeverOpen:
            break
        if following is None:
            break
        if following <= at:
            return [f"goes from {at} to {following}"]
        walked.append(following)
        at = following
    walked = [each for each in walked if each <= end]
    return [] if walked == expected else [f"opens and closes at {walked}, not {expected}"]


def test_service_time_is_what_the_wall_clock_says_minute_by_minute() -> None:
    wrong = []
    for number in range(FIRST, FIRST + CASES):
        draw = Random(number)
        case = a_case(draw)
        wrong += [f"case {number}: {case}: {each}" for each in differences(case, draw)]
    print(f"service time: {CASES} cases, {len(wrong)} differences")
    assert not wrong, "\n".join(wrong[:5])


def test_a_day_that_the_clock_skips_is_worked_by_nobody() -> None:
    samoa = ServiceTime("Pacific/Apia", tuple(Span(day, 540, 1020) for day in range(7)))
    before = datetime(2011, 12, 29, 19, tzinfo=UTC)  # 29 December, 9:00
    assert samoa.between(before, before + 3 * DAY) == timedelta(hours=24)
    assert samoa.add(before, timedelta(hours=8) + MINUTE) == datetime(2011, 12, 30, 19, 1, tzinfo=UTC)


@pytest.mark.parametrize(("day", "hours"), [((2026, 3, 29), 23), ((2026, 10, 25), 25), ((2024, 2, 29), 24)])
def test_a_whole_day_has_as_many_hours_as_its_clock_shows(day: tuple[int, int, int], hours: int) -> None:
    berlin = ServiceTime("Europe/Berlin", tuple(Span(each, 0, 1440) for each in range(7)))
    midnight = datetime(*day, tzinfo=UTC).astimezone(berlin._info).replace(hour=0)
    assert berlin.between(midnight, midnight + DAY) == timedelta(hours=hours)
