from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from maildesk.desk.service_time.calendar_files import read_calendar
from maildesk.desk.service_time.calendar_lines import MOST_EVENTS
from maildesk.desk.service_time.closures import Closures
from maildesk.desk.service_time.hours import ServiceTime, parse_hours

EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "closures.ics"
OFFICE = ("Mon-Sun 08:00-18:00",)
HOUR = timedelta(hours=1)


def calendar(*events: str) -> str:
    """A calendar file; lines of an event are joined by blanks here."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0"]
    for event in events:
        lines += ["BEGIN:VEVENT", *event.split(" "), "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""])


def service(*events: str, hours: tuple[str, ...] = OFFICE, zone: str = "Europe/Berlin") -> ServiceTime:
    series, flaws = read_calendar(calendar(*events))
    assert not flaws
    return ServiceTime(zone, parse_hours(hours), closures=Closures(series))


def worked(desk: ServiceTime, year: int, month: int, day: int) -> float:
    """Hours of service time on that day of the desk's wall clock."""
    start = datetime(year, month, day, tzinfo=desk._info)
    following = date(year, month, day) + timedelta(days=1)
    return desk.between(start, datetime(following.year, following.month, following.day, tzinfo=desk._info)) / HOUR


def test_whole_days_are_closed_up_to_the_day_before_the_end() -> None:
    desk = service("DTSTART;VALUE=DATE:20261224 DTEND;VALUE=DATE:20270102")
    assert [worked(desk, 2026, 12, day) for day in (23, 24, 31)] == [10, 0, 0]
    assert [worked(desk, 2027, 1, day) for day in (1, 2)] == [0, 10]


@pytest.mark.parametrize(
    "event",
    [
        "DTSTART;VALUE=DATE:20261224",
        "DTSTART;VALUE=DATE:20261224 DTEND;VALUE=DATE:20261224",
        "DTSTART;VALUE=DATE:20261224 DURATION:P1D",
    ],
)
def test_a_day_without_an_end_is_one_day(event: str) -> None:
    desk = service(event)
    assert [worked(desk, 2026, 12, day) for day in (23, 24, 25)] == [10, 0, 10]


def test_hours_close_just_those_hours_in_both_directions() -> None:
    desk = service("DTSTART;TZID=Europe/Berlin:20261202T140000 DTEND;TZID=Europe/Berlin:20261202T160000")
    noon = datetime(2026, 12, 2, 11, tzinfo=UTC)
    assert worked(desk, 2026, 12, 2) == 8
    assert desk.add(noon, 2 * HOUR) == datetime(2026, 12, 2, 13, tzinfo=UTC)
    assert desk.add(noon, 2 * HOUR + timedelta(minutes=1)) == datetime(2026, 12, 2, 15, 1, tzinfo=UTC)
    assert desk.next_opening(datetime(2026, 12, 2, 13, 30, tzinfo=UTC)) == datetime(2026, 12, 2, 15, tzinfo=UTC)
    assert desk.last_open_moment_before(datetime(2026, 12, 2, 14, tzinfo=UTC)) == datetime(
        2026, 12, 2, 12, 59, tzinfo=UTC
    )


def test_a_time_without_a_zone_is_of_the_desks_wall_clock() -> None:
    event = "DTSTART:20261202T140000 DTEND:20261202T160000"
    for zone in ("Europe/Berlin", "America/New_York"):
        desk = service(event, zone=zone)
        local = datetime(2026, 12, 2, 14, tzinfo=desk._info)
        assert not desk.is_open(local)
        assert desk.is_open(local - timedelta(minutes=1))
        assert desk.is_open(local + 2 * HOUR)


def test_a_time_with_a_zone_is_an_instant_for_a_desk_elsewhere() -> None:
    desk = service("DTSTART:20261202T140000Z DTEND:20261202T160000Z", zone="America/New_York")
    assert not desk.is_open(datetime(2026, 12, 2, 14, 0, tzinfo=UTC))
    assert desk.is_open(datetime(2026, 12, 2, 16, 0, tzinfo=UTC))


def test_a_zone_that_the_file_brings_along_is_used() -> None:
    zone = (
        "BEGIN:VTIMEZONE\r\nTZID:Our Place\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0300\r\n"
        "TZOFFSETTO:+0300\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
    )
    text = calendar("DTSTART;TZID=Our_Place:20261202T140000 DURATION:PT1H").replace("Our_Place", "Our Place")
    series, flaws = read_calendar(text.replace("VERSION:2.0\r\n", "VERSION:2.0\r\n" + zone))
    assert not flaws
    assert Closures(series).spans(date(2026, 12, 2)) == [
        (datetime(2026, 12, 2, 11, tzinfo=UTC), datetime(2026, 12, 2, 12, tzinfo=UTC))
    ]


