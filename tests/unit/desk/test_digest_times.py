"""#digest: when an agent's reminders and list come; the receipt names the way back."""

from __future__ import annotations

import pytest

from maildesk.desk.deciding import decide
from maildesk.desk.known.facts import AgentFacts
from tests.unit.desk.making_facts import ANNA
from tests.unit.desk.test_deciding import agent_facts


@pytest.mark.parametrize(
    ("text", "before", "now", "said"),
    [
        ("#digest 9:00", "", "09:00", ("digest:09:00", "undo:#digest on")),
        ("#digest 9:00 14:00", "off", "09:00 14:00", ("digest:09:00, 14:00", "undo:#digest off")),
        ("#digest off", "09:00", "off", ("digest-off", "undo:#digest 09:00")),
        ("#digest on", "off", "", ("digest-on", "undo:#digest off")),
        ("#digest on", "", "", ("digest-on",)),
        ("#digest off", "off", "off", ("digest-off",)),
    ],
)
def test_what_was_chosen_before_is_the_way_back(text: str, before: str, now: str, said: tuple[str, ...]) -> None:
    decision = decide(agent_facts(text, agents={ANNA: AgentFacts(digest_times=before)}))
    assert [each.digest_times for each in decision.agents] == [now]
    receipt = next(each for each in decision.mails if each.template == "agent/receipt")
    assert receipt.values["done"] == said
