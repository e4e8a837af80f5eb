from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from maildesk.desk.promises.history import ENOUGH_ANSWERS, History, Wait
from maildesk.desk.promises.promise import (
    foreign_offset,
    notice_before,
    target_of,
    when_we_answer,
    when_we_write_again,
)
from maildesk.desk.service_time.hours import ServiceTime, parse_hours
from maildesk.desk.words import Desk, Priority

BERLIN = ZoneInfo("Europe/Berlin")
H = timedelta(hours=1)
M = timedelta(minutes=1)


def berlin(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment in November 2026: the 20th is a Friday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=BERLIN)


def desk(*hours: str, zone: str = "Europe/Berlin", around: tuple[str, ...] = (), **targets: timedelta) -> Desk:
    week = parse_hours(hours or ["Mon-Thu 09:00-17:30", "Fri 09:00-15:00"])
    return Desk(
        name="Support",
        address="support@example.com",
        time_zone=zone,
        service=ServiceTime(zone, week),
        targets=targets or {"normal": 8 * H, "urgent": H},
        around_the_clock=frozenset(around),
    )


def answered(*spans: timedelta, turn: int = 1) -> History:
    """Answers to normal mail that took so long, an evening apart; the last came before the 20th."""
    first = berlin(20, 18) - len(spans) * timedelta(days=1)
    began = [first + place * timedelta(days=1) for place in range(len(spans))]
    waits = (Wait(Priority.NORMAL, turn, at, span, None, at + M) for at, span in zip(began, spans, strict=True))
    return History("Europe/Berlin", berlin(20, 18), tuple(waits))


def test_the_target_is_walked_in_desk_hours_from_the_arrival() -> None:
    promised = when_we_answer(desk(), Priority.NORMAL, berlin(20, 14, 0), berlin(20, 14, 0))
    assert promised.at == berlin(23, 16, 0)
    assert promised.target == 8 * H
    assert promised.reason == "8 h of service time is the target for normal mail"
    assert promised.opens_at is None
    assert not promised.late


def test_out_of_hours_the_promise_says_when_the_desk_opens() -> None:
    promised = when_we_answer(desk(), Priority.NORMAL, berlin(21, 12), berlin(21, 12))
    assert promised.opens_at == berlin(23, 9)
    assert promised.at == berlin(23, 17)


def test_a_priority_without_a_target_takes_normals() -> None:
    assert target_of(desk(), Priority.HIGH) == 8 * H
    assert target_of(desk(), Priority.URGENT) == H
    assert target_of(desk(low=2 * H), Priority.NORMAL) == 8 * H


def test_urgent_mail_runs_around_the_clock_where_the_desk_says_so() -> None:
    night = berlin(21, 2, 13)
    promised = when_we_answer(desk(around=("urgent",)), Priority.URGENT, night, night)
    assert promised.at == berlin(21, 3, 15)
    assert promised.around_the_clock
    assert promised.opens_at is None
    assert when_we_answer(desk(), Priority.URGENT, night, night).at == berlin(23, 10)


@pytest.mark.parametrize(
    ("arrived", "target", "expected"),
    [
        (berlin(23, 11, 2), 30 * M, berlin(23, 11, 35)),  # near: five minutes
        (berlin(23, 11, 2), 2 * H, berlin(23, 13, 15)),  # quarters
        (berlin(23, 11, 2), 6 * H, berlin(23, 17, 30)),  # half hours
        (berlin(23, 11, 0), 6 * H, berlin(23, 17, 0)),  # a time people say stays
    ],
)
def test_the_moment_is_rounded_up_to_a_time_people_say(
    arrived: datetime, target: timedelta, expected: datetime
) -> None:
    assert when_we_answer(desk(normal=target), Priority.NORMAL, arrived, arrived).at == expected


