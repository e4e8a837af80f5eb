"""Forwards of the mail programs that people use: who wrote the original, and the original whole."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import UTC, datetime
from textwrap import dedent

import pytest

from maildesk.mail.forwarded import Forward, Original, read_forward
from maildesk.mail.letter import Letter
from maildesk.mail.parsing import parse
from maildesk.mail.words import all_words
from tests.unit.mail.forwards import PROGRAMS
from tests.unit.mail.web_forwards import WEB_MAILERS

ALL = PROGRAMS | WEB_MAILERS
MAX = "max@kunde.example"
WRITTEN = datetime(2026, 11, 23, 8, 14, tzinfo=UTC)  # 09:14 for the forwarder


def mail(subject: str, body: str, headers: str = "", kind: str = "text/plain; charset=utf-8") -> Letter:
    """A mail of Anna's of the 24th, in Berlin."""
    head = (
        f"From: Anna Schmidt <anna@example.com>\nTo: support@example.com\nSubject: {subject}\n{headers}"
        f"Date: Tue, 24 Nov 2026 10:00:00 +0100\nMIME-Version: 1.0\nContent-Type: {kind}\n\n"
    )
    return parse((head + dedent(body)).encode())


def forward(letter: Letter) -> Forward:
    found = read_forward(letter)
    assert found is not None
    return found


def original(letter: Letter) -> tuple[Original, Letter]:
    """The only one, and what our own reader makes of it."""
    (found,) = forward(letter).originals
    return found, parse(found.raw)


@pytest.mark.parametrize("program", ALL)
def test_the_original_is_read_from_the_header_block_of_each_program(program: str) -> None:
    subject, body = ALL[program]
    sent = mail(subject, body)
    found, read = original(sent)
    assert (found.sender.name, found.sender.address) == ("Max Muster", MAX)
    assert (read.sender.address, read.subject, read.text.strip()) == (MAX, "Printer", "It burns.")
    assert read.date is not None
    assert read.date.replace(second=0) == WRITTEN
    assert not read.date_offset_known
    assert forward(sent).words == "Please have a look."


