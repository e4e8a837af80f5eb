"""A person wrote who is no agent here: what becomes of their mail.

A new matter opens a ticket; a mail on a known one is filed, and makes it our move unless it is bare thanks or a word
for the desk (STOP, CLOSE, STATUS). A turn is acknowledged once. Strangers' mail on other people's tickets is shown to
the agents and moves nothing.
"""

from __future__ import annotations

from dataclasses import replace

from maildesk.desk.actions import Decision, Drop, Event, Mail
from maildesk.desk.customers import proving, ratings, self_help
from maildesk.desk.customers.customer_orders import order_of
from maildesk.desk.judging import on_call, urgency
from maildesk.desk.judging.answering import why_not_answer
from maildesk.desk.judging.assigning import assigned
from maildesk.desk.judging.matching import Match
from maildesk.desk.known.facts import Facts, HelpArticle
from maildesk.desk.mailing import asking, notices
from maildesk.desk.mailing.mails import telling, to_customer, with_id
from maildesk.desk.tickets import pledges, raising
from maildesk.desk.tickets.filing import (
    NUDGES,
    filed,
    heard_from,
    joining,
    language_of,
    message_of,
    name_of,
    offset_of,
    replaced,
    seen_author,
)
from maildesk.desk.tickets.pledges import Pledge
from maildesk.desk.tickets.tickets import new_turn, promising, settled
from maildesk.desk.words import Fate, MessageKind, Priority, PromiseState, Ticket, TicketState


def decide_customer(facts: Facts, match: Match, kind: MessageKind = MessageKind.QUESTION) -> Decision:
    """What this person's mail means."""
    proof = proving.answered(facts, match)
    if proof is not None:
        return proof
    ticket = match.ticket
    if ticket is None:
        return _open_ticket(facts, match)
    if match.stranger:
        return _show_stranger(facts, match, ticket)
    if _too_late(facts, ticket):
        order = order_of(facts, ticket)
        if order is not None:
            return order(facts, match, ticket)  # whoever says STOP is not answered with a new promise
        return _open_ticket(
            facts,
            replace(
                match,
                ticket=None,
                linked_to=ticket.number,
                reason=f"{match.reason}, closed for over 30 days: a new ticket, linked",
            ),
        )
    said = ratings.said_in(facts, ticket)
    if said is not None and not ratings.is_bad(said):
        return ratings.rated(facts, match, ticket, said)
    if said is not None:
        return ratings.with_rating(_next_turn(facts, match, ticket, at_once=True), facts, ticket, said)
    solved = self_help.solved_by_article(facts, match, ticket)
    if solved is not None:
        return solved
    order = order_of(facts, ticket)
    if order is not None:
        return order(facts, match, ticket)
    if ticket.state is TicketState.OPEN and not ticket.stopped and not _may_be_told_now(facts, ticket):
        return _same_turn(facts, match, ticket)
    return _next_turn(facts, match, ticket)


def _may_be_told_now(facts: Facts, ticket: Ticket) -> bool:
    """Whether a promise that could not be told can be: the bounced address writes again, the robot was a person."""
    standing = ticket.promise
    silent = standing is not None and standing.state is PromiseState.UNTELLABLE
    return silent and facts.author.address == ticket.requester and not why_not_answer(facts)


def _open_ticket(facts: Facts, match: Match) -> Decision:
    refusal = why_not_answer(facts)
    found = urgency.of_new(facts)
    ticket = urgency.with_urgency(replace(_blank(facts, match), unanswerable=refusal), found)
    pledge = pledges.first(facts, ticket)
    ticket, given = assigned(facts, _called(facts, promising(ticket, pledge.promise)))
    ticket, offered = settled(ticket, facts.desk), self_help.offers(facts, ticket)
    mails = (*_acknowledge(facts, ticket, pledge, offered), *notices.new_ticket(facts, ticket, match.related, offered))
    changes = (*urgency.noted(Priority.NORMAL, ticket, found), *given, *_told(ticket, refusal, mails))
    if any(mail.tells_promise for mail in mails):
        ticket = replace(ticket, acknowledged_turn=1, asked_at=facts.now if offered else None)
    made = filed(Fate.NEW_TICKET, match.reason, facts, ticket, MessageKind.QUESTION, pledge, mails, changes)
    return replace(made, articles=self_help.uses(facts, ticket, offered))


def _called(facts: Facts, ticket: Ticket) -> Ticket:
    """Urgent mail outside desk hours calls who is on duty."""
    return on_call.called_first(facts.site, facts.desk, ticket, facts.now, facts.is_away)


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
        requester_name=facts.person.chosen_name or name_of(facts),
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
    return with_id(replace(ticket, participants=joining(facts, ticket)), facts.letter.message_id)


