"""Headers and bodies that any relay takes and any client reads, checked with Python's own parser."""

from __future__ import annotations

import email
import email.policy
from email.header import decode_header, make_header

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maildesk.mail.letter import Mailbox
from maildesk.replies import mime
from tests.unit.replies.samples import a_mail, an_attachment, composed, html_of, parsed, text_of

LINE = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=300)


@settings(deadline=None, max_examples=60)
@given(LINE)
def test_any_subject_survives(text: str) -> None:
    text = " ".join(text.split())
    raw = mime.header_bytes([("Subject", mime.words(text, mime.LINE - 9))])
    found = email.message_from_bytes(raw + b"\r\n", policy=email.policy.compat32)["Subject"]
    assert str(make_header(decode_header(found.replace("\r\n", "")))) == text
    assert all(len(line) <= 78 for line in raw.split(b"\r\n")) or " " not in text or max(map(len, text.split())) > 60


@settings(deadline=None, max_examples=60)
@given(LINE)
def test_any_name_survives_beside_its_address(name: str) -> None:
    name = " ".join(name.split())
    raw = mime.header_bytes([("To", mime.mailbox_list([Mailbox(name, "a@b.example"), Mailbox("", "c@d.example")]))])
    found = email.message_from_bytes(raw + b"\r\n", policy=email.policy.default)["To"]
    assert [each.addr_spec for each in found.addresses] == ["a@b.example", "c@d.example"]


@pytest.mark.parametrize(
    "name", ["Schmidt, Anna", 'Anna "A" Schmidt', "a\\b", "Jörg Müller", "a@b", "=?utf-8?q?x?=", "山田" * 5]
)
def test_names_with_special_characters_are_read_as_written(name: str) -> None:
    raw = mime.header_bytes([("To", mime.mailbox_list([Mailbox(name, "a@b.example")]))])
    found = email.message_from_bytes(raw + b"\r\n", policy=email.policy.default)["To"].addresses[0]
    assert (found.display_name, found.addr_spec) == (name, "a@b.example")


@pytest.mark.parametrize("header", ["From", "Reply-To"])
@pytest.mark.parametrize(
    "name",
    ["Мария Иванова via Example Support", "Служба поддержки покупателей магазина Пример", "Äxämple " * 9 + "Ä"],
)
def test_a_long_name_is_broken_between_words_and_its_lines_stay_within_76(header: str, name: str) -> None:
    raw = mime.header_bytes([(header, mime.mailbox_list([Mailbox(name, "support+nnqqaaaaaab6thyr3bjcq4@a.example")]))])
    found = email.message_from_bytes(raw + b"\r\n", policy=email.policy.default)[header].addresses[0]
    assert found.display_name.split() == name.split()  # also where a reader keeps the blanks between encoded words
    strict = email.message_from_bytes(raw + b"\r\n", policy=email.policy.compat32)[header]
    assert str(make_header(decode_header(strict.partition("<")[0].strip()))).split() == name.split()
    assert max(map(len, raw.split(b"\r\n"))) <= 76


@pytest.mark.parametrize("value", ["a\r\nBcc: x", "a\nb", "a\rb", "a\x00b", "a\r\n b\nc"])
def test_a_line_break_in_a_value_is_a_bug_and_not_a_header(value: str) -> None:
    with pytest.raises(ValueError, match="line"):
        mime.words(value)
    with pytest.raises(ValueError, match="line"):
        mime.phrase(value)
    with pytest.raises(ValueError, match="line"):
        mime.header_bytes([("X", value)])


@settings(deadline=None, max_examples=60)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=3000))
def test_any_text_survives_its_encoding(text: str) -> None:
    part = mime.text_part("plain", text)
    raw = mime.part_bytes(part)
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 78
    found = email.message_from_bytes(raw, policy=email.policy.compat32).get_payload(decode=True)
    assert isinstance(found, bytes)
    assert found.decode().replace("\r\n", "\n") == text.replace("\r\n", "\n").replace("\r", "\n")


