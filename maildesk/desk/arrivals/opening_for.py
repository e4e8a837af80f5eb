"""#new for ADDRESS: an agent opens a ticket for a customer who phoned, or stood at the door.

The text of the mail is what the team is to know of it; like a note it never leaves. The customer gets the first reply,
with the ticket's number and by when we answer, in the language that is known of them, else the desk's (``#language``
says another). Colleagues get the ticket as they get any new one; the agent's receipt belongs to the new ticket, so that
a reply to it is the answer. What is proven to be from an agent opens tickets, also without a signed address.

What can go wrong: commands that speak of an answer or of what becomes of the ticket; they stop the mail.
"""

from __future__ import annotations

from dataclasses import replace

from maildesk.desk.actions import Decision, Event, Mail, PersonChange, PromiseChange
from maildesk.desk.answers.guarding import inside_of_line
from maildesk.desk.answers.own_words import words_of
from maildesk.desk.commands.commands import Command, Mistake, parse_commands
from maildesk.desk.judging import on_call
from maildesk.desk.judging.answering import is_no_reply
from maildesk.desk.judging.assigning import assigned
from maildesk.desk.judging.matching import Match, bare_subject, plain_subject, tagged_tickets
from maildesk.desk.judging.urgency import of_vip, with_urgency
from maildesk.desk.known.facts import Facts
from maildesk.desk.mailing import colleagues, mails, notices
from maildesk.desk.orders.agent_moves import with_people
from maildesk.desk.orders.agent_orders import ABOUT_THEMSELVES, own_change
from maildesk.desk.orders.agent_plans import Fault, make_plan
from maildesk.desk.orders.new_requester import NO_REPLY, welcome
from maildesk.desk.orders.ticket_orders import with_orders
from maildesk.desk.tickets import pledges
from maildesk.desk.tickets.filing import message_of
from maildesk.desk.tickets.tickets import promising, settled
from maildesk.desk.tickets.work import Work
from maildesk.desk.words import Agent, Fate, MessageKind, Priority, Ticket, TicketState, Trust

BESIDE = ABOUT_THEMSELVES | {"new", "assign", "mine", "priority", "tag", "language", "cc", "person", "remind"}
"""What may stand beside it."""


def decide_new(facts: Facts, match: Match, agent: Agent) -> Decision | None:
    """What such a mail means; None where it is none, or cannot be read."""
    found = parse_commands(words_of(facts).text, facts.now, facts.desk.service)
    asked = None if isinstance(found, Mistake) else found.find("new")
    if asked is None or isinstance(found, Mistake):
        return None
    address = asked.addresses[0]
    wrong = next((each.name for each in found.items if each.name not in BESIDE), "")
    if wrong:
        return _returned(facts, agent, Fault(f"#{wrong} cannot stand beside #new.", f"#{wrong}", "Send two mails."))
    if facts.site.is_inside(address):
        fault = Fault(
            f"{address} belongs to the desk and cannot be a customer.", f"#new for {address}", "Name another."
        )
        return _returned(facts, agent, fault)
    if not found.text_without.strip() and not facts.letter.attachments:
        fault = Fault("The ticket would be empty.", f"#new for {address}", "Write below it what the customer wants.")
        return _returned(facts, agent, fault)
    inside = inside_of_line(facts.letter.subject, facts.site)
    if inside:
        return _returned(facts, agent, Fault(inside, "", "The customer sees the subject: write another."))
    return _opened(facts, match, agent, asked)


