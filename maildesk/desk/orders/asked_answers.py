"""What an agent asks to see: #help, #show N, #history and #search, each answered at once by a mail to that agent alone.

They stand beside other commands and answers, or alone in a mail to any address of the desk that is the agent's; they
change nothing. An agent sees the tickets of their own desks. ``#show`` brings a ticket with its newest mails, the notes
too, as a mail of that ticket: a reply to it is the answer. ``#history`` lists the customer's tickets, ``#person``
says all that is known of them, ``#search`` lists those that hold all the words; a reply to a list reaches no customer.

What can go wrong: a number that is no ticket, or one of another desk: the mail comes back, and nothing of it is done.
"""

from __future__ import annotations

from maildesk.desk.actions import Mail, Value
from maildesk.desk.commands.commands import Command, Mistake
from maildesk.desk.judging.matching import find_ticket
from maildesk.desk.known.facts import Facts, Listed, Profile, Said, Shown
from maildesk.desk.mailing import notices
from maildesk.desk.mailing.mails import to_agent
from maildesk.desk.words import Agent, Priority, Ticket

ASKING = frozenset({"help", "show", "history", "search"})
MOST_LISTED = 20
MOST_RATED = 5


def answered(facts: Facts, agent: Agent, commands: tuple[Command, ...]) -> tuple[Mail, ...] | Mistake:
    """The mails that answer these commands, in their order."""
    mails: list[Mail] = []
    for place, command in enumerate(each for each in commands if each.name in ASKING):
        found = _answer(facts, agent, command, place)
        if isinstance(found, Mistake):
            return found
        mails.append(found)
    return tuple(mails)


def _answer(facts: Facts, agent: Agent, command: Command, place: int) -> Mail | Mistake:
    key = f"{command.name}:{facts.arrival.id}:{place}"
    if command.name == "help":
        return _help(facts, agent, key)
    if command.name == "show":
        shown = next((each for each in facts.asked.shown if each.asked == command.number), None)
        return _unknown(command) if shown is None else _show(facts, agent, shown, key)
    if command.verb:
        profile = next((each for each in facts.asked.profiles if each.asked == command.number), None)
        return _unknown(command) if profile is None else _profile(facts, agent, profile, key)
    about = command.words or (str(command.number) if command.number else "")
    listed = next((each for each in facts.asked.lists if (each.command, each.about) == (command.name, about)), None)
    return _unknown(command) if listed is None else _list(facts, agent, listed, key)


def _help(facts: Facts, agent: Agent, key: str) -> Mail:
    """What is possible here: on this ticket as it stands, or without one."""
    ticket = find_ticket(facts).ticket
    mine = [] if ticket is None else [each for each in facts.answers if each.ticket == ticket.number]
    states = {each.state for each in mine if facts.site.agent(each.agent) == agent}
    values: dict[str, Value] = {"desks": _names(facts, agent)}
    values |= {"answer_rests": "waiting" in states, "answer_held": "held" in states}
    return to_agent(facts.desk, agent, notices.known(facts, agent), "help", key, values, ticket=ticket)


def _unknown(command: Command) -> Mistake:
    if command.number is None:
        what = "This mail belongs to no ticket, so it is not clear whose tickets you mean."
        return Mistake(f"#{command.name}", what, f"Name one of the customer's tickets, such as #{command.name} 1042.")
    what = f"There is no ticket #{command.number} at your desks."
    return Mistake(f"#{command.name} {command.number}", what, "#search and a few words find one.")


def _names(facts: Facts, agent: Agent) -> tuple[str, ...]:
    return tuple(desk.name for desk in facts.site.desks if desk.address in agent.desks)


def _show(facts: Facts, agent: Agent, shown: Shown, key: str) -> Mail:
    ticket = shown.ticket
    desk = facts.site.desk(ticket.desk) or facts.desk
    values = notices.of_ticket(facts.site, ticket) | {"kind": "shown", "earlier": tuple(map(_said, shown.said))}
    return to_agent(desk, agent, notices.known(facts, agent), "new-message", key, values, ticket=ticket)


def _said(said: Said) -> dict[str, Value]:
    """A note without its #note, which stands behind who wrote it."""
    if not said.inside:
        return {"who": said.who, "at": said.at, "text": said.text}
    lines = said.text.splitlines()
    above = 1 if lines and lines[0].startswith("#") and len(lines) > 1 else 0
    return {"who": f"{said.who} (#note)", "at": said.at, "text": "\n".join(lines[above:])}


def _list(facts: Facts, agent: Agent, listed: Listed, key: str) -> Mail:
    several = len(agent.desks) > 1
    values: dict[str, Value] = {
        "tickets": tuple(_row(facts, each, several) for each in listed.tickets[:MOST_LISTED]),
        "more": max(0, listed.count - MOST_LISTED) or None,
        "lines": (listed.about,) if listed.command == "search" else (),
        "customer_name": listed.customer,
    }
    return to_agent(facts.desk, agent, notices.known(facts, agent), "found", key, values)


def _profile(facts: Facts, agent: Agent, profile: Profile, key: str) -> Mail:
    """All that is known of the customer. It belongs to no ticket: a reply to it reaches nobody."""
    person, several = profile.person, len(agent.desks) > 1
    values: dict[str, Value] = {
        "from_address": profile.address,
        "customer_name": profile.name,
        "addresses": tuple(each for each in person.addresses if each != profile.address),
        "proven": person.proven,
        "language": person.chosen_language or person.language,
        "vip": person.vip,
        "person_notes": person.notes,
        "kept": profile.kept or None,
        "renewed": profile.moved or None,
        "broken": profile.broken or None,
        "praised": profile.praised or None,
        "ratings": tuple(
            {"number": each.ticket, "score": each.score, "rated_solved": each.solved}
            for each in profile.rated[:MOST_RATED]
        ),
        "tickets": tuple(_row(facts, each, several) for each in profile.tickets[:MOST_LISTED]),
        "more": max(0, len(profile.tickets) - MOST_LISTED) or None,
    }
    return to_agent(facts.desk, agent, notices.known(facts, agent), "person", key, values)


def _row(facts: Facts, ticket: Ticket, several: bool) -> dict[str, Value]:
    assignee = facts.site.agent(ticket.assignee) if ticket.assignee else None
    desk = facts.site.desk(ticket.desk)
    return {
        "number": ticket.number,
        "subject": ticket.subject,
        "customer_name": ticket.requester_name or ticket.requester,
        "from_address": ticket.requester,
        "priority": str(ticket.priority) if ticket.priority is not Priority.NORMAL else None,
        "opened_at": ticket.opened_at,
        "waiting_since": ticket.last_customer_at,
        "promise": ticket.promise.at if ticket.promise else None,
        "assignee": assignee.name if assignee else "",
        "state": str(ticket.state),
        "desk": desk.name if desk is not None and several else "",
    }
