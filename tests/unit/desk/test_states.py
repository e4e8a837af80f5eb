"""The table of states is written down once as data, and docs/design.md says the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from maildesk.desk.tickets.states import TRANSITIONS, may_become
from maildesk.desk.tickets.tickets import moved
from maildesk.desk.words import TicketState
from tests.unit.desk.making_facts import NOW, ticket

DESIGN = Path(__file__).parents[3] / "docs" / "design.md"


def test_the_design_holds_every_row() -> None:
    text = DESIGN.read_text()
    missing = [f"{a} → {b}" for a, why, b in TRANSITIONS if f"| `{a}` | {why} | `{b}` |" not in text]
    assert not missing


def test_nothing_leaves_merged() -> None:
    assert not [row for row in TRANSITIONS if row[0] is TicketState.MERGED]


@pytest.mark.parametrize("before", list(TicketState))
@pytest.mark.parametrize("after", list(TicketState))
def test_a_ticket_moves_only_along_the_table(before: TicketState, after: TicketState) -> None:
    allowed = before is after or any((a, b) == (before, after) for a, _, b in TRANSITIONS)
    if allowed:
        assert moved(ticket(state=before), after, NOW).state is after
    else:
        assert not may_become(before, after)
        with pytest.raises(ValueError, match="cannot become"):
            moved(ticket(state=before), after, NOW)


def test_a_pause_leaves_nothing_behind() -> None:
    paused = ticket(state=TicketState.PAUSED, pause_reason="the part is on order", paused_until=NOW)
    opened = moved(paused, TicketState.OPEN, NOW)
    assert (opened.pause_reason, opened.paused_until) == ("", None)
