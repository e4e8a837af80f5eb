"""Merging: two tickets of one matter become one. Pure; the survivor takes everything over in one transaction.

Only tickets of the same requester are merged, or where an agent joined the people; others are linked, because a
customer must never be answered with another customer's matter. The survivor keeps the earliest promise that was told.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from maildesk.desk.judging.urgency import is_higher
from maildesk.desk.mailing.mails import KEEP_IDS
from maildesk.desk.tickets.tickets import moved, promising, settled
from maildesk.desk.words import Desk, Participant, Promise, PromiseState, Ticket, TicketState


@dataclass(frozen=True, slots=True)
class Merger:
    """What merging means. Messages, threads, unsent and resting mail of ``absorbed`` move to ``survivor``.

    ``ended``: promises that are replaced, by ticket number.
    """

    survivor: Ticket
    absorbed: Ticket
    ended: tuple[tuple[int, Promise], ...]


def merge(survivor: Ticket, absorbed: Ticket, desk: Desk, now: datetime, *, joined: bool = False) -> Merger | str:
    """The merger, or a sentence why these two are linked and not merged. ``joined``: an agent joined their people."""
    why_not = _why_not(survivor, absorbed, joined)
    if why_not:
        return why_not
    kept, ended = _promises(survivor, absorbed)
    waits_for_us = (TicketState.OPEN, TicketState.PAUSED)
    ours = TicketState.OPEN in (survivor.state, absorbed.state)
    ours = ours or (absorbed.state is TicketState.PAUSED and survivor.state not in waits_for_us)
    pressing = absorbed if is_higher(absorbed.priority, survivor.priority) else survivor
    newest = max((survivor, absorbed), key=lambda each: each.last_customer_at)
    state = TicketState.OPEN if ours else survivor.state
    taken = replace(
        moved(survivor, state, now),
        participants=_people(survivor, absorbed),
        opened_at=min(survivor.opened_at, absorbed.opened_at),
        last_customer_at=max(survivor.last_customer_at, absorbed.last_customer_at),
        turn_began_at=min(survivor.turn_began_at, absorbed.turn_began_at) if ours else survivor.turn_began_at,
        last_customer_id=newest.last_customer_id or survivor.last_customer_id,
        priority=pressing.priority,
        priority_reason=pressing.priority_reason,
        tags=tuple(dict.fromkeys((*survivor.tags, *absorbed.tags))),
        last_ids=(*absorbed.last_ids, *survivor.last_ids)[-KEEP_IDS:],
        assignee=survivor.assignee or absorbed.assignee,
        unanswered=survivor.unanswered + absorbed.unanswered,
        stopped=survivor.stopped and absorbed.stopped,
        unanswerable=survivor.unanswerable if absorbed.unanswerable else "",
    )
    gone = replace(moved(absorbed, TicketState.MERGED, now), merged_into=survivor.number, promise=None, timer=None)
    return Merger(settled(promising(taken, kept), desk), gone, ended)


def _why_not(survivor: Ticket, absorbed: Ticket, joined: bool) -> str:
    if survivor.number == absorbed.number:
        return "A ticket cannot be merged with itself."
    if TicketState.MERGED in (survivor.state, absorbed.state):
        return f"#{absorbed.number} or #{survivor.number} is merged already."
    if survivor.desk != absorbed.desk:
        return "The tickets belong to different desks: they are linked."
    if survivor.requester != absorbed.requester and not joined:
        return "The tickets are of different customers: they are linked."
    return ""


def _promises(survivor: Ticket, absorbed: Ticket) -> tuple[Promise | None, tuple[tuple[int, Promise], ...]]:
    """The earliest told promise stands, under the survivor's next number; an untold one only where none was told.

    One that nobody can be told stands only where there is no other.
    """
    both = [(each.number, each.promise) for each in (survivor, absorbed) if each.promise is not None]
    if not both:
        return None, ()
    told = [pair for pair in both if pair[1].state is PromiseState.TOLD]
    tellable = [pair for pair in both if pair[1].state is not PromiseState.UNTELLABLE]
    owner, best = min(told or tellable or both, key=lambda pair: pair[1].at)
    ended = tuple((number, replace(each, state=PromiseState.REPLACED)) for number, each in both if number != owner)
    if owner == survivor.number:
        return best, ended
    moved_over = replace(best, number=survivor.promises_made + 1, turn=survivor.turn)
    return moved_over, (*ended, (owner, replace(best, state=PromiseState.REPLACED)))


def _people(survivor: Ticket, absorbed: Ticket) -> tuple[Participant, ...]:
    """Everybody of both, the other's customer too where it is another address of theirs.

    Whoever was only in one sees nothing earlier than they saw there."""
    known = survivor.people
    theirs = Participant(absorbed.requester, absorbed.requester_name, absorbed.opened_at, "joined")
    joining = (theirs, *absorbed.participants)
    return (*survivor.participants, *(each for each in joining if each.address not in known))
