"""What of an agent's mail may leave: their own words, the customer's between them, and nothing of ours."""

from __future__ import annotations

from dataclasses import replace

import pytest

from maildesk.desk.answers.guarding import inside_of
from maildesk.desk.answers.own_words import Words, own_words, read_words
from maildesk.desk.deciding import decide
from maildesk.desk.words import Fate, Role
from maildesk.mail.parsing import parse
from maildesk.mail.quote import MARKER_PREFIX
from tests.unit.desk.making_facts import ANNA, SITE, by, facts, ticket, token

QUESTION = "Hello,\n\n1. Where is my order?\n2. Can I pay by card?"
NOTICE = f"{QUESTION}\n\n{MARKER_PREFIX} —\n\nReply to this mail and your text goes to Maria.\n\n- Ticket: #1042, open"
QUOTED = "\n".join(f"> {line}".rstrip() for line in NOTICE.splitlines())
ATTRIBUTION = "On Monday, 23 November 2026 at 10:00, Maria via Example Support wrote:"


def sent(body: str) -> str:
    """What would leave of this reply."""
    headers = "From: Anna Schmidt <anna@example.com>\nSubject: Re: My order\nContent-Type: text/plain; charset=utf-8"
    return own_words(parse(f"{headers}\n\n{body}\n".encode()), (QUESTION,))


def known(body: str) -> Words:
    """What would leave where the desk knows what it sent."""
    headers = "From: Anna Schmidt <anna@example.com>\nSubject: Re: My order\nContent-Type: text/plain; charset=utf-8"
    return read_words(parse(f"{headers}\n\n{body}\n".encode()), (QUESTION,), (NOTICE,))


BLOCK = (
    "-----Original Message-----\nFrom: Maria via Example Support <support@example.com>\n"
    "Sent: Monday, November 23, 2026 10:00 AM\nTo: Anna Schmidt\nSubject: My order\n"
)
BETWEEN = NOTICE.replace("my order?", "my order?\n\nTomorrow.\n").replace("by card?", "by card?\n\nYes.\n")


def test_answers_between_the_lines_of_an_unmarked_quote_leave_with_the_questions() -> None:
    told = "> 1. Where is my order?\n\nTomorrow.\n\n> 2. Can I pay by card?\n\nYes."
    assert known(f"Dear Maria,\n\n{BLOCK}\n{BETWEEN}").text == f"Dear Maria,\n\n> Hello,\n\n{told}"


def test_words_below_an_unmarked_quote_leave() -> None:
    assert known(f"It comes.\n\n{BLOCK}\n{NOTICE}\n\nCall me if not.").text == "It comes.\n\nCall me if not."
    assert known(f"{BLOCK}\n{NOTICE}\n\nCall me if not.\n\nAnna Schmidt\nPhone 1234").text == "Call me if not."


def test_what_the_agent_quotes_from_elsewhere_leaves() -> None:
    law = "The law says:\n\n> Whoever sells a kayak answers for leaks.\n\nSo we do."
    assert known(f"{law}\n\n{ATTRIBUTION}\n{QUOTED}").text == law


def test_a_quote_from_elsewhere_in_a_mail_without_our_own_is_asked_about() -> None:
    found = known("So we do.\n\n> Whoever sells a kayak answers for leaks.")
    assert found == Words("So we do.", ("Whoever sells a kayak answers for leaks.",))


def test_words_within_our_panel_do_not_leave_and_are_asked_about() -> None:
    quoted = QUOTED.replace("> - Ticket", "Please note that we moved.\n> - Ticket")
    assert known(f"It comes.\n\n{ATTRIBUTION}\n{quoted}") == Words("It comes.", ("Please note that we moved.",))


def test_a_signature_above_answers_between_quotes_takes_none_of_them_with_it() -> None:
    quoted = "\n".join(line if line in ("", "Tomorrow.", "Yes.") else f"> {line}" for line in BETWEEN.splitlines())
    left = known(f"Dear Maria,\n\n-- \nAnna Schmidt\nextension 5550117\n\n{ATTRIBUTION}\n{quoted}").text
    assert "5550117" not in left
    assert left.endswith("Tomorrow.\n\n> 2. Can I pay by card?\n\nYes.")


@pytest.mark.parametrize("kept", [0.2, 0.5, 0.8])
def test_a_piece_of_the_panel_alone_never_leaves_as_text(kept: float) -> None:
    rest = NOTICE[int(len(NOTICE) * kept) :]
    assert "Ticket" not in known(f"It comes.\n\n{BLOCK}\n{rest}").text


