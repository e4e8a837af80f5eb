"""A forwarded mail: who wrote the original, and the original as a mail of its own.

Two forms. As an attachment (``message/rfc822``, RFC 2046, 5.2.1; an ``.eml`` file): the original's octets, untouched;
Outlook's ``.msg`` file: what it holds, as a mail (``outlook_file``); one that cannot be read is named in ``unread``.
In the text, below "Forwarded message" or a block of header lines ("Von: / Gesendet: / Betreff:") in any language of
``words/``: the mail is put together again from what the block says, with the text below it, the HTML below it where its
place is found, and every file of the forward. A client that threads its forwards names the original's Message-ID in
In-Reply-To or References; it is kept, else there is none.

What it does not do: believe any of it. Whoever forwards may write what they like, and so may who wrote to them. Inner
forwards stay in the text: reading the result again finds them. A forward that cannot be told from a reply is none.

What can go wrong: a block without an address ("Von: Max Muster", Exchange within one house): ``sender`` is empty then.
The files of a forward in the text may be the forwarder's own: nothing tells them apart.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from maildesk.mail.addresses import mailboxes
from maildesk.mail.attribution import is_forward_separator, is_original_separator
from maildesk.mail.forward_blocks import Block, fields_of, find_block, with_lines_apart
from maildesk.mail.html_below import html_below
from maildesk.mail.ids import message_ids
from maildesk.mail.letter import Attachment, Letter, Mailbox, fold_address
from maildesk.mail.newtext import forwarded_subject, is_forwards_subject
from maildesk.mail.outlook_file import is_outlook_file, outlook_mail
from maildesk.mail.quote import is_marker
from maildesk.mail.rebuilding import put_together, rebuilt
from maildesk.mail.shown_dates import shown_moment
from maildesk.mail.signature import cut_signature

_ADDRESS = re.compile(r"[^\s<>@\[\]()\"',;:*]{1,64}@[^\s<>@\[\]()\"',;:*]{2,255}")
_LINKED = re.compile(r"<mailto:[^<>]*>|\[mailto:|\bmailto:", re.IGNORECASE)
_END = re.compile(r"[ >]{0,4}-{3,}\s.{3,60}\s-{3,}\s*")
_MAIL_FILE = re.compile(rb"(?:[A-Za-z][A-Za-z0-9-]{1,60}:[^\n]*\n(?:[ \t][^\n]*\n)*){2}")


@dataclass(frozen=True, slots=True)
class Original:
    """One forwarded mail: its octets, and whom they name as the author (empty address: nobody). ``at`` is aware."""

    raw: bytes
    sender: Mailbox
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Forward:
    """``words``: the forwarder's own. ``ours``: what is forwarded shows one of our own notifications.

    ``unread``: names of attached mails that cannot be read; the original of each holds the file and has no author.
    """

    words: str
    originals: tuple[Original, ...]
    attached: bool
    ours: bool = False
    unread: tuple[str, ...] = ()


def read_forward(letter: Letter) -> Forward | None:
    """What this mail forwards; None where it forwards nothing. Total, like all reading of mail."""
    files = tuple(each for each in letter.attachments if _is_mail(each))
    lines = with_lines_apart(letter.text.split("\n"))
    found = find_block(lines, is_forwards_subject(letter.subject))
    if files:
        words = _words(lines[: found.above], letter) if found else letter.new_text.strip()
        return _attached(letter, words, files)
    if found is None:
        return None
    return _in_text(letter, lines, found)


def _attached(letter: Letter, words: str, files: tuple[Attachment, ...]) -> Forward:
    originals: list[Original] = []
    unread: list[str] = []
    for each in files:
        raw = outlook_mail(each.content) if is_outlook_file(each) else each.content
        if raw is None:
            unread.append(each.filename or each.content_type)
            raw = put_together([("Subject", letter.subject)], "", "", (each,))
        originals.append(Original(raw, Mailbox("", "")))
    return Forward(words, tuple(originals), attached=True, unread=tuple(unread))


def _is_mail(file: Attachment) -> bool:
    if file.content_type.lower() == "message/rfc822" or is_outlook_file(file):
        return True
    return (file.filename or "").lower().endswith(".eml") and bool(_MAIL_FILE.match(file.content.lstrip()[:20_000]))


# ── in the text ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _in_text(letter: Letter, lines: list[str], found: Block) -> Forward:
    fields = fields_of(lines[found.top : found.end + 1])
    body, behind = _body(lines, found)
    sender = _mailbox(fields.get("from", ""))
    at = shown_moment(fields.get("sent", ""), letter)
    html = html_below(letter.html, lines[found.first : found.last + 1]) if letter.html else ""
    raw = rebuilt(
        sender=sender,
        to=mailboxes(_plain(fields.get("to", ""))),
        cc=mailboxes(_plain(fields.get("cc", ""))),
        at=at,
        subject=fields.get("subject", forwarded_subject(letter.subject)),
        message_id=_known_id(letter, lines[found.top : found.end + 1]),
        references=letter.references,
        text=body,
        html=html,
        files=letter.attachments,
    )
    ours = any(is_marker(line) for line in lines[found.end + 1 :])
    words = "\n\n".join(filter(None, (_words(lines[: found.above], letter), behind)))
    return Forward(words, (Original(raw, sender, at),), attached=False, ours=ours)


def _known_id(letter: Letter, shown: list[str]) -> str | None:
    """As the block shows it; mail programs that thread a forward name the forwarded mail last (RFC 5322, 3.6.4)."""
    said = (
        message_ids(line.partition(":")[2]) for line in shown if line.lstrip("> ").lower().startswith("message-id:")
    )
    return next((each[0] for each in (*said, letter.in_reply_to, letter.references[-1:]) if each), None)


def _body(lines: list[str], found: Block) -> tuple[str, str]:
    """The original's text, and what the forwarder wrote below its end where the client marks the end (mutt)."""
    block, below = lines[found.first : found.last + 1], lines[found.end + 1 :]
    ends = [number for number, line in enumerate(below) if _ends(line)] if _END.fullmatch(lines[found.above]) else []
    behind = below[ends[-1] + 1 :] if ends else []
    below = below[: ends[-1]] if ends else below
    if all(line.lstrip().startswith(">") for line in block):  # Apple Mail quotes what it forwards
        below = [re.sub(r"^\s{0,3}> ?", "", line) for line in below]
    text = "\n".join(below).strip("\n")
    return text.replace("\u00a0\n", "\n").strip("\n"), _without_signature(behind, "")


def _ends(line: str) -> bool:
    """Such as "----- End forwarded message -----"; a separator of the same shape begins an inner forward."""
    return bool(_END.fullmatch(line)) and not is_forward_separator(line) and not is_original_separator(line)


def _words(above: list[str], letter: Letter) -> str:
    return _without_signature(above, letter.sender.name)


def _without_signature(lines: list[str], name: str) -> str:
    """The forwarder's words; a name or a signature alone is none."""
    if not any(any(map(str.isalnum, line)) for line in lines):
        return ""
    own, _ = cut_signature(["x", "", *lines], name)
    return "\n".join(own[1:]).strip()


def _plain(value: str) -> str:
    """A header line's value without the links and emphasis that a client put into it."""
    return _LINKED.sub(" ", value.replace("*", "")).replace("]", " ")


def _mailbox(value: str) -> Mailbox:
    """Name and address as the block shows them: ``*Max* <max@…>``, ``Max [mailto:max@…]``, ``<max@…<mailto:…>>``."""
    plain = _plain(value)
    found = _ADDRESS.search(plain)
    if found is None:
        return Mailbox("", "")
    name = plain[: found.start()].strip(" \t\u00a0<>([\"'")
    return Mailbox(name, fold_address(found[0].rstrip(".")))