def _acknowledge(facts: Facts, ticket: Ticket, pledge: Pledge, offered: tuple[HelpArticle, ...]) -> tuple[Mail, ...]:
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
    asked = asking.missing(facts.desk.needs, facts.letter)
    values = self_help.offering(offered)
    if asked:
        values["asked"] = asking.wording(asked, ticket.language, facts.desk.language)
    if template == "received-urgent":
        values["one_person"] = len(notices.listeners(facts, ticket)) == 1 < len(notices.team(facts, ticket))
    mail = to_customer(ticket, template, f"ack:{ticket.number}:{ticket.turn}", values)
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
    """For agents' eyes. Perhaps it is the customer, from another address of theirs: then they may be asked."""
    language = language_of(facts) if facts.letter.language else None
    shown = Decision(
        fate=Fate.FILED,
        reason=match.reason,
        tickets=(ticket,),
        messages=(message_of(facts, ticket, MessageKind.STRANGER, match.reason),),
        mails=notices.new_message(facts, ticket, MessageKind.STRANGER),
        events=(Event(ticket.number, "a stranger wrote", match.reason, facts.author.address),),
        people=(replace(seen_author(facts, ticket), language=language),),
    )
    return proving.asking(facts, ticket, shown)


def _too_late(facts: Facts, ticket: Ticket) -> bool:
    return ticket.state is TicketState.CLOSED and facts.now - ticket.state_since > facts.desk.follow_up.reopen_within


def _same_turn(facts: Facts, match: Match, ticket: Ticket) -> Decision:
    """Further mail while it is our move already: filed, shown, and the promise stands, unless it is urgent now."""
    heard = replace(heard_from(facts, ticket), unanswered=ticket.unanswered + 1, asked_at=None)
    found = urgency.of_more(facts, ticket, heard)
    heard = urgency.with_urgency(heard, found)
    raised = raising.sooner(facts, heard, why_not_answer(facts)) if found else raising.Raised(heard)
    heard = settled(_called(facts, raised.ticket), facts.desk)
    mails = (*raised.mails, *notices.new_message(facts, heard, MessageKind.QUESTION))
    events = urgency.noted(ticket.priority, heard, found)
    made = filed(Fate.FILED, match.reason, facts, heard, MessageKind.QUESTION, None, mails, events)
    return replace(made, promises=raised.promises, drops=raised.drops)


def _next_turn(facts: Facts, match: Match, ticket: Ticket, *, at_once: bool = False) -> Decision:
    """It is our move again: a new turn with a new promise, told in a while unless a person answers before."""
    before = ticket.state
    refusal = why_not_answer(facts)
    turned = new_turn(heard_from(facts, ticket), facts.now, facts.arrival.arrived_at)
    turned = replace(turned, unanswered=turned.unanswered + 1, unanswerable=refusal, stopped=False)
    found = urgency.of_more(facts, ticket, turned)
    turned = urgency.with_urgency(turned, found)
    pledge = pledges.first(facts, turned)
    turned = settled(_called(facts, on_call.over(promising(turned, pledge.promise))), facts.desk)
    mails = notices.new_message(facts, turned, MessageKind.QUESTION)
    if not refusal:
        mails = (_again(facts, turned, pledge, before, at_once=at_once or found is not None), *mails)
        turned = replace(turned, acknowledged_turn=turned.turn)
    drop = Drop(ticket.number, "the customer wrote", NUDGES)
    events = (
        *urgency.noted(ticket.priority, turned, found),
        *_told(turned, refusal, mails),
        Event(ticket.number, f"{before} → open", "the customer wrote", facts.author.address),
    )
    made = filed(Fate.FILED, match.reason, facts, turned, MessageKind.QUESTION, pledge, mails, events)
    return replace(made, drops=(drop,), promises=(*replaced(ticket, facts.now), *made.promises))


def _again(facts: Facts, ticket: Ticket, pledge: Pledge, before: TicketState, *, at_once: bool) -> Mail:
    """The acknowledgement of a later turn: after a while, unless it has just become more urgent."""
    template = "reopened" if before in (TicketState.SOLVED, TicketState.CLOSED) else "received-again"
    send_at = None if at_once else facts.now + facts.desk.follow_up.acknowledge_again_after
    mail = to_customer(ticket, template, f"ack:{ticket.number}:{ticket.turn}", {}, send_at=send_at)
    return telling(mail, pledge.promise, opens_at=pledge.opens_at, late=pledge.late)
