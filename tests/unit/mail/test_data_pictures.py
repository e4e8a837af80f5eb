"""Pictures within a mail's HTML travel like those of other programs: to the agents, and back to the customer."""

from __future__ import annotations

from base64 import b64encode

import pytest

from maildesk.desk.answers.leaving import leaving
from maildesk.mail.data_pictures import with_pictures_out
from maildesk.mail.letter import Letter
from maildesk.mail.parsing import parse
from tests.unit.desk.making_facts import SITE
from tests.unit.mail.samples import mail

PIXEL = b"\x89PNG\r\n\x1a\n" + bytes(40)
HTML = "text/html; charset=utf-8"
DATA = b64encode(PIXEL).decode()


def page(html: str) -> Letter:
    return with_pictures_out(parse(mail(html, content_type=HTML)))


@pytest.mark.parametrize(
    "source",
    [
        f'<img src="data:image/png;base64,{DATA}" alt="shot">',
        f"<IMG alt=shot width='9' SRC='DATA:image/PNG;charset=utf-8;base64,{DATA[:20]}\n{DATA[20:]}'>",
        f'<img alt="shot" src = "data:image/jpeg;base64,{DATA.replace("+", "%2B").replace("=", "%3D")}" >',
    ],
)
def test_a_picture_in_the_html_becomes_a_part_and_a_link_to_it(source: str) -> None:
    letter = page(f"<p>See:</p>{source}<p>Done.</p>")
    (picture,) = letter.attachments
    assert (picture.content, picture.inline) == (PIXEL, True)
    assert f"cid:{picture.content_id}" in letter.html
    assert "data:" not in letter.html.lower()


def test_the_same_picture_twice_is_one_part() -> None:
    letter = page(f'<img src="data:image/png;base64,{DATA}">' * 2)
    assert len(letter.attachments) == 1
    assert letter.html.count("cid:") == 2


@pytest.mark.parametrize(
    "source",
    [
        '<img src="data:image/png;base64,!!">',
        '<img src="data:image/png;base64,QQ">',
        '<img src="data:image/svg+xml;base64,PHN2Zz4=">',
        '<img src="data:text/html;base64,PHA+">',
        '<a href="data:image/png;base64,QUFB">x</a>',
        '<img src="https://spy.example/p.png">',
        "data:image/png;base64,QUFB",
    ],
)
def test_what_is_no_picture_stays_as_it_stands(source: str) -> None:
    letter = page(f"<p>See: {source}</p>")
    assert letter.attachments == ()
    assert source in letter.html


def test_an_agent_may_paste_one_and_the_customer_gets_it() -> None:
    said = f'<p>See this:</p><p><img src="data:image/png;base64,{DATA}" alt="shot"></p><p>It is done.</p>'
    letter = parse(mail(said, content_type=HTML))
    answer = leaving(letter, letter.new_text, SITE.agents[0], "example.com")
    (picture,) = answer.files
    assert picture.content == PIXEL
    assert f'<img src="cid:{picture.content_id}" alt="shot">' in answer.html
