"""Mail made to cost: a megabyte of each thing that makes naive readers quadratic. A quadratic reader takes minutes to
hours for one of these and so never comes back; a linear one takes under a second. Nothing is timed.
"""

from __future__ import annotations

import pytest

from maildesk.mail.html import to_text
from maildesk.mail.parsing import parse
from tests.unit.mail.samples import DSN, mail

SIZE = 1_000_000


def filled(piece: str) -> str:
    return (piece * (SIZE // len(piece) + 1))[:SIZE]


@pytest.mark.parametrize(
    "piece",
    [
        "On ",
        "\n",
        " ",
        ">",
        "> \n",
        "On Mon, Jan 5, 2026 at 10:00 a@b.c wrote:\n",
        "wrote: ",
        ":",
        "From: a\n",
        "-",
        "_",
        "@",
        "a@",
        "1",
        "begin 644 x\n",
        "\t",
        "\u00a0",
        "的",
        "A",
        "John\n",
        "Best regards\n",
        "Sent from my iPhone\n",
        "\nDisclaimer\n",
        "http://",
        "(",
        '{"notificationType":',
        '"',
        "-----BEGIN PGP SIGNED MESSAGE-----\n",
        "I am out of the office. ",
        "550 5.1.1 ",
        "<",
    ],
)
def test_a_megabyte_of_text_is_read(piece: str) -> None:
    assert parse(mail(filled(piece))).subject == "Printer"


@pytest.mark.parametrize(
    "piece",
    [
        "<div>",
        "<table><tr><td>",
        "<blockquote>",
        "<",
        '<a href="',
        "<!--",
        "&",
        "&gt;",
        '<div style="border:none;border-top:solid ',
        "<p>x",
        "</div>",
        "<pre>\n",
        '<div class="gmail_quote">',
        '<div id="divRplyFwdMsg">',
        "<script>",
        ">",
    ],
)
def test_a_megabyte_of_html_is_read(piece: str) -> None:
    to_text(filled(piece))
    assert parse(mail(filled(piece), content_type="text/html")).subject == "Printer"


@pytest.mark.parametrize("field", ["Subject", "To", "Content-Type", "References", "Date", "Content-Disposition"])
@pytest.mark.parametrize("piece", ["=?", "=?utf-8?q?a?= ", "\n ", "(", '"', "<", "a@b.c, ", ";", ":", "\\"])
def test_a_megabyte_in_one_field_is_read(field: str, piece: str) -> None:
    assert parse(f"From: a@b.c\n{field}: {filled(piece)}\n\nx".encode()).sender.address == "a@b.c"


@pytest.mark.parametrize(
    "piece", ["--x\n", "--x--\n", "--x\n\na\n", "--x\nContent-Type: multipart/mixed; boundary=x\n\n", "--x", "\r--x"]
)
def test_a_megabyte_of_boundaries_is_read(piece: str) -> None:
    assert parse(mail(filled(piece), content_type="multipart/mixed; boundary=x")).subject == "Printer"


@pytest.mark.parametrize(
    "piece", ["a@b ", "<a@b.c>:\n", "to a@b.c\n", "a.", "your message ", "Received: from\n", "address: "]
)
def test_a_megabyte_of_bounce_is_read(piece: str) -> None:
    assert parse(DSN.replace(b"The mail could not be delivered.", filled(piece).encode())).automatic == "bounce"


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable", "x-uuencode"])
@pytest.mark.parametrize("piece", ["=", "QQ==", "=41", "=\n", "A"])
def test_a_megabyte_in_any_encoding_is_read(encoding: str, piece: str) -> None:
    assert parse(mail(filled(piece), extra=f"Content-Transfer-Encoding: {encoding}\n")).subject == "Printer"
