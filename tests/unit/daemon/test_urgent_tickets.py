"""Urgent tickets through the real roles and the store: what is kept, what operators read, what the customer hears."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from maildesk.cli import describing
from maildesk.desk.words import Priority
from maildesk.store import listing
from tests.unit.daemon.playing import ANNA, BEN, CONFIG, MARIA, Play

RULES = """
[[rule]]
priority = "urgent"
words = { en = ["outage"] }

[[rule]]
priority = "high"
header = "X-Our-Verdict: high"
"""


@pytest.fixture
def play(tmp_path: Path) -> Play:
    return Play(tmp_path, CONFIG.read_text() + RULES)


def ticket_lines(play: Play) -> str:
    shown = listing.show_ticket(play.house.database, play.ticket.number)
    assert shown is not None
    return "\n".join(describing.ticket(shown))


def test_ticket_and_explain_name_the_rule(play: Play) -> None:
    play.writes(MARIA, "We have an outage.", **{"Message-ID": "<outage@customer.example>"})
    assert (play.ticket.priority, play.ticket.priority_reason) == (Priority.URGENT, "words:outage")
    because = "priority: normal → urgent (rule 1 of the config: a mail says “outage”) [desk]"
    explained = "\n".join(describing.explanation(listing.explain(play.house.database, "outage@customer.example")))
    assert because in explained
    assert because in ticket_lines(play)
    assert "  urgent, because a mail says “outage”" in ticket_lines(play)


def test_ticket_names_the_sign_and_the_agent(play: Play) -> None:
    for _ in range(3):
        play.writes(MARIA, "Hello, where is it?", Subject="My order")
        play.later(minutes=20)
    assert "priority: normal → high (a sign of long waiting: there was a third mail" in ticket_lines(play)
    play.answers(ANNA, "#priority urgent", newest="new-message")
    assert "priority: high → urgent (#priority: Anna Schmidt said so) [anna@example.com]" in ticket_lines(play)


def test_the_customer_hears_each_sooner_promise_and_only_the_newest_stands(play: Play) -> None:
    play.writes(MARIA, "Hello, where is it?", Subject="My order")
    play.later(minutes=5)
    play.writes(MARIA, "Now it is an outage!", Subject="My order")
    assert len(play.sent(MARIA, "raised")) == 1
    assert play.promise.at - play.clock.now <= timedelta(hours=1, minutes=15)
    assert play.promise.told_at is not None
    play.writes(MARIA, "The outage goes on.", Subject="My order")
    assert len(play.sent(MARIA, "raised")) == 1
    assert [len(play.sent(who, "agent/new-message")) for who in (ANNA, BEN)] == [2, 2]


def test_an_acknowledgement_that_has_not_left_is_replaced_by_the_sooner_one(play: Play) -> None:
    play.writes(MARIA, "Hello, where is it?", Subject="My order")
    play.answers(ANNA, "It comes tomorrow.", newest="new-ticket")
    play.later(hours=1)
    play.answers(MARIA, "It did not come.", newest="reply")  # acknowledged after 15 minutes
    play.later(minutes=5)
    play.answers(MARIA, "And we have an outage.", newest="reply")
    play.later(minutes=30)
    assert (len(play.sent(MARIA, "raised")), play.sent(MARIA, "received-again")) == (1, [])


def test_a_forged_header_raises_nothing_and_ours_does(play: Play) -> None:
    results = "Authentication-Results: mx.example.com; dmarc=pass header.from=customer.example"
    hop, verdict = "Received: from customer.example by mx.example.com", "X-Our-Verdict: high"
    for number, (lines, becomes) in enumerate(
        (((results, hop, verdict), Priority.NORMAL), ((verdict, results, hop), Priority.HIGH))
    ):
        head = "\r\n".join((*lines, f"From: {MARIA}", "To: support@example.com", f"Subject: Matter {number}"))
        play.takes(f"{head}\r\nMessage-ID: <{number}@customer.example>\r\n\r\nHello, where is it?\r\n".encode())
        assert play.house.tickets()[-1].priority is becomes
