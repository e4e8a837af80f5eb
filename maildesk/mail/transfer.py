"""Content-Transfer-Encoding undone (RFC 2045, 6), also where it lies. Never raises, never loses what was not encoded.

What is sent: base64 that is cut off, padded in the middle or followed by a footer that a list added; quoted-printable
with bare ``=``; 7bit that is 8bit; uuencode as an encoding or in the midst of a text.
"""

from __future__ import annotations

import binascii
import re
from contextlib import suppress

from maildesk.mail.headers import lenient_base64

_UU_BEGIN = re.compile(rb"^begin(?:-base64)? ([0-7]{3,4}) ([^\r\n]{1,255})\r?\n", re.MULTILINE)
_UU_END = re.compile(rb"^(?:`?[ ]*\r?\n)?end[ \t]*\r?$", re.MULTILINE)
_FOREIGN = re.compile(rb"[^A-Za-z0-9+/=\s]")
_PADDED_END = re.compile(rb"=[ \t]*\r?\n(?=\s*[^\sA-Za-z0-9+/=]|\r?\n)")


def decode_transfer(body: bytes, encoding: str) -> tuple[bytes, str | None]:
    """The decoded octets, and a sentence where the encoding is unknown or did not hold."""
    encoding = encoding.strip(" \t\"';").lower()
    if encoding in ("", "7bit", "8bit", "binary", "7-bit", "8-bit", "none"):
        return body, None
    if encoding in ("base64", "b", "base-64"):
        return _base64(body)
    if encoding in ("quoted-printable", "q", "quotedprintable", "qp"):
        return binascii.a2b_qp(body), None
    if encoding in ("x-uuencode", "uuencode", "uue", "x-uue"):
        files, rest = uuencoded(body)
        return (files[0][1], None) if files else (rest, "A part claims to be uuencoded and is not.")
    return body, f"The transfer encoding {encoding[:40]!r} is unknown; the part is shown as it came."


def _base64(body: bytes) -> tuple[bytes, str | None]:
    first_line = body.lstrip()[:1000].split(b"\n", 1)[0].strip()
    if b" " in first_line and _FOREIGN.search(first_line):
        return body, "A part claims to be base64 and is plain text."
    ending = _PADDED_END.search(body)
    if ending and b" " in body[ending.end() :].strip():
        return lenient_base64(body[: ending.end()]), "Something follows the base64 of a part; it was left out."
    significant = len(body) - sum(body.count(space) for space in (b"\r", b"\n", b" ", b"\t"))
    return lenient_base64(body), "The base64 of a part is cut off." if significant % 4 else None


def uuencoded(body: bytes) -> tuple[list[tuple[str, bytes]], bytes]:
    """The (name, content) of every uuencoded file in a text, and the text without them."""
    if b"begin" not in body:
        return [], body
    files: list[tuple[str, bytes]] = []
    rest: list[bytes] = []
    position = search = 0
    while found := _UU_BEGIN.search(body, search):
        search = found.end()
        is_base64 = found[0].startswith(b"begin-base64")
        if not is_base64 and not _looks_uuencoded(body[search : search + 80]):
            continue
        end = _UU_END.search(body, search)
        stop = end.start() if end else len(body)
        rest.append(body[position : found.start()])
        files.append((found[2].decode("utf-8", "replace").strip(), _uu_content(body[search:stop], is_base64)))
        position = search = end.end() if end else len(body)
    return files, b"".join([*rest, body[position:]])


def _looks_uuencoded(beginning: bytes) -> bool:
    """ "begin 644 it" may be somebody's sentence: the next line must be as long as its first octet says."""
    line = beginning.split(b"\n", 1)[0].rstrip(b"\r")
    if not line or not 32 < line[0] <= 96:
        return False
    wanted = (((line[0] - 32) & 63) + 2) // 3 * 4
    return wanted - 2 <= len(line) - 1 <= wanted + 2 and max(line) <= 96


def _uu_content(block: bytes, is_base64: bool) -> bytes:
    """The file, as far as its lines can be read."""
    if is_base64:
        return lenient_base64(block)
    decoded = []
    for line in block.splitlines():
        try:
            decoded.append(binascii.a2b_uu(line.rstrip()))
        except binascii.Error:
            length = (((line[0] - 32) & 63) * 4 + 5) // 3  # old encoders leave octets behind the announced ones
            with suppress(binascii.Error):
                decoded.append(binascii.a2b_uu(line[:length]))
    return b"".join(decoded)
