"""What the fate of a delivery means for its promise and its ticket.

A mail that the relay took tells, or keeps, a promise: ``store.promising`` writes that in bulk. This is the other half:
a mail that was refused for good, or given up. A refused answer makes it our move again with a new promise; a refused
acknowledgement leaves a promise that cannot be told; and somebody here always hears of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from maildesk.desk.actions import Decision, Event, Mail, PersonChange, PromiseChange, Value
from maildesk.desk.following.spacing import spaced
from maildesk.desk.judging.answering import REFUSED_AS_UNKNOWN
from maildesk.desk.judging.brakes import Tripped
from maildesk.desk.known.facts import AgentFacts
from maildesk.desk.mailing import notices
from maildesk.desk.mailing.mails import telling, to_agent, to_customer, updating
from maildesk.desk.mailing.telling_admins import admin_mail
from maildesk.desk.outcomes import Outcome
from maildesk.desk.promises.history import NOTHING_KNOWN, History
from maildesk.desk.tickets import pledges
from maildesk.desk.tickets.filing import replaced
from maildesk.desk.tickets.tickets import closed_by_customer, moved, promising, settled
from maildesk.desk.words import Agent, Audience, Desk, Fate, PromiseState, Site, Ticket, TicketState

_UNKNOWN_ADDRESS = ("5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10")
"""Enhanced status codes that say there is no such address (RFC 3463, 3.2)."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A delivery that will never be made, and all that bears on it."""

    now: datetime
    site: Site
    desk: Desk
    outcome: Outcome
    ticket: Ticket | None
    template: str
    audience: Audience
    recipient: str
    automatic: bool
    tells_promise: int | None
    text: str = ""  # an agent's answer, so that nothing is lost
    agents: Mapping[str, AgentFacts] = field(default_factory=dict)
    history: History = NOTHING_KNOWN


def decide_refused(facts: Refused) -> Decision:
    """What follows from a refusal."""
    if facts.audience is not Audience.CUSTOMER or facts.ticket is None:
        return _not_told(facts)
    if facts.template == "reply" and facts.recipient == facts.ticket.requester:
        return _open_again(facts, facts.ticket)
    ticket = facts.ticket
    if _is_unknown(facts) and facts.recipient == ticket.requester:
        ticket = replace(ticket, unanswerable=_unknown(facts))
    changes: tuple[PromiseChange, ...] = ()
    standing = ticket.promise
    if standing is not None and standing.number == facts.tells_promise and standing.state is PromiseState.UNTOLD:
        silent = replace(standing, state=PromiseState.UNTELLABLE, reason=_sentence(facts))
        ticket, changes = replace(ticket, promise=silent), (PromiseChange(ticket.number, silent),)
    return _decision(facts, settled(ticket, facts.desk), changes, _tell(facts, ticket))


def _open_again(facts: Refused, ticket: Ticket) -> Decision:
    """A person's answer did not arrive: our move again, with a new promise; untellable where nobody is there."""
    unknown = _unknown(facts) if _is_unknown(facts) else ""
    ticket = replace(ticket, unanswerable=unknown or ticket.unanswerable)
    if closed_by_customer(ticket):
        return _decision(facts, ticket, (), _tell(facts, ticket))
    opened = moved(ticket, TicketState.OPEN, facts.now)
    if unknown or ticket.promise is None or ticket.state is not TicketState.OPEN:
        pledge = pledges.again(facts.desk, replace(opened, promise=None), facts.now, facts.history)
        changes = (*replaced(ticket, facts.now), PromiseChange(ticket.number, pledge.promise))
        opened = promising(opened, pledge.promise)
        untold = pledge.promise
    else:
        changes = ()
        untold = ticket.promise
    mails = _tell(facts, opened)
    if untold.state is PromiseState.UNTOLD and (changes or untold.number == facts.tells_promise):
        # The customer waits, and the answer that was refused cannot tell them until when. If this mail is refused as
        # well, the promise is untellable, with the relay's reason.
        news = to_customer(opened, "still-working", f"refused:{facts.outcome.delivery_id}", {})
        opened, news = updating(opened, telling(news, untold))
        mails = (news, *mails)
    return _decision(facts, settled(opened, facts.desk), changes, mails)


