"""A mail that an agent forwarded, decided as its author's own.

Guarantees: the author counts as ``known`` at most, for a forward proves nothing of who wrote it. So they are answered
like any stranger: one acknowledgement without a word of theirs (guarantee 7), with a promise that counts from the
forward, and no command of theirs is obeyed. The agent's words are a note, shown to the team beside the mail and never
to the customer. The agent hears in one line what became of it.

A mail that is here already points to its ticket. Mail of ours, reports, mail of colleagues and mail without a sender
open nothing: the agent gets it back with what to do. A colleague's forward is opened in its turn. Robots' mail becomes
a ticket, because an agent asked for it; robots get no answer.

What can go wrong: the agent left between the forward and this; then it is an ordinary customer's mail.
"""

from __future__ import annotations

from dataclasses import replace

from maildesk.desk.actions import Decision, Event, Mail, Message
from maildesk.desk.arrivals.forwarding import NO_SENDER, OURS
from maildesk.desk.commands.commands import Commands, Mistake, parse_commands
from maildesk.desk.customers.customers import decide_customer
from maildesk.desk.forward_facts import Forwarded, Unpacked
from maildesk.desk.judging.matching import Match
from maildesk.desk.known.facts import Facts
from maildesk.desk.mailing import notices
from maildesk.desk.orders.agent_moves import with_people
from maildesk.desk.orders.agent_plans import Fault, Plan, assignee_of
from maildesk.desk.orders.showing import to_colleagues
from maildesk.desk.orders.ticket_orders import with_orders
from maildesk.desk.tickets.raising import by_agent
from maildesk.desk.tickets.work import Work
from maildesk.desk.words import Agent, Fate, MessageKind, Priority, Ticket, Trust
from maildesk.mail.forwarded import read_forward
from maildesk.mail.letter import REPORTS, Automatic, Mailbox

_ORDERS = frozenset({"tag", "remind"})
_NOTHING_SAID = Commands((), "")


def decide_forwarded(facts: Facts, said: Forwarded, match: Match) -> Decision:
    """What this mail means."""
    agent = facts.site.agent(said.agent)
    if agent is None:
        return decide_customer(facts, match)
    known = facts.ticket(said.known_in or facts.duplicate_in or 0)
    if said.is_ours or facts.letter.automatic is Automatic.OWN or facts.site.desk(facts.author.address) is not None:
        return _returned(facts, agent, OURS, known)
    if known is not None:
        return _known(facts, agent, said, known)
    fault = _unusable(facts)
    if fault is not None:
        deeper = _deeper(facts, said)
        return deeper if deeper is not None else _returned(facts, agent, fault, None)
    made = _as_theirs(facts, agent, said, match)
    return replace(made, again=facts.duplicate_of is not None)


def _unusable(facts: Facts) -> Fault | None:
    author = facts.author.address
    if facts.letter.automatic in REPORTS:
        what = "The mail that you forwarded is a report of a mail system, and no person wrote it."
        return Fault(what, "", "If a customer needs help with it, write #new for ADDRESS in a mail of your own.")
    if "@" not in author:
        return NO_SENDER
    if facts.site.is_inside(author):
        what = f"The mail that you forwarded was written by {author}, who belongs to the desk."
        return Fault(what, "", "If it is about a customer, write #new for ADDRESS in the first line and send it again.")
    return None


def _deeper(facts: Facts, said: Forwarded) -> Decision | None:
    """A colleague had forwarded it to the agent: what the colleague forwarded is the customer's, and both wrote."""
    found = read_forward(facts.letter) if facts.site.is_inside(facts.author.address) else None
    if found is None or found.ours or not all(found.attached or each.sender.address for each in found.originals):
        return None
    name = facts.author.name or facts.author.address
    words = "\n\n".join(filter(None, (said.words, f"{name}: {found.words}" if found.words else "")))
    inner = tuple(Unpacked(each.raw, facts.desk.address, replace(said, words=words)) for each in found.originals)
    return Decision(Fate.UNPACKED, f"{name} had forwarded it; what is in it came in on its own", unpacked=inner)


def _returned(facts: Facts, agent: Agent, fault: Fault, ticket: Ticket | None) -> Decision:
    shown = ticket if ticket is not None and _is_theirs(agent, ticket) else None
    mail = notices.returned(facts, agent, shown, fault.what, "", fault.remedy)
    return Decision(Fate.RETURNED, fault.what, (shown,) if shown else (), mails=(mail,))


def _is_theirs(agent: Agent, ticket: Ticket) -> bool:
    """Whether the agent may answer it: mail to them carries an address that can."""
    return ticket.desk in agent.desks


def _known(facts: Facts, agent: Agent, said: Forwarded, ticket: Ticket) -> Decision:
    """It is in a ticket already: nothing changes but the note."""
    reason = f"{agent.name} forwarded a mail that is here already"
    _, words = _understood(facts, agent, said)
    return Decision(
        Fate.DUPLICATE,
        reason,
        (ticket,),
        _note(facts, agent, ticket, words, reason),
        mails=(_receipt(facts, agent, ticket, (f"forward-known:#{ticket.number}",)),),
        events=(Event(ticket.number, "forwarded again", reason, agent.address),),
    )


