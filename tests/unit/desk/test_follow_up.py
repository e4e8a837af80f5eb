"""What happens when nobody moves: the table of steps, desk hours, and one step after downtime."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from maildesk.desk.actions import Decision
from maildesk.desk.following.follow_up import decide_step
from maildesk.desk.known.facts import AgentFacts
from maildesk.desk.known.follow_up_facts import FollowUpFacts
from maildesk.desk.tickets.steps import due_step, next_timer
from maildesk.desk.tickets.tickets import settled
from maildesk.desk.words import Audience, PromiseState, Step, Ticket, TicketState
from tests.unit.desk.making_facts import ANNA, BEN, DESK, SITE, promise, ticket

DAY = timedelta(days=1)
MONDAY_9 = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)  # 9:00 in Berlin
TUESDAY_9 = MONDAY_9 + DAY
FROM_MONDAY: dict[str, Any] = {"state_since": MONDAY_9, "opened_at": MONDAY_9, "turn_began_at": MONDAY_9}


def promised() -> Ticket:
    """Asked on Monday at 9:00, promised for Tuesday 13:00: twelve hours of service time."""
    made = replace(promise(TUESDAY_9 + timedelta(hours=4)), made_at=MONDAY_9)
    return ticket(promise=made, **FROM_MONDAY)


def step(known: Ticket, now: datetime, **changes: Any) -> Decision:
    return decide_step(replace(FollowUpFacts(now, SITE, DESK, known), **changes))


def told(decision: Decision, audience: Audience = Audience.CUSTOMER) -> list[tuple[str, str]]:
    return [(each.template, each.to[0].address) for each in decision.mails if each.audience is audience]


def reminded(decision: Decision) -> list[str]:
    """Who is reminded of the ticket; ``gathered_reminders`` says when, and together with what."""
    return [each.agent for each in decision.reminders]


@pytest.mark.parametrize(
    ("nudged", "due", "what"),
    [
        (0, MONDAY_9 + timedelta(hours=6), Step.REMIND_ASSIGNEE),
        (1, TUESDAY_9 + timedelta(hours=1, minutes=36), Step.REMIND_ALL),
        (2, TUESDAY_9 + timedelta(hours=2, minutes=48), Step.RENEW_PROMISE),
    ],
)
def test_an_open_ticket_reminds_half_way_at_four_fifths_and_then_tells_the_customer(
    nudged: int, due: datetime, what: Step
) -> None:
    timer = next_timer(replace(promised(), nudged=nudged), DESK)
    assert timer is not None
    assert (timer.due_at, timer.step) == (due, what)


@pytest.mark.parametrize(
    ("nudged", "after", "what"),
    [(0, 3, Step.ASK_IF_HELPED), (1, 7, Step.ANNOUNCE_CLOSING), (2, 10, Step.CLOSE)],
)
def test_a_waiting_ticket_asks_announces_and_closes(nudged: int, after: int, what: Step) -> None:
    tuesday = {**FROM_MONDAY, "state_since": TUESDAY_9}
    waiting = ticket(state=TicketState.WAITING, nudged=nudged, nudged_at=TUESDAY_9 + (3, 3, 7)[nudged] * DAY, **tuesday)
    timer = next_timer(waiting, DESK)
    assert timer is not None
    assert timer.step is what
    assert timer.due_at == TUESDAY_9 + after * DAY


def test_what_is_due_at_the_weekend_waits_for_monday() -> None:
    wednesday = MONDAY_9 + 2 * DAY
    waiting = ticket(state=TicketState.WAITING, **{**FROM_MONDAY, "state_since": wednesday})
    timer = next_timer(waiting, DESK)
    assert timer is not None
    assert timer.due_at == MONDAY_9 + 7 * DAY


def test_closing_leaves_the_customer_the_time_that_was_announced() -> None:
    late = MONDAY_9 + 14 * DAY
    waiting = ticket(state=TicketState.WAITING, nudged=2, nudged_at=late, **FROM_MONDAY)
    timer = next_timer(waiting, DESK)
    assert timer is not None
    assert timer.due_at == late + 3 * DAY


def test_after_downtime_only_the_last_step_that_is_due_is_taken() -> None:
    late = promised()
    found = due_step(late, DESK, TUESDAY_9 + timedelta(hours=3))
    assert found is not None
    assert found.step is Step.RENEW_PROMISE
    waiting = ticket(state=TicketState.WAITING, **FROM_MONDAY)
    decision = step(waiting, MONDAY_9 + 8 * DAY)
    assert [template for template, _ in told(decision)] == ["closing-soon"]


def test_half_way_the_assignee_is_reminded_and_everybody_where_there_is_none() -> None:
    at = MONDAY_9 + timedelta(hours=6)
    assert reminded(step(promised(), at)) == [ANNA, BEN]
    assigned = replace(promised(), assignee=BEN)
    assert reminded(step(assigned, at)) == [BEN]
    away = {BEN: AgentFacts(away_until=at + DAY)}
    handed_on = step(assigned, at, agents=away)  # they get the ticket instead, and hear of it at once
    assert {*reminded(handed_on), *(who for _, who in told(handed_on, Audience.AGENT))} == {ANNA}


def test_before_it_lapses_the_customer_hears_a_new_time_and_the_lead_is_alerted() -> None:
    now = TUESDAY_9 + timedelta(hours=2, minutes=48)
    decision = step(promised(), now)
    old, new = (change.promise for change in decision.promises)
    assert (old.state, new.state, new.renewals) == (PromiseState.REPLACED, PromiseState.UNTOLD, 1)
    assert new.at > old.at > now
    assert told(decision) == [("still-working", "maria@customer.example")]
    assert told(decision, Audience.AGENT) == [("agent/late", ANNA)]
    assert decision.mails[0].states_until == new.at
    assert decision.tickets[0].timer is not None


def test_gaps_grow_and_it_never_falls_silent() -> None:
    known, gaps = promised(), list[timedelta]()
    for _ in range(6):
        timer = next_timer(replace(known, nudged=2), DESK)
        assert timer is not None
        decision = step(replace(known, nudged=2), timer.due_at)
        known = decision.tickets[0]
        assert known.promise is not None
        gaps.append(known.promise.target or timedelta(0))
        assert told(decision)
    assert gaps == sorted(gaps)
    assert gaps[0] == timedelta(hours=12)
    assert gaps[-1] == timedelta(hours=40)  # the longest silence


def test_a_promise_that_was_never_told_is_told_anew_as_the_acknowledgement() -> None:
    untold = replace(promised(), nudged=2)
    untold = replace(
        untold, promise=promise(TUESDAY_9 + timedelta(hours=4), state=PromiseState.UNTOLD, made_at=MONDAY_9)
    )
    decision = step(untold, TUESDAY_9 + timedelta(hours=3))
    assert told(decision) == [("received", "maria@customer.example")]


def test_the_acknowledgement_is_told_anew_until_one_has_left() -> None:
    again = promise(TUESDAY_9 + timedelta(hours=4), state=PromiseState.UNTOLD, made_at=MONDAY_9, renewals=2)
    never_told = replace(promised(), nudged=2, promise=again)
    now = TUESDAY_9 + timedelta(hours=3)
    assert told(step(never_told, now)) == [("received", "maria@customer.example")]
    assert told(step(replace(never_told, updates=1), now)) == [("still-working", "maria@customer.example")]


def test_a_time_that_was_never_told_and_has_passed_is_told_anew_at_any_hour() -> None:
    """Their server put the mail off, then nobody worked for days: nothing is underway to them."""
    night = MONDAY_9 + 8 * DAY + timedelta(hours=14)
    untold = replace(promised(), nudged=2, promise=promise(TUESDAY_9, state=PromiseState.UNTOLD, made_at=MONDAY_9))
    assert told(step(untold, night)) == [("received", "maria@customer.example")]
    knows_one = replace(untold, promise=promise(TUESDAY_9, made_at=MONDAY_9))
    assert told(step(knows_one, night)) == []


def test_a_promise_that_passed_unannounced_is_broken_and_the_customer_still_hears() -> None:
    decision = step(promised(), TUESDAY_9 + 2 * DAY)
    assert decision.promises[0].promise.state is PromiseState.BROKEN
    assert told(decision)


def test_nobody_is_written_to_out_of_hours_unless_waiting_would_break_the_promise() -> None:
    night = MONDAY_9 + timedelta(hours=14)
    reminder = step(promised(), night)
    assert (reminder.mails, reminder.tickets[0].timer.due_at if reminder.tickets[0].timer else None) == ((), TUESDAY_9)
    soon = replace(promised(), nudged=2, promise=promise(night + timedelta(minutes=10), made_at=MONDAY_9))
    assert told(step(soon, night))


def test_a_reminder_that_waits_for_hours_does_not_stand_before_a_notice_that_may_not() -> None:
    """An agent promised in the evening for the same night; nobody moves."""
    evening = MONDAY_9 + timedelta(hours=12)
    tonight = replace(promise(evening + timedelta(hours=2)), made_at=evening)
    known = settled(ticket(promise=tonight, **{**FROM_MONDAY, "state_since": evening}), DESK)
    moments: list[datetime] = []
    while not moments or known.promise == tonight:
        assert known.timer is not None
        moments.append(known.timer.due_at)
        known = step(known, known.timer.due_at).tickets[0]
    assert moments[-1] < tonight.at


def test_urgent_tickets_run_around_the_clock() -> None:
    desk = replace(DESK, around_the_clock=frozenset({"urgent"}))
    urgent = replace(promised(), priority=promised().priority.URGENT)
    decision = decide_step(FollowUpFacts(MONDAY_9 + timedelta(hours=15), SITE, desk, urgent))
    assert reminded(decision)


@pytest.mark.parametrize("changes", [{"stopped": True}, {"unanswerable": "no-reply"}])
def test_who_said_stop_gets_no_follow_ups_and_the_ticket_closes_quietly(changes: dict[str, Any]) -> None:
    waiting = ticket(state=TicketState.WAITING, **FROM_MONDAY, **changes)
    timer = next_timer(waiting, DESK)
    assert timer is not None
    assert timer.step is Step.CLOSE
    decision = step(waiting, timer.due_at)
    assert (told(decision), decision.tickets[0].state) == ([], TicketState.CLOSED)


def test_an_unreachable_address_gets_no_reminders() -> None:
    waiting = ticket(state=TicketState.WAITING, **FROM_MONDAY)
    assert told(step(waiting, MONDAY_9 + 3 * DAY, unreachable="5.1.1")) == []


def test_a_resting_ticket_is_put_before_its_agents_and_never_closes_by_itself() -> None:
    resting = ticket(state=TicketState.WAITING, resting=True, **FROM_MONDAY)
    decision = step(resting, MONDAY_9 + 7 * DAY)
    assert (told(decision), decision.tickets[0].state) == ([], TicketState.WAITING)
    assert reminded(decision)


def test_on_the_date_a_paused_ticket_is_open_again_under_the_promise_made_then() -> None:
    until = MONDAY_9 + 2 * DAY
    paused = ticket(state=TicketState.PAUSED, paused_until=until, promise=promise(until + DAY), **FROM_MONDAY)
    decision = step(paused, until)
    assert (decision.tickets[0].state, decision.tickets[0].promise) == (TicketState.OPEN, paused.promise)


def test_after_a_pause_the_way_to_the_promise_begins_anew() -> None:
    weeks_ago = replace(promise(MONDAY_9 + timedelta(hours=8)), made_at=MONDAY_9 - 21 * DAY)
    resumed = settled(ticket(promise=weeks_ago, **FROM_MONDAY), DESK)
    assert resumed.timer is not None
    assert (resumed.timer.due_at, resumed.timer.step) == (MONDAY_9 + timedelta(hours=4), Step.REMIND_ASSIGNEE)
    assert due_step(resumed, DESK, MONDAY_9) is None


def test_a_long_pause_brings_news() -> None:
    paused = ticket(
        state=TicketState.PAUSED, paused_until=MONDAY_9 + 30 * DAY, promise=promise(MONDAY_9 + 31 * DAY), **FROM_MONDAY
    )
    paused = replace(paused, pause_reason="the part is on order")
    assert [template for template, _ in told(step(paused, MONDAY_9 + 7 * DAY))] == ["on-hold-news"]


def test_a_solved_ticket_asks_once_and_closes_without_a_word() -> None:
    solved = ticket(state=TicketState.SOLVED, **FROM_MONDAY)
    asked = step(solved, MONDAY_9 + DAY)
    assert [template for template, _ in told(asked)] == ["solved"]
    closed = step(asked.tickets[0], MONDAY_9 + 7 * DAY)
    assert (told(closed), closed.tickets[0].state, closed.tickets[0].timer) == ([], TicketState.CLOSED, None)


def test_a_timer_that_fires_for_nothing_changes_nothing_but_itself() -> None:
    early = settled(promised(), DESK)
    decision = step(early, MONDAY_9 + timedelta(hours=1))
    assert decision.tickets == (early,)
    assert (decision.mails, decision.promises, decision.events) == ((), (), ())


@pytest.mark.parametrize("state", list(TicketState))
def test_every_live_ticket_has_a_timer_and_no_other_has(state: TicketState) -> None:
    at_rest = state in (TicketState.CLOSED, TicketState.MERGED)
    assert (next_timer(ticket(state=state), DESK) is None) == at_rest


def test_keys_make_a_step_that_is_taken_twice_mail_once() -> None:
    at = MONDAY_9 + timedelta(hours=6)
    assert [mail.key for mail in step(promised(), at).mails] == [mail.key for mail in step(promised(), at).mails]
