"""Outlook's files become mails like any other; no file breaks the reader, or costs more than its size."""

from __future__ import annotations

import struct
from base64 import b64decode
from collections.abc import Callable
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from maildesk.mail.compound import Broken, Compound
from maildesk.mail.forwarded import Forward, read_forward
from maildesk.mail.letter import Automatic, Letter
from maildesk.mail.outlook_file import outlook_mail
from maildesk.mail.outlook_rtf import MOST, read_rtf, unpacked_rtf
from maildesk.mail.parsing import parse
from tests.unit.mail.outlook_files import Tree, Value, a_file, a_mail, compound, message, properties, tree_of

AT = datetime(2026, 11, 23, 8, 14, tzinfo=UTC)
MAX: dict[int, Value] = {
    0x001A: "IPM.Note", 0x0037: "Drucker", 0x1000: "Hallo,\r\n\r\nder Drucker brennt – Ärger!\r\n",
    0x0042: "Max Muster", 0x5D02: "max@kunde.example", 0x0039: AT, 0x1035: "<1@kunde.example>",
}  # fmt: skip
ANNA: dict[int, Value] = {0x3001: "Anna Schmidt", 0x39FE: "anna@example.com", 0x0C15: 1}
EVA: dict[int, Value] = {0x3001: "Eva", 0x3002: "SMTP", 0x3003: "eva@kunde.example", 0x0C15: 0x10000002}
RTF = b64decode(
    "4gAAAGIBAABMWkZ16x+J3AMACgByY3BnMTI1gjIDQ2h0bWwxAzD7AQMB9yACpAPkBxMCgwBQiGZjaArAc2V0AdBmNBDGApEqXA6y"
    "AZBnwjYSMDxwPn0TAwAhBwrjAzAUBTAgR3JchicRkBWQZGZlLAMxMQ7xJ2NmFZEBQCdlijgCsSADMHU4MxOAqD8gNRLZOBIwJhNA"
    "KwKAE/c8FNhiAzB1LUAxMDE3OT8asThONxIgF/AYLDxiE9BupG93Etk5MhOgLxzBfxLZAcAd8RPBEtIOoxNUauB1bmt9IBGwIM8g"
    "7gJ9IxA="
)


def read(octets: bytes) -> Letter:
    """The letter of an Outlook file."""
    mail = outlook_mail(octets)
    assert mail is not None
    return parse(mail)


@pytest.mark.parametrize(("wide", "charset"), [(True, ""), (False, "cp1252")])
def test_a_mail_is_what_outlook_knows_of_it(wide: bool, charset: str) -> None:
    letter = read(message(MAX, [ANNA, EVA], [a_file("bill.pdf", b"%PDF" * 3000)], wide=wide, charset=charset))
    assert (letter.sender.name, letter.sender.address) == ("Max Muster", "max@kunde.example")
    assert [each.address for each in (*letter.to, *letter.cc)] == ["anna@example.com", "eva@kunde.example"]
    assert (letter.subject, letter.message_id, letter.date) == ("Drucker", "1@kunde.example", AT)
    assert letter.text == "Hallo,\n\nder Drucker brennt – Ärger!"
    assert [(each.filename, each.size) for each in letter.attachments] == [("bill.pdf", 12_000)]


def test_another_code_page_is_read_as_the_file_says() -> None:
    letter = read(message({**MAX, 0x1000: "Принтер горит", 0x3FFD: 1251}, wide=False, charset="cp1251"))
    assert letter.text == "Принтер горит"


def test_the_header_as_it_came_in_counts_more_than_what_outlook_made_of_it() -> None:
    head = (
        "Received: from mx.example\r\n\tby imap.example; Mon, 23 Nov 2026 09:14:00 +0100\r\n"
        "From: =?utf-8?q?Max_M=C3=BCller?= <max@kunde.example>\r\nReply-To: <post@kunde.example>\r\n"
        "List-Id: <news.kunde.example>\r\nSubject: =?utf-8?q?=C3=84rger?=\r\nMessage-ID: <2@kunde.example>\r\n"
        "Date: Mon, 23 Nov 2026 09:14:00 +0100\r\n"
        "Content-Type: multipart/mixed;\r\n\tboundary=x\r\nMIME-Version: 1.0\r\n"
    )
    letter = read(message({**MAX, 0x007D: head}))
    assert (letter.sender.name, letter.subject, letter.message_id) == ("Max Müller", "Ärger", "2@kunde.example")
    assert letter.automatic is Automatic.LIST
    assert letter.text == "Hallo,\n\nder Drucker brennt – Ärger!"


def test_an_address_of_exchange_alone_is_none() -> None:
    inside: dict[int, Value] = {0x0037: "x", 0x1000: "y", 0x0042: "Max", 0x0064: "EX", 0x0065: "/o=House/cn=max"}
    inside |= {0x0076: "anna@example.com", 0x0078: "anna@example.com"}  # who got it
    assert read(message(inside)).sender.address == ""
    assert read(message({**inside, 0x5D01: "max@kunde.example"})).sender.address == "max@kunde.example"


