"""Two addresses become one customer's by proof: each is asked, and each says yes. See ``judging.pairs`` for when.

::

    stranger's mail, or #person ask ──► OTHER ──yes of the new address──► CUSTOMER ──yes of the customer──► JOINED
                                          └─────────────── no ───────────────┴────────────► DENIED

The new address is asked first, so that the customer is troubled only where somebody claims to be them, and learns the
claim from us. A yes counts where it is a plain one (``consent_words``), comes within ``ANSWERED_WITHIN``, and carries
the signed address that was made for this question and this address, or answers that very mail, from a sender who is
proven. So a colleague to whom the question was forwarded cannot answer it, nor a robot, nor an old yes come back.

Until the second yes nothing changes: what the new address writes is a stranger's. Then the addresses are joined as an
agent would join them, the mail that began it counts as the customer's, and it is our move if nobody answered since.

What it does not do: part them again (an agent does, with ``#person split``), or know whether one mailbox has two
readers: who answers from both reads both.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from maildesk.desk.actions import Decision, Drop, Event, Joining, Mail, PairChange, PersonChange
from maildesk.desk.customers.consent_words import consent
from maildesk.desk.judging import on_call
from maildesk.desk.judging.answering import why_not_answer
from maildesk.desk.judging.matching import Match
from maildesk.desk.judging.pairs import MOST_ADDRESSES, is_nobodys_own, is_shared, why_not_ask, why_not_the_customer
from maildesk.desk.known.facts import Facts
from maildesk.desk.known.pair_facts import PairQuestion, Stage
from maildesk.desk.mailing import notices, pair_mails
from maildesk.desk.mailing.mails import telling, with_id
from maildesk.desk.tickets import pledges
from maildesk.desk.tickets.filing import NUDGES, filed, heard_from, language_of, message_of, replaced, seen_author
from maildesk.desk.tickets.pledges import Pledge
from maildesk.desk.tickets.tickets import new_turn, promising, settled
from maildesk.desk.words import Audience, Fate, MessageKind, Participant, Ticket, TicketState, Trust


def asking(facts: Facts, ticket: Ticket, decision: Decision) -> Decision:
    """The decision about a stranger's mail, with the question to them where one is to be asked; the agents are told."""
    author = facts.author.address
    before = next((each for each in facts.pair.earlier if each.is_of(author, ticket.requester)), None)
    if why_not_ask(facts, ticket):
        runs = before is not None and before.stage in (Stage.OTHER, Stage.CUSTOMER) and before.runs(facts.now)
        asked = before is not None or is_nobodys_own(facts.site, author) or is_shared(ticket.requester)
        return _telling(decision, asks_both=runs, may_ask=not asked)
    question = PairQuestion(
        ticket.desk, ticket.number, facts.pair.next_number, ticket.requester, author, Stage.OTHER,
        facts.now, wrote_at=facts.arrival.arrived_at,
    )  # fmt: skip
    said_in = language_of(facts)
    mail = pair_mails.ask_the_new_one(ticket, question, facts.author.name, said_in, facts.letter.message_id)
    event = Event(ticket.number, f"{question.other} is asked whether it is the customer's too", "the same full name")
    told = _telling(decision, asks_both=True)
    return replace(
        told, mails=(mail, *told.mails), events=(*decision.events, event), pairs=(PairChange(question, None),)
    )


def _telling(decision: Decision, **values: bool) -> Decision:
    """With these values in the mails to agents."""
    mails = (
        replace(each, values={**each.values, **values}) if each.audience is Audience.AGENT else each
        for each in decision.mails
    )
    return replace(decision, mails=tuple(mails))


