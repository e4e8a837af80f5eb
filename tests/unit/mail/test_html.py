"""HTML: as text, and cleaned for showing."""

from __future__ import annotations

import pytest

from maildesk.mail.clean_html import clean_html
from maildesk.mail.html import to_text
from maildesk.mail.parsing import parse
from tests.unit.mail.samples import mail


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("a<br>b<br><br>c", "a\nb\n\nc"),
        ("<div>a</div><div>b</div>", "a\nb"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("<ul><li>a<li>b</ul>", "- a\n- b"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("a &amp; b &lt;c&gt; &#x41;&nbsp;z", "a & b <c> A z"),
        ("<style>p {}</style><script>x()</script><title>t</title>seen", "seen"),
        ("<div style='display:none'>preheader</div>seen", "seen"),
        ("a<!-- hidden --> b<!--[if mso]>x<![endif]-->", "a b"),
        ("<p><![if !supportLists]><span>1.&nbsp;</span><![endif]>Open it</p>", "1. Open it"),
        ('<?xml version="1.0"?>seen</ >, too', "seen, too"),
        ("<!DOCTYPE html>seen", "seen"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("<blockquote>quoted</blockquote>", "> quoted"),
        ('<blockquote style="margin:0 0 0 40px;border:none;padding:0px">indented</blockquote>', "indented"),
        ('<blockquote type="cite" style="border: none">quoted</blockquote>', "> quoted"),
        ("<blockquote style='border:none;border-left:solid #CCC 1.0pt'>quoted</blockquote>", "> quoted"),
        ("<p title='a > b'>x</p>", "x"),
        ("<P>UPPER</P>", "UPPER"),
        ("unclosed <b>bold", "unclosed bold"),
        ("", ""),
    ],
)
def test_html_becomes_what_a_person_reads(html: str, text: str) -> None:
    assert to_text(html).strip() == text


def test_deep_nesting_is_read() -> None:
    assert to_text("<div>" * 30_000 + "deep") == "deep"


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src='http://spy.example/pixel'>",
        "<a href='javascript:alert(1)'>x</a>",
        "<p onclick='alert(1)'>x</p>",
        "<iframe src='http://x.example'></iframe>",
        "<style>@import 'http://x.example'</style>",
        "<div style='background:url(http://x.example)'>x</div>",
        "<form action='http://x.example'><input></form>",
        "<link rel=stylesheet href='http://x.example'>",
        "<svg><script>alert(1)</script></svg>",
        "<table background='http://x.example'><tr><td>x</td></tr></table>",
    ],
)
def test_shown_html_runs_nothing_and_fetches_nothing(hostile: str) -> None:
    shown = clean_html(hostile)
    for word in ("script", "http:", "onclick", "style", "<img", "<form", "<svg", "iframe"):
        assert word not in shown


def test_links_and_structure_stay() -> None:
    assert 'href="https://x.example"' in clean_html('<p>see <a href="https://x.example">this</a></p>')


def test_html_of_too_many_tags_is_shown_as_text() -> None:
    assert clean_html("<div>" * 20_000 + "&lt;deep") == "<pre>&lt;deep</pre>"


def test_a_sender_cannot_write_our_private_marks() -> None:
    letter = parse(mail("<p>one</p><p>\ue0a0</p><p>two</p>", content_type="text/html; charset=utf-8"))
    assert letter.new_text.split() == ["one", "two"]


@pytest.mark.parametrize(
    "hidden",
    [
        '<p title="a secret">x</p>',
        '<a href="https://shop.example/" title="a secret">x</a>',
        '<table border="a secret"><tr><td>x</td></tr></table>',
        '<ol type="a secret"><li>x</li></ol>',
        '<td align="a secret">x</td>',
    ],
)
def test_attributes_say_only_what_they_are_for(hidden: str) -> None:
    assert "secret" not in clean_html(hidden)
