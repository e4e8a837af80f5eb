"""#person: what an agent says of the customer of a ticket, for their desk: addresses, name, language, VIP, notes.

``join`` makes another address one of the customer's: mail from it on their tickets is theirs, ``#history`` and the
panel show all their tickets, notes and marks hold for every address, ``#merge`` makes one of their tickets, and who
knows them is known. An agent's word is proof enough; that a stranger holds the customer's reply address is none,
because mails are forwarded. ``ask`` lets both addresses say it (``asking_both``). ``split`` parts them again, and
every address keeps what was said of it; tickets that were merged meanwhile stay so, and who took part in a ticket stays
in it.

What joining does not do: send one address what went to the other. Automatic mail goes to the requester of its ticket.
``vip``: new tickets have at least the desk's ``vip`` priority; the ticket at hand stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from maildesk.desk.actions import Event, Joining, PairChange, PersonChange
from maildesk.desk.commands.command_words import OFF
from maildesk.desk.commands.commands import Command
from maildesk.desk.judging.answering import is_no_reply
from maildesk.desk.judging.pairs import MOST_ADDRESSES
from maildesk.desk.known.facts import Facts
from maildesk.desk.orders.agent_plans import Fault
from maildesk.desk.orders.asking_both import asked_for, why_not_asked
from maildesk.desk.tickets.work import Work
from maildesk.desk.words import Agent, Ticket

MOST_NOTES, LONGEST_NOTE = 10, 200
LONGEST_NAME = 100


def person(facts: Facts, agent: Agent, command: Command, work: Work) -> Work | Fault:
    """The work with what this line says of the customer."""
    return _VERBS[command.verb](facts, agent, command, work)


def _note(facts: Facts, agent: Agent, command: Command, work: Work) -> Work | Fault:
    """One more line of what to remember of the customer; "off" takes all of them away."""
    said, before = " ".join(command.words.split()), _notes(facts, work)
    if said.casefold().rstrip(".") in OFF:
        return _noted(facts, work, (), "person-off", "notes of the customer taken away", agent) if before else work
    if len(said) > LONGEST_NOTE or len(before) >= MOST_NOTES:
        most = f"There are at most {MOST_NOTES} notes of a customer, of at most {LONGEST_NOTE} characters each."
        return Fault(most, "#person note", "Shorten it, or take all away with #person note off.")
    notes = tuple(dict.fromkeys((*before, said)))
    return _noted(facts, work, notes, f"person:{work.ticket.requester}: {said}", "noted of the customer", agent)


def _notes(facts: Facts, work: Work) -> tuple[str, ...]:
    """The notes as the lines above have left them."""
    mine = (each for each in reversed(work.people) if each.address == work.ticket.requester)
    changed = next((each.notes for each in mine if each.notes is not None), None)
    return facts.asked.notes if changed is None else tuple(changed.splitlines())


def _noted(facts: Facts, work: Work, notes: tuple[str, ...], change: str, what: str, agent: Agent) -> Work:
    """All notes stand with the ticket's address; what other addresses had is among them, or is taken away."""
    own = PersonChange(work.ticket.desk, work.ticket.requester, -1, notes="\n".join(notes))
    others = () if notes else _others(facts, work.ticket, notes="")
    return _changed(work, (own, *others), change, what, "#person", agent)


def _name(facts: Facts, agent: Agent, command: Command, work: Work) -> Work | Fault:
    """How the customer is called from now on, on this ticket too; "off": as they sign."""
    said, ticket = " ".join(command.words.split()), work.ticket
    if said.casefold().rstrip(".") in OFF:
        ended = _everywhere(facts, ticket, chosen_name="")
        signed = facts.asked.customer.name
        work = replace(work, ticket=replace(ticket, requester_name=signed or ticket.requester_name))
        work = _changed(work, ended, "person-name-off", "the customer is called as they sign", "#person", agent)
        before = facts.asked.customer.chosen_name
        return replace(work, changes=(*work.changes, f"undo:#person name {before}")) if before else work
    if len(said) > LONGEST_NAME or "@" in said:
        return Fault(f'"{said[:LONGEST_NAME]}" is no name.', "#person name", "Write it like: #person name Maria Muster")
    work = replace(work, ticket=replace(ticket, requester_name=said))
    undo = f"#person name {facts.asked.customer.chosen_name or 'off'}"
    named = _everywhere(facts, ticket, chosen_name=said)
    work = _changed(
        work, named, f"person-name:{said}", f"customer is called {said}", f"was {ticket.requester_name}", agent
    )
    return replace(work, changes=(*work.changes, f"undo:{undo}"))


