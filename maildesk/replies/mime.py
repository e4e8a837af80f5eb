"""The bytes of a mail: headers, bodies and attachments, the same for the same input, ready for any relay.

Written here and not with ``EmailMessage``: that writes a msg-id of 78 characters or more as an encoded word (then
threading is gone), its address folding has had injections, and it costs several milliseconds a mail. What is built here
is small: unstructured text, mailbox lists and msg-ids are the only kinds of header we send.

Guarantees: only ASCII leaves, save addresses beyond it; lines are at most 998 octets with CRLF (RFC 5322, 2.1.1); CR,
LF and NUL in any header value raise ``ValueError`` (a bug: callers have cleaned them); boundaries come from a seed, so
bytes are repeatable, and stand in no content. Encodings: 7bit where text allows it, else quoted-printable, or base64
where that is shorter.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from urllib.parse import quote

from maildesk.mail.letter import Attachment, Mailbox

LINE = 76
_TEXT_LINE = 998

Headers = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Part:
    """One MIME entity: its own headers and its encoded body, lines ended by CRLF."""

    headers: tuple[tuple[str, str], ...]
    body: bytes


_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_FORBIDDEN = re.compile(r"[\r\n\x00]")
_HEADER_TEXT = re.compile(r"[ -~]*")


def words(text: str, room: int = LINE) -> str:
    """Unstructured text as a header value: plain where it is short ASCII, else encoded words (RFC 2047), folded.

    ``room`` is what the header's name leaves of the first line.
    """
    if _FORBIDDEN.search(text):
        raise ValueError("a header value must be one line")
    if _HEADER_TEXT.fullmatch(text) and "=?" not in text and not text.startswith(" "):
        return _folded(text, room)
    return "\r\n ".join(_encoded(text))


def _folded(text: str, room: int) -> str:
    """Folds at spaces (RFC 5322, 2.2.3); a word longer than a line stays whole, below 998 it is legal."""
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        if line and len(line) + 1 + len(word) > (room if not lines else LINE - 1):
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return "\r\n ".join((*lines, line))


def _encoded(text: str) -> list[str]:
    """Encoded words of whole characters (RFC 2047, 2 and 5), broken at spaces where there are any.

    Readers drop what stands between two of them. Those that do not (Python before 3.13, in names) show a gap, which
    between words hurts nobody. 39 octets become 64 characters: with "Reply-To: " a line stays within 76.
    """
    found, run = [], ""
    for char in text:
        if len((run + char).encode()) > 39:
            cut = run.rfind(" ") + 1 or len(run)
            found.append(run[:cut])
            run = run[cut:]
        run += char
    return [f"=?utf-8?b?{base64.b64encode(each.encode()).decode()}?=" for each in (*found, run)]


def phrase(name: str) -> str:
    """A display name (RFC 5322, 3.2.5): atoms, a quoted string, or encoded words."""
    if _FORBIDDEN.search(name):
        raise ValueError("a name must be one line")
    if _ATOMS.fullmatch(name) and "=?" not in name:
        return name
    if _HEADER_TEXT.fullmatch(name) and "=?" not in name:
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    return "\r\n ".join(_encoded(name))


def mailbox_list(mailboxes: Sequence[Mailbox]) -> str:
    """Mailboxes as a header value, one a line; an address behind encoded words stands on the next, for RFC 2047 allows
    such a line 76 characters. Addresses must have been checked."""
    return ",\r\n ".join(_mailbox(each) for each in mailboxes)


def _mailbox(each: Mailbox) -> str:
    name = phrase(each.name) if each.name else ""
    if not name:
        return each.address
    return f"{name}\r\n <{each.address}>" if "=?" in name else f"{name} <{each.address}>"


def id_list(ids: Sequence[str]) -> str:
    """Message-IDs with their brackets, one a line, never encoded or broken."""
    return "\r\n ".join(f"<{each}>" for each in ids)


def text_part(subtype: str, text: str) -> Part:
    """A text/plain or text/html part in UTF-8 (US-ASCII is a part of it)."""
    body = re.sub(r"\r\n|\r|\n", "\r\n", text)
    encoding, encoded = _encode_text(body)
    headers = (("Content-Type", f"text/{subtype}; charset=utf-8"), ("Content-Transfer-Encoding", encoding))
    return Part(headers, encoded)


_ASCII = bytes(range(128))


def _encode_text(body: str) -> tuple[str, bytes]:
    data = body.encode("utf-8", "replace")
    if body.isascii() and "\x00" not in body and all(len(line) <= 78 for line in body.split("\r\n")):
        return "7bit", data
    if len(data.translate(None, _ASCII)) * 4 > len(data):
        return "base64", _base64(data)
    # b2a_qp encodes blanks at line ends; dots at line starts are the transport's business (RFC 5321, 4.5.2).
    return "quoted-printable", binascii.b2a_qp(data.replace(b"\r\n", b"\n"), istext=True).replace(b"\n", b"\r\n")


def _base64(data: bytes) -> bytes:
    return (
        binascii.b2a_base64(data, newline=False)
        if len(data) <= 57
        else base64.encodebytes(data).replace(b"\n", b"\r\n")
    )


_TYPE = re.compile(r"[A-Za-z0-9!#$&^_.+-]{1,80}/[A-Za-z0-9!#$&^_.+-]{1,80}")


def attachment_part(attachment: Attachment) -> Part:
    """An attachment or inline picture, byte for byte, with a name that is safe to save."""
    kind = attachment.content_type.lower() if _TYPE.fullmatch(attachment.content_type) else "application/octet-stream"
    if kind.startswith(("multipart/", "message/")):
        # RFC 2046, 5.2.1 forbids base64 for these; as a plain file it arrives unchanged and opens as mail.
        kind = "application/octet-stream"
    inline = attachment.inline and attachment.content_id is not None
    headers = [
        ("Content-Type", kind),
        ("Content-Transfer-Encoding", "base64"),
        ("Content-Disposition", ("inline" if inline else "attachment") + _filename(file_name(attachment))),
    ]
    if attachment.content_id and _CONTENT_ID.fullmatch(attachment.content_id.strip("<>")):
        headers.append(("Content-ID", f"<{attachment.content_id.strip('<>')}>"))
    return Part(tuple(headers), _base64(attachment.content))


def mail_part(raw: bytes) -> Part:
    """A whole mail, unchanged (RFC 2046, 5.2.1). ``ValueError`` for one beyond ASCII, which would need SMTPUTF8."""
    if not raw.isascii():
        raise ValueError("a mail with bytes beyond ASCII cannot be enclosed")
    return Part((("Content-Type", "message/rfc822"),), raw)


_CONTENT_ID = re.compile(r"[!-;=?-~]{1,250}")
_UNSAFE = re.compile(
    '[\x00-\x1f\x7f-\x9f\u2028\u2029\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff"*:<>?|]'
)


def file_name(attachment: Attachment) -> str:
    """The attachment's own name without folders, control and direction characters; "attachment" where it has none."""
    last = re.split(r"[/\\]", attachment.filename or "")[-1]
    tidy = " ".join(_UNSAFE.sub(" ", last).split()).strip(" .")
    if len(tidy) > 120:
        stem, dot, ending = tidy.rpartition(".")
        tidy = f"{stem[: 119 - len(ending)]}.{ending}" if dot and len(ending) <= 12 else tidy[:120]
    if not tidy:
        tidy = "message.eml" if attachment.content_type.lower() == "message/rfc822" else "attachment"
    return tidy


