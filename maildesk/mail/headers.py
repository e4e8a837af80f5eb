"""Header fields: splitting the block, decoding values, reading parameters. Total: any octets give fields.

RFC 5322, 2.2 (fields and folding), RFC 2047 (encoded words), RFC 2231 (parameters), RFC 6532 (UTF-8 in headers); and
what is sent instead: raw 8-bit of any charset, encoded words inside quotes, cut within a character, or with spaces;
lines without a colon; an mbox line on top; bare CR as line end.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from maildesk.mail.charsets import decode

Fields = list[tuple[str, str]]

_BLANK_LINE = re.compile(rb"\n\r{0,2}\n|\A\r{0,2}\n")
_FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:(.*)", re.DOTALL)
_ENCODED_WORD = re.compile(r"=\?([^?\s]{1,60})\?([BbQq])\?((?:[^?]|\?(?!=)){0,1000}?)\?=(?![0-9A-Fa-f]{2})", re.DOTALL)
_PARAMETER = re.compile(r";[ \t]*([^=;\s\"]{1,100})[ \t]*=[ \t]*(\"(?:[^\"\\]|\\.)*\"?|[^;]*)", re.DOTALL)
_CONTINUED = re.compile(r"(.*?)(?:\*(\d{1,3}))?(\*)?\Z", re.DOTALL)


class Head(NamedTuple):
    """A block of fields: (name, undecoded value) in order, where the body starts, and what was wrong."""

    fields: list[tuple[str, bytes]]
    body: int
    problems: tuple[str, ...]


def split_head(raw: bytes, start: int, end: int, limit: int) -> Head:
    """Reads the fields of ``raw[start:end]``; ``limit`` bounds the octets of the block that are looked at."""
    blank = _BLANK_LINE.search(raw, max(start - 1, 0) if start else 0, end)
    stop = blank.start() + 1 if blank else end
    body = blank.end() if blank else end
    block = raw[start : min(stop, start + limit)]
    problems = [] if stop - start <= limit else ["The header is longer than the limit; its end was left out."]
    fields, stray = _fields(block)
    if not fields and block.strip():
        return Head([], start, ("There is no header: everything was read as text.",))
    if stray:
        problems.append("A line of the header is no header field; it was left out.")
    return Head(fields, body, tuple(problems))


def _fields(block: bytes) -> tuple[list[tuple[str, bytes]], bool]:
    fields: list[tuple[str, list[bytes]]] = []
    stray = False
    for number, line in enumerate(block.splitlines()):
        if line[:1] in (b" ", b"\t"):
            if fields:
                fields[-1][1].append(line)
        elif found := _FIELD.match(line):
            fields.append((found[1].decode("ascii"), [found[2]]))
        elif line and not (number == 0 and line.startswith((b"From ", b">From "))):
            stray = True
    return [(name, b"\n".join(lines)) for name, lines in fields], stray


def unfold(value: bytes, limit: int, hint: str | None = None) -> str:
    """One field's value as characters, folding undone (RFC 5322, 2.2.3), encoded words still in it.

    Raw 8-bit octets say nothing of their charset; ``hint`` is the one that the mail declares for its body.
    """
    text, _ = decode(value[:limit], hint if hint and not value.isascii() else None)
    if "\n" in text:
        text = " ".join(line.strip(" \t\r") for line in text.split("\n"))
    return text.strip(" \t\r\n")


def decode_words(text: str) -> str:
    """Encoded words replaced by what they say; neighbours are joined first, for senders cut within a character."""
    if "=?" not in text:
        return _tidy(text)
    pieces: list[str] = []
    octets, charset, last = b"", "", 0
    for word in _ENCODED_WORD.finditer(text):
        between = text[last : word.start()]
        content = _word_octets(word[2], word[3])
        same = charset == word[1].lower() and not between.strip()
        if not same:
            pieces += [decode(octets, charset)[0] if octets else "", "" if octets and not between.strip() else between]
            octets = b""
        octets, charset, last = octets + content, word[1].lower(), word.end()
    pieces += [decode(octets, charset)[0] if octets else "", text[last:]]
    return _tidy("".join(pieces))


def _word_octets(encoding: str, content: str) -> bytes:
    octets = content.encode("utf-8", "replace")
    if encoding in "Qq":
        return binascii.a2b_qp(octets.replace(b"_", b" "))
    return lenient_base64(octets)


_NOT_BASE64 = bytes(octet for octet in range(256) if not (chr(octet).isalnum() and octet < 128) and octet not in b"+/")


def lenient_base64(octets: bytes) -> bytes:
    """RFC 2045, 6.8 for senders who wrap, cut, pad in the middle, or use the URL alphabet. Never raises."""
    if b"-" in octets or b"_" in octets:
        octets = octets.replace(b"-", b"+").replace(b"_", b"/") if b"+" not in octets and b"/" not in octets else octets
    if b"=" in octets.rstrip(b"=\r\n \t")[:-1] and octets.count(b"=") < _MOST_PADDED:
        return b"".join(_one_base64(piece) for piece in re.split(rb"=+", octets))
    return _one_base64(octets)


_MOST_PADDED = 10_000  # pieces, each padded on its own; more is no mail program's work


def _one_base64(octets: bytes) -> bytes:
    clean = octets.translate(None, _NOT_BASE64)
    if len(clean) % 4 == 1:
        clean = clean[:-1]
    return binascii.a2b_base64(clean + b"=" * (-len(clean) % 4))


def _tidy(text: str) -> str:
    """Controls that would break a line, a terminal or a header of ours become spaces."""
    return _CONTROLS.sub(" ", text).strip()


_CONTROLS = re.compile(r"[\x00-\x08\x0a-\x1f\x7f\x85\u2028\u2029]+")


class Value(NamedTuple):
    """A field with parameters: ``text/plain; charset=utf-8``. ``main`` and the names are lower case."""

    main: str
    parameters: dict[str, str]


def parameters(value: str) -> Value:
    """Reads ``Content-Type``, ``Content-Disposition`` and their like (RFC 2045, 5.1; RFC 2231)."""
    main, separator, rest = value.partition(";")
    if not separator and "=" in main and "/" not in main.split("=")[0]:
        main, rest = "", value
    found: dict[str, str] = {}
    split: dict[str, list[tuple[int, bool, str]]] = {}
    for each in _PARAMETER.finditer(";" + rest[:20_000]):
        name, number, star = _CONTINUED.fullmatch(each[1].lower()).groups()  # type: ignore[union-attr]  # matches any text
        content = _unquote(each[2])
        if number is not None or star:
            split.setdefault(name, []).append((int(number or 0), bool(star), content))
        else:
            found.setdefault(name, content)
    for name, pieces in split.items():
        found[name] = _join(pieces)
    return Value(main.strip().lower(), found)


def _unquote(text: str) -> str:
    text = text.strip()
    if text.startswith('"'):
        text = text[1:-1] if len(text) > 1 and text.endswith('"') else text[1:]
        return re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL) if "\\" in text else text
    return text


def _join(pieces: Iterable[tuple[int, bool, str]]) -> str:
    """RFC 2231, 3 and 4: ``name*0*=utf-8'de'%C3``, ``name*1*=%A4``."""
    ordered = sorted(pieces, key=lambda piece: piece[0])
    charset, octets = "utf-8", b""
    for position, (_, encoded, text) in enumerate(ordered):
        if encoded and position == 0 and text.count("'") >= 2:
            charset, _, text = text.split("'", 2)
        octets += unquote_to_bytes(text) if encoded else text.encode("utf-8", "replace")
    return decode_words(decode(octets, charset)[0])
