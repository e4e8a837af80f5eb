"""What an agent's commands change, what they leave as it was, and what the customer hears of it: nothing too much."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from maildesk.desk.actions import Decision
from maildesk.desk.deciding import decide
from maildesk.desk.known.facts import Asked, PersonFacts
from maildesk.desk.words import Agent, Participant, Ticket, TicketState
from tests.unit.desk.making_facts import ANNA, BEN, DESK, MARIA, NOW, OTTO, SITE, STRANGER, promise, ticket
from tests.unit.desk.test_deciding import agent_facts, mail, mails
from tests.unit.desk.test_ticket_orders import done, mistake

WITH_TWO = ticket(participants=(Participant(STRANGER, "Eve", NOW, MARIA), Participant(OTTO, "Otto", NOW, MARIA)))


def asked(text: str, *tickets: Ticket, **changes: Any) -> Decision:
    """What Anna's mail of these lines comes to."""
    return decide(agent_facts(text, *tickets, **changes))


def lines(decision: Decision) -> tuple[str, ...]:
    said = done(decision)
    assert isinstance(said, tuple)
    return tuple(str(each) for each in said if not str(each).startswith("undo"))


# Another customer


def test_who_is_the_customer_already_stays_it_and_hears_nothing() -> None:
    decision = asked(f"#requester {MARIA}\n#tag lamp", WITH_TWO)
    after = decision.tickets[0]
    assert (after.requester, after.requester_name, after.participants) == (MARIA, "Maria Muster", WITH_TWO.participants)
    assert (mails(decision), decision.drops, lines(decision)) == ([], (), ("tag:lamp",))


def test_a_participant_who_becomes_the_customer_keeps_their_name_and_leaves_the_others() -> None:
    decision = asked(f"#requester {OTTO}", WITH_TWO)
    after = decision.tickets[0]
    assert (after.requester, after.requester_name) == (OTTO, "Otto")
    assert [each.address for each in after.participants] == [STRANGER, MARIA]


def test_mail_to_the_customer_that_was_and_that_waits_is_dropped() -> None:
    decision = asked(f"#requester {OTTO}")
    (drop,) = decision.drops
    assert (drop.ticket, {"received-again", "still-working", "solved"} <= set(drop.templates)) == (1042, True)


def test_a_new_customer_hears_one_promise_and_not_two() -> None:
    assert mails(asked(f"#requester {OTTO}")) == ["status"]
    assert mails(asked(f"#requester {OTTO}\n#promise tomorrow 14:00")) == ["still-working"]


@pytest.mark.parametrize("known", [PersonFacts(1, unreachable="550 no such user"), PersonFacts(1, spam=True)])
def test_whom_an_agent_names_is_tried_anew(known: PersonFacts) -> None:
    decision = asked(f"#language de\n#requester {OTTO}", asked=Asked(person=known))
    tried = [each for each in decision.people if each.address == OTTO]
    assert [(each.unreachable, each.spam) for each in tried] == [("", False)]
    assert [each.chosen_language for each in decision.people if each.address == MARIA] == ["de"]
    assert lines(decision)[-1] == f"requester:{OTTO}"
    assert len(lines(decision)) == 2


# Whose move it is


@pytest.mark.parametrize(
    ("until", "moment"),
    [
        ("2026-11-28 10:00", datetime(2026, 11, 30, 8, 0, tzinfo=UTC)),  # a Saturday: on Monday, when it opens
        ("2026-11-26 14:10", datetime(2026, 11, 26, 13, 10, tzinfo=UTC)),
    ],
)
def test_a_pause_ends_when_somebody_works(until: str, moment: datetime) -> None:
    decision = asked(f"#pause until {until} because the part is on order")
    assert decision.tickets[0].paused_until == moment
    assert mail(decision, "on-hold").values["until"] == moment


