"""An agent's HTML is cut where their text was cut, says nothing more, and is clean; the text beside it reads well."""

from __future__ import annotations

import re

import pytest

from maildesk.mail.clean_html import clean_html, folded_id, shown_pictures
from maildesk.mail.html_text import text_of
from maildesk.mail.own_html import own_html, own_pictures

QUOTE = "<p>Where is my order?<img src='cid:theirs'></p><p>— write your reply above this line</p><p>- Ticket: #1042</p>"
GMAIL = (
    '<div dir="ltr"><div>Hello Maria,</div><div><br></div><div>here is <b>all</b> of it, see '
    '<a href="https://shop.example/a?b=1&amp;c=2">our page</a>:</div><div><ol><li>First</li><li>Second</li></ol></div>'
    '<div><img src="cid:ii_1" alt="image.png" width="542"><br></div><div>#close</div><div><br></div></div><br>'
    '<div class="gmail_quote"><div dir="ltr" class="gmail_attr">On Mon, the desk wrote:<br></div>'
    f'<blockquote class="gmail_quote">{QUOTE}</blockquote></div>'
)
GMAIL_TEXT = """Hello Maria,

here is *all* of it, see our page <https://shop.example/a?b=1&c=2>:

   1. First
   2. Second

[image: image.png]"""
OUTLOOK = (
    '<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p.MsoNormal{margin:0}</style></head>'
    "<body lang=EN-GB><div class=WordSection1><p class=MsoNormal>CAUTION: external mail</p>"
    "<p class=MsoNormal>Hello,<o:p></o:p></p><p class=MsoNormal><o:p>&nbsp;</o:p></p>"
    "<p class=MsoNormal style='color:black'>these are the prices:</p>"
    "<table class=MsoNormalTable border=1><tr><td><p>Small</p></td><td></td><td>5 EUR</td></tr></table>"
    "<p class=MsoNormal><img src='cid:image001.png@01DB' alt='A screen'></p>"
    "<p class=MsoNormal>Kind regards<br>Anna Schmidt</p><p class=MsoNormal><img src='cid:logo@01DB'></p>"
    "<div style='border:none;border-top:solid #E1E1E1 1.0pt'><p class=MsoNormal><b>From:</b> Maria via Support</p>"
    f"</div>{QUOTE}</div></body></html>"
)
OUTLOOK_TEXT = "Hello,\n\nthese are the prices:\n\nSmall\n\n\n5 EUR\n\n[cid:image001.png@01DB]"


def test_html_is_cut_where_the_text_was_cut() -> None:
    found = own_html(GMAIL, GMAIL_TEXT, {"ii_1": "new@example.com", "theirs": "theirs@example.com"}) or ""
    assert found.startswith('<div dir="ltr"><div>Hello Maria,</div>')
    assert "<ol><li>First</li><li>Second</li></ol>" in found
    assert '<a href="https://shop.example/a?b=1&amp;c=2" rel="noopener noreferrer nofollow">our page</a>' in found
    assert shown_pictures(found) == ("new@example.com",)
    for inside in ("close", "wrote", "order", "Ticket", "reply above", "blockquote", "class="):
        assert inside not in found


def test_banner_signature_and_its_logo_are_cut_and_tables_stay() -> None:
    found = own_html(OUTLOOK, OUTLOOK_TEXT, {"image001.png@01db": "screen@x", "logo@01db": "logo@x"}) or ""
    assert found.startswith("<div><p>Hello,</p>")
    assert "<tr><td><p>Small</p></td><td></td><td>5 EUR</td></tr>" in found
    assert shown_pictures(found) == ("screen@x",)
    for gone in ("CAUTION", "regards", "Anna", "From:", "color", "&nbsp;"):
        assert gone not in found


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>It comes tomorrow.</p>", "It comes tomorrow. I promise."),
        ("<p>It comes tomorrow.</p>", "It comes on Friday."),
        ("<p>Yes. Ticket #1042</p>", "Yes."),
        ("<p>Yes <span style='display:none'>secret</span> of course</p>", "Yes of course"),
        ("", "It comes tomorrow."),
        ("<p>It comes tomorrow.</p>", ""),
        ("<div>" * 20_000 + "Yes", "Yes"),
        ("<p>Yes</p>" + " " * 300_000, "Yes"),
    ],
)
def test_when_in_doubt_there_is_no_html(html: str, text: str) -> None:
    assert own_html(html, text) is None


def test_where_the_text_has_a_links_target_the_html_may_have_its_words() -> None:
    page = '<p>More: <a href="https://shop.example/track?n=1">your parcel</a>.</p>'
    assert "your parcel" in (own_html(page, "More: https://shop.example/track?n=1.") or "")
    assert own_html(page, "More: https://shop.example/track?n=2.") is None
    assert own_html(page, "More:") is None


