"""Which parts of a mail are its text, and which are attachments.

A part is text where it is ``text/plain`` or ``text/html``, is not marked as an attachment and has no file name that
says otherwise (RFC 2183, 2.1 and 2.2; Apple Mail sends the text after an image as a second inline part, so several
texts are joined). All else is an attachment, every one with its decoded octets: nothing is dropped, not even a part
whose type or encoding we do not know. Forwarded messages stay whole, as attachments.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field

from maildesk.mail.charsets import decode
from maildesk.mail.flowed import unflow
from maildesk.mail.html import to_text
from maildesk.mail.letter import Attachment
from maildesk.mail.limits import Limits
from maildesk.mail.opaque import calendar_text, encryption_of, signed_content, unpack_tnef
from maildesk.mail.structure import Part, Reader
from maildesk.mail.transfer import decode_transfer, uuencoded

_META_CHARSET = re.compile(rb"<meta[^>]{1,200}charset\s*=\s*[\"']?([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)
_LOOKS_LIKE_HTML = re.compile(r"\s*(?:<!doctype html|<html[\s>])", re.IGNORECASE)  # whatever its type says
_SIGNED = ("-----BEGIN PGP SIGNED MESSAGE-----", "-----BEGIN PGP SIGNATURE-----", "-----END PGP SIGNATURE-----")


@dataclass(slots=True)
class Bodies:
    """What a mail carries. ``plain`` and ``html`` are as sent; ``readable`` is plain text unflowed."""

    plain: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    readable: list[str] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def say(self, problem: str | None) -> None:
        """Notes a problem once."""
        if problem and problem not in self.problems:
            self.problems.append(problem)


def collect(root: Part, limits: Limits) -> Bodies:
    """Walks the tree and sorts every leaf."""
    bodies = Bodies()
    for part in root.walk():
        bodies.say(encryption_of(part.type, part.content.parameters, ""))
        if part.type.startswith("multipart/") and part.parts:
            continue
        if _is_text(part, part is root):
            _take_text(part, bodies, limits)
        else:
            _attach(part, bodies)
            _attach_what_it_carries(part, bodies, limits)
            _open_container(part, bodies, limits)
    return bodies


def _open_container(part: Part, bodies: Bodies, limits: Limits) -> None:
    """Outlook's winmail.dat, a mail wrapped in its signature, an invitation: read besides being attached."""
    name = (part.filename or "").lower()
    if part.type in ("application/ms-tnef", "application/vnd.ms-tnef") or name == "winmail.dat":
        _open_tnef(bodies)
    elif part.type in ("application/pkcs7-mime", "application/x-pkcs7-mime"):
        _open_signed(bodies, limits)
    elif part.type == "text/calendar" and not any(map(str.strip, bodies.readable + bodies.html)):
        text, _ = decode(bodies.attachments[-1].content[:200_000], part.content.parameters.get("charset"))
        bodies.readable.append(calendar_text(text.replace("\r\n", "\n")))


def _open_tnef(bodies: Bodies) -> None:
    unpacked = unpack_tnef(bodies.attachments[-1].content)
    if unpacked is None:
        bodies.say("A winmail.dat could not be opened.")
        return
    for name, kind, content in unpacked.files:
        bodies.attachments.append(_attachment(name, kind, content, False, None))
    if not any(map(str.strip, bodies.readable + bodies.html)):
        bodies.readable.append(unpacked.text)
        bodies.html += [unpacked.html] if unpacked.html else []


def _open_signed(bodies: Bodies, limits: Limits) -> None:
    content = signed_content(bodies.attachments[-1].content)
    if content is None:
        return
    inner = collect(Reader(limits).read(content, 0, len(content)), limits)
    bodies.plain += inner.plain
    bodies.html += inner.html
    bodies.readable += inner.readable
    bodies.attachments += inner.attachments
    bodies.say("The mail is signed with S/MIME; the signature was not checked.")


