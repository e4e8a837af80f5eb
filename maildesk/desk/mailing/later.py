"""The leads hear when promises are later than the target, because that is the truth.

At most one mail for each desk, priority and day; first and next answers apart. It says the figures and what can be
done. It is mail that nobody's action caused, so it is decided in desk hours only; the day is the desk's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from maildesk.desk.actions import Decision, Mail, Value
from maildesk.desk.known.facts import AgentFacts
from maildesk.desk.mailing.mails import to_agent
from maildesk.desk.promises.history import Found, History
from maildesk.desk.promises.promise import span_in_words, target_of
from maildesk.desk.service_time.hours import zone_of
from maildesk.desk.words import Agent, Desk, Fate, Priority, Site

FIRST, NEXT = 1, 2


def decide_later(site: Site, desk: Desk, history: History, agents: Mapping[str, AgentFacts], now: datetime) -> Decision:
    """The mails to the leads of a desk whose promises, made now, would be later than the target."""
    if not desk.service.is_open(now):
        return Decision(Fate.REPORT, "promises are looked at in desk hours")
    mails = tuple(
        _mail(desk, lead, agents, priority, turn, found, now)
        for priority, turn, found in _later(desk, history, now)
        for lead in _leads(site, desk, agents, now)
    )
    return Decision(Fate.REPORT, f"{len(mails)} mails about promises later than the target", mails=mails)


def _later(desk: Desk, history: History, now: datetime) -> Iterator[tuple[Priority, int, Found]]:
    for priority in Priority:
        for turn in (FIRST, NEXT):
            found = history.find(priority, turn, now)
            if found is not None and found.span > target_of(desk, priority, turn):
                yield priority, turn, found


def _leads(site: Site, desk: Desk, agents: Mapping[str, AgentFacts], now: datetime) -> tuple[Agent, ...]:
    """The leads who are here; all of them where none is, and everybody where nobody leads."""
    team = site.team(desk)
    leads = tuple(agent for agent in team if agent.lead) or team
    return tuple(each for each in leads if not agents.get(each.address, AgentFacts()).is_away(now)) or leads


def _mail(
    desk: Desk,
    lead: Agent,
    agents: Mapping[str, AgentFacts],
    priority: Priority,
    turn: int,
    found: Found,
    now: datetime,
) -> Mail:
    values: dict[str, Value] = {
        "priority": str(priority),
        "next_answers": turn == NEXT,
        "target_span": span_in_words(target_of(desk, priority, turn)),
        "real_span": span_in_words(found.span),
        "share": round(found.share * 100),
        "count": found.answers,
        "people_waiting": found.waiting,
        "overdue": found.overdue,
    }
    day = now.astimezone(zone_of(desk.time_zone)).date().isoformat()
    key = f"later:{desk.address}:{priority}:{turn}:{day}"
    return to_agent(desk, lead, agents.get(lead.address, AgentFacts()), "later", key, values)