def test_html_never_says_a_word_more_than_the_text() -> None:
    words = ["Yes.", "No.", "Maybe."]
    lines = [*words, "Ticket #1042", "note: he is rude", *words]
    page = "".join(f"<div>{line}</div>" for line in lines)
    for first in words:
        for second in words:
            found = own_html(page, f"{first}\n{second}")
            assert found is None or re.sub(r"<[^>]+>", " ", found).split() == [first, second]


def test_answers_between_quotes_keep_the_customers_lines_as_a_quote() -> None:
    page = (
        "<div>On Monday Maria wrote:</div><blockquote><div>Where is it?</div></blockquote><div>Tomorrow.</div>"
        "<blockquote><div>Can I pay by card?</div><div>Maria</div></blockquote><div>Yes.</div>"
        f"<blockquote>{QUOTE}</blockquote>"
    )
    found = own_html(page, "> Where is it?\n\nTomorrow.\n\n> Can I pay by card?\n\nYes.")
    assert found == (
        "<blockquote><div>Where is it?</div></blockquote><div>Tomorrow.</div>"
        "<blockquote><div>Can I pay by card?</div></blockquote><div>Yes.</div>"
    )


def test_a_picture_that_begins_a_quote_does_not_go_back() -> None:
    page = '<div>See my answer.</div><blockquote><img src="cid:theirs"><p>Hello, it is broken.</p></blockquote>'
    assert own_html(page, "See my answer.", {"theirs": "t@x"}) == "<div>See my answer.</div>"


def test_a_picture_above_the_first_words_stays() -> None:
    page = '<div><img src="cid:mine"></div><div>This is what I see.</div>'
    assert "cid:m@x" in (own_html(page, "This is what I see.", {"mine": "m@x"}) or "")


def test_pictures_beside_words_are_known_also_where_the_html_is_of_no_use() -> None:
    page = '<p>See this:</p><p><img src="cid:mine"></p><p>And so on.</p><blockquote><img src="cid:theirs"></blockquote>'
    assert own_html(page, "See this:\n\nAnd else.", {"mine": "m@x", "theirs": "t@x"}) is None
    assert own_pictures(page, "See this:\n\nAnd else.", {"mine": "m@x", "theirs": "t@x"}) == ("m@x",)


@pytest.mark.parametrize(
    ("html", "gone"),
    [
        ("<img src='https://spy.example/p.gif'>", "spy"),
        ("<img src='cid:unknown'>", "img"),
        ("<p style='background:url(https://spy.example)'>x</p>", "spy"),
        ("<p style='border:1px solid url(//spy.example)'>x</p>", "spy"),
        ("<a href='/relative'>x</a>", "relative"),
        ("<a href='cid:mine'>x</a>", "cid"),
        ("<p class='c' id='i' style='color:red'>x</p>", "="),
        ("<td background='https://spy.example'>x</td>", "spy"),
    ],
)
def test_nothing_remote_and_nothing_that_names_a_client_stays(html: str, gone: str) -> None:
    assert gone not in clean_html(html, {"mine": "m@x"})


def test_formatting_and_travelling_pictures_stay() -> None:
    page = '<ol start="3"><li style="font-weight:bold">x</li></ol><img src="cid:My%20Picture" alt="a">'
    assert clean_html(page, {folded_id("<my picture>"): "n@x"}) == (
        '<ol start="3"><li style="font-weight:bold">x</li></ol><img src="cid:n@x" alt="a">'
    )


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>a <b>b</b></p><p>c<br>d</p>", "a b\n\nc\nd"),
        ("<ul><li>x<ul><li>y</li></ul></li><li><p>z</p></li></ul><p>e</p>", "- x\n  - y\n- z\n\ne"),
        ('<ol start="3"><li>x</li><li>y</li></ol>', "3. x\n4. y"),
        ("<p>a</p><blockquote><p>q</p><p>r</p></blockquote><p>e</p>", "a\n\n> q\n>\n> r\n\ne"),
        ("<table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>2</td></tr></table>", "A | B\n1 | 2"),
        ("<pre>x\n  y</pre>z", "x\n  y\n\nz"),
        ('see <a href="https://x.example/a?b&amp;c">this</a>', "see this (https://x.example/a?b&c)"),
        ('<a href="https://x.example/">https://x.example</a>', "https://x.example"),
        ('<a href="mailto:a@b.example">a@b.example</a>', "a@b.example"),
        (
            '<a href="mailto:a@b.example">write</a> or <a href="tel:+4930">call</a>',
            "write (a@b.example) or call (+4930)",
        ),
        ('<p>a</p><img src="cid:x" alt="screen.png">', "a\n\n[screen.png]"),
        ("<div>a</div><div><br></div><div>b</div><hr><div>c</div>", "a\n\nb\n* * *\nc"),
    ],
)
def test_the_text_beside_html_reads_as_people_type(html: str, text: str) -> None:
    assert text_of(html) == text
    assert own_html(html, text, {"x": "x"}) is not None, "and says no more than that HTML, which can go beside it"
