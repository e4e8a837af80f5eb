"""Whether the people on call are the desk's, and can be called before the promise passes."""

from __future__ import annotations

from itertools import pairwise

from maildesk.configuration.desk_keys import AgentKeys, DeskKeys
from maildesk.configuration.example import span
from maildesk.configuration.lines import KeyPath
from maildesk.configuration.on_call_keys import in_utc
from maildesk.configuration.reading import Reading


def judge_on_call(reading: Reading) -> None:
    """Note everything in which a desk's rota contradicts its people, its promises or itself."""
    desk: DeskKeys
    for path, desk in reading.all("desk"):
        where = (*path, "on_call")
        team = _team(reading, desk)
        _people(reading, where, desk, team)
        _shifts(reading, where, desk)
        _in_time(reading, where, desk)


def _team(reading: Reading, desk: DeskKeys) -> frozenset[str]:
    own = {desk.address, *desk.also}
    agents: list[AgentKeys] = [agent for _, agent in reading.all("agent")]
    return frozenset(agent.address for agent in agents if not agent.desks or own & set(agent.desks))


def _people(reading: Reading, where: KeyPath, desk: DeskKeys, team: frozenset[str]) -> None:
    named = [((*where, "agents"), each) for each in desk.on_call.agents]
    named += [((*where, "shift", index, "agent"), each.agent) for index, each in enumerate(desk.on_call.shift)]
    for path, address in named:
        if address not in team:
            known = ", ".join(sorted(team)) or "none"
            reading.fault(path, f'"{address}" is not an agent of this desk; its agents are {known}.')
    for address in sorted({each for each in desk.on_call.agents if desk.on_call.agents.count(each) > 1}):
        reading.fault((*where, "agents"), f'"{address}" stands here twice; name each person once.')


def _shifts(reading: Reading, where: KeyPath, desk: DeskKeys) -> None:
    if desk.on_call.shift and not desk.on_call.agents:
        reading.fault((*where, "shift"), "Shifts need people to call after them; name them under agents.")
    spans = [
        (in_utc(each.from_, desk.time_zone), in_utc(each.to, desk.time_zone), index)
        for index, each in enumerate(desk.on_call.shift)
    ]
    for begins, ends, index in spans:
        if ends <= begins:
            reading.fault((*where, "shift", index, "to"), "This shift ends before it begins; swap from and to.")
    for one, other in pairwise(sorted(spans)):
        if other[0] < one[1]:
            told = "This shift begins before another one ends; only one person can be the first to be called."
            reading.fault((*where, "shift", other[2], "from"), f"{told} Move one of them.")


def _in_time(reading: Reading, where: KeyPath, desk: DeskKeys) -> None:
    target = desk.promise.get("urgent") or desk.promise.get("normal")
    if desk.on_call.agents and target is not None and desk.on_call.next_after >= target:
        told = f'The second person would be called after "{span(desk.on_call.next_after)}"'
        told = f'{told}, and an urgent answer is promised within "{span(target)}"'
        reading.fault((*where, "next_after"), f"{told}; make next_after shorter.")
