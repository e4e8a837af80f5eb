"""Who gets a new ticket: four ways, and who is away is left out."""

from __future__ import annotations

import pytest

from maildesk.desk.assigning import Team, Way, choose
from maildesk.desk.words import Agent

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