def test_formatting_and_pictures_stay() -> None:
    page = "<html><body><p>So <b>gr\u00fcn</b>: <img src='cid:a@x'></p></body></html>"
    values = {**MAX, 0x1000: "So grün:", 0x1013: page.encode("latin-1"), 0x3FDE: 28591}
    letter = read(message(values, [], [a_file("shot.png", b"\x89PNG", "image/png", "a@x")]))
    assert letter.html.strip() == page
    assert [(each.content_type, each.content_id, each.inline) for each in letter.attachments] == [
        ("image/png", "a@x", True)
    ]


def test_html_that_is_wrapped_in_rtf_is_taken_out() -> None:
    said, is_html = read_rtf(unpacked_rtf(RTF))
    assert is_html
    assert said == "<p>Grüße, При € 5&lt;b \U0001f600 <b>now</b></p> ha ha ha ha ha ha ha ha ha ha ha ha"
    assert read(message({**MAX, 0x1009: RTF})).html.startswith("<p>Grüße")
    assert "Grüße, При € 5<b" in read(message({**MAX, 0x1000: "", 0x1009: RTF})).text


def test_the_text_of_rtf_stands_in_where_there_is_no_other() -> None:
    plain = rb"{\rtf1\ansi\ansicpg1251{\fonttbl{\f0 Arial;}}{\colortbl;\red1;}\pard \'cf\'f0\'e8\par two\tab x\{\}\par}"
    stored = struct.pack("<IIII", len(plain) + 12, len(plain), 0x414C454D, 0) + plain
    assert read(message({**MAX, 0x1000: "", 0x1009: stored})).text == "При\ntwo\tx{}"


def test_mails_inside_are_mails_five_deep() -> None:
    inner = tree_of({**MAX, 0x0037: "depth 9"}, head=24)
    for depth in range(8, -1, -1):
        inner = tree_of({**MAX, 0x0037: f"depth {depth}"}, [], [a_mail("Old", inner)], head=24)
    mail = outlook_mail(message(MAX, [], [a_mail("Old", inner)]))
    assert mail is not None
    assert [mail.count(f"Subject: depth {number}".encode()) for number in range(7)] == [1, 1, 1, 1, 1, 0, 0]
    assert [(each.filename, each.content_type) for each in parse(mail).attachments] == [("Old.eml", "message/rfc822")]


def test_a_signed_mail_is_its_signed_whole() -> None:
    whole = (
        b'Content-Type: multipart/signed; boundary=s; protocol="application/pkcs7-signature"\r\n\r\n--s\r\n'
        b"Content-Type: text/plain\r\n\r\nIt burns.\r\n--s\r\n"
        b"Content-Type: application/pkcs7-signature\r\n\r\nx\r\n--s--\r\n"
    )
    values: dict[int, Value] = {**MAX, 0x001A: "IPM.Note.SMIME.MultipartSigned", 0x1000: ""}
    letter = read(message(values, [], [a_file("smime.p7m", whole, "multipart/signed")]))
    assert (letter.sender.address, letter.text) == ("max@kunde.example", "It burns.")


def test_a_file_of_any_size_is_read_whole() -> None:
    big = bytes(range(256)) * 32_000  # its sectors do not fit into what the header lists
    assert read(message(MAX, [], [a_file("big.bin", big)])).attachments[0].content == big


SMALL = message(MAX, [ANNA], [a_file("bill.pdf", b"%PDF" * 1500)])


def test_a_file_that_is_cut_off_is_none() -> None:
    assert [outlook_mail(SMALL[:length]) for length in range(0, len(SMALL) - 512, 97)] == [None] * len(
        range(0, len(SMALL) - 512, 97)
    )


def test_whatever_octet_is_wrong_the_reader_comes_back() -> None:
    for place in range(0, len(SMALL), 101):
        for wrong in (0x00, 0xFF, SMALL[place] ^ 1):
            found = outlook_mail(SMALL[:place] + bytes([wrong]) + SMALL[place + 1 :])
            assert found is None or isinstance(parse(found), Letter)


def _with(octets: bytes, place: int, *numbers: int) -> bytes:
    return octets[:place] + struct.pack(f"<{len(numbers)}I", *numbers) + octets[place + 4 * len(numbers) :]


def _fat(octets: bytes) -> int:
    return int(512 * (struct.unpack_from("<I", octets, 76)[0] + 1))


def _directory(octets: bytes, number: int) -> int:
    return int(512 * (struct.unpack_from("<I", octets, 48)[0] + 1) + 128 * number)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda file: _with(file, 44, 0xFFFFFFFF),
        lambda file: _with(file, 68, 0, 0xFFFFFFFF),
        lambda file: _with(file, 60, 0, 0xFFFFFFFF),
        lambda file: _with(file, _directory(file, 0) + 76, 0),
        lambda file: _with(file, _directory(file, 1) + 68, 1, 1, 1),
    ],
    ids=["sectors of the FAT", "a DIFAT in a circle", "the FAT of small streams", "its own child", "its own neighbour"],
)
def test_counts_and_circles_that_no_file_has_cost_nothing(spoil: Callable[[bytes], bytes]) -> None:
    found = outlook_mail(spoil(SMALL))
    assert found is None or isinstance(parse(found), Letter)