def test_a_yearly_closure_comes_every_year_without_end_and_service_time_can_be_added_over_it() -> None:
    desk = service("DTSTART;VALUE=DATE:20261224 RRULE:FREQ=YEARLY EXDATE;VALUE=DATE:20281224")
    assert [worked(desk, year, 12, 24) for year in (2025, 2026, 2027, 2028, 2060)] == [10, 0, 0, 10, 0]
    start = datetime(2026, 1, 1, 7, tzinfo=UTC)
    far = desk.add(start, 10 * HOUR * 365 * 10)
    assert desk.between(start, far) == 10 * HOUR * 365 * 10


def test_a_weekly_closure_keeps_its_wall_clock_over_a_change_of_clocks() -> None:
    desk = service(
        "DTSTART;TZID=Europe/Berlin:20260320T140000 DTEND;TZID=Europe/Berlin:20260320T160000 RRULE:FREQ=WEEKLY"
    )
    for day in (27, 3):
        month = 3 if day == 27 else 4
        assert not desk.is_open(datetime(2026, month, day, 14, tzinfo=desk._info))
        assert desk.is_open(datetime(2026, month, day, 16, tzinfo=desk._info))


@pytest.mark.parametrize("until", ["20261216", "20261216T130000Z", "20261216T140000"])
def test_a_rule_ends_with_its_last_day(until: str) -> None:
    desk = service(
        "DTSTART;TZID=Europe/Berlin:20261202T140000 DTEND;TZID=Europe/Berlin:20261202T160000 "
        f"RRULE:FREQ=WEEKLY;UNTIL={until}"
    )
    assert [worked(desk, 2026, 12, day) for day in (2, 9, 16, 23)] == [8, 8, 8, 10]


def test_what_is_called_off_or_leaves_people_free_closes_nothing() -> None:
    desk = service(
        "DTSTART;VALUE=DATE:20261201 STATUS:CANCELLED",
        "DTSTART;VALUE=DATE:20261202 TRANSP:TRANSPARENT",
        "DTSTART;VALUE=DATE:20261203 STATUS:TENTATIVE TRANSP:OPAQUE",
    )
    assert [worked(desk, 2026, 12, day) for day in (1, 2, 3)] == [10, 10, 0]


def test_one_repetition_may_be_moved_or_called_off() -> None:
    desk = service(
        "UID:a DTSTART;VALUE=DATE:20261201 RRULE:FREQ=WEEKLY;COUNT=4",
        "UID:a RECURRENCE-ID;VALUE=DATE:20261208 DTSTART;VALUE=DATE:20261210",
        "UID:a RECURRENCE-ID;VALUE=DATE:20261215 DTSTART;VALUE=DATE:20261215 STATUS:CANCELLED",
    )
    assert [worked(desk, 2026, 12, day) for day in (1, 8, 10, 15, 22, 29)] == [0, 10, 0, 10, 0, 10]


def test_single_dates_are_added_and_a_date_calls_off_all_of_its_day() -> None:
    desk = service(
        "DTSTART:20261201T080000 DURATION:PT10H RDATE:20261203T080000,20261204T080000 EXDATE;VALUE=DATE:20261204"
    )
    assert [worked(desk, 2026, 12, day) for day in (1, 2, 3, 4)] == [0, 10, 0, 10]


def test_days_of_a_duration_are_of_the_wall_clock_and_its_hours_are_exact() -> None:
    begin = "DTSTART;TZID=Europe/Berlin:20260328T120000"
    assert [
        Closures(read_calendar(calendar(f"{begin} DURATION:{length}"))[0]).spans(date(2026, 3, 29))[0][1].hour
        for length in ("P1D", "PT23H30M")
    ] == [10, 10]


def test_a_whole_day_closes_the_night_shift_that_begins_on_it_and_hours_close_themselves() -> None:
    night = ("Mon-Sun 22:00-06:00",)
    day = service("DTSTART;VALUE=DATE:20261202", hours=night)
    assert [worked(day, 2026, 12, each) for each in (1, 2, 3)] == [8, 0, 2]
    hours = service("DTSTART:20261202T230000 DTEND:20261203T020000", hours=night)
    assert [worked(hours, 2026, 12, each) for each in (2, 3)] == [7, 6]


def test_an_extra_open_day_wins_over_closures_from_midnight_to_midnight() -> None:
    series, _ = read_calendar(
        calendar("DTSTART;VALUE=DATE:20261224 DTEND;VALUE=DATE:20270102", "DTSTART:20261228T110000 DURATION:PT1H")
    )
    extra = {date(2026, 12, 28): ((600, 840),)}
    desk = ServiceTime("Europe/Berlin", parse_hours(OFFICE), open_days=extra, closures=Closures(series))
    assert [worked(desk, 2026, 12, day) for day in (27, 28, 29)] == [0, 4, 0]


