"""Words that cross an answer, and the answer to "did this solve it?": no promise that was told lapses unannounced."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from maildesk.desk.actions import Decision, Mail
from maildesk.desk.customers.customer_words import desk_word, rating
from maildesk.desk.deciding import decide
from maildesk.desk.following.follow_up import decide_step
from maildesk.desk.known.facts import AnswerFacts
from maildesk.desk.known.follow_up_facts import FollowUpFacts
from maildesk.desk.words import Audience, Priority, PromiseState, Ticket, TicketState
from tests.unit.desk.making_facts import ANNA, DESK, NOW, SITE, UNKNOWN, facts, letter, promise, ticket, token
from tests.unit.desk.test_deciding import agent_facts

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
RESTING: dict[str, Any] = {"last_answer_at": NOW - MINUTE, "assignee": ANNA, "acknowledged_turn": 1}


def says(word: str, known: Ticket, **changes: Any) -> Decision:
    return decide(facts(known, **{"tokens": (token(),), "letter": letter(word), **changes}))


def to_customer(decision: Decision) -> list[Mail]:
    return [each for each in decision.mails if each.audience is Audience.CUSTOMER]


def crossed() -> Ticket:
    """Anna's answer with #promise still rests."""
    told_in_it = promise(state=PromiseState.UNTOLD, made_at=NOW - MINUTE, told_at=None)
    return ticket(promise=told_in_it, **RESTING)


def test_stop_takes_back_what_was_told_and_says_so() -> None:
    decision = says("STOP", ticket())
    assert to_customer(decision)[0].values["promised"] == promise().at
    assert decision.promises[0].promise.state is PromiseState.UNTELLABLE


def test_a_time_that_an_answer_names_after_stop_is_announced_before_it_lapses() -> None:
    stopped = says("STOP", crossed()).tickets[0]
    assert (stopped.stopped, stopped.promise) == (True, crossed().promise)
    assert stopped.promise is not None
    told = replace(stopped, promise=replace(stopped.promise, state=PromiseState.TOLD))
    late = decide_step(FollowUpFacts(NOW + DAY - 10 * MINUTE, SITE, DESK, replace(told, nudged=2)))
    assert [each.template for each in late.mails if each.automatic] == ["still-working"]
    again = says("STOP", told)
    assert [each.template for each in to_customer(again)] == ["stopped"]


def test_close_is_confirmed_behind_the_answer_that_it_crossed() -> None:
    decision = says("CLOSE", crossed())
    confirm = to_customer(decision)[0]
    assert decision.tickets[0].state is TicketState.CLOSED
    assert confirm.send_at is not None
    assert confirm.send_at > NOW - MINUTE + DESK.recall_window
    assert confirm.values["promised"] == crossed().promise.at  # type: ignore[union-attr]  # it has one


def test_a_recall_does_not_open_what_the_customer_closed_meanwhile() -> None:
    closed = replace(says("CLOSE", crossed()).tickets[0], version=4, state_since=NOW)
    answer = AnswerFacts(9, ANNA, NOW - MINUTE, "Here.", "waiting", 1042)
    decision = decide(agent_facts("#recall", closed, answers=(answer,)))
    assert (decision.tickets[0].state, to_customer(decision)) == (TicketState.CLOSED, [])
    assert decision.drops[0].deliveries == (9,)


def test_commands_alone_are_not_told_after_stop_and_the_receipt_says_so() -> None:
    quiet = replace(says("STOP", ticket()).tickets[0], version=4)
    decision = decide(agent_facts("#promise Thursday 14:00", quiet))
    assert to_customer(decision) == []
    receipt = next(each for each in decision.mails if each.template == "agent/receipt")
    assert receipt.values["done"] == ("promise-untold",)


@pytest.mark.parametrize(
    ("commands", "state", "told"),
    [
        ("#close", TicketState.SOLVED, []),
        ("#promise Thursday 14:00", TicketState.OPEN, ["still-working"]),
        ("#pause until Thursday because the part is on order", TicketState.PAUSED, ["on-hold"]),
        ("", TicketState.WAITING, []),
    ],
)
def test_the_commands_of_a_held_answer_take_effect_when_it_is_let_go(
    commands: str, state: TicketState, told: list[str]
) -> None:
    held = AnswerFacts(9, ANNA, NOW - MINUTE, f"Here.\n\n{commands}", "held", 1042)
    decision = decide(agent_facts("#send", answers=(held,)))
    assert decision.releases[0].deliveries == (9,)
    assert decision.tickets[0].state is state
    assert [each.template for each in to_customer(decision)] == told


def test_a_held_answer_whose_time_has_passed_comes_back() -> None:
    held = AnswerFacts(9, ANNA, NOW - 7 * DAY, "Here.\n\n#promise Thursday 14:00", "held", 1042)
    decision = decide(agent_facts("#send", answers=(held,)))
    assert [each.template for each in decision.mails] == ["agent/returned"]
    assert decision.releases == ()


