"""Every command that changed something is confirmed, with how to take it back; and what is said there can be sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from maildesk.desk.actions import Decision
from maildesk.desk.commands.command_words import SPECS
from maildesk.desk.commands.commands import Commands, parse_commands
from maildesk.desk.deciding import decide
from maildesk.desk.orders.agent_plans import KNOWN_HERE
from maildesk.desk.orders.undoing import UNDO
from maildesk.desk.words import Participant, Priority, Role, TicketState
from tests.unit.desk.making_facts import ANNA, DESK, NOW, OTTO, by, facts, letter, ticket, token

BEN = "ben@example.com"
WAITS = replace(ticket(), state=TicketState.WAITING, promise=None)
SOLVED = replace(ticket(), state=TicketState.SOLVED, promise=None)
PAUSED = replace(
    ticket(), state=TicketState.PAUSED, paused_until=NOW + timedelta(days=2), pause_reason="the part is on order"
)
BENS = replace(ticket(), assignee=BEN)
WITH_OTTO = replace(ticket(), participants=(Participant(OTTO, "", NOW, ANNA),))


def done(text: str, before: Any = None) -> tuple[str, ...]:
    proof = {"tokens": (token(role=Role.AGENT, owner=ANNA),), "letter": letter(text, message_id="a@example.com")}
    decision: Decision = decide(facts(before or ticket(), **{**proof, **by(ANNA, "Anna Schmidt")}))
    receipts = [each.values["done"] for each in decision.mails if each.template == "agent/receipt"]
    said = receipts[0] if receipts else ()
    assert isinstance(said, tuple)
    return tuple(map(str, said))


def test_the_table_knows_every_command_there_is() -> None:
    assert UNDO.keys() == SPECS.keys()
    assert UNDO.keys() >= KNOWN_HERE


@pytest.mark.parametrize(
    ("text", "before", "undo"),
    [
        ("#close", ticket(), "#take"),
        ("#pause until Friday because the part is on order", ticket(), "#take"),
        ("#take", SOLVED, "#close; #unassign"),
        ("#take", PAUSED, "#unassign; #pause until 2026-11-26 11:00 because the part is on order"),
        ("#close", PAUSED, "#pause until 2026-11-26 11:00 because the part is on order"),
        ("#spam", ticket(), "#take"),
        ("#mine", BENS, f"#assign {BEN}"),
        ("#priority low", ticket(), "#priority normal"),
        ("#priority urgent", replace(ticket(), priority=Priority.LOW), "#priority low"),
        ("#language de", ticket(), "#language en"),
        ("#mine", ticket(), "#unassign"),
        ("#cc otto@customer.example", ticket(), f"#uncc {OTTO}"),
        ("#uncc otto@customer.example", WITH_OTTO, f"#cc {OTTO}"),
        ("#close\n#priority low\n#mine", BENS, f"#take; #assign {BEN}; #priority normal"),
        ("It is on its way.\n\n#close", ticket(), "#recall"),  # which opens the ticket again as well
        ("It is on its way.\n\n#priority low", ticket(), "#recall; #priority normal"),
    ],
)
def test_what_a_mail_changed_is_confirmed_with_how_to_take_it_back(text: str, before: Any, undo: str) -> None:
    said = done(text, before)
    assert len(said) >= 2  # what was done, and how it is undone
    assert said[-1] == f"undo:{undo}"


def test_every_way_back_can_be_sent_as_it_stands() -> None:
    for text, before in (
        ("#close\n#priority low\n#mine\n#cc a@b.example, c@d.example\n#language de", BENS),
        ("#take", PAUSED),
        ("#promise tomorrow 14:00", ticket()),
    ):
        undo = done(text, before)[-1].removeprefix("undo:")
        found = parse_commands(undo, NOW, DESK.service)
        assert isinstance(found, Commands), undo
        assert found.text_without == ""
        assert len(found.items) == undo.count("#")


def test_what_cannot_be_taken_back_says_nothing_of_it() -> None:
    waits = replace(WAITS, assignee=ANNA)
    assert not [each for each in done("#take", waits) if each.startswith("undo")]  # the customer counts on an answer


def test_waiting_is_confirmed_too() -> None:
    nothing_owed = replace(ticket(), promise=None)
    assert done("#wait", nothing_owed) == ("wait", "undo:#take")
