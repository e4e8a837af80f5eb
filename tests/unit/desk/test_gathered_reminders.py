"""Reminders of an agent who is away: each goes to the people of its own desk, and to nobody where none are here."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from maildesk.desk.actions import Reminder
from maildesk.desk.agent_mail_facts import AgentMailFacts
from maildesk.desk.facts import AgentFacts
from maildesk.desk.gathered_reminders import HANDED, due, make
from maildesk.desk.words import Agent, Site, Step
from tests.unit.desk.making_facts import ANNA, BEN, DESK, NOW, ticket

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
