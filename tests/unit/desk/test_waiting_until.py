"""#wait until WHEN: the customer is left alone until then, and asked at that moment; #only without an answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from maildesk.desk.deciding import decide
from maildesk.desk.tickets.steps import closing_time
from maildesk.desk.tickets.tickets import moved, settled
from maildesk.desk.words import Step, Ticket, TicketState
from tests.unit.desk.making_facts import DESK, NOW, ticket
from tests.unit.desk.test_deciding import agent_facts, mail, mails
from tests.unit.desk.test_orders_and_their_customers import asked, lines
from tests.unit.desk.test_ticket_orders import mistake

LATER = datetime(2026, 12, 7, 14, 0, tzinfo=UTC)  # a Monday, 15:00 on the desk's clock
DAYS = timedelta(days=1)


def due(of: Ticket) -> tuple[datetime, Step]:
    """Its timer."""
    assert of.timer is not None
    return of.timer.due_at, of.timer.step


def test_who_is_waited_for_until_a_moment_is_asked_then_and_not_sooner() -> None:
    decision = asked("Please send a photo.\n\n#wait until 7 December 15:00")
    after = decision.tickets[0]
    assert (after.state, mails(decision)) == (TicketState.WAITING, ["reply"])
    assert due(after) == (LATER, Step.ASK_IF_HELPED)
    assert closing_time(after, DESK) >= LATER + DESK.follow_up.close_after - DESK.follow_up.ask_if_helped_after
    assert lines(decision) == (f"wait-until:{LATER.isoformat()}",)


def test_a_sooner_moment_counts_as_well() -> None:
    soon = asked("Please send a photo.\n\n#wait until tomorrow 15:00").tickets[0]
    assert due(soon)[0] - NOW < DESK.follow_up.ask_if_helped_after
    assert due(asked("Please send a photo.\n\n#wait").tickets[0])[0] - NOW >= DESK.follow_up.ask_if_helped_after


def test_the_customer_reads_nothing_of_a_pause() -> None:
    told = mail(asked("Please send a photo.\n\n#wait until 7 December 15:00"), "reply")
    assert told.values["until"] is None


def test_a_ticket_that_waits_may_be_given_more_time_and_is_asked_anew() -> None:
    waiting = ticket(state=TicketState.WAITING, promise=None, nudged=2, nudged_at=NOW - DAYS)
    after = asked("#wait until 7 December 15:00", waiting).tickets[0]
    assert (*due(after), after.nudged) == (LATER, Step.ASK_IF_HELPED, 0)


def test_what_comes_after_forgets_the_moment() -> None:
    after = asked("Please send a photo.\n\n#wait until 7 December 15:00").tickets[0]
    assert moved(after, TicketState.SOLVED, NOW).paused_until is None
    assert due(settled(moved(after, TicketState.SOLVED, NOW), DESK))[0] < LATER


@pytest.mark.parametrize("text", ["#only", "#only\n#priority high"])
def test_only_without_an_answer_comes_back(text: str) -> None:
    decision = decide(agent_facts(text))
    mistake(decision)
    assert mails(decision) == []


def test_only_with_an_answer_goes_out() -> None:
    assert mails(asked("#only\n\nFor you alone.")) == ["reply"]
