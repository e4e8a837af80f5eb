"""#requester ADDRESS: somebody else is the customer of this ticket, because a colleague or a form wrote for them.

From then on answers and automatic mails go to that address; whoever was the customer stays in Cc, unless they belong
to the desk. Where it is our move, the new customer is told by when we answer: in the answer of the same mail, or in a
mail of its own. Mail from outside never does this; only an agent's word does.

What it does not do: prove that the address is theirs. It counts as known, so that the brakes for strangers hold.
"""

from __future__ import annotations

from dataclasses import replace

from maildesk.desk.actions import Drop, Event, PersonChange, PromiseChange
from maildesk.desk.commands.commands import Command
from maildesk.desk.judging.answering import is_no_reply
from maildesk.desk.known.facts import Facts, PersonFacts
from maildesk.desk.mailing import mails
from maildesk.desk.orders.agent_plans import Fault
from maildesk.desk.tickets import pledges
from maildesk.desk.tickets.filing import CUSTOMER_MAILS, NUDGES, replaced
from maildesk.desk.tickets.tickets import promising
from maildesk.desk.tickets.work import Work
from maildesk.desk.words import Agent, Participant, PromiseState, Ticket, TicketState, Trust

NO_REPLY = "it is a no-reply address"
"""Why such a ticket's customer gets no automatic mail."""


def requester(facts: Facts, agent: Agent, command: Command, work: Work) -> Work | Fault:
    """The ticket with this customer; nothing where they are it already."""
    ticket, (address,) = work.ticket, command.addresses
    if address == ticket.requester:
        return work
    if facts.site.is_inside(address):
        return Fault(
            f"{address} belongs to the desk and cannot be a customer.", f"#requester {address}", "Name another."
        )
    known = next((each for each in ticket.participants if each.address == address), None)
    others = tuple(each for each in ticket.participants if each.address != address)
    if not facts.site.is_inside(ticket.requester):
        before = Participant(ticket.requester, ticket.requester_name, ticket.opened_at, agent.address)
        others = (*others, before)
    changed = replace(
        ticket,
        requester=address,
        requester_name=known.name if known else "",
        requester_trust=Trust.KNOWN,
        participants=others,
        unanswerable=NO_REPLY if is_no_reply(address) else "",
        stopped=False,
        customer_offset=None,
        asked_at=None,
    )
    event = Event(ticket.number, f"customer is {address}", f"was {ticket.requester}", agent.address)
    drop = Drop(ticket.number, "the ticket has another customer", CUSTOMER_MAILS | NUDGES)
    return replace(
        work,
        ticket=changed,
        mails=tuple(each for each in work.mails if not each.automatic),  # #recall tells the customer that was
        drops=(*work.drops, drop),
        people=(*work.people, *welcome(ticket.desk, address, facts.asked.person)),
        events=(*work.events, event),
        changes=(*work.changes, f"requester:{address}"),
    )


def welcome(desk: str, address: str, known: PersonFacts) -> tuple[PersonChange, ...]:
    """Whom an agent names as a customer sends no spam, or their answers would be put aside; and is tried anew."""
    if not known.spam and not known.unreachable:
        return ()
    return (PersonChange(desk, address, -1, unreachable="", spam=False),)


def told(facts: Facts, before: Ticket, work: Work) -> Work:
    """The work with the mail that tells a new customer by when we answer, unless another of its mails does."""
    ticket, standing = work.ticket, work.ticket.promise
    if ticket.requester == before.requester or standing is None:
        return work
    if ticket.state not in (TicketState.OPEN, TicketState.PAUSED):
        return work
    if any(each.tells_promise == standing.number for each in work.mails):
        return work
    if standing.state is PromiseState.UNTELLABLE or standing.at <= facts.now or ticket.unanswerable:
        pledge = pledges.again(facts.desk, replace(ticket, promise=None), facts.now, facts.history)
        changes = (*work.promises, *replaced(ticket, facts.now), PromiseChange(ticket.number, pledge.promise))
        standing = pledge.promise
        work = replace(work, ticket=promising(ticket, standing), promises=changes)
    if standing.state is PromiseState.UNTELLABLE:
        return work
    news = mails.to_customer(work.ticket, "status", f"requester:{facts.arrival.id}", {"assignee": ""})
    return replace(work, mails=(*work.mails, mails.telling(news, standing)))
