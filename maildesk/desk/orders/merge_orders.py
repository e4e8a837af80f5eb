"""#merge N: the ticket that this mail answers takes #N in; what cannot be one ticket is linked.

Mails, notes and what has not left of #N are the survivor's from then on, and mail that answers #N finds it. It keeps
the earliest promise that the customer was told; where that is #N's and was not told yet, a mail tells it. A promise
that one ticket's customer could not be told, and the other's can, is made anew. Spam is merged with nothing. Tickets of
different customers or desks are only linked: nobody may be answered with another customer's matter. ``#requester``
makes them the same customer's first, or ``#person join`` their addresses one person's, where they are.

What it does not do: part them again. ``#split`` makes a ticket of a mail.
"""

from __future__ import annotations

from dataclasses import replace

from maildesk.desk.actions import Drop, Event, Merging, PromiseChange
from maildesk.desk.commands.commands import Command
from maildesk.desk.known.facts import Facts
from maildesk.desk.mailing import mails
from maildesk.desk.orders.agent_plans import Fault
from maildesk.desk.orders.spam import MARKED
from maildesk.desk.tickets import pledges
from maildesk.desk.tickets.filing import CUSTOMER_MAILS
from maildesk.desk.tickets.merging import Merger, merge
from maildesk.desk.tickets.tickets import promising
from maildesk.desk.tickets.work import Work
from maildesk.desk.words import Agent, Promise, PromiseState, Ticket, TicketState


def merges(facts: Facts, agent: Agent, command: Command, work: Work) -> Work | Fault:
    """The work with the other ticket taken in, or linked."""
    line = f"#merge {command.number}"
    shown = next((each for each in facts.asked.merging if each.asked == command.number), None)
    if shown is None:
        return Fault(f"There is no ticket #{command.number} at your desks.", line, "#search and a few words find one.")
    other = shown.ticket
    if other.number in (work.ticket.number, *(each.number for each in work.absorbed)):
        return Fault(f"#{command.number} is this ticket already.", line, "Take the line out and send your mail again.")
    marked = next((each.number for each in (work.ticket, other) if each.unanswerable == MARKED), None)
    if marked is not None:
        return Fault(f"#{marked} was marked with #spam.", line, "If it is none, answer it with #take first.")
    named = any(each.address == other.requester and each.person for each in work.joinings)
    joined = named or facts.asked.customer.has(other.requester)
    merger = merge(work.ticket, other, facts.desk, facts.now, joined=joined)
    if isinstance(merger, str):
        return _linked(work, agent, other, merger)
    return _merged(facts, agent, work, other, merger)


def _linked(work: Work, agent: Agent, other: Ticket, why: str) -> Work:
    event = Event(work.ticket.number, f"linked to #{other.number}", why, agent.address)
    linked = replace(work.ticket, linked_to=other.number)
    return replace(
        work,
        ticket=linked,
        events=(*work.events, event),
        changes=(*work.changes, f"linked:#{other.number}"),
    )


def _merged(facts: Facts, agent: Agent, work: Work, other: Ticket, merger: Merger) -> Work:
    before = work.ticket
    survivor, ended = _tellable(facts, before, merger)
    standing = survivor.promise
    theirs = standing is not None and standing != before.promise
    drops = [Drop(other.number, f"it is #{survivor.number} now")]
    promises = tuple(PromiseChange(number, promise) for number, promise in ended)
    if theirs and standing is not None:
        drops.append(Drop(survivor.number, f"#{other.number} was promised sooner", CUSTOMER_MAILS))
        promises = (*promises, PromiseChange(survivor.number, standing))
    was = other.promise.number if other.promise is not None else None
    kept = theirs and standing is not None and standing == merger.survivor.promise
    merging = Merging(survivor.number, other.number, was, standing.number if kept and standing else None)
    reason = f"{agent.name} said #merge"
    events = (
        Event(survivor.number, f"#{other.number} merged into it", reason, agent.address),
        Event(other.number, f"merged into #{survivor.number}", reason, agent.address),
    )
    return replace(
        work,
        ticket=survivor,
        mails=tuple(each for each in work.mails if not (theirs and each.automatic)),  # #recall tells the one that was
        absorbed=(*work.absorbed, merger.absorbed),
        mergings=(*work.mergings, merging),
        promises=(*work.promises, *promises),
        drops=(*work.drops, *drops),
        events=(*work.events, *events),
        changes=(*work.changes, f"merge:#{other.number}"),
    )


def told(facts: Facts, before: Ticket, work: Work) -> Work:
    """The work with the mail that tells a promise taken over untold, unless another of its mails does."""
    ticket, standing = work.ticket, work.ticket.promise
    if not work.mergings or standing is None or standing == before.promise:
        return work
    ours = ticket.state in (TicketState.OPEN, TicketState.PAUSED)
    if not ours or standing.state is not PromiseState.UNTOLD:
        return work
    if any(each.tells_promise == standing.number for each in work.mails):
        return work
    news = mails.to_customer(ticket, "status", f"merged:{facts.arrival.id}", {"assignee": ""})
    return replace(work, mails=(*work.mails, mails.telling(news, standing)))


def _tellable(facts: Facts, before: Ticket, merger: Merger) -> tuple[Ticket, tuple[tuple[int, Promise], ...]]:
    """The survivor, and what is replaced: a promise made anew where the one that stands could not be told till now.

    The other ticket's customer can be told, and they are the same.
    """
    survivor, standing = merger.survivor, merger.survivor.promise
    if standing is None or survivor.state is not TicketState.OPEN or survivor.unanswerable or survivor.stopped:
        return survivor, merger.ended
    passed = standing.state is PromiseState.UNTOLD and standing.at <= facts.now
    if standing.state is not PromiseState.UNTELLABLE and not passed:
        return survivor, merger.ended
    free = replace(survivor, promise=None, promises_made=before.promises_made)
    pledge = pledges.again(facts.desk, free, facts.now, facts.history)
    own = ((survivor.number, replace(standing, state=PromiseState.REPLACED)),) if standing == before.promise else ()
    return promising(free, pledge.promise), (*merger.ended, *own)
