"""What an agent's commands do to a ticket, step by step: ``Work`` goes in and comes out, and nothing else changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from maildesk.desk.actions import (
    Drop,
    Event,
    Mail,
    PromiseChange,
    Value,
)
from maildesk.desk.judging import urgency
from maildesk.desk.judging.urgency import Urgency
from maildesk.desk.known.facts import Facts
from maildesk.desk.mailing import mails
from maildesk.desk.orders.agent_plans import Plan
from maildesk.desk.promises.promise import clock_of, target_of
from maildesk.desk.tickets import pledges
from maildesk.desk.tickets.filing import CUSTOMER_MAILS, NUDGES, replaced
from maildesk.desk.tickets.steps import is_binding
from maildesk.desk.tickets.tickets import moved, promising
from maildesk.desk.tickets.work import Work
from maildesk.desk.words import Agent, Participant, Promise, PromiseState, Ticket, TicketState


def move(facts: Facts, plan: Plan, work: Work, *, answered: bool) -> Work:
    """The state that the commands ask for; after an answer without any, the move is the customer's."""
    if plan.promise is not None:
        return _promised(facts, plan.promise, work, tell=not answered)
    if plan.pause_until is not None:
        return _paused(facts, plan, work, tell=not answered)
    if plan.passes_on and (answered or work.ticket.state is TicketState.OPEN):
        return _passed_on(facts, work, tell=not answered)
    if plan.close:
        return _closed(facts, work, answered=answered)
    if plan.take:
        return _taken(facts, work)
    if answered or plan.wait:
        waits = plan.wait and not answered and work.ticket.state is not TicketState.WAITING
        changes = (*work.changes, "wait") if waits else work.changes
        waiting = moved(work.ticket, TicketState.WAITING, facts.now)
        return _waiting_until(plan.wait_until, replace(work, ticket=waiting, changes=changes))
    return work


def _waiting_until(until: datetime | None, work: Work) -> Work:
    """#wait until WHEN: the customer is not asked before then, and the steps of waiting begin at that moment."""
    if until is None:
        return work
    ticket = replace(work.ticket, paused_until=until, nudged=0, nudged_at=None)
    return replace(work, ticket=ticket, changes=(*work.changes, f"wait-until:{until.isoformat()}"))


def _promised(facts: Facts, at: datetime, work: Work, *, tell: bool) -> Work:
    """#promise: our move still, with the moment that the agent named."""
    before = work.ticket
    opened = moved(before, TicketState.OPEN, facts.now)
    pledge = pledges.until(facts.desk, opened, at, facts.now, "an agent named this moment")
    work = _pledged(facts, work, opened, pledge.promise, "promise")
    if not tell or pledge.promise.state is PromiseState.UNTELLABLE:
        return work
    news = mails.to_customer(work.ticket, "still-working", f"promise:{facts.arrival.id}", {})
    return _telling(work, *mails.updating(work.ticket, mails.telling(news, pledge.promise)))


def _passed_on(facts: Facts, work: Work, *, tell: bool) -> Work:
    """#move: our move still, at the desk of these facts, by its own target from now on."""
    opened = moved(work.ticket, TicketState.OPEN, facts.now)
    pledge = pledges.again(facts.desk, replace(opened, promise=None), facts.now, facts.history)
    work = _pledged(facts, work, opened, pledge.promise, "promise")
    if not tell or pledge.promise.state is PromiseState.UNTELLABLE:
        return work
    news = mails.to_customer(work.ticket, "moved", f"moved:{facts.arrival.id}", {"new_desk": facts.desk.name})
    return _telling(work, work.ticket, mails.telling(news, pledge.promise, opens_at=pledge.opens_at))


def _pledged(facts: Facts, work: Work, ticket: Ticket, promise: Promise, change: str) -> Work:
    """The work with a new promise; the receipt says where nobody can tell it to the customer."""
    silent = promise.state is PromiseState.UNTELLABLE
    made = PromiseChange(ticket.number, promise)
    return replace(
        work,
        ticket=promising(ticket, promise),
        promises=(*work.promises, *replaced(work.ticket, facts.now), made),
        changes=(*work.changes, f"{change}-untold" if silent else change),
    )


def _telling(work: Work, ticket: Ticket, mail: Mail) -> Work:
    """The work with a mail that tells a new promise; unsent ones that tell an older one are untrue now."""
    stale = Drop(ticket.number, "a newer promise took its place", CUSTOMER_MAILS)
    return replace(work, ticket=ticket, mails=(*work.mails, mail), drops=(*work.drops, stale))


