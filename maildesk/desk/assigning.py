"""Who gets a new ticket, and one whose agent is away? Four ways, chosen per desk; all respect who is away.

``everyone``: nobody in particular; who answers first or says #mine has it. ``in-turn``: one after the other.
``least-loaded``: whoever has the fewest open tickets. ``skills``: whoever knows the ticket's language or matter, the
least loaded of them. A returning customer goes back to the agent who knows them, in every way but ``everyone``. Who has
as many open tickets as ``most_open`` allows gets no more; where that is all of them, everyone is asked.

Urgent mail outside desk hours goes to who is on duty (``on_call``) and is given to nobody before somebody takes it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, cast

from maildesk.desk import on_call
from maildesk.desk.actions import Event
from maildesk.desk.facts import Facts, LoadFacts
from maildesk.desk.words import Agent, Desk, Site, Ticket

Way = Literal["everyone", "in-turn", "least-loaded", "skills"]
WAYS: tuple[Way, ...] = ("everyone", "in-turn", "least-loaded", "skills")
_MOST_TEXT = 2_000  # characters of the question in which a skill's name counts


@dataclass(frozen=True, slots=True)
class Team:
    """The agents of a desk in the order of the config, and what bears on the choice.

    ``open_tickets`` by agent's address; ``last`` got the last ticket; ``knows`` answered this customer before.
    """

    agents: Sequence[Agent]
    away: Collection[str] = ()
    open_tickets: Mapping[str, int] = field(default_factory=dict)
    last: str | None = None
    knows: str | None = None
    most_open: int = 0


def choose(way: Way, team: Team, needs: Collection[str] = ()) -> tuple[Agent | None, str]:
    """The assignee, or None for everyone, and why. ``needs``: skills that the ticket asks for, and its language."""
    present = [agent for agent in team.agents if agent.address not in team.away]
    if way == "everyone" or not present:
        return None, "everyone is asked" if present else "everybody is away: everyone is asked"
    here = [agent for agent in present if not team.most_open or _load(agent, team) < team.most_open]
    if not here:
        return None, f"everybody has {team.most_open} open tickets: everyone is asked"
    known = next((agent for agent in here if agent.address == team.knows), None)
    if known is not None:
        return known, "answered this customer before"
    if way == "in-turn":
        return _next(here, team), "in turn"
    if way == "skills":
        best = _most_fitting(here, needs)
        return _least_loaded(best, team), "knows it best" if len(best) < len(here) else "has the least to do"
    return _least_loaded(here, team), "has the least to do"


def assigned(facts: Facts, ticket: Ticket) -> tuple[Ticket, tuple[Event, ...]]:
    """A new ticket with the agent that the desk's way gives it to, and the line of its history."""
    if facts.desk.assign == "everyone" or on_call.rings(facts.desk, ticket, facts.now):
        return ticket, ()
    away = {agent.address for agent in facts.site.team(facts.desk) if facts.is_away(agent.address)}
    said = f"{facts.letter.subject} {facts.letter.new_text[:_MOST_TEXT]}"
    chosen, why = choose_for(facts.site, facts.desk, away, facts.load, needs_of(ticket, said))
    if chosen is None:
        return ticket, (Event(ticket.number, "assigned to nobody", why),)
    return replace(ticket, assignee=chosen.address), (Event(ticket.number, f"assigned to {chosen.name}", why),)


def choose_for(
    site: Site, desk: Desk, away: Collection[str], load: LoadFacts, needs: Collection[str]
) -> tuple[Agent | None, str]:
    """``choose`` for a desk of a site."""
    team = Team(site.team(desk), away, load.open_tickets, load.last, load.knows, desk.most_open)
    return choose(cast(Way, desk.assign), team, needs)


def needs_of(ticket: Ticket, said: str) -> frozenset[str]:
    """What a ticket asks for: its language, and every word that might be the name of a skill."""
    return frozenset({ticket.language.casefold(), *re.findall(r"\w[\w-]+", said.casefold())})


def counting(facts: Facts, given: Sequence[Ticket]) -> Facts:
    """The facts with tickets that were given away at the same moment, and are not stored yet."""
    mine = [each for each in given if each.assignee is not None and each.desk == facts.desk.address]
    if not mine or facts.desk.assign == "everyone":
        return facts
    counts = dict(facts.load.open_tickets)
    for each in mine:
        counts[each.assignee or ""] = counts.get(each.assignee or "", 0) + 1
    return replace(facts, load=replace(facts.load, open_tickets=counts, last=mine[-1].assignee))


def _load(agent: Agent, team: Team) -> int:
    return team.open_tickets.get(agent.address, 0)


def _next(here: Sequence[Agent], team: Team) -> Agent:
    """The first who is here behind the last one in the config's order, from the top again at its end."""
    order = [agent.address for agent in team.agents]
    start = order.index(team.last) + 1 if team.last in order else 0
    turn = [*order[start:], *order[:start]]
    by_address = {agent.address: agent for agent in here}
    return next(by_address[address] for address in turn if address in by_address)


def _least_loaded(agents: Sequence[Agent], team: Team) -> Agent:
    return min(agents, key=lambda agent: _load(agent, team))


def _most_fitting(agents: Sequence[Agent], needs: Collection[str]) -> list[Agent]:
    """Those who have most of what it needs; everybody where nobody has any."""
    wanted = {need.casefold() for need in needs}
    having = {
        agent.address: len(wanted & {each.casefold() for each in (*agent.skills, agent.language)}) for agent in agents
    }
    most = max(having.values())
    return [agent for agent in agents if having[agent.address] == most]