def _filename(name: str) -> str:
    """The parameter (RFC 2231 beyond ASCII). One line: at most 120 characters, so below 998 octets after encoding…"""
    if name.isascii():
        escaped = name.replace("\\", "\\\\")
        return f';\r\n filename="{escaped}"'
    pieces, run = [], ""
    for char in name:
        step = quote(char, safe="")
        if len(run) + len(step) > 60:
            pieces.append(run)
            run = ""
        run += step
    pieces.append(run)
    if len(pieces) == 1:
        return f";\r\n filename*=utf-8''{pieces[0]}"
    return "".join(
        f";\r\n filename*{index}*={'' if index else 'utf-8' + chr(39) * 2}{piece}" for index, piece in enumerate(pieces)
    )


def multipart(subtype: str, parts: Sequence[Part], seed: str) -> Part:
    """Parts in a multipart (RFC 2046, 5.1). The boundary stands in none of them; the seed makes it repeatable."""
    content = [part_bytes(part) for part in parts]
    boundary = _boundary(f"{seed} {subtype}", content)
    delimiter = f"--{boundary}".encode()
    body = b"".join(b"%b\r\n%b\r\n" % (delimiter, each) for each in content) + b"%b--\r\n" % delimiter
    return Part((("Content-Type", f'multipart/{subtype};\r\n boundary="{boundary}"'),), body)


def _boundary(seed: str, content: Sequence[bytes]) -> str:
    for attempt in count():
        boundary = "=_" + hashlib.sha256(f"{seed} {attempt}".encode()).hexdigest()[:24]
        if not any(boundary.encode() in each for each in content):
            return boundary
    raise AssertionError("unreachable: count() does not end")


def part_bytes(part: Part) -> bytes:
    """A part with its headers."""
    return header_bytes(part.headers) + b"\r\n" + part.body


_OF_ADDRESSES = frozenset({"To", "Cc"})


def header_bytes(headers: Headers) -> bytes:
    """Headers as they go out. Values are encoded and folded already; a stray CR or LF in one raises ``ValueError``.

    An address beyond ASCII stands as it is, in UTF-8 (RFC 6532, 3.2): there is no other way to write one.
    """
    for name, value in headers:
        if _FORBIDDEN.search(value.replace("\r\n ", "")) or not (value.isascii() or name in _OF_ADDRESSES):
            raise ValueError(f"{name} would end its line")
    return "".join(f"{name}: {value}\r\n" for name, value in headers).encode()