def answered(facts: Facts, match: Match) -> Decision | None:
    """The decision for a yes or no to such a question; None for any other mail, and where it can come to nothing."""
    question = facts.pair.answers
    ticket = facts.ticket(question.ticket) if question is not None else None
    if question is None or ticket is None or (ticket.desk, ticket.requester) != (question.desk, question.customer):
        return None
    said = _said(facts, question)
    if said is None or not question.runs(facts.now):
        return None
    if question.stage in (Stage.JOINED, Stage.DENIED):
        return _said_before(facts, match, ticket, question, said)
    if not said:
        return _denied(facts, match, ticket, question)
    if facts.author.address != (question.other if question.stage is Stage.OTHER else question.customer):
        return _said_before(facts, match, ticket, question, said)
    if question.stage is Stage.OTHER:
        return _claimed(facts, ticket, question)
    return _proven(facts, match, ticket, question)


def _said(facts: Facts, question: PairQuestion) -> bool | None:
    """Yes or no of one of the two, proven; None for anything else."""
    if facts.author.address not in (question.customer, question.other):
        return None
    if facts.verdict.trust is not Trust.AUTHENTICATED or facts.verdict.dmarc_fails:
        return None
    if any(not each.inline for each in facts.letter.attachments):
        return None
    return consent(facts.letter.new_text, (question.customer, question.other), (facts.author.name,))


def _said_before(facts: Facts, match: Match, ticket: Ticket, question: PairQuestion, said: bool) -> Decision | None:
    """A yes said once more is filed; what comes too late, or takes a yes back, is for a person to read."""
    if not said or question.stage is Stage.DENIED:
        return None
    return _noted(facts, ticket, f"{match.reason}; yes once more")


def _noted(facts: Facts, ticket: Ticket, reason: str) -> Decision:
    """Filed without a word, and nothing of the ticket moves."""
    event = Event(ticket.number, f"{MessageKind.COMMAND} filed", reason, facts.author.address)
    return Decision(
        Fate.FILED,
        reason,
        (settled(with_id(ticket, facts.letter.message_id), facts.desk),),
        (message_of(facts, ticket, MessageKind.COMMAND, reason),),
        events=(event,),
        people=(_seen(facts, ticket),),
    )


def _seen(facts: Facts, ticket: Ticket) -> PersonChange:
    """What this mail tells of its author: one word says nothing of their language."""
    return replace(seen_author(facts, ticket), language=None)


def _denied(facts: Facts, match: Match, ticket: Ticket, question: PairQuestion) -> Decision:
    """No: never asked again. The agents hear of it where the customer says so, for then somebody claimed to be them."""
    made = _noted(facts, ticket, f"{match.reason}; it says no")
    by_customer = facts.author.address == question.customer
    mails = _shown(facts, made.tickets[0], question, "not-joined") if by_customer else ()
    gone = PairChange(replace(question, stage=Stage.DENIED), question.stage)
    return replace(made, mails=mails, pairs=(gone,))


def _claimed(facts: Facts, ticket: Ticket, question: PairQuestion) -> Decision | None:
    """The new address says yes, and the customer is asked; not before the least gap between two mails to them is over.

    None where the customer cannot be asked any more: then a person reads it.
    """
    if why_not_the_customer(facts, ticket) or not _may_be_joined(facts):
        return None
    free = ticket.informed_at + facts.desk.follow_up.least_gap if ticket.informed_at else facts.now
    send_at: datetime | None = free if free > facts.now else None
    asked = replace(question, stage=Stage.CUSTOMER, asked_at=send_at or facts.now)
    made = _noted(facts, ticket, f"{question.other} says that {question.customer} is theirs too")
    event = Event(ticket.number, f"{question.customer} is asked whether {question.other} is theirs too", "it says so")
    return replace(
        made,
        mails=(pair_mails.ask_the_customer(ticket, asked, send_at),),
        events=(*made.events, event),
        pairs=(PairChange(asked, question.stage),),
    )


def _may_be_joined(facts: Facts) -> bool:
    """Whether the two still stand as they did: the new one alone, and room for one more."""
    pair = facts.pair
    return not pair.other.addresses and len(pair.customer.addresses) < MOST_ADDRESSES


