"""Which ticket? The table of the design, row by row, and what must not count."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from maildesk.desk.judging.matching import bare_subject, find_ticket, tagged_tickets
from maildesk.desk.words import Participant, Role, TicketState
from tests.unit.desk.making_facts import ANNA, MARIA, NOW, OTTO, STRANGER, by, facts, hit, letter, ticket, token

JOINED = Participant(OTTO, "Otto", NOW, MARIA)

TABLE: list[tuple[str, dict[str, Any], int | None, bool]] = [
    ("row 1: signed address of this person", {"tokens": (token(),)}, 1042, False),
    ("row 1: signed address, another participant", {"tokens": (token(mine=False),), **by(OTTO)}, 1042, False),
    ("row 1: signed address, anyone else", {"tokens": (token(mine=False),), **by(STRANGER)}, 1042, True),
    ("row 1: an agent's own", {"tokens": (token(role=Role.AGENT, owner=ANNA),), **by(ANNA)}, 1042, False),
    ("row 1: a bounce address is no evidence for a person", {"tokens": (token(role=Role.BOUNCE),)}, None, False),
    ("row 2: answers our mail", {"hits": (hit(),)}, 1042, False),
    ("row 2: answers a filed mail, a participant", {"hits": (hit(source="filed"),), **by(OTTO)}, 1042, False),
    (
        "row 2: was in Cc of the filed mail",
        {"hits": (hit(source="filed", people=(STRANGER,)),), **by(STRANGER)},
        1042,
        False,
    ),
    ("row 2: a common ancestor, a participant", {"hits": (hit(source="referred", people=()),)}, 1042, False),
    ("row 2: a stranger on our id", {"hits": (hit(people=(STRANGER,)),), **by(STRANGER)}, None, False),
    ("row 2: answers a note, a stranger", {"hits": (hit(source="noted", people=()),), **by(STRANGER)}, 1042, True),
    ("row 2: answers our mail to an agent, a stranger", {"hits": (hit(people=(ANNA,)),), **by(STRANGER)}, 1042, True),
    ("row 2: the same, a participant", {"hits": (hit(people=(ANNA,)),), **by(OTTO)}, 1042, False),
    ("row 3: tag from a participant", {"letter": letter(subject="Re: Your bill [#1042]")}, 1042, False),
    ("row 3: tag from a stranger", {"letter": letter(subject="[#1042]"), **by(STRANGER)}, None, False),
    ("row 4: goes on at once", {"recent": 1042, "now": NOW - timedelta(minutes=50), "arrival": None}, 1042, False),
    ("row 4: without a subject", {"recent": 1042, "letter": letter(subject=""), "arrival": None}, 1042, False),
    ("row 4: another subject", {"recent": 1042, "letter": letter(subject="My invoice"), "arrival": None}, None, False),
    ("row 4: a form is no person's own address", {"recent": 1042, "is_form": True, "arrival": None}, None, False),
    ("row 4: after half an hour", {"recent": 1042}, None, False),
    ("row 5: nothing", {}, None, False),
]


@pytest.mark.parametrize(("_name", "changes", "number", "stranger"), TABLE, ids=[row[0] for row in TABLE])
def test_the_table_of_evidence(_name: str, changes: dict[str, Any], number: int | None, stranger: bool) -> None:
    known = ticket(participants=(JOINED,))
    if "arrival" in changes:
        soon = known.last_customer_at + timedelta(minutes=10)
        changes = {**changes, "arrival": facts().arrival.__class__(1, "smtp", MARIA, (), b"", soon)}
    match = find_ticket(facts(known, **changes))
    assert (match.ticket.number if match.ticket else None, match.stranger) == (number, stranger)
    assert match.reason


def test_failed_evidence_is_named_as_maybe_related() -> None:
    match = find_ticket(facts(ticket(), hits=(hit(people=()),), **by(STRANGER)))
    assert (match.ticket, match.related) == (None, (1042,))


def test_merged_leads_to_the_survivor_and_never_in_circles() -> None:
    merged = ticket(state=TicketState.MERGED, merged_into=1043)
    match = find_ticket(facts(merged, ticket(1043), tokens=(token(),)))
    assert match.ticket is not None
    assert match.ticket.number == 1043
    circle = ticket(1043, TicketState.MERGED, merged_into=1042)
    assert find_ticket(facts(merged, circle, tokens=(token(),))).ticket is None


@pytest.mark.parametrize("state", [TicketState.SOLVED, TicketState.CLOSED])
def test_another_matter_by_an_old_signed_address_is_a_new_linked_ticket(state: TicketState) -> None:
    match = find_ticket(facts(ticket(state=state), tokens=(token(),), letter=letter(subject="A new printer")))
    assert (match.ticket, match.linked_to) == (None, 1042)


def test_another_subject_with_our_text_quoted_stays_in_the_ticket() -> None:
    quoted = letter(subject="A new printer", new_text="No.", text="No.\n> Did it help?")
    match = find_ticket(facts(ticket(state=TicketState.SOLVED), tokens=(token(),), letter=quoted))
    assert match.ticket is not None


def test_a_suspected_robot_stays_in_one_ticket() -> None:
    robot = facts().person.__class__(version=1, robot=True, robot_ticket=1042)
    match = find_ticket(facts(ticket(), person=robot, letter=letter(subject="Something else")))
    assert match.ticket is not None
    assert "robot" in match.reason


def test_after_an_answer_a_fresh_mail_is_a_new_ticket() -> None:
    answered = ticket(last_answer_at=NOW - timedelta(minutes=30))
    soon = facts().arrival.__class__(1, "smtp", MARIA, (), b"", answered.last_customer_at + timedelta(minutes=10))
    assert find_ticket(facts(answered, recent=1042, arrival=soon)).ticket is None


def test_a_tag_of_another_desk_does_not_count() -> None:
    elsewhere = ticket(desk="billing@example.com")
    assert find_ticket(facts(elsewhere, letter=letter(subject="[#1042]"))).ticket is None


@pytest.mark.parametrize(
    ("subject", "bare"),
    [
        ("Re: My order [#1042]", "my order"),
        ("AW: WG: My  order", "my order"),
        ("Re[2]: My order", "my order"),
        ("Rép. : My order", "my order"),
        ("Ответ: Заказ", "заказ"),
        ("回复：订单", "订单"),
        ("Reality", "reality"),
        ("", ""),
    ],
)
def test_prefixes_and_tags_do_not_make_another_subject(subject: str, bare: str) -> None:
    assert bare_subject(subject) == bare


def test_tags_are_read_in_order() -> None:
    assert tagged_tickets("[#12] and [#7], not #8 or [#x]") == (12, 7)
