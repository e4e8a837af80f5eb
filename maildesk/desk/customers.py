"""A person wrote who is no agent here: what becomes of their mail.

A new matter opens a ticket; a mail on a known one is filed, and makes it our move unless it is bare thanks or a word
for the desk (STOP, CLOSE, STATUS). A turn is acknowledged once. Strangers' mail on other people's tickets is shown to
the agents and moves nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from maildesk.desk import customer_words, notices, pledges
from maildesk.desk.actions import Decision, Drop, Event, Mail, Message, PersonChange, PromiseChange
from maildesk.desk.answering import why_not_answer
from maildesk.desk.facts import Facts
from maildesk.desk.mails import brought_in, telling, to_customer, with_id
from maildesk.desk.matching import Match
from maildesk.desk.pledges import Pledge
from maildesk.desk.tickets import ended, moved, new_turn, promising, settled
from maildesk.desk.words import Fate, MessageKind, Participant, Priority, PromiseState, Ticket, TicketState, Trust

CUSTOMER_MAILS = frozenset(
    {"received", "received-closed", "received-urgent", "received-again", "reopened", "still-working"}
)
"""Automatic mails that state a promise: a newer promise, or a person's answer, makes unsent ones untrue."""

NUDGES = frozenset({"reminder", "closing-soon", "closed", "solved", "on-hold-news"})
"""Automatic mails to a silent customer: untrue as soon as the customer writes."""


def decide_customer(facts: Facts, match: Match, kind: MessageKind = MessageKind.QUESTION) -> Decision:
    """What this person's mail means."""
    ticket = match.ticket
    if ticket is None:
        return _open_ticket(facts, match)
    if match.stranger:
        return _show_stranger(facts, match, ticket)
    if _too_late(facts, ticket):
        return _open_ticket(
            facts,
            replace(
                match,
                ticket=None,
                linked_to=ticket.number,
                reason=f"{match.reason}, closed for over 30 days: a new ticket, linked",
            ),
        )
    word = _word(facts, ticket)
    if word is not None:
        return word(facts, match, ticket)
    if ticket.state is TicketState.OPEN:
        return _same_turn(facts, match, ticket)
    return _next_turn(facts, match, ticket)


def language_of(facts: Facts) -> str:
    """The mail's language where we answer in it, else the customer's last, else the desk's."""
    for language in (facts.letter.language, facts.person.language):
        if language and (not facts.desk.languages or language in facts.desk.languages):
            return language
    return facts.desk.language


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


def _open_ticket(facts: Facts, match: Match) -> Decision:
    refusal = why_not_answer(facts)
    ticket = replace(_blank(facts, match), unanswerable=refusal)
    pledge = pledges.first(facts, ticket)
    ticket = settled(promising(ticket, pledge.promise), facts.desk)
    mails = (*_acknowledge(facts, ticket, pledge), *notices.new_ticket(facts, ticket, match.related))
    changes = _told(ticket, refusal, mails)
    if any(mail.tells_promise for mail in mails):
        ticket = replace(ticket, acknowledged_turn=1)
    return _decision(Fate.NEW_TICKET, match.reason, facts, ticket, MessageKind.QUESTION, pledge, mails, changes)


def _blank(facts: Facts, match: Match) -> Ticket:
    """The ticket before its promise."""
    at = facts.arrival.arrived_at
    ticket = Ticket(
        number=facts.new_number,
        version=0,
        desk=facts.desk.address,
        state=TicketState.OPEN,
        state_since=facts.now,
        requester=facts.author.address,
        requester_name=facts.author.name,
        requester_trust=facts.verdict.trust,
        language=language_of(facts),
        priority=Priority.NORMAL,
        subject=facts.letter.subject,
        root_id=facts.new_root_id,
        opened_at=at,
        turn=1,
        turn_began_at=at,
        last_customer_at=at,
        customer_offset=offset_of(facts),
        linked_to=match.linked_to,
        last_customer_id=facts.letter.message_id,
        unanswered=1,
    )
    return with_id(replace(ticket, participants=_joining(facts, ticket)), facts.letter.message_id)


def offset_of(facts: Facts) -> int | None:
    """Minutes east of UTC in the customer's Date, where it says so: +0000 is what servers write for everybody."""
    date = facts.letter.date
    offset = date.utcoffset() if date is not None and facts.letter.date_offset_known else None
    return int(offset.total_seconds()) // 60 if offset else None


def _joining(facts: Facts, ticket: Ticket) -> tuple[Participant, ...]:
    """Whom this mail brings in: only an authenticated person may."""
    if facts.verdict.trust is not Trust.AUTHENTICATED:
        return ticket.participants
    found = brought_in(facts.letter, ticket, facts.now, facts.author.address)
    return (*ticket.participants, *(each for each in found if not facts.site.is_inside(each.address)))


