"""Promises as a ticket carries them: the moment from promise.py, with its number, turn and state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from maildesk.desk.facts import Facts
from maildesk.desk.promise import LATE_SHARE, Promised, clock_of, when_we_answer, when_we_write_again
from maildesk.desk.words import Desk, Promise, PromiseState, Ticket


@dataclass(frozen=True, slots=True)
class Pledge:
    """A promise, and what the words around it need to know."""

    promise: Promise
    opens_at: datetime | None
    late: bool


def first(facts: Facts, ticket: Ticket) -> Pledge:
    """The promise of a new turn."""
    found = when_we_answer(facts.desk, ticket.priority, facts.arrival.arrived_at, facts.now, facts.history)
    return _pledge(ticket, found, facts.now, renewals=0)


def again(desk: Desk, ticket: Ticket, now: datetime) -> Pledge:
    """The promise in place of one that cannot be kept, or that is missing."""
    standing = ticket.promise
    if standing is None or standing.turn != ticket.turn:
        return _pledge(ticket, when_we_answer(desk, ticket.priority, now, now), now, renewals=0)
    renewals = standing.renewals + 1
    return _pledge(ticket, when_we_write_again(desk, ticket.priority, standing.at, now, renewals), now, renewals)


def until(desk: Desk, ticket: Ticket, at: datetime, now: datetime, reason: str) -> Pledge:
    """A promise whose moment an agent named."""
    target = clock_of(desk, ticket.priority).between(now, at)
    return _pledge(ticket, Promised(at=at, target=target, reason=reason), now, renewals=0)


def _pledge(ticket: Ticket, found: Promised, now: datetime, renewals: int) -> Pledge:
    state = PromiseState.UNTELLABLE if ticket.unanswerable or ticket.stopped else PromiseState.UNTOLD
    reason = ticket.unanswerable or ("the customer said STOP" if ticket.stopped else found.reason)
    target = found.target * LATE_SHARE if found.late else found.target  # what was left of it when the mail reached us
    number = ticket.promises_made + 1
    made = Promise(
        number, ticket.turn, found.at, state, now, reason, renewals=renewals, target=target, priority=ticket.priority
    )
    return Pledge(made, found.opens_at, found.late)
