"""Steps that speak to the team: reminders to those who are here, the date of a pause, who is called next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from maildesk.desk.actions import Decision, Mail, Reminder, Value
from maildesk.desk.following.handing_on import calls_next
from maildesk.desk.following.step_decision import stale_reminders, step_decision
from maildesk.desk.judging import on_call
from maildesk.desk.known.facts import AgentFacts
from maildesk.desk.known.follow_up_facts import FollowUpFacts
from maildesk.desk.mailing import notices
from maildesk.desk.mailing.mails import to_agent
from maildesk.desk.tickets.tickets import moved, nudged
from maildesk.desk.words import Agent, TicketState, Timer


def remind_assignee(facts: FollowUpFacts, timer: Timer) -> Decision:
    """Half-way to the promise, or a ticket that rests: whoever is responsible hears of it."""
    ticket = facts.ticket
    steps = max(1, ticket.nudged) if ticket.state is TicketState.OPEN else ticket.nudged
    reason = "half-way to the promise" if ticket.promise else "resting"
    made = step_decision(facts, nudged(ticket, steps, facts.now), timer.step, reason, ())
    return _reminding(facts, _responsible(facts), made, timer)


def remind_all(facts: FollowUpFacts, timer: Timer) -> Decision:
    """Most of the way to the promise: the whole team and its leads hear of it."""
    everyone = tuple(dict.fromkeys((*_team(facts), *leads(facts))))
    made = step_decision(facts, nudged(facts.ticket, 2, facts.now), timer.step, "most of the way to the promise", ())
    return _reminding(facts, everyone, made, timer)


def resume(facts: FollowUpFacts, timer: Timer) -> Decision:
    """The date has come: it is our move again, and the promise made when it was paused stands."""
    resumed = moved(facts.ticket, TicketState.OPEN, facts.now)
    made = step_decision(facts, resumed, timer.step, "the date has come", ())
    return _reminding(facts, _responsible(facts), made, timer, note=facts.ticket.pause_reason)


def call_next(facts: FollowUpFacts, timer: Timer) -> Decision:
    """Nobody who was called has moved: the next of the rota, and behind the last one everybody."""
    called, mails = calls_next(facts)
    return step_decision(facts, called, timer.step, "nobody who was called has moved", mails)


def _reminding(
    facts: FollowUpFacts, agents: tuple[Agent, ...], decision: Decision, timer: Timer, note: str = ""
) -> Decision:
    """The decision with reminders for these agents: mailed together with others of theirs (``gathered_reminders``)."""
    ticket, now = facts.ticket, facts.now
    reminders = tuple(
        Reminder(agent.address, ticket.number, str(timer.step), now, note) for agent in _present(facts, agents)
    )
    return replace(decision, reminders=reminders, drops=(*decision.drops, stale_reminders(ticket)))


def _responsible(facts: FollowUpFacts) -> tuple[Agent, ...]:
    """Who is on duty, where it rings; the assignee who is here; else the team."""
    called = on_call.audience(facts.site, facts.desk, facts.ticket, facts.now, facts.is_away_by_address)
    if called is not None:
        return called
    assignee = facts.site.agent(facts.ticket.assignee) if facts.ticket.assignee else None
    return _team(facts) if assignee is None or facts.is_away(assignee) else (assignee,)


def _team(facts: FollowUpFacts) -> tuple[Agent, ...]:
    return facts.site.team(facts.desk)


def leads(facts: FollowUpFacts) -> tuple[Agent, ...]:
    """The leads of the desk who are here; everybody where none is."""
    return tuple(agent for agent in _team(facts) if agent.lead and not facts.is_away(agent)) or _team(facts)


def _present(facts: FollowUpFacts, agents: tuple[Agent, ...]) -> tuple[Agent, ...]:
    return tuple(agent for agent in agents if not facts.is_away(agent)) or notices.leads_first(agents)


def mails_to(
    facts: FollowUpFacts, agents: tuple[Agent, ...], template: str, key: str, values: Mapping[str, Value]
) -> tuple[Mail, ...]:
    """One mail to each of the agents who are here, with what stands on the ticket."""
    known = AgentFacts()
    values = {**notices.standing(facts.site, facts.ticket), "subject": facts.ticket.subject, **values}
    return tuple(
        to_agent(facts.desk, agent, facts.agents.get(agent.address, known), template, key, values, ticket=facts.ticket)
        for agent in _present(facts, agents)
    )