def _attach_what_it_carries(part: Part, bodies: Bodies, limits: Limits) -> None:
    """A message forwarded in line shows its files as the mail's own, as mail clients do; it stays whole besides.

    One in base64 (RFC 2046, 5.2.1 forbids it) was meant as a file, and is left as one.
    """
    waiting = [(part, 0)]
    while waiting:
        part, depth = waiting.pop()
        encoding = part.fields.get("content-transfer-encoding", "").lower()
        if not _is_shown_message(part) or encoding in ("base64", "quoted-printable") or depth > limits.depth:
            continue
        inner = Reader(limits).read(part.raw, part.body, part.end)
        for each in inner.walk():
            if each.type == "message/rfc822":
                waiting.append((each, depth + 1))
            elif not each.parts and not each.type.startswith(("text/", "message/", "multipart/")):
                _attach(each, bodies)


def _is_shown_message(part: Part) -> bool:
    return part.type == "message/rfc822" and not part.disposition.main.startswith("attachment")


def _is_text(part: Part, is_root: bool) -> bool:
    if part.type not in ("text/plain", "text/html"):
        return False
    if part.disposition.main.startswith("attachment") and not (is_root and not part.filename):
        return False
    return not part.filename or part.disposition.main == "inline" or is_root


def _take_text(part: Part, bodies: Bodies, limits: Limits) -> None:
    octets, problem = decode_transfer(part.octets, part.fields.get("content-transfer-encoding", ""))
    bodies.say(problem)
    text = _cut(_characters(part, octets, bodies), limits.text_length, bodies)
    if part.type == "text/html":
        bodies.html.append(text)
        return
    if not part.rescued:
        bodies.plain.append(text)
    files, rest = uuencoded(octets)
    if files:
        text = _characters(part, rest, bodies)
    for name, content in files:
        bodies.attachments.append(_attachment(name, "application/octet-stream", content, False, None))
    bodies.say(encryption_of(part.type, {}, text))
    is_html = _LOOKS_LIKE_HTML.match(text[:500])
    bodies.readable.append(to_text(text[: limits.html_length]) if is_html else _as_read(text, part.content.parameters))


def _characters(part: Part, octets: bytes, bodies: Bodies) -> str:
    declared = part.content.parameters.get("charset")
    if part.type == "text/html" and not declared and (found := _META_CHARSET.search(octets[:4000])):
        declared = found[1].decode("ascii")
    text, problem = decode(octets, declared)
    bodies.say(problem)
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _as_read(text: str, parameters: dict[str, str]) -> str:
    if parameters.get("format", "").lower() == "flowed":
        text = unflow(text, parameters.get("delsp", "").lower() == "yes")
    return _unarmoured(text) if _SIGNED[0] in text else text


def _unarmoured(text: str) -> str:
    """The text of an inline-signed PGP mail (RFC 9580, 7.1) without its armour and dash-escaping."""
    before, _, rest = text.partition(_SIGNED[0])
    _, _, rest = rest.partition("\n\n")
    inner, _, after = rest.partition(_SIGNED[1])
    _, _, after = after.partition(_SIGNED[2])
    inner = "\n".join(line.removeprefix("- ") for line in inner.split("\n"))
    return before + inner + after


def _cut(text: str, limit: int, bodies: Bodies) -> str:
    if len(text) <= limit:
        return text
    bodies.say(f"A text of {len(text)} characters was cut off after {limit}.")
    return text[:limit]


def _attach(part: Part, bodies: Bodies) -> None:
    octets, problem = decode_transfer(part.octets, part.fields.get("content-transfer-encoding", ""))
    bodies.say(problem)
    identity = part.fields.get("content-id", "").strip().strip("<>") or None
    inline = part.disposition.main == "inline" or (identity is not None and part.disposition.main != "attachment")
    # The "name" of a message that is shown in line is its title; only a disposition makes a file of it.
    named = not _is_shown_message(part) or "filename" in part.disposition.parameters
    bodies.attachments.append(_attachment(part.filename if named else None, part.type, octets, inline, identity))


def _attachment(name: str | None, kind: str, content: bytes, inline: bool, identity: str | None) -> Attachment:
    return Attachment(name, kind, len(content), hashlib.sha256(content).hexdigest(), inline, content, identity)
