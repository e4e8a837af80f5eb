from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from maildesk.desk.service_time.hours import NeverOpen, ServiceTime, Span, around_the_clock, parse_hours

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = parse_hours(["Mon-Thu 09:00-17:30", "Fri 09:00-15:00"])


def berlin(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=BERLIN)  # type: ignore[arg-type,misc]  # year to minute, spelt at each call


def office(**more: object) -> ServiceTime:
    return ServiceTime("Europe/Berlin", OFFICE, **more)  # type: ignore[arg-type]  # each test names what it adds


def test_service_time_is_walked_over_the_weekend() -> None:
    friday = berlin(2026, 11, 20, 14, 0)
    assert office().add(friday, timedelta(hours=8)) == berlin(2026, 11, 23, 16, 0)
    assert office().between(friday, berlin(2026, 11, 23, 16, 0)) == timedelta(hours=8)


def test_a_span_used_up_to_its_end_gives_the_closing_time() -> None:
    assert office().add(berlin(2026, 11, 20, 14, 0), timedelta(hours=1)) == berlin(2026, 11, 20, 15, 0)


def test_nothing_added_is_the_start_itself_even_when_closed() -> None:
    assert office().add(berlin(2026, 11, 21, 3, 0), timedelta(0)) == berlin(2026, 11, 21, 3, 0)


def test_time_is_added_forwards_only() -> None:
    with pytest.raises(ValueError, match="forwards"):
        office().add(berlin(2026, 11, 20, 14, 0), timedelta(hours=-1))


def test_a_desk_is_open_at_its_opening_and_closed_at_its_closing() -> None:
    assert office().is_open(berlin(2026, 11, 23, 9, 0))
    assert not office().is_open(berlin(2026, 11, 23, 17, 30))


def test_the_next_opening_is_now_where_the_desk_is_open() -> None:
    now = berlin(2026, 11, 23, 11, 11)
    assert office().next_opening(now) == now
    assert office().next_opening(berlin(2026, 11, 20, 15, 0)) == berlin(2026, 11, 23, 9, 0)


def test_the_next_closing_is_of_this_stretch_or_else_of_the_next() -> None:
    assert office().next_closing(berlin(2026, 11, 23, 11, 0)) == berlin(2026, 11, 23, 17, 30)
    assert office().next_closing(berlin(2026, 11, 21, 11, 0)) == berlin(2026, 11, 23, 17, 30)


def test_the_last_open_moment_of_a_closed_desk_is_a_minute_before_it_closed() -> None:
    assert office().last_open_moment_before(berlin(2026, 11, 22, 12, 0)) == berlin(2026, 11, 20, 14, 59)
    assert office().last_open_moment_before(berlin(2026, 11, 20, 15, 0)) == berlin(2026, 11, 20, 14, 59)
    assert office().last_open_moment_before(berlin(2026, 11, 20, 14, 59, 30)) == berlin(2026, 11, 20, 14, 59, 30)


def test_an_overnight_shift_is_one_stretch_over_midnight() -> None:
    night = ServiceTime("Europe/Berlin", parse_hours(["Mon 22:00-06:00"]))
    assert night.opened_at(berlin(2026, 11, 24, 3, 0)) == berlin(2026, 11, 23, 22, 0)
    assert night.next_closing(berlin(2026, 11, 23, 23, 0)) == berlin(2026, 11, 24, 6, 0)
    assert not night.is_open(berlin(2026, 11, 25, 3, 0))


def test_the_night_of_the_spring_change_is_an_hour_shorter_and_of_autumn_an_hour_longer() -> None:
    night = ServiceTime("Europe/Berlin", parse_hours(["Sat 22:00-06:00"]))
    spring, autumn = berlin(2026, 3, 28, 22, 0), berlin(2026, 10, 24, 22, 0)
    assert night.between(spring, spring.astimezone(UTC) + timedelta(days=1)) == timedelta(hours=7)
    assert night.between(autumn, autumn.astimezone(UTC) + timedelta(days=1)) == timedelta(hours=9)


def test_an_hour_that_the_clock_skips_is_nobodys_working_time() -> None:
    early = ServiceTime("Europe/Berlin", parse_hours(["Sun 02:00-03:00"]))
    day = berlin(2026, 3, 29, 0, 0)
    assert early.between(day, day.astimezone(UTC) + timedelta(days=1)) == timedelta(0)


def test_half_an_hour_of_daylight_saving_is_counted_on_lord_howe() -> None:
    howe = ServiceTime("Australia/Lord_Howe", parse_hours(["Mon-Sun 00:00-24:00"]))
    start = datetime(2026, 4, 5, tzinfo=ZoneInfo("Australia/Lord_Howe"))
    end = datetime(2026, 4, 6, tzinfo=ZoneInfo("Australia/Lord_Howe"))
    assert howe.between(start, end) == timedelta(hours=24, minutes=30)


def test_a_holiday_closes_the_whole_day_and_the_shift_that_would_begin_on_it() -> None:
    week = parse_hours(["Mon-Fri 22:00-06:00"])
    night = ServiceTime("Europe/Berlin", week, holidays=frozenset({date(2026, 11, 25)}))  # a Wednesday
    assert night.is_open(berlin(2026, 11, 24, 23, 59))
    assert not night.is_open(berlin(2026, 11, 25, 0, 0))
    assert not night.is_open(berlin(2026, 11, 25, 23, 0))
    assert not night.is_open(berlin(2026, 11, 26, 3, 0))
    assert night.is_open(berlin(2026, 11, 26, 22, 0))


