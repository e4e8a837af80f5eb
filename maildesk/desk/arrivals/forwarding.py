"""An agent forwards a mail to the desk: each mail in it comes in on its own, as its author's (``forwarded_mail``).

Forwarded to a desk's address it becomes a ticket of whoever wrote it; to the signed address of a ticket it joins that
ticket. The agent's own words are a note. Commands beside a forward are those that say something of a new ticket; any
other stops the mail, as a mistake does. #new for ADDRESS names the customer, where the forward shows none or the wrong
one.

What is no forward: a reply that quotes, a reply with a mail attached, our own notification (sent to a desk it comes
back: it would open a ticket of the agent's), a mail that went to a customer as well without saying that it forwards
(``outside_answers``). An agent who is not proven to be one is asked
first, as ever.
"""

from __future__ import annotations

from dataclasses import replace

from maildesk.desk.actions import Decision, Event
from maildesk.desk.commands.commands import Commands, Mistake, parse_commands
from maildesk.desk.forward_facts import Forwarded, Unpacked
from maildesk.desk.judging.matching import Match
from maildesk.desk.known.facts import Facts
from maildesk.desk.mailing import notices
from maildesk.desk.orders.agent_plans import Fault, assignee_of
from maildesk.desk.words import Agent, Fate, Role
from maildesk.mail.forwarded import Forward, read_forward
from maildesk.mail.newtext import is_forwards_subject

BESIDE = frozenset({"assign", "mine", "priority", "tag", "remind", "note", "new"})
"""Commands that may stand above a forward."""

MOST_ORIGINALS = 50
"""Mails in one forward: each becomes a ticket, and nobody means more of them at once."""

OURS = Fault(
    "The mail that you forwarded is one of our own.",
    "",
    "Answer a notification of its ticket, or write to the customer with #new for ADDRESS.",
)

NO_SENDER = Fault(
    "The mail that you forwarded does not show the address of who wrote it.",
    "",
    "Write #new for ADDRESS in the first line and send it again, or forward the mail as an attachment.",
)


def decide_forward(facts: Facts, match: Match, agent: Agent) -> Decision | None:
    """What a forward means; None where the mail is none."""
    found = read_forward(facts.letter)
    ticket = _signed_for(facts)
    if found is not None and ticket is None and _is_ours_alone(facts, found):
        theirs = match.ticket if match.ticket is not None and match.ticket.desk in agent.desks else None
        own = replace(facts, letter=replace(facts.letter, new_text=found.words))
        mail = notices.returned(own, agent, theirs, OURS.what, OURS.line, OURS.remedy)
        return Decision(Fate.RETURNED, OURS.what, (theirs,) if theirs else (), mails=(mail,))
    if found is None or not _is_meant(facts, found, ticket):
        return None
    asked = parse_commands(found.words, facts.now, facts.desk.service)
    fault = _fault(facts, agent, found, asked)
    if fault is not None:
        mail = notices.returned(facts, agent, match.ticket, fault.what, fault.line, fault.remedy)
        return Decision(Fate.RETURNED, fault.what, (match.ticket,) if match.ticket else (), mails=(mail,))
    customer = "" if isinstance(asked, Mistake) else _customer(asked)
    said = Forwarded(agent.address, found.words, ticket, customer)
    unpacked = tuple(Unpacked(each.raw, facts.desk.address, said) for each in found.originals)
    count = len(unpacked)
    reason = f"{agent.name} forwarded {'a mail, which' if count == 1 else f'{count} mails, each of which'} came in"
    events = (Event(ticket, "a mail was forwarded to this ticket", reason, agent.address),) if ticket else ()
    return Decision(Fate.UNPACKED, reason, unpacked=unpacked, events=events)


def _signed_for(facts: Facts) -> int | None:
    """The ticket to whose signed address of theirs the agent forwarded."""
    return next((each.ticket for each in facts.tokens if each.mine and each.role is Role.AGENT and each.ticket), None)


def _is_ours_alone(facts: Facts, found: Forward) -> bool:
    """Whether our own notification was forwarded to a desk, and nothing is asked of it."""
    if not found.ours or facts.only_listed or not is_forwards_subject(facts.letter.subject):
        return False
    asked = parse_commands(found.words, facts.now, facts.desk.service)
    return not any(each.template == "agent/confirm" for each in facts.deliveries) and (
        isinstance(asked, Mistake) or not asked.items
    )


def _is_meant(facts: Facts, found: Forward, ticket: int | None) -> bool:
    """Whether the mails in it are brought, and not only quoted, attached to an answer, or sent to others as well."""
    if found.ours or any(each.template == "agent/confirm" for each in facts.deliveries):
        return False
    if is_forwards_subject(facts.letter.subject):
        return True
    return not facts.only_listed and not (ticket is not None and found.attached)


def _customer(asked: Commands) -> str:
    command = asked.find("new")
    return command.addresses[0] if command is not None else ""


def _fault(facts: Facts, agent: Agent, found: Forward, asked: Commands | Mistake) -> Fault | None:
    if isinstance(asked, Mistake):
        return Fault(asked.what, asked.line, asked.suggestion)
    wrong = next((each.name for each in asked.items if each.name not in BESIDE), "")
    if wrong:
        return Fault(f"#{wrong} cannot stand beside a forward.", f"#{wrong}", "Send two mails.")
    count = len(found.originals)
    if count > MOST_ORIGINALS:
        what = f"You forwarded {count} mails at once, and {MOST_ORIGINALS} are the most."
        return Fault(what, "", "Forward them in several mails.")
    assignee = assignee_of(facts, agent, asked)
    if isinstance(assignee, Fault):
        return assignee
    customer = _customer(asked)
    if customer and facts.site.is_inside(customer):
        what = f"{customer} belongs to the desk and cannot be a customer."
        return Fault(what, f"#new for {customer}", "Name another.")
    if customer and len(found.originals) > 1:
        return Fault("You forwarded several mails, and #new names one customer.", "#new", "Forward them one by one.")
    if found.unread and not customer:
        return _unread(found.unread[0])
    shown = found.attached or found.originals[0].sender.address
    return None if customer or shown else NO_SENDER


def _unread(file: str) -> Fault:
    what = f"The mail in the file {file} cannot be read."
    remedy = (
        "Open the mail in your mail program and forward it from there. Or write #new for ADDRESS in the first line and "
        "send this again: the file is kept with the ticket."
    )
    return Fault(what, "", remedy)
