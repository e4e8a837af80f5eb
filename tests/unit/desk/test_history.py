from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

from maildesk.desk.history import (
    ENOUGH_ALIKE,
    ENOUGH_ANSWERS,
    KEPT_SHARE,
    MOST_SHARE,
    Found,
    History,
    Wait,
    percentile_of,
    share_of,
)
from maildesk.desk.words import Priority

H, M, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
N = Priority.NORMAL


def answered(began: datetime, span: timedelta = H, promised: timedelta | None = None, turn: int = 1) -> Wait:
    """Answered at once by the calendar, so that nobody else waits meanwhile."""
    return Wait(N, turn, began, span, promised, began + M)


def weekly(hour: int, span: timedelta, *days: int) -> list[Wait]:
    """Ten answers on each of these weekdays in the four weeks before."""
    return [
        answered(MONDAY.replace(hour=hour) + (day - 7 * week) * DAY + place * 5 * M, span)
        for day in days
        for week in range(1, 5)
        for place in range(10)
    ]


def found(waits: list[Wait], arrived: datetime = MONDAY) -> Found:
    result = History("UTC", MONDAY, tuple(waits)).find(N, 1, arrived)
    assert result is not None
    return result


def test_the_percentile_leaves_room_for_the_answer_that_is_not_measured_yet() -> None:
    assert percentile_of([n * M for n in range(1, 101)]) == 91 * M
    assert percentile_of([n * M for n in reversed(range(1, 21))]) == 19 * M
    assert percentile_of([]) == timedelta(0)


def test_who_waits_longer_than_others_did_moves_the_percentile_up() -> None:
    spans = [n * M for n in range(1, 41)]
    assert percentile_of(spans, [30 * M] * 5) > percentile_of(spans)
    assert percentile_of(spans, [0 * M] * 5) == percentile_of(spans)
    assert percentile_of(spans, [9 * H] * 40) == 9 * H


def test_too_few_answers_say_nothing_however_many_wait() -> None:
    waits = [answered(MONDAY - place * H) for place in range(1, ENOUGH_ANSWERS)]
    still = [Wait(N, 1, MONDAY - H, H)] * 50
    assert History("UTC", MONDAY, (*waits, *still)).find(N, 1, MONDAY) is None


def test_mail_is_promised_what_mail_of_the_same_time_of_the_week_got() -> None:
    waits = weekly(9, 2 * H, 0) + weekly(9, H, 1, 2, 3, 4) + weekly(15, 5 * H, 0, 1, 2, 3, 4)
    monday = found(waits)
    assert (monday.span, monday.answers) == (2 * H, 40)
    assert monday.alike == "that came on Monday mornings while about as many people waited"
    assert found(waits, MONDAY + DAY).span == H
    assert found(waits, MONDAY + DAY + 6 * H).span == 5 * H


def test_where_one_day_has_too_few_answers_all_working_days_speak() -> None:
    few = weekly(9, 9 * H, 0)[: ENOUGH_ALIKE - 1]
    monday = found(few + weekly(9, H, 1, 2, 3, 4) + weekly(15, 20 * H, 1))
    assert monday.alike == "that came on workday mornings while about as many people waited"
    assert monday.answers == ENOUGH_ALIKE - 1 + 160


def test_mail_is_promised_what_mail_got_when_about_as_many_people_waited() -> None:
    alone = [answered(MONDAY - place * 3 * H, H) for place in range(1, 91)]
    crowded = [
        Wait(N, 1, MONDAY - day * DAY + place * M, 6 * H, None, MONDAY - (day - 1) * DAY)
        for day in (18, 20, 22, 24, 26)
        for place in range(20)
    ]
    waits = alone + crowded
    assert found(waits).span == H
    now_waiting = [Wait(N, 1, MONDAY - M, M)] * 12
    assert found(waits + now_waiting).span == 6 * H


def test_of_answers_alike_the_newest_speak_not_the_quickest() -> None:
    quick = [answered(MONDAY - 20 * DAY + place * 7 * H, H) for place in range(29)]
    slow = [answered(MONDAY - 9 * DAY + place * 3 * H, 5 * H) for place in range(70)]
    assert found(quick + slow, MONDAY - 9 * H).span == 5 * H


def test_misses_aim_higher_and_kept_promises_bring_it_back() -> None:
    missed = [answered(MONDAY - DAY + place * M, 3 * H, 2 * H) for place in range(5)]
    kept = [answered(MONDAY - H + place * M, H, 2 * H) for place in range(30)]
    assert share_of([]) == share_of(kept) == KEPT_SHARE
    assert KEPT_SHARE + 0.04 < share_of(missed) <= MOST_SHARE
    assert KEPT_SHARE < share_of(missed + kept) < share_of(missed)
    assert share_of(missed * 20) == MOST_SHARE


def test_who_waits_longer_than_promised_counts_as_a_miss_already() -> None:
    late = Wait(N, 1, MONDAY - H, 3 * H, 2 * H)
    assert share_of([late]) > KEPT_SHARE
    assert share_of([Wait(N, 1, MONDAY - H, H, 2 * H)]) == KEPT_SHARE


def test_history_says_the_same_in_whatever_order_it_was_read() -> None:
    random = Random(7)
    waits = [
        answered(MONDAY - random.random() * 28 * DAY, random.random() * 9 * H, 4 * H, random.choice((1, 2)))
        for _ in range(120)
    ]
    first = found(waits)
    random.shuffle(waits)
    assert found(waits) == first