def _as_theirs(facts: Facts, agent: Agent, said: Forwarded, match: Match) -> Decision:
    """The customer's mail, with the agent's words and commands."""
    asked, words = _understood(facts, agent, said)
    into = facts.ticket(said.ticket) if said.ticket is not None else None
    if into is not None:
        match = Match(into, f"{agent.name} forwarded it to this ticket", stranger=not facts.is_of(into))
    made = decide_customer(replace(facts, forwarded=_with_commands(facts, agent, said, asked, words)), match)
    ticket = made.tickets[0]
    reason = f"{agent.name} forwarded it"
    opened = made.fate is Fate.NEW_TICKET
    plan = Plan(
        text="",
        priority=None if opened else _priority(asked),
        assignee=None if opened else _assignee(facts, agent, asked),
        orders=tuple(each for each in asked.items if each.name in _ORDERS),
    )
    before = Work(ticket, changes=(_change(facts, made, match), *(_begun(facts, agent, asked) if opened else ())))
    work = with_orders(facts, agent, plan, by_agent(facts, ticket, with_people(facts, agent, plan, before)))
    work = before if isinstance(work, Fault) else work
    if plan.assignee is not None:
        work = to_colleagues(facts, ticket, agent, replace(plan, text=words, note=True), work)
    return replace(
        made,
        tickets=(work.ticket, *made.tickets[1:]),
        messages=(*made.messages, *_note(facts, agent, ticket, words, reason)),
        promises=(*made.promises, *work.promises),
        mails=(*made.mails, *work.mails, _receipt(facts, agent, work.ticket, work.changes)),
        drops=(*made.drops, *work.drops),
        events=(*made.events, Event(ticket.number, "forwarded", reason, agent.address), *work.events),
        wishes=(*made.wishes, *work.wishes),
    )


def _change(facts: Facts, made: Decision, match: Match) -> str:
    """The line of the receipt: for whom, whether they are told, and how to undo it."""
    ticket = made.tickets[0]
    if made.fate is not Fate.NEW_TICKET:
        return f"forward-inside:{facts.author.address}" if match.stranger else f"forward-joined:#{ticket.number}"
    told = any(mail.tells_promise for mail in made.mails)
    return f"forwarded:{ticket.requester}" if told else f"forwarded-silent:{ticket.requester}"


def _begun(facts: Facts, agent: Agent, asked: Commands) -> tuple[str, ...]:
    """With what a new ticket begins because the agent said so; on a known one these are changes like any other."""
    assignee, priority = _assignee(facts, agent, asked), _priority(asked)
    given = () if assignee is None else ("mine",) if assignee == agent else (f"assign:{assignee.name}",)
    away = (f"is-away:{assignee.name}",) if assignee and assignee != agent and facts.is_away(assignee.address) else ()
    return (*given, *away, *((f"priority:{priority}",) if priority else ()))


def _understood(facts: Facts, agent: Agent, said: Forwarded) -> tuple[Commands, str]:
    """The agent's commands and the words that are left; what was read once without a mistake is read again so."""
    found = parse_commands(said.words, facts.now, facts.desk.service)
    if isinstance(found, Mistake) or isinstance(assignee_of(facts, agent, found), Fault):
        return _NOTHING_SAID, said.words
    return found, found.text_without.strip()


def _with_commands(facts: Facts, agent: Agent, said: Forwarded, asked: Commands, words: str) -> Forwarded:
    assignee, priority = _assignee(facts, agent, asked), _priority(asked)
    return replace(
        said, words=words, assignee=assignee.address if assignee else "", priority=str(priority) if priority else ""
    )


def _assignee(facts: Facts, agent: Agent, asked: Commands) -> Agent | None:
    found = assignee_of(facts, agent, asked)
    return found if isinstance(found, Agent) else None


def _priority(asked: Commands) -> Priority | None:
    command = asked.find("priority")
    return command.priority if command is not None else None


def _note(facts: Facts, agent: Agent, ticket: Ticket, words: str, reason: str) -> tuple[Message, ...]:
    """The agent's words, inside; without an id or people, so that nothing is joined by them."""
    if not words:
        return ()
    note = Message(
        ticket=ticket.number,
        kind=MessageKind.NOTE,
        from_=Mailbox(agent.name, agent.address),
        trust=Trust.AUTHENTICATED,
        message_id=None,
        refers_to=(),
        to_and_cc=(),
        at=facts.arrival.arrived_at,
        subject=facts.letter.subject,
        text=words,
        new_text=words,
        reason=reason,
    )
    return (note,)


def _receipt(facts: Facts, agent: Agent, ticket: Ticket, changes: tuple[str, ...]) -> Mail:
    return notices.receipt(facts, agent, ticket if _is_theirs(agent, ticket) else None, changes)
