"""Promises as a ticket carries them: the moment from promise.py, with its number, turn and state."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from maildesk.desk.known.facts import Facts
from maildesk.desk.promises.history import NOTHING_KNOWN, History
from maildesk.desk.promises.promise import LATE_SHARE, Promised, clock_of, when_we_answer, when_we_write_again
from maildesk.desk.tickets.steps import is_binding
from maildesk.desk.words import Desk, Promise, PromiseState, Ticket


@dataclass(frozen=True, slots=True)
class Pledge:
    """A promise, and what the words around it need to know."""

    promise: Promise
    opens_at: datetime | None
    late: bool


SAID_STOP = "the customer said STOP"


def first(facts: Facts, ticket: Ticket) -> Pledge:
    """The promise of a new turn."""
    arrived, now = facts.arrival.arrived_at, facts.now
    found = when_we_answer(facts.desk, ticket.priority, arrived, now, facts.history, ticket.turn)
    return _pledge(ticket, found, facts.now, renewals=0)


def again(desk: Desk, ticket: Ticket, now: datetime, history: History = NOTHING_KNOWN) -> Pledge:
    """The promise in place of one that cannot be kept, or that is missing."""
    standing, priority, turn = ticket.promise, ticket.priority, ticket.turn
    if standing is None or standing.turn != turn:
        return _pledge(ticket, when_we_answer(desk, priority, now, now, history, turn), now, renewals=0)
    renewals = standing.renewals + 1
    found = when_we_write_again(desk, priority, standing.at, now, renewals, history, turn)
    return _pledge(ticket, found, now, renewals)


def until(
    desk: Desk, ticket: Ticket, at: datetime, now: datetime, reason: str, target: timedelta | None = None
) -> Pledge:
    """A promise whose moment an agent named. ``target``: its service time, where that is not the way from now."""
    target = clock_of(desk, ticket.priority).between(now, at) if target is None else target
    return _pledge(ticket, Promised(at=at, target=target, reason=reason), now, renewals=0)


def untold(pledge: Pledge, reason: str) -> Pledge:
    """The same promise where nobody can tell it to the customer."""
    return replace(pledge, promise=replace(pledge.promise, state=PromiseState.UNTELLABLE, reason=reason))


def _pledge(ticket: Ticket, found: Promised, now: datetime, renewals: int) -> Pledge:
    """STOP takes back what was told until then, and says so. A promise that a person told after it counts again: what
    takes its place is told like any other, or it would lapse unannounced.
    """
    silent = ticket.unanswerable or (SAID_STOP if ticket.stopped and not is_binding(ticket.promise) else "")
    state = PromiseState.UNTELLABLE if silent else PromiseState.UNTOLD
    reason = silent or found.reason
    target = found.target * LATE_SHARE if found.late else found.target  # what was left of it when the mail reached us
    number = ticket.promises_made + 1
    made = Promise(
        number, ticket.turn, found.at, state, now, reason, renewals=renewals, target=target, priority=ticket.priority
    )
    return Pledge(made, found.opens_at, found.late)