@pytest.mark.parametrize(
    ("before", "told"),
    [
        (ticket(), ["solved"]),
        (ticket(state=TicketState.WAITING), []),
        (ticket(stopped=True, promise=None), []),
        (ticket(stopped=True), ["solved"]),  # what a person promised after that STOP is taken back in words
        (ticket(unanswerable="it is a no-reply address"), []),
    ],
)
def test_who_waits_for_an_answer_hears_that_it_is_solved_and_nobody_else(before: Ticket, told: list[str]) -> None:
    decision = asked("#close", before)
    assert (decision.tickets[0].state, mails(decision)) == (TicketState.SOLVED, told)


def test_who_may_not_be_written_to_is_told_nothing_of_a_new_turn() -> None:
    decision = asked("#take", ticket(state=TicketState.SOLVED, unanswerable="it is a no-reply address"))
    assert (decision.tickets[0].state, mails(decision)) == (TicketState.OPEN, [])
    assert "take-untold" in lines(decision)


def test_waiting_is_confirmed_beside_what_else_was_done() -> None:
    assert lines(asked("#wait\n#priority low", ticket(promise=None))) == ("priority:low", "wait")
    assert lines(asked("#wait\n#priority low", ticket(state=TicketState.WAITING))) == ("priority:low",)


def test_an_answer_may_say_that_the_move_is_the_customers() -> None:
    decision = asked("Which colour?\n\n#wait")
    assert (decision.tickets[0].state, mails(decision)) == (TicketState.WAITING, ["reply"])


# Who has it, and who gets it


def test_a_whole_name_counts_before_a_part_of_a_longer_one() -> None:
    short = Agent("Anna", "anna2@example.com", desks=(DESK.address,))
    site = replace(SITE, agents=(*SITE.agents, short))
    assert asked("#assign Anna", site=site).tickets[0].assignee == short.address
    assert asked("#assign Schmidt", site=site).tickets[0].assignee == ANNA


@pytest.mark.parametrize("inside", [BEN, "ben@phone.example", "admin@example.com", DESK.address])
def test_nobody_of_the_desk_gets_copies_of_what_customers_get(inside: str) -> None:
    assert "belongs to the desk" in mistake(asked(f"Here it is.\n\n#cc {inside}"))


def test_article_without_a_name_stands_alone() -> None:
    assert "needs the name" in mistake(asked("#article\n#mine"))
    assert "needs the name" in mistake(asked("See below.\n\n#article"))


# A ticket for somebody who phoned


def test_a_ticket_for_a_customer_goes_the_desks_way_unless_somebody_is_named() -> None:
    desk = replace(DESK, assign="least-loaded")
    site = replace(SITE, desks=(desk,))
    changes = {"tokens": (), "desk": desk, "site": site}
    given = asked(f"#new for {OTTO}\n\nHis lamp is broken.", **changes)
    (opened,) = given.tickets
    assert (opened.assignee, opened.unanswered) == (ANNA, 1)
    assert [each.what for each in given.events] == ["opened by an agent", "assigned to Anna Schmidt"]
    named = asked(f"#new for {OTTO}\n#assign Ben\n\nHis lamp is broken.", **changes)
    assert named.tickets[0].assignee == BEN
    assert "assigned to Anna Schmidt" not in [each.what for each in named.events]


def test_what_it_says_of_the_agent_is_confirmed_too() -> None:
    decision = asked(f"#new for {OTTO}\n#away until 2026-12-01\n\nHis lamp is broken.", tokens=())
    assert lines(decision)[0] == f"new:{OTTO}"
    assert any(each.startswith("away") for each in lines(decision)[1:])


def test_a_promise_that_has_passed_is_no_promise_to_a_new_customer() -> None:
    late = ticket(promise=promise(NOW - timedelta(minutes=1)))
    decision = asked(f"#requester {OTTO}", late)
    standing = decision.tickets[0].promise
    assert standing is not None
    assert standing.at > NOW
    assert [each.promise.at > NOW for each in decision.promises][-1]
