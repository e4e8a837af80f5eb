"""What happens when nobody moves: one due step of one ticket, decided anew from the ticket as it is now.

A step that is no longer due (somebody moved since its timer was read) changes nothing but the timer. Mail that nobody's
action caused leaves in desk hours only; a notice before a lapse goes out of hours all the same where waiting for the
opening would let the promise lapse unannounced, and where the mail that was to tell a promise missed its moment.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from maildesk.desk.actions import Decision, Drop, Event, Mail, PromiseChange, Reminder, Value
from maildesk.desk.following.handing_on import calls_next, handed_on, told_of_it
from maildesk.desk.following.spacing import informing
from maildesk.desk.judging import on_call
from maildesk.desk.known.facts import AgentFacts
from maildesk.desk.known.follow_up_facts import FollowUpFacts as FollowUpFacts
from maildesk.desk.mailing import notices
from maildesk.desk.mailing.mails import telling, to_agent, to_customer, updating
from maildesk.desk.service_time.hours import ServiceTime
from maildesk.desk.tickets import pledges
from maildesk.desk.tickets.filing import CUSTOMER_MAILS
from maildesk.desk.tickets.steps import clock_of, closing_time, due_step, quiet, schedule
from maildesk.desk.tickets.tickets import ended, moved, nudged, promising, settled
from maildesk.desk.words import Agent, Audience, Fate, Promise, PromiseState, Step, Ticket, TicketState, Timer

TO_THE_TEAM = frozenset({"agent/reminder", "agent/late"})
"""Mails to agents that a later one of the same ticket makes untrue: unsent ones are dropped (a relay that was down)."""

TO_THE_CUSTOMER = frozenset(Step) - {Step.REMIND_ASSIGNEE, Step.REMIND_ALL, Step.RESUME, Step.CALL_NEXT}
"""Steps that write to the customer: never within the least gap after another automatic mail of the ticket."""


def decide_step(facts: FollowUpFacts) -> Decision:
    """The step that is due now, or only a new timer."""
    ticket = facts.ticket
    timer = due_step(ticket, facts.desk, facts.now)
    if timer is None:
        return _only_timer(facts, settled(ticket, facts.desk), "not due any more")
    later = _wait_for_hours(facts, timer)
    if later is not None:
        waiting = _before_a_lapse(facts, Timer(later, timer.step))
        return _only_timer(facts, replace(ticket, timer=waiting), "waits for desk hours")
    facts, handed = handed_on(facts, timer.step)
    decision = told_of_it(facts, handed, _STEPS[timer.step](facts, timer))
    return informing(decision, facts.desk, facts.now)


def _only_timer(facts: FollowUpFacts, ticket: Ticket, reason: str) -> Decision:
    return Decision(Fate.FILED, reason, (ticket,))


def _wait_for_hours(facts: FollowUpFacts, timer: Timer) -> datetime | None:
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
    if last is None or timer.step not in TO_THE_CUSTOMER or not _may_write(facts):
        return None
    free = last + facts.desk.follow_up.least_gap
    if facts.now >= free:
        return None
    free = free if service.is_open(free) else service.next_opening(free)
    return None if timer.step is Step.RENEW_PROMISE and (standing is None or standing.at <= free) else free


def _before_a_lapse(facts: FollowUpFacts, waiting: Timer) -> Timer:
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


def _decision(facts: FollowUpFacts, ticket: Ticket, step: Step, reason: str, mails: tuple[Mail, ...]) -> Decision:
    event = Event(ticket.number, str(step), reason)
    drops = (_stale(ticket),) if any(mail.audience is Audience.AGENT for mail in mails) else ()
    return Decision(Fate.FILED, reason, (settled(ticket, facts.desk),), mails=mails, drops=drops, events=(event,))


def _stale(ticket: Ticket) -> Drop:
    return Drop(ticket.number, "a newer one took its place", TO_THE_TEAM, Audience.AGENT, automatic_only=False)


def _may_write(facts: FollowUpFacts) -> bool:
    return not quiet(facts.ticket) and not facts.unreachable


def _agents(
    facts: FollowUpFacts, agents: tuple[Agent, ...], template: str, key: str, values: Mapping[str, Value]
) -> tuple[Mail, ...]:
    known = AgentFacts()
    values = {**notices.standing(facts.site, facts.ticket), "subject": facts.ticket.subject, **values}
    return tuple(
        to_agent(facts.desk, agent, facts.agents.get(agent.address, known), template, key, values, ticket=facts.ticket)
        for agent in _present(facts, agents)
    )


def _present(facts: FollowUpFacts, agents: tuple[Agent, ...]) -> tuple[Agent, ...]:
    return tuple(agent for agent in agents if not facts.is_away(agent)) or notices.leads_first(agents)


def _reminding(
    facts: FollowUpFacts, agents: tuple[Agent, ...], decision: Decision, timer: Timer, note: str = ""
) -> Decision:
    """The decision with reminders for these agents: mailed together with others of theirs (``gathered_reminders``)."""
    ticket, now = facts.ticket, facts.now
    reminders = tuple(
        Reminder(agent.address, ticket.number, str(timer.step), now, note) for agent in _present(facts, agents)
    )
    return replace(decision, reminders=reminders, drops=(*decision.drops, _stale(ticket)))


def _team(facts: FollowUpFacts) -> tuple[Agent, ...]:
    return facts.site.team(facts.desk)


def _leads(facts: FollowUpFacts) -> tuple[Agent, ...]:
    """The leads of the desk who are here; everybody where none is."""
    return tuple(agent for agent in _team(facts) if agent.lead and not facts.is_away(agent)) or _team(facts)


def _responsible(facts: FollowUpFacts) -> tuple[Agent, ...]:
    """Who is on duty, where it rings; the assignee who is here; else the team."""
    called = on_call.audience(facts.site, facts.desk, facts.ticket, facts.now, facts.is_away_by_address)
    if called is not None:
        return called
    assignee = facts.site.agent(facts.ticket.assignee) if facts.ticket.assignee else None
    return _team(facts) if assignee is None or facts.is_away(assignee) else (assignee,)


def _key(facts: FollowUpFacts, step: Step) -> str:
    """Unique for this step of this promise or state, so that a step taken twice mails once."""
    ticket = facts.ticket
    since = int((ticket.nudged_at or ticket.state_since).timestamp())
    return f"{step}:{ticket.number}:{ticket.promises_made}:{since}"


def _remind_assignee(facts: FollowUpFacts, timer: Timer) -> Decision:
    ticket = facts.ticket
    steps = max(1, ticket.nudged) if ticket.state is TicketState.OPEN else ticket.nudged
    reason = "half-way to the promise" if ticket.promise else "resting"
    made = _decision(facts, nudged(ticket, steps, facts.now), timer.step, reason, ())
    return _reminding(facts, _responsible(facts), made, timer)


def _remind_all(facts: FollowUpFacts, timer: Timer) -> Decision:
    everyone = tuple(dict.fromkeys((*_team(facts), *_leads(facts))))
    made = _decision(facts, nudged(facts.ticket, 2, facts.now), timer.step, "most of the way to the promise", ())
    return _reminding(facts, everyone, made, timer)


def _renew(facts: FollowUpFacts, timer: Timer) -> Decision:
    """Tell the customer before the promise lapses, with a new one, and alert the lead."""
    ticket, now = facts.ticket, facts.now
    old = ticket.promise
    pledge = pledges.again(facts.desk, ticket, now, facts.history)
    if facts.unreachable and pledge.promise.state is not PromiseState.UNTELLABLE:
        pledge = pledges.untold(pledge, f"they cannot be reached: {facts.unreachable}")
    changes: list[PromiseChange] = []
    state = ended(old, now)
    if old is not None and state is not None:
        changes.append(PromiseChange(ticket.number, replace(old, state=state)))
    renewed = promising(ticket, pledge.promise)
    changes.append(PromiseChange(ticket.number, pledge.promise))
    silent = pledge.promise.state is PromiseState.UNTELLABLE
    values: dict[str, Value] = {"promise": pledge.promise.at, "unanswerable": pledge.promise.reason if silent else ""}
    mails = _agents(facts, _leads(facts), "late", f"late:{ticket.number}:{pledge.promise.number}", values)
    if not silent:
        renewed, update = _honest_update(facts, renewed, pledge)
        mails = (update, *mails)
    made = _decision(facts, renewed, timer.step, "the promise cannot be kept: a new one before it passes", mails)
    drop = Drop(ticket.number, "a newer promise took its place", CUSTOMER_MAILS)
    return replace(made, promises=tuple(changes), drops=(*made.drops, drop))


def _honest_update(facts: FollowUpFacts, ticket: Ticket, pledge: pledges.Pledge) -> tuple[Ticket, Mail]:
    """Still working on it; but the acknowledgement again, and again, where no mail of this turn has ever left."""
    old = facts.ticket.promise
    untold = old is not None and old.state is PromiseState.UNTOLD and ticket.updates == 0 and ticket.turn == 1
    template = "received" if untold else "still-working"
    values = {"promised": old.at if old is not None else None}
    mail = to_customer(ticket, template, f"renew:{ticket.number}:{pledge.promise.number}", values)
    mail = telling(mail, pledge.promise, opens_at=None, late=False)
    return (ticket, mail) if untold else updating(ticket, mail)


def _keep_informed(facts: FollowUpFacts, timer: Timer) -> Decision:
    """The promise is far away and stands: the customer hears that we have not forgotten them."""
    ticket = replace(facts.ticket, informed_at=facts.now)
    mails: tuple[Mail, ...] = ()
    standing = ticket.promise
    if _may_write(facts) and standing is not None:
        mail = to_customer(ticket, "progress", f"informed:{ticket.number}:{int(facts.now.timestamp())}", {})
        ticket, mail = updating(ticket, telling(mail, standing))
        mails = (mail,)
    return _decision(facts, ticket, timer.step, "a long silence: still working, the promise stands", mails)


def _ask_if_helped(facts: FollowUpFacts, timer: Timer) -> Decision:
    ticket = nudged(facts.ticket, 1, facts.now)
    mails: tuple[Mail, ...] = ()
    if _may_write(facts):
        values = {"close_on": closing_time(ticket, facts.desk)}
        mails = (to_customer(ticket, "reminder", _key(facts, timer.step), values),)
    return _decision(facts, ticket, timer.step, "no answer yet", mails)


def _announce_closing(facts: FollowUpFacts, timer: Timer) -> Decision:
    ticket = nudged(facts.ticket, 2, facts.now)
    mails: tuple[Mail, ...] = ()
    if _may_write(facts):
        values = {"close_on": closing_time(ticket, facts.desk)}
        mails = (to_customer(ticket, "closing-soon", _key(facts, timer.step), values),)
    return _decision(facts, ticket, timer.step, "still no answer", mails)


def _close(facts: FollowUpFacts, timer: Timer) -> Decision:
    """Closed after silence. A solved ticket closes without a word: its customer was told that it is solved."""
    ticket = facts.ticket
    tell = ticket.state is TicketState.WAITING and _may_write(facts)
    mails = (to_customer(ticket, "closed", _key(facts, timer.step), {}),) if tell else ()
    closed = moved(ticket, TicketState.CLOSED, facts.now)
    return _decision(facts, closed, timer.step, "silence ran out", mails)


def _pause_news(facts: FollowUpFacts, timer: Timer) -> Decision:
    ticket = nudged(facts.ticket, facts.ticket.nudged + 1, facts.now)
    mails: tuple[Mail, ...] = ()
    if _may_write(facts):
        mail = to_customer(ticket, "on-hold-news", _key(facts, timer.step), {"next_news": ticket.paused_until})
        ticket, mail = updating(ticket, telling(mail, ticket.promise) if ticket.promise else mail)
        mails = (mail,)
    return _decision(facts, ticket, timer.step, "still on hold", mails)


def _resume(facts: FollowUpFacts, timer: Timer) -> Decision:
    """The date has come: it is our move again, and the promise made when it was paused stands."""
    resumed = moved(facts.ticket, TicketState.OPEN, facts.now)
    made = _decision(facts, resumed, timer.step, "the date has come", ())
    return _reminding(facts, _responsible(facts), made, timer, note=facts.ticket.pause_reason)


def _call_next(facts: FollowUpFacts, timer: Timer) -> Decision:
    """Nobody who was called has moved: the next of the rota, and behind the last one everybody."""
    called, mails = calls_next(facts)
    return _decision(facts, called, timer.step, "nobody who was called has moved", mails)


def _ask_if_solved(facts: FollowUpFacts, timer: Timer) -> Decision:
    ticket, mails = nudged(facts.ticket, 1, facts.now), tuple[Mail, ...]()
    if _may_write(facts):
        ticket = replace(ticket, asked_at=facts.now)
        mails = (to_customer(ticket, "solved", _key(facts, timer.step), {}),)
    return _decision(facts, ticket, timer.step, "solved: did it help?", mails)


_STEPS: Mapping[Step, Callable[[FollowUpFacts, Timer], Decision]] = {
    Step.REMIND_ASSIGNEE: _remind_assignee,
    Step.REMIND_ALL: _remind_all,
    Step.RENEW_PROMISE: _renew,
    Step.KEEP_INFORMED: _keep_informed,
    Step.ASK_IF_HELPED: _ask_if_helped,
    Step.ANNOUNCE_CLOSING: _announce_closing,
    Step.CLOSE: _close,
    Step.PAUSE_NEWS: _pause_news,
    Step.RESUME: _resume,
    Step.ASK_IF_SOLVED: _ask_if_solved,
    Step.CALL_NEXT: _call_next,
}
