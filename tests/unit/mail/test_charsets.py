"""The ladder of decoders."""

from __future__ import annotations

import pytest

from maildesk.mail.charsets import decode, known_codec


@pytest.mark.parametrize(
    ("text", "codec", "declared"),
    [
        ("Größe", "utf-8", "utf-8"),
        ("Größe", "cp1252", "iso-8859-1"),
        ("“quoted” – €", "cp1252", "iso-8859-1"),
        ("Принтер", "koi8-r", "koi8-r"),
        ("Принтер", "cp1251", "windows-1251"),
        ("プリンター", "iso2022_jp", "ISO-2022-JP"),
        ("①番", "cp932", "shift_jis"),
        ("打印機", "big5", "big5"),
        ("打印机", "gb2312", "GB2312"),
        ("镕", "gb18030", "gb2312"),
        ("프린터", "cp949", "ks_c_5601-1987"),
        ("été", "utf-7", "utf-7"),
        ("ǅ", "utf-16", "utf-16"),
        ("Łódź", "cp1250", "cp-1250"),
    ],
)
def test_a_declared_charset_is_read_as_senders_mean_it(text: str, codec: str, declared: str) -> None:
    assert decode(text.encode(codec), declared) == (text, None)


def test_utf8_is_read_as_such_whatever_is_declared() -> None:
    assert decode("Größe".encode(), "iso-8859-15")[0] == "Größe"


@pytest.mark.parametrize("declared", [None, "us-ascii", "unknown-8bit", "x-nonsense", "base64"])
def test_an_unknown_charset_is_guessed_and_said(declared: str | None) -> None:
    text, problem = decode("Не могу войти в личный кабинет, помогите пожалуйста".encode("koi8-r"), declared)
    assert text.startswith("Не могу войти")
    assert problem


def test_every_octet_becomes_something() -> None:
    text, _ = decode(bytes(range(1, 256)) * 3, "us-ascii")
    assert text.encode("utf-8")


def test_nul_and_lone_surrogates_are_taken_out() -> None:
    assert decode(b"a\0b", None)[0] == "ab"
    decode(b"+2AA-", "utf-7")[0].encode("utf-8")


def test_a_codec_that_is_no_charset_is_refused() -> None:
    assert known_codec("rot13") is None
    assert known_codec("hex") is None


def test_a_cut_utf8_text_stays_utf8() -> None:
    assert decode("Grüße aus Köln, es läuft".encode()[:-1] + b"\xc3", "utf-8")[0].startswith("Grüße aus Köln")


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        ("Grüße aus Köln", "latin-1"),
        ("El envío llegó mañana, señor", "latin-1"),
        ("Zażółć gęślą jaźń, proszę o pomoc", "cp1250"),
        ("Zażółć gęślą jaźń, proszę o pomoc", "iso-8859-2"),
        ("Yazıcı çalışmıyor, lütfen yardım", "cp1254"),
        ("המדפסת לא עובדת", "cp1255"),
        ("Ο εκτυπωτής δεν δουλεύει", "iso-8859-7"),
        ("Принтер не работает", "cp1251"),
        ("プリンターが動きません。", "cp932"),
        ("印表機壞了，請幫忙看看", "big5"),
    ],
)
@pytest.mark.parametrize("declared", [None, "utf-8"])
def test_a_text_of_no_declared_charset_is_read_in_the_one_that_makes_sense(
    text: str, codec: str, declared: str
) -> None:
    assert decode(text.encode(codec), declared)[0] == text
