"""The welcome mail: once for each agent, at once, and again only where an operator asks."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from maildesk.desk.agents_day.agent_mail import decide_agent_mail
from maildesk.desk.agents_day.agent_mail_facts import AgentMailFacts
from maildesk.desk.known.facts import AgentFacts
from tests.unit.desk.making_facts import NOW, SITE

NIGHT = NOW + timedelta(hours=14)
DONE = "2099-01-01"  # the day's list is not what is looked at here


def look(known: AgentFacts) -> AgentMailFacts:
    agent = SITE.agents[1]
    return AgentMailFacts(NIGHT, SITE, agent, replace(known, daily_on=DONE), {agent.address: known})


def test_a_new_agent_is_greeted_at_any_hour_and_only_once() -> None:
    decision = decide_agent_mail(look(AgentFacts(welcome_asked_at=NIGHT)))
    assert [each.template for each in decision.mails] == ["agent/welcome"]
    assert decision.mails[0].ticket is None
    assert decision.agents[0].welcomed
    assert decide_agent_mail(look(AgentFacts())).mails == ()


def test_a_second_look_at_the_same_greeting_has_the_same_key() -> None:
    asked = AgentFacts(welcome_asked_at=NIGHT)
    assert decide_agent_mail(look(asked)).mails[0].key == decide_agent_mail(look(asked)).mails[0].key
    again = AgentFacts(welcome_asked_at=NIGHT + timedelta(seconds=-5))
    assert decide_agent_mail(look(again)).mails[0].key != decide_agent_mail(look(asked)).mails[0].key


def test_who_answers_for_no_desk_is_not_greeted() -> None:
    facts = look(AgentFacts(welcome_asked_at=NIGHT))
    deskless = replace(facts, agent=replace(facts.agent, desks=()))
    assert [each.template for each in decide_agent_mail(deskless).mails] == []
