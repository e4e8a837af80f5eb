"""How long a customer may hear nothing, how close two mails may follow each other, and which text comes next."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from maildesk.desk.actions import Decision
from maildesk.desk.following.follow_up import decide_step
from maildesk.desk.known.follow_up_facts import FollowUpFacts
from maildesk.desk.promises.promise import silence_of
from maildesk.desk.tickets.steps import closing_time, next_timer, schedule
from maildesk.desk.tickets.tickets import settled
from maildesk.desk.words import Audience, Desk, Priority, Promise, PromiseState, Step, Ticket, TicketState
from tests.unit.desk.making_facts import DESK, SITE, promise, ticket

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
MONDAY_9 = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)  # 9:00 in Berlin; the desk works 9 to 17
FROM_MONDAY: dict[str, Any] = {"state_since": MONDAY_9, "opened_at": MONDAY_9, "turn_began_at": MONDAY_9}


def promised(at: datetime, **changes: Any) -> Promise:
    return replace(promise(at), made_at=MONDAY_9, told_at=MONDAY_9, **changes)


def step(known: Ticket, now: datetime, desk: Desk = DESK, **changes: Any) -> Decision:
    return decide_step(replace(FollowUpFacts(now, SITE, desk, known), **changes))


def to_customer(decision: Decision) -> list[str]:
    return [each.template for each in decision.mails if each.audience is Audience.CUSTOMER]


def walked(known: Ticket, until: datetime) -> list[tuple[datetime, str, object]]:
    """Every mail to the customer until then: when, which, and with which of its texts."""
    told, now = list[tuple[datetime, str, object]](), MONDAY_9
    while True:
        timer = next_timer(known, DESK)
        assert timer is not None
        now = max(now, timer.due_at)
        if now > until:
            return told
        decision = step(known, now)
        told += [(now, each.template, each.values.get("round")) for each in decision.mails if each.automatic]
        known = decision.tickets[0]
        now = max(now, known.timer.due_at) if known.timer else now


def test_a_promise_in_three_weeks_is_confirmed_so_often_that_no_silence_is_longer_than_the_longest() -> None:
    known = ticket(promise=promised(MONDAY_9 + 21 * DAY), **FROM_MONDAY)
    told = list(walked(known, MONDAY_9 + 21 * DAY))
    assert [template for _, template, _ in told] == ["progress", "progress", "progress", "still-working"]
    moments = [MONDAY_9, *(at for at, _, _ in told)]
    gaps = [DESK.service.between(*pair) for pair in itertools.pairwise(moments)]
    assert max(gaps) <= silence_of(DESK, Priority.NORMAL)
    assert max(gaps) - min(gaps) < HOUR  # equal parts: no two mails follow each other closely


def test_a_progress_mail_states_the_standing_promise_and_makes_no_other() -> None:
    known = ticket(promise=promised(MONDAY_9 + 21 * DAY), **FROM_MONDAY)
    timer = next_timer(replace(known, nudged=2), DESK)
    assert timer is not None
    assert timer.step is Step.KEEP_INFORMED
    decision = step(replace(known, nudged=2), timer.due_at)
    assert (decision.promises, decision.tickets[0].promise) == ((), known.promise)
    assert decision.mails[0].values["promise"] == MONDAY_9 + 21 * DAY


def test_for_months_no_text_comes_twice_in_a_row_and_no_silence_is_too_long() -> None:
    known = ticket(promise=promised(MONDAY_9 + DAY, target=8 * HOUR), **FROM_MONDAY)
    told = walked(known, MONDAY_9 + 180 * DAY)
    texts = [(template, which) for _, template, which in told]
    assert len(texts) > 20
    assert all(before != after for before, after in itertools.pairwise(texts))
    gaps = [DESK.service.between(a[0], b[0]) for a, b in itertools.pairwise(told)]
    assert max(gaps) <= silence_of(DESK, Priority.NORMAL)
    # They grow up to the cap; rounding to times that people say moves each by an hour or so.
    assert all(later >= sooner - 2 * HOUR for sooner, later in itertools.pairwise(gaps))


@pytest.mark.parametrize("changes", [{"stopped": True}, {"unanswerable": "no-reply"}])
def test_who_is_not_written_to_is_not_kept_informed(changes: dict[str, Any]) -> None:
    known = ticket(promise=promised(MONDAY_9 + 21 * DAY), **FROM_MONDAY, **changes)
    assert Step.KEEP_INFORMED not in {timer.step for timer in schedule(known, DESK)}


def test_a_priority_without_a_longest_silence_takes_that_of_normal() -> None:
    desk = replace(DESK, follow_up=replace(DESK.follow_up, longest_silence={"normal": 30 * HOUR}))
    assert silence_of(desk, Priority.LOW) == 30 * HOUR
    assert silence_of(DESK, Priority.LOW) == 80 * HOUR


def test_the_notice_leaves_a_tenth_of_the_target_that_the_promise_was_made_for() -> None:
    """After a pause of three weeks the way is long and the target is not."""
    at = MONDAY_9 + 6 * HOUR
    known = ticket(promise=promised(at, target=8 * HOUR), **{**FROM_MONDAY, "state_since": MONDAY_9 - 21 * DAY})
    notice = next(each for each in schedule(known, DESK) if each.step is Step.RENEW_PROMISE)
    assert notice.due_at == at - 48 * MINUTE


def test_steps_fall_on_whole_minutes() -> None:
    odd = {**FROM_MONDAY, "state_since": MONDAY_9 + timedelta(seconds=17)}
    made = replace(promise(MONDAY_9 + 30 * DAY), made_at=MONDAY_9 + timedelta(seconds=17), told_at=None)
    tickets = [
        ticket(promise=made, **odd),
        ticket(state=TicketState.WAITING, **odd),
        ticket(state=TicketState.SOLVED, **odd),
    ]
    assert {timer.due_at.second for each in tickets for timer in schedule(each, DESK)} == {0}


def test_a_step_within_the_least_gap_waits_until_it_is_over() -> None:
    asked = MONDAY_9 + 3 * DAY
    known = ticket(state=TicketState.WAITING, informed_at=asked - 2 * MINUTE, **FROM_MONDAY)
    decision = step(known, asked)
    assert decision.mails == ()
    assert decision.tickets[0].timer is not None
    assert decision.tickets[0].timer.due_at == asked + 8 * MINUTE
    assert to_customer(step(known, asked + 8 * MINUTE)) == ["reminder"]


def test_the_gap_lets_no_promise_pass() -> None:
    at = MONDAY_9 + 2 * HOUR
    known = ticket(promise=promised(at), informed_at=at - 8 * MINUTE, nudged=2, **FROM_MONDAY)
    assert to_customer(step(known, at - 5 * MINUTE)) == ["still-working"]


def test_every_automatic_mail_is_remembered_so_that_the_next_keeps_its_distance() -> None:
    asked = MONDAY_9 + 3 * DAY
    assert step(ticket(state=TicketState.WAITING, **FROM_MONDAY), asked).tickets[0].informed_at == asked


def test_a_question_that_comes_late_puts_off_the_closing_that_it_names() -> None:
    known, late = ticket(state=TicketState.WAITING, **FROM_MONDAY), MONDAY_9 + 6 * DAY + 8 * HOUR
    asked = replace(known, nudged=1, nudged_at=late)
    announced = next_timer(asked, DESK)
    assert announced is not None
    assert announced.due_at >= late + 2 * DAY
    assert closing_time(asked, DESK) >= announced.due_at + 3 * DAY


def test_a_solved_ticket_never_closes_unasked_however_long_nobody_looked() -> None:
    late = MONDAY_9 + 14 * DAY
    asked = step(ticket(state=TicketState.SOLVED, **FROM_MONDAY), late)
    assert to_customer(asked) == ["solved"]
    after = settled(asked.tickets[0], DESK).timer
    assert after is not None
    assert after.due_at >= late + 2 * DAY


def test_urgent_customers_are_not_questioned_at_night() -> None:
    desk = replace(DESK, around_the_clock=frozenset({"urgent"}))
    known = ticket(state=TicketState.WAITING, priority=Priority.URGENT, **FROM_MONDAY)
    assert to_customer(step(known, MONDAY_9 + 3 * DAY + 14 * HOUR, desk)) == []


def test_a_promise_to_somebody_who_cannot_be_reached_is_untellable_and_the_lead_hears_why() -> None:
    at = MONDAY_9 + 6 * HOUR
    known = ticket(promise=promised(at), nudged=2, **FROM_MONDAY)
    decision = step(known, at - 20 * MINUTE, unreachable="5.1.1 no such user")
    assert to_customer(decision) == []
    assert decision.tickets[0].promise is not None
    assert decision.tickets[0].promise.state is PromiseState.UNTELLABLE
    late = next(each for each in decision.mails if each.template == "agent/late")
    assert "5.1.1" in str(late.values["unanswerable"])
