"""How a ticket changes: each function returns the ticket as it shall be. The states are written down in states.py.

Together with the mails and events that go with a change, made by the deciders. Timers are derived here and nowhere
else: ``settled`` gives a ticket the timer that its state asks for, and every decision ends with it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from maildesk.desk.tickets.states import may_become
from maildesk.desk.tickets.steps import is_binding, needs_promise, next_timer
from maildesk.desk.words import Desk, Promise, PromiseState, Ticket, TicketState


def moved(ticket: Ticket, state: TicketState, now: datetime) -> Ticket:
    """The ticket in another state. ValueError where the table of states has no such row: that is a bug of ours."""
    if state is ticket.state:
        return ticket
    if not may_become(ticket.state, state):
        raise ValueError(f"#{ticket.number} is {ticket.state} and cannot become {state}")
    gone = {} if state is TicketState.PAUSED else {"pause_reason": "", "paused_until": None}
    return replace(ticket, state=state, state_since=now, nudged=0, nudged_at=None, **gone)  # type: ignore[arg-type]  # mypy reads ** of a mixed dict as object


def promising(ticket: Ticket, promise: Promise | None) -> Ticket:
    """The ticket with this standing promise."""
    made = promise.number if promise else ticket.promises_made
    return replace(ticket, promise=promise, promises_made=max(made, ticket.promises_made), nudged=0, nudged_at=None)


def new_turn(ticket: Ticket, now: datetime, began_at: datetime) -> Ticket:
    """It is our move again: a new turn, open. The promise is the caller's to make."""
    opened = moved(ticket, TicketState.OPEN, now)
    reopened = ticket.state in (TicketState.SOLVED, TicketState.CLOSED)
    turned = replace(opened, turn=ticket.turn + 1, turn_began_at=began_at, reopened=ticket.reopened + reopened)
    return replace(turned, updates=0, asked_at=None)


def closed_by_customer(ticket: Ticket) -> bool:
    """Whether the customer's own CLOSE came after our last answer: then no fate of that answer opens it again."""
    answered = ticket.last_answer_at
    over = ticket.state is TicketState.CLOSED and ticket.promise is None
    return over and answered is not None and ticket.state_since > answered


def settled(ticket: Ticket, desk: Desk) -> Ticket:
    """The ticket with the timer its state asks for. Every decision ends with this."""
    return replace(ticket, timer=next_timer(ticket, desk))


def nudged(ticket: Ticket, steps: int, now: datetime) -> Ticket:
    """The ticket after a follow-up step."""
    return replace(ticket, nudged=steps, nudged_at=now)


def ended(promise: Promise | None, now: datetime) -> PromiseState | None:
    """What becomes of a promise that a new one replaces: broken where its moment passed unannounced."""
    if promise is None:
        return None
    if is_binding(promise) and promise.state is PromiseState.TOLD and now >= promise.at:
        return PromiseState.BROKEN
    return PromiseState.REPLACED


def faults(ticket: Ticket) -> tuple[str, ...]:
    """What guarantee 4 finds wrong with this ticket; empty for a sound one. The property tests and doctor ask this."""
    found = []
    if needs_promise(ticket) and ticket.promise is None:
        found.append(f"#{ticket.number} is {ticket.state} without a standing promise")
    if ticket.state in (TicketState.CLOSED, TicketState.MERGED):
        if ticket.timer is not None:
            found.append(f"#{ticket.number} is {ticket.state} and still has a timer")
    elif ticket.timer is None:
        found.append(f"#{ticket.number} is {ticket.state} without a timer")
    return tuple(found)
