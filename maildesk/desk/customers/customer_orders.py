"""Mail that is nothing but a word for the desk: bare thanks, STOP, CLOSE, STATUS. Ratings are in ``ratings``.

All but thanks need proof of the requester. None of them makes it our move.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from maildesk.desk.actions import Decision, Drop, PromiseChange
from maildesk.desk.customers import customer_words, praise
from maildesk.desk.judging.answering import why_not_answer
from maildesk.desk.judging.matching import Match
from maildesk.desk.known.facts import Facts
from maildesk.desk.mailing import notices
from maildesk.desk.mailing.mails import telling, to_customer, with_id
from maildesk.desk.tickets.filing import CUSTOMER_MAILS, NUDGES, filed, heard_from, replaced
from maildesk.desk.tickets.pledges import SAID_STOP
from maildesk.desk.tickets.steps import is_binding, needs_promise
from maildesk.desk.tickets.tickets import moved, promising, settled
from maildesk.desk.words import Fate, MessageKind, PromiseState, Ticket, TicketState, Trust

BEHIND = timedelta(minutes=1)
"""So long after the end of the recall window CLOSE is confirmed where an answer still rests."""

Decider = Callable[[Facts, Match, Ticket], Decision]


def order_of(facts: Facts, ticket: Ticket) -> Decider | None:
    """The decision for a mail that is nothing but thanks or a word for the desk; None for any other mail."""
    text = facts.letter.new_text
    if facts.letter.attachments and any(not each.inline for each in facts.letter.attachments):
        return None
    if customer_words.is_thanks(text, customer_words.team_names(facts.site)):
        return _thanked
    word = customer_words.desk_word(text) if is_proven(facts, ticket) else None
    words: dict[str, Decider] = {"stop": _stop, "close": _close, "status": _status}
    return words.get(word or "")


def is_proven(facts: Facts, ticket: Ticket) -> bool:
    """Whether this mail is surely from the requester: their words act."""
    if facts.author.address != ticket.requester:  # another address of theirs, proven by itself
        return facts.is_same_person(ticket) and facts.verdict.trust is Trust.AUTHENTICATED
    return facts.verdict.trust is Trust.AUTHENTICATED or any(each.mine for each in facts.tokens)


def _heard(facts: Facts, ticket: Ticket) -> Ticket:
    """A word asks nothing: an answer that crosses it on the way is no less the answer, and the ticket need not stay
    open for it."""
    return replace(heard_from(facts, ticket), last_customer_at=ticket.last_customer_at)


def _thanked(facts: Facts, match: Match, ticket: Ticket) -> Decision:
    heard = _heard(facts, ticket)
    if ticket.state is TicketState.WAITING:
        heard = replace(moved(heard, TicketState.SOLVED, facts.now), nudged=1, nudged_at=facts.now)  # no survey
    heard = settled(heard, facts.desk)
    proven = is_proven(facts, ticket)
    mails = notices.new_message(facts, heard, MessageKind.THANKS, praise.here(facts, ticket) if proven else ())
    made = filed(Fate.FILED, f"{match.reason}; bare thanks", facts, heard, MessageKind.THANKS, None, mails, ())
    earned = praise.praising(facts, ticket, "thanks") if proven else ()
    return replace(made, drops=(Drop(ticket.number, "the customer said thanks", NUDGES),), praises=earned)


def _on_its_way(ticket: Ticket) -> bool:
    """Whether a person's answer that still rests will tell the standing promise."""
    standing = ticket.promise
    return standing is not None and standing.state is PromiseState.UNTOLD and standing.made_at == ticket.last_answer_at


def _told(ticket: Ticket) -> datetime | None:
    """The moment the customer was told, and now need not count on."""
    standing = ticket.promise
    return standing.at if standing is not None and standing.state is PromiseState.TOLD else None


def _stop(facts: Facts, match: Match, ticket: Ticket) -> Decision:
    """STOP ends the follow-ups of this ticket. What was promised is taken back, and the confirmation says so.

    A time that a person's resting answer names stands: they read it after their STOP, and count on it.
    """
    heard = replace(_heard(facts, ticket), stopped=True)
    changes: tuple[PromiseChange, ...] = ()
    taken_back = _told(ticket)
    if heard.promise is not None and not _on_its_way(ticket):
        silent = replace(heard.promise, state=PromiseState.UNTELLABLE, reason=SAID_STOP)
        heard, changes = replace(heard, promise=silent), (PromiseChange(ticket.number, silent),)
    heard = settled(heard, facts.desk)
    confirm = to_customer(heard, "stopped", f"stopped:{facts.arrival.id}", {"promised": taken_back})
    known = ticket.stopped and taken_back is None
    mails = () if known or why_not_answer(facts) else (confirm,)
    made = filed(Fate.FILED, f"{match.reason}; STOP", facts, heard, MessageKind.COMMAND, None, mails, ())
    drop = Drop(ticket.number, "the customer said STOP", NUDGES | CUSTOMER_MAILS)
    return replace(made, drops=(drop,), promises=changes)


def _close(facts: Facts, match: Match, ticket: Ticket) -> Decision:
    """CLOSE closes, and takes back what was promised. It is confirmed behind a resting answer that names a time."""
    heard = promising(heard_from(facts, ticket), None)
    heard = settled(replace(moved(heard, TicketState.CLOSED, facts.now), asked_at=None), facts.desk)
    resting = _on_its_way(ticket) and ticket.last_answer_at is not None
    send_at = ticket.last_answer_at + facts.desk.recall_window + BEHIND if resting and ticket.last_answer_at else None
    taken_back = ticket.promise.at if resting and ticket.promise else _told(ticket)
    key = f"closed:{facts.arrival.id}"
    confirm = to_customer(heard, "closed", key, {"promised": taken_back}, send_at=send_at)
    mails = (*(() if why_not_answer(facts) else (confirm,)), *notices.new_message(facts, heard, MessageKind.COMMAND))
    made = filed(Fate.FILED, f"{match.reason}; CLOSE", facts, heard, MessageKind.COMMAND, None, mails, ())
    drop = Drop(ticket.number, "the customer closed it", NUDGES | CUSTOMER_MAILS)
    return replace(made, drops=(drop,), promises=replaced(ticket, facts.now))


def _status(facts: Facts, match: Match, ticket: Ticket) -> Decision:
    """STATUS is answered at once with what stands; it moves nothing. Unsent mail that tells the same is not needed."""
    heard = settled(with_id(ticket, facts.letter.message_id), facts.desk)
    mail = to_customer(heard, "status", f"status:{facts.arrival.id}", {"assignee": _known_by_name(facts, ticket)})
    tells = needs_promise(heard) and is_binding(heard.promise)
    if tells and heard.promise is not None:
        mail = replace(telling(mail, heard.promise), tells_promise=heard.promise.number)
    mails = () if why_not_answer(facts) else (mail,)
    made = filed(Fate.FILED, f"{match.reason}; STATUS", facts, heard, MessageKind.COMMAND, None, mails, ())
    stale = Drop(ticket.number, "STATUS was answered with it", CUSTOMER_MAILS)
    return replace(made, drops=(stale,)) if tells and mails else made


def _known_by_name(facts: Facts, ticket: Ticket) -> str:
    """Who works on it, where the customer has an answer with their name; "" for anybody else: names are inside."""
    agent = facts.site.agent(ticket.assignee) if ticket.assignee else None
    signed = (each for each in facts.answers if each.ticket == ticket.number and each.state == "sent")
    known = agent is not None and any(facts.site.agent(each.agent) == agent for each in signed)
    return agent.name if agent is not None and known else ""