def _opened(facts: Facts, match: Match, agent: Agent, asked: Command) -> Decision:
    blank = _blank(facts, match, asked)
    blank = with_urgency(blank, of_vip(facts.desk, blank.priority, vip=facts.asked.person.vip))
    plan = make_plan(facts, agent, blank)
    if isinstance(plan, Fault):
        return _returned(facts, agent, plan)
    change, done = own_change(facts, agent, plan.own)
    work = with_orders(facts, agent, plan, with_people(facts, agent, plan, Work(blank)))
    if isinstance(work, Fault):
        return _returned(facts, agent, work)
    ticket, pledge = work.ticket, pledges.first(facts, work.ticket)
    given = tuple[Event, ...]()
    if plan.assignee is None:
        called = on_call.called_first(facts.site, facts.desk, ticket, facts.now, facts.is_away)
        ticket, given = assigned(facts, called)
    ticket = settled(promising(ticket, pledge.promise), facts.desk)
    told = _acknowledgement(ticket, pledge)
    changes = (f"new:{ticket.requester}", *work.changes, *done)
    shown = colleagues.opened(facts, ticket, agent, "opened-for", plan.text, plan.assignee)
    reason = f"{agent.name} opened it for {ticket.requester}"
    note = replace(message_of(facts, ticket, MessageKind.NOTE, reason), message_id=None, to_and_cc=(), refers_to=())
    named = asked.words if not facts.asked.person.name and asked.words else None
    known = PersonChange(ticket.desk, ticket.requester, -1, name=named, language=ticket.language)
    return Decision(
        fate=Fate.NEW_TICKET,
        reason=reason,
        tickets=(replace(ticket, acknowledged_turn=1 if told else 0),),
        messages=(note,),
        promises=(PromiseChange(ticket.number, pledge.promise),),
        mails=(*told, *shown, *work.mails, notices.receipt(facts, agent, ticket, changes)),
        events=(Event(ticket.number, "opened by an agent", reason, agent.address), *given, *work.events),
        people=(known, *welcome(ticket.desk, ticket.requester, facts.asked.person), *work.people),
        agents=(change,),
        wishes=work.wishes,
        joinings=work.joinings,
        pairs=work.pairs,
    )


def _blank(facts: Facts, match: Match, asked: Command) -> Ticket:
    known, now, address = facts.asked.person, facts.now, asked.addresses[0]
    spoken = known.chosen_language or known.language
    return Ticket(
        number=facts.new_number,
        version=0,
        desk=facts.desk.address,
        state=TicketState.OPEN,
        state_since=now,
        requester=address,
        requester_name=known.chosen_name or known.name or asked.words,
        requester_trust=Trust.KNOWN,
        language=spoken or facts.desk.language,
        priority=Priority.NORMAL,
        subject=_subject(facts, match, address),
        root_id=facts.new_root_id,
        opened_at=now,
        turn=1,
        turn_began_at=now,
        last_customer_at=now,
        unanswerable=NO_REPLY if is_no_reply(address) else "",
        linked_to=match.ticket.number if match.ticket else None,
        unanswered=1,
    )


def _subject(facts: Facts, match: Match, address: str) -> str:
    """What the customer sees above every mail: nothing that another customer wrote, whose ticket the agent answered."""
    said, old = facts.letter.subject, match.ticket
    if plain_subject(said) != said.strip() and any(each.ticket is None for each in facts.deliveries):
        return ""  # the subject of our own mail to this agent, a welcome or a list
    if old is not None and old.requester == address:
        return plain_subject(said)
    theirs = bare_subject(old.subject) if old is not None else ""
    return "" if tagged_tickets(said) or (theirs and theirs in bare_subject(said)) else said


def _acknowledgement(ticket: Ticket, pledge: pledges.Pledge) -> tuple[Mail, ...]:
    """The first reply, in the words for its hour and priority."""
    if ticket.unanswerable:
        return ()
    urgent = ticket.priority is Priority.URGENT
    template = "received-urgent" if urgent else "received-closed" if pledge.opens_at else "received"
    mail = mails.to_customer(ticket, template, f"ack:{ticket.number}:{ticket.turn}", {})
    return (mails.telling(mail, pledge.promise, opens_at=pledge.opens_at, late=pledge.late),)


def _returned(facts: Facts, agent: Agent, fault: Fault) -> Decision:
    mail = notices.returned(facts, agent, None, fault.what, fault.line, fault.remedy)
    return Decision(Fate.RETURNED, fault.what, mails=(mail,))
