"""What mail programs make of a command is still that command; and ordinary text never is one."""

from __future__ import annotations

import pytest

from maildesk.desk.commands.commands import Commands, Mistake, parse_commands
from maildesk.mail.html import to_text
from tests.unit.desk.making_facts import DESK, NOW

QUIRKS = (
    "#Close", "#CLOSE.", "#close…", "#close?", "#close ;", "＃close", "﹟close", "♯close", "#\ufe0f\u20e3close",
    "\u200b#close", "#\u2060close", "\u202a#close\u202c", "\u2068#close\u2069", "\u00a0#close\u00a0", "\\#close",
    "“#close”", "„#close“", "«\u00a0#close\u00a0»", '"#close', "'#close'", "`#close`", "**#close**", "*#close*",
    "_#close_", "• #close", "- #close", "* #close", "– #close", "1. #close", "1) #close", "(#close)", "-#close",
    "‘#close’", "‹#close›", "[#close]", "{#close}", "~#close~", "##close", "‚#close‘",
    "<div>#close</div>", "<p><b>#close</b></p>", "<div>#close<br></div>", "#schlie\u00dfen", "#schliessen",
)  # fmt: skip
HTML = (
    "<div>#close</div><div>Hi</div>", "<p>#close</p>", "<h1>#close</h1>Hi", "<ul><li>#close</li></ul>Hi",
    "<ol><li>#close</li></ol>Hi", "<b>#close</b><br>Hi", "<code>#close</code>", "<pre>#close</pre>Hi",
    '<a href="https://x.test/hashtag/close">#close</a><br>Hi', "<div>&nbsp;#close&nbsp;</div>",
    "<div>&#65283;close</div>",
    "<span>#</span><span>close</span><br>Hi", "<table><tr><td>#close</td></tr></table>Hi",
    "<div>&ldquo;#close&rdquo;</div>",
)  # fmt: skip
ORDINARY = (
    "#1042 is the order number.", "# of items: 12", "Follow us:\n\n- #sale", "- #sale starts on Monday",
    "Look at #close friends.", "> #close", "It has the number #close2go in it, and more.", "C#note is a class.",
    "See https://example.com/#close for more.", "/#close/", "Hi,\n#list of parts:\nscrews",
    "Hi,\n#tag along\nBye", "Hi,\n#merge them\nBye", "Hi,\n#new shoes for you\nBye", "## Close the lid",
    "Hi,\n  #include <note>\nBye", "We sell:\n- #1 screws\n- #2 nuts",
)  # fmt: skip


def names(text: str) -> list[str]:
    found = parse_commands(text, NOW, DESK.service)
    assert isinstance(found, Commands), found
    return [each.name for each in found.items]


@pytest.mark.parametrize("line", QUIRKS)
def test_a_command_is_read_however_a_mail_program_wrote_it(line: str) -> None:
    assert names(f"{line}\n\nThank you, Maria.") == ["close"]
    assert names(f"Thank you, Maria.\n\n{line}") == ["close"]


@pytest.mark.parametrize("html", HTML)
def test_a_command_in_html_is_read_from_what_people_see(html: str) -> None:
    assert names(to_text(html)) == ["close"]


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_text_is_no_command_and_leaves_whole(text: str) -> None:
    found = parse_commands(text, NOW, DESK.service)
    assert isinstance(found, Commands), found
    assert found.items == ()
    assert found.text_without == text


@pytest.mark.parametrize(
    "line",
    [
        "..#note",
        "→ #note",
        "=#note=",
        "|#note|",
        "…#note!",
        "#promise tomorrow 14:00",
        "#pause until Friday because the part is on order",
        "#cc max@example.com",
        "#merge 1042",
        "#priority high",
        "#versprechen morgen 14:00",
        "- #new for max@example.com",
    ],
)
def test_a_command_between_lines_of_text_is_never_sent_as_text(line: str) -> None:
    found = parse_commands(f"Hello,\n\n{line}\n\nThank you, Maria.", NOW, DESK.service)
    assert isinstance(found, Mistake), found
    assert found.line == line.strip()


_LONG = "#pause until Friday because the part is on order and the supplier said"


def test_the_broken_end_of_a_commands_words_is_never_sent_as_text() -> None:
    for text in (f"{_LONG}\nthat it comes then\n\nSorry.", f"Sorry.\n\n{_LONG}\nthat it comes then"):
        assert isinstance(parse_commands(text, NOW, DESK.service), Mistake)
    assert names(f"{_LONG} so.\nSorry for that.") == ["pause"]
    assert names(f"{_LONG}\n\nSorry for that.") == ["pause"]
    assert names("#pause until Friday because it is on order\nSorry for that.") == ["pause"]


@pytest.mark.parametrize("line", ["#close,#mine", "#mine/#close", "#note/internal", "#close</div>"])
def test_a_known_command_with_something_stuck_to_it_is_not_sent_as_text(line: str) -> None:
    for text in (f"{line}\nHello", f"Hello\n{line}"):
        assert isinstance(parse_commands(text, NOW, DESK.service), Mistake)


def test_arguments_keep_their_brackets_and_quotes() -> None:
    found = parse_commands("- #cc Max <max@x.example>\n• #canned “refund”", NOW, DESK.service)
    assert isinstance(found, Commands)
    copied, canned = found.items
    assert copied.addresses == ("max@x.example",)
    assert canned.words.strip('"') == "refund"
