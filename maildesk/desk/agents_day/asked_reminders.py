"""Reminders that agents asked for: #remind WHEN, for one ticket and one agent; a later one takes its place.

They come at that moment, with what was said before, in a mail of their own and in the ticket's thread, whatever became
of the ticket: whoever asked to look at it again wants to know that it is closed, too. Whoever is away then gets them
when they are back. The promises to the customer do not hang on them: follow-up reminds, and tells the customer, all the
same.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from maildesk.desk.actions import Mail, Wish
from maildesk.desk.agents_day.agent_mail_facts import AgentMailFacts, Share
from maildesk.desk.mailing import notices
from maildesk.desk.mailing.background import earlier
from maildesk.desk.mailing.mails import to_agent
from maildesk.desk.words import Ticket


def due(facts: AgentMailFacts) -> datetime | None:
    """When the first of them is to be mailed."""
    first = min((each.at for each in facts.wishes if each.at is not None), default=None)
    back = facts.known.away_until
    return max(first, back) if first is not None and back is not None else first


def make(facts: AgentMailFacts) -> Share:
    """A mail for each that is due, and that it is done with."""
    mine = [each for each in facts.wishes if each.at is not None and each.at <= facts.now]
    known = ((each, facts.tickets.get(each.ticket)) for each in mine)
    mails = tuple(_mail(facts, each, ticket) for each, ticket in known if ticket is not None)
    return Share(facts.known, mails, wishes=tuple(replace(each, at=None) for each in mine))


def _mail(facts: AgentMailFacts, wish: Wish, ticket: Ticket) -> Mail:
    desk = facts.site.desk(ticket.desk) or facts.desks[0]
    said = earlier(facts.said.get(ticket.number, ()))
    values = notices.of_ticket(facts.site, ticket) | {"kind": "remind", "earlier": said}
    at = int(wish.at.timestamp()) if wish.at else 0
    return to_agent(
        desk, facts.agent, facts.known, "new-message", f"remind:{ticket.number}:{at}", values, ticket=ticket
    )
