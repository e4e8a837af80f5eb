"""The line that says how a mail is taken back names what the mail changed, and nothing that was so before."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from maildesk.desk.words import Participant, Priority, Ticket
from tests.unit.desk.making_facts import ANNA, NOW, OTTO, STRANGER, promise, ticket
from tests.unit.desk.test_undoing import BENS, PAUSED, SOLVED, done

URGENT = replace(ticket(), priority=Priority.URGENT)
WITH_TWO = ticket(participants=(Participant(OTTO, "", NOW, ANNA), Participant(STRANGER, "", NOW, ANNA)))


@pytest.mark.parametrize(
    ("text", "before", "undo"),
    [
        ("It is on its way.\n\n#language de", URGENT, "#language en"),  # an urgent answer has left: no #recall
        ("#language en\n#priority low", ticket(), "#priority normal"),
        ("#assign Ben\n#priority low", BENS, "#priority normal"),
        ("#uncc otto@customer.example", WITH_TWO, f"#cc {OTTO}"),
        ("#cc otto@customer.example\n#priority low", WITH_TWO, "#priority normal"),
        ("#pause until Friday because it snows", PAUSED, "#pause until 2026-11-26 11:00 because the part is on order"),
    ],
)
def test_only_what_a_mail_changed_is_taken_back(text: str, before: Ticket, undo: str) -> None:
    assert done(text, before)[-1] == f"undo:{undo}"


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("#close", SOLVED),
        ("#take", replace(PAUSED, paused_until=NOW - timedelta(hours=1), assignee=ANNA)),
        ("#promise tomorrow 14:00", ticket(promise=promise(NOW - timedelta(minutes=1)))),
    ],
)
def test_what_is_as_it_was_or_has_passed_is_not_offered(text: str, before: Ticket) -> None:
    said = done(text, before)
    assert said
    assert not [each for each in said if each.startswith("undo")]
