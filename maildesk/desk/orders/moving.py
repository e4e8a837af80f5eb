"""#move DESK: another desk answers this ticket, with its own people, hours and target.

Where it is our move the customer is told who answers now and by when, by the mail ``moved``, or by the answer that the
same mail holds: after such an answer it stays our move, for the new desk has yet to answer. A ticket that waits, or is
on hold, goes to the other desk without a word, and so does one that the same mail closes. The new desk gets it like a
new ticket: whoever its way of assignment chooses, else all who are here; with what the customer asked last and what the
agent wrote besides.

What it does not do: move to a desk of another site, or name an agent there (they are the new desk's to choose).
"""

from __future__ import annotations

from dataclasses import replace

from maildesk.desk.actions import Drop, Event, PersonChange
from maildesk.desk.commands.commands import Command
from maildesk.desk.judging import on_call
from maildesk.desk.judging.assigning import choose_for, needs_of
from maildesk.desk.known.facts import Facts
from maildesk.desk.orders.agent_plans import Fault
from maildesk.desk.promises.history import NOTHING_KNOWN
from maildesk.desk.tickets.filing import CUSTOMER_MAILS
from maildesk.desk.tickets.work import Work
from maildesk.desk.words import Agent, Desk, Site, Ticket

TO_THE_OLD_TEAM = frozenset({"agent/reminder", "agent/late", "agent/given-on", "agent/on-call"})


def desks_named(site: Site, wanted: str) -> tuple[Desk, ...]:
    """The desks that an agent may mean: by address, by name, by what stands before the @, or by a word of the name."""
    plain = wanted.casefold().strip(" <>")
    exact = [each for each in site.desks if plain in (*each.addresses, each.name.casefold())]
    local = [each for each in site.desks if plain == each.address.partition("@")[0]]
    return tuple(exact or local or [each for each in site.desks if plain in each.name.casefold().split()])


def to_desk(facts: Facts, agent: Agent, command: Command, work: Work) -> Work | Fault:
    """The ticket at the other desk, with whoever its way of assignment chooses there."""
    found, line = desks_named(facts.site, command.words), f"#move {command.words}"
    if len(found) != 1:
        names = "; ".join(f"{each.name} ({each.address})" for each in (found or facts.site.desks))
        what = "More than one desk is" if found else "There is no desk"
        return Fault(f'{what} called "{command.words}".', line, f"These are: {names}.")
    new, before = found[0], work.ticket
    if new.address == before.desk:
        return Fault(f"The ticket is at {new.name} already.", line, "Take the line out and send your mail again.")
    there = at_its_desk(facts, replace(before, desk=new.address))
    ticket = on_call.over(replace(before, desk=new.address, assignee=None))
    ticket, why = _in_new_hands(there, ticket)
    person = PersonChange(
        new.address, ticket.requester, -1, name=ticket.requester_name or None, language=ticket.language
    )
    stale = Drop(ticket.number, "another desk has it", CUSTOMER_MAILS)
    unread = Drop(ticket.number, "another desk has it", TO_THE_OLD_TEAM, audience=None, automatic_only=False)
    return replace(
        work,
        ticket=ticket,
        people=(*work.people, person),
        drops=(*work.drops, stale, unread),
        events=(*work.events, Event(ticket.number, f"moved to {new.address}", why, agent.address)),
        changes=(*work.changes, f"move:{new.name}"),
    )


def at_its_desk(facts: Facts, ticket: Ticket) -> Facts:
    """The facts as the ticket's desk sees them: its hours, its people, and nothing of another desk's history."""
    desk = facts.site.desk(ticket.desk)
    if desk is None or desk.address == facts.desk.address:
        return facts
    return replace(facts, desk=desk, history=NOTHING_KNOWN, load=facts.asked.load)


def _in_new_hands(facts: Facts, ticket: Ticket) -> tuple[Ticket, str]:
    """Who gets it there: on duty, chosen, or everyone."""
    if on_call.rings(facts.desk, ticket, facts.now):
        return on_call.called_first(
            facts.site, facts.desk, ticket, facts.now, facts.is_away
        ), "who is on duty is called"
    away = {each.address for each in facts.site.team(facts.desk) if facts.is_away(each.address)}
    needs = needs_of(facts.site, facts.desk, ticket, f"{ticket.subject} {facts.last_question(ticket.number)}")
    chosen, why = choose_for(facts.site, facts.desk, away, facts.load, needs)
    return replace(ticket, assignee=chosen.address if chosen else None), why
