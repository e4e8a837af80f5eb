"""Whatever the calendar, the target and the hour: what we promise is ahead, sayable, and leaves time to speak up."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from maildesk.desk.promises.history import History, Wait
from maildesk.desk.promises.promise import (
    FIRST_HOUR,
    Promised,
    notice_before,
    silence_of,
    when_we_answer,
    when_we_write_again,
)
from maildesk.desk.service_time.hours import ServiceTime
from maildesk.desk.service_time.week import parse_hours
from maildesk.desk.words import Desk, Priority

MINUTE = timedelta(minutes=1)
HOURS = (
    ["Mon-Thu 09:00-17:30", "Fri 09:00-15:00"],
    ["Mon-Fri 08:00-12:00, 13:00-17:00"],
    ["Mon-Sun 22:00-06:00"],
    ["Mon-Sun 00:00-24:00"],
    ["Wed 10:00-10:30"],
    ["Mon-Sat 06:10-22:50"],
)
ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "Asia/Kathmandu", "Australia/Lord_Howe")
HOLIDAYS = frozenset({date(2026, 12, 25), date(2026, 12, 26), date(2027, 1, 1)})

desks = st.builds(
    lambda hours, zone, target, around: Desk(
        name="Support",
        address="support@example.com",
        time_zone=zone,
        service=ServiceTime(zone, parse_hours(hours), HOLIDAYS),
        targets={"normal": target * MINUTE},
        around_the_clock=frozenset({"urgent"} if around else ()),
    ),
    st.sampled_from(HOURS),
    st.sampled_from(ZONES),
    st.integers(5, 3000),
    st.booleans(),
)
moments = st.integers(0, 400 * 24 * 60).map(lambda minutes: datetime(2026, 9, 1, tzinfo=UTC) + minutes * MINUTE)
LEARNT = datetime(2026, 8, 31, tzinfo=UTC)
waits = st.builds(
    lambda priority, began, span, promised, open_: Wait(
        priority,
        1,
        LEARNT - began * MINUTE,
        span * MINUTE,
        promised * MINUTE if promised else None,
        None if open_ else LEARNT - began * MINUTE / 2,
    ),
    st.sampled_from([Priority.NORMAL] * 3 + [Priority.URGENT]),
    st.integers(2, 28 * 24 * 60),
    st.integers(1, 4000),
    st.integers(0, 3000),
    st.sampled_from([False] * 9 + [True]),
)
histories = st.one_of(st.just([]), st.lists(waits, min_size=25, max_size=40)).map(
    lambda some: History("UTC", LEARNT, tuple(some))
)


def service_of(desk: Desk, promised: Promised) -> ServiceTime:
    whole_day = parse_hours(["Mon-Sun 00:00-24:00"])
    return ServiceTime(desk.time_zone, whole_day) if promised.around_the_clock else desk.service


def check(desk: Desk, promised: Promised, now: datetime) -> None:
    service = service_of(desk, promised)
    assert promised.at > now
    local = promised.at.astimezone(ZoneInfo(desk.time_zone))
    assert local.minute % 5 == 0
    assert (local.second, local.microsecond) == (0, 0)
    opened = service.opened_at(service.last_open_moment_before(promised.at))
    assert opened is None or promised.at >= opened + FIRST_HOUR
    notice = notice_before(promised.at, now, service)
    assert now <= notice < promised.at
    assert promised.reason


@settings(deadline=None, max_examples=200)
@given(desks, st.sampled_from(list(Priority)), moments, st.integers(0, 6000), histories)
def test_every_promise_is_ahead_sayable_and_can_be_spoken_about_before(
    desk: Desk, priority: Priority, arrived: datetime, late_by: int, history: History
) -> None:
    now = arrived + late_by * MINUTE
    promised = when_we_answer(desk, priority, arrived, now, history)
    check(desk, promised, now)
    service = service_of(desk, promised)
    assert service.between(arrived, promised.at) >= promised.target
    assert service.between(now, promised.at) >= promised.target * 0.25 - MINUTE
    assert (promised.opens_at is None) == service.is_open(now)


@settings(deadline=None, max_examples=100)
@given(desks, st.sampled_from(list(Priority)), moments, histories)
def test_a_chain_of_renewals_never_goes_back_in_time(
    desk: Desk, priority: Priority, arrived: datetime, history: History
) -> None:
    promised, made = when_we_answer(desk, priority, arrived, arrived, history), arrived
    for renewals in range(1, 6):
        notice = notice_before(promised.at, made, service_of(desk, promised))
        renewed = when_we_write_again(desk, priority, promised.at, notice, renewals, history)
        check(desk, renewed, notice)
        assert renewed.at > promised.at
        assert renewed.target >= min(promised.target, silence_of(desk, priority))
        promised, made = renewed, notice