def _paused(facts: Facts, plan: Plan, work: Work, *, tell: bool) -> Work:
    """#pause: on hold until a date, with the promise to write once the target after it has passed.

    The date is a time at which somebody works: it is told to the customer as the day on which we take it up again.
    """
    before, until = work.ticket, plan.pause_until or facts.now
    if not facts.desk.service.is_open(until):
        until = facts.desk.service.next_opening(until)
    paused = replace(moved(before, TicketState.PAUSED, facts.now), pause_reason=plan.pause_reason, paused_until=until)
    target = target_of(facts.desk, paused.priority)
    at = clock_of(facts.desk, paused.priority).add(until, target)
    pledge = pledges.until(facts.desk, paused, at, facts.now, "on hold until then, and the target after it", target)
    silent = pledge.promise.state is PromiseState.UNTELLABLE
    work = _pledged(facts, work, paused, pledge.promise, "pause" if silent else f"pause:{until.isoformat()}")
    if not tell or pledge.promise.state is PromiseState.UNTELLABLE:
        return work
    values: dict[str, Value] = {"reason": plan.pause_reason, "until": until}
    news = mails.to_customer(work.ticket, "on-hold", f"pause:{facts.arrival.id}", values)
    return _telling(work, work.ticket, mails.telling(news, pledge.promise))


def _closed(facts: Facts, work: Work, *, answered: bool) -> Work:
    """#close: solved. Without an answer the customer, who was promised one, hears it from us at once."""
    before = work.ticket
    solved = moved(before, TicketState.SOLVED, facts.now)
    work = replace(work, ticket=solved, changes=(*work.changes, "close"))
    if answered or before.state not in (TicketState.OPEN, TicketState.PAUSED):
        return work
    work = replace(work, ticket=promising(solved, None), promises=(*work.promises, *replaced(before, facts.now)))
    work = replace(work, drops=(*work.drops, Drop(before.number, "an agent closed it", CUSTOMER_MAILS | NUDGES)))
    if before.unanswerable or (before.stopped and not is_binding(before.promise)):
        return work
    told = replace(work.ticket, nudged=1, nudged_at=facts.now, asked_at=facts.now)
    return replace(
        work, ticket=told, mails=(*work.mails, mails.to_customer(told, "solved", f"closed:{facts.arrival.id}", {}))
    )


def _taken(facts: Facts, work: Work) -> Work:
    """#take: our move again, with a new promise, which the customer is told."""
    before = work.ticket
    if before.state is TicketState.OPEN:
        return work
    opened = replace(
        moved(before, TicketState.OPEN, facts.now),
        turn=before.turn + 1,
        turn_began_at=facts.now,
        updates=0,
        asked_at=None,
    )
    pledge = pledges.again(facts.desk, replace(opened, promise=None), facts.now, facts.history)
    work = _pledged(facts, work, opened, pledge.promise, "take")
    if pledge.promise.state is PromiseState.UNTELLABLE:
        return work
    news = mails.to_customer(work.ticket, "reopened", f"take:{facts.arrival.id}", {"taken_up": True})
    return _telling(work, work.ticket, mails.telling(news, pledge.promise, opens_at=pledge.opens_at))


def with_people(facts: Facts, agent: Agent, plan: Plan, work: Work) -> Work:
    """Assignee, priority and participants, before the answer goes to them."""
    ticket, changes, noted = work.ticket, list(work.changes), tuple[Event, ...]()
    if plan.assignee is not None:
        ticket = replace(ticket, assignee=plan.assignee.address)
        changes.append("mine" if plan.assignee == agent else f"assign:{plan.assignee.name}")
        if plan.assignee != agent and facts.is_away(plan.assignee.address):
            changes.append(f"is-away:{plan.assignee.name}")
    if plan.gives_back:
        ticket, changes = replace(ticket, assignee=None), [*changes, "nobody"]
    if plan.priority is not None:
        said = Urgency(plan.priority, f"agent:{agent.name}", "#priority")
        noted = urgency.noted(ticket.priority, ticket, said, agent.address)
        ticket, changes = urgency.with_urgency(ticket, said), [*changes, f"priority:{plan.priority}"]
    joining = tuple(Participant(each, "", facts.now, agent.address) for each in plan.cc if each not in ticket.people)
    staying = tuple(each for each in ticket.participants if each.address not in plan.uncc)
    if joining or staying != ticket.participants:
        changes.append("participants")
    ticket = replace(ticket, participants=(*staying, *joining))
    events = (*work.events, *noted)
    return replace(work, ticket=ticket, changes=tuple(changes), events=events)
