"""Header fields, encoded words, parameters, dates, ids."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from maildesk.mail.dates import parse_date
from maildesk.mail.headers import decode_words, lenient_base64, parameters, split_head
from maildesk.mail.ids import message_ids


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ("=?utf-8?q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        ("=?utf-8?Q?a?= =?utf-8?Q?b?= c", "ab c"),
        ("=?utf-8?B?w7w=?=", "ü"),
        ("=?iso-8859-1*de?q?=FC?=", "ü"),
        ("=?utf-8?q?two words?=", "two words"),
        ("=?utf-8?q?what?_?=", "what? "),
        ("=?x-none?q?abc?=", "abc"),
        ("=?broken", "=?broken"),
    ],
)
def test_encoded_words_are_read(sent: str, said: str) -> None:
    assert decode_words(sent) == said.strip()


def test_a_character_cut_between_two_words_is_whole_again() -> None:
    assert decode_words("=?utf-8?q?=C3?= =?utf-8?q?=BC?=") == "ü"


def test_a_line_without_a_colon_is_left_out_and_said() -> None:
    head = split_head(b"A: 1\nnonsense\nB: 2\n\nx", 0, 22, 1000)
    assert head.fields == [("A", b" 1"), ("B", b" 2")]
    assert head.problems


def test_an_mbox_line_on_top_is_no_field() -> None:
    assert split_head(b"From eva Tue Nov 24\nA: 1\n\nx", 0, 28, 1000).problems == ()


def test_a_mail_without_header_is_all_body() -> None:
    head = split_head(b"just text\n\nmore", 0, 15, 1000)
    assert (head.fields, head.body) == ([], 0)


@pytest.mark.parametrize(
    ("value", "name", "content"),
    [
        ('a/b; name="x y.pdf"', "name", "x y.pdf"),
        ("a/b; name=x y.pdf", "name", "x y.pdf"),
        ("a/b; name*=utf-8''%C3%A4.pdf", "name", "ä.pdf"),
        ("a/b; name*0=long; name*1=er.pdf", "name", "longer.pdf"),
        ("a/b; name*0*=utf-8'en'%C3; name*1*=%A4", "name", "ä"),
        ('a/b; name="unclosed', "name", "unclosed"),
        ('a/b; name="a\\"b"', "name", 'a"b'),
        ("a/b;;charset=utf-8;", "charset", "utf-8"),
        ("a/b; CHARSET=utf-8", "charset", "utf-8"),
    ],
)
def test_parameters_are_read(value: str, name: str, content: str) -> None:
    assert parameters(value).parameters[name] == content


@pytest.mark.parametrize("octets", [b"QUJD", b"QU\nJD", b"QUJD====", b"QU*JD", b"QUJDR", b"QQ==QkM="])
def test_base64_is_read_as_far_as_it_goes(octets: bytes) -> None:
    assert lenient_base64(octets).startswith(b"A")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Tue, 24 Nov 2026 09:30:00 +0100", datetime(2026, 11, 24, 9, 30, tzinfo=timezone(timedelta(hours=1)))),
        ("24 Nov 26 09:30 EST", datetime(2026, 11, 24, 9, 30, tzinfo=timezone(timedelta(hours=-5)))),
        ("Tue Nov 24 09:30:00 2026", datetime(2026, 11, 24, 9, 30, tzinfo=UTC)),
        ("2026-11-24T09:30:00Z", datetime(2026, 11, 24, 9, 30, tzinfo=UTC)),
        ("Di, 24 Dez 2026 09:30:00 +0100", datetime(2026, 12, 24, 9, 30, tzinfo=timezone(timedelta(hours=1)))),
        ("Mon, 21 Aug 95 13:30:57 -600", datetime(1995, 8, 21, 13, 30, 57, tzinfo=timezone(timedelta(hours=-6)))),
        ("Tue, 24 Nov 2026 9.30 PM", datetime(2026, 11, 24, 21, 30, tzinfo=UTC)),
        ("24.11.2026 09:30", datetime(2026, 11, 24, 9, 30, tzinfo=UTC)),
        ("Tue, 24 Nov 2026 09:30:60 +0000", datetime(2026, 11, 24, 9, 31, tzinfo=UTC)),
        ("Tue, 24 Nov 2026 09:30:00 +0100 (CET)", datetime(2026, 11, 24, 9, 30, tzinfo=timezone(timedelta(hours=1)))),
    ],
)
def test_dates_are_read(text: str, moment: datetime) -> None:
    assert parse_date(text)[0] == moment


@pytest.mark.parametrize(
    "text", ["", "tomorrow", "99 Foo 2026 09:30", "Tue, 31 Feb 2026 10:00:00 +0000", "0 Jan 0000 00:00 +9999"]
)
def test_no_date_is_none(text: str) -> None:
    assert parse_date(text) == (None, False)


@pytest.mark.parametrize(
    ("zone", "known"), [("+0100", True), ("-0000", False), ("", False), ("GMT", True), ("+0000", True)]
)
def test_an_offset_that_the_sender_did_not_tell_is_said_to_be_unknown(zone: str, known: bool) -> None:
    assert parse_date(f"Tue, 24 Nov 2026 09:30:00 {zone}")[1] is known


@pytest.mark.parametrize(
    ("value", "ids"),
    [
        ("<a@b> <c@d>", ("a@b", "c@d")),
        ("<a@b><a@b>", ("a@b",)),
        ("a@b", ("a@b",)),
        ("Your message of Tuesday <a@b>", ("a@b",)),
        ("<a@\n b>", ("a@b",)),
        ("no id at all", ()),
        ("", ()),
    ],
)
def test_message_ids_are_read_without_brackets(value: str, ids: tuple[str, ...]) -> None:
    assert message_ids(value) == ids
