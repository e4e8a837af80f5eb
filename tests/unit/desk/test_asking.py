"""What the first reply asks for: only what is needed, is about the matter, and is not there yet."""

from __future__ import annotations

import pytest

from maildesk.desk.mailing.asking import missing, wording
from maildesk.desk.site import Need
from maildesk.mail.letter import Attachment, Letter
from tests.unit.desk.making_facts import letter

NUMBER = Need("order number", {"en": "your order number", "de": "Ihre Bestellnummer"}, looks_like=("A-#####", "@@ ###"))
PICTURE = Need("picture", {"en": "a picture"}, attached=("image/*", "*.heic"), about={"en": ("broken", "damag*")})
VERSION = Need("version", {"en": "the version"}, words={"en": ("version",), "de": ("Version",)})


def _with(name: str, kind: str) -> Letter:
    return letter("It is broken.", attachments=(Attachment(name, kind, 1, "0" * 64, False, b"x"),))


@pytest.mark.parametrize(
    ("mail", "need", "asked"),
    [
        (letter("Where is my order?"), NUMBER, True),
        (letter("Where is order A-12345?"), NUMBER, False),
        (letter("where is a-12345"), NUMBER, False),  # capitals do not matter
        (letter("Where is it?", subject="A-12345"), NUMBER, False),
        (letter("It is AB 123."), NUMBER, False),
        (letter("It is A-1234 or XA-12345 or A-123456."), NUMBER, True),  # part of something longer
        (letter("When are you open?"), PICTURE, False),  # not what it is about
        (letter("The cup is broken."), PICTURE, True),
        (letter("All damaged."), PICTURE, True),
        (_with("cup.jpg", "image/jpeg"), PICTURE, False),
        (_with("CUP.HEIC", "application/octet-stream"), PICTURE, False),
        (_with("cup.pdf", "application/pdf"), PICTURE, True),
        (letter("It is slow."), VERSION, True),
        (letter("It is slow in version 3."), VERSION, False),
        (letter("Es ist langsam. Version 3."), VERSION, False),
    ],
)
def test_it_is_asked_for_where_it_matters_and_is_not_there(mail: Letter, need: Need, asked: bool) -> None:
    assert missing((need,), mail) == ((need,) if asked else ())


@pytest.mark.parametrize(
    ("languages", "said"),
    [(("de",), "Ihre Bestellnummer"), (("de-AT",), "Ihre Bestellnummer"), (("fr", "de"), "Ihre Bestellnummer"),
     (("fr",), "your order number")],
)  # fmt: skip
def test_it_is_asked_in_the_customers_language_else_the_desks(languages: tuple[str, ...], said: str) -> None:
    assert wording((NUMBER,), *languages) == (said,)


def test_what_is_asked_keeps_the_order_of_the_config() -> None:
    assert missing((VERSION, NUMBER), letter("Hello?")) == (VERSION, NUMBER)


def test_a_long_mail_is_looked_at_in_linear_time() -> None:
    shape = Need("n", {"en": "x"}, looks_like=("@@@@@ ##### @@@@@ #####",))
    assert missing((shape,), letter("aaaaa 11111 " * 100_000)) == ()
