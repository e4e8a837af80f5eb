"""Mail of an agent's own, which no mail and no ticket causes: which reasons are there, when, and what follows.

One sweep asks for every agent whose ``next_mail_at`` has come. Each reason (``Why``) has a function that says when its
mail is due, and one that makes it; ``REASONS`` holds both. The reasons that are due at one moment are taken together,
in their order, in one transaction; from what is left the next moment is derived, so that an agent is looked at again
neither too early nor never.

Guarantees: pure; the same facts give the same decision. Every mail has a key, so that one that was queued is never
queued again, and the agent's state is written only if its version is as it was read: exactly once, however often a
process dies. Looking too often does no harm; what is changed elsewhere (an agent goes away, a ticket falls to them)
sets ``next_mail_at`` to now, and this looks again.

What can go wrong: a fact that nobody announces by an early ``next_mail_at`` is seen at the next look, a day later at
most (``LOOK_AGAIN``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from maildesk.desk.actions import AgentChange, Decision
from maildesk.desk.agents_day import asked_reminders, daily_list, gathered_reminders, greeting_agents, welcome_back
from maildesk.desk.agents_day.agent_mail_facts import AgentMailFacts, Share
from maildesk.desk.words import Fate

LOOK_AGAIN = timedelta(days=1)


class Why(StrEnum):
    """Why an agent gets a mail of their own."""

    WELCOME = "welcome"  # they are new, or an operator asked for it
    REMINDERS = "reminders"  # tickets they are to be reminded of
    ASKED = "asked"  # tickets they asked to be reminded of (#remind)
    BACK = "back"  # they were away, and are told what happened
    LIST = "list"  # they asked for their tickets (#list)
    DAILY = "daily"  # their tickets, once on a day that the desk works


@dataclass(frozen=True, slots=True)
class Reason:
    """``due`` says when, None where there is no cause; ``make`` takes what is due now."""

    due: Callable[[AgentMailFacts], datetime | None]
    make: Callable[[AgentMailFacts], Share]


REASONS: dict[Why, Reason] = {
    Why.WELCOME: Reason(greeting_agents.due, greeting_agents.make),
    Why.REMINDERS: Reason(gathered_reminders.due, gathered_reminders.make),
    Why.ASKED: Reason(asked_reminders.due, asked_reminders.make),
    Why.BACK: Reason(welcome_back.due, welcome_back.make),
    Why.LIST: Reason(daily_list.asked, daily_list.answer),
    Why.DAILY: Reason(daily_list.due, daily_list.make),
}

NEED_THE_LIST = frozenset({Why.BACK, Why.LIST, Why.DAILY})
"""Reasons whose mail shows the agent's tickets: ``facts.overview`` is gathered for them alone."""


def reasons_due(facts: AgentMailFacts) -> tuple[Why, ...]:
    """The reasons for which a mail is due now, in the order in which they are taken."""
    moments = ((why, reason.due(facts)) for why, reason in REASONS.items())
    return tuple(why for why, at in moments if at is not None and at <= facts.now)


def decide_agent_mail(facts: AgentMailFacts) -> Decision:
    """The mails that are due to this agent, what is done with, and when to look again."""
    due, before = reasons_due(facts), facts.known
    decision = Decision(Fate.FILED, ", ".join(due) or "nothing is due")
    for why in due:
        at = REASONS[why].due(facts)
        if at is None or at > facts.now:
            continue  # what came before it has done it as well
        share = REASONS[why].make(facts)
        done = {(each.agent, each.ticket) for each in share.reminded}
        left = tuple(each for each in facts.reminders if (each.agent, each.ticket) not in done)
        over = {each.ticket for each in share.wishes}
        wishes = tuple(each for each in facts.wishes if each.ticket not in over)
        facts = replace(facts, known=share.known, reminders=left, wishes=wishes)
        decision = replace(
            decision,
            mails=(*decision.mails, *share.mails),
            reminders=(*decision.reminders, *share.reminders),
            reminded=(*decision.reminded, *share.reminded),
            events=(*decision.events, *share.events),
            wishes=(*decision.wishes, *share.wishes),
        )
    known = facts.known
    change = AgentChange(
        facts.agent.address,
        version=before.version,
        next_mail_at=_next(facts),
        reminded_at=known.reminded_at,
        daily_on=known.daily_on,
        list_answered=before.list_asked_at is not None and known.list_asked_at is None,
        told_back=before.away_since is not None and known.away_since is None,
        welcomed=before.welcome_asked_at is not None and known.welcome_asked_at is None,
    )
    return replace(decision, agents=(change,))


def _next(facts: AgentMailFacts) -> datetime:
    """When to look again. What is still due now waits for a minute: a reason that cannot end is no endless loop."""
    moments = (reason.due(facts) for reason in REASONS.values())
    soonest = min((at for at in moments if at is not None), default=facts.now + LOOK_AGAIN)
    return soonest if soonest > facts.now else facts.now + timedelta(minutes=1)