def _vip(facts: Facts, agent: Agent, command: Command, work: Work) -> Work | Fault:
    marks = command.verb == "vip"
    if _is_vip(facts, work) is marks:
        return work
    own = PersonChange(work.ticket.desk, work.ticket.requester, -1, vip=marks)
    others = () if marks else _others(facts, work.ticket, vip=False)
    change, undo = ("person-vip", "#person not vip") if marks else ("person-not-vip", "#person vip")
    work = _changed(work, (own, *others), change, "VIP" if marks else "no VIP any more", "#person", agent)
    return replace(work, changes=(*work.changes, f"undo:{undo}"))


def _is_vip(facts: Facts, work: Work) -> bool:
    changed = [each.vip for each in work.people if each.address == work.ticket.requester and each.vip is not None]
    return changed[-1] if changed else facts.asked.customer.vip


def _language_off(facts: Facts, agent: Agent, _command: Command, work: Work) -> Work | Fault:
    """The language is learned from their mails again."""
    if not facts.asked.customer.chosen_language:
        return work
    ended = _everywhere(facts, work.ticket, chosen_language="")
    before = f"was {facts.asked.customer.chosen_language}"
    work = _changed(work, ended, "person-language-off", "language as they write", before, agent)
    return replace(work, changes=(*work.changes, f"undo:#person language {facts.asked.customer.chosen_language}"))


def _join(facts: Facts, agent: Agent, command: Command, work: Work) -> Work | Fault:
    """Each address, one of the customer's: such as stand alone so far, for two groups are never joined."""
    ticket, known = work.ticket, facts.asked.customer.addresses
    main = known[0] if known else ticket.requester
    fresh = tuple(each for each in command.addresses if each not in (ticket.requester, *known))
    if not fresh:
        return work
    wrong = next(filter(None, (_why_not(facts, each) for each in fresh)), None)
    if wrong is not None:
        return wrong
    if len(known) + len(fresh) > MOST_ADDRESSES:
        most = f"A customer has at most {MOST_ADDRESSES} addresses."
        return Fault(most, "#person join", "Take one out with #person split and the address.")
    said = ", ".join(fresh)
    touched = tuple(PersonChange(ticket.desk, each, -1) for each in dict.fromkeys((*known, ticket.requester, *fresh)))
    work = replace(
        work, joinings=(*work.joinings, *(Joining(ticket.desk, each, main, agent.address) for each in fresh))
    )
    work = _changed(work, touched, f"person-join:{said}", f"{said} is {ticket.requester}", "#person join", agent)
    return replace(work, changes=(*work.changes, f"undo:#person split {' '.join(fresh)}"))


def _ask(facts: Facts, agent: Agent, command: Command, work: Work) -> Work | Fault:
    """The customer is to say themselves whether an address is theirs: both are asked, the other one first."""
    address, ticket = command.addresses[0], work.ticket
    if address == ticket.requester or facts.asked.customer.has(address):
        return work
    wrong = _why_not(facts, address, "ask") or why_not_asked(facts, address, ticket)
    if wrong is not None:
        return wrong
    question, mail = asked_for(facts, agent, address, ticket)
    event = Event(ticket.number, f"{address} is asked whether it is the customer's too", "#person ask", agent.address)
    touched = PersonChange(ticket.desk, address, -1)
    return replace(
        work,
        mails=(*work.mails, mail),
        pairs=(*work.pairs, PairChange(question, None)),
        people=(*work.people, touched),
        changes=(*work.changes, f"person-ask:{address}"),
        events=(*work.events, event),
    )


