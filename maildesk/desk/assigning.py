"""Who gets a new ticket? Four ways, chosen per desk; all respect who is away.

``everyone``: nobody in particular; who answers first or says #mine has it. ``in-turn``: one after the other.
``least-loaded``: whoever has the fewest open tickets. ``skills``: whoever knows the ticket's language or matter, the
least loaded of them. A returning customer goes back to the agent who knows them, in every way but ``everyone``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from maildesk.desk.words import Agent

Way = Literal["everyone", "in-turn", "least-loaded", "skills"]


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


def choose(way: Way, team: Team, needs: Collection[str] = ()) -> tuple[Agent | None, str]:
    """The assignee, or None for everyone, and why. ``needs``: skills that the ticket asks for, and its language."""
    here = [agent for agent in team.agents if agent.address not in team.away]
    if way == "everyone" or not here:
        return None, "everyone is asked" if here else "everybody is away: everyone is asked"
    known = next((agent for agent in here if agent.address == team.knows), None)
    if known is not None:
        return known, "answered this customer before"
    if way == "in-turn":
        return _next(here, team), "in turn"
    if way == "skills":
        best = _most_fitting(here, needs)
        return _least_loaded(best, team), "knows it best" if len(best) < len(here) else "has the least to do"
    return _least_loaded(here, team), "has the least to do"


def _next(here: Sequence[Agent], team: Team) -> Agent:
    """The first who is here behind the last one in the config's order, from the top again at its end."""
    order = [agent.address for agent in team.agents]
    start = order.index(team.last) + 1 if team.last in order else 0
    turn = [*order[start:], *order[:start]]
    by_address = {agent.address: agent for agent in here}
    return next(by_address[address] for address in turn if address in by_address)


def _least_loaded(agents: Sequence[Agent], team: Team) -> Agent:
    return min(agents, key=lambda agent: team.open_tickets.get(agent.address, 0))


def _most_fitting(agents: Sequence[Agent], needs: Collection[str]) -> list[Agent]:
    """Those who have most of what it needs; everybody where nobody has any."""
    wanted = {need.casefold() for need in needs}
    having = {
        agent.address: len(wanted & {each.casefold() for each in (*agent.skills, agent.language)}) for agent in agents
    }
    most = max(having.values())
    return [agent for agent in agents if having[agent.address] == most]
