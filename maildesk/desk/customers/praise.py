"""Praise: thanks, and ratings of 4, 5 or yes, of a customer who is proven, for the agent whose answer they had last.

The agent gets that mail at once, also where a colleague has the ticket by now, and finds it in their next daily list
(also after an absence). It is counted, once for each turn of a ticket: who thanks and then says "5" praised one answer.
Thanks for an acknowledgement are nobody's.
"""

from __future__ import annotations

from maildesk.desk.actions import Praise
from maildesk.desk.known.facts import Facts
from maildesk.desk.words import Agent, Ticket

LONGEST = 200
"""Characters of what they said that are kept."""


def earner(facts: Facts, ticket: Ticket) -> Agent | None:
    """Whose answer reached the customer last; None where none did, or they are no agent any more."""
    sent = (each for each in facts.answers if each.ticket == ticket.number and each.state == "sent")
    newest = max(sent, key=lambda each: each.at, default=None)
    return facts.site.agent(newest.agent) if newest is not None else None


def here(facts: Facts, ticket: Ticket) -> tuple[Agent, ...]:
    """Who earned it, where they can be told now."""
    agent = earner(facts, ticket)
    return () if agent is None or facts.is_away(agent.address) else (agent,)


def praising(facts: Facts, ticket: Ticket, kind: str) -> tuple[Praise, ...]:
    """What is counted. ``kind``: thanks or rating. The caller has made sure that the customer is proven."""
    agent = earner(facts, ticket)
    if agent is None:
        return ()
    words = " ".join(facts.letter.new_text.split())[:LONGEST]
    return (Praise(ticket.number, ticket.turn, ticket.desk, agent.address, kind, facts.now, words),)
