"""One Markdown source as tidy text and as HTML; a person's text as HTML."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maildesk.replies.layout import WIDTH, fitting
from maildesk.replies.markup import Block, convert, from_text, page, quoted
from maildesk.replies.sandbox import GLUE
from tests.unit.replies.samples import BUILTIN, a_mail, composed, html_of


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("One\ntwo", "One two\n"),
        ("One\\\ntwo", "One\ntwo\n"),
        ("# Title\n\nText", "Title\n\nText\n"),
        ("- one\n- two\n\nafter", "- one\n- two\n\nafter\n"),
        ("1. one\n2. two", "1. one\n2. two\n"),
        ("- one\n    - inner\n- two", "- one\n  - inner\n- two\n"),
        ("> quoted\n\nafter", "> quoted\n\nafter\n"),
        ("**bold** and *soft* and `code`", "bold and soft and code\n"),
        ("[help](https://example.com/help)", "help (https://example.com/help)\n"),
        ("<https://example.com>", "https://example.com\n"),
        ("[mail us](mailto:a@b.example)", "mail us (a@b.example)\n"),
        ("```\ncode  here\n```", "code  here\n"),
        ("a <b>raw</b> tag", "a <b>raw</b> tag\n"),
        ("one\n\n---\n\ntwo", "one\n\n* * *\n\ntwo\n"),
    ],
)
def test_the_text_is_what_a_person_would_type(source: str, text: str) -> None:
    assert convert(source, {})[0] == text


def test_lines_are_wrapped_and_items_are_indented() -> None:
    text, _ = convert("- " + "word " * 40, {})
    lines = text.splitlines()
    assert all(len(line) <= WIDTH for line in lines)
    assert all(line.startswith("  ") for line in lines[1:])


def test_glued_words_stay_on_one_line() -> None:
    text, markup = convert("word " * 12 + f"by{GLUE}Tuesday,{GLUE}24{GLUE}November,{GLUE}14:00.", {})
    assert "by Tuesday, 24 November, 14:00." in text.splitlines()
    assert GLUE not in text + markup


def test_pictures_and_raw_html_never_become_tags() -> None:
    _, markup = convert("![x](http://evil.example/x.png) <img src=x> <script>x</script>", {})
    assert "<img" not in markup
    assert "<script" not in markup


def test_a_block_stands_in_its_own_two_forms() -> None:
    text, markup = convert("before\n\n\ue001\n\nafter", {"\ue001": Block("  as typed\n  twice", "<pre>x</pre>")})
    assert text == "before\n\n  as typed\n  twice\n\nafter\n"
    assert "<pre>x</pre>" in markup


def test_a_persons_text_keeps_paragraphs_lists_quotes_and_links() -> None:
    made = from_text(
        "Hi,\nyou\n\n1. one\n2. two\n\n* a\n  more\n\n> they\n> said\nSee http://a.example/x?y=1&z=2, or me@a.example."
    )
    assert made.html.count("<li>") == 3
    assert "Hi,<br>you" in made.html
    assert "<ol" in made.html
    assert "<blockquote" in made.html
    assert '<a href="http://a.example/x?y=1&amp;z=2">http://a.example/x?y=1&amp;z=2</a>,' in made.html
    assert '<a href="mailto:me@a.example">' in made.html


def test_a_list_keeps_the_number_it_began_with() -> None:
    assert '<ol start="3"' in from_text("3. three\n4. four").html


class _Balance(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag not in ("br", "meta", "img", "hr"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@settings(deadline=None, max_examples=60)
@given(st.text(st.sampled_from("ab <>&\"'\n>-*1. http://x.example@[]()`_#\t"), max_size=200))
def test_a_persons_text_never_becomes_other_markup(text: str) -> None:
    made = from_text(text)
    balance = _Balance()
    balance.feed(made.html)
    balance.close()
    assert balance.open == []
    assert balance.tags <= {"p", "br", "ul", "ol", "li", "a", "blockquote"}
    assert made.text == text.strip("\n")


@pytest.mark.parametrize(
    "hostile",
    ["a" * 200_000, "http://" * 30_000, "a-" * 100_000, "- " * 100_000, "\n" * 100_000, ">" * 500, "a@" * 50_000],
)
def test_hostile_text_is_handled_in_linear_work(hostile: str) -> None:
    assert quoted(from_text(hostile)).text.startswith(">")


def test_long_lines_are_quoted_so_that_no_terminal_breaks_them_off_their_sign() -> None:
    said = "short\n" + "word " * 40 + "\n> " + "older " * 30 + "\n" + "x" * 100
    lines = quoted(from_text(said)).text.split("\n")
    assert all(line.startswith("> ") and len(line) <= WIDTH for line in lines[:-1])
    assert [line for line in lines if line.startswith("> > ")]
    assert "".join(line.lstrip("> ") for line in lines).replace(" ", "") == said.replace("\n", "").replace(
        "> ", ""
    ).replace(" ", "")


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ('<img src="cid:a@x" width="900" height="500">', 'width="900" height="500" alt="shot.png"'),
        ('<img alt=" " src="cid:a@x">', 'alt="shot.png"'),
        ('<img alt="My > screen" src="cid:a@x">', 'alt="My > screen"'),
        ('<img src="cid:b@x">', '<img src="cid:b@x" style'),
        ('<img style="border:1px" src="cid:a@x">', 'src="cid:a@x" alt="shot.png" style'),
    ],
)
def test_pictures_fit_every_screen_and_have_a_name(shown: str, expected: str) -> None:
    found = fitting(f"<p>See</p>{shown}", {"a@x": "shot.png"})
    assert found.startswith('<div style="overflow-x:auto"><p>See</p><img ')
    assert found.endswith(' style="max-width:100%;height:auto"></div>')
    assert expected in found
    assert (found.count("alt="), found.count("style=")) == (found.count("alt=") and 1, 2)


@pytest.mark.parametrize("markup", ["", "<p>הזמנה <b>4711</b>, תודה!</p>"])
def test_words_from_right_to_left_run_so_in_a_mail_that_runs_from_the_left(markup: str) -> None:
    shown = html_of(composed(a_mail("agent/new-ticket", body="הזמנה 4711, תודה!", body_html=markup)).raw)
    words = shown.partition("write your reply")[0].partition("<body")[2]
    assert '<div dir="auto">' in words
    assert ("<b>4711</b>" in words) == bool(markup)
    left = html_of(composed(a_mail("agent/new-ticket", body="Order 4711", body_html="")).raw)
    assert 'dir="auto"' not in left


def test_a_page_holds_nothing_remote_and_no_colours() -> None:
    for template in ("received", "agent/new-ticket", "reply"):
        shown = html_of(composed(a_mail(template, body="Hello")).raw)
        balance = _Balance()
        balance.feed(shown)
        assert balance.open == []
        for remote in ("src=", "url(", "@import", "<link", "http://", "https://", "color:#", "background"):
            assert remote not in shown, remote
        assert "color-scheme" in shown
        assert 'name="viewport"' in shown


def test_a_title_is_escaped() -> None:
    assert "<title>&lt;/title&gt;</title>" in page("</title>", "", "en", "ltr")


def test_the_language_of_the_page_is_the_mails() -> None:
    assert BUILTIN.words("de").direction == "ltr"
    assert '<html lang="de" dir="ltr">' in html_of(composed(a_mail(language="de")).raw)
