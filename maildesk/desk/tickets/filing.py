"""A customer's letter as it is filed: what it tells of its author, whom it brings in, and what it makes untrue."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from maildesk.desk.actions import Decision, Event, Mail, Message, PersonChange, PromiseChange
from maildesk.desk.known.facts import Facts
from maildesk.desk.mailing.mails import brought_in, with_id
from maildesk.desk.promises.promise import foreign_offset
from maildesk.desk.senders.signed_names import signed_name
from maildesk.desk.tickets.pledges import Pledge
from maildesk.desk.tickets.tickets import ended
from maildesk.desk.words import Fate, MessageKind, Participant, Ticket, Trust

CUSTOMER_MAILS = frozenset(
    {
        "received", "received-closed", "received-urgent", "received-again", "reopened", "raised", "still-working",
        "progress", "on-hold", "moved", "status", "joined",
    }
)  # fmt: skip
"""Automatic mails that state a promise: a newer promise, or a person's answer, makes unsent ones untrue."""


NUDGES = frozenset({"reminder", "closing-soon", "closed", "solved", "on-hold-news"})
"""Automatic mails to a silent customer: untrue as soon as the customer writes."""


def language_of(facts: Facts) -> str:
    """The one that an agent chose, else the mail's where we answer in it, else the customer's last, else the desk's."""
    for language in (facts.person.chosen_language, facts.letter.language, facts.person.language):
        if language and (not facts.desk.languages or language in facts.desk.languages):
            return language
    return facts.desk.language


def name_of(facts: Facts) -> str:
    """How the author is called: as ``From`` says, else as they sign, where that is surely them; "" where neither."""
    if facts.author.name or facts.is_form or facts.through:
        return facts.author.name
    return signed_name(facts.letter, facts.author.address)


def message_of(facts: Facts, ticket: Ticket, kind: MessageKind, reason: str) -> Message:
    """The letter as it is filed."""
    letter = facts.letter
    return Message(
        ticket=ticket.number,
        kind=kind,
        from_=facts.author,
        trust=facts.verdict.trust,
        message_id=letter.message_id,
        refers_to=tuple(dict.fromkeys((*letter.references, *letter.in_reply_to))),
        to_and_cc=tuple(each.address.strip().lower() for each in (*letter.to, *letter.cc)),
        at=facts.arrival.arrived_at,
        subject=letter.subject,
        text=letter.text,
        new_text=letter.new_text,
        reason=reason,
    )


def offset_of(facts: Facts) -> int | None:
    """Minutes east of UTC in the customer's Date, where their clock is known and is not the desk's."""
    date = facts.letter.date
    offset = date.utcoffset() if date is not None and facts.letter.date_offset_known else None
    minutes = None if offset is None else int(offset.total_seconds()) // 60
    return foreign_offset(facts.desk.time_zone, minutes, facts.arrival.arrived_at)


def joining(facts: Facts, ticket: Ticket) -> tuple[Participant, ...]:
    """Whom this mail brings in: only an authenticated participant may, not one who merely stood in Cc."""
    if facts.verdict.trust is not Trust.AUTHENTICATED or not facts.is_of(ticket):
        return ticket.participants
    found = brought_in(facts.letter, ticket, facts.now, facts.author.address)
    return (*ticket.participants, *(each for each in found if not facts.site.is_inside(each.address)))


def from_another_address(facts: Facts, ticket: Ticket) -> tuple[Participant, ...]:
    """Whom this mail brings in; its author too, where the customer writes from another address of theirs."""
    found = joining(facts, ticket)
    if facts.author.address in ticket.people or not facts.is_same_person(ticket):
        return found
    return (*found, Participant(facts.author.address, facts.author.name, facts.now, "joined"))


def heard_from(facts: Facts, ticket: Ticket) -> Ticket:
    """The ticket after its customer wrote, whatever it was."""
    noted = replace(
        ticket,
        last_customer_at=max(ticket.last_customer_at, facts.arrival.arrived_at),
        last_customer_id=facts.letter.message_id or ticket.last_customer_id,
        language=language_of(facts) if facts.letter.language else ticket.language,
        participants=from_another_address(facts, ticket),
        customer_offset=offset_of(facts) if facts.author.address == ticket.requester else ticket.customer_offset,
    )
    if facts.author.address == ticket.requester:
        noted = replace(noted, requester_name=noted.requester_name or name_of(facts))
        if facts.verdict.trust is Trust.AUTHENTICATED:
            noted = replace(noted, requester_trust=Trust.AUTHENTICATED)
    return with_id(noted, facts.letter.message_id)


def replaced(ticket: Ticket, now: datetime) -> tuple[PromiseChange, ...]:
    """What becomes of the standing promise when another takes its place."""
    state = ended(ticket.promise, now)
    if ticket.promise is None or state is None:
        return ()
    return (PromiseChange(ticket.number, replace(ticket.promise, state=state)),)


def filed(
    fate: Fate,
    reason: str,
    facts: Facts,
    ticket: Ticket,
    kind: MessageKind,
    pledge: Pledge | None,
    mails: tuple[Mail, ...],
    events: tuple[Event, ...],
) -> Decision:
    promises = (PromiseChange(ticket.number, pledge.promise),) if pledge else ()
    filed = Event(ticket.number, f"{kind} filed", reason, facts.author.address)
    return Decision(
        fate,
        reason,
        (ticket,),
        (message_of(facts, ticket, kind, reason),),
        promises,
        mails,
        events=(filed, *events),
        people=(seen_author(facts, ticket),),
    )


def seen_author(facts: Facts, ticket: Ticket) -> PersonChange:
    """What this mail tells of its author; a mail from them clears the mark that they cannot be reached."""
    return PersonChange(
        desk=facts.desk.address,
        address=facts.author.address,
        version=facts.person.version,
        name=name_of(facts) or None,
        language=ticket.language if facts.letter.language else None,
        unreachable="" if facts.person.unreachable else None,
    )
