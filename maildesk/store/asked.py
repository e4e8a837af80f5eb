"""What only some commands of an agent's mail need to know, read when such a command stands in it.

The mail is parsed here as the decision will parse it; a mail with a mistake needs nothing, because nothing is done.
Nor does one that is not proven to be the agent's: whoever forges their address must not make us search.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from sqlalchemy import Connection, bindparam, select

from maildesk.desk.answers.own_words import words_of
from maildesk.desk.commands.commands import Command, Mistake, parse_commands
from maildesk.desk.deciding import is_from_agent
from maildesk.desk.judging.matching import find_ticket
from maildesk.desk.known.facts import NOTHING_ASKED, Asked, Facts, Listed, MovedMail, Shown
from maildesk.desk.orders.moving import desks_named
from maildesk.desk.words import Ticket
from maildesk.store.loads import load_of
from maildesk.store.persons import addresses_of, person_of, profile_of
from maildesk.store.searching import of_customer, said_in, search
from maildesk.store.tables import asked_reminders, messages, promises
from maildesk.store.ticket_rows import load_tickets, promise_of

_SIGNS = "#＃﹟"
_NAMES = frozenset({"join", "ask"})
MOST_MAILS = 100
"""Mails of a ticket among which the one is looked for that is split off."""


def asked_of(connection: Connection, facts: Facts) -> Asked:
    """The facts for the commands of this mail; ``NOTHING_ASKED`` for a customer's, and for most of an agent's."""
    if facts.site.agent(facts.author.address) is None or not is_from_agent(facts):
        return NOTHING_ASKED
    if not any(sign in facts.letter.text or sign in facts.letter.new_text for sign in _SIGNS):
        return NOTHING_ASKED
    found = parse_commands(words_of(facts).text, facts.now, facts.desk.service)
    ticket = find_ticket(facts).ticket
    asked = NOTHING_ASKED
    if ticket is not None:
        customer = person_of(connection, ticket.desk, ticket.requester)
        asked = Asked(notes=customer.notes, customer=customer)
    for command in () if isinstance(found, Mistake) else found.items:
        if command.name in _READERS:
            asked = _READERS[command.name](connection, facts, command, asked)
    return asked


def _move(connection: Connection, facts: Facts, command: Command, asked: Asked) -> Asked:
    """What bears on who gets the ticket at the other desk."""
    desks = desks_named(facts.site, command.words)
    ticket = find_ticket(facts).ticket
    if len(desks) != 1 or ticket is None:
        return asked
    return replace(asked, load=load_of(connection, facts.site, desks[0], ticket.requester))


def _new(connection: Connection, facts: Facts, command: Command, asked: Asked) -> Asked:
    """What is known of the customer that a ticket is opened for."""
    asked = _requester(connection, facts, command, asked)
    return replace(asked, notes=asked.person.notes, customer=asked.person)


def _requester(connection: Connection, facts: Facts, command: Command, asked: Asked) -> Asked:
    """What is known of whom an agent names as the customer."""
    return replace(asked, person=person_of(connection, facts.desk.address, command.addresses[0]))


def _person(connection: Connection, facts: Facts, command: Command, asked: Asked) -> Asked:
    """What is known of the addresses that are to be joined to the customer's, or asked whether they are."""
    ticket = find_ticket(facts).ticket
    desk = ticket.desk if ticket is not None else facts.desk.address
    found = ((each, person_of(connection, desk, each)) for each in command.addresses if command.verb in _NAMES)
    return replace(asked, others=(*asked.others, *found))


def _show(connection: Connection, facts: Facts, command: Command, asked: Asked) -> Asked:
    """The ticket, where it is one of the agent's desks."""
    ticket = _ticket(connection, facts, command.number)
    if ticket is None or command.number is None:
        return asked
    return replace(asked, shown=(*asked.shown, Shown(command.number, ticket, said_in(connection, ticket.number))))


def _merge(connection: Connection, facts: Facts, command: Command, asked: Asked) -> Asked:
    """The ticket that is to be taken in, where it is one of the agent's desks."""
    ticket = _ticket(connection, facts, command.number)
    if ticket is None or command.number is None:
        return asked
    return replace(asked, merging=(*asked.merging, Shown(command.number, ticket)))


_m = messages.c
_CUSTOMERS = (
    select(_m.id, _m.arrival, _m.at, _m.subject, _m.new_text, _m.text, _m.message_id)
    .where(_m.ticket == bindparam("of"), _m.kind == "question")
    .order_by(_m.at.desc(), _m.id.desc())
    .limit(MOST_MAILS)
)


