"""Tickets that go to somebody else because nobody moves: their agent is away, or whoever was called has not answered.

A ticket is handed on at the first step that asks its agent for anything, unless they are back before the customer
would have to hear that it takes longer. It then goes the desk's way of assignment; the one who gets it, or everyone
where that is nobody in particular, is told who had it and why, with what the customer wrote last. An agent who is no
agent any more counts as away for good. Paused tickets move when their date comes. Waiting ones stay: their customer's
next mail goes to everybody who is here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from maildesk.desk.actions import Decision, Event, Mail, Value
from maildesk.desk.judging import on_call
from maildesk.desk.judging.assigning import choose_for, needs_of
from maildesk.desk.known.facts import AgentFacts
from maildesk.desk.known.follow_up_facts import FollowUpFacts
from maildesk.desk.mailing import notices
from maildesk.desk.mailing.background import earlier
from maildesk.desk.mailing.mails import to_agent
from maildesk.desk.orders.away import HANDED_ON, known_end
from maildesk.desk.tickets.steps import schedule
from maildesk.desk.words import Agent, Step, Ticket, TicketState

_ASKS_ITS_AGENT = frozenset({Step.REMIND_ASSIGNEE, Step.REMIND_ALL, Step.RENEW_PROMISE, Step.RESUME})
_OURS = frozenset({TicketState.OPEN, TicketState.PAUSED})


@dataclass(frozen=True, slots=True)
class HandedOn:
    """Who had the ticket (None: somebody who is no agent any more), until when they are away, and why who has it."""

    before: Agent | None
    address: str
    until: datetime | None
    why: str


def may_be_somebody_elses(facts: FollowUpFacts) -> bool:
    """Whether a step may hand this ticket on, or call somebody: then they need its question."""
    return facts.ticket.state in _OURS and (_is_without_agent(facts) or on_call.is_calling(facts.ticket))


def _is_without_agent(facts: FollowUpFacts) -> bool:
    if facts.ticket.assignee is None:
        return False
    agent = facts.site.agent(facts.ticket.assignee)
    return agent is None or agent not in facts.site.team(facts.desk) or facts.is_away(agent)


def handed_on(facts: FollowUpFacts, step: Step) -> tuple[FollowUpFacts, HandedOn | None]:
    """The facts with the ticket in other hands, where this step must not ask who has it."""
    ticket, address = facts.ticket, facts.ticket.assignee
    moves = step in _ASKS_ITS_AGENT and ticket.state in _OURS and _is_without_agent(facts)
    if address is None or not moves or _is_back_in_time(facts, address):
        return facts, None
    away = {each.address for each in facts.site.team(facts.desk) if facts.is_away(each)} | {address}
    load = replace(facts.load, knows=None if facts.load.knows == address else facts.load.knows)
    needs = needs_of(facts.site, facts.desk, ticket, f"{ticket.subject} {facts.question}")
    chosen, why = choose_for(facts.site, facts.desk, away, load, needs, handed_on=True)
    given = replace(ticket, assignee=chosen.address if chosen else None)
    known = facts.agents.get(address, AgentFacts())
    handed = HandedOn(facts.site.agent(address), address, known_end(known, facts.now), why)
    return replace(facts, ticket=given), handed


def _is_back_in_time(facts: FollowUpFacts, address: str) -> bool:
    """Whether its agent is here again before the customer would have to hear of a delay."""
    known, standing = facts.agents.get(address), facts.ticket.promise
    if known is None or known.away_until is None or facts.site.agent(address) is None or standing is None:
        return False
    notice = (each.due_at for each in schedule(facts.ticket, facts.desk) if each.step is Step.RENEW_PROMISE)
    return known.away_until < next(notice, standing.at)


def told_of_it(facts: FollowUpFacts, handed: HandedOn | None, decision: Decision) -> Decision:
    """The decision of the step, with the mails about the new hands; whoever gets one needs no reminder as well."""
    if handed is None:
        return decision
    ticket = facts.ticket
    new = facts.site.agent(ticket.assignee) if ticket.assignee else None
    told = (new,) if new is not None else _here(facts)
    values: dict[str, Value] = {
        "colleague": handed.before.name if handed.before else "",
        "away_until": handed.until,
        "gone": handed.before is None,
        "earlier": earlier(each for each in facts.said if each.text.strip() not in facts.question),
    }
    key = f"given-on:{ticket.number}:{handed.address}:{int(facts.now.timestamp())}"
    mails = tuple(_mail(facts, ticket, agent, "given-on", key, values) for agent in told)
    who = {agent.address for agent in told}
    reason = f"{handed.address} is away; {new.name if new else 'everyone'}: {handed.why}"
    return replace(
        decision,
        mails=(*decision.mails, *mails),
        reminders=tuple(each for each in decision.reminders if each.agent not in who),
        events=(Event(ticket.number, HANDED_ON, reason, handed.address), *decision.events),
    )


def calls_next(facts: FollowUpFacts) -> tuple[Ticket, tuple[Mail, ...]]:
    """The ticket with the next person called, and the mail to them; to everybody once all were, or the desk opened."""
    site, desk, ticket, now = facts.site, facts.desk, facts.ticket, facts.now
    agent, places = on_call.next_call(site, desk, ticket, now, facts.is_away_by_address)
    if desk.service.is_open(now):
        agent, places = None, on_call.ALL_CALLED
    called = replace(ticket, called=places, called_at=now)
    before = on_call.audience(site, desk, ticket, now, facts.is_away_by_address) or ()
    told = (agent,) if agent is not None else _here(facts)
    values: dict[str, Value] = {
        **notices.duty_values(desk, called, now),
        "colleague": ", ".join(each.name for each in before),
    }
    key = f"call:{ticket.number}:{ticket.turn}:{int(now.timestamp())}"
    return called, tuple(_mail(facts, called, each, "on-call", key, values) for each in told)


def _here(facts: FollowUpFacts) -> tuple[Agent, ...]:
    team = facts.site.team(facts.desk)
    return tuple(agent for agent in team if not facts.is_away(agent)) or notices.leads_first(team)


def _mail(
    facts: FollowUpFacts, ticket: Ticket, agent: Agent, template: str, key: str, values: Mapping[str, Value]
) -> Mail:
    values = {**notices.standing(facts.site, ticket), "subject": ticket.subject, **values}
    known = facts.agents.get(agent.address, AgentFacts())
    mail = to_agent(facts.desk, agent, known, template, key, values, ticket=ticket)
    return replace(mail, body="\n".join(f"> {line}".rstrip() for line in facts.question.splitlines()))
