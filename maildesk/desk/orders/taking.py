"""Two agents take one ticket at once: the first has it, and the second is told who.

Taking a ticket from a colleague is fine where the agent could know that the colleague had it. So only what happened
after the mail that the agent answers counts: a colleague wrote since, and has the ticket now. Then ``#mine``, ``#take``
and ``#assign`` come back with the name; said once more, in reply to that, they count.
"""

from __future__ import annotations

from maildesk.desk.known.facts import Facts
from maildesk.desk.orders.agent_plans import Fault, Plan
from maildesk.desk.orders.unsent_answers import answered_at
from maildesk.desk.words import Agent, Ticket


def taken_by(facts: Facts, agent: Agent, ticket: Ticket) -> Agent | None:
    """The colleague who took the ticket after the mail that this agent answers; None where nobody did."""
    holder = facts.site.agent(ticket.assignee) if ticket.assignee else None
    since = answered_at(facts, ticket)
    if holder is None or holder == agent or since is None:
        return None
    others = (facts.site.agent(who) for who, at in facts.inside.wrote if at > since)
    return holder if any(each is not None and each != agent for each in others) else None


def second_to_take(facts: Facts, agent: Agent, ticket: Ticket, plan: Plan) -> Fault | None:
    """Why this agent's #mine or #assign does nothing: somebody was first."""
    if plan.assignee is None or plan.assignee.address == ticket.assignee:
        return None
    holder = taken_by(facts, agent, ticket)
    if holder is None:
        return None
    mine = "#take" if plan.take else "#mine"
    line = mine if plan.assignee == agent else f"#assign {plan.assignee.name}"
    what = f"{holder.name} has taken this ticket in the meantime."
    return Fault(what, line, "Send the same again, in reply to this mail, if you want it all the same.")