def _split(connection: Connection, facts: Facts, command: Command, asked: Asked) -> Asked:
    """The customer's mail that this one answers, else the newest; None where it is the first of its ticket."""
    ticket = find_ticket(facts).ticket
    rows = connection.execute(_CUSTOMERS, {"of": ticket.number}).all() if ticket is not None else []
    shown = {each.key.split(":")[1] for each in facts.deliveries if each.key.startswith("notify:")}
    row = next((each for each in rows if str(each.arrival) in shown), None)
    if row is None and ticket is not None and not _elsewhere(connection, ticket, shown):
        row = rows[0] if rows else None
    if row is None or (row == rows[-1] and len(rows) < MOST_MAILS):
        return asked
    said = row.new_text.strip() or row.text
    left_at = max(each.at for each in rows if each.id != row.id)
    return replace(asked, split=MovedMail(row.id, row.at, row.subject, said, row.message_id, left_at))


_ELSEWHERE = (
    select(_m.id)
    .where(_m.arrival.in_(bindparam("shown", expanding=True)), _m.kind == "question", _m.ticket != bindparam("of"))
    .limit(1)
)


def _elsewhere(connection: Connection, ticket: Ticket, shown: Iterable[str]) -> bool:
    """Whether the mail that was shown is on another ticket by now: a colleague's #split came first."""
    arrivals = [int(each) for each in shown]
    return connection.execute(_ELSEWHERE, {"shown": arrivals, "of": ticket.number}).first() is not None


_w = asked_reminders.c
_REMINDER = select(_w.at).where(_w.agent == bindparam("who"), _w.ticket == bindparam("of"))


def _remind(connection: Connection, facts: Facts, command: Command, asked: Asked) -> Asked:
    """When the agent is to be reminded of the ticket as it stands."""
    del command
    ticket, agent = find_ticket(facts).ticket, facts.site.agent(facts.author.address)
    if ticket is None or agent is None:
        return asked
    return replace(asked, remind_at=connection.execute(_REMINDER, {"who": agent.address, "of": ticket.number}).scalar())


_TOLD = (
    select(promises)
    .where(promises.c.ticket == bindparam("of"), promises.c.state == "replaced", promises.c.told_at.is_not(None))
    .order_by(promises.c.number.desc())
    .limit(1)
)


def _recall(connection: Connection, facts: Facts, command: Command, asked: Asked) -> Asked:
    """The promise that the customer knows, where the answer that is taken back named another time."""
    del command
    ticket = find_ticket(facts).ticket
    row = connection.execute(_TOLD, {"of": ticket.number}).first() if ticket is not None else None
    return asked if row is None else replace(asked, told=promise_of(row))


def _history(connection: Connection, facts: Facts, command: Command, asked: Asked) -> Asked:
    """The tickets of a ticket's customer."""
    number = command.number
    ticket = _ticket(connection, facts, number) if number is not None else find_ticket(facts).ticket
    if ticket is None:
        return asked
    if command.verb and ticket.desk in _desks(facts):
        about = (ticket.desk, _desks(facts), ticket.requester, ticket.requester_name, number)
        return replace(asked, profiles=(*asked.profiles, profile_of(connection, *about)))
    addresses = addresses_of(connection, ticket.desk, ticket.requester)
    theirs = of_customer(connection, _desks(facts), *addresses)
    listed = Listed("history", str(number or ""), theirs, ticket.requester_name or ticket.requester)
    return replace(asked, lists=(*asked.lists, listed))


def _search(connection: Connection, facts: Facts, command: Command, asked: Asked) -> Asked:
    found = search(connection, _desks(facts), command.words)
    return replace(asked, lists=(*asked.lists, Listed("search", command.words, found)))


def _desks(facts: Facts) -> tuple[str, ...]:
    """The desks whose tickets this agent may see."""
    agent = facts.site.agent(facts.author.address)
    return agent.desks if agent is not None else ()


def _ticket(connection: Connection, facts: Facts, number: int | None) -> Ticket | None:
    """The ticket of that number at the agent's desks, or the survivor of its merger."""
    known = replace(facts, tickets=load_tickets(connection, [number] if number else []))
    found = known.ticket(number) if number else None
    return found if found is not None and found.desk in _desks(facts) else None


Reader = Callable[[Connection, Facts, Command, Asked], Asked]
_READERS: Mapping[str, Reader] = {
    "move": _move,
    "show": _show,
    "history": _history,
    "search": _search,
    "new": _new,
    "merge": _merge,
    "requester": _requester,
    "person": _person,
    "split": _split,
    "recall": _recall,
    "remind": _remind,
}