def test_a_calendar_without_events_closes_nothing_and_other_parts_are_passed_over() -> None:
    assert read_calendar(calendar()) == ((), ())
    assert read_calendar(calendar("DTSTART;VALUE=DATE:20261224").replace("VEVENT", "VTODO")) == ((), ())


@pytest.mark.parametrize(
    ("event", "line", "sentence"),
    [
        ("UID:1 SUMMARY:Party", 3, 'The event "Party" cannot be used: it says no DTSTART'),
        ("UID:1 DTSTART;VALUE=DATE:20261324", 5, "DTSTART is no date"),
        ("UID:1 DTSTART:20261202T140000", 5, "no end, so it closes nothing; give it an end, or mark it as free"),
        ("UID:1 DTSTART:20261202T140000 DTEND:20261202T140000", 6, "put the end after the start"),
        ("UID:1 DTSTART;VALUE=DATE:20261202 DTEND;VALUE=DATE:20261201", 6, "the end is the day after the last one"),
        ("UID:1 DTSTART;VALUE=DATE:20261202 DTEND:20261203T100000", 6, "of different kinds"),
        ("UID:1 DTSTART:20261202T140000Z DTEND:20261203T100000", 6, "of different kinds"),
        ("UID:1 DTSTART:20261202T140000 DURATION:-PT1H", 6, "is not a length"),
        (
            "UID:1 DTSTART;TZID=Europe/Atlantis:20261202T140000 DURATION:PT1H",
            5,
            'no time zone "Europe/Atlantis"; name one',
        ),
        ("UID:1 DTSTART;VALUE=DATE:20261202 RRULE:FREQ=SOMETIMES", 6, "RRULE"),
        ("UID:1 DTSTART;VALUE=DATE:20261202 RRULE:FREQ=YEARLY;BYMOON=3", 6, "RRULE cannot be read"),
        ("UID:1 DTSTART;VALUE=DATE:20261202 RRULE:FREQ=HOURLY", 6, "one event for each closure of the day"),
        ("UID:1 DTSTART;VALUE=DATE:20261202 RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", 6, "a day that never comes"),
        ("UID:1 DTSTART;VALUE=DATE:16010101 RRULE:FREQ=WEEKLY", 6, "let it begin in 2000 or later"),
        ("UID:1 DTSTART;VALUE=DATE:20261202 EXDATE:soon", 6, "EXDATE is no list of dates"),
        ("UID:1 DTSTART;VALUE=DATE:20261202 RDATE;VALUE=PERIOD:20261202T100000/PT1H", 6, "one event for each"),
        ("UID:1 RECURRENCE-ID;RANGE=THISANDFUTURE:20261202T100000 DTSTART:20261202T100000", 5, "end the series and"),
    ],
)
def test_an_event_that_cannot_be_understood_is_refused_with_its_line_and_a_way_out(
    event: str, line: int, sentence: str
) -> None:
    series, flaws = read_calendar(calendar(event))
    assert series == ()
    assert [flaw.line for flaw in flaws] == [line]
    assert sentence in flaws[0].sentence


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        ("", 1, "does not begin with BEGIN:VCALENDAR. Export it"),
        ("<html>", 1, "does not begin with BEGIN:VCALENDAR"),
        ("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20261224\n", 2, "has no END:VEVENT"),
        ("BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR\n", 3, "line 2 begins VEVENT"),
        ("BEGIN:VCALENDAR\nEND:VCALENDAR\nEND:VCALENDAR\n", 3, "nothing has begun"),
        (calendar("UID:1 half").replace("UID:1", "UID:1\r\nSUMMARY:one"), 6, "broken in two"),
        (calendar(*["DTSTART;VALUE=DATE:20261224"] * (MOST_EVENTS + 1)), 0, f"at most {MOST_EVENTS}"),
    ],
)
def test_a_file_that_is_no_calendar_or_is_cut_off_is_refused_as_a_whole(text: str, line: int, sentence: str) -> None:
    series, flaws = read_calendar(text)
    assert series == ()
    assert [flaw.line for flaw in flaws] == [line]
    assert sentence in flaws[0].sentence


def test_the_example_in_the_documents_closes_what_it_says() -> None:
    series, flaws = read_calendar(EXAMPLE.read_text(encoding="utf-8"))
    assert not flaws
    desk = ServiceTime("Europe/Berlin", parse_hours(OFFICE), closures=Closures(series))
    assert [worked(desk, 2026, 12, day) for day in (2, 23, 24, 31)] == [8, 10, 0, 0]
    assert [worked(desk, 2027, *day) for day in ((1, 1), (1, 2), (1, 6), (2, 3), (6, 25), (12, 24))] == [
        0,
        10,
        10,
        8,
        5,
        0,
    ]