def _acknowledge(facts: Facts, ticket: Ticket, pledge: Pledge) -> tuple[Mail, ...]:
    """The answer at once, unless something forbids it. Which text it is follows from the hours."""
    if ticket.unanswerable:
        return ()
    template = (
        "received-urgent"
        if ticket.priority is Priority.URGENT
        else "received-closed"
        if pledge.opens_at
        else "received"
    )
    mail = to_customer(ticket, template, f"ack:{ticket.number}:{ticket.turn}", {})
    return (telling(mail, pledge.promise, opens_at=pledge.opens_at, late=pledge.late),)


def _told(ticket: Ticket, refusal: str, mails: tuple[Mail, ...]) -> tuple[Event, ...]:
    if refusal:
        return (Event(ticket.number, "not acknowledged", refusal),)
    return tuple(
        Event(ticket.number, f"{mail.template} queued", "a turn is acknowledged once")
        for mail in mails
        if mail.tells_promise
    )


def _show_stranger(facts: Facts, match: Match, ticket: Ticket) -> Decision:
    mails = notices.new_message(facts, ticket, MessageKind.STRANGER)
    return Decision(
        fate=Fate.FILED,
        reason=match.reason,
        tickets=(ticket,),
        messages=(message_of(facts, ticket, MessageKind.STRANGER, match.reason),),
        mails=mails,
        events=(Event(ticket.number, "a stranger wrote", match.reason, facts.author.address),),
    )


def _too_late(facts: Facts, ticket: Ticket) -> bool:
    return ticket.state is TicketState.CLOSED and facts.now - ticket.state_since > facts.desk.follow_up.reopen_within


def _heard(facts: Facts, ticket: Ticket) -> Ticket:
    """The ticket after its customer wrote, whatever it was."""
    noted = replace(
        ticket,
        last_customer_at=max(ticket.last_customer_at, facts.arrival.arrived_at),
        last_customer_id=facts.letter.message_id or ticket.last_customer_id,
        language=language_of(facts) if facts.letter.language else ticket.language,
        participants=_joining(facts, ticket),
        customer_offset=offset_of(facts) if facts.author.address == ticket.requester else ticket.customer_offset,
    )
    if facts.author.address == ticket.requester and facts.verdict.trust is Trust.AUTHENTICATED:
        noted = replace(noted, requester_trust=Trust.AUTHENTICATED)
    return with_id(noted, facts.letter.message_id)


def _same_turn(facts: Facts, match: Match, ticket: Ticket) -> Decision:
    """Further mail while it is our move already: filed, shown, and the promise stands."""
    heard = settled(replace(_heard(facts, ticket), unanswered=ticket.unanswered + 1), facts.desk)
    mails = notices.new_message(facts, heard, MessageKind.QUESTION)
    return _decision(Fate.FILED, match.reason, facts, heard, MessageKind.QUESTION, None, mails, ())


def _next_turn(facts: Facts, match: Match, ticket: Ticket) -> Decision:
    """It is our move again: a new turn with a new promise, told in a while unless a person answers before."""
    before = ticket.state
    refusal = why_not_answer(facts)
    turned = new_turn(_heard(facts, ticket), facts.now, facts.arrival.arrived_at)
    turned = replace(turned, unanswered=turned.unanswered + 1, unanswerable=refusal, stopped=False)
    pledge = pledges.first(facts, turned)
    turned = settled(promising(turned, pledge.promise), facts.desk)
    mails = notices.new_message(facts, turned, MessageKind.QUESTION)
    if not refusal:
        mails = (_again(facts, turned, pledge, before), *mails)
        turned = replace(turned, acknowledged_turn=turned.turn)
    drop = Drop(ticket.number, "the customer wrote", NUDGES)
    events = (
        *_told(turned, refusal, mails),
        Event(ticket.number, f"{before} → open", "the customer wrote", facts.author.address),
    )
    made = _decision(Fate.FILED, match.reason, facts, turned, MessageKind.QUESTION, pledge, mails, events)
    return replace(made, drops=(drop,), promises=(*replaced(ticket, facts.now), *made.promises))


def _again(facts: Facts, ticket: Ticket, pledge: Pledge, before: TicketState) -> Mail:
    template = "reopened" if before in (TicketState.SOLVED, TicketState.CLOSED) else "received-again"
    send_at = facts.now + facts.desk.follow_up.acknowledge_again_after
    mail = to_customer(ticket, template, f"ack:{ticket.number}:{ticket.turn}", {}, send_at=send_at)
    return telling(mail, pledge.promise, opens_at=pledge.opens_at, late=pledge.late)


