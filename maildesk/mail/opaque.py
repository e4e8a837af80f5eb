"""Parts whose content hides in another format: winmail.dat (TNEF), S/MIME, OpenPGP, calendar. Opened or named as such.

Outlook's ``winmail.dat`` is unpacked: its text, its HTML and its files. A signed mail that is wrapped whole (RFC 8551,
3.5.2, ``application/pkcs7-mime``) is unwrapped without a check of the signature, since what it says can be read. What
is encrypted is named, so that nobody believes the mail was empty. An invitation's summary, place and time become its
text where it has no other.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import NamedTuple

ENCRYPTED_PGP = "The mail is encrypted with OpenPGP; maildesk cannot read it."
ENCRYPTED_SMIME = "The mail is encrypted with S/MIME; maildesk cannot read it."
PGP_BLOCK = "-----BEGIN PGP MESSAGE-----"
_MOST_FILES = 200


class Unpacked(NamedTuple):
    """What a container held: plain text, HTML, and (name, content type, content) of its files."""

    text: str
    html: str
    files: tuple[tuple[str | None, str, bytes], ...]


def unpack_tnef(octets: bytes) -> Unpacked | None:
    """[MS-OXTNEF] as Exchange sends it; None where it is damaged."""
    from tnefparse import TNEF  # 8 ms to import; one mail in a thousand needs it

    try:
        found = TNEF(octets)
        text = _characters(found.body)
        html = _characters(found.htmlbody)
        files = tuple(
            (
                _characters(each.long_filename() or each.name) or None,
                "application/octet-stream",
                bytes(each.data or b""),
            )
            for each in found.attachments[:_MOST_FILES]
        )
    except Exception:  # tnefparse raises anything on damaged files; the file is then shown as an attachment
        return None
    return Unpacked(text, html, files) if text or html or files else None


def _characters(value: object) -> str:
    if isinstance(value, list):
        value = b"".join(each for each in value if isinstance(each, bytes))
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    return str(value or "").replace("\0", "").strip()


def signed_content(octets: bytes) -> bytes | None:
    """The MIME entity inside of a CMS SignedData (RFC 5652, 5.1 and 5.2): the first long octet string that is one."""
    for content in _octet_strings(octets):
        if re.match(rb"(?:[!-9;-~]{1,60}:|\r?\n)", content) and b"ontent-" in content[:2_000]:
            return content
    return None


def _octet_strings(octets: bytes) -> list[bytes]:
    """The contents of BER octet strings, pieces of constructed ones joined, as deep as SignedData nests them."""
    found: list[bytes] = []
    waiting = [(0, len(octets), 0)]
    while waiting and len(found) < 50:
        start, end, depth = waiting.pop()
        position = start
        while position < end and depth < 12:
            element = _element(octets, position, end)
            if element is None:
                break
            tag, inner, position = element
            content = octets[inner:position]
            if tag == 0x24:
                found.append(_joined(content))
            elif tag == 0x04:
                found.append(content)
            elif tag & 0x20:
                waiting.append((inner, position, depth + 1))
    return found


def _joined(content: bytes) -> bytes:
    pieces: list[bytes] = []
    position = 0
    while position < len(content) and (element := _element(content, position, len(content))) is not None:
        tag, inner, position = element
        if tag == 0x04:
            pieces.append(content[inner:position])
    return b"".join(pieces)


def _element(octets: bytes, position: int, end: int) -> tuple[int, int, int] | None:
    """(tag, start of content, end) of one BER element (X.690, 8.1); an indefinite length reaches to the end."""
    if position + 2 > end or octets[position] == 0:
        return None
    tag, length = octets[position], octets[position + 1]
    position += 2
    if length == 0x80:
        return tag, position, end
    if length & 0x80:
        count = length & 0x7F
        length = int.from_bytes(octets[position : position + count], "big")
        position += count
    if length > end - position:
        return tag, position, end
    return tag, position, position + length


def encryption_of(content_type: str, parameters: dict[str, str], text: str) -> str | None:
    """The sentence for an encrypted part, or None."""
    if content_type == "multipart/encrypted" or content_type == "application/pgp-encrypted":
        return ENCRYPTED_PGP
    if content_type in ("application/pkcs7-mime", "application/x-pkcs7-mime"):
        return None if parameters.get("smime-type", "").startswith(("signed", "certs")) else ENCRYPTED_SMIME
    return ENCRYPTED_PGP if PGP_BLOCK in text else None


_CALENDAR_LINE = re.compile(
    r"^(SUMMARY|LOCATION|DTSTART|DTEND|METHOD|ORGANIZER)(?:;[^:\n]{0,200})?:(.{0,1000})", re.MULTILINE
)


def calendar_text(calendar: str) -> str:
    """An invitation in words (RFC 5545): what, when, where, from whom; empty where it says nothing."""
    fields: dict[str, str] = {}
    for name, value in _CALENDAR_LINE.findall(re.sub(r"\n[ \t]", "", calendar[:100_000])):
        fields.setdefault(name, value.strip().replace("\\,", ",").replace("\\n", "\n").replace("\\;", ";"))
    lines = [fields.get("SUMMARY", ""), _moment(fields.get("DTSTART", "")), fields.get("LOCATION", ""),
             re.sub(r"(?i)^mailto:", "", fields.get("ORGANIZER", ""))]  # fmt: skip
    return "\n".join(line for line in lines if line)


def _moment(value: str) -> str:
    for pattern in ("%Y%m%dT%H%M%SZ", "%Y%m%dT%H%M%S", "%Y%m%d"):
        try:
            return datetime.strptime(value, pattern).strftime(
                "%Y-%m-%d %H:%M" + (" UTC" if pattern.endswith("Z") else "")
            )
        except ValueError:
            continue
    return value
