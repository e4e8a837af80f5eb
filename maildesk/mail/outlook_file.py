"""A mail as Outlook saves it when somebody drags it out of a folder: a ``.msg`` file, put together as a mail.

The file holds what Outlook knew ([MS-OXMSG], [MS-OXPROPS]): mostly the header of the mail as it came in, the text, the
HTML (bare, or wrapped in RTF), files, mails inside. The result is octets that ``parsing`` reads like any mail's:

- the header is the original's own where Outlook kept it, so that whoever wrote a newsletter is known as a machine; else
  it is made of sender, recipients, moment, subject and Message-ID;
- pictures keep their Content-IDs; mails inside are ``message/rfc822``, five deep; a signed mail is its signed whole.

What it does not do: believe any of it, no more than of other forwards. An address of Exchange alone (``/o=…/cn=…``) is
none. What is not a mail (a contact, a task) comes out without a sender.

Total: damaged octets, loops and counts that no file has give None (``compound``), and the work is bounded by the size
of the file.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from maildesk.mail.charsets import decode
from maildesk.mail.compound import SIGNATURE, Broken, Compound, Folder
from maildesk.mail.headers import split_head, unfold
from maildesk.mail.ids import message_ids
from maildesk.mail.letter import Attachment, Mailbox
from maildesk.mail.mapi import INNER, PART, TOP, Properties, charset_of
from maildesk.mail.outlook_rtf import read_rtf, unpacked_rtf
from maildesk.mail.rebuilding import header_fields, put_around, put_together

_DEEPEST = 5
_MOST_PARTS = 500
_MOST_HEAD = 262_144
_MOST_FIELD = 32_768
_TO, _CC = 1, 2
_KINDS = ("application/vnd.ms-outlook", "application/msoutlook", "application/x-msg")
_ADDRESS = re.compile(r"[^\s<>@\"]{1,64}@[^\s<>@\"]{2,255}")
_TYPE = re.compile(r"[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,90}")
_SIGNED_WHOLE = "ipm.note.smime.multipartsigned"
_OF_THE_BODY = ("content-", "mime-version")


def is_outlook_file(file: Attachment) -> bool:
    """Whether a file is a mail of Outlook's, or says so and is damaged."""
    kind = file.content_type.lower()
    named = (file.filename or "").lower().endswith(".msg")
    return kind in _KINDS or (named and not kind.startswith(("message/", "text/")))


def outlook_mail(octets: bytes) -> bytes | None:
    """The mail in a ``.msg`` file; None where it cannot be read."""
    if not octets.startswith(SIGNATURE):
        return None
    try:
        file = Compound(octets)
        if "__properties_version1.0" not in file.root.streams:
            return None
        return _mail(file, file.root, Properties(file, file.root, TOP), 0)
    except Broken:
        return None


def _mail(file: Compound, folder: Folder, said: Properties, depth: int) -> bytes:
    files = tuple(_files(file, folder, said.charset, depth))
    fields = _own_fields(said) or _known_fields(file, folder, said)
    if len(files) == 1 and said.text(0x001A).lower().startswith(_SIGNED_WHOLE):
        entity = files[0].content.lstrip(b"\r\n")
        if entity[:8].lower() == b"content-":
            return put_around(fields, entity)
    text, html = said.text(0x1000), _html(said)
    if not text.strip() and not html:
        text, _ = read_rtf(unpacked_rtf(said.octets(0x1009)))
    return put_together(fields, text, html, files)


def _html(said: Properties) -> str:
    """The mail's HTML: as such, or out of the RTF that Outlook wrapped it in."""
    octets = said.octets(0x1013)
    html = decode(octets, charset_of(said.number(0x3FDE)))[0].replace("\0", "") if octets else said.text(0x1013)
    rtf = b"" if html.strip() else unpacked_rtf(said.octets(0x1009))
    found, is_html = read_rtf(rtf) if rb"\fromhtml" in rtf[:1_000] else ("", False)
    return html.replace("\r\n", "\n") or (found if is_html else "")


