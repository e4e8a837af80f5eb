"""Which files go to agents, and which are named as dangerous."""

from __future__ import annotations

import hashlib
import io
import zipfile

import pytest

from maildesk.desk.mailing.passing_on import dangerous, fitting
from maildesk.mail.letter import Attachment


def a_file(name: str, content: bytes = b"x", *, inline: bool = False) -> Attachment:
    digest = hashlib.sha256(content).hexdigest()
    return Attachment(name, "application/octet-stream", len(content), digest, inline, content)


def an_archive(**files: bytes) -> bytes:
    octets = io.BytesIO()
    with zipfile.ZipFile(octets, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/"), content)
    return octets.getvalue()


@pytest.mark.parametrize(
    "name",
    [
        "setup.exe", "invoice.pdf.exe", "INVOICE.PDF.EXE", "a.exe.", "a.exe ", "photo\u202egpj.scr", "run.js",
        "order.docm", "page.html", "disk.iso", "link.lnk", "a.ps1",
    ],
)  # fmt: skip
def test_what_a_double_click_runs_is_dangerous_whatever_stands_before_the_last_dot(name: str) -> None:
    assert dangerous([a_file(name)]) == (name,)


@pytest.mark.parametrize("name", ["a.pdf", "exe", "report.exe.txt", "my.photo.jpg", "list.csv", "letter.docx", ""])
def test_ordinary_files_are_not_named(name: str) -> None:
    assert dangerous([a_file(name)]) == ()


def test_a_program_is_known_by_its_beginning_whatever_its_name() -> None:
    assert dangerous([a_file("holiday.jpg", b"MZ\x90\0")]) == ("holiday.jpg",)


def test_an_archive_with_a_program_and_a_document_with_macros_are_named() -> None:
    office = {"[Content_Types].xml": b"", "word__vbaProject.bin": b""}
    files = [
        a_file("a.zip", an_archive(**{"x__setup.exe": b""})), a_file("b.docx", an_archive(**office)),
        a_file("c.zip", an_archive(**{"list.csv": b""})), a_file("d.docx", an_archive(**{"[Content_Types].xml": b""})),
        a_file("e.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "_VBA_PROJECT".encode("utf-16-le")),
        a_file("broken.zip", b"PK\x03\x04 no archive"),
    ]  # fmt: skip
    assert dangerous(files) == ("a.zip", "b.docx", "e.doc")


def test_pictures_of_the_text_go_first_and_what_does_not_fit_stays() -> None:
    film, shot, text = a_file("film.mp4", b"1" * 90), a_file("shot.png", b"2" * 20, inline=True), a_file("a.txt", b"3")
    assert fitting([film, shot, text], 100) == ((shot, text), (film,))


def test_without_a_limit_everything_goes() -> None:
    film = a_file("film.mp4", b"1" * 90)
    assert fitting([film], 0) == ((film,), ())
