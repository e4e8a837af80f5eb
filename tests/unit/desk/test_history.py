from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

from maildesk.desk.promises.history import (
    ENOUGH_ALIKE,
    ENOUGH_ANSWERS,
    ENOUGH_SAME_DAY,
    FIRST_SHARE,
    LATELY,
    LEAST_SHARE,
    MOST_NEAREST,
    MOST_SHARE,
    Found,
    History,
    Wait,
    lately,
    percentile_of,
    share_after,
)
from maildesk.desk.words import Priority

H, M, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
N = Priority.NORMAL


def answered(began: datetime, span: timedelta = H, promised: timedelta | None = None, turn: int = 1) -> Wait:
    """Answered at once by the calendar, so that nobody else waits meanwhile."""
    return Wait(N, turn, began, span, promised, began + M)


def weekly(hour: int, span: timedelta, *days: int) -> list[Wait]:
    """Forty answers on each of these weekdays in the four weeks before."""
    return [
        answered(MONDAY.replace(hour=hour) + (day - 7 * week) * DAY + place * M, span)
        for day in days
        for week in range(1, 5)
        for place in range(40)
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
    assert (monday.span, monday.answers) == (2 * H, 80)
    assert monday.alike == "that came on Monday mornings while about as many people waited"
    assert found(waits, MONDAY + DAY).span == H
    assert found(waits, MONDAY + DAY + 6 * H).span == 5 * H


def test_where_one_day_has_too_few_answers_all_working_days_speak() -> None:
    few = weekly(9, 9 * H, 0)[: ENOUGH_SAME_DAY - 1]
    tuesdays = weekly(9, H, 1)[: ENOUGH_ALIKE - ENOUGH_SAME_DAY + 1]
    monday = found(few + tuesdays + weekly(15, 20 * H, 1))
    assert monday.alike == "that came on workday mornings while about as many people waited"
    assert monday.answers == ENOUGH_ALIKE // 2
    monday = found(few + tuesdays[1:] + weekly(15, 20 * H, 1))
    assert monday.alike == "that came while about as many people waited"
    assert monday.answers == MOST_NEAREST


def crowds(*days: int, of: int, span: timedelta) -> list[Wait]:
    """So many at once on each of the days before: nobody of them is answered before the last has written."""
    return [
        Wait(N, 1, MONDAY - day * DAY + place * M, span, None, MONDAY - (day - 1) * DAY - H)
        for day in days
        for place in range(of)
    ]


def test_mail_is_promised_what_mail_got_when_about_as_many_people_waited() -> None:
    alone = [answered(MONDAY - 20 * DAY - place * 45 * M, H) for place in range(1, 200)]
    waits = alone + crowds(*range(2, 19), of=10, span=6 * H)
    assert found(waits).span == H
    now_waiting = [Wait(N, 1, MONDAY - M, M)] * 9
    assert found(waits + now_waiting).span >= 6 * H


def test_each_one_more_who_waits_costs_what_one_more_cost_lately() -> None:
    waits = [
        replace(each, span=(place % 10 + 1) * 30 * M) for place, each in enumerate(crowds(*range(2, 28), of=10, span=H))
    ]
    spans = [found(waits + [Wait(N, 1, MONDAY - M, M)] * people).span for people in (4, 8, 12)]
    assert spans == [150 * M, 270 * M, 390 * M]


def test_a_line_that_is_shorter_makes_no_answer_shorter_than_a_third() -> None:
    waits = crowds(*range(2, 28), of=10, span=2 * H)
    for place, each in enumerate(waits):
        if place % 10 < 4:  # they stand in the line, but their own waits say nothing of normal mail
            waits[place] = replace(each, priority=Priority.HIGH)
        elif place % 10 > 6:
            waits[place] = replace(each, span=12 * H)
    assert found(waits).span == 40 * M


def test_a_crowd_that_nobody_has_seen_makes_promises_later_at_once() -> None:
    waits = [answered(MONDAY - place * 3 * H, H) for place in range(1, 91)]
    assert found([*waits, Wait(N, 1, MONDAY - M, M)]).span == H
    assert found(waits + [Wait(N, 1, MONDAY - M, M)] * 12).span == 5 * H


def test_of_answers_alike_the_newest_speak_not_the_quickest() -> None:
    quick = [answered(MONDAY - 20 * DAY + place * H, H) for place in range(100)]
    slow = [answered(MONDAY - 9 * DAY + place * H, 5 * H) for place in range(200)]
    assert found(quick + slow, MONDAY - 9 * H).span == 5 * H


def test_promises_that_were_missed_aim_higher_and_kept_ones_lower() -> None:
    hundred = [[place < missed for place in range(LATELY)] for missed in range(LATELY + 1)]
    assert share_after([]) == share_after(hundred[10]) == FIRST_SHARE
    assert share_after(hundred[9]) < FIRST_SHARE < share_after(hundred[11]) < FIRST_SHARE + 0.01
    assert share_after([True]) > FIRST_SHARE > share_after([False])
    assert share_after(hundred[0]) >= LEAST_SHARE
    assert share_after(hundred[100]) == MOST_SHARE
    assert sorted(hundred, key=share_after) == hundred


def test_the_last_hundred_promises_count_and_who_waits_too_long_is_one_of_them() -> None:
    missed = [answered(MONDAY - DAY + place * M, 3 * H, 2 * H) for place in range(30)]
    kept = [answered(MONDAY - H + place * M, H, 2 * H) for place in range(LATELY)]
    assert lately(missed + kept) == [False] * LATELY
    assert sum(lately(missed + kept[10:])) == 10
    assert lately([Wait(N, 1, MONDAY - H, H, 2 * H), Wait(N, 1, MONDAY - H, 9 * H)]) == []
    assert lately([*kept, Wait(N, 1, MONDAY - 2 * H, 3 * H, 2 * H)])[-2:] == [False, True]


def test_misses_lately_make_the_next_promise_longer_and_are_counted_in_the_reason() -> None:
    spans = [(place % 20 + 1) * 10 * M for place in range(90)]
    good = [answered(MONDAY - (place + 1) * H, span, 5 * H) for place, span in enumerate(spans)]
    bad = [replace(each, promised=30 * M) for each in good[:40]] + good[40:]
    assert found(bad).span > found(good).span
    assert (found(good).promises, found(good).kept) == (90, 90)
    assert found(bad).kept < 90


def test_history_says_the_same_in_whatever_order_it_was_read() -> None:
    random = Random(7)
    waits = [
        answered(MONDAY - random.random() * 28 * DAY, random.random() * 9 * H, 4 * H, random.choice((1, 2)))
        for _ in range(120)
    ]
    first = found(waits)
    random.shuffle(waits)
    assert found(waits) == first