LANGUAGES = [name for name, words in all_words().items() if words.get("from") and words.get("sent")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_header_blocks_are_read_in_every_language_known(language: str) -> None:
    words = all_words()[language]
    for sender in words["from"]:
        block = [f"{sender}: Max Muster <{MAX}>", f"{words['sent'][0]}: 23.11.2026 09:14"]
        block += [f"{words['to'][0]}: Anna <anna@example.com>", f"{words['subject'][0]}: Printer", "", "It burns."]
        _, read = original(mail("Fwd: Printer", "\n".join(["See below.", "", *block])))
        assert (read.sender.address, read.subject, read.text, read.date) == (MAX, "Printer", "It burns.", WRITTEN)


@pytest.mark.parametrize("language", [name for name, words in all_words().items() if words.get("forwarded")])
def test_separators_are_known_in_every_language(language: str) -> None:
    for phrase in all_words()[language]["forwarded"]:
        block = f"Subject: Printer\nFrom: Max <{MAX}>\nTo: anna@example.com\n\nIt burns."
        text = f"See below.\n\n-------- {phrase} --------\n{block}"
        found = forward(mail("Printer", text))
        assert (found.words, found.originals[0].sender.address) == ("See below.", MAX)


def test_an_attached_mail_is_kept_octet_for_octet() -> None:
    inner = f"From: Max <{MAX}>\nSubject: Printer\nMessage-ID: <a@kunde.example>\n\nIt burns.\n"
    parts = [f"--b\nContent-Type: message/rfc822\n\n{inner.replace('Printer', each)}\n" for each in ("One", "Two")]
    text = "--b\nContent-Type: text/plain\n\nTwo of them.\n"
    found = forward(mail("Two", f"{text}{''.join(parts)}--b--\n", kind='multipart/mixed; boundary="b"'))
    assert [each.raw.decode() for each in found.originals] == [
        inner.replace("Printer", each) for each in ("One", "Two")
    ]
    assert (found.words, found.attached) == ("Two of them.", True)


def test_a_file_that_is_a_mail_counts_and_one_that_only_says_so_does_not() -> None:
    head = "--b\nContent-Type: application/octet-stream\nContent-Disposition: attachment; filename=a.eml\n\n"
    text = "--b\nContent-Type: text/plain\n\nSee the file.\n"
    for inner, count in ((f"From: {MAX}\nSubject: Printer\n\nIt burns.\n", 1), ("%PDF-1.7 no mail", 0)):
        found = read_forward(mail("x", f"{text}{head}{inner}\n--b--\n", kind='multipart/mixed; boundary="b"'))
        assert len(found.originals if found else ()) == count


def test_files_and_inline_pictures_stay_with_the_original() -> None:
    block = f"---------- Forwarded message ---------\nFrom: Max <{MAX}>\nSubject: Printer\n\nIt burns.\n"
    files = (
        "--b\nContent-Type: image/png\nContent-ID: <pic@x>\nContent-Disposition: inline; filename=fire.png\n"
        "Content-Transfer-Encoding: base64\n\niVBORw0KGgo=\n"
        "--b\nContent-Type: application/pdf\nContent-Disposition: attachment; filename=bill.pdf\n\n%PDF\n--b--\n"
    )
    sent = mail("Fwd", f"--b\nContent-Type: text/plain\n\n{block}{files}", kind='multipart/mixed; boundary="b"')
    _, read = original(sent)
    assert [(each.filename, each.content_id, each.inline, each.sha256) for each in read.attachments] == [
        (each.filename, each.content_id, each.inline, each.sha256) for each in sent.attachments
    ]


GMAIL = (
    '<div dir="ltr">our secret</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">---------- Forwarded'
    ' message ---------<br>From: <strong dir="auto">Max Muster</strong> <span>&lt;<a href="mailto:max@kunde.example">'
    "max@kunde.example</a>&gt;</span><br>Date: Mon, Nov 23, 2026 at 9:14 AM<br>Subject: Printer<br>To:  &lt;"
    '<a href="mailto:anna@example.com">anna@example.com</a>&gt;<br></div><br><br><p>It <b>burns</b>.</p></div>'
)
OUTLOOK = (
    '<p>our <b>secret</b></p><div style="border-top:solid"><p><b>From:</b> Max Muster &lt;max@kunde.example&gt;<br>'
    "<b>Sent:</b> Monday, 23 November 2026 09:14<br><b>To:</b> Anna Schmidt<br><b>Subject:</b> Printer</p></div>"
    "<p>It <b>burns</b>.</p>"
)


@pytest.mark.parametrize("html", [GMAIL, OUTLOOK])
def test_formatting_stays_and_the_forwarders_words_do_not(html: str) -> None:
    sent = mail("Fwd: Printer", html, kind="text/html; charset=utf-8")
    _, read = original(sent)
    assert "<p>It <b>burns</b>.</p>" in read.html
    assert "secret" not in read.html + read.text
    assert "&gt;" not in read.html
    assert forward(sent).words == "our secret"


def test_html_without_the_block_is_left_out() -> None:
    kind = 'multipart/alternative; boundary="b"'
    text = PROGRAMS["gmail"][1]
    parts = (
        f"--b\nContent-Type: text/plain\n\n{dedent(text)}\n--b\nContent-Type: text/html\n\n<p>our secret</p>\n--b--\n"
    )
    assert original(mail("Fwd: Printer", parts, kind=kind))[1].html == ""


@pytest.mark.parametrize(
    "headers", ["In-Reply-To: <a@kunde.example>\n", "References: <0@kunde.example> <a@kunde.example>\n"]
)
def test_the_originals_message_id_is_kept_where_the_forward_names_it(headers: str) -> None:
    assert original(mail(*PROGRAMS["gmail"], headers=headers))[1].message_id == "a@kunde.example"
    assert original(mail(*PROGRAMS["gmail"]))[1].message_id is None


def test_the_block_itself_may_name_the_message_id() -> None:
    subject, body = PROGRAMS["mutt"]
    shown = body.replace("User-Agent: Mutt/2.2", "Message-ID: <b@kunde.example>")
    assert original(mail(subject, shown, headers="In-Reply-To: <other@x>\n"))[1].message_id == "b@kunde.example"


def test_what_stands_below_the_end_is_the_forwarders() -> None:
    subject, body = PROGRAMS["mutt"]
    assert (
        forward(mail(subject, dedent(body).replace("-- \n", "Be quick.\n\n-- \n"))).words
        == "Please have a look.\n\nBe quick."
    )


def test_a_forward_within_the_forward_is_the_originals() -> None:
    """Gmail ends nothing: the inner separator begins a mail, and nothing below it is the forwarder's."""
    inner = (
        "---------- Forwarded message ---------\nFrom: Shop <shop@shop.example>\nDate: Mon, Nov 23, 2026 at 8:14 AM\n"
    )
    inner += "Subject: Offer\nTo: <max@kunde.example>\n\nNo warranty.\n"
    outer = (
        "---------- Forwarded message ---------\nFrom: Max <max@kunde.example>\nDate: Mon, Nov 23, 2026 at 9:14 AM\n"
    )
    letter = mail(
        "Fwd: Offer", f"Please.\n\n{outer}Subject: Fwd: Offer\nTo: <anna@example.com>\n\nIs it right?\n\n{inner}"
    )
    found, read = original(letter)
    assert forward(letter).words == "Please."
    assert found.sender.address == MAX
    assert read.text.startswith("Is it right?")
    assert "No warranty." in read.text


def test_a_block_without_an_address_names_nobody() -> None:
    subject, body = PROGRAMS["an old outlook"]
    assert forward(mail(subject, body.replace(" [mailto:max@kunde.example]", ""))).originals[0].sender.address == ""


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("Printer", "It burns. Please help."),
        ("Re: Printer", PROGRAMS["outlook"][1]),  # a reply with its quote
        ("Re: Printer", "Yes.\n\n> ---------- Forwarded message ---------\n> They told me so.\n"),
        ("Fwd: the bus", "From: Berlin\nTo: Paris\n"),
    ],
)
def test_what_forwards_nothing_is_no_forward(subject: str, body: str) -> None:
    assert read_forward(mail(subject, body)) is None


