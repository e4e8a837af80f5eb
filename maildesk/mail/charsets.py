"""Octets into characters: a ladder of decoders that always ends with a text.

The rungs, first that fits:

1. pure ASCII without shift sequences needs no decoder;
2. a declared stateful charset (ISO-2022-*, HZ, UTF-7, UTF-16/32): its octets look like ASCII or nonsense to all others;
3. strict UTF-8: text that is not UTF-8 passes as such with a probability near zero once two sequences stand in it;
4. the declared charset, strictly, with the names and the supersets that senders really mean (``gb2312`` is GB18030,
   ``iso-8859-1`` is windows-1252: WHATWG Encoding, 4.2);
5. a guess (chardet);
6. windows-1252 with every octet defined, so that nothing is lost.

Nothing here raises. The result holds no lone surrogates and no NUL: it can always be encoded and stored.
"""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

_STATEFUL = ("iso-2022", "iso2022", "hz", "utf-7", "utf7", "utf-16", "utf16", "utf-32", "utf32", "unicode-1-1-utf-7")

# What is written in mail, and what Python calls the superset that is meant.
_MEANT = {
    "us-ascii": "", "ascii": "", "ansi_x3.4-1968": "", "646": "", "iso-8859-1": "cp1252", "iso8859-1": "cp1252",
    "latin1": "cp1252", "latin-1": "cp1252", "l1": "cp1252", "iso_8859-1": "cp1252", "iso-8859-9": "cp1254",
    "iso8859-9": "cp1254", "iso-8859-11": "cp874", "tis-620": "cp874", "x-windows-874": "cp874",
    "windows-874": "cp874", "gb2312": "gb18030", "gb_2312-80": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030",
    "euc-cn": "gb18030", "cp936": "gb18030", "windows-936": "gb18030", "chinesebig5": "big5hkscs",
    "big5": "big5hkscs", "x-x-big5": "big5hkscs", "cn-big5": "big5hkscs", "cp950": "cp950",
    "ks_c_5601-1987": "cp949", "ks_c_5601": "cp949", "ksc5601": "cp949", "euc-kr": "cp949", "windows-949": "cp949",
    "shift_jis": "cp932", "shift-jis": "cp932", "x-sjis": "cp932", "sjis": "cp932", "windows-31j": "cp932",
    "ms_kanji": "cp932", "iso-2022-jp": "iso2022_jp_ext", "iso-2022-jp-ms": "iso2022_jp_ext",
    "cp50220": "iso2022_jp_ext", "csiso2022jp": "iso2022_jp_ext", "iso-8859-8-i": "iso8859_8",
    "iso-8859-8-e": "iso8859_8", "iso-8859-6-i": "iso8859_6", "visual": "iso8859_8", "unicode-1-1-utf-7": "utf_7",
    "x-unicode-2-0-utf-7": "utf_7", "unicode-1-1-utf-8": "utf_8", "utf8mb4": "utf_8", "x-unicode": "utf_16",
    "unicode": "utf_16", "x-mac-roman": "mac_roman", "macintosh": "mac_roman", "x-mac": "mac_roman",
    "x-mac-cyrillic": "mac_cyrillic", "x-mac-ce": "mac_latin2", "x-mac-greek": "mac_greek",
    "x-mac-turkish": "mac_turkish", "koi8": "koi8_r", "koi": "koi8_r", "koi8-ru": "koi8_u", "x-koi8-r": "koi8_r",
    "dos-862": "cp862", "dos-720": "cp720", "x-user-defined": "cp1252", "unknown-8bit": "", "x-unknown": "",
    "unknown": "", "default": "", "_autodetect_all": "", "binary": "", "8bit": "", "none": "", "dlc": "",
    "ansi": "cp1252", "utf-8-mac": "utf_8", "x-utf-8": "utf_8",
}  # fmt: skip
_TEXT_ENCODING = re.compile(r"[a-z0-9_.:+-]{2,40}")


def decode(octets: bytes, declared: str | None) -> tuple[str, str | None]:
    """The text of these octets, and a sentence about what was wrong with the declaration, or None."""
    if octets.isascii() and not _is_stateful(declared):
        return octets.decode("ascii").replace("\0", ""), None
    return _climb(octets, declared)


def _climb(octets: bytes, declared: str | None) -> tuple[str, str | None]:
    codec = known_codec(declared)
    stateful = _is_stateful(declared)
    if stateful and codec and (text := _stateful(octets, codec)) is not None:
        return _safe(text), None
    if (text := _strictly(octets, "utf-8")) is not None:
        return _safe(text.removeprefix("\ufeff")), None
    if codec and not stateful and (text := _strictly(octets, codec)) is not None:
        return _safe(text), None
    if codec == "cp1252":  # five octets are undefined in it: no reason to doubt the rest
        return _safe(octets.decode("cp1252", "replace_c1")), None
    return _guess(octets, declared, codec)


