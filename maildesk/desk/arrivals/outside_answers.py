"""An agent wrote to a customer from their own mailbox, with the desk in Cc or Bcc: the ticket learns of it.

The customer has the mail, so nothing is sent to them again, also where a signed address is in copy. On their ticket it
is an answer: it keeps the promise, and the move is theirs, unless they wrote again meanwhile. Which ticket: that of the
signed address, of the mail it answers, of the number in the subject, or the customer's open one with that subject. With
none of these a ticket is opened that waits for the customer; the agent has it. Whoever else was on the mail gets our
answers from now on. A reply to all then joins the ticket by the mail's Message-ID.

Commands in such a mail are done where nothing would have to be told to the customer; the rest is named in the receipt,
for a mail that has left cannot be given back. The colleagues who look after the ticket are shown the mail.

What it does not do: guess a ticket from the customer alone (their promise would be kept by an answer to something
else), or make a ticket of a mail to many. A mail to somebody else about a ticket is a note of that ticket, also where
the desk's copy went to the agent's signed address; what its readers answer stays inside (``matching``).
"""

from __future__ import annotations

from dataclasses import replace

from maildesk.desk.actions import Answered, Decision, Drop, Event, PromiseChange
from maildesk.desk.answers.own_words import words_of
from maildesk.desk.commands.commands import Commands, Mistake, parse_commands
from maildesk.desk.judging.answering import is_no_reply
from maildesk.desk.judging.matching import Match, bare_subject, tagged_tickets
from maildesk.desk.known.facts import Facts, PersonFacts
from maildesk.desk.mailing import notices
from maildesk.desk.mailing.mails import brought_in, with_id
from maildesk.desk.orders.agent_moves import move, with_people
from maildesk.desk.orders.agent_plans import Fault, Plan, assignee_of
from maildesk.desk.orders.new_requester import NO_REPLY
from maildesk.desk.orders.showing import to_colleagues
from maildesk.desk.orders.ticket_orders import with_orders
from maildesk.desk.orders.unsent_answers import customer_wrote_after
from maildesk.desk.tickets.filing import CUSTOMER_MAILS, NUDGES, message_of
from maildesk.desk.tickets.raising import by_agent
from maildesk.desk.tickets.tickets import moved, promising, settled
from maildesk.desk.tickets.work import Work
from maildesk.desk.words import (
    LIVE_STATES,
    Agent,
    Fate,
    MessageKind,
    Participant,
    Priority,
    Promise,
    PromiseState,
    Role,
    Ticket,
    TicketState,
    Trust,
)
from maildesk.mail.letter import Mailbox, fold_address
from maildesk.mail.newtext import is_forwards_subject

MOST_PEOPLE = 10
"""Outsiders on a mail that opens a ticket. A mail to more is a circular, and each of them would get every answer."""

_ORDERS = frozenset({"tag", "untag", "remind"})
_DONE_HERE = _ORDERS | {"close", "wait", "assign", "mine", "priority"}


def decide_outside_answer(facts: Facts, match: Match, agent: Agent) -> Decision | None:
    """What it means; None where the mail went to nobody outside, or is meant for the desk."""
    if not facts.only_listed:
        return None
    ticket = _ticket_of(facts, match)
    if ticket is not None:
        return _answered(facts, agent, ticket)
    if any(each.mine and each.role is Role.AGENT for each in facts.tokens):
        ticket = match.ticket  # a reply to the desk, with somebody in Cc, is no mail to somebody else
        return _noted(facts, agent, ticket) if ticket and _is_shown_to_others(facts, ticket) else None
    about = _about(facts, agent)
    if about is not None:
        return _noted(facts, agent, about)
    return _opened(facts, agent) if _is_to_a_customer(facts, agent) else None


def _ticket_of(facts: Facts, match: Match) -> Ticket | None:
    """The ticket whose customer got this mail; the best evidence first."""
    found = [match.ticket, *(facts.ticket(each.ticket) for each in facts.hits)]
    found += [facts.ticket(number) for number in tagged_tickets(facts.letter.subject)]
    theirs = (each for each in found if each is not None and each.requester in facts.only_listed)
    return next(theirs, None) or _same_subject(facts)


def _same_subject(facts: Facts) -> Ticket | None:
    subject = bare_subject(facts.letter.subject)
    fitting = [
        each
        for each in facts.tickets.values()
        if subject
        and each.desk == facts.desk.address
        and each.state in LIVE_STATES
        and each.requester in facts.only_listed
        and bare_subject(each.subject) == subject
    ]
    return max(fitting, key=lambda each: each.number, default=None)