def test_words_that_came_back_and_are_sent_anew_leave() -> None:
    own = "Hello Maria,\n\nthe form is on its way.\nPlease sign it, and send it back."
    back = f"{MARKER_PREFIX}\n\nYour answer has not left yet.\n\nThis is what you wrote:\n\n{own}"
    quoted = "\n".join(f"> {line}".rstrip() for line in back.splitlines())
    headers = "From: Anna Schmidt <anna@example.com>\nSubject: Re: Held"
    letter = parse(f"{headers}\n\n{own}\n\n{ATTRIBUTION}\n{quoted}\n".encode())
    assert read_words(letter, (QUESTION,), (back,)) == Words(own)


def test_a_quote_of_another_mail_is_read_as_before() -> None:
    other = "Hello Anna,\n\nour price list is new.\nPlease look at it.\n\nAdele"
    assert known(f"It comes.\n\n{BLOCK}\n{other}") == Words("It comes.")


def test_a_name_with_titles_far_apart_is_a_signature_and_one_that_is_announced_is_not() -> None:
    table = "It comes\n\nAnna Schmidt\n\nPower cruncher, extension 5550117\n\nExample Ltd"
    assert known(f"{table}\n\n{BLOCK}\n{NOTICE}").text == "It comes"
    told = "Please ask for:\n\nAnna Schmidt\n\nextension 5550117"
    assert known(f"{told}\n\n{BLOCK}\n{NOTICE}").text == told


def test_a_reply_above_the_quote_is_the_text_alone() -> None:
    assert sent(f"It comes tomorrow.\n\n{ATTRIBUTION}\n{QUOTED}") == "It comes tomorrow."


def test_a_reply_above_and_below_the_quote_leaves_whole() -> None:
    around = f"It comes tomorrow.\n\n{ATTRIBUTION}\n{QUOTED}\n\nCall me if not.\n\n-- \nAnna Schmidt\n"
    assert sent(around) == "It comes tomorrow.\n\nCall me if not."


def test_the_end_of_a_broken_quoted_line_is_no_reply_below() -> None:
    broken = f"{QUOTED}\n> - Waiting since: Monday, 23 November, 10:00, and promised by Tuesday,\n24 November"
    assert sent(f"It comes tomorrow.\n\n{ATTRIBUTION}\n{broken}") == "It comes tomorrow."


@pytest.mark.parametrize("below", ["-- \nAnna Schmidt\nPhone 1234", "Sent from my iPhone", "Kind regards\nAnna"])
def test_a_signature_below_the_quote_is_no_reply(below: str) -> None:
    assert sent(f"It comes tomorrow.\n\n{ATTRIBUTION}\n{QUOTED}\n\n{below}") == "It comes tomorrow."


def test_commands_below_the_quote_count_beside_a_reply_above() -> None:
    assert sent(f"It comes.\n\n{ATTRIBUTION}\n{QUOTED}\n\n#close\n") == "It comes.\n\n#close"


def test_answers_between_quotes_keep_the_customers_words_and_no_others() -> None:
    inline = QUOTED.replace("> 1. Where is my order?", "> 1. Where is my order?\n\nTomorrow.\n")
    inline = inline.replace("> 2. Can I pay by card?", "> 2. Can I pay by card?\n\nYes.\n")
    text = sent(f"{ATTRIBUTION}\n{inline}")
    assert "> 1. Where is my order?\n\nTomorrow.\n\n> 2. Can I pay by card?\n\nYes." in text
    assert "Ticket" not in text
    assert "wrote:" not in text


@pytest.mark.parametrize("above", ["Dear Maria,\n\n", ""])
def test_a_signature_that_a_program_puts_above_its_quote_does_not_leave(above: str) -> None:
    quoted = [f"> {line}".rstrip() for line in NOTICE.splitlines()]
    between = "\n".join([*quoted[:3], "", "It comes tomorrow.", "", quoted[3], "", "You can.", "", *quoted[4:]])
    own = "Anna Schmidt\nSupport team, extension 5550117"
    left = sent(f"{above}{own}\n\n{ATTRIBUTION}\n{between}").replace(">\n", "\n")
    assert "extension" not in left
    assert left.startswith(f"{above}> Hello,")
    assert left.endswith("> 2. Can I pay by card?\n\nYou can.")


def test_a_question_stays_though_a_program_marks_its_bold_words_and_counts_its_list_anew() -> None:
    quoted = "> Hello,\n>\n>  1. Where is *my* order?\n\nIn the post.\n\n>   1. Can I pay by /card/?\n\nYes."
    assert sent(f"{ATTRIBUTION}\n{quoted}\n\n> {MARKER_PREFIX}\n> - Ticket: #1042, open") == quoted


def test_a_reply_below_the_quote_is_the_text_alone() -> None:
    assert sent(f"{ATTRIBUTION}\n{QUOTED}\n\nIt comes tomorrow.") == "It comes tomorrow."


@pytest.mark.parametrize("body", [f"{ATTRIBUTION}\n{QUOTED}", QUOTED, NOTICE, f"\n\n{ATTRIBUTION}\n{NOTICE}"])
def test_a_reply_into_which_nothing_was_typed_is_empty(body: str) -> None:
    assert sent(body) == ""


