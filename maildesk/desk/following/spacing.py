"""No two automatic mails to one customer of one ticket within the least gap (``least_gap`` of ``[follow_up]``).

What counts is when a mail is due to leave: ``Ticket.informed_at`` is that moment of the newest one. A follow-up step
that would fall into the gap waits (``follow_up``); what an agent's command makes us say is queued for the end of the
gap (``spaced``), where a newer word takes its place if there is one by then. Neither waits past a promise, and nothing
waits for a mail that it takes the place of: that one never leaves.

What it does not bind: the answer to a customer's own mail (the acknowledgement, and what STOP, CLOSE, STATUS and a
rating are answered with), which goes at once; people's answers; mail that a brake or a relay held up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from maildesk.desk.actions import Decision, Drop, Mail
from maildesk.desk.mailing.pair_mails import TO_THE_NEW_ONE
from maildesk.desk.tickets.filing import CUSTOMER_MAILS, NUDGES
from maildesk.desk.tickets.steps import is_binding
from maildesk.desk.tickets.tickets import settled
from maildesk.desk.words import Audience, Desk, Ticket, TicketState

IN_TIME = timedelta(minutes=1)
"""A mail that waits leaves at least this long before the moment that it must not miss."""


def informing(decision: Decision, desk: Desk, now: datetime) -> Decision:
    """The decision with its tickets knowing when their customer hears from us next, and their timers after that."""
    leaves: dict[int, datetime] = {}
    for mail in decision.mails:
        if _binds(mail) and mail.ticket is not None:
            leaves[mail.ticket] = max(mail.send_at or now, leaves.get(mail.ticket, now))
    if not leaves:
        return decision
    tickets = tuple(
        settled(replace(each, informed_at=leaves[each.number]), desk) if each.number in leaves else each
        for each in decision.tickets
    )
    return replace(decision, tickets=tickets)


def spaced(decision: Decision, before: Ticket | None, desk: Desk, now: datetime) -> Decision:
    """The decision of an agent's mail, or of a delivery's fate: its automatic mails wait until the gap is over."""
    if before is None or before.informed_at is None:
        return informing(decision, desk, now)
    free = _free_from(before, before.informed_at, decision.drops, desk, now)
    mails = tuple(_later(each, free, before, now) if _binds(each) else each for each in decision.mails)
    return informing(replace(decision, mails=mails), desk, now)


def _free_from(before: Ticket, informed: datetime, drops: Sequence[Drop], desk: Desk, now: datetime) -> datetime:
    """When the gap is over. ``informed`` may be ahead: the mail is queued, and this decision may drop it.

    Then what left before it did so a gap before it, or before the customer's mail that it was to acknowledge later.
    """
    gap = desk.follow_up.least_gap
    if informed <= now or not any(_drops_what_is_queued(each, before) for each in drops):
        return informed + gap
    shortfall = gap - desk.follow_up.acknowledge_again_after
    return min(now + gap, informed + max(shortfall, timedelta(0)))


def _drops_what_is_queued(drop: Drop, before: Ticket) -> bool:
    """Whether none of the ticket's automatic mails to its customer is left in the outbox after it."""
    queued = CUSTOMER_MAILS if before.state is TicketState.OPEN else CUSTOMER_MAILS | NUDGES
    everything = not drop.templates or queued <= drop.templates
    return drop.ticket == before.number and everything and drop.audience is not Audience.AGENT and not drop.deliveries


def _binds(mail: Mail) -> bool:
    """The question to an address that may be the customer's is none to the ticket's customer."""
    return mail.audience is Audience.CUSTOMER and mail.automatic and mail.template != TO_THE_NEW_ONE


def _later(mail: Mail, free: datetime, before: Ticket, now: datetime) -> Mail:
    """The mail at the end of the gap, but before any time that it, or the promise it replaces, states."""
    ends = [mail.states_until] if mail.states_until else []
    if is_binding(before.promise) and before.promise is not None:
        ends.append(before.promise.at)
    at = min([free, *(each - IN_TIME for each in ends)])
    return replace(mail, send_at=at) if at > (mail.send_at or now) else mail
