"""Whether what a desk says of assignment can be done: skills that somebody has, and limits that bear on something."""

from __future__ import annotations

from maildesk.configuration.desk_keys import AgentKeys, DeskKeys
from maildesk.configuration.lines import KeyPath
from maildesk.configuration.reading import Reading
from maildesk.desk.judging.rule_words import word_fault


def judge_assignment(reading: Reading) -> None:
    """Note every skill that nobody has, ways that cannot choose, and limits that nothing reads."""
    desks: list[tuple[KeyPath, DeskKeys]] = reading.all("desk")
    agents: list[tuple[KeyPath, AgentKeys]] = reading.all("agent")
    for path, desk in desks:
        team = [agent for _, agent in agents if _is_of(agent, desk)]
        if desk.assign == "everyone" and desk.most_open:
            what = 'With assign = "everyone" nobody is given a ticket, so this limit would never count'
            reading.fault((*path, "most_open"), f'{what}; write "in-turn", "least-loaded" or "skills", or take it out.')
        if team:
            _skills(reading, path, desk, team)
    for path, agent in agents:
        theirs = [desk for _, desk in desks if _is_of(agent, desk)]
        if agent.most_open and theirs and all(desk.assign == "everyone" for desk in theirs):
            what = "No desk of this agent gives tickets to anybody, so this limit would never count"
            reading.fault((*path, "most_open"), f"{what}; choose another assign for the desk, or take it out.")


def _is_of(agent: AgentKeys, desk: DeskKeys) -> bool:
    return not agent.desks or bool(set(agent.desks) & {desk.address, *desk.also})


def _skills(reading: Reading, path: KeyPath, desk: DeskKeys, team: list[AgentKeys]) -> None:
    had = {skill.casefold(): skill for agent in team for skill in agent.skills}
    spoken = {agent.languages or agent.language for agent in team}
    if desk.assign == "skills" and not had and len(spoken) == 1:
        what = "All agents of this desk are alike: none has skills, and all answer in the same languages"
        way_out = 'Add skills or languages to an [[agent]], or write "least-loaded".'
        reading.fault((*path, "assign"), f"{what}. {way_out}")
    if desk.skills and desk.assign != "skills":
        what = f'Skills are looked at only with assign = "skills", and here it is "{desk.assign}"'
        reading.fault((*path, "skills"), f"{what}; change it, or take this key out.")
        return
    for skill, words in desk.skills.items():
        if skill.casefold() not in had:
            known = ", ".join(sorted(had.values())) or "none"
            what = f'Nobody at this desk has the skill "{skill}"; known are {known}.'
            reading.fault((*path, "skills"), f"{what} Add it to skills of an [[agent]], or take it out.")
        for word in words:
            if word_fault(word):
                reading.fault((*path, "skills"), word_fault(word))
