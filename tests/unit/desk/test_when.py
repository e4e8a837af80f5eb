from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from maildesk.desk.commands.when import read_time_of_day, read_when
from maildesk.desk.service_time.hours import ServiceTime, parse_hours

BERLIN = ZoneInfo("Europe/Berlin")
SERVICE = ServiceTime("Europe/Berlin", parse_hours(["Mon-Thu 09:00-17:30", "Fri 09:00-15:00"]))
NOW = datetime(2026, 11, 20, 14, 10, tzinfo=BERLIN)  # a Friday


def read(text: str, limit: bool = False) -> str:
    return read_when(text, NOW, SERVICE, limit=limit).astimezone(BERLIN).strftime("%a %Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tomorrow 10:00", "Sat 2026-11-21 10:00"),
        ("tomorrow 0:59", "Sat 2026-11-21 00:59"),
        ("tomorrow 23:00", "Sat 2026-11-21 23:00"),
        ("Tomorrow at 10am", "Sat 2026-11-21 10:00"),
        ("morgen 10 Uhr", "Sat 2026-11-21 10:00"),
        ("morgen um 10.30 Uhr", "Sat 2026-11-21 10:30"),
        ("übermorgen 8:00", "Sun 2026-11-22 08:00"),
        ("day after tomorrow 8:00", "Sun 2026-11-22 08:00"),
        ("15:00", "Fri 2026-11-20 15:00"),
        ("13:00", "Sat 2026-11-21 13:00"),  # has passed today
        ("3pm", "Fri 2026-11-20 15:00"),
        ("12 am", "Sat 2026-11-21 00:00"),
        ("noon", "Sat 2026-11-21 12:00"),
        ("in 2 hours", "Fri 2026-11-20 16:10"),
        ("two hours", "Fri 2026-11-20 16:10"),
        ("1h30m", "Fri 2026-11-20 15:40"),
        ("1 hour and 30 minutes", "Fri 2026-11-20 15:40"),
        ("in einer Stunde", "Fri 2026-11-20 15:10"),
        ("90 min", "Fri 2026-11-20 15:40"),
        ("3 days", "Mon 2026-11-23 14:10"),
        ("in 3 Tagen", "Mon 2026-11-23 14:10"),
        ("a week", "Fri 2026-11-27 14:10"),
        ("eine Woche", "Fri 2026-11-27 14:10"),
        ("two working days", "Tue 2026-11-24 14:10"),
        ("3 Werktage", "Wed 2026-11-25 14:10"),
        ("1 day", "Mon 2026-11-23 09:00"),  # the same time tomorrow is closed
        ("Friday", "Fri 2026-11-27 09:00"),  # the coming one, never today
        ("Freitag", "Fri 2026-11-27 09:00"),
        ("next friday", "Fri 2026-11-27 09:00"),
        ("until Monday", "Mon 2026-11-23 09:00"),
        ("bis Mo", "Mon 2026-11-23 09:00"),
        ("Monday 14:00", "Mon 2026-11-23 14:00"),
        ("at 4 pm on Monday", "Mon 2026-11-23 16:00"),
        ("Montag morgen", "Mon 2026-11-23 09:00"),
        ("Monday noon", "Mon 2026-11-23 12:00"),
        ("Monday eod", "Mon 2026-11-23 17:30"),
        ("heute Abend", "Fri 2026-11-20 15:00"),
        ("end of day", "Fri 2026-11-20 15:00"),
        ("next week", "Mon 2026-11-23 09:00"),
        ("nächste Woche", "Mon 2026-11-23 09:00"),
        ("end of the week", "Fri 2026-11-20 15:00"),
        ("Monatsende", "Mon 2026-11-30 17:30"),
        ("24.11. 14:00", "Tue 2026-11-24 14:00"),
        ("24.11.", "Tue 2026-11-24 09:00"),
        ("24.11.2026", "Tue 2026-11-24 09:00"),
        ("24.11.26 9:00", "Tue 2026-11-24 09:00"),
        ("3.2.", "Wed 2027-02-03 09:00"),
        ("2026-11-24", "Tue 2026-11-24 09:00"),
        ("2026-11-24T14:00", "Tue 2026-11-24 14:00"),
        ("11/24", "Tue 2026-11-24 09:00"),
        ("24 November", "Tue 2026-11-24 09:00"),
        ("24th of November 9:30", "Tue 2026-11-24 09:30"),
        ("Nov 24, 2026 3pm", "Tue 2026-11-24 15:00"),
        ("24. November", "Tue 2026-11-24 09:00"),
        ("Dienstag, 24.11. um 14:00 Uhr", "Tue 2026-11-24 14:00"),
        ("Tuesday, 24 November, 14:00", "Tue 2026-11-24 14:00"),
        ("“Monday”", "Mon 2026-11-23 09:00"),
        ("Monday\u00a014:00", "Mon 2026-11-23 14:00"),
    ],
)
def test_times_are_read_as_people_write_them(text: str, expected: str) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Friday", "Fri 2026-11-27 15:00"),
        ("today", "Fri 2026-11-20 15:00"),
        ("2026-11-24", "Tue 2026-11-24 17:30"),
        ("Tuesday 10:00", "Tue 2026-11-24 10:00"),
        ("3 days", "Mon 2026-11-23 14:10"),
        ("1 day", "Mon 2026-11-23 17:30"),
        ("Monday morning", "Mon 2026-11-23 09:00"),
    ],
)
def test_a_limit_without_a_time_is_the_closing_of_that_day(text: str, expected: str) -> None:
    assert read(text, limit=True) == expected


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "is not a time"),
        ("soon", "is not a time"),
        ("31.11.", "is not a time"),
        ("25:00", "is not a time"),
        ("13 pm", "is not a time"),
        ("2026-13-01", "is not a time"),
        ("Monday next to the door", "is not a time"),
        ("3 printers", "is not a time"),
        ("0 days", "is not a time"),
        ("2026-11-19", "is closed on 2026-11-19|not in the future"),
        ("20.11.2025 10:00", "is not in the future"),
        ("2031-01-01 10:00", "over two years away"),
        ("9999 working days", "over two years away"),
        ("9999 weeks", "over two years away"),
        ("11/12", "can be read in two ways"),
        ("tomorrow", "The desk is closed on 2026-11-21"),
        ("Sunday", "The desk is closed on 2026-11-22"),
    ],
)
def test_what_is_no_clear_time_ahead_is_refused_with_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        read(text)


