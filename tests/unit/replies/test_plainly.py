"""Text without mark-up takes a short way through ``convert``; it comes to what the Markdown parser makes of it."""

from __future__ import annotations

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from maildesk.replies.markup import _converted
from maildesk.replies.plain_markup import plainly
from maildesk.replies.sandbox import GLUE, escape

WORDS = st.text(st.sampled_from("abÄß 19.,:;()@#'\"/-+=%$?!*_`[]<>&\\~|^{}" + GLUE), min_size=1, max_size=30)
LINES = st.lists(st.one_of(WORDS, WORDS.map(escape)), min_size=1, max_size=4)


@settings(deadline=None, max_examples=1500)
@given(LINES, st.sampled_from(["", "- "]))
def test_the_short_way_comes_to_the_same(lines: list[str], mark: str) -> None:
    piece = "\n".join(f"{mark}a{line}" for line in lines)
    short = plainly(piece)
    assume(short is not None)
    assert short == _converted(piece, {})


def test_what_is_marked_up_takes_the_long_way() -> None:
    marked = (
        "a *b*",
        "a `b`",
        "a [b](c)",
        "1. a",
        "a  \nb",
        "- a\n  b",
        "# a",
        "> a",
        "a & b",
        "a <b>",
        "- - a",
        "a\\",
    )
    for piece in marked:
        assert plainly(piece) is None


def test_plain_paragraphs_and_lists_take_the_short_way() -> None:
    for piece in ("Hello Maria Muster,", "Thank you.\nIt is here.", "- Ticket: #1, open\\: yes\n- From: a\\@b\\.c"):
        assert plainly(piece) == _converted(piece, {})