def replaced(ticket: Ticket, now: datetime) -> tuple[PromiseChange, ...]:
    """What becomes of the standing promise when another takes its place."""
    state = ended(ticket.promise, now)
    if ticket.promise is None or state is None:
        return ()
    return (PromiseChange(ticket.number, replace(ticket.promise, state=state)),)


Decider = Callable[[Facts, Match, Ticket], Decision]


def _word(facts: Facts, ticket: Ticket) -> Decider | None:
    """The decision for a mail that is nothing but thanks or a word for the desk; None for any other mail."""
    text = facts.letter.new_text
    if facts.letter.attachments and any(not each.inline for each in facts.letter.attachments):
        return None
    if customer_words.is_thanks(text):
        return _thanked
    proven = facts.author.address == ticket.requester and (
        facts.verdict.trust is Trust.AUTHENTICATED or any(t.mine for t in facts.tokens)
    )
    word = customer_words.desk_word(text) if proven else None
    words: dict[str, Decider] = {"stop": _stop, "close": _close, "status": _status}
    return words.get(word or "")


def _thanked(facts: Facts, match: Match, ticket: Ticket) -> Decision:
    heard = _heard(facts, ticket)
    if ticket.state is TicketState.WAITING:
        heard = replace(moved(heard, TicketState.SOLVED, facts.now), nudged=1, nudged_at=facts.now)  # no survey
    heard = settled(heard, facts.desk)
    mails = notices.new_message(facts, heard, MessageKind.THANKS)
    made = _decision(Fate.FILED, f"{match.reason}; bare thanks", facts, heard, MessageKind.THANKS, None, mails, ())
    return replace(made, drops=(Drop(ticket.number, "the customer said thanks", NUDGES),))


def _stop(facts: Facts, match: Match, ticket: Ticket) -> Decision:
    """STOP ends the follow-ups of this ticket. What stood promised becomes a promise that is not told again."""
    heard = replace(_heard(facts, ticket), stopped=True)
    changes: tuple[PromiseChange, ...] = ()
    if heard.promise is not None:
        silent = replace(heard.promise, state=PromiseState.UNTELLABLE, reason="the customer said STOP")
        heard, changes = replace(heard, promise=silent), (PromiseChange(ticket.number, silent),)
    heard = settled(heard, facts.desk)
    confirm = to_customer(heard, "stopped", f"stopped:{facts.arrival.id}", {})
    mails = () if ticket.stopped or why_not_answer(facts) else (confirm,)
    made = _decision(Fate.FILED, f"{match.reason}; STOP", facts, heard, MessageKind.COMMAND, None, mails, ())
    drop = Drop(ticket.number, "the customer said STOP", NUDGES | CUSTOMER_MAILS)
    return replace(made, drops=(drop,), promises=changes)


def _close(facts: Facts, match: Match, ticket: Ticket) -> Decision:
    heard = _heard(facts, ticket)
    changes = replaced(ticket, facts.now)
    if ticket.state not in (TicketState.SOLVED, TicketState.CLOSED):
        heard = replace(moved(promising(heard, None), TicketState.SOLVED, facts.now), nudged=1, nudged_at=facts.now)
    heard = settled(heard, facts.desk)
    confirm = to_customer(heard, "closed", f"closed:{facts.arrival.id}", {})
    mails = (*(() if why_not_answer(facts) else (confirm,)), *notices.new_message(facts, heard, MessageKind.COMMAND))
    made = _decision(Fate.FILED, f"{match.reason}; CLOSE", facts, heard, MessageKind.COMMAND, None, mails, ())
    return replace(
        made, drops=(Drop(ticket.number, "the customer closed it", NUDGES | CUSTOMER_MAILS),), promises=changes
    )


def _status(facts: Facts, match: Match, ticket: Ticket) -> Decision:
    """STATUS is answered at once with what stands; it moves nothing."""
    heard = settled(with_id(ticket, facts.letter.message_id), facts.desk)
    mail = to_customer(heard, "status", f"status:{facts.arrival.id}", {})
    if heard.promise is not None and heard.promise.state is not PromiseState.UNTELLABLE:
        mail = replace(telling(mail, heard.promise), tells_promise=heard.promise.number)
    mails = () if why_not_answer(facts) else (mail,)
    return _decision(Fate.FILED, f"{match.reason}; STATUS", facts, heard, MessageKind.COMMAND, None, mails, ())


def _decision(
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
        people=(_seen(facts, ticket),),
    )


def _seen(facts: Facts, ticket: Ticket) -> PersonChange:
    """What this mail tells of its author; a mail from them clears the mark that they cannot be reached."""
    return PersonChange(
        desk=facts.desk.address,
        address=facts.author.address,
        version=facts.person.version,
        name=facts.author.name or None,
        language=ticket.language if facts.letter.language else None,
        unreachable="" if facts.person.unreachable else None,
    )
