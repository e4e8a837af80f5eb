"""What of a reply is the mail that it answers, and what was typed into it, above it and below it."""

from __future__ import annotations

from maildesk.mail.requoting import CITED, requoted

SENT = (
    "Can it come on Saturday?\nCan I pay by transfer?\n\nCarla\n\n"
    "— write your reply above this line\n\nPromised: by Tuesday"
)


def typed(text: str) -> list[str]:
    """The lines that are neither empty nor quoted, once the quote is marked."""
    return [line for line in requoted(text, [SENT]).lines if line.strip() and not line.startswith(">")]


def test_answers_between_the_lines_are_the_writers_also_where_the_rest_of_the_quote_was_cut_off() -> None:
    reply = "> Can it come on Saturday?\n\nYes, it can.\n\n> Can I pay by transfer?\n\nYes, too."
    found = requoted(reply, [SENT])
    assert typed(reply) == ["Yes, it can.", "Yes, too."]
    assert (found.strange, found.between, found.below) == ((), True, 6)


def test_a_quote_without_marks_is_marked_and_answers_in_it_stay() -> None:
    reply = f"Hello Carla,\n\nsee below.\n\n{SENT}".replace("transfer?\n", "transfer?\nYes, it can.\n")
    found = requoted(reply, [SENT])
    assert typed(reply) == ["Hello Carla,", "see below.", "Yes, it can."]
    assert "> Promised: by Tuesday" in found.lines


def test_words_in_a_quote_without_marks_that_is_cut_off_are_asked_about() -> None:
    reply = "Gladly.\n\nCan it come on Saturday?\nCan I pay by transfer?\nWhose words are these?"
    assert requoted(reply, [SENT]).strange == ("Whose words are these?",)


def test_what_is_quoted_from_elsewhere_is_cited() -> None:
    found = requoted("> Whoever sells a boat answers for leaks.\n\nSo we do.\n\n> Can it come on Saturday?", [SENT])
    assert found.cited == ("Whoever sells a boat answers for leaks.",)
    assert found.lines[0].startswith(CITED)


def test_a_reply_to_another_mail_is_left_as_it_is() -> None:
    reply = "Gladly.\n\n> Something else\n> altogether"
    found = requoted(reply, [SENT])
    assert (found.begin, found.lines) == (None, tuple(reply.splitlines()))
