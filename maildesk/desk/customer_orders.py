"""Mail that is nothing but a word for the desk: bare thanks, STOP, CLOSE, STATUS, and the answer to "did it help?".

All but thanks need proof of the requester. None of them makes it our move, save a "no, it did not".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from maildesk.desk import customer_words, notices
from maildesk.desk.actions import Decision, Drop, PromiseChange
from maildesk.desk.answering import why_not_answer
from maildesk.desk.facts import Facts
from maildesk.desk.filing import CUSTOMER_MAILS, NUDGES, filed, heard_from, replaced
from maildesk.desk.mails import telling, to_customer, with_id
from maildesk.desk.matching import Match
from maildesk.desk.tickets import moved, promising, settled
from maildesk.desk.words import Fate, MessageKind, PromiseState, Ticket, TicketState, Trust

Decider = Callable[[Facts, Match, Ticket], Decision]


def order_of(facts: Facts, ticket: Ticket) -> Decider | None:
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
    heard = heard_from(facts, ticket)
    if ticket.state is TicketState.WAITING:
        heard = replace(moved(heard, TicketState.SOLVED, facts.now), nudged=1, nudged_at=facts.now)  # no survey
    heard = settled(heard, facts.desk)
    mails = notices.new_message(facts, heard, MessageKind.THANKS)
    made = filed(Fate.FILED, f"{match.reason}; bare thanks", facts, heard, MessageKind.THANKS, None, mails, ())
    return replace(made, drops=(Drop(ticket.number, "the customer said thanks", NUDGES),))


def _stop(facts: Facts, match: Match, ticket: Ticket) -> Decision:
    """STOP ends the follow-ups of this ticket. What stood promised becomes a promise that is not told again."""
    heard = replace(heard_from(facts, ticket), stopped=True)
    changes: tuple[PromiseChange, ...] = ()
    if heard.promise is not None:
        silent = replace(heard.promise, state=PromiseState.UNTELLABLE, reason="the customer said STOP")
        heard, changes = replace(heard, promise=silent), (PromiseChange(ticket.number, silent),)
    heard = settled(heard, facts.desk)
    confirm = to_customer(heard, "stopped", f"stopped:{facts.arrival.id}", {})
    mails = () if ticket.stopped or why_not_answer(facts) else (confirm,)
    made = filed(Fate.FILED, f"{match.reason}; STOP", facts, heard, MessageKind.COMMAND, None, mails, ())
    drop = Drop(ticket.number, "the customer said STOP", NUDGES | CUSTOMER_MAILS)
    return replace(made, drops=(drop,), promises=changes)


def _close(facts: Facts, match: Match, ticket: Ticket) -> Decision:
    heard = heard_from(facts, ticket)
    changes = replaced(ticket, facts.now)
    if ticket.state not in (TicketState.SOLVED, TicketState.CLOSED):
        heard = replace(moved(promising(heard, None), TicketState.SOLVED, facts.now), nudged=1, nudged_at=facts.now)
    heard = settled(heard, facts.desk)
    confirm = to_customer(heard, "closed", f"closed:{facts.arrival.id}", {})
    mails = (*(() if why_not_answer(facts) else (confirm,)), *notices.new_message(facts, heard, MessageKind.COMMAND))
    made = filed(Fate.FILED, f"{match.reason}; CLOSE", facts, heard, MessageKind.COMMAND, None, mails, ())
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
    return filed(Fate.FILED, f"{match.reason}; STATUS", facts, heard, MessageKind.COMMAND, None, mails, ())
