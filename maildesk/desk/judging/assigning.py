"""Who gets a new ticket, and one whose agent is away? Four ways, chosen per desk; all respect who is away.

``everyone``: nobody in particular; who answers first or says #mine has it. ``in-turn``: whoever was given a ticket
longest ago, so that absences, returning customers and #assign put nobody out of the turn for longer than they last.
``least-loaded``: whoever has the fewest open tickets. ``skills``: of those who speak the ticket's language, whoever
knows most of its matter, the least loaded of them; where nobody speaks it, the matter alone decides.

A returning customer, from any address of theirs, goes back to the agent who knows them, in every way but ``everyone``.
Who has as many open tickets as their own ``most_open`` allows, else the desk's, gets no more; where that is all who are
here, everyone is asked, and where everybody is away, everybody is told: never nobody. What is handed on while its agent
is away goes to whoever has the least to do, also ``in-turn``: ten tickets of an absent agent are not one agent's turn.

Urgent mail outside desk hours goes to who is on duty (``on_call``) and is given to nobody before somebody takes it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, cast

from maildesk.desk.actions import Event
from maildesk.desk.judging import on_call
from maildesk.desk.judging.rule_words import found_word
from maildesk.desk.known.facts import Facts, LoadFacts
from maildesk.desk.words import Agent, Desk, Site, Ticket

Way = Literal["everyone", "in-turn", "least-loaded", "skills"]
WAYS: tuple[Way, ...] = ("everyone", "in-turn", "least-loaded", "skills")
_MOST_TEXT = 2_000  # characters of the question in which a skill's name counts


@dataclass(frozen=True, slots=True)
class Needs:
    """What a ticket asks for: its language, and those skills of the team that it is about, folded."""

    language: str = ""
    skills: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Team:
    """The agents of a desk in the order of the config, and what bears on the choice.

    ``open_tickets`` by agent's address; ``newest``: the number of the last ticket that each was given; ``knows``
    answered this customer before; ``most_open``: of who has no limit of their own, 0 none; ``language``: of who names
    none.
    """

    agents: Sequence[Agent]
    away: Collection[str] = ()
    open_tickets: Mapping[str, int] = field(default_factory=dict)
    newest: Mapping[str, int] = field(default_factory=dict)
    knows: str | None = None
    most_open: int = 0
    language: str = ""


def choose(way: Way, team: Team, needs: Needs = Needs()) -> tuple[Agent | None, str]:
    """The assignee, or None for everyone, and why."""
    present = [agent for agent in team.agents if agent.address not in team.away]
    if way == "everyone" or not present:
        return None, "everyone is asked" if present else "everybody is away: everyone is asked"
    here = [agent for agent in present if not _is_full(agent, team)]
    if not here:
        return None, "everybody has as many open tickets as they take: everyone is asked"
    known = next((agent for agent in here if agent.address == team.knows), None)
    if known is not None:
        return known, "answered this customer before"
    if way == "in-turn":
        return min(here, key=lambda agent: team.newest.get(agent.address, 0)), "in turn"
    if way == "skills":
        best = _most_fitting(here, team, needs)
        return _least_loaded(best, team), "knows it best" if len(best) < len(here) else "has the least to do"
    return _least_loaded(here, team), "has the least to do"


def assigned(facts: Facts, ticket: Ticket) -> tuple[Ticket, tuple[Event, ...]]:
    """A new ticket with the agent that the desk's way gives it to, and the line of its history.

    Who forwarded it may have named one.
    """
    if facts.forwarded is not None and facts.forwarded.assignee:
        event = Event(ticket.number, f"assigned to {facts.forwarded.assignee}", "who forwarded it said so")
        return replace(ticket, assignee=facts.forwarded.assignee), (event,)
    if facts.desk.assign == "everyone" or on_call.rings(facts.desk, ticket, facts.now):
        return ticket, ()
    away = {agent.address for agent in facts.site.team(facts.desk) if facts.is_away(agent.address)}
    said = f"{facts.letter.subject} {facts.letter.new_text}"
    needs = needs_of(facts.site, facts.desk, ticket, said)
    chosen, why = choose_for(facts.site, facts.desk, away, facts.load, needs)
    if chosen is None:
        return ticket, (Event(ticket.number, "assigned to nobody", why),)
    return replace(ticket, assignee=chosen.address), (Event(ticket.number, f"assigned to {chosen.name}", why),)


def choose_for(
    site: Site, desk: Desk, away: Collection[str], load: LoadFacts, needs: Needs, *, handed_on: bool = False
) -> tuple[Agent | None, str]:
    """``choose`` for a desk of a site. ``handed_on``: its agent is away, and it is nobody's turn."""
    team = Team(site.team(desk), away, load.open_tickets, load.newest, load.knows, desk.most_open, desk.language)
    way = "least-loaded" if handed_on and desk.assign == "in-turn" else cast(Way, desk.assign)
    return choose(way, team, needs)


