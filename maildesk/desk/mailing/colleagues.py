"""A ticket shown to a colleague who has it from now on, or whom a note is for.

The customer's last question stands on top, as in every notification, for that is what is to be answered. What the agent
wrote for the team stands below the marker, so that no reply takes it along; what they answered the customer in the same
mail is the newest of what was said before. The ticket is shown as it stands after that mail.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from maildesk.desk.actions import Mail, Value
from maildesk.desk.known.facts import Facts
from maildesk.desk.mailing.background import MOST_EARLIER, background_values, shortened
from maildesk.desk.mailing.mails import to_agent
from maildesk.desk.mailing.notices import known, listeners, panel_values
from maildesk.desk.words import Agent, MessageKind, Ticket


def assigned(facts: Facts, ticket: Ticket, to: Agent, by: Agent, *, note: str = "", answer: str = "") -> Mail:
    """The ticket, to the agent it was given to. ``note``: for the team; ``answer``: went to the customer."""
    return _shown(facts, ticket, to, by, "assigned", note, answer)


def noted(facts: Facts, ticket: Ticket, to: Agent, by: Agent, note: str) -> Mail:
    """A colleague's note, to the agent who has the ticket."""
    return _shown(facts, ticket, to, by, "noted", note, "")


def moved(facts: Facts, ticket: Ticket, by: Agent, *, note: str = "", answer: str = "") -> tuple[Mail, ...]:
    """The ticket, to the people of the desk that it was moved to; ``facts`` are those of that desk."""
    return tuple(_shown(facts, ticket, agent, by, "moved", note, answer) for agent in listeners(facts, ticket))


def opened(facts: Facts, ticket: Ticket, by: Agent, kind: str, text: str, to: Agent | None) -> tuple[Mail, ...]:
    """A ticket that an agent opened, ``opened-for`` a customer or ``split`` off another, with the text it is about.

    To whom it was given (``to``), unless that is who opened it; else to the team.
    """
    told = listeners(facts, ticket) if to is None else (to,) if to != by else ()
    return tuple(replace(_shown(facts, ticket, agent, by, kind, "", ""), body=text) for agent in told)


def _shown(facts: Facts, ticket: Ticket, to: Agent, by: Agent, kind: str, note: str, answer: str) -> Mail:
    values = panel_values(facts, ticket, MessageKind.COMMAND) | {"kind": kind, "colleague": by.name, "their_text": note}
    values |= {"subject": ticket.subject, "from_name": ticket.requester_name, "from_address": ticket.requester}
    values |= {"stranger": False, "copied": (), "subject_changed": ""}
    question = "" if kind == "noted" else facts.last_question(ticket.number)  # who has the ticket has read it
    beside = background_values(facts, ticket, question)
    values |= beside | {"earlier": (*_answered(facts, by, answer), *_rows(beside["earlier"]))[:MOST_EARLIER]}
    desk = facts.site.desk(ticket.desk) or facts.desk
    key = f"{kind}:{facts.arrival.id}"
    mail = to_agent(desk, to, known(facts, to), "new-message", key, values, ticket=ticket)
    return replace(mail, body=question, answers=facts.arrival.id)


def _answered(facts: Facts, by: Agent, answer: str) -> tuple[Mapping[str, Value], ...]:
    return ({"who": by.name, "at": facts.now, "text": shortened(answer)},) if answer.strip() else ()


def _rows(found: Value) -> tuple[Mapping[str, Value], ...]:
    return tuple(each for each in found if isinstance(each, Mapping)) if isinstance(found, tuple) else ()
