"""#split: the customer's mail that an agent answers becomes a ticket of its own, because it is another matter.

It is the mail that the notification showed, else the customer's newest on the ticket; the first mail of a ticket stays.
The new ticket has the same customer, language and people, its own number and its own promise, which the customer is
told. Mail that answers the one that moved finds the new ticket. The old ticket stays as it is, with its promise.

What it does not do: take an answer along. Which ticket would it be for? It is written to one of them.
"""

from __future__ import annotations

from dataclasses import replace

from maildesk.desk.actions import Decision, Event, PromiseChange, Splitting
from maildesk.desk.answers.own_words import words_of
from maildesk.desk.commands.commands import Mistake, parse_commands
from maildesk.desk.judging.matching import Match
from maildesk.desk.known.facts import Facts, MovedMail
from maildesk.desk.mailing import colleagues, mails, notices
from maildesk.desk.orders.agent_moves import with_people
from maildesk.desk.orders.agent_orders import ABOUT_THEMSELVES, own_change
from maildesk.desk.orders.agent_plans import Fault, make_plan
from maildesk.desk.orders.ticket_orders import with_orders
from maildesk.desk.tickets import pledges
from maildesk.desk.tickets.filing import message_of
from maildesk.desk.tickets.tickets import promising, settled
from maildesk.desk.tickets.work import Work
from maildesk.desk.words import Agent, Fate, MessageKind, Priority, Ticket, TicketState

BESIDE = ABOUT_THEMSELVES | {"split", "assign", "mine", "priority", "tag"}
"""What may stand beside it; all of it is about the new ticket."""


def decide_split(facts: Facts, match: Match, agent: Agent) -> Decision | None:
    """What such a mail means; None where it is none, or cannot be read."""
    found, ticket = (
        parse_commands(words_of(facts).text, facts.now, facts.desk.service),
        match.ticket,
    )
    if isinstance(found, Mistake) or found.find("split") is None or ticket is None:
        return None
    wrong = next((each.name for each in found.items if each.name not in BESIDE), "")
    if wrong or found.text_without.strip():
        what = f"#{wrong} cannot stand beside #split." if wrong else "An answer cannot stand beside #split."
        return _returned(facts, agent, ticket, Fault(what, "#split", "Split first, then write to the ticket you mean."))
    mail = facts.asked.split
    if mail is None:
        fault = Fault(
            "There is no second mail of the customer here to make a ticket of.", "#split", "Answer it as usual."
        )
        return _returned(facts, agent, ticket, fault)
    return _split(facts, agent, ticket, mail)


def _split(facts: Facts, agent: Agent, old: Ticket, mail: MovedMail) -> Decision:
    blank = _blank(facts, old, mail)
    plan = make_plan(facts, agent, blank)
    if isinstance(plan, Fault):
        return _returned(facts, agent, old, plan)
    change, done = own_change(facts, agent, plan.own)
    work = with_orders(facts, agent, plan, with_people(facts, agent, plan, Work(blank)))
    if isinstance(work, Fault):
        return _returned(facts, agent, old, work)
    pledge = pledges.first(facts, work.ticket)
    ticket = settled(promising(work.ticket, pledge.promise), facts.desk)
    told = mails.to_customer(ticket, "received", f"ack:{ticket.number}:1", {})
    told = mails.telling(told, pledge.promise, opens_at=pledge.opens_at, late=pledge.late)
    shown = colleagues.opened(facts, ticket, agent, "split", mail.text, plan.assignee)
    kept = replace(old, last_customer_at=mail.left_at or old.last_customer_at, unanswered=max(0, old.unanswered - 1))
    reason = f"{agent.name} said #split"
    note = replace(message_of(facts, ticket, MessageKind.COMMAND, reason), message_id=None, to_and_cc=(), refers_to=())
    receipt = notices.receipt(facts, agent, ticket, (f"split:#{ticket.number}", *work.changes, *done))
    return Decision(
        fate=Fate.NEW_TICKET,
        reason=f"{reason}: a mail of #{old.number} is a ticket of its own",
        tickets=(replace(ticket, acknowledged_turn=0 if ticket.unanswerable else 1), settled(kept, facts.desk)),
        messages=(note,),
        promises=(PromiseChange(ticket.number, pledge.promise),),
        mails=(*(() if ticket.unanswerable else (told,)), *shown, *work.mails, receipt),
        events=(
            Event(ticket.number, f"split from #{old.number}", reason, agent.address),
            Event(old.number, f"a mail became #{ticket.number}", reason, agent.address),
            *work.events,
        ),
        people=work.people,
        agents=(change,),
        splittings=(Splitting(mail.message, ticket.number, ticket.desk),),
    )


def _blank(facts: Facts, old: Ticket, mail: MovedMail) -> Ticket:
    """The new ticket before its promise: the same people, and nothing of what happened."""
    return Ticket(
        number=facts.new_number,
        version=0,
        desk=old.desk,
        state=TicketState.OPEN,
        state_since=facts.now,
        requester=old.requester,
        requester_name=old.requester_name,
        requester_trust=old.requester_trust,
        language=old.language,
        priority=Priority.NORMAL,
        subject=mail.subject or old.subject,
        root_id=facts.new_root_id,
        opened_at=mail.at,
        turn=1,
        turn_began_at=mail.at,
        last_customer_at=mail.at,
        participants=old.participants,
        unanswerable=old.unanswerable,
        customer_offset=old.customer_offset,
        linked_to=old.number,
        last_ids=(mail.message_id,) if mail.message_id else (),
        last_customer_id=mail.message_id,
        unanswered=1,
    )


def _returned(facts: Facts, agent: Agent, ticket: Ticket, fault: Fault) -> Decision:
    mail = notices.returned(facts, agent, ticket, fault.what, fault.line, fault.remedy)
    return Decision(Fate.RETURNED, fault.what, (ticket,), mails=(mail,))