def needs_of(site: Site, desk: Desk, ticket: Ticket, said: str) -> Needs:
    """What a ticket asks for, where the desk looks at it: skills by their names, by the desk's words, by its tags."""
    if desk.assign != "skills":
        return Needs()
    text, language = said[:_MOST_TEXT], ticket.language
    words = {skill.casefold(): more for skill, more in desk.skills.items()}
    known = {skill.casefold() for agent in site.team(desk) for skill in agent.skills}
    named = {skill for skill in known if found_word(text, (skill, *words.get(skill, ())), language)}
    return Needs(language, frozenset(named | (known & set(ticket.tags))))


def counting(facts: Facts, given: Sequence[Ticket]) -> Facts:
    """The facts with tickets that were given away at the same moment, and are not stored yet."""
    return replace(facts, load=counted(facts.desk, facts.load, given))


def counted(desk: Desk, load: LoadFacts, given: Sequence[Ticket]) -> LoadFacts:
    """What bears on a choice at this desk, with tickets that are not stored yet."""
    if not given or desk.assign == "everyone":
        return load
    counts, newest = dict(load.open_tickets), dict(load.newest)
    for each in given:
        if each.assignee is not None:
            counts[each.assignee] = counts.get(each.assignee, 0) + 1
            if each.desk == desk.address:
                newest[each.assignee] = max(each.number, newest.get(each.assignee, 0))
    return replace(load, open_tickets=counts, newest=newest)


def _is_full(agent: Agent, team: Team) -> bool:
    limit = agent.most_open or team.most_open
    return bool(limit) and _load(agent, team) >= limit


def _load(agent: Agent, team: Team) -> int:
    return team.open_tickets.get(agent.address, 0)


def _least_loaded(agents: Sequence[Agent], team: Team) -> Agent:
    """The fewest open tickets; of equals, whoever was given one longest ago."""
    return min(agents, key=lambda agent: (_load(agent, team), team.newest.get(agent.address, 0)))


def _most_fitting(agents: Sequence[Agent], team: Team, needs: Needs) -> list[Agent]:
    """Of those who speak its language, if any, those who have most of its skills."""
    speaking = [agent for agent in agents if _speaks(agent, team, needs.language)] or list(agents)
    having = {agent.address: len(needs.skills & {each.casefold() for each in agent.skills}) for agent in speaking}
    most = max(having.values())
    return [agent for agent in speaking if having[agent.address] == most]


def _speaks(agent: Agent, team: Team, language: str) -> bool:
    """A skill may name a language too. Regions do not count: who speaks "de" answers "de-AT"."""
    if not language:
        return True
    own = agent.languages or (agent.language or team.language,)
    return _plain(language) in {_plain(each) for each in (*own, *agent.skills)}


def _plain(language: str) -> str:
    return language.casefold().partition("-")[0]
