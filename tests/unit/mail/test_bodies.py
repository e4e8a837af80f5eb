"""MIME structure and what is text in it, whole and broken."""

from __future__ import annotations

import pytest

from maildesk.mail.limits import Limits
from maildesk.mail.parsing import parse
from tests.unit.mail.samples import ALTERNATIVE, FORWARDED, SAMPLES, mail


def multipart(inside: str, declared: str = "b") -> bytes:
    return mail(inside, content_type=f'multipart/mixed; boundary="{declared}"')


def test_alternatives_are_read_as_sent() -> None:
    letter = parse(ALTERNATIVE)
    assert letter.text_plain == "Schöne Grüße,\nder Drucker geht nicht.\n"
    assert letter.html.startswith("<p>Schöne")
    assert [each.filename for each in letter.attachments] == ["Bild ä.png"]
    assert (letter.sender.name, letter.subject) == ("Jürgen Groß", "Grüße aus Köln")
    assert letter.references == ("a@x.example", "b@x.example")
    assert letter.problems == ()


def test_html_alone_is_rendered() -> None:
    letter = parse(mail("<p>Hello<br>there</p>", content_type="text/html"))
    assert (letter.text, letter.text_plain) == ("Hello\nthere", "")


def test_html_that_calls_itself_plain_text_is_read_as_html() -> None:
    letter = parse(mail("<html><body><p>Hello</p></body></html>"))
    assert letter.text == "Hello"
    assert letter.text_plain.startswith("<html>")


def test_a_stub_of_plain_text_gives_way_to_html() -> None:
    body = (
        "--b\n\nNo HTML?\n--b\nContent-Type: text/html\n\n<p>"
        + "<b>The printer is broken again</b>, please help. " * 60
        + "</p>\n--b--"
    )
    assert "printer" in parse(mail(body, content_type="multipart/alternative; boundary=b")).text


def test_a_wrong_boundary_is_found_in_the_body() -> None:
    letter = parse(multipart("--real\nContent-Type: text/plain\n\nhello\n--real--\n", "declared"))
    assert letter.text == "hello"
    assert letter.problems


def test_a_multipart_without_parts_is_shown_but_not_as_sent() -> None:
    letter = parse(multipart("only text\n"))
    assert (letter.text, letter.text_plain) == ("only text", "")


def test_a_multipart_that_is_cut_off_is_read_and_said() -> None:
    letter = parse(multipart("--b\nContent-Type: text/plain\n\nhello\n"))
    assert letter.text == "hello"
    assert "not closed" in " ".join(letter.problems)


def test_an_outer_boundary_ends_an_inner_part_that_forgot_to_close() -> None:
    inner = "--b\nContent-Type: multipart/alternative; boundary=i\n\n--i\n\none\n--b\n\ntwo\n--b--\n"
    assert parse(multipart(inner)).text_plain.split() == ["one", "two"]


def test_a_second_content_type_counts_unless_the_first_has_its_boundary_in_the_body() -> None:
    body = "--b\nContent-Type: text/plain\n\nhello\n--b--\n"
    raw = multipart(body).replace(b"MIME-Version", b"Content-Type: text/plain\nMIME-Version")
    assert parse(raw).text == "hello"


def test_text_in_two_parts_around_an_image_is_joined() -> None:
    body = "--b\n\nabove\n--b\nContent-Type: image/png\n\nx\n--b\n\nbelow\n--b--\n"
    assert parse(multipart(body)).text_plain.split() == ["above", "below"]


def test_a_text_file_is_an_attachment() -> None:
    body = "--b\n\nsee file\n--b\nContent-Type: text/plain; name=a.log\nContent-Disposition: attachment\n\nlog\n--b--\n"
    letter = parse(multipart(body))
    assert letter.text == "see file"
    assert letter.attachments[0].content == b"log"


def test_a_forwarded_message_stays_whole_and_shows_its_files() -> None:
    letter = parse(FORWARDED)
    assert [each.content_type for each in letter.attachments] == ["message/rfc822", "application/pdf"]
    assert letter.attachments[0].content.startswith(b"From: robot@")
    assert letter.attachments[1].content == b"%PDF-"


def test_an_inline_image_has_its_content_id() -> None:
    body = "--b\nContent-Type: image/png\nContent-ID: <logo@x>\n\nx\n--b--\n"
    attached = parse(multipart(body)).attachments[0]
    assert (attached.content_id, attached.inline) == ("logo@x", True)


@pytest.mark.parametrize(
    ("encoding", "body", "text"),
    [
        ("base64", "R3LDvMOfZQ==", "Grüße"),
        ("base64", "R3LDvMOf\n\nZQ==\n-- \nlist footer", "Grüße"),
        ("base64", "plain words, not base64 at all", "plain words, not base64 at all"),
        ("quoted-printable", "Gr=C3=BC=C3=9Fe =\nhier", "Grüße hier"),
        ("quoted-printable", "100 % = alles", "100 % = alles"),
        ("x-nonsense", "hello", "hello"),
        ("8bit", "Grüße", "Grüße"),
    ],
)
def test_transfer_encodings_are_undone_as_far_as_they_hold(encoding: str, body: str, text: str) -> None:
    letter = parse(mail(body, extra=f"Content-Transfer-Encoding: {encoding}\n"))
    assert letter.text.startswith(text[:5])