def _about(facts: Facts, agent: Agent) -> Ticket | None:
    """The ticket that the agent writes about to somebody else: the mail answers our notification to them."""
    mine = (each for each in facts.hits if each.source == "sent" and agent.address in each.people)
    return next((found for each in mine if (found := facts.ticket(each.ticket)) is not None), None)


def _is_shown_to_others(facts: Facts, ticket: Ticket) -> bool:
    """Whether it is meant for people who have no part in the ticket, and the desk only gets a copy."""
    to = [fold_address(each.address) for each in facts.letter.to]
    outside = [each for each in to if each in facts.only_listed]
    if not outside or any(each in ticket.people for each in outside):
        return False
    return is_forwards_subject(facts.letter.subject) or not any(facts.desk.owns(each) for each in to)


def _is_to_a_customer(facts: Facts, agent: Agent) -> bool:
    to = [fold_address(each.address) for each in facts.letter.to]
    return (
        facts.desk.address in agent.desks
        and any(each in facts.only_listed for each in to)
        and not any(facts.desk.owns(each) for each in to)
    )


# ── on a ticket ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _answered(facts: Facts, agent: Agent, ticket: Ticket) -> Decision:
    asked, undone = _commands(facts)
    reason = f"{agent.name} answered the customer directly"
    stays_open = _crossed(facts, ticket)
    answered = replace(
        ticket,
        assignee=ticket.assignee or agent.address,
        resting=False,
        unanswered=0,
        last_answer_at=facts.now,
        stopped=False,
        asked_at=None,
        participants=(*ticket.participants, *_joining(facts, ticket)),
    )
    answered = with_id(answered, facts.letter.message_id)
    missed = ", ".join(sorted(each for each in ticket.people if each not in facts.only_listed))
    changes = (f"outside:{ticket.requester}", *((f"outside-without:{missed}",) if missed else ()), *undone)
    work = _with_commands(facts, agent, asked, Work(answered, changes=changes), stays_open=stays_open)
    standing = ticket.promise
    kept = () if standing is None or stays_open else (PromiseChange(ticket.number, _kept(standing)),)
    after = work.ticket if stays_open else promising(work.ticket, None)
    done = settled(after, facts.desk)
    told = notices.new_message(facts, replace(done, assignee=ticket.assignee), MessageKind.ANSWER)
    shown = tuple(replace(each, values={**each.values, **notices.standing(facts.site, done)}) for each in told)
    receipt = notices.receipt(facts, agent, done, work.changes, stays_open=stays_open)
    return Decision(
        fate=Fate.FILED,
        reason=reason,
        tickets=(done,),
        messages=(message_of(facts, done, MessageKind.ANSWER, reason),),
        promises=kept,
        mails=(*work.mails, *shown, receipt),
        drops=(Drop(ticket.number, reason, NUDGES if stays_open else CUSTOMER_MAILS | NUDGES),),
        events=(Event(ticket.number, "answered from outside the desk", reason, agent.address), *work.events),
        answered=(Answered(ticket.number, min(facts.now, facts.arrival.arrived_at), agent.address),),
        wishes=work.wishes,
    )


def _kept(promise: Promise) -> Promise:
    return replace(promise, state=PromiseState.KEPT)


def _crossed(facts: Facts, ticket: Ticket) -> bool:
    """Whether the customer wrote again after what this mail answers, and waits for an answer to that."""
    if ticket.state is not TicketState.OPEN or ticket.unanswered < 2:
        return customer_wrote_after(facts, ticket)
    answers = {*facts.letter.in_reply_to, *facts.letter.references}
    if ticket.last_customer_id in answers:
        return False
    written = facts.letter.date
    return written is not None and written < ticket.last_customer_at


def _joining(facts: Facts, ticket: Ticket) -> tuple[Participant, ...]:
    agent = facts.author.address
    found = brought_in(facts.letter, ticket, facts.now, agent)
    return tuple(each for each in found if not facts.site.is_inside(each.address))


def _commands(facts: Facts) -> tuple[Commands, tuple[str, ...]]:
    """What can be done of the mail's commands, and the lines of the receipt for the rest."""
    found = parse_commands(words_of(facts).text, facts.now, facts.desk.service)
    if isinstance(found, Mistake):
        return Commands((), ""), (f"outside-undone:{found.line}",)
    undone = tuple(f"outside-undone:#{each.name}" for each in found.items if each.name not in _DONE_HERE)
    return replace(found, items=tuple(each for each in found.items if each.name in _DONE_HERE)), undone


