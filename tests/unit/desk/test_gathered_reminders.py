"""Reminders of an agent: when they leave, and of one who is away, to whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from maildesk.desk.actions import Reminder
from maildesk.desk.agents_day.agent_mail_facts import AgentMailFacts
from maildesk.desk.agents_day.gathered_reminders import HANDED, due, make
from maildesk.desk.known.facts import AgentFacts
from maildesk.desk.words import Agent, Site, Step
from tests.unit.desk.making_facts import ANNA, BEN, DESK, NOW, promise, ticket

BILLING = replace(DESK, name="Billing", address="billing@example.com")
BOTH = Agent("Ben Weber", BEN, desks=(DESK.address, BILLING.address))
SITE = Site(desks=(DESK, BILLING), agents=(Agent("Anna Schmidt", ANNA, desks=(DESK.address,)), BOTH))
SUPPORT_TICKET = ticket(number=1001, state_since=NOW, assignee=BEN)
BILLING_TICKET = ticket(number=1002, state_since=NOW, assignee=BEN, desk=BILLING.address)


def of_ben_who_is_away(*tickets: int) -> AgentMailFacts:
    away = AgentFacts(away_since=NOW - timedelta(days=1), away_until=NOW + timedelta(days=3))
    reminders = tuple(Reminder(BEN, number, Step.REMIND_ASSIGNEE.value, NOW) for number in tickets)
    known = {each.number: each for each in (SUPPORT_TICKET, BILLING_TICKET)}
    return AgentMailFacts(NOW, SITE, BOTH, away, {BEN: away}, reminders, tickets=known)


def test_each_goes_to_those_of_its_own_desk_who_are_here() -> None:
    share = make(of_ben_who_is_away(1001, 1002))
    assert [(each.agent, each.ticket, each.step) for each in share.reminders] == [(ANNA, 1001, HANDED)]
    assert [each.ticket for each in share.reminded] == [1001]
    assert share.mails == ()


def test_one_of_a_desk_where_everybody_is_away_is_mailed_all_the_same() -> None:
    facts = of_ben_who_is_away(1002)
    assert due(facts) == NOW
    share = make(facts)
    assert [each.address for mail in share.mails for each in mail.to] == [BEN]
    assert share.reminders == ()


def test_the_row_of_a_ticket_says_where_an_answer_of_theirs_is_held() -> None:
    facts = replace(of_ben_who_is_away(1001, 1002), known=AgentFacts(), agents={}, held=frozenset({1002}))
    (mail,) = make(facts).mails
    rows = mail.values["tickets"]
    assert isinstance(rows, tuple)
    assert {each["number"]: each["answer_held"] for each in rows if isinstance(each, dict)} == {1001: False, 1002: True}


MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
CLOSES = NOW + timedelta(hours=6)
OPENS = NOW + timedelta(hours=22)


def of_anna(fell_due: datetime, now: datetime, promised: datetime = NOW + 3 * DAY, times: str = "") -> AgentMailFacts:
    """One reminder; Anna had another mail of reminders four minutes before it fell due."""
    known = AgentFacts(reminded_at=fell_due - 4 * MINUTE, digest_times=times)
    open_ticket = ticket(number=1001, state_since=fell_due, nudged=1, promise=promise(promised, made_at=NOW))
    reminder = Reminder(ANNA, 1001, Step.REMIND_ASSIGNEE.value, fell_due)
    return AgentMailFacts(now, SITE, SITE.agents[0], known, {}, (reminder,), tickets={1001: open_ticket})


def test_reminders_that_the_closing_overtakes_wait_for_the_opening() -> None:
    just_before = CLOSES - 5 * MINUTE
    facts = of_anna(just_before, just_before)
    assert due(facts) == OPENS
    assert make(facts).mails == ()
    assert len(make(replace(facts, now=OPENS)).mails) == 1


def test_reminders_within_hours_are_gathered_for_a_quarter_of_an_hour_after_the_last() -> None:
    assert due(of_anna(NOW, NOW)) == NOW + 11 * MINUTE


def test_a_reminder_does_not_wait_for_an_opening_behind_the_notice_to_the_customer() -> None:
    """The promise ends a quarter of an hour after the desk closes: its notice goes before that."""
    just_before = CLOSES - 5 * MINUTE
    assert due(of_anna(just_before, just_before, promised=CLOSES + 16 * MINUTE)) == just_before


def test_what_fell_due_out_of_hours_comes_then() -> None:
    """The end of a pause that an agent named: resuming asks for no hours."""
    night = CLOSES + timedelta(hours=4)
    assert due(of_anna(night, night)) == night + 11 * MINUTE


@pytest.mark.parametrize("times", ["", "off", "14:00"])
def test_reminders_that_nobody_mailed_in_time_wait_for_the_opening_after_downtime(times: str) -> None:
    assert due(of_anna(NOW, CLOSES + timedelta(hours=4), times=times)) == OPENS
