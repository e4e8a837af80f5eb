"""A mail that failed three times: set aside with its bytes; and still nobody hangs (guarantee 5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from maildesk.desk.actions import Decision, Event, Mail, PromiseChange, Value
from maildesk.desk.judging.answering import is_no_reply
from maildesk.desk.known.facts import AgentFacts
from maildesk.desk.mailing.mails import telling, to_agent, to_customer
from maildesk.desk.mailing.telling_admins import admin_mail
from maildesk.desk.promises.history import NOTHING_KNOWN, History
from maildesk.desk.senders.addresses import plain_address
from maildesk.desk.tickets import pledges
from maildesk.desk.tickets.tickets import promising, settled
from maildesk.desk.words import Agent, Arrival, Desk, Fate, Priority, Site, Ticket, TicketState, Trust
from maildesk.mail.letter import Mailbox


def could_not_read(
    arrival: Arrival,
    sender: Mailbox | None,
    site: Site,
    number: int,
    root_id: str,
    now: datetime,
    history: History = NOTHING_KNOWN,
) -> Decision:
    """Admins are told; where the sender can be read, a ticket is opened and the sender hears when a person looks.

    ``history`` is that of ``desk_of`` the arrival.
    """
    reason = f"handling it failed {arrival.attempts - 1} times"
    told = _tell_admins(arrival, site, reason)
    nobody_waits = arrival.history or arrival.spam or arrival.sender == ""
    if nobody_waits or sender is None or is_no_reply(sender.address) or site.is_inside(sender.address):
        return Decision(Fate.FAILED, reason, mails=told)
    desk = desk_of(arrival, site)
    ticket = _ticket(arrival, sender, desk, number, root_id, now)
    pledge = pledges.again(desk, ticket, now, history)
    ticket = settled(promising(ticket, pledge.promise), desk)
    excuse = telling(
        to_customer(ticket, "refused", f"unreadable:{arrival.id}", {"reason": "unreadable"}),
        pledge.promise,
    )
    team = tuple(_notify(arrival, desk, agent, ticket) for agent in site.team(desk))
    return Decision(
        fate=Fate.FAILED,
        reason=f"{reason}; #{number} opened for its sender",
        tickets=(replace(ticket, acknowledged_turn=1),),
        promises=(PromiseChange(number, pledge.promise),),
        mails=(excuse, *team, *told),
        events=(Event(number, "we could not read this mail", f"arrival {arrival.id}: {reason}"),),
    )


def desk_of(arrival: Arrival, site: Site) -> Desk:
    """The desk it was sent to, as far as the envelope tells; else the first."""
    named = (plain_address(address, site.desks) for address in (*arrival.recipients, arrival.desk or ""))
    found = (site.desk(address) for address in named if address is not None)
    return next((desk for desk in found if desk is not None), site.desks[0])


def _ticket(arrival: Arrival, sender: Mailbox, desk: Desk, number: int, root_id: str, now: datetime) -> Ticket:
    return Ticket(
        number=number,
        version=0,
        desk=desk.address,
        state=TicketState.OPEN,
        state_since=now,
        requester=sender.address,
        requester_name="",
        requester_trust=Trust.STRANGER,
        language=desk.language,
        priority=Priority.NORMAL,
        subject="",
        root_id=root_id,
        opened_at=arrival.arrived_at,
        turn=1,
        turn_began_at=arrival.arrived_at,
        last_customer_at=arrival.arrived_at,
        unanswered=1,
    )


def _notify(arrival: Arrival, desk: Desk, agent: Agent, ticket: Ticket) -> Mail:
    problems = (f"maildesk could not read this mail. Its bytes are kept: maildesk arrivals show {arrival.id}",)
    values: dict[str, Value] = {
        "problems": problems,
        "stranger": True,
        "promise": ticket.promise.at if ticket.promise else None,
    }
    return to_agent(desk, agent, AgentFacts(), "new-ticket", f"unreadable:{arrival.id}", values, ticket=ticket)


def _tell_admins(arrival: Arrival, site: Site, reason: str) -> tuple[Mail, ...]:
    values: dict[str, Value] = {
        "number": arrival.id,
        "reason": reason,
        "command": f"maildesk arrivals retry {arrival.id}",
    }
    return tuple(admin_mail(site, admin, "set-aside", f"set-aside:{arrival.id}", values) for admin in site.admins)