def _with_commands(facts: Facts, agent: Agent, asked: Commands, work: Work, *, stays_open: bool) -> Work:
    assignee = assignee_of(facts, agent, asked)
    priority = asked.find("priority")
    plan = Plan(
        text=facts.letter.new_text,
        close=asked.find("close") is not None and not stays_open,
        assignee=assignee if isinstance(assignee, Agent) else None,
        priority=priority.priority if priority is not None else None,
        orders=tuple(each for each in asked.items if each.name in _ORDERS),
    )
    before = work.ticket
    if not stays_open:
        work = move(facts, plan, work, answered=True)
    given = to_colleagues(facts, before, agent, plan, with_people(facts, agent, plan, work))
    ordered = with_orders(facts, agent, plan, given)
    if isinstance(ordered, Fault):
        ordered = replace(work, changes=(*work.changes, f"outside-undone:{ordered.line}"))
    raised = by_agent(facts, before, ordered) if stays_open else ordered
    if isinstance(assignee, Fault):
        raised = replace(raised, changes=(*raised.changes, f"outside-undone:{assignee.line}"))
    return raised


def _noted(facts: Facts, agent: Agent, ticket: Ticket) -> Decision:
    """The agent wrote to somebody else about it: inside, and nothing moves."""
    reason = f"{agent.name} wrote about it to {', '.join(facts.only_listed)}"
    note = replace(message_of(facts, ticket, MessageKind.NOTE, reason), refers_to=())
    asked = parse_commands(words_of(facts).text, facts.now, facts.desk.service)
    items = () if isinstance(asked, Mistake) else asked.items
    undone = tuple(f"outside-undone:#{each.name}" for each in items if each.name != "note")
    receipt = notices.receipt(facts, agent, ticket, (f"outside-note:{', '.join(facts.only_listed)}", *undone))
    event = Event(ticket.number, f"note of {agent.name}", reason, agent.address)
    return Decision(Fate.FILED, reason, (ticket,), (note,), mails=(receipt,), events=(event,))


# ── a new one ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _opened(facts: Facts, agent: Agent) -> Decision:
    people = facts.only_listed
    if len(people) > MOST_PEOPLE:
        line = notices.receipt(facts, agent, None, (f"outside-many:{len(people)}",))
        return Decision(Fate.COMMAND, f"{agent.name} wrote to {len(people)} people outside the desk", mails=(line,))
    ticket = _blank(facts, agent)
    asked, undone = _commands(facts)
    reason = f"{agent.name} wrote to the customer with the desk in copy"
    changes = (f"outside-new:{ticket.requester}", *undone)
    work = _with_commands(facts, agent, asked, Work(ticket, changes=changes), stays_open=False)
    done = settled(work.ticket, facts.desk)
    return Decision(
        fate=Fate.NEW_TICKET,
        reason=reason,
        tickets=(done,),
        messages=(message_of(facts, done, MessageKind.ANSWER, reason),),
        mails=(*work.mails, notices.receipt(facts, agent, done, work.changes)),
        events=(Event(done.number, "opened from outside the desk", reason, agent.address), *work.events),
        wishes=work.wishes,
    )


def _blank(facts: Facts, agent: Agent) -> Ticket:
    """A ticket of the first customer in To, that waits for them."""
    now, known = facts.now, facts.asked.person
    named = next(each for each in facts.letter.to if fold_address(each.address) in facts.only_listed)
    requester = Mailbox(known.name or named.name, fold_address(named.address))
    ticket = Ticket(
        number=facts.new_number,
        version=0,
        desk=facts.desk.address,
        state=TicketState.OPEN,
        state_since=now,
        requester=requester.address,
        requester_name=requester.name,
        requester_trust=Trust.KNOWN,
        language=_language(facts, known),
        priority=Priority.NORMAL,
        subject=facts.letter.subject,
        root_id=facts.new_root_id,
        opened_at=now,
        turn=1,
        turn_began_at=now,
        last_customer_at=now,
        last_answer_at=now,
        assignee=agent.address,
        acknowledged_turn=1,
        unanswerable=NO_REPLY if is_no_reply(requester.address) else "",
    )
    ticket = replace(ticket, participants=_joining(facts, ticket))
    return with_id(moved(ticket, TicketState.WAITING, now), facts.letter.message_id)


def _language(facts: Facts, known: PersonFacts) -> str:
    """As for a customer's mail, but of whom the agent wrote to: the mail itself says in which language."""
    for language in (known.chosen_language, facts.letter.language, known.language):
        if language and (not facts.desk.languages or language in facts.desk.languages):
            return language
    return facts.desk.language