def test_a_day_whose_hours_are_over_is_refused_without_a_time() -> None:
    evening = datetime(2026, 11, 20, 18, 0, tzinfo=BERLIN)
    with pytest.raises(ValueError, match="has closed already on 2026-11-20"):
        read_when("today", evening, SERVICE, limit=True)


def test_moments_are_in_utc_and_times_of_day_on_the_desks_clock() -> None:
    found = read_when("tomorrow 10:00", NOW, SERVICE)
    assert found.tzinfo is UTC
    assert found == datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def test_days_keep_their_time_of_day_over_a_change_of_clocks() -> None:
    always = ServiceTime("Europe/Berlin", parse_hours(["Mon-Sun 00:00-24:00"]))
    before = datetime(2026, 10, 24, 12, 0, tzinfo=BERLIN)
    assert read_when("1 day", before, always) == datetime(2026, 10, 25, 12, 0, tzinfo=BERLIN)
    assert read_when("24 hours", before, always) - before.astimezone(UTC) == timedelta(hours=24)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("9:00", time(9)),
        ("9", time(9)),
        ("9 Uhr", time(9)),
        ("9am", time(9)),
        ("at 17:30", time(17, 30)),
        ("0:00", time(0)),
    ],
)
def test_a_time_of_day_alone_is_read(text: str, expected: time) -> None:
    assert read_time_of_day(text) == expected


@pytest.mark.parametrize("text", ["", "24", "9:60", "tomorrow 9:00", "morning", "-1"])
def test_what_is_no_time_of_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a time of day"):
        read_time_of_day(text)


def test_the_end_of_a_week_is_its_friday_and_the_next_begins_on_monday() -> None:
    saturday, monday = datetime(2026, 11, 21, 9, 0, tzinfo=BERLIN), datetime(2026, 11, 23, 9, 0, tzinfo=BERLIN)
    assert read_when("end of week", monday, SERVICE) == datetime(2026, 11, 27, 15, 0, tzinfo=BERLIN)
    assert read_when("end of week", saturday, SERVICE) == datetime(2026, 11, 27, 15, 0, tzinfo=BERLIN)
    assert read_when("next week", monday, SERVICE) == datetime(2026, 11, 30, 9, 0, tzinfo=BERLIN)