def test_holidays_are_asked_for_by_year() -> None:
    asked: set[int] = set()

    def holidays(year: int) -> frozenset[date]:
        asked.add(year)
        return frozenset({date(year, 1, 1)})

    service = office(holidays=holidays)
    assert service.next_opening(berlin(2026, 12, 31, 17, 30)) == berlin(2027, 1, 4, 9, 0)  # the 1st is a Friday
    assert asked == {2026, 2027}


def test_an_extra_open_day_has_its_own_hours_and_wins_over_a_holiday() -> None:
    day = date(2026, 11, 28)
    service = office(holidays=frozenset({day}), open_days={day: ((600, 840),)})
    assert service.next_opening(berlin(2026, 11, 27, 15, 0)) == berlin(2026, 11, 28, 10, 0)
    assert service.next_closing(berlin(2026, 11, 28, 10, 0)) == berlin(2026, 11, 28, 14, 0)


def test_an_extra_open_day_replaces_the_hours_of_the_week() -> None:
    service = office(open_days={date(2026, 11, 23): ((1200, 1260),)})
    assert not service.is_open(berlin(2026, 11, 23, 10, 0))
    assert service.is_open(berlin(2026, 11, 23, 20, 30))


def test_a_closed_day_of_the_company_counts_like_a_holiday() -> None:
    service = office(closed=frozenset({date(2026, 11, 23)}))
    assert service.next_opening(berlin(2026, 11, 20, 15, 0)) == berlin(2026, 11, 24, 9, 0)


def test_a_day_cannot_be_extra_open_and_extra_closed() -> None:
    with pytest.raises(ValueError, match="2026-11-28 is both"):
        office(closed=frozenset({date(2026, 11, 28)}), open_days={date(2026, 11, 28): ((600, 840),)})


def test_a_leap_day_is_a_day() -> None:
    service = ServiceTime("Europe/Berlin", parse_hours(["Mon-Sun 09:00-10:00"]))
    assert service.between(berlin(2024, 2, 28, 12, 0), berlin(2024, 3, 1, 8, 0)) == timedelta(hours=1)


def test_around_the_clock_time_is_clock_time() -> None:
    always = around_the_clock("Asia/Kolkata")
    start = datetime(2026, 11, 20, 13, 7, tzinfo=UTC)
    assert always.always_open
    assert always.add(start, timedelta(days=30)) == start + timedelta(days=30)
    assert always.next_closing(start) is None
    assert always.opened_at(start) is None
    assert not office().always_open


def test_the_end_of_last_nights_shift_may_run_into_an_extra_open_day() -> None:
    week = parse_hours(["Fri 22:00-06:00"])
    service = ServiceTime("Europe/Berlin", week, open_days={date(2026, 11, 28): ((240, 600),)})
    assert service.between(berlin(2026, 11, 28, 0, 0), berlin(2026, 11, 29, 0, 0)) == timedelta(hours=10)
    assert service.next_closing(berlin(2026, 11, 27, 23, 0)) == berlin(2026, 11, 28, 10, 0)


def test_the_last_open_day_of_a_calendar_still_closes() -> None:
    service = ServiceTime("Europe/Berlin", (), open_days={date(2026, 11, 28): ((540, 600),)})
    assert service.next_closing(berlin(2026, 11, 28, 9, 30)) == berlin(2026, 11, 28, 10, 0)
    with pytest.raises(NeverOpen):
        service.next_closing(berlin(2026, 11, 28, 10, 0))
    with pytest.raises(NeverOpen):
        service.last_open_moment_before(berlin(2026, 11, 28, 8, 0))


def test_an_opening_400_days_away_is_found_and_a_later_one_is_not() -> None:
    day = date(2026, 11, 28)
    service = ServiceTime("UTC", (), open_days={day: ((0, 60),)})
    opening = datetime(2026, 11, 28, tzinfo=UTC)
    assert service.next_opening(opening - timedelta(days=400)) == opening
    with pytest.raises(NeverOpen):
        service.next_opening(opening - timedelta(days=401))


def test_a_calendar_without_an_open_minute_is_an_error_with_a_sentence() -> None:
    service = office(holidays=lambda year: frozenset(date(year, 1, 1) + timedelta(days=n) for n in range(366)))
    with pytest.raises(NeverOpen, match="no open minute within 400 days of 2026-11-20"):
        service.add(berlin(2026, 11, 20, 14, 0), timedelta(hours=1))


def test_the_end_of_the_calendar_is_an_error_and_not_a_crash() -> None:
    with pytest.raises(NeverOpen):
        office().next_opening(datetime(9999, 12, 31, 12, tzinfo=UTC))


def test_moments_come_out_in_utc_whatever_went_in() -> None:
    out = office().add(berlin(2026, 11, 20, 14, 0), timedelta(hours=8))
    assert out.tzinfo is UTC


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a time zone"):
        office().is_open(datetime(2026, 11, 20, 14, 0))  # naive on purpose


@pytest.mark.parametrize("zone", ["Europe/Atlantis", "", "../etc/passwd", "Europe", "/etc/localtime"])
def test_an_unknown_zone_is_refused_with_a_sentence(zone: str) -> None:
    with pytest.raises(ValueError, match=r"There is no time zone .*Europe/Berlin"):
        ServiceTime(zone, OFFICE)


def test_a_desk_without_hours_is_refused() -> None:
    with pytest.raises(ValueError, match="needs hours"):
        ServiceTime("Europe/Berlin", ())


def test_the_calendar_itself_refuses_overlapping_spans() -> None:
    with pytest.raises(ValueError, match="overlap"):
        ServiceTime("Europe/Berlin", (Span(0, 0, 600), Span(0, 540, 700)))


def test_two_calendars_with_the_same_rules_are_equal() -> None:
    used = office()
    used.is_open(berlin(2026, 11, 20, 14, 0))
    assert used == office()
