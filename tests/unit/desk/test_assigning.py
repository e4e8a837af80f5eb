"""Who gets a new ticket: four ways, and who is away is left out."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from maildesk.desk.assigning import Team, Way, choose, counting
from maildesk.desk.customers import decide_customer
from maildesk.desk.facts import AgentFacts, LoadFacts
from maildesk.desk.matching import Match
from maildesk.desk.words import Agent
from tests.unit.desk.making_facts import ANNA as ANNA_OF_THE_DESK
from tests.unit.desk.making_facts import BEN as BEN_OF_THE_DESK
from tests.unit.desk.making_facts import DESK, NOW, SITE, facts, letter

ANNA, BEN, CLEO = (
    Agent("Anna", "anna@x"),
    Agent("Ben", "ben@x", skills=("Printer",), language="de"),
    Agent("Cleo", "cleo@x"),
)
ALL = (ANNA, BEN, CLEO)


@pytest.mark.parametrize(
    ("way", "team", "needs", "chosen"),
    [
        ("everyone", Team(ALL), (), None),
        ("everyone", Team(ALL, knows="ben@x"), (), None),
        ("in-turn", Team(ALL), (), ANNA),
        ("in-turn", Team(ALL, last="anna@x"), (), BEN),
        ("in-turn", Team(ALL, last="cleo@x"), (), ANNA),
        ("in-turn", Team(ALL, last="anna@x", away=("ben@x",)), (), CLEO),
        ("in-turn", Team(ALL, last="gone@x"), (), ANNA),
        ("least-loaded", Team(ALL, open_tickets={"anna@x": 2, "ben@x": 1, "cleo@x": 3}), (), BEN),
        ("least-loaded", Team(ALL, open_tickets={"anna@x": 2}, away=("ben@x",)), (), CLEO),
        ("skills", Team(ALL), ("printer",), BEN),
        ("skills", Team(ALL), ("de",), BEN),
        ("skills", Team(ALL, open_tickets={"anna@x": 1, "ben@x": 1}), ("scanner",), CLEO),
        ("in-turn", Team(ALL, knows="cleo@x"), (), CLEO),
        ("in-turn", Team(ALL, knows="cleo@x", away=("cleo@x",)), (), ANNA),
        ("least-loaded", Team(ALL, away=("anna@x", "ben@x", "cleo@x")), (), None),
    ],
)
def test_the_four_ways(way: Way, team: Team, needs: tuple[str, ...], chosen: Agent | None) -> None:
    found, why = choose(way, team, needs)
    assert found == chosen
    assert why


def test_nobody_is_given_more_than_the_limit() -> None:
    busy = Team(ALL, open_tickets={"anna@x": 5, "ben@x": 5, "cleo@x": 4}, last="cleo@x", knows="ben@x", most_open=5)
    assert choose("in-turn", busy)[0] == CLEO
    full = Team(ALL, open_tickets={"anna@x": 5, "ben@x": 5, "cleo@x": 5}, most_open=5)
    assert choose("least-loaded", full)[0] is None


IN_TURN = replace(DESK, assign="in-turn")


def new_tickets_agent(**changes: Any) -> str | None:
    given = facts(desk=IN_TURN, site=replace(SITE, desks=(IN_TURN,)), **changes)
    return decide_customer(given, Match(None, "new")).tickets[0].assignee


def test_a_new_ticket_is_told_to_its_agent_alone() -> None:
    given = facts(desk=IN_TURN, site=replace(SITE, desks=(IN_TURN,)), load=LoadFacts(last=ANNA_OF_THE_DESK))
    decision = decide_customer(given, Match(None, "new"))
    told = [mail.to[0].address for mail in decision.mails if mail.template == "agent/new-ticket"]
    assert told == [BEN_OF_THE_DESK]
    assert any(event.what == "assigned to Ben Weber" for event in decision.events)


def test_who_is_away_gets_no_new_ticket() -> None:
    away = {BEN_OF_THE_DESK: AgentFacts(away_until=NOW + timedelta(days=1))}
    assert new_tickets_agent(load=LoadFacts(last=ANNA_OF_THE_DESK), agents=away) == ANNA_OF_THE_DESK


def test_questions_of_one_moment_go_to_one_after_the_other() -> None:
    given = facts(desk=IN_TURN, site=replace(SITE, desks=(IN_TURN,)))
    first = decide_customer(given, Match(None, "new")).tickets[0]
    assert first.assignee == ANNA_OF_THE_DESK
    second = decide_customer(counting(given, [first]), Match(None, "new")).tickets[0]
    assert second.assignee == BEN_OF_THE_DESK


def test_a_skill_is_found_in_the_question() -> None:
    desk = replace(DESK, assign="skills")
    agents = (SITE.agents[0], replace(SITE.agents[1], skills=("Invoice",)))
    given = facts(desk=desk, site=replace(SITE, desks=(desk,), agents=agents), letter=letter("My invoice is wrong."))
    assert decide_customer(given, Match(None, "new")).tickets[0].assignee == BEN_OF_THE_DESK
