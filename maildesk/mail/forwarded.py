"""A forwarded mail: who wrote the original, and the original as a mail of its own.

Two forms. As an attachment (``message/rfc822``, RFC 2046, 5.2.1; an ``.eml`` file): the original's octets, untouched.
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
from functools import cache

from maildesk.mail.addresses import mailboxes
from maildesk.mail.attribution import header_block_at, is_forward_separator, is_original_separator, label_of
from maildesk.mail.html_below import html_below
from maildesk.mail.ids import message_ids
from maildesk.mail.letter import Attachment, Letter, Mailbox, fold_address
from maildesk.mail.newtext import is_forwards_subject
from maildesk.mail.quote import is_marker
from maildesk.mail.rebuilding import rebuilt
from maildesk.mail.shown_dates import shown_moment
from maildesk.mail.signature import cut_signature
from maildesk.mail.words import alternatives

_NEAR = 5
_MOST_ABOVE = 2_000  # lines in which the forward must begin: what an agent writes above it is shorter
_LONGEST = 300
_ADDRESS = re.compile(r"[^\s<>@\[\]()\"',;:*]{1,64}@[^\s<>@\[\]()\"',;:*]{2,255}")
_LINKED = re.compile(r"<mailto:[^<>]*>|\[mailto:|\bmailto:", re.IGNORECASE)
_END = re.compile(r"[ >]{0,4}-{3,}\s.{3,60}\s-{3,}\s*")
_MAIL_FILE = re.compile(rb"(?:[A-Za-z][A-Za-z0-9-]{1,60}:[^\n]*\n(?:[ \t][^\n]*\n)*){2}")
_KINDS = ("from", "sent", "to", "cc", "subject")


@dataclass(frozen=True, slots=True)
class Original:
    """One forwarded mail: its octets, and whom they name as the author (empty address: nobody). ``at`` is aware."""

    raw: bytes
    sender: Mailbox
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Forward:
    """``words``: the forwarder's own. ``ours``: what is forwarded shows one of our own notifications."""

    words: str
    originals: tuple[Original, ...]
    attached: bool
    ours: bool = False


def read_forward(letter: Letter) -> Forward | None:
    """What this mail forwards; None where it forwards nothing. Total, like all reading of mail."""
    files = tuple(each for each in letter.attachments if _is_mail(each))
    lines = _with_lines_apart(letter.text.split("\n"))
    found = _block(lines, is_forwards_subject(letter.subject))
    if files:
        words = _words(lines[: found.above], letter) if found else letter.new_text.strip()
        return Forward(words, tuple(Original(each.content, Mailbox("", "")) for each in files), attached=True)
    if found is None:
        return None
    return _in_text(letter, lines, found)


def _is_mail(file: Attachment) -> bool:
    if file.content_type.lower() == "message/rfc822":
        return True
    return (file.filename or "").lower().endswith(".eml") and bool(_MAIL_FILE.match(file.content.lstrip()[:20_000]))


# ── in the text ──────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Block:
    """Where the forwarder's own words end, and the lines of the header block (both included).

    ``end``: the last line of further fields that stand right below it (mutt shows all that it does not weed).
    """

    above: int
    first: int
    last: int
    end: int


_RUN_TOGETHER = re.compile(r"(\s*-{3,}[^-\n]{3,60}-{3,})\s*([^-\s].*)")


def _with_lines_apart(lines: list[str]) -> list[str]:
    """Yahoo's plain text has separator and header lines in one: "… Message ----- From: a@b.cTo: d@e.fSubject: g"."""
    apart: list[str] = []
    for line in lines:
        found = _RUN_TOGETHER.match(line[:2000]) if "--" in line and is_forward_separator(line[:150]) else None
        apart += [line] if found is None else [found[1], *_glued_labels().sub(r"\n\1", found[2]).split("\n")]
    return apart


@cache
def _glued_labels() -> re.Pattern[str]:
    return re.compile(rf"(?<!^)((?:{'|'.join(alternatives(kind) for kind in _KINDS)})\s?[:：])")


def _block(lines: list[str], forwards: bool) -> _Block | None:
    """The outermost forwarded mail. ``forwards``: the subject says so, and a bare header block is enough."""
    for number, line in enumerate(lines[:_MOST_ABOVE]):
        if not line.strip():
            continue
        announced = is_forward_separator(line) or (forwards and is_original_separator(line))
        if announced and (found := _below(lines, number)) is not None:
            return found
        if forwards and _SENTENCE.fullmatch(line):
            return _Block(number, number, number, number)
        if forwards and (last := header_block_at(lines, number)) is not None and _names_a_sender(lines, number, last):
            above = number - 1 if number and not any(map(str.isalnum, lines[number - 1])) else number
            return _Block(above, number, last, _end(lines, last))
    return None


