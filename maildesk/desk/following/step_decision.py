"""What every step has in common: its decision and its key, and whether the customer may be written to."""

from __future__ import annotations

from maildesk.desk.actions import Decision, Drop, Event, Mail
from maildesk.desk.known.follow_up_facts import FollowUpFacts
from maildesk.desk.tickets.steps import quiet
from maildesk.desk.tickets.tickets import settled
from maildesk.desk.words import Audience, Fate, Step, Ticket

TO_THE_TEAM = frozenset({"agent/reminder", "agent/late"})
"""Mails to agents that a later one of the same ticket makes untrue: unsent ones are dropped (a relay that was down)."""


def step_decision(facts: FollowUpFacts, ticket: Ticket, step: Step, reason: str, mails: tuple[Mail, ...]) -> Decision:
    """What a step makes of its ticket: its event, its mails, and older reminders taken back."""
    event = Event(ticket.number, str(step), reason)
    drops = (stale_reminders(ticket),) if any(mail.audience is Audience.AGENT for mail in mails) else ()
    return Decision(Fate.FILED, reason, (settled(ticket, facts.desk),), mails=mails, drops=drops, events=(event,))


def stale_reminders(ticket: Ticket) -> Drop:
    """Unsent reminders of the ticket that a newer one makes untrue."""
    return Drop(ticket.number, "a newer one took its place", TO_THE_TEAM, Audience.AGENT, automatic_only=False)


def may_write(facts: FollowUpFacts) -> bool:
    """Whether the customer may be written to: they are not quiet and can be reached."""
    return not quiet(facts.ticket) and not facts.unreachable


def step_key(facts: FollowUpFacts, step: Step) -> str:
    """Unique for this step of this promise or state, so that a step taken twice mails once."""
    ticket = facts.ticket
    since = int((ticket.nudged_at or ticket.state_since).timestamp())
    return f"{step}:{ticket.number}:{ticket.promises_made}:{since}"
