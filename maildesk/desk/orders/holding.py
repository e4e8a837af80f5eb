"""An answer that does not leave until its agent has said so: a colleague's went out before, or the guard has a doubt.

It is neither sent nor lost. The agent is told why, with the colleague's words, and what to do: ``#send`` lets it go as
it is, ``#note`` keeps it inside, a new answer goes out in its place. Of the ticket nothing changes while it waits: the
promise stands, and reminders come as if nobody had answered.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from maildesk.desk.actions import Event
from maildesk.desk.answers.guarding import Known, doubts
from maildesk.desk.answers.own_words import words_of
from maildesk.desk.known.facts import AnswerFacts, Facts
from maildesk.desk.mailing import mails, notices
from maildesk.desk.orders.agent_plans import Plan
from maildesk.desk.orders.unsent_answers import answered_at, withdrawn
from maildesk.desk.tickets.work import Work
from maildesk.desk.words import Agent, MessageKind, Ticket


@dataclass(frozen=True, slots=True)
class Question:
    """Why an answer waits. ``before``: the colleague's; ``found``: what the guard saw, sentences."""

    before: AnswerFacts | None = None
    found: tuple[str, ...] = ()


def asked_about(facts: Facts, agent: Agent, ticket: Ticket, plan: Plan) -> Question | None:
    """What the agent is asked before this answer leaves; None where it may."""
    told = tuple(each.text for each in facts.answers if each.ticket == ticket.number and each.state == "sent")
    known = Known((*facts.customers_texts, *told), facts.inside, words_of(facts).left_out)
    found = doubts(plan.answer, ticket.subject, facts.site, known)
    before = _collision(facts, agent, ticket)
    return Question(before, found) if before is not None or found else None


def _collision(facts: Facts, agent: Agent, ticket: Ticket) -> AnswerFacts | None:
    """A colleague's answer that left, or is about to, after the mail that this one answers."""
    since = answered_at(facts, ticket) or ticket.turn_began_at
    others = (each for each in facts.answers if each.ticket == ticket.number and facts.site.agent(each.agent) != agent)
    return max(
        (each for each in others if each.at > since and each.state in ("sent", "waiting")),
        key=lambda each: each.at,
        default=None,
    )


def hold(facts: Facts, agent: Agent, work: Work, plan: Plan, question: Question) -> Work:
    """The work with the held answer, and the mail that asks."""
    before = question.before
    colleague = facts.site.agent(before.agent) if before is not None else None
    by = colleague.name if colleague else before.agent if before is not None else ""
    reasons = [f"{by} answered after the mail that this one answers"] if before is not None else []
    reason = "; ".join([*reasons, *question.found])
    shown = replace(work.ticket, participants=()) if plan.only else work.ticket
    key = f"answer:{facts.arrival.id}"
    mail = mails.answer(shown, agent, plan.answer, key, send_at=None, answers=facts.arrival.id)
    asking = notices.held(facts, agent, work.ticket, before, by, question.found, plan.answer)
    event = Event(work.ticket.number, "answer held", reason, agent.address)
    return replace(
        work,
        kind=MessageKind.ANSWER,
        mails=(*work.mails, replace(mail, held=reason), asking),
        drops=(*work.drops, *withdrawn(facts, agent, work.ticket)),
        events=(*work.events, event),
    )