def _decision(facts: Refused, ticket: Ticket, changes: tuple[PromiseChange, ...], mails: tuple[Mail, ...]) -> Decision:
    people: tuple[PersonChange, ...] = ()
    if _is_unknown(facts):
        people = (PersonChange(ticket.desk, facts.recipient, -1, unreachable=_unknown(facts)),)
    event = Event(
        ticket.number, f"{facts.template} to {facts.recipient} was not delivered", facts.outcome.response, "relay"
    )
    made = Decision(
        Fate.REPORT, _sentence(facts), (ticket,), promises=changes, mails=mails, events=(event,), people=people
    )
    return spaced(made, facts.ticket, facts.desk, facts.now)


def _unknown(facts: Refused) -> str:
    return f"{REFUSED_AS_UNKNOWN}: {facts.outcome.status} {facts.outcome.response}"


def _is_unknown(facts: Refused) -> bool:
    return facts.outcome.status in _UNKNOWN_ADDRESS and not facts.outcome.ours


def _sentence(facts: Refused) -> str:
    return f"The mail to {facts.recipient} could not be delivered: {facts.outcome.response.rstrip('.')}."


def _tell(facts: Refused, ticket: Ticket) -> tuple[Mail, ...]:
    """The assignee, or the team: the sentence, and the text of an answer that did not arrive."""
    assignee = facts.site.agent(ticket.assignee) if ticket.assignee else None
    told = (assignee,) if assignee else facts.site.team(facts.desk)
    return tuple(_returned(facts, agent, ticket) for agent in told)


def _returned(facts: Refused, agent: Agent, ticket: Ticket) -> Mail:
    remedy = (
        "Look at the address, or find another way to reach them. The ticket is open."
        if ticket.state is TicketState.OPEN
        else ""
    )
    values: dict[str, Value] = {
        **notices.standing(facts.site, ticket),
        "mistake": _sentence(facts),
        "remedy": remedy,
        "subject": ticket.subject,
    }
    known = facts.agents.get(agent.address, AgentFacts())
    mail = to_agent(facts.desk, agent, known, "returned", f"refused:{facts.outcome.delivery_id}", values, ticket=ticket)
    return replace(mail, body=facts.text)


def _not_told(facts: Refused) -> Decision:
    """One of us was not reached: the admins hear of it, once a day for each address."""
    values: dict[str, Value] = {
        "mistake": _sentence(facts),
        "remedy": "Correct the address in the config, or look at that mailbox.",
        "command": f"maildesk deliveries show {facts.outcome.delivery_id}",
    }
    key = f"not-reached:{facts.recipient}:{facts.now.date().isoformat()}"
    others = tuple(admin for admin in facts.site.admins if admin != facts.recipient)
    mails = tuple(admin_mail(facts.site, admin, "trouble", key, values) for admin in others)
    return Decision(Fate.REPORT, _sentence(facts), mails=mails)


def decide_tripped(site: Site, brake: Tripped, recipient: str, now: datetime) -> Decision:
    """A brake holds automatic mail: the admins are told, once a day for each brake and recipient."""
    values: dict[str, Value] = {
        "mistake": f"Automatic mail to {recipient} is held. {brake.reason}",
        "remedy": "It goes out by itself when there is room. Release it for a person; leave it for a robot.",
        "command": "maildesk deliveries --state held",
    }
    key = f"brake:{brake.brake}:{recipient}:{now.date().isoformat()}"
    mails = tuple(admin_mail(site, admin, "trouble", key, values) for admin in site.admins)
    return Decision(Fate.REPORT, brake.reason, mails=mails)