def _proven(facts: Facts, match: Match, ticket: Ticket, question: PairQuestion) -> Decision | None:
    """Both said yes."""
    if not _may_be_joined(facts):
        return None
    reason = f"{match.reason}; both addresses said yes"
    known, other = facts.pair.customer, facts.pair.other
    heard = _with_the_other(heard_from(facts, ticket), question, other.name, facts.now)
    heard = replace(heard, last_customer_at=ticket.last_customer_at, language=ticket.language)
    turn = _turn(facts, heard, question)
    heard = turn.ticket if turn else settled(heard, facts.desk)
    done = pair_mails.joined(heard, question)
    if turn and not heard.unanswerable:
        done = telling(done, turn.pledge.promise, opens_at=turn.pledge.opens_at, late=turn.pledge.late)
        heard = replace(heard, acknowledged_turn=heard.turn)
    to_them = () if why_not_answer(facts) else (done,)
    event = Event(ticket.number, f"{question.other} is {question.customer}", "both said yes", question.customer)
    mails = (*to_them, *_shown(facts, heard, question, "joined"))
    events = (event, turn.event) if turn else (event,)
    pledge = turn.pledge if turn else None
    made = filed(Fate.FILED, reason, facts, heard, MessageKind.COMMAND, pledge, mails, events)
    main = known.addresses[0] if known.addresses else question.customer
    return replace(
        made,
        people=(_seen(facts, ticket), *_touched(facts, question)),
        joinings=(Joining(question.desk, question.other, main, question.customer),),
        pairs=(PairChange(replace(question, stage=Stage.JOINED), question.stage),),
        promises=(*(replaced(ticket, facts.now) if turn else ()), *made.promises),
        drops=(Drop(ticket.number, "the customer wrote", NUDGES),) if turn else (),
    )


def _touched(facts: Facts, question: PairQuestion) -> tuple[PersonChange, ...]:
    """What is being decided of the other addresses meanwhile is decided again; of the new one, this is."""
    known, other = facts.pair.customer, facts.pair.other
    rest = (PersonChange(question.desk, each, -1) for each in known.addresses if each != question.customer)
    return (PersonChange(question.desk, question.other, other.version), *rest)


def _with_the_other(ticket: Ticket, question: PairQuestion, name: str, now: datetime) -> Ticket:
    """Who wrote from the new address gets the answers there, too."""
    if question.wrote_at is None or question.other in ticket.people:
        return ticket
    return replace(ticket, participants=(*ticket.participants, Participant(question.other, name, now, "joined")))


@dataclass(frozen=True, slots=True)
class _Turn:
    """Our move again, and its promise."""

    ticket: Ticket
    pledge: Pledge
    event: Event


def _turn(facts: Facts, ticket: Ticket, question: PairQuestion) -> _Turn | None:
    """Our move, where what the customer wrote as a stranger has no answer yet; None where nothing moves."""
    wrote = question.wrote_at
    over = ticket.state is TicketState.CLOSED and facts.now - ticket.state_since > facts.desk.follow_up.reopen_within
    if wrote is None or over or ticket.state is TicketState.OPEN:
        return None
    if ticket.last_answer_at is not None and ticket.last_answer_at >= wrote:
        return None
    turned = new_turn(replace(ticket, last_customer_at=max(ticket.last_customer_at, wrote)), facts.now, facts.now)
    refusal = why_not_answer(facts)
    turned = replace(turned, unanswered=turned.unanswered + 1, unanswerable=refusal, stopped=False)
    pledge = pledges.first(facts, turned)
    why = "what they wrote from their other address waits for an answer"
    event = Event(ticket.number, f"{ticket.state} → open", why, question.customer)
    return _Turn(settled(on_call.over(promising(turned, pledge.promise)), facts.desk), pledge, event)


def _shown(facts: Facts, ticket: Ticket, question: PairQuestion, kind: str) -> tuple[Mail, ...]:
    values = {"kind": kind, "other_address": question.other, "subject_changed": ""}
    mails = notices.new_message(facts, ticket, MessageKind.COMMAND)
    return tuple(replace(each, values={**each.values, **values}) for each in mails)