_SENTENCE = re.compile(r"Forwarded message from (.{1,200}) on (.{6,60}):\s*")  # aerc, instead of a block


def _below(lines: list[str], separator: int) -> _Block | None:
    """The header block right below a separator."""
    for number in range(separator + 1, min(separator + _NEAR, len(lines))):
        if lines[number].strip(" >*\t\u00a0"):
            first = _past_fields_of_servers(lines, number)
            last = header_block_at(lines, first)
            return None if last is None else _Block(separator, first, last, _end(lines, last))
    return None


_MOST_FIELDS = 60
_ANY_FIELD = re.compile(r"[ >]{0,3}[A-Za-z][A-Za-z0-9-]{1,60}: ")


def _past_fields_of_servers(lines: list[str], number: int) -> int:
    """mutt forwards the whole header: Return-Path, Received and their like may stand above From."""
    for first in range(number, min(number + _MOST_FIELDS, len(lines))):
        if header_block_at(lines, first) is not None:
            return first
        if not _ANY_FIELD.match(lines[first]) and not (first > number and _FOLDED.match(lines[first])):
            break
    return number


_FIELD = re.compile(r"[ >]{0,3}[A-Za-z]+(?:-[A-Za-z]+)+: ")
_FOLDED = re.compile(r">?[ \t]+\S")


def _end(lines: list[str], last: int) -> int:
    end = last
    while end + 1 < len(lines) and (_FIELD.match(lines[end + 1]) or (end > last and _FOLDED.match(lines[end + 1]))):
        end += 1
    return end


def _names_a_sender(lines: list[str], first: int, last: int) -> bool:
    labels = (label_of(line) for line in lines[first : last + 1])
    return any(found is not None and "from" in found[0] for found in labels)


def _in_text(letter: Letter, lines: list[str], found: _Block) -> Forward:
    fields = _fields(lines[found.first : found.last + 1])
    body, behind = _body(lines, found)
    sender = _mailbox(fields.get("from", ""))
    at = shown_moment(fields.get("sent", ""), letter)
    html = html_below(letter.html, lines[found.first : found.last + 1]) if letter.html else ""
    raw = rebuilt(
        sender=sender,
        to=mailboxes(_plain(fields.get("to", ""))),
        cc=mailboxes(_plain(fields.get("cc", ""))),
        at=at,
        subject=fields.get("subject", ""),
        message_id=_known_id(letter, lines[found.first : found.end + 1]),
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


def _fields(block: list[str]) -> dict[str, str]:
    """The values of the header lines by kind; of a label that means several, the one that is still missing."""
    if said := _SENTENCE.fullmatch(block[0]):
        return {"from": said[1], "sent": said[2]}
    found: dict[str, str] = {}
    last = ""
    for line in block:
        labelled = label_of(line)
        if labelled is None:
            if last and line.startswith((" ", "\t")) and not _other_label(line):
                found[last] += f" {line.strip()[:_LONGEST]}"
            continue
        kinds, value = labelled
        fitting = [kind for kind in _KINDS if kind in kinds and kind not in found]
        wanted = "from" if "from" in fitting and "@" in value else next(iter(fitting), "")
        if wanted:
            found[wanted] = value.strip()
        last = wanted
    return found


def _other_label(line: str) -> bool:
    return bool(re.match(r"\s*[\w-]{2,20}\s?:", line))


def _body(lines: list[str], found: _Block) -> tuple[str, str]:
    """The original's text, and what the forwarder wrote below its end where the client marks the end (mutt)."""
    block, below = lines[found.first : found.last + 1], lines[found.end + 1 :]
    ends = [number for number, line in enumerate(below) if _END.fullmatch(line) and _END.fullmatch(lines[found.above])]
    behind = below[ends[-1] + 1 :] if ends else []
    below = below[: ends[-1]] if ends else below
    if all(line.lstrip().startswith(">") for line in block):  # Apple Mail quotes what it forwards
        below = [re.sub(r"^\s{0,3}> ?", "", line) for line in below]
    text = "\n".join(below).strip("\n")
    return text.replace("\u00a0\n", "\n").strip("\n"), _without_signature(behind, "")


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
