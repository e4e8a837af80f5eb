"""When is the next step due, if nobody moves? One timer a ticket, derived from the ticket alone.

The table is in docs/design.md ("What happens when nobody moves"). Shares are of the business time between making a
promise (or the end of the pause that it was made for) and its moment; days are calendar days from the moment the state
began, moved into desk hours, for people count the days of a silence by the calendar. Steps fall on whole minutes. A
ticket in ``LIVE_STATES`` always gets a timer (guarantee 4); a closed or merged one
never.
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from maildesk.desk.judging import on_call
from maildesk.desk.promises import promise
from maildesk.desk.promises.promise import whole_minute as _minute
from maildesk.desk.service_time.hours import ServiceTime
from maildesk.desk.words import Desk, FollowUpRules, Promise, PromiseState, Step, Ticket, TicketState, Timer

SLACK = timedelta(minutes=5)
"""How much sooner than the longest silence the customer hears from us, so that whole minutes never make it longer."""
LATER = timedelta(days=7)
"""How often a ticket that rests (a robot joined) is put before its agents."""


def clock_of(desk: Desk, ticket: Ticket) -> ServiceTime:
    """The service time that binds this ticket: the desk's, or the whole day."""
    return promise.clock_of(desk, ticket.priority)


def quiet(ticket: Ticket) -> bool:
    """Whether this customer gets no follow-up mail: they said stop, or may not be written to."""
    return ticket.stopped or bool(ticket.unanswerable)


def schedule(ticket: Ticket, desk: Desk) -> tuple[Timer, ...]:
    """The steps still ahead of this ticket in its present state, in order of time."""
    planned = _PLANS[ticket.state](ticket, desk) if ticket.state in _PLANS else ()
    return tuple(sorted(planned, key=lambda timer: timer.due_at))


def next_timer(ticket: Ticket, desk: Desk) -> Timer | None:
    """The ticket's one timer, or None for a ticket that is at rest for good."""
    return next(iter(schedule(ticket, desk)), None)


def due_step(ticket: Ticket, desk: Desk, now: datetime) -> Timer | None:
    """The step to take now: after downtime the last one that is due, not one per missed tick. None: nothing is due."""
    due = [timer for timer in schedule(ticket, desk) if timer.due_at <= now]
    return due[-1] if due else None


def _open(ticket: Ticket, desk: Desk) -> tuple[Timer, ...]:
    standing = ticket.promise
    if standing is None:
        return (Timer(ticket.state_since, Step.RENEW_PROMISE),)  # a promise must stand: make one at once
    rules, service = desk.follow_up, clock_of(desk, ticket)
    since = _our_move_since(ticket, standing)
    share, margin = rules.lapse_margin_share, rules.lapse_margin
    renew_at = promise.notice_before(standing.at, since, service, share, margin, standing.target)
    shares = ((Step.REMIND_ASSIGNEE, rules.remind_assignee_at), (Step.REMIND_ALL, rules.remind_all_at))
    whole = service.between(since, standing.at)
    reminders = (Timer(min(_minute(service.add(since, whole * share)), renew_at), step) for step, share in shares)
    informing = _keeping_informed(ticket, desk, standing, renew_at)
    calling = on_call.next_call_at(desk, ticket)
    calls = () if calling is None else (Timer(calling, Step.CALL_NEXT),)
    return (*calls, *tuple(reminders)[ticket.nudged :], *informing, Timer(renew_at, Step.RENEW_PROMISE))


def _keeping_informed(ticket: Ticket, desk: Desk, standing: Promise, renew_at: datetime) -> tuple[Timer, ...]:
    """A promise further away than the longest silence: its way is cut into equal parts, none longer than that.

    Equal parts, for else the last one may be a few minutes long and two mails would follow each other. The slack keeps
    their number steady although steps fall on whole minutes.
    """
    if quiet(ticket) or not is_binding(standing):
        return ()
    service, silence = clock_of(desk, ticket), promise.silence_of(desk, ticket.priority)
    heard = max(filter(None, (standing.made_at, standing.told_at, ticket.informed_at, ticket.last_answer_at)))
    left, slack = service.between(heard, renew_at), min(SLACK, silence / 10)
    parts = math.ceil((left - slack) / (silence - slack))
    if parts <= 1:
        return ()
    return (Timer(_minute(service.add(heard, left / parts)), Step.KEEP_INFORMED),)


def _our_move_since(ticket: Ticket, standing: Promise) -> datetime:
    """Where the way to the promise begins: when it was made, or when a pause that it was made for ended.

    Counted from a promise made weeks ago, most of the way would be over on the morning after a pause, and the customer
    would hear that it takes longer before anybody could have moved.
    """
    return min(max(standing.made_at, ticket.state_since), standing.at)


