"""Who gets a new ticket: four ways, and who is away is left out."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maildesk.desk.customers.customers import decide_customer
from maildesk.desk.judging.assigning import WAYS, Needs, Team, Way, choose, choose_for, counted, counting, needs_of
from maildesk.desk.judging.matching import Match
from maildesk.desk.known.facts import AgentFacts, LoadFacts
from maildesk.desk.words import Agent
from tests.unit.desk.making_facts import ANNA as ANNA_OF_THE_DESK
from tests.unit.desk.making_facts import BEN as BEN_OF_THE_DESK
from tests.unit.desk.making_facts import DESK, NOW, SITE, facts, letter, ticket

ANNA, BEN, CLEO = (
    Agent("Anna", "anna@x"),
    Agent("Ben", "ben@x", skills=("Printer",), language="de"),
    Agent("Cleo", "cleo@x"),
)
ALL = (ANNA, BEN, CLEO)


DE, FR = Needs("de"), Needs("fr-CA")
NEWEST = {"anna@x": 9, "ben@x": 7, "cleo@x": 8}


@pytest.mark.parametrize(
    ("way", "team", "needs", "chosen"),
    [
        ("everyone", Team(ALL), Needs(), None),
        ("everyone", Team(ALL, knows="ben@x"), Needs(), None),
        ("in-turn", Team(ALL), Needs(), ANNA),
        ("in-turn", Team(ALL, newest={"anna@x": 1}), Needs(), BEN),
        ("in-turn", Team(ALL, newest=NEWEST), Needs(), BEN),
        ("in-turn", Team(ALL, newest=NEWEST, away=("ben@x",)), Needs(), CLEO),
        ("in-turn", Team(ALL, newest={"gone@x": 3}), Needs(), ANNA),
        ("least-loaded", Team(ALL, open_tickets={"anna@x": 2, "ben@x": 1, "cleo@x": 3}), Needs(), BEN),
        ("least-loaded", Team(ALL, open_tickets={"anna@x": 2}, away=("ben@x",)), Needs(), CLEO),
        ("least-loaded", Team(ALL, newest=NEWEST), Needs(), BEN),
        ("skills", Team(ALL), Needs(skills=frozenset({"printer"})), BEN),
        ("skills", Team(ALL), DE, BEN),
        ("skills", Team(ALL, language="de", open_tickets={"ben@x": 1}), DE, ANNA),
        ("skills", Team((ANNA, replace(CLEO, languages=("es", "fr")))), FR, replace(CLEO, languages=("es", "fr"))),
        ("skills", Team((ANNA, replace(CLEO, skills=("fr",)))), FR, replace(CLEO, skills=("fr",))),
        ("skills", Team((BEN, replace(ANNA, skills=("printer",)))), Needs("it", frozenset({"printer"})), BEN),
        ("skills", Team(ALL, open_tickets={"anna@x": 1, "ben@x": 1}), Needs("it"), CLEO),
        ("in-turn", Team(ALL, knows="cleo@x"), Needs(), CLEO),
        ("in-turn", Team(ALL, knows="cleo@x", away=("cleo@x",)), Needs(), ANNA),
        ("least-loaded", Team(ALL, away=("anna@x", "ben@x", "cleo@x")), Needs(), None),
    ],
)
def test_the_four_ways(way: Way, team: Team, needs: Needs, chosen: Agent | None) -> None:
    found, why = choose(way, team, needs)
    assert found == chosen
    assert why


def test_the_language_counts_before_the_matter() -> None:
    french = Agent("Fabien", "fabien@x", languages=("fr",))
    knows_printers = Agent("Petra", "petra@x", languages=("en",), skills=("printer", "paper"))
    needs = Needs("fr", frozenset({"printer", "paper"}))
    assert choose("skills", Team((knows_printers, french)), needs)[0] == french
    assert choose("skills", Team((knows_printers, french), away=("fabien@x",)), needs)[0] == knows_printers


def test_nobody_is_given_more_than_the_limit() -> None:
    busy = Team(
        ALL, open_tickets={"anna@x": 5, "ben@x": 5, "cleo@x": 4}, newest={"cleo@x": 1}, knows="ben@x", most_open=5
    )
    assert choose("in-turn", busy)[0] == CLEO
    full = Team(ALL, open_tickets={"anna@x": 5, "ben@x": 5, "cleo@x": 5}, most_open=5)
    assert choose("least-loaded", full)[0] is None


def test_an_agents_own_limit_counts_before_the_desks() -> None:
    more, fewer = replace(ANNA, most_open=9), replace(BEN, most_open=1)
    team = Team((more, fewer, CLEO), open_tickets={"anna@x": 5, "ben@x": 1, "cleo@x": 5}, most_open=5)
    assert choose("least-loaded", team)[0] == more
    assert choose("in-turn", replace(team, most_open=0), Needs())[0] == more
    assert choose("in-turn", replace(team, open_tickets={"anna@x": 9, "ben@x": 1, "cleo@x": 5}))[0] is None


IN_TURN = replace(DESK, assign="in-turn")


def new_tickets_agent(**changes: Any) -> str | None:
    said = facts(desk=IN_TURN, site=replace(SITE, desks=(IN_TURN,)), **changes)
    return decide_customer(said, Match(None, "new")).tickets[0].assignee


def test_a_new_ticket_is_told_to_its_agent_alone() -> None:
    said = facts(desk=IN_TURN, site=replace(SITE, desks=(IN_TURN,)), load=LoadFacts(newest={ANNA_OF_THE_DESK: 1}))
    decision = decide_customer(said, Match(None, "new"))
    told = [mail.to[0].address for mail in decision.mails if mail.template == "agent/new-ticket"]
    assert told == [BEN_OF_THE_DESK]
    assert any(event.what == "assigned to Ben Weber" for event in decision.events)


def test_who_is_away_gets_no_new_ticket() -> None:
    away = {BEN_OF_THE_DESK: AgentFacts(away_until=NOW + timedelta(days=1))}
    assert new_tickets_agent(load=LoadFacts(newest={ANNA_OF_THE_DESK: 1}), agents=away) == ANNA_OF_THE_DESK


def test_questions_of_one_moment_go_to_one_after_the_other() -> None:
    said = facts(desk=IN_TURN, site=replace(SITE, desks=(IN_TURN,)))
    first = decide_customer(said, Match(None, "new")).tickets[0]
    assert first.assignee == ANNA_OF_THE_DESK
    second = decide_customer(counting(said, [first]), Match(None, "new")).tickets[0]
    assert second.assignee == BEN_OF_THE_DESK


def test_a_skill_is_found_in_the_question() -> None:
    desk = replace(DESK, assign="skills")
    agents = (SITE.agents[0], replace(SITE.agents[1], skills=("Invoice",)))
    said = facts(desk=desk, site=replace(SITE, desks=(desk,), agents=agents), letter=letter("My invoice is wrong."))
    assert decide_customer(said, Match(None, "new")).tickets[0].assignee == BEN_OF_THE_DESK


def test_skills_are_asked_for_by_their_names_by_the_desks_words_and_by_tags() -> None:
    desk = replace(DESK, assign="skills", skills={"Billing": ("invoice*", "Rechnung*")})
    agents = tuple(replace(each, skills=("billing", "Credit card", "printer")) for each in SITE.agents)
    site = replace(SITE, desks=(desk,), agents=agents)
    asked = ticket(tags=("printer", "late"))
    assert needs_of(site, desk, asked, "Two invoices came.").skills == {"billing", "printer"}
    assert needs_of(site, desk, replace(asked, tags=()), "My credit card, not an invoice").skills == {"credit card"}
    assert needs_of(site, desk, replace(asked, tags=(), language="de"), "Die Rechnungen").skills == {"billing"}
    assert needs_of(site, replace(desk, assign="in-turn"), asked, "invoice") == Needs()


Round = tuple[frozenset[int], int | None, bool]
ROUNDS = st.lists(
    st.tuples(st.frozensets(st.integers(0, 3), max_size=4), st.none() | st.integers(0, 3), st.booleans()), max_size=40
)
FOUR = tuple(Agent(name, f"{name}@x") for name in "abcd")


@given(rounds=ROUNDS, way=st.sampled_from(WAYS), most_open=st.integers(0, 3))
def test_nobody_who_is_away_or_has_enough_gets_one_and_somebody_does_or_everyone_is_asked(
    rounds: list[Round], way: Way, most_open: int
) -> None:
    """Whoever comes and goes, whoever is known, whatever is solved meanwhile."""
    load, desk = LoadFacts(), replace(DESK, assign=way)
    for number, (away, knows, solves) in enumerate(rounds, 1):
        gone = {FOUR[each].address for each in away}
        known = FOUR[knows].address if knows is not None else None
        team = Team(FOUR, gone, load.open_tickets, load.newest, known, most_open)
        chosen, why = choose(way, team)
        free = [
            each for each in FOUR
            if each.address not in gone and (not most_open or load.open_tickets.get(each.address, 0) < most_open)
        ]  # fmt: skip
        assert why
        assert chosen in free if chosen is not None else (way == "everyone" or not free)
        if chosen is not None and known in {each.address for each in free}:
            assert chosen.address == known
        made = ticket(number, assignee=chosen.address if chosen else None)
        load = replace(
            counted(desk, load, [made]), open_tickets={} if solves else counted(desk, load, [made]).open_tickets
        )


@given(away=st.lists(st.none() | st.integers(0, 3), max_size=60))
def test_in_turn_those_who_are_always_here_never_differ_by_more_than_one(away: list[int | None]) -> None:
    """Absences of others put nobody out of the turn, and who comes back is not flooded."""
    desk, load = replace(DESK, assign="in-turn"), LoadFacts()
    got: Counter[str] = Counter()
    row: list[str] = []
    for number, absent in enumerate(away, 1):
        gone = {"d@x"} if absent is not None else set()
        chosen, _ = choose("in-turn", Team(FOUR, gone, newest=load.newest))
        assert chosen is not None
        got[chosen.address] += 1
        row.append(chosen.address)
        load = counted(desk, load, [ticket(number, assignee=chosen.address)])
    always = [got[each.address] for each in FOUR[:3]]
    assert max(always) - min(always) <= 1
    assert all(first != second for first, second in pairwise(row))


def test_what_is_handed_on_goes_to_the_least_loaded_one_after_the_other_also_in_turn() -> None:
    """The tickets of an absent agent fall due together; they are not one colleague's."""
    desk = replace(DESK, assign="in-turn")
    agents = tuple(replace(each, desks=(desk.address,)) for each in ALL)
    site, load = replace(SITE, desks=(desk,), agents=agents), LoadFacts(newest={"anna@x": 1, "ben@x": 2, "cleo@x": 3})
    got = []
    for number in range(4):
        chosen, _ = choose_for(site, desk, {"anna@x"}, load, Needs(), handed_on=True)
        assert chosen is not None
        got.append(chosen.address)
        load = counted(desk, load, [ticket(number, assignee=chosen.address)])
    assert got == ["ben@x", "cleo@x", "ben@x", "cleo@x"]