def _guess(octets: bytes, declared: str | None, codec: str | None) -> tuple[str, str | None]:
    named = f"Its charset {declared[:40]!r}" if declared else "Its charset, which it does not name,"
    if octets.startswith((b"\xff\xfe", b"\xfe\xff")) and (text := _strictly(octets, "utf-16")) is not None:
        return _safe(text), f"{named} is UTF-16."
    if damaged := _mostly(octets, codec):
        return _safe(damaged), f"{named} does not fit a few of its octets; they are shown as \ufffd."
    guess = _chardet(octets)
    if guess in _ALIKE or guess is None:
        guess = _by_language(octets)
    if guess and guess != "cp1252" and (text := _strictly(octets, guess)) is not None:
        return _safe(text), f"{named} does not fit; it was read as {guess}."
    return _safe(octets.decode("cp1252", "replace_c1")), f"{named} does not fit; it was read as windows-1252."


# One octet a letter, told apart only by the language that comes out. The first wins where they come out alike.
_ALIKE = ("cp1252", "cp1250", "iso8859-2", "cp1254", "cp1255", "cp1257", "iso8859-1", "iso8859-15", "iso8859-9")


def _by_language(octets: bytes) -> str | None:
    """The charset in which the text looks most like some language."""
    from maildesk.mail.ngrams import likeness  # 15 ms to load, for one mail in a thousand

    texts = ((name, _strictly(octets[:2_000], name)) for name in _ALIKE[:6])
    scores = [(likeness(text), name) for name, text in texts if text is not None]
    best = max((score for score, _ in scores), default=0.0)
    return next((name for score, name in scores if score >= best), None)


def _mostly(octets: bytes, codec: str | None) -> str | None:
    """The text in the declared charset, or in UTF-8, if few characters are damaged: cut mail is common."""
    for name in ("utf-8", codec):
        if name and name not in ("cp1252", "latin-1"):
            text = _leniently(octets, name)
            foreign = sum(1 for octet in octets[:20_000] if octet > 127)
            if text and text[:20_000].count("\ufffd") * 6 <= foreign:
                return text
    return None


def _chardet(octets: bytes) -> str | None:
    import chardet  # costs 25 ms to import and is needed for one mail in a hundred

    found = chardet.detect(octets[:20_000])
    return known_codec(found["encoding"]) if found["encoding"] and (found["confidence"] or 0) > 0.2 else None


@lru_cache(maxsize=512)
def known_codec(declared: str | None) -> str | None:
    """Python's name of the text encoding that a sender means by ``declared``; None where it means nothing."""
    name = (declared or "").strip(" \t\"'<>;,").lower()
    name = name.split("*")[0]  # RFC 2231, 5: a language may follow the charset
    name = _MEANT.get(name, name)
    if not _TEXT_ENCODING.fullmatch(name):
        return None
    return _text_codec(name) or _text_codec(re.sub(r"^(?:x-|cs)|[_-]?(?:fin|win)$", "", name)) or _cp(name)


def _cp(name: str) -> str | None:
    """``cp-1252``, ``windows1251``, ``win-1251``, ``ibm850``: all mean a code page."""
    found = re.fullmatch(r"(?:cp|windows|win|ibm|microsoft-cp|dos|x-cp)[-_]?(\d{3,5})", name)
    return _text_codec(f"cp{found[1]}") if found else None


def _text_codec(name: str) -> str | None:
    try:
        found = codecs.lookup(name)
    except (LookupError, UnicodeError):
        return None
    return found.name if getattr(found, "_is_text_encoding", True) and found.name not in _NOT_FOR_MAIL else None


_NOT_FOR_MAIL = frozenset(
    {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem", "unicode-escape"}
)


def _is_stateful(declared: str | None) -> bool:
    return bool(declared) and (declared or "").strip(" \"'").lower().startswith(_STATEFUL)


def _stateful(octets: bytes, codec: str) -> str | None:
    if codec.startswith("utf-16") and octets.isascii() and b"\0" not in octets[:200]:
        return None  # the label lies: ASCII cannot be UTF-16
    text = _strictly(octets, codec)
    if text is None and octets.isascii():
        text = _leniently(octets, codec)
    return text


def _strictly(octets: bytes, codec: str) -> str | None:
    try:
        return octets.decode(codec, "strict")
    except (LookupError, UnicodeError, ValueError, OverflowError):
        return None


def _leniently(octets: bytes, codec: str) -> str | None:
    try:
        return octets.decode(codec, "replace")
    except (LookupError, UnicodeError, ValueError, OverflowError):
        return None


def _c1(error: UnicodeError) -> tuple[str, int]:
    """windows-1252 leaves five octets undefined; WHATWG maps them to C1 controls, and so do we."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "".join(chr(octet) for octet in error.object[error.start : error.end]), error.end


codecs.register_error("replace_c1", _c1)


def _safe(text: str) -> str:
    """Without what cannot be stored: NUL (PostgreSQL) and lone surrogates (UTF-8)."""
    if "\0" in text:
        text = text.replace("\0", "")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
