"""#spam: the ticket is closed without a word, and the sender's next mails are put aside; #take or an answer undoes it.

The sender is marked at the ticket's desk, by address. Mails of theirs become no ticket and join none; the leads find
them in their daily list, like all that is put aside. Nothing leaves for such a sender: no closing, no survey, no
promise. An answer beside ``#spam``, or a command that would tell the sender something, stops the mail.
"""

from __future__ import annotations

from dataclasses import replace

from maildesk.desk.actions import Drop, Event, PersonChange
from maildesk.desk.commands.commands import Command
from maildesk.desk.known.facts import Facts
from maildesk.desk.orders.agent_plans import Fault, Plan
from maildesk.desk.tickets.filing import replaced
from maildesk.desk.tickets.tickets import moved, promising
from maildesk.desk.tickets.work import Work
from maildesk.desk.words import Agent, TicketState

MARKED = "an agent said that it is spam"
"""Why such a ticket's sender gets no automatic mail."""


def contradicts(plan: Plan) -> Fault | None:
    """Why #spam cannot stand in this mail; None where it may, or does not."""
    if not any(each.name == "spam" for each in plan.orders):
        return None
    if plan.text and not plan.note:
        what, remedy = "A sender of spam gets no answer.", "Write #note above the text if it is for your team."
        return Fault(what, "#spam", remedy)
    moves = plan.close or plan.wait or plan.take or plan.passes_on or plan.pause_until or plan.promise
    others = any(each.name in ("merge", "requester") for each in plan.orders)
    if moves or others or plan.recall or plan.send:
        return Fault("#spam closes the ticket, and another command moves it.", "#spam", "Keep the one you mean.")
    return None


def spam(facts: Facts, agent: Agent, _command: Command, work: Work) -> Work | Fault:
    """The ticket closed, its sender marked."""
    ticket = work.ticket
    if facts.site.is_inside(ticket.requester):
        what = f"{ticket.requester} belongs to the desk and cannot be marked."
        return Fault(what, "#spam", "Close the ticket with #close.")
    if ticket.unanswerable == MARKED:
        return work
    closed = replace(promising(moved(ticket, TicketState.CLOSED, facts.now), None), unanswerable=MARKED, asked_at=None)
    return replace(
        work,
        ticket=closed,
        promises=(*work.promises, *replaced(ticket, facts.now)),
        drops=(*work.drops, Drop(ticket.number, MARKED)),
        people=(*work.people, PersonChange(ticket.desk, ticket.requester, -1, spam=True)),
        events=(*work.events, Event(ticket.number, "spam", f"{agent.name} said so", agent.address)),
        changes=(*work.changes, f"spam:{ticket.requester}"),
    )


def taken_back(plan: Plan, agent: Agent, work: Work) -> Work:
    """The work without the mark, where the agent takes the ticket or answers it after all."""
    ticket = work.ticket
    answers = plan.take or plan.promise or plan.pause_until or (plan.text and not plan.note)
    if ticket.unanswerable != MARKED or not answers:
        return work
    return replace(
        work,
        ticket=replace(ticket, unanswerable=""),
        people=(*work.people, PersonChange(ticket.desk, ticket.requester, -1, spam=False)),
        events=(*work.events, Event(ticket.number, "no spam", f"{agent.name} took it", agent.address)),
        changes=(*work.changes, f"no-spam:{ticket.requester}"),
    )
