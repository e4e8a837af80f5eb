"""When an agent's list comes: once for each day, whatever clocks their desks have."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from maildesk.desk.agents_day.agent_mail import LOOK_AGAIN, decide_agent_mail
from maildesk.desk.agents_day.agent_mail_facts import AgentMailFacts, Line, Lines, Overview
from maildesk.desk.known.facts import AgentFacts
from maildesk.desk.service_time.hours import ServiceTime, Span
from maildesk.desk.words import Desk, Site
from tests.unit.desk.making_facts import DESK, NOW, SITE

THEIRS = Line(1042, "support@example.com", "My order", "Maria", "maria@customer.example", "normal", NOW)
NIGHTS = tuple(Span(day, 22 * 60, 30 * 60) for day in range(7))
DAYS = tuple(Span(day, 9 * 60, 17 * 60) for day in range(5))
ALWAYS = tuple(Span(day, 0, 24 * 60) for day in range(7))
PACIFIC, LORD_HOWE, BERLIN = "Pacific/Honolulu", "Australia/Lord_Howe", "Europe/Berlin"


def desk(name: str, zone: str, week: tuple[Span, ...]) -> Desk:
    return replace(DESK, name=name, address=f"{name}@example.com", time_zone=zone, service=ServiceTime(zone, week))


def lists_of_a_fortnight(*desks: Desk) -> list[datetime]:
    """The moments at which Ben gets a list, looked at only when the last look said so."""
    ben = replace(SITE.agents[1], desks=tuple(each.address for each in desks))
    site = Site(desks=desks, agents=(ben,))
    now, known, found = NOW, AgentFacts(daily_on="2026-11-24"), []
    while now < NOW + timedelta(days=14):
        facts = AgentMailFacts(now, site, ben, known, overview=Overview(mine=Lines((THEIRS,), 1)))
        decision = decide_agent_mail(facts)
        (change,) = decision.agents
        assert change.next_mail_at is not None
        assert change.daily_on is not None
        assert timedelta(minutes=1) < change.next_mail_at - now <= 5 * LOOK_AGAIN, "a look that leads to the next"
        found += [now] * len(decision.mails)
        now, known = change.next_mail_at, replace(known, daily_on=change.daily_on, version=known.version + 1)
    return found


@pytest.mark.parametrize("first", [DAYS, NIGHTS, ALWAYS])
@pytest.mark.parametrize("second", [DAYS, NIGHTS, ALWAYS])
@pytest.mark.parametrize("zones", [(PACIFIC, LORD_HOWE), (BERLIN, LORD_HOWE), (LORD_HOWE, PACIFIC), (BERLIN, BERLIN)])
def test_one_list_a_day_where_the_second_desk_opens_while_the_first_has_another_day(
    first: tuple[Span, ...], second: tuple[Span, ...], zones: tuple[str, str]
) -> None:
    found = lists_of_a_fortnight(desk("first", zones[0], first), desk("second", zones[1], second))
    assert 9 <= len(found) <= 15  # a weekend of one desk may be over before it begins for the other
    assert len(set(found)) == len(found)


def test_a_monday_that_begins_in_the_east_does_not_wait_for_sunday_in_the_west() -> None:
    found = lists_of_a_fortnight(desk("first", PACIFIC, NIGHTS), desk("second", LORD_HOWE, DAYS))
    assert datetime(2026, 11, 29, 22, 0, tzinfo=UTC) in found  # 9:00 on Monday there, noon on Sunday at Honolulu


def test_the_list_comes_when_the_first_of_the_desks_opens_be_it_tomorrow_there() -> None:
    found = lists_of_a_fortnight(desk("first", BERLIN, DAYS), desk("second", LORD_HOWE, DAYS))
    assert found[0] == datetime(2026, 11, 24, 22, 0, tzinfo=UTC)  # 9:00 on Wednesday at Lord Howe, Tuesday in Berlin
