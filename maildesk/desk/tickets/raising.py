"""A ticket that has become more urgent: what that does to its promise, and what the customer hears.

Guarantees: raising never makes a promise later. Where the target of the new priority ends sooner than the standing
promise, the customer gets that sooner one by a mail of its own, at once; else the promise stands and no mail leaves. A
customer who may not be written to keeps the promise they know.

What it does not do: decide how urgent it is (``urgency``). New tickets and new turns need nothing from here: their
promise is made for the new priority, and their acknowledgement says it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from maildesk.desk.actions import Drop, Mail, PromiseChange
from maildesk.desk.judging.urgency import is_higher
from maildesk.desk.known.facts import Facts
from maildesk.desk.mailing.mails import telling, to_customer
from maildesk.desk.tickets import pledges
from maildesk.desk.tickets.filing import CUSTOMER_MAILS, replaced
from maildesk.desk.tickets.tickets import promising
from maildesk.desk.tickets.work import Work
from maildesk.desk.words import PromiseState, Ticket, TicketState


@dataclass(frozen=True, slots=True)
class Raised:
    """A ticket with its sooner promise, and all that goes with it."""

    ticket: Ticket
    promises: tuple[PromiseChange, ...] = ()
    mails: tuple[Mail, ...] = ()
    drops: tuple[Drop, ...] = ()


def sooner(facts: Facts, ticket: Ticket, refusal: str = "") -> Raised:
    """What raising does to a ticket that is our move already. ``refusal``: why this mail gets no automatic answer."""
    standing = ticket.promise
    if standing is None or ticket.state is not TicketState.OPEN:
        return Raised(ticket)
    pledge = pledges.first(facts, ticket)
    told = pledge.promise.state is not PromiseState.UNTELLABLE
    if pledge.promise.at >= standing.at or (told and refusal):
        return Raised(ticket)
    changes = (*replaced(ticket, facts.now), PromiseChange(ticket.number, pledge.promise))
    raised = promising(ticket, pledge.promise)
    if not told:
        return Raised(raised, changes)
    mail = to_customer(raised, "raised", f"raised:{facts.arrival.id}", {})
    mail = telling(mail, pledge.promise, opens_at=pledge.opens_at)
    return Raised(raised, changes, (mail,), (Drop(ticket.number, "it became more urgent", CUSTOMER_MAILS),))


def by_agent(facts: Facts, before: Ticket, work: Work) -> Work:
    """The work of an agent's mail, with the sooner promise that a higher ``#priority`` brings, unless it made one."""
    if not is_higher(work.ticket.priority, before.priority) or work.promises:
        return work
    raised = sooner(facts, work.ticket)
    return replace(
        work,
        ticket=raised.ticket,
        promises=raised.promises,
        mails=(*work.mails, *raised.mails),
        drops=(*raised.drops, *work.drops),
        changes=(*work.changes, *(("promise",) if raised.mails else ())),
    )
