"""Solved tickets that are like a mail."""

from __future__ import annotations

from maildesk.replies.likeness import Likeness


def known() -> Likeness:
    made = Likeness("en")
    made.add(1, "Printer shows error 42", "The printer in our office shows a fuser error and stops printing.")
    made.add(2, "My order has not come", "I ordered shoes a week ago and the parcel has not arrived.")
    made.add(3, "Invoice for March", "Please send me the invoice for March again.")
    return made


def test_a_like_matter_in_other_words_is_found() -> None:
    assert known().search("Error on printer", "Our office printer stopped printing, it says fuser error.", 3) == [1]


def test_another_matter_finds_nothing() -> None:
    assert known().search("Opening hours", "When are you open on Saturdays?", 3) == []


def test_a_ticket_that_is_open_again_is_found_no_more() -> None:
    desk = known()
    desk.drop(1)
    assert desk.search("Error on printer", "Our office printer stopped printing, it says fuser error.", 3) == []
    assert desk.numbers == {2, 3}
