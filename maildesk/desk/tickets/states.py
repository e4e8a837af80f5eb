"""The states of a ticket and what moves them, as data. docs/design.md has the same table, and a test compares them."""

from __future__ import annotations

from maildesk.desk.words import TicketState

TRANSITIONS: tuple[tuple[TicketState, str, TicketState], ...] = (
    (TicketState.OPEN, "agent's public reply", TicketState.WAITING),
    (TicketState.OPEN, "#pause", TicketState.PAUSED),
    (TicketState.OPEN, "#close", TicketState.SOLVED),
    (TicketState.OPEN, "the customer's CLOSE; #spam", TicketState.CLOSED),
    (TicketState.OPEN, "#merge", TicketState.MERGED),
    (TicketState.WAITING, "customer's mail; a reply recalled or refused; #take", TicketState.OPEN),
    (TicketState.WAITING, "#pause", TicketState.PAUSED),
    (TicketState.WAITING, "bare thanks; #close", TicketState.SOLVED),
    (TicketState.WAITING, "silence ran out; the customer's CLOSE; #spam", TicketState.CLOSED),
    (TicketState.WAITING, "#merge", TicketState.MERGED),
    (TicketState.PAUSED, "customer's mail; the date came; #take", TicketState.OPEN),
    (TicketState.PAUSED, "agent's public reply", TicketState.WAITING),
    (TicketState.PAUSED, "#close", TicketState.SOLVED),
    (TicketState.PAUSED, "the customer's CLOSE; #spam", TicketState.CLOSED),
    (TicketState.PAUSED, "#merge", TicketState.MERGED),
    (TicketState.SOLVED, "customer's mail; a reply recalled or refused; #take", TicketState.OPEN),
    (TicketState.SOLVED, "agent's public reply", TicketState.WAITING),
    (TicketState.SOLVED, "#pause", TicketState.PAUSED),
    (TicketState.SOLVED, "silence ran out; the customer says yes, or CLOSE; #spam", TicketState.CLOSED),
    (TicketState.SOLVED, "#merge", TicketState.MERGED),
    (TicketState.CLOSED, "customer's mail within 30 days; a reply recalled or refused; #take", TicketState.OPEN),
    (TicketState.CLOSED, "agent's public reply", TicketState.WAITING),
    (TicketState.CLOSED, "#close", TicketState.SOLVED),
    (TicketState.CLOSED, "#pause", TicketState.PAUSED),
    (TicketState.CLOSED, "#merge", TicketState.MERGED),
)
"""(from, what moves it, to). Nothing leaves ``merged``."""

_ALLOWED = frozenset((before, after) for before, _, after in TRANSITIONS)


def may_become(before: TicketState, after: TicketState) -> bool:
    """Whether the table has a row for this change."""
    return (before, after) in _ALLOWED