def test_times_people_say_are_those_of_the_desks_clock() -> None:
    nepal = desk("Mon-Sun 09:00-18:00", zone="Asia/Kathmandu")
    at = datetime(2026, 11, 23, 5, 1, tzinfo=UTC)  # 10:46 there, 5:45 east
    promised = when_we_answer(nepal, Priority.NORMAL, at, at).at.astimezone(ZoneInfo("Asia/Kathmandu"))
    assert (promised.hour, promised.minute) == (10, 0)


@pytest.mark.parametrize("arrived", [berlin(20, 14, 50), berlin(20, 18), berlin(22, 4), berlin(23, 9, 0)])
def test_no_promise_ends_within_the_first_hour_after_opening(arrived: datetime) -> None:
    promised = when_we_answer(desk(normal=20 * M), Priority.NORMAL, arrived, arrived)
    assert promised.at == berlin(23, 10)


def test_a_span_shorter_than_an_hour_keeps_the_first_hour_free_too() -> None:
    short = desk("Mon-Fri 09:00-09:30", normal=25 * M)
    assert when_we_answer(short, Priority.NORMAL, berlin(23, 8), berlin(23, 8)).at == berlin(23, 10)


def test_mail_that_reached_us_late_leaves_a_quarter_of_the_target() -> None:
    promised = when_we_answer(desk(), Priority.NORMAL, berlin(18, 9), berlin(23, 11))
    assert promised.at == berlin(23, 13)
    assert promised.late
    assert "reached us late: 2 h of service time from now" in promised.reason


def test_a_few_minutes_on_the_way_are_not_late() -> None:
    promised = when_we_answer(desk(), Priority.NORMAL, berlin(23, 9), berlin(23, 9, 20))
    assert promised.at == berlin(23, 17)
    assert not promised.late
    just_a_quarter_left = when_we_answer(desk(), Priority.NORMAL, berlin(23, 9), berlin(23, 15))
    assert just_a_quarter_left.at == berlin(23, 17)
    assert not just_a_quarter_left.late


def test_a_mail_from_the_future_arrived_now() -> None:
    now = berlin(23, 9)
    from_the_future = when_we_answer(desk(), Priority.NORMAL, berlin(27, 9), now)
    assert from_the_future == when_we_answer(desk(), Priority.NORMAL, now, now)


def test_history_makes_the_promise_sooner_where_the_desk_is_faster() -> None:
    history = answered(*(n * 6 * M for n in range(1, 21)))  # up to two hours
    promised = when_we_answer(desk(), Priority.NORMAL, berlin(23, 9), berlin(23, 9), history)
    assert promised.target == 19 * 6 * M
    assert promised.at == berlin(23, 11)
    assert promised.from_history
    assert "came within 1 h 54 min of service time, sooner than the target of 8 h" in promised.reason


def test_history_makes_the_promise_later_where_that_is_the_truth() -> None:
    promised = when_we_answer(desk(), Priority.NORMAL, berlin(23, 9), berlin(23, 9), answered(*[12 * H] * 30))
    assert promised.target == 12 * H
    assert "later than the target" in promised.reason
    same = when_we_answer(desk(), Priority.NORMAL, berlin(23, 9), berlin(23, 9), answered(*[8 * H] * 30))
    assert "the same as the target" in same.reason


def test_too_little_history_says_nothing() -> None:
    promised = when_we_answer(
        desk(), Priority.NORMAL, berlin(23, 9), berlin(23, 9), answered(*[H] * (ENOUGH_ANSWERS - 1))
    )
    assert promised.target == 8 * H
    assert not promised.from_history


def test_history_never_promises_sooner_than_a_person_can_read() -> None:
    promised = when_we_answer(
        desk(), Priority.NORMAL, berlin(23, 11), berlin(23, 11), answered(*[timedelta(seconds=9)] * 40)
    )
    assert promised.at == berlin(23, 11, 15)
    promised = when_we_answer(desk(normal=5 * M), Priority.NORMAL, berlin(23, 11), berlin(23, 11), answered(*[M] * 40))
    assert promised.at == berlin(23, 11, 5)


