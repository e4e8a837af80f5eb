"""What an agent hears when they are back: which of their tickets went to whom, and what is theirs now.

It comes once for each absence: at once where they wrote or said #back, else in desk hours as soon as the day has come
that their out-of-office reply or #away named. An absence of less than ``SHORT`` in which nothing was handed on is over
without a word. It shows the agent's tickets, so that day's list is left out; leads get theirs, which says more.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from maildesk.desk.actions import Value
from maildesk.desk.agents_day.agent_mail_facts import AgentMailFacts, Overview, Share
from maildesk.desk.agents_day.daily_list import day_of_list, left_out, list_row
from maildesk.desk.mailing.mails import to_agent

SHORT = timedelta(hours=4)


def due(facts: AgentMailFacts) -> datetime | None:
    """When they are to be told; None where they were not away."""
    known = facts.known
    if known.away_since is None or known.away_until is None or not facts.desks:
        return None
    wrote = known.wrote_at is not None and known.wrote_at >= known.away_until
    return known.away_until if wrote else facts.desks[0].service.next_opening(max(known.away_until, known.away_since))


def make(facts: AgentMailFacts) -> Share:
    """The mail, and that they were told."""
    known, overview = facts.known, facts.overview or Overview()
    since = known.away_since or facts.now
    listed_on = known.daily_on if facts.agent.lead else day_of_list(facts).isoformat()
    over = replace(known, away_since=None, daily_on=listed_on)
    if not facts.handed_on.count and (known.away_until or facts.now) - since < SHORT:
        return Share(replace(over, daily_on=known.daily_on))
    several = len(facts.desks) > 1
    values: dict[str, Value] = {"count": overview.mine.count or None}
    for rows, more, lines in (
        ("tickets", "more", overview.mine),
        ("nobodys", "nobodys_more", overview.nobodys),
        ("waiting", "waiting_more", overview.waiting),
        ("paused", "paused_more", overview.paused),
        ("handed_on", "handed_on_more", facts.handed_on),
    ):
        values[rows] = tuple(list_row(facts, each, several) for each in lines.shown)
        values[more] = left_out(lines.count, lines.shown)
    mail = to_agent(facts.desks[0], facts.agent, known, "away-back", f"back:{int(since.timestamp())}", values)
    return Share(over, (mail,))
