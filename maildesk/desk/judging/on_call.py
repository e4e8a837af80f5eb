"""Who is on duty, and who is called next: urgent mail outside desk hours goes to one person after the other.

The rota of a desk (``[desk.on_call]``) gives each of its agents a week; a ``shift`` names somebody for a time of its
own. Whoever is on duty is called first, alone; those behind them in the rota are next, each after ``next_after``
without a reply, a note or #mine; who is away is passed over. When all were called once, everybody of the desk and the
leads are told, and the steps of ``follow_up`` go on as for any ticket. Within desk hours urgent mail goes to all at
once.

What can go wrong: a rota of people who are all away calls everybody at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from maildesk.desk.words import Agent, Desk, OnCall, Priority, Site, Ticket, TicketState

A_WEEK = timedelta(days=7)
ONE_NIGHT = timedelta(hours=14)
"""Whoever took the ticket since it rang has its later mail for this long; then the night is over."""

ALL_CALLED = 1_000
"""In ``Ticket.called``: the whole rota was called, and then everybody told."""

IsAway = Callable[[str], bool]


def rings(desk: Desk, ticket: Ticket, now: datetime) -> bool:
    """Whether mail on this ticket is for who is on duty: urgent, and the desk is closed."""
    return desk.on_call is not None and ticket.priority is Priority.URGENT and not desk.service.is_open(now)


def duty(desk: Desk, now: datetime) -> tuple[str, ...]:
    """Registered addresses in the order in which they are called at that moment; the first is on duty."""
    rota = desk.on_call
    if rota is None or not rota.agents:
        return ()
    turn = _weeks(rota, desk, now) % len(rota.agents)
    order = (*rota.agents[turn:], *rota.agents[:turn])
    shift = next((each.agent for each in rota.shifts if each.begins <= now < each.ends), None)
    return order if shift is None else tuple(dict.fromkeys((shift, *order)))


def duty_ends(desk: Desk, now: datetime) -> datetime | None:
    """When somebody else is on duty; None where the desk has no rota."""
    rota = desk.on_call
    if rota is None:
        return None
    shift = next((each for each in rota.shifts if each.begins <= now < each.ends), None)
    if shift is not None:
        return shift.ends
    zone = ZoneInfo(desk.time_zone)
    handover = (_first(rota) + (_weeks(rota, desk, now) + 1) * A_WEEK).replace(tzinfo=zone)
    return min((handover, *(each.begins for each in rota.shifts if each.begins > now)))


def _first(rota: OnCall) -> datetime:
    """The handover with which the first week began, on the desk's wall."""
    back = (rota.since.weekday() - rota.handover_day) % 7
    midnight = datetime.combine(rota.since, datetime.min.time())
    return midnight - timedelta(days=back) + timedelta(minutes=rota.handover_minute)


def _weeks(rota: OnCall, desk: Desk, now: datetime) -> int:
    """Handovers since the first: walls are compared, so that a week with a change of clocks is a week."""
    wall = now.astimezone(ZoneInfo(desk.time_zone)).replace(tzinfo=None)
    return (wall - _first(rota)) // A_WEEK


def next_call(site: Site, desk: Desk, ticket: Ticket, now: datetime, is_away: IsAway) -> tuple[Agent | None, int]:
    """Who is called next and how many places of the rota are used up then; None when all were called."""
    order = duty(desk, now)
    for place in range(ticket.called, len(order)):
        agent = site.agent(order[place])
        if agent is not None and not is_away(agent.address):
            return agent, place + 1
    return None, ALL_CALLED


def taker(site: Site, desk: Desk, ticket: Ticket, now: datetime, is_away: IsAway) -> Agent | None:
    """Who took this ticket since it rang, so that its later mail of this night is theirs."""
    agent = site.agent(ticket.assignee) if ticket.assignee else None
    lately = not ticket.called and ticket.called_at is not None and now - ticket.called_at < ONE_NIGHT
    return agent if agent is not None and lately and agent in site.team(desk) and not is_away(agent.address) else None


def called_first(site: Site, desk: Desk, ticket: Ticket, now: datetime, is_away: IsAway) -> Ticket:
    """The ticket whose mail rings: somebody is called now, from the first of the rota on, unless somebody has it."""
    if not rings(desk, ticket, now) or taker(site, desk, ticket, now, is_away) is not None or is_calling(ticket):
        return ticket
    fresh = replace(ticket, called=0)
    return replace(fresh, called=next_call(site, desk, fresh, now, is_away)[1], called_at=now)


def is_calling(ticket: Ticket) -> bool:
    """Whether somebody was called, nobody has moved since, and not all were called."""
    urgent = ticket.state is TicketState.OPEN and ticket.priority is Priority.URGENT
    return urgent and 0 < ticket.called < ALL_CALLED


def audience(site: Site, desk: Desk, ticket: Ticket, now: datetime, is_away: IsAway) -> tuple[Agent, ...] | None:
    """Who hears of mail that rings: who took it, else those who were called so far; None: whoever hears of any mail."""
    if not rings(desk, ticket, now):
        return None
    has_it = taker(site, desk, ticket, now, is_away)
    if has_it is not None:
        return (has_it,)
    if not is_calling(ticket):
        return None
    called = (site.agent(address) for address in duty(desk, now)[: ticket.called])
    return tuple(each for each in called if each is not None and not is_away(each.address)) or None


def next_call_at(desk: Desk, ticket: Ticket) -> datetime | None:
    """When the next person is called if nobody moves; None where nobody is."""
    if desk.on_call is None or ticket.called_at is None or not is_calling(ticket):
        return None
    return ticket.called_at + desk.on_call.next_after


def moved_by(ticket: Ticket, agent: Agent, *, answered: bool) -> Ticket:
    """The ticket after somebody moved: nobody else is called for it, and who answered a call has it."""
    if not ticket.called:
        return ticket
    return replace(ticket, called=0, assignee=agent.address if answered else ticket.assignee)


def over(ticket: Ticket) -> Ticket:
    """The ticket at the beginning of a new turn: nobody was called for that."""
    return replace(ticket, called=0)
