"""What makes an answer wait is of its own ticket, and newer; what waits keeps whom it was meant for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from maildesk.desk.known.facts import AnswerFacts
from maildesk.desk.known.inside_facts import Inside
from maildesk.desk.words import Fate, MessageKind, Participant, Ticket
from tests.unit.desk.making_facts import ANNA, BEN, MARIA, NOW, OTTO, ticket
from tests.unit.desk.test_holding import MINUTE, OF_BEN, held, mail, of_anna

WITH_OTTO = ticket(participants=(Participant(OTTO, "", NOW, MARIA),))
DOUBTFUL = "I have attached the form."
NOTE = "She has sent back three parcels this year already."
NOTED = Inside(notes=(NOTE,))


def told(**changes: object) -> AnswerFacts:
    """An answer that Anna gave before: it says what a note says."""
    return replace(held(ANNA, "sent", 60), text=NOTE, **changes)  # type: ignore[arg-type]  # of AnswerFacts


def test_only_holds_for_an_answer_that_waits_as_well() -> None:
    for text, cc in ((DOUBTFUL, (OTTO,)), (f"#only\n\n{DOUBTFUL}", ())):
        waits = mail(of_anna(text, WITH_OTTO), "reply")
        assert waits.held
        assert [each.address for each in waits.to] == [MARIA]
        assert tuple(each.address for each in waits.cc) == cc


def test_what_else_the_mail_asks_for_is_done_while_its_answer_waits() -> None:
    decision = of_anna(f"{DOUBTFUL}\n\n#assign Ben\n#priority low")
    assert decision.tickets[0].assignee == BEN
    assert mail(decision, "agent/new-message").to[0].address == BEN
    said = [each.what for each in decision.events]
    assert "answer held" in said
    assert len(said) == 1 + len(of_anna("Here it is.\n\n#assign Ben\n#priority low").events)


def test_the_history_says_why_an_answer_waits() -> None:
    (event,) = [each for each in of_anna(DOUBTFUL).events if each.what == "answer held"]
    assert (event.ticket, event.by) == (1042, ANNA)
    assert [each.kind for each in of_anna(DOUBTFUL).messages] == [MessageKind.ANSWER]
    assert "no file is attached" in event.reason


def test_who_answered_and_left_since_is_named_by_address() -> None:
    decision = of_anna("Here it is.", answers=(held("gone@example.com", "sent"),))
    assert mail(decision, "agent/held").values["colleague"] == "gone@example.com"
    assert (mail(decision, "reply").held or "").startswith("gone@example.com answered after")


@pytest.mark.parametrize("state", ["sent", "waiting"])
def test_the_newest_answer_of_a_colleague_is_shown(state: str) -> None:
    older, newer = held(BEN, "sent", 20), replace(held(BEN, state, 5), text="It left today.")
    for answers in ((older, newer), (newer, older)):
        assert mail(of_anna("Here it is.", answers=answers), "agent/held").values["their_text"] == "It left today."


def test_an_answer_on_another_ticket_is_no_collision() -> None:
    elsewhere = replace(held(BEN, "sent"), ticket=1043)
    assert not mail(of_anna("Here it is.", answers=(elsewhere,)), "reply").held


def test_an_answer_on_what_came_after_a_colleagues_is_no_collision() -> None:
    assert not mail(of_anna("Here it is.", answers=(held(BEN, "sent", 30),)), "reply").held  # the moment it was told


@pytest.mark.parametrize(
    ("said_before", "waits"),
    [((), True), ((told(),), False), ((told(ticket=1043),), True), ((told(state="held"),), True)],
)
def test_what_this_customer_was_told_before_is_no_secret(said_before: tuple[AnswerFacts, ...], *, waits: bool) -> None:
    decision = of_anna(f"As I said: {NOTE}", answers=said_before, inside=NOTED)
    assert bool(mail(decision, "reply").held) == waits
    theirs = of_anna(f"As you said: {NOTE}", inside=NOTED, customers_said=((1042, NOTE),))
    assert not mail(theirs, "reply").held


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("#assign Ben", OF_BEN),  # has it already
        ("#mine", ticket()),  # nobody has
        ("#mine", ticket(assignee="gone@example.com")),  # nor somebody who left
        ("#assign Ben", ticket(assignee=ANNA)),  # it is her own
    ],
)
def test_nobody_was_first_where_nobody_else_has_it(text: str, before: Ticket) -> None:
    decision = of_anna(text, before, inside=Inside(wrote=((BEN, NOW - MINUTE), ("gone@example.com", NOW - MINUTE))))
    assert decision.fate is not Fate.RETURNED


def test_without_a_mail_that_it_answers_nobody_was_first() -> None:
    decision = of_anna("#mine", OF_BEN, deliveries=(), inside=Inside(wrote=((BEN, NOW - MINUTE),)))
    assert decision.tickets[0].assignee == ANNA


def test_an_answer_to_no_mail_of_ours_collides_with_what_was_said_this_turn() -> None:
    for minutes_ago, waits in ((50, True), (70, False)):  # the turn began an hour ago
        answers = (held(BEN, "sent", minutes_ago),)
        assert bool(mail(of_anna("Here it is.", deliveries=(), answers=answers), "reply").held) == waits


def test_the_line_to_send_again_is_the_one_that_was_sent() -> None:
    wrote = Inside(wrote=((BEN, NOW - MINUTE),))
    for line in ("#mine", "#assign Anna Schmidt"):
        assert mail(of_anna(line, OF_BEN, inside=wrote), "agent/returned").values["line"] == "#mine"
