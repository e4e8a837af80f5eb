"""An agent answered the customer straight from their own mailbox, with the desk in Cc: the ticket learns of it."""

from __future__ import annotations

from dataclasses import replace

from maildesk.desk.actions import Answered, Decision, Drop, Event, PromiseChange
from maildesk.desk.facts import Facts
from maildesk.desk.filing import CUSTOMER_MAILS, NUDGES, message_of
from maildesk.desk.matching import Match
from maildesk.desk.tickets import moved, promising, settled
from maildesk.desk.words import Agent, Fate, MessageKind, PromiseState, TicketState


def decide_outside_answer(facts: Facts, match: Match, agent: Agent) -> Decision | None:
    """An agent answered the customer directly with the desk in Cc: it joins as an answer and keeps the promise."""
    hits = (facts.ticket(hit.ticket) for hit in facts.hits)
    ticket = match.ticket or next((each for each in hits if each is not None), None)
    to_and_cc = {each.address.strip().lower() for each in (*facts.letter.to, *facts.letter.cc)}
    if ticket is None or ticket.requester not in to_and_cc:
        return None
    answered = replace(
        ticket, assignee=ticket.assignee or agent.address, resting=False, unanswered=0, last_answer_at=facts.now
    )
    kept = (
        ()
        if ticket.promise is None
        else (PromiseChange(ticket.number, replace(ticket.promise, state=PromiseState.KEPT)),)
    )
    waiting = settled(promising(moved(answered, TicketState.WAITING, facts.now), None), facts.desk)
    reason = f"{agent.name} answered the customer directly"
    return Decision(
        fate=Fate.FILED,
        reason=reason,
        tickets=(waiting,),
        messages=(message_of(facts, waiting, MessageKind.ANSWER, reason),),
        promises=kept,
        drops=(Drop(ticket.number, reason, CUSTOMER_MAILS | NUDGES),),
        events=(Event(ticket.number, "answered from outside the desk", reason, agent.address),),
        answered=(Answered(ticket.number, min(facts.now, facts.arrival.arrived_at), agent.address),),
    )
