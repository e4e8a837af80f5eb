"""What an agent's commands do to a ticket, step by step: ``Work`` goes in and comes out, and nothing else changes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from maildesk.desk import mails, notices, pledges, urgency
from maildesk.desk.actions import AgentChange, Drop, Event, Mail, PromiseChange, Release
from maildesk.desk.agent_plans import Plan
from maildesk.desk.facts import Facts
from maildesk.desk.filing import CUSTOMER_MAILS, NUDGES, replaced
from maildesk.desk.promise import clock_of, target_of
from maildesk.desk.tickets import moved, promising
from maildesk.desk.urgency import Urgency
from maildesk.desk.words import Agent, MessageKind, Participant, PromiseState, Ticket, TicketState


@dataclass(frozen=True, slots=True)
class Work:
    """A decision as it grows. ``changes`` are the lines of the receipt."""

    ticket: Ticket
    mails: tuple[Mail, ...] = ()
    drops: tuple[Drop, ...] = ()
    releases: tuple[Release, ...] = ()
    promises: tuple[PromiseChange, ...] = ()
    events: tuple[Event, ...] = ()
    changes: tuple[str, ...] = ()
    kind: MessageKind = MessageKind.COMMAND
    sent_at: datetime | None = None
    stays_open: bool = False
    agents: tuple[AgentChange, ...] = ()


def move(facts: Facts, plan: Plan, work: Work, *, answered: bool) -> Work:
    """The state that the commands ask for; after an answer without any, the move is the customer's."""
    if plan.promise is not None:
        return _promised(facts, plan.promise, work, tell=not answered)
    if plan.pause_until is not None:
        return _paused(facts, plan, work, tell=not answered)
    if plan.close:
        return _closed(facts, work, answered=answered)
    if plan.take:
        return _taken(facts, work)
    if answered or plan.wait:
        return replace(work, ticket=moved(work.ticket, TicketState.WAITING, facts.now))
    return work


def _promised(facts: Facts, at: datetime, work: Work, *, tell: bool) -> Work:
    """#promise: our move still, with the moment that the agent named."""
    before = work.ticket
    opened = moved(before, TicketState.OPEN, facts.now)
    pledge = pledges.until(facts.desk, opened, at, facts.now, "an agent named this moment")
    ticket = promising(opened, pledge.promise)
    work = replace(work, ticket=ticket, changes=(*work.changes, "promise"))
    work = replace(
        work, promises=(*work.promises, *replaced(before, facts.now), PromiseChange(ticket.number, pledge.promise))
    )
    if not tell or pledge.promise.state is PromiseState.UNTELLABLE:
        return work
    news = mails.to_customer(ticket, "still-working", f"promise:{facts.arrival.id}", {})
    return replace(work, mails=(*work.mails, first_text(mails.telling(news, pledge.promise))))


def first_text(mail: Mail) -> Mail:
    """The first text of the three, where an agent and not a lapse made the promise."""
    return replace(mail, values={**mail.values, "round": 1})


def _paused(facts: Facts, plan: Plan, work: Work, *, tell: bool) -> Work:
    """#pause: on hold until a date, with the promise to write once the target after it has passed."""
    before, until = work.ticket, plan.pause_until or facts.now
    paused = replace(moved(before, TicketState.PAUSED, facts.now), pause_reason=plan.pause_reason, paused_until=until)
    at = clock_of(facts.desk, paused.priority).add(until, target_of(facts.desk, paused.priority))
    pledge = pledges.until(facts.desk, paused, at, facts.now, "on hold until then, and the target after it")
    ticket = promising(paused, pledge.promise)
    work = replace(work, ticket=ticket, changes=(*work.changes, "pause"))
    work = replace(
        work, promises=(*work.promises, *replaced(before, facts.now), PromiseChange(ticket.number, pledge.promise))
    )
    if not tell or pledge.promise.state is PromiseState.UNTELLABLE:
        return work
    news = mails.to_customer(
        ticket, "on-hold", f"pause:{facts.arrival.id}", {"reason": plan.pause_reason, "until": until}
    )
    return replace(work, mails=(*work.mails, mails.telling(news, pledge.promise)))


def _closed(facts: Facts, work: Work, *, answered: bool) -> Work:
    """#close: solved. Without an answer the customer, who was promised one, hears it from us at once."""
    before = work.ticket
    solved = moved(before, TicketState.SOLVED, facts.now)
    work = replace(work, ticket=solved, changes=(*work.changes, "close"))
    if answered or before.state not in (TicketState.OPEN, TicketState.PAUSED):
        return work
    work = replace(work, ticket=promising(solved, None), promises=(*work.promises, *replaced(before, facts.now)))
    work = replace(work, drops=(*work.drops, Drop(before.number, "an agent closed it", CUSTOMER_MAILS | NUDGES)))
    if before.unanswerable or before.stopped:
        return work
    told = replace(work.ticket, nudged=1, nudged_at=facts.now)
    return replace(
        work, ticket=told, mails=(*work.mails, mails.to_customer(told, "solved", f"closed:{facts.arrival.id}", {}))
    )


def _taken(facts: Facts, work: Work) -> Work:
    """#take: our move again, with a new promise, which the customer is told."""
    before = work.ticket
    if before.state is TicketState.OPEN:
        return work
    opened = replace(moved(before, TicketState.OPEN, facts.now), turn=before.turn + 1, turn_began_at=facts.now)
    pledge = pledges.again(facts.desk, replace(opened, promise=None), facts.now)
    ticket = promising(opened, pledge.promise)
    changes = (*replaced(before, facts.now), PromiseChange(ticket.number, pledge.promise))
    work = replace(work, ticket=ticket, promises=(*work.promises, *changes), changes=(*work.changes, "take"))
    if pledge.promise.state is PromiseState.UNTELLABLE:
        return work
    news = mails.to_customer(ticket, "reopened", f"take:{facts.arrival.id}", {})
    return replace(work, mails=(*work.mails, mails.telling(news, pledge.promise, opens_at=pledge.opens_at)))


def with_people(facts: Facts, agent: Agent, plan: Plan, work: Work) -> Work:
    """Assignee, priority, language and participants, before the answer goes to them."""
    ticket, changes, sent, noted = work.ticket, list(work.changes), list(work.mails), tuple[Event, ...]()
    if plan.assignee is not None:
        ticket = replace(ticket, assignee=plan.assignee.address)
        changes.append(f"assign:{plan.assignee.name}")
        if plan.assignee != agent:
            sent += notices.assigned(facts, ticket, plan.assignee, agent, plan.text)
    if plan.priority is not None:
        said = Urgency(plan.priority, f"agent:{agent.name}", "#priority")
        noted = urgency.noted(ticket.priority, ticket, said, agent.address)
        ticket, changes = urgency.with_urgency(ticket, said), [*changes, f"priority:{plan.priority}"]
    if plan.language:
        ticket, changes = replace(ticket, language=plan.language), [*changes, f"language:{plan.language}"]
    joining = tuple(Participant(each, "", facts.now, agent.address) for each in plan.cc if each not in ticket.people)
    staying = tuple(each for each in ticket.participants if each.address not in plan.uncc)
    if joining or staying != ticket.participants:
        changes.append("participants")
    ticket = replace(ticket, participants=(*staying, *joining))
    events = (*work.events, *noted)
    return replace(work, ticket=ticket, changes=tuple(changes), mails=tuple(sent), events=events)