def test_a_chain_of_sectors_that_goes_in_a_circle_is_broken() -> None:
    fat = _fat(SMALL)
    first = struct.unpack_from("<I", SMALL, 48)[0]
    with pytest.raises(Broken):
        Compound(_with(SMALL, fat + 4 * first, first))


def test_many_streams_of_the_same_sectors_are_not_read_many_times() -> None:
    tree: dict[str, bytes | Tree] = {f"s{number}": b"x" * 5_000 for number in range(100)}
    octets = bytearray(compound({"big": b"y" * 400_000, **tree}))
    big = octets[_directory(bytes(octets), 1) + 116 : _directory(bytes(octets), 1) + 124]
    for number in range(2, 102):
        place = _directory(bytes(octets), number) + 116
        octets[place : place + 8] = big
    file = Compound(bytes(octets))
    contents = map(file.stream, file.root.streams.values())
    sizes: list[int] = []
    with pytest.raises(Broken):
        sizes.extend(map(len, contents))
    assert 0 < sum(sizes) < 4 * len(octets)


def test_of_very_many_properties_only_the_first_count() -> None:
    late = properties({0x0039: AT}, 0)["__properties_version1.0"]
    for count, found in ((3_000, AT), (5_000, None)):
        many = properties({name: value for name, value in MAX.items() if name != 0x0039}, 32)
        many["__properties_version1.0"] += struct.pack("<HHI8s", 0x0003, 0x0C15, 6, b"") * count + late
        assert read(compound(many)).date == found


def test_half_a_stream_is_none() -> None:
    assert outlook_mail(_with(SMALL, _directory(SMALL, 0) + 120, 64)) is None


@pytest.mark.parametrize(
    "octets",
    [
        b"", RTF[:15], RTF[:40], struct.pack("<IIII", 9, MOST + 1, 0x75465A4C, 0) + b"x" * 20,
        RTF[:8] + b"what" + RTF[12:],
        struct.pack("<IIII", 9, MOST, 0x75465A4C, 0) + b"\xff" * 5_000,
    ],
)  # fmt: skip
def test_damaged_rtf_makes_no_more_than_it_may(octets: bytes) -> None:
    assert len(unpacked_rtf(octets)) <= MOST


@pytest.mark.parametrize("codepage", [1251, 65001, 99999, 0])
def test_rtf_of_any_code_page_is_read(codepage: int) -> None:
    said, _ = read_rtf(rb"{\rtf1\ansicpg%d \'cf\'f0\'e8}" % codepage)
    assert said == {1251: "При", 65001: "\ufffd\ufffd\ufffd"}.get(codepage, "Ïðè")


@pytest.mark.parametrize(
    "rtf", [b"{" * 100_000 + b"x", b"}" * 100_000, rb"{\*" * 9_000, rb"\u-1" * 9_000, rb"\uc999\u5" * 9]
)
def test_any_rtf_is_read(rtf: bytes) -> None:
    assert isinstance(read_rtf(rtf)[0], str)


def test_what_is_no_outlook_mail_is_none() -> None:
    assert outlook_mail(b"PK\x03\x04 a zip") is None
    assert outlook_mail(compound({"Workbook": b"a sheet"})) is None


def forwarded(*files: tuple[str, str, bytes]) -> Forward | None:
    """What a mail with these files (name, type, content) forwards."""
    mail = EmailMessage()
    mail["Subject"] = "Fwd: Bill"
    mail["From"] = "Anna Schmidt <anna@example.com>"
    mail.set_content("He is angry.")
    for name, kind, content in files:
        mail.add_attachment(content, *kind.split("/"), filename=name)
    return read_forward(parse(mail.as_bytes()))


@pytest.mark.parametrize("kind", ["application/vnd.ms-outlook", "application/octet-stream"])
def test_each_attached_outlook_file_is_a_forwarded_mail(kind: str) -> None:
    found = forwarded(("a.msg", kind, SMALL), ("B.MSG", kind, SMALL), ("c.pdf", "application/pdf", b"%PDF"))
    assert found is not None
    assert (found.words, found.attached, found.unread) == ("He is angry.", True, ())
    assert [parse(each.raw).sender.address for each in found.originals] == ["max@kunde.example"] * 2


def test_one_that_cannot_be_read_is_named_and_kept() -> None:
    found = forwarded(("a.msg", "application/octet-stream", SMALL), ("b.msg", "application/octet-stream", SMALL[:3000]))
    assert found is not None
    assert found.unread == ("b.msg",)
    kept = parse(found.originals[1].raw)
    assert (kept.sender.address, kept.subject, kept.attachments[0].content) == ("", "Fwd: Bill", SMALL[:3000])


def test_a_text_that_is_called_like_one_is_none() -> None:
    assert forwarded(("point.msg", "text/plain", b"float64 x")) is None
