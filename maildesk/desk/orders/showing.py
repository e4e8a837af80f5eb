"""Who of the team sees a ticket because of what a colleague wrote: whom it was given to, and whom a note is for.

They get it as it stands after that mail. A note on a ticket that a colleague has reaches that colleague, unless they
are away; on a ticket that nobody has it is for whoever looks at it (``#show``), and nobody is written to.
"""

from __future__ import annotations

from dataclasses import replace

from maildesk.desk.actions import Mail
from maildesk.desk.known.facts import Facts
from maildesk.desk.mailing import colleagues
from maildesk.desk.orders.agent_plans import Plan, is_answer
from maildesk.desk.tickets.work import Work
from maildesk.desk.words import Agent, Ticket


def to_colleagues(facts: Facts, before: Ticket, agent: Agent, plan: Plan, work: Work, *, held: bool = False) -> Work:
    """The work with these mails; ``facts`` are those of the ticket's desk now. ``held``: the answer did not leave."""
    answers = is_answer(plan)
    note = plan.text if plan.note else ""
    answer = plan.text if answers and not held else ""
    return replace(work, mails=(*work.mails, *_mails(facts, before, agent, plan, work.ticket, note, answer)))


def _mails(
    facts: Facts, before: Ticket, agent: Agent, plan: Plan, ticket: Ticket, note: str, answer: str
) -> tuple[Mail, ...]:
    if ticket.desk != before.desk:
        return colleagues.moved(facts, ticket, agent, note=note, answer=answer)
    if plan.assignee is not None:
        to = plan.assignee
        return () if to == agent else (colleagues.assigned(facts, ticket, to, agent, note=note, answer=answer),)
    holder = facts.site.agent(ticket.assignee) if ticket.assignee else None
    if not note or holder in (None, agent) or holder is None or facts.is_away(holder.address):
        return ()
    return (colleagues.noted(facts, ticket, holder, agent, note),)