@pytest.mark.parametrize(
    "text", ["plain\n", "." * 5 + "\n.\n..\n", "x" * 5000, "ä" * 3000, "trailing \n\t\n", "From me\n", "a\r\r\nb"]
)
def test_awkward_texts_survive(text: str) -> None:
    raw = mime.part_bytes(mime.text_part("plain", text))
    found = email.message_from_bytes(raw, policy=email.policy.compat32).get_payload(decode=True)
    assert isinstance(found, bytes)
    assert found.decode().replace("\r\n", "\n") == text.replace("\r\n", "\n").replace("\r", "\n")


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=2000), st.one_of(st.none(), LINE))
def test_attachments_arrive_byte_for_byte(content: bytes, name: str | None) -> None:
    part = mime.attachment_part(an_attachment(name, content=content))
    message = email.message_from_bytes(mime.part_bytes(part), policy=email.policy.default)
    assert message.get_payload(decode=True) == content
    filename = message.get_filename()
    assert filename
    assert not set(filename) & set('/\\\r\n"')


@pytest.mark.parametrize(
    ("name", "saved"),
    [
        ("plan.pdf", "plan.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\plan.pdf", "plan.pdf"),
        ("Übersicht März.pdf", "Übersicht März.pdf"),
        ("a\r\nContent-Type: text/html", "html"),
        ("exe.\u202efdp.exe", "exe. fdp.exe"),
        ("." * 10, "attachment"),
        (None, "attachment"),
        ("x" * 200 + ".pdf", "x" * 116 + ".pdf"),
        ("ж" * 200 + ".pdf", "ж" * 116 + ".pdf"),
    ],
)
def test_file_names_are_safe_to_save(name: str | None, saved: str) -> None:
    part = mime.attachment_part(an_attachment(name))
    message = email.message_from_bytes(mime.part_bytes(part), policy=email.policy.default)
    assert message.get_filename() == saved
    assert max(map(len, mime.header_bytes(part.headers).split(b"\r\n"))) <= 200


@pytest.mark.parametrize(
    "kind", ["message/rfc822", "multipart/mixed", "no type", "text/plain; charset=x", "a/b\r\nX: y", ""]
)
def test_odd_types_travel_as_plain_files(kind: str) -> None:
    message = email.message_from_bytes(mime.part_bytes(mime.attachment_part(an_attachment(kind=kind))))
    assert message.get_content_type() == "application/octet-stream"
    assert message["X"] is None


def test_attachments_stand_beside_text_and_html() -> None:
    raw = composed(
        a_mail("agent/new-ticket", body="x", attachments=(an_attachment(), an_attachment("b.txt", "text/plain")))
    ).raw
    message = parsed(raw)
    assert message.get_content_type() == "multipart/mixed"
    assert [each.get_content_type() for each in message.iter_parts()] == [
        "multipart/alternative",
        "application/pdf",
        "text/plain",
    ]
    assert [each.get_filename() for each in message.iter_attachments()] == ["plan.pdf", "b.txt"]


def test_a_picture_stays_where_the_customer_put_it_under_a_content_id_of_our_own() -> None:
    picture = an_attachment("a.png", "image/png", inline=True, content_id="<img1@x>")
    html = '<p>This is what I see:</p><p><img src="cid:IMG1@x"></p>'
    mail = a_mail("agent/new-ticket", body="This is what I see:", body_html=html, attachments=(picture,))
    message = parsed(composed(mail).raw)
    found = next(each for each in message.walk() if each.get_content_type() == "image/png")
    ours = f"{picture.sha256[:24]}@example.com"
    assert (found["Content-ID"], found.get_content_disposition()) == (f"<{ours}>", "inline")
    shown = f'<img src="cid:{ours}" alt="a.png" style="max-width:100%;height:auto">'
    assert shown in html_of(composed(mail).raw)


def test_a_picture_that_the_text_does_not_show_is_a_file() -> None:
    picture = an_attachment("a.png", "image/png", inline=True, content_id="<img1@x>")
    message = parsed(composed(a_mail("agent/new-ticket", body="x", attachments=(picture,))).raw)
    found = next(each for each in message.walk() if each.get_content_type() == "image/png")
    assert (found["Content-ID"], found.get_content_disposition()) == (None, "attachment")


def test_a_mail_without_attachments_is_text_and_html() -> None:
    message = parsed(composed(a_mail()).raw)
    assert message.get_content_type() == "multipart/alternative"
    assert [each.get_content_type() for each in message.iter_parts()] == ["text/plain", "text/html"]


def test_a_boundary_cannot_be_guessed_into_the_text() -> None:
    first, second = composed(a_mail()).raw, composed(a_mail(), None).raw
    assert first == second  # the same ids: the same boundary
    boundary = parsed(first).get_boundary()
    assert boundary is not None
    assert boundary.startswith("=_")
    raw = composed(a_mail("reply", body=f"--{boundary}\n\n--{boundary}--\nafter")).raw
    assert "after" in text_of(raw)