def _waiting(ticket: Ticket, desk: Desk) -> tuple[Timer, ...]:
    rules = desk.follow_up
    if ticket.resting:
        return (Timer(_in_hours(ticket.nudged_at or ticket.state_since, LATER, desk), Step.REMIND_ASSIGNEE),)
    if quiet(ticket):
        return (Timer(_in_hours(_waiting_since(ticket, desk), rules.close_after, desk), Step.CLOSE),)
    closing = Timer(closing_time(ticket, desk), Step.CLOSE)
    asking = Timer(_in_hours(_waiting_since(ticket, desk), rules.ask_if_helped_after, desk), Step.ASK_IF_HELPED)
    announcing = Timer(_announcing_time(ticket, desk), Step.ANNOUNCE_CLOSING)
    return ((asking, announcing), (announcing,), (closing,))[min(ticket.nudged, 2)]


def _waiting_since(ticket: Ticket, desk: Desk) -> datetime:
    """From when the days of waiting count. After ``#wait until WHEN`` the first step falls on that moment."""
    until = ticket.paused_until
    return ticket.state_since if until is None else until - desk.follow_up.ask_if_helped_after


def _announcing_time(ticket: Ticket, desk: Desk) -> datetime:
    """When the closing is announced; where the question before it was late, not right behind it."""
    rules = desk.follow_up
    planned = _in_hours(_waiting_since(ticket, desk), rules.announce_closing_after, desk)
    if ticket.nudged == 0 or ticket.nudged_at is None:
        return planned
    return max(
        planned, _in_hours(ticket.nudged_at, (rules.announce_closing_after - rules.ask_if_helped_after) / 2, desk)
    )


def closing_time(ticket: Ticket, desk: Desk) -> datetime:
    """When a waiting ticket closes: never sooner after the announcement than the rules leave between the two."""
    rules = desk.follow_up
    planned = _in_hours(_waiting_since(ticket, desk), rules.close_after, desk)
    announced = _announcing_time(ticket, desk) if ticket.nudged < 2 else ticket.nudged_at
    return planned if announced is None else max(planned, _in_hours(announced, grace(rules), desk))


def grace(rules: FollowUpRules) -> timedelta:
    """What lies between announcing the closing and closing."""
    return rules.close_after - rules.announce_closing_after


def _paused(ticket: Ticket, desk: Desk) -> tuple[Timer, ...]:
    until = ticket.paused_until or ticket.state_since
    resume = Timer(until, Step.RESUME)
    news_at = _in_hours(ticket.nudged_at or ticket.state_since, desk.follow_up.pause_news_every, desk)
    if quiet(ticket) or news_at >= until:
        return (resume,)
    return (Timer(news_at, Step.PAUSE_NEWS), resume)


def _solved(ticket: Ticket, desk: Desk) -> tuple[Timer, ...]:
    rules = desk.follow_up
    if ticket.resting:
        return (Timer(_in_hours(ticket.nudged_at or ticket.state_since, LATER, desk), Step.REMIND_ASSIGNEE),)
    planned = _in_hours(ticket.state_since, rules.close_solved_after, desk)
    if quiet(ticket) or rules.ask_if_solved_after >= rules.close_solved_after:
        return (Timer(planned, Step.CLOSE),)
    if not ticket.nudged:  # nothing closes without the question, however late that is
        return (Timer(_in_hours(ticket.state_since, rules.ask_if_solved_after, desk), Step.ASK_IF_SOLVED),)
    asked = ticket.nudged_at or ticket.state_since
    left = _in_hours(asked, (rules.close_solved_after - rules.ask_if_solved_after) / 2, desk)
    return (Timer(max(planned, left), Step.CLOSE),)


def _in_hours(since: datetime, after: timedelta, desk: Desk) -> datetime:
    """That long after, or when the desk next opens: customers are not written to at night."""
    moment = _minute(since + after + timedelta(minutes=1) - timedelta(microseconds=1))
    return moment if desk.service.is_open(moment) else desk.service.next_opening(moment)


_PLANS = {
    TicketState.OPEN: _open,
    TicketState.WAITING: _waiting,
    TicketState.PAUSED: _paused,
    TicketState.SOLVED: _solved,
}


def needs_promise(ticket: Ticket) -> bool:
    """Whether this ticket must have a standing promise (guarantee 4)."""
    return ticket.state in (TicketState.OPEN, TicketState.PAUSED)


def is_binding(standing: Promise | None) -> bool:
    """Whether a customer relies on this promise, or is about to."""
    return standing is not None and standing.state in (PromiseState.UNTOLD, PromiseState.TOLD)