# ── who, when, about what ────────────────────────────────────────────────────────────────────────────────────────────


def _own_fields(said: Properties) -> list[tuple[str, str]]:
    """The header as the mail came in, without what says how its body was made; empty where it names no author."""
    head = said.text(0x007D).lstrip().encode("utf-8", "replace")[:_MOST_HEAD]
    fields = split_head(head + b"\n\n", 0, len(head) + 2, _MOST_HEAD).fields
    found = [(name, unfold(value, _MOST_FIELD)) for name, value in fields]
    if not any(name.lower() == "from" and "@" in value for name, value in found):
        return []
    return [each for each in found if not each[0].lower().startswith(_OF_THE_BODY)]


def _known_fields(file: Compound, folder: Folder, said: Properties) -> list[tuple[str, str]]:
    """The header of what Outlook knows of a mail that never came in by SMTP: sent by its owner, or within one house."""
    people = tuple(_recipients(file, folder, said.charset))
    author = _person(said, (0x5D02, 0x0065), (0x0042,)), _person(said, (0x5D01, 0x0C1F), (0x0C1A,))
    return header_fields(
        sender=next((each for each in author if each.address), author[0]),
        to=[each for kind, each in people if kind == _TO],
        cc=[each for kind, each in people if kind == _CC],
        at=said.moment(0x0039) or said.moment(0x0E06),
        subject=said.text(0x0037),
        message_id=next(iter(message_ids(said.text(0x1035))), None),
        references=(*message_ids(said.text(0x1039)), *message_ids(said.text(0x1042))),
    )


def _person(said: Properties, addresses: tuple[int, ...], names: tuple[int, ...]) -> Mailbox:
    """The first of the addresses that is one of the Internet's, and the first name that is no address."""
    found = (_ADDRESS.fullmatch(said.text(each).strip()) for each in addresses)
    address = next((each[0] for each in found if each), "")
    shown = (said.text(each).strip() for each in names)
    return Mailbox(next((each for each in shown if each and "@" not in each), ""), address)


def _recipients(file: Compound, folder: Folder, charset: str) -> Iterator[tuple[int, Mailbox]]:
    for inner in _parts(folder, "__recip_version1.0_"):
        said = Properties(file, inner, PART, charset)
        person = _person(said, (0x39FE, 0x3003), (0x3001,))
        if person.address:
            yield (said.number(0x0C15) or _TO) & 15, person  # above are marks of a mail that is sent again


def _parts(folder: Folder, name: str) -> list[Folder]:
    """The folders of that kind, in order of their numbers."""
    found = sorted((each, inner) for each, inner in folder.folders.items() if each.startswith(name))
    return [inner for _, inner in found[:_MOST_PARTS]]


# ── files ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _files(file: Compound, folder: Folder, charset: str, depth: int) -> Iterator[Attachment]:
    for inner in _parts(folder, "__attach_version1.0_"):
        said = Properties(file, inner, PART, charset)
        name = said.text(0x3707) or said.text(0x3704) or said.text(0x3001)
        mail = said.inner(0x3701)
        if mail is not None and "__properties_version1.0" in mail.streams:
            if depth < _DEEPEST:
                content = _mail(file, mail, Properties(file, mail, INNER), depth + 1)
                yield _file(f"{name or 'mail'}.eml", "message/rfc822", content)
        elif said.has(0x3701):
            content_id = said.text(0x3712).strip().strip("<>")
            yield _file(name, _kind(said), said.octets(0x3701), content_id)


def _kind(said: Properties) -> str:
    kind = said.text(0x370E).strip().lower()
    usable = _TYPE.fullmatch(kind) and not kind.startswith(("multipart/", "message/"))
    return kind if usable else "application/octet-stream"


def _file(name: str, kind: str, content: bytes, content_id: str = "") -> Attachment:
    digest = hashlib.sha256(content).hexdigest()
    return Attachment(name or None, kind, len(content), digest, bool(content_id), content, content_id or None)
