"""The guard sees through disguises: invisible characters, wide letters, encodings, files, names and links."""

from __future__ import annotations

import base64

import pytest

from maildesk.desk.answers.guarding import Known, doubts, inside_of, inside_of_file
from maildesk.desk.answers.leaving import Leaving
from maildesk.desk.known.inside_facts import Inside
from maildesk.mail.quote import MARKER_PREFIX
from tests.unit.desk.making_facts import SITE
from tests.unit.desk.test_guarding import NOTE, PANEL, SIGNED, file, found

WRITTEN_OTHERWISE = {
    "with invisible characters": SIGNED.replace("+", "+\u200b").replace("@", "\u00ad@"),
    "in wide letters": "".join(chr(ord(each) + 0xFEE0) if each.isalnum() else each for each in SIGNED),
    "with (at)": SIGNED.replace("@", " (at) "),
    "broken over two lines": f"{SIGNED[:30]}\n{SIGNED[30:]}",
    "encoded as in a link": SIGNED.replace("@", "%40").replace("+", "%2B"),
    "at another domain": SIGNED.replace("example.com", "elsewhere.example"),
}


@pytest.mark.parametrize("said", WRITTEN_OTHERWISE.values(), ids=WRITTEN_OTHERWISE)
def test_a_signed_address_is_found_however_it_is_written(said: str) -> None:
    assert inside_of(f"Write to {said} please.", SITE)


@pytest.mark.parametrize(
    "said", ["ben\u200b@example.com", "ben＠example.com", "ben @ example.com", "ben(at)example.com"]
)
def test_a_colleagues_address_is_asked_about_however_it_is_written(said: str) -> None:
    assert found(f"Ask {said} for it.")


NOTICE = f"Hello\n{MARKER_PREFIX}\n{PANEL}\nWrite to {SIGNED}"
ENCODED = b"Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n" + base64.encodebytes(NOTICE.encode())


@pytest.mark.parametrize(
    ("name", "kind", "content"),
    [
        ("a.txt", "text/plain", NOTICE.encode("utf-16")),
        ("a.msg", "application/vnd.ms-outlook", NOTICE.encode("utf-16-le")),
        ("a.eml", "message/rfc822", b"Subject: x\n" + ENCODED),
        ("a.html", "text/html", "".join(f"&#{ord(each)};" for each in NOTICE).encode()),
        ("a", "application/octet-stream", NOTICE.encode()),
        ("a.log", "application/octet-stream", NOTICE.encode()),
    ],
)
def test_a_notification_in_a_file_is_found_however_it_is_encoded(name: str, kind: str, content: bytes) -> None:
    assert inside_of_file(file(name, content, kind), SITE)


def test_words_of_a_note_in_a_file_its_name_or_a_link_are_asked_about() -> None:
    inside = Inside(notes=(NOTE,))
    said = NOTE.partition(",")[0]
    assert found("Here.", files=(file("a.csv", said.encode(), "text/csv"),), inside=inside)
    assert found("Here.", files=(file(f"{said}.pdf"),), inside=inside)
    assert found("Here.", html=f'<a href="mailto:x@y.example?subject={said}">Here.</a>', inside=inside)


def test_the_agent_is_asked_about_what_would_not_leave_of_their_mail() -> None:
    asked = doubts(Leaving("Yes."), "Re: My order", SITE, Known(left_out=("And the other one, too.",)))
    assert "And the other one, too." in asked[0]