def test_of_two_readings_of_a_date_the_one_that_is_not_after_the_forward_counts() -> None:
    subject, body = PROGRAMS["outlook"]
    for shown, month, day in (("11/10/2026 9:14 AM", 11, 10), ("12/11/2026 9:14 AM", 11, 12)):
        _, read = original(mail(subject, body.replace("Monday, November 23, 2026 9:14 AM", shown)))
        assert read.date is not None
        assert (read.date.month, read.date.day) == (month, day)


@pytest.mark.parametrize("shown", ["yesterday", "99.99.2026", "0001-01-01 00:00", "31.12.9999 23:59", "soon 25:99"])
def test_a_date_that_is_none_leaves_none(shown: str) -> None:
    subject, body = PROGRAMS["roundcube"]
    assert original(mail(subject, body.replace("2026-11-23 09:14", shown)))[1].date is None


def test_the_same_forward_gives_the_same_octets() -> None:
    assert forward(mail(*PROGRAMS["gmail"])) == forward(mail(*PROGRAMS["gmail"]))


def test_no_value_of_a_block_becomes_a_field_of_its_own() -> None:
    subject, body = PROGRAMS["gmail"]
    _, read = original(mail(subject, body.replace("Subject: Printer", "Subject: Printer\rX-Evil: 1")))
    assert read.header("X-Evil") is None


@pytest.mark.parametrize(
    "piece",
    ["<!--", "<style>", "<", "<a href=", "&gt;", "> ", "-- Forwarded message --\n", "From: a@b.c\n", "Sent: 1/1/1\n"],
)
def test_no_forward_costs_more_than_its_length(piece: str) -> None:
    """In calls, which no busy machine changes: four times the mail, about four times as many."""
    counts = []
    for size in (2_000, 8_000):
        block = f"---------- Forwarded message ---------\nFrom: Max <{MAX}>\nSubject: x\nTo: a@b.c\n\n"
        sent = mail("Fwd: x", "")
        text, html = block + piece * size, f"<p>From: Max {MAX} Subject: x To: a@b.c</p>" + piece * size
        counts.append(_steps(replace(sent, text=text, html=html)))
    assert counts[1] < 6 * counts[0] + 20_000


def _steps(letter: Letter) -> int:
    count = 0

    def step(*_: object) -> None:
        nonlocal count
        count += 1

    sys.setprofile(step)
    try:
        read_forward(letter)
    finally:
        sys.setprofile(None)
    return count


def test_a_sentence_that_names_the_author_without_an_address_is_a_forward_of_nobody_known() -> None:
    letter = mail(
        "Fwd: Opening an account",
        """\
        She haggles.

        Forwarded message from Max Muster on Tue Nov 24, 2026 at 9:14 AM:
        How do I open an account?
        """,
    )
    found, read = original(letter)
    assert forward(letter).words == "She haggles."
    assert not found.sender.address
    assert read.text.strip() == "How do I open an account?"