def test_who_can_be_told_again_is_told() -> None:
    silent = promise(state=PromiseState.UNTELLABLE, reason="they cannot be reached: 5.2.2")
    decision = decide(facts(ticket(promise=silent), tokens=(token(),)))
    assert [each.template for each in to_customer(decision)] == ["received-again"]


def test_two_commands_within_the_least_gap_do_not_make_two_mails_within_it() -> None:
    known = ticket(informed_at=NOW - 3 * MINUTE, updates=1)
    mail = to_customer(decide(agent_facts("#promise Thursday 14:00", known)))[0]
    assert mail.send_at == NOW + 7 * MINUTE
    assert mail.values["round"] == 2


def test_a_command_does_not_wait_for_the_acknowledgement_that_it_takes_the_place_of() -> None:
    known = ticket(informed_at=NOW + 14 * MINUTE, turn_began_at=NOW - MINUTE)
    mail = to_customer(decide(agent_facts("#close", known)))[0]
    assert (mail.template, mail.send_at) == ("solved", NOW + 10 * MINUTE)


def test_a_command_leaves_when_the_one_that_it_takes_the_place_of_would_have() -> None:
    known = ticket(informed_at=NOW + 7 * MINUTE)
    mail = to_customer(decide(agent_facts("#promise Thursday 14:00", known)))[0]
    assert mail.send_at == NOW + 7 * MINUTE


# Did this solve it?

ASKED: dict[str, Any] = {"state": TicketState.SOLVED, "asked_at": NOW - DAY, "nudged": 1, "assignee": ANNA}


@pytest.mark.parametrize(
    ("word", "state", "template", "solved"),
    [
        ("Yes", TicketState.CLOSED, ["thanks"], True),
        ("Ja, vielen Dank!", TicketState.CLOSED, ["thanks"], True),
        ("5/5", TicketState.CLOSED, ["thanks"], True),
        ("4", TicketState.CLOSED, ["thanks"], True),
        ("👍🏽", TicketState.CLOSED, ["thanks"], True),
        ("3", TicketState.SOLVED, [], True),
        ("2 von 5", TicketState.OPEN, ["reopened"], False),
        ("Nein.", TicketState.OPEN, ["reopened"], False),
        ("👎", TicketState.OPEN, ["reopened"], False),
    ],
)
def test_one_word_answers_whether_it_is_solved(
    word: str, state: TicketState, template: list[str], solved: bool
) -> None:
    decision = says(word, ticket(**ASKED))
    assert decision.tickets[0].state is state
    assert [each.template for each in to_customer(decision)] == template
    assert [(each.solved, each.agent) for each in decision.ratings] == [(solved, ANNA)]
    shown = [each for each in decision.mails if each.audience is Audience.AGENT]
    assert all(each.values["rated_solved"] is solved for each in shown)


def test_no_is_answered_at_once_with_a_new_promise() -> None:
    mail = to_customer(says("no", ticket(**ASKED)))[0]
    assert (mail.send_at, mail.tells_promise) == (None, 2)


def test_the_last_word_counts() -> None:
    closed = says("Yes", ticket(**ASKED)).tickets[0]
    assert says("1", replace(closed, version=4)).tickets[0].state is TicketState.OPEN


@pytest.mark.parametrize(
    "changes",
    [{"asked_at": None}, {"state": TicketState.WAITING, "asked_at": None, "nudged": 1}],
)
def test_a_word_where_nobody_asked_whether_it_is_solved_is_an_ordinary_mail(changes: dict[str, Any]) -> None:
    """While waiting, "yes" may well mean "yes, I wait for you": any line reopens."""
    decision = says("yes", ticket(**{**ASKED, **changes}))
    assert (decision.tickets[0].state, decision.ratings) == (TicketState.OPEN, ())


def test_a_rating_needs_proof() -> None:
    decision = says("yes", ticket(**ASKED), tokens=(), verdict=UNKNOWN)
    assert decision.ratings == ()


@pytest.mark.parametrize(
    ("text", "solved"),
    [("sí", True), ("Да", True), ("oui", True), ("tak", True), ("não", False), ("нет", False), ("Non.", False)],
)
def test_yes_and_no_are_known_in_every_language(text: str, solved: bool) -> None:
    said = rating(text)
    assert said is not None
    assert said.solved is solved


def test_no_thanks_may_mean_anything() -> None:
    assert rating("No, thanks") is None


@pytest.mark.parametrize("text", ["STOP", "stopp!", "para", "arrêtez", "стоп", "stoppen", "pare"])
def test_stop_is_known_in_every_language(text: str) -> None:
    assert desk_word(text) == "stop"


def test_status_names_who_works_on_it_only_to_those_who_have_their_answer() -> None:
    known = ticket(assignee=ANNA, priority=Priority.NORMAL)
    answered = (AnswerFacts(1, ANNA, NOW - DAY, "Here.", "sent", 1042),)
    assert to_customer(says("STATUS", known, answers=answered))[0].values["assignee"] == "Anna Schmidt"
    assert to_customer(says("STATUS", known))[0].values["assignee"] == ""