def _why_not(facts: Facts, address: str, verb: str = "join") -> Fault | None:
    line = f"#person {verb} {address}"
    if facts.site.is_inside(address):
        return Fault(f"{address} belongs to the desk and is no customer's.", line, "Name another.")
    if address in facts.site.forms or is_no_reply(address):
        return Fault(f"Many people write from {address}: it is nobody's own.", line, "Name another.")
    other = next((known for named, known in facts.asked.others if named == address), None)
    if other is None or not other.addresses:
        return None
    theirs = next(each for each in other.addresses if each != address)
    remedy = f"If it is the same person, split it there first, on a ticket of theirs: #person split {address}"
    return Fault(f"{address} is joined to {theirs} already.", line, remedy)


def _split(facts: Facts, agent: Agent, command: Command, work: Work) -> Work | Fault:
    """The addresses stand alone again; without one, the only other address."""
    ticket, known = work.ticket, facts.asked.customer.addresses
    others = tuple(each for each in known if each != ticket.requester)
    named = command.addresses or (others if len(others) == 1 else ())
    line = f"#person split {' '.join(command.addresses)}".strip()
    if not known:
        return Fault("No other address is joined to this customer's.", line, "#person join joins one.")
    wrong = next((each for each in named if each not in known), "")
    if wrong or not named:
        what = f"{wrong} is no address of this customer's." if wrong else "This customer has several other addresses."
        return Fault(what, line, f"These are: {', '.join(others)}.")
    left = tuple(each for each in known if each not in named)
    main = known[0] if known[0] in left else left[0] if len(left) > 1 else ""
    alone = tuple(Joining(ticket.desk, each, "", agent.address) for each in (*named, *(left if not main else ())))
    moved = tuple(Joining(ticket.desk, each, main, agent.address) for each in left if main and main != known[0])
    touched = tuple(PersonChange(ticket.desk, each, -1) for each in known)
    said = ", ".join(named)
    back = " ".join(each for each in (named if ticket.requester not in named else left))
    work = replace(work, joinings=(*work.joinings, *alone, *moved))
    work = _changed(work, touched, f"person-split:{said}", f"{said} is another person", "#person split", agent)
    return replace(work, changes=(*work.changes, f"undo:#person join {back}")) if back else work


def _everywhere(
    facts: Facts, ticket: Ticket, *, chosen_name: str | None = None, chosen_language: str | None = None
) -> tuple[PersonChange, ...]:
    """The change for every address of the customer: what one says must not hide behind what another did."""
    addresses = dict.fromkeys((ticket.requester, *facts.asked.customer.addresses))
    plain = (PersonChange(ticket.desk, each, -1) for each in addresses)
    return tuple(replace(each, chosen_name=chosen_name, chosen_language=chosen_language) for each in plain)


def _others(
    facts: Facts, ticket: Ticket, *, notes: str | None = None, vip: bool | None = None
) -> tuple[PersonChange, ...]:
    """The change for the customer's other addresses."""
    addresses = (each for each in facts.asked.customer.addresses if each != ticket.requester)
    return tuple(PersonChange(ticket.desk, each, -1, notes=notes, vip=vip) for each in addresses)


def _changed(work: Work, people: tuple[PersonChange, ...], change: str, what: str, reason: str, agent: Agent) -> Work:
    event = Event(work.ticket.number, what, reason, agent.address)
    people = (*work.people, *people)
    return replace(work, people=people, changes=(*work.changes, change), events=(*work.events, event))


_VERBS: Mapping[str, Callable[[Facts, Agent, Command, Work], Work | Fault]] = {
    "note": _note,
    "name": _name,
    "vip": _vip,
    "not vip": _vip,
    "join": _join,
    "ask": _ask,
    "split": _split,
    "language": _language_off,
}
"""``#person language de`` is ``#language de``, and done there."""
