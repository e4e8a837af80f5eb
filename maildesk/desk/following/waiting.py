"""When a step may go, where that is not now: desk hours, the least gap, and what may not wait for either."""

from __future__ import annotations

from datetime import datetime

from maildesk.desk.following.step_decision import may_write
from maildesk.desk.known.follow_up_facts import FollowUpFacts
from maildesk.desk.service_time.hours import ServiceTime
from maildesk.desk.tickets.steps import clock_of, schedule
from maildesk.desk.words import Promise, PromiseState, Step, TicketState, Timer

TO_THE_CUSTOMER = frozenset(Step) - {Step.REMIND_ASSIGNEE, Step.REMIND_ALL, Step.RESUME, Step.CALL_NEXT}
"""Steps that write to the customer: never within the least gap after another automatic mail of the ticket."""


def waits_until(facts: FollowUpFacts, timer: Timer) -> datetime | None:
    """When this step may go, where that is not now."""
    ours = facts.ticket.state is TicketState.OPEN  # around the clock we work; nobody is questioned at night
    service, now = clock_of(facts.desk, facts.ticket) if ours else facts.desk.service, facts.now
    if timer.step in (Step.RESUME, Step.CALL_NEXT):
        return None
    if service.is_open(now):
        return _after_the_gap(facts, timer, service)
    opening = service.next_opening(now)
    standing = facts.ticket.promise
    if timer.step is Step.RENEW_PROMISE and (standing is None or _cannot_wait(standing, now, opening)):
        return None
    return opening


def _cannot_wait(standing: Promise, now: datetime, opening: datetime) -> bool:
    """Whether it passes before the opening, or passed before the relay took its mail (put off, then nobody worked).

    That mail would have left at any hour; so does the fresh one in its place: nothing else is underway to the customer.
    """
    return now < standing.at <= opening or (standing.at <= now and standing.state is PromiseState.UNTOLD)


def _after_the_gap(facts: FollowUpFacts, timer: Timer, service: ServiceTime) -> datetime | None:
    """When the least gap after the last automatic mail is over; None where it is, or where a promise would pass."""
    last, standing = facts.ticket.informed_at, facts.ticket.promise
    if last is None or timer.step not in TO_THE_CUSTOMER or not may_write(facts):
        return None
    free = last + facts.desk.follow_up.least_gap
    if facts.now >= free:
        return None
    free = free if service.is_open(free) else service.next_opening(free)
    return None if timer.step is Step.RENEW_PROMISE and (standing is None or standing.at <= free) else free


def before_a_lapse(facts: FollowUpFacts, waiting: Timer) -> Timer:
    """The step that waits for the opening; but the notice before the promise, where that passes before the opening.

    A ticket has one timer: a reminder that waits must not stand in front of a notice that may not.
    """
    ticket = facts.ticket
    if ticket.state is not TicketState.OPEN or ticket.promise is None:
        return waiting
    if not facts.now < ticket.promise.at <= waiting.due_at:
        return waiting  # it passed while nobody worked: an hour when people read mail is as good as now
    notice = next(each for each in schedule(ticket, facts.desk) if each.step is Step.RENEW_PROMISE)
    return min(waiting, notice, key=lambda timer: timer.due_at)