def test_a_tickets_later_mails_have_targets_of_their_own() -> None:
    both = replace(desk(), next_targets={"normal": 4 * H})
    promised = when_we_answer(both, Priority.NORMAL, berlin(23, 9), berlin(23, 9), turn=2)
    assert promised.at == berlin(23, 13)
    assert promised.reason == "4 h of service time is the target for later normal mail of a ticket"
    assert when_we_answer(both, Priority.NORMAL, berlin(23, 9), berlin(23, 9)).target == 8 * H
    assert target_of(both, Priority.URGENT, 2) == H
    assert target_of(both, Priority.HIGH, 2) == 4 * H
    assert target_of(desk(), Priority.NORMAL, 2) == 8 * H


def test_first_answers_say_nothing_of_next_ones() -> None:
    firsts, nexts = answered(*[2 * H] * 30), answered(*[2 * H] * 30, turn=3)
    for history, turn, measured in ((firsts, 1, True), (firsts, 2, False), (nexts, 1, False), (nexts, 2, True)):
        promised = when_we_answer(desk(), Priority.NORMAL, berlin(23, 9), berlin(23, 9), history, turn)
        assert promised.from_history is measured


def test_each_renewal_is_further_away_than_the_last_up_to_a_bound() -> None:
    now, gaps = berlin(23, 16), []
    for renewals in range(1, 8):
        promised = when_we_write_again(desk(), Priority.NORMAL, now + H, now, renewals)
        gaps.append(promised.target)
        assert promised.at > now + H
        assert f"promise {renewals + 1} of this turn" in promised.reason
    assert gaps[:3] == [12 * H, 18 * H, 27 * H]
    assert sorted(gaps) == gaps
    assert gaps[-1] == gaps[-2]


def test_a_renewed_promise_ends_after_the_one_it_replaces() -> None:
    lapsing = berlin(27, 14)
    promised = when_we_write_again(desk(normal=H), Priority.NORMAL, lapsing, berlin(23, 9), 1)
    assert promised.at > lapsing


@pytest.mark.parametrize(
    ("made", "at", "expected"),
    [
        (berlin(20, 14), berlin(23, 16), berlin(23, 15, 12)),  # a tenth of eight hours
        (berlin(23, 10), berlin(23, 11), berlin(23, 10, 45)),  # at least a quarter of an hour
        (berlin(20, 18), berlin(23, 10), berlin(23, 9, 45)),
        (berlin(16, 9), berlin(23, 10), berlin(20, 14, 59)),  # the margin reaches over the weekend
        (berlin(23, 11), berlin(23, 11, 10), berlin(23, 11, 5)),  # shorter than the margin: half-way
        (
            berlin(23, 11),
            berlin(23, 11, 15),
            berlin(23, 11, 7),
        ),  # the very moment it was made is none, nor an odd second
    ],
)
def test_notice_is_given_at_the_last_moment_in_desk_hours_that_leaves_the_margin(
    made: datetime, at: datetime, expected: datetime
) -> None:
    assert notice_before(at, made, desk().service) == expected


def test_a_neighbour_is_told_the_desks_time_alone() -> None:
    assert foreign_offset("Europe/Berlin", 60, berlin(20, 14)) is None


def test_a_customer_elsewhere_has_a_clock_of_their_own() -> None:
    assert foreign_offset("Europe/Berlin", -300, berlin(20, 14)) == -300
    assert foreign_offset("Europe/Berlin", 14 * 60, berlin(20, 14)) == 14 * 60


@pytest.mark.parametrize("offset", [None, 0, 14 * 60 + 1, -12 * 60 - 1])
def test_an_offset_that_says_nothing_is_no_clock(offset: int | None) -> None:
    assert foreign_offset("Europe/Berlin", offset, berlin(20, 14)) is None


def test_a_change_of_clocks_before_the_promise_makes_nobody_a_foreigner() -> None:
    summer = datetime(2026, 10, 24, 12, tzinfo=BERLIN)
    assert foreign_offset("Europe/Berlin", 120, summer) is None
    assert foreign_offset("Europe/Berlin", 60, summer) == 60
