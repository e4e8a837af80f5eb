"""#canned NAME: which answer is meant, where it stands, and what keeps it from leaving."""

from __future__ import annotations

from typing import Any

import pytest

from maildesk.desk.actions import Decision, Mail
from maildesk.desk.deciding import decide
from maildesk.desk.known.facts import CannedAnswer, Help
from maildesk.desk.words import Fate, Role, TicketState
from tests.unit.desk.making_facts import ANNA, by, facts, letter, ticket, token

REFUND = CannedAnswer("refund", "Refund is on its way", "We have sent your money back.")
PART = CannedAnswer("spare-part", "Spare part is on order", "We write again by Friday.", ("promise",))
NAMELESS = CannedAnswer("welcome", "welcome", "Hello, .", ("customer_name",))
PARCEL, PARCELS = CannedAnswer("parcel-lost", "Lost", "Lost."), CannedAnswer("parcel-late", "Late", "Late.", (), "en")
KNOWN = Help(canned=(REFUND, PART, NAMELESS, PARCEL, PARCELS))


def mail(decision: Decision, template: str) -> Mail:
    return next(each for each in decision.mails if each.template == template)


def ordered(text: str, known: Help = KNOWN, **changes: Any) -> Decision:
    proof = {"tokens": (token(role=Role.AGENT, owner=ANNA),), "letter": letter(text, message_id="a@example.com")}
    return decide(facts(ticket(), **{**proof, "help": known, **by(ANNA, "Anna Schmidt"), **changes}))


@pytest.mark.parametrize(
    ("text", "leaves"),
    [
        ("#canned refund", "We have sent your money back."),
        ("Hello Maria,\n\n#canned refund", "Hello Maria,\n\nWe have sent your money back."),
        ("#canned refund\n\nAnna", "We have sent your money back.\n\nAnna"),
        ("#Canned Refund is on its way.\n#close", "We have sent your money back."),
        ("#baustein “refund”", "We have sent your money back."),
        ("#canned refund\n\nand\n\n#canned parcel lost", "We have sent your money back.\n\nand\n\nLost."),
        ("#canned refund\n#canned refund", "We have sent your money back."),
    ],
)
def test_it_stands_where_its_command_stood_above_or_below_the_agents_words(text: str, leaves: str) -> None:
    decision = ordered(text)
    reply = mail(decision, "reply")
    assert reply.body == leaves
    assert reply.send_at is not None  # the recall window, as of any answer
    assert decision.tickets[0].state in (TicketState.WAITING, TicketState.SOLVED)
    assert next(each.reason for each in decision.events if each.what == "canned answer") == "refund"


def test_the_receipt_names_it_and_says_where_it_is_in_another_language() -> None:
    assert mail(ordered("#canned refund"), "agent/receipt").values["done"] == (
        "canned:Refund is on its way",
        "undo:#recall",
    )
    other = mail(ordered("#canned parcel-late"), "agent/receipt").values["done"]
    assert other == ("canned-other:Late (en)", "undo:#recall")


def test_alone_it_lists_all_and_changes_nothing() -> None:
    decision = ordered("#canned")
    assert decision.fate is Fate.COMMAND
    done = mail(decision, "agent/receipt").values["done"]
    names = "refund (Refund is on its way); spare-part (Spare part is on order); welcome; parcel-lost (Lost); "
    assert done == (f"canned-list:{names}parcel-late (Late)",)
    assert decision.tickets[0].state is TicketState.OPEN
    assert mail(ordered("#canned", Help()), "agent/receipt").values["done"] == ("no-canned",)


def test_many_names_are_listed_in_several_lines_and_none_is_cut() -> None:
    many = tuple(CannedAnswer(f"answer-number-{number}", "A title", "Text.") for number in range(60))
    done = mail(ordered("#canned", Help(canned=many)), "agent/receipt").values["done"]
    assert isinstance(done, tuple)
    assert all(len(str(each)) < 300 for each in done)
    assert all(any(each.name in str(line) for line in done) for each in many)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("#canned refnd", "refund"),
        ("#canned parcel", "parcel-lost, parcel-late"),  # more than one
        ("#canned xyzzy", "#canned alone lists them"),
        ("Hello\n\n#canned", "needs the name"),
        ("#note\nHello\n#canned refund", "two mails"),
        ("#canned spare-part", "#promise tomorrow 10:00"),  # it says a time that nobody gave
        ("#canned welcome", "which nobody knows"),
    ],
)
def test_what_cannot_leave_comes_back_and_nothing_is_sent(text: str, says: str) -> None:
    decision = ordered(text)
    assert decision.fate is Fate.RETURNED
    assert says in str(mail(decision, "agent/returned").values)
    assert not [each for each in decision.mails if each.template == "reply"]


def test_the_guard_looks_at_what_a_canned_answer_says_too() -> None:
    leak = Help(canned=(CannedAnswer("leak", "leak", f"Write to {ANNA}."),))
    leaving = [each for each in ordered("#canned leak", leak).mails if each.template == "reply" and not each.held]
    assert leaving == []