def test_a_reply_without_text_sends_nothing_and_comes_back() -> None:
    empty = replace(facts(ticket()).letter, new_text="", text=NOTICE)
    agent = {"tokens": (token(role=Role.AGENT, owner=ANNA),), "letter": empty, **by(ANNA)}
    decision = decide(facts(ticket(), **agent))
    assert (decision.fate, [mail.template for mail in decision.mails]) == (Fate.RETURNED, ["agent/returned"])


def test_an_unmarked_notice_below_the_text_is_cut() -> None:
    assert sent(f"It comes tomorrow.\n\n{NOTICE}").startswith("It comes tomorrow.")
    assert "Ticket" not in sent(f"It comes tomorrow.\n\n{NOTICE}")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"Support+{'abcd2345' * 5}@example.com", "Support+abcd2345"),
        (f"{MARKER_PREFIX} —", "notification"),
        ("Write to support+orders@example.com.", ""),
        ("Write to support@example.com or info@shop.example.", ""),
        ("Nothing.", ""),
    ],
)
def test_the_guard_finds_what_must_never_leave(text: str, found: str) -> None:
    sentence = inside_of(text, SITE)
    assert (found in sentence) if found else not sentence


@pytest.mark.parametrize("name", ["Anna", "Kind regards\nAnna Schmidt", "-- \nAnna Schmidt\nExample Ltd"])
def test_commands_below_the_signature_stand_at_the_end_and_count(name: str) -> None:
    raw = "From: Anna Schmidt <anna@example.com>\nSubject: Re: My order\n\nIt comes tomorrow, by the afternoon.\n\n"
    answer = parse(f"{raw}{name}\n#close\n#priority high\n".encode())
    assert own_words(answer, ()) == "It comes tomorrow, by the afternoon.\n\n#close\n#priority high"


def test_a_mistyped_command_below_the_signature_is_a_mistake_and_a_slogan_is_not() -> None:
    text = "It comes tomorrow, by the afternoon.\n\nKind regards\nAnna\n"
    assert sent(f"{text}#clos") == "It comes tomorrow, by the afternoon.\n\n#clos"
    assert sent(f"{text}#WeAreHiring") == "It comes tomorrow, by the afternoon."


def test_a_command_above_nothing_but_the_agents_name_sends_no_answer() -> None:
    answer = parse(b"From: Anna Schmidt <anna@example.com>\nSubject: Re: My order\n\n#close\n\nAnna Schmidt\n")
    assert own_words(answer, ()) == "#close"


PHONES = (
    "Sent from my iPhone",
    "Von meinem iPhone gesendet",
    "Enviado desde mi iPhone",
    "Envoyé de mon iPhone",
    "Отправлено с iPhone",
    "Get Outlook for iOS<https://aka.ms/o0ukef>",
    "Sent from my Galaxy",
)


@pytest.mark.parametrize("line", PHONES)
def test_the_line_of_a_phone_alone_is_no_answer(line: str) -> None:
    assert sent(f"{line}\n\n{ATTRIBUTION}\n{QUOTED}") == ""
    assert sent(f"\n\n{line}\n") == ""


@pytest.mark.parametrize("line", PHONES)
def test_a_reply_below_the_line_of_a_phone_leaves_without_it(line: str) -> None:
    assert sent(f"{line}\n\nIt comes tomorrow, by noon.\n\n{ATTRIBUTION}\n{QUOTED}") == "It comes tomorrow, by noon."
    assert sent(f"{line}\n\n#close\n\n{ATTRIBUTION}\n{QUOTED}") == "#close"


def test_a_sentence_about_a_phone_is_an_answer() -> None:
    text = "Sent from my iPhone, it had no picture; here it is again."
    assert sent(f"{text}\n\n{ATTRIBUTION}\n{QUOTED}") == text


@pytest.mark.parametrize("below", ["", f"\n\nOn 24 November 2026, Example Support wrote:\n> {MARKER_PREFIX} line\n"])
@pytest.mark.parametrize(
    "answer",
    [
        "Please write to shop@example.org by 25 November, 14:00.",
        "Otto (otto@example.org) wrote on 24 November at 10:00 that it is done",
        "To: reset it, press F5.",
        "#cc otto@example.org\n#promise tomorrow 14:00",
        "#promise tomorrow 14:00\n#cc otto@example.org",
    ],
)
def test_what_only_looks_like_the_line_above_a_quote_is_an_answer(answer: str, below: str) -> None:
    assert own_words(parse(f"From: anna@example.com\nSubject: Re: x\n\n{answer}{below}\n".encode()), ()) == answer


def test_commands_right_above_a_quote_are_commands_whatever_they_look_like() -> None:
    commands = "#cc otto@example.org\n#promise tomorrow 14:00"
    assert sent(f"{commands}\n{QUOTED}") == commands