def test_uuencoded_files_in_a_text_are_attachments() -> None:
    letter = parse(SAMPLES["uuencoded"])
    assert [(each.filename, each.content) for each in letter.attachments] == [("note.txt", b"hello")]
    assert letter.text == "See:"
    assert "begin 644" in letter.text_plain


def test_a_sentence_that_begins_like_uuencode_stays() -> None:
    assert "begin 644 times" in parse(mail("I will\nbegin 644 times again\nand again\n")).text


def test_flowed_text_is_joined_and_quotes_and_signature_are_not() -> None:
    letter = parse(SAMPLES["flowed"])
    assert letter.text.startswith("This goes on here.\n> quoted too\n-- ")
    assert (letter.new_text, letter.signature) == ("This goes on here.", "--\nEva")


def test_an_invitation_says_what_and_when() -> None:
    assert parse(SAMPLES["calendar"]).text == "Visit\n2026-11-24 09:00 UTC"


def test_encrypted_mail_is_named_as_such() -> None:
    body = (
        "--b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--b\nContent-Type: "
        "application/octet-stream\n\nx\n--b--\n"
    )
    letter = parse(mail(body, content_type="multipart/encrypted; boundary=b"))
    assert "encrypted with OpenPGP" in " ".join(letter.problems)
    assert "S/MIME" in " ".join(
        parse(mail("x", content_type="application/pkcs7-mime; smime-type=enveloped-data")).problems
    )


def test_text_signed_in_line_is_readable() -> None:
    body = (
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n- --dashes\nhello\n-----BEGIN PGP "
        "SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----\n"
    )
    assert parse(mail(body)).text == "--dashes\nhello"


def test_a_mail_wrapped_in_its_signature_is_readable() -> None:
    inner = b"Content-Type: text/plain\r\n\r\nsigned words"
    wrapped = bytes([0x30, 0x80, 0xA0, 0x80, 0x24, 0x80, 0x04, len(inner)]) + inner + bytes(6)
    raw = mail("", content_type="application/pkcs7-mime; smime-type=signed-data; name=smime.p7m") + wrapped
    assert "signed words" in parse(raw).text


def test_a_damaged_winmail_dat_stays_an_attachment() -> None:
    letter = parse(mail("x", content_type="application/ms-tnef; name=winmail.dat"))
    assert letter.attachments[0].filename == "winmail.dat"
    assert "winmail.dat" in " ".join(letter.problems)


# ── limits: each is crossed once ─────────────────────────────────────────────────────────────────────────────────────


def test_a_mail_over_the_size_is_read_up_to_it() -> None:
    letter = parse(mail("word " * 1000), Limits(size=1000))
    assert letter.subject == "Printer"
    assert "1000" in letter.problems[0]


def test_parts_over_the_limit_are_left_out() -> None:
    letter = parse(multipart("--b\n\nx\n" * 20 + "--b--"), Limits(parts=5))
    assert letter.text_plain.count("x") == 5
    assert "more than 5 parts" in " ".join(letter.problems)


def test_nesting_below_the_depth_is_one_attachment() -> None:
    deep = "".join(f"--b{level}\nContent-Type: multipart/mixed; boundary=b{level + 1}\n\n" for level in range(30))
    letter = parse(mail(deep, content_type="multipart/mixed; boundary=b0"), Limits(depth=4))
    assert "deeper than 4" in " ".join(letter.problems)
    assert letter.attachments[0].content_type == "application/octet-stream"


def test_a_header_over_its_limit_is_cut() -> None:
    raw = b"Subject: x\n" + b"X-Long: y\n" * 1000 + b"\nbody"
    letter = parse(raw, Limits(header_octets=500))
    assert (letter.subject, letter.text) == ("x", "body")
    assert "header" in letter.problems[0]


def test_a_field_over_its_limit_is_cut() -> None:
    assert len(parse(b"Subject: " + b"a" * 5000 + b"\n\n", Limits(header_value=100)).subject) < 101


def test_a_text_over_its_limit_is_cut() -> None:
    letter = parse(mail("word " * 1000), Limits(text_length=100))
    assert len(letter.text) <= 100
    assert "cut off" in " ".join(letter.problems)


def test_html_over_its_limit_is_rendered_up_to_it() -> None:
    assert len(parse(mail("<p>word</p>" * 1000, content_type="text/html"), Limits(html_length=110)).text.split()) == 10


def test_a_text_of_too_many_lines_is_shown_whole() -> None:
    letter = parse(mail("line\n" * 50 + "-- \nEva\n"), Limits(quote_lines=10))
    assert letter.new_text == letter.text
    assert "lines" in " ".join(letter.problems)
