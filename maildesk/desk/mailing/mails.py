"""The mails that decisions ask for: who gets which template, with which facts, threaded where.

One function a purpose. Nothing is worded here: ``values`` are facts, and ``replies`` puts them into words. Keys make
each mail unique: a decision that is taken twice queues its mails once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from maildesk.desk.actions import Mail, Value
from maildesk.desk.answers.leaving import Leaving
from maildesk.desk.known.facts import AgentFacts
from maildesk.desk.words import Agent, Audience, Desk, Participant, Promise, Ticket, TicketState
from maildesk.mail.data_pictures import with_pictures_out
from maildesk.mail.letter import Letter, Mailbox

KEEP_IDS = 8
"""How many of the newest Message-IDs a ticket keeps for References: enough for every client's threading."""


def references(ticket: Ticket) -> tuple[str, ...]:
    """The root id first, then the last few, oldest first (RFC 5322, 3.6.4)."""
    return (ticket.root_id, *(each for each in ticket.last_ids if each != ticket.root_id))


def with_id(ticket: Ticket, message_id: str | None) -> Ticket:
    """The ticket with one more Message-ID at the tail of its thread."""
    if not message_id or message_id in ticket.last_ids:
        return ticket
    return replace(ticket, last_ids=(*ticket.last_ids, message_id)[-KEEP_IDS:])


def ticket_values(ticket: Ticket) -> dict[str, Value]:
    """The facts of a ticket that any template may use."""
    promise = ticket.promise
    return {
        "number": ticket.number,
        "customer_name": ticket.requester_name,
        "customer_offset": ticket.customer_offset,
        "from_address": ticket.requester,
        "original_subject": ticket.subject,
        "state": str(ticket.state),
        "priority": str(ticket.priority),
        "language": ticket.language,
        "priority_reason": ticket.priority_reason,
        "opened_at": ticket.opened_at,
        "waiting_since": ticket.turn_began_at,
        "promised": promise.at if promise else None,
        "answered_on": ticket.last_answer_at,
        "until": ticket.paused_until if ticket.state is TicketState.PAUSED else None,
        "reason": ticket.pause_reason,
        "tags": ticket.tags,
    }


def to_customer(
    ticket: Ticket, template: str, key: str, values: Mapping[str, Value], *, send_at: datetime | None = None
) -> Mail:
    """An automatic mail to the requester alone."""
    return Mail(
        key=key,
        template=template,
        audience=Audience.CUSTOMER,
        desk=ticket.desk,
        to=(Mailbox(ticket.requester_name, ticket.requester),),
        language=ticket.language,
        automatic=True,
        ticket=ticket.number,
        values={**ticket_values(ticket), **values},
        in_reply_to=ticket.last_customer_id,
        references=references(ticket),
        recipient_trust=ticket.requester_trust,
        send_at=send_at,
    )


def telling(mail: Mail, promise: Promise, *, opens_at: datetime | None = None, late: bool = False) -> Mail:
    """The same mail, stating this promise: it must not leave once the moment has come."""
    values = {
        **mail.values,
        "promise": promise.at,
        "made_at": promise.made_at,
        "opens_at": opens_at,
        "late": late,
        "round": promise.renewals,
    }
    return replace(mail, values=values, states_until=promise.at, tells_promise=promise.number)


TEXTS = 3
"""How many texts an update has. They take turns, so that nobody gets the same one twice in a row."""


def updating(ticket: Ticket, mail: Mail) -> tuple[Ticket, Mail]:
    """An update with the text whose turn it is, 1 to ``TEXTS``, and the ticket that has one more of them."""
    turn = ticket.updates % TEXTS + 1
    return replace(ticket, updates=ticket.updates + 1), replace(mail, values={**mail.values, "round": turn})


def answer(
    ticket: Ticket, agent: Agent, said: Leaving, key: str, *, send_at: datetime | None, answers: int
) -> Mail:
    """An agent's public reply to the requester, the participants in Cc. Of the agent's mail only ``said`` leaves."""
    others = tuple(Mailbox(each.name, each.address) for each in ticket.participants)
    return Mail(
        key=key,
        template="reply",
        audience=Audience.CUSTOMER,
        desk=ticket.desk,
        to=(Mailbox(ticket.requester_name, ticket.requester),),
        cc=others,
        language=ticket.language,
        automatic=False,
        ticket=ticket.number,
        values={**ticket_values(ticket), "agent_name": agent.signs or agent.name},
        body=said.whole,
        body_html=said.html,
        around=(said.above, said.below),
        attachments=said.files,
        sender_name=agent.name,
        subject=ticket.subject,
        in_reply_to=ticket.last_customer_id,
        references=references(ticket),
        recipient_trust=ticket.requester_trust,
        send_at=send_at,
        keeps_promise=True,
        answers=answers,
    )


def to_agent(
    desk: Desk,
    agent: Agent,
    known: AgentFacts,
    template: str,
    key: str,
    values: Mapping[str, Value],
    *,
    ticket: Ticket | None = None,
) -> Mail:
    """A mail to one agent. It is not marked Auto-Submitted, so that their out-of-office reaches us."""
    named: dict[str, Value] = {}
    if ticket is not None:  # a sentence names the address where there is no name
        named = {"customer_name": ticket.requester_name or ticket.requester, "from_name": ticket.requester_name}
    facts = {**(ticket_values(ticket) if ticket else {}), **named, "agent_name": agent.name, **values}
    return Mail(
        key=f"{key}:{agent.address}",
        template=f"agent/{template}",
        audience=Audience.AGENT,
        desk=desk.address,
        to=(Mailbox(agent.name, agent.address),),
        language=agent.language or desk.language,
        automatic=False,
        ticket=ticket.number if ticket else None,
        values=facts,
        references=references(ticket) if ticket else (),
        in_reply_to=ticket.root_id if ticket else None,
        token_issue=known.token_issue,
    )


def showing(mail: Mail, letter: Letter, author: Mailbox, text: str | None = None) -> Mail:
    """The same mail to an agent with a letter in it: its new text, its HTML, its attachments and its problems."""
    values = {
        **mail.values,
        "subject": letter.subject,
        "from_name": author.name,
        "from_address": author.address,
    }
    shown = letter.new_text.strip() or letter.text if text is None else text
    letter = with_pictures_out(letter)
    return replace(mail, values=values, body=shown, body_html=letter.html, attachments=letter.attachments)


def brought_in(letter: Letter, ticket: Ticket, now: datetime, by: str) -> tuple[Participant, ...]:
    """The people of To and Cc who are new to the ticket, whoever they are."""
    known = ticket.people
    found: dict[str, Participant] = {}
    for each in (*letter.to, *letter.cc):
        address = each.address.strip().lower()
        if "@" in address and address not in known and address not in found:
            found[address] = Participant(address, each.name, now, by)
    return tuple(found.values())
