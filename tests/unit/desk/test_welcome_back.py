"""What an agent hears when they are back: once, at once where they wrote, else when the desk opens."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from maildesk.desk.agents_day.agent_mail import Why, decide_agent_mail
from maildesk.desk.agents_day.agent_mail_facts import AgentMailFacts, Line, Lines, Overview
from maildesk.desk.known.facts import AgentFacts
from tests.unit.desk.making_facts import NOW, SITE

SATURDAY = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
MONDAY = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)  # 9:00 in Berlin
LEFT = NOW - timedelta(days=3)
THEIRS = Line(1042, "support@example.com", "My order", "Maria", "maria@customer.example", "normal", NOW)


def look(now: datetime, known: AgentFacts, handed_on: int = 1) -> AgentMailFacts:
    ben = SITE.agents[1]
    lines = Lines((THEIRS,) * handed_on, handed_on)
    overview = Overview(mine=Lines((THEIRS,), 1))
    return AgentMailFacts(now, SITE, ben, known, {ben.address: known}, overview=overview, handed_on=lines)


def templates(facts: AgentMailFacts) -> list[str]:
    return [mail.template for mail in decide_agent_mail(facts).mails]


def test_they_are_told_when_the_desk_opens_on_the_day_they_are_back() -> None:
    away = AgentFacts(away_until=SATURDAY, away_since=LEFT)
    early = decide_agent_mail(look(SATURDAY, away))
    assert early.mails == ()
    assert early.agents[0].next_mail_at == MONDAY
    there = decide_agent_mail(look(MONDAY, away))
    assert [mail.template for mail in there.mails] == ["agent/away-back"]  # and not the day's list as well
    assert there.agents[0].told_back
    assert there.mails[0].key == decide_agent_mail(look(MONDAY + timedelta(hours=1), away)).mails[0].key


def test_whoever_writes_is_told_at_once() -> None:
    wrote = AgentFacts(away_until=SATURDAY, away_since=LEFT, wrote_at=SATURDAY)
    assert templates(look(SATURDAY, wrote)) == ["agent/away-back"]


def test_who_was_not_away_and_who_was_told_hear_nothing() -> None:
    assert Why.BACK not in decide_agent_mail(look(SATURDAY, AgentFacts(away_until=LEFT))).reason


def test_a_short_absence_without_anything_handed_on_ends_without_a_word() -> None:
    short = AgentFacts(away_until=NOW, away_since=NOW - timedelta(hours=1), wrote_at=NOW, daily_on="2026-11-24")
    decision = decide_agent_mail(look(NOW, short, handed_on=0))
    assert decision.mails == ()
    assert decision.agents[0].told_back


def test_who_is_still_away_is_looked_at_when_they_are_expected() -> None:
    away = AgentFacts(away_until=MONDAY, away_since=LEFT)
    assert decide_agent_mail(look(NOW, away)).agents[0].next_mail_at == MONDAY
