"""``parse``: any octets in, a letter out. Total and pure.

What it guarantees: it returns, for any octets, in time linear in their number; it raises nothing (an exception here is
a bug); what could not be read or was left out is said in ``problems``; every string in the letter can be stored as
UTF-8. It does no I/O, reads no clock, and holds no state between mails.

What it does not do: it decides nothing about tickets, believes nothing about who the sender is, and runs no clean-up of
HTML (``html.clean`` does, where HTML is shown). It cannot be interrupted: where somebody else's mail may be made to
cost time, call ``safely.read``, which kills.

    letter = parse(raw)
    letter = parse(raw, Limits(size=1_000_000), Known(own_ids=ids.minted_here, texts=(notification,),
    languages=("de",)))

``null_sender`` is what the envelope says (RFC 5321, 4.5.5); None where it is not known. Then a ``Return-Path: <>`` in
the header counts, and a missing one says nothing.
"""

from __future__ import annotations

import re
from dataclasses import replace

from maildesk.mail.addresses import mailboxes
from maildesk.mail.automatic import judge
from maildesk.mail.bodies import Bodies, collect
from maildesk.mail.charsets import decode
from maildesk.mail.dates import parse_date
from maildesk.mail.firstpass import ADDRESS_FIELDS, first_pass
from maildesk.mail.headers import Fields, decode_words, split_head, unfold
from maildesk.mail.ids import message_ids
from maildesk.mail.language import detect
from maildesk.mail.letter import Letter, Mailbox
from maildesk.mail.limits import DEFAULT_LIMITS, NOTHING_KNOWN, Known, Limits
from maildesk.mail.mailroom import Mailroom
from maildesk.mail.newtext import Texts, texts
from maildesk.mail.structure import Part, Reader

__all__ = ["DEFAULT_LIMITS", "NOTHING_KNOWN", "Known", "Limits", "parse"]


def parse(
    raw: bytes, limits: Limits = DEFAULT_LIMITS, known: Known = NOTHING_KNOWN, *, null_sender: bool | None = None
) -> Letter:
    """What we understand of one mail. See the module's page for what is guaranteed."""
    problems: list[str] = []
    if len(raw) > limits.size:
        problems.append(f"The mail has {len(raw)} octets; what follows the first {limits.size} was left out.")
    raw = _with_line_ends(raw[: limits.size])
    fields = _fields(raw, limits)
    reader = Reader(limits)
    root = reader.read(raw, 0, len(raw))
    bodies = collect(root, limits)
    problems += [*reader.problems, *bodies.problems]
    found = texts(bodies.readable, bodies.html, _subject(fields), _author(fields), known, limits)
    if found.problem:
        problems.append(found.problem)
    letter = _letter(fields, bodies, found, problems, known)
    return _judged(letter, fields, root, limits, known, null_sender)


def parse_plainly(raw: bytes, limits: Limits, problem: str) -> Letter:
    """The letter of a mail that must not be understood further: its fields, and its text as it came.

    For ``safely``, after the reading was killed. It looks at no MIME structure, cuts no quotes and judges nothing.
    """
    raw = _with_line_ends(raw[: limits.size])
    fields = _fields(raw, limits)
    body = split_head(raw, 0, len(raw), limits.header_octets).body
    text, _ = decode(raw[body : body + _SHOWN_PLAINLY], None)
    return _letter(fields, Bodies(plain=[text]), Texts(text, text, "", None), [problem], NOTHING_KNOWN)


_SHOWN_PLAINLY = 100_000


def _with_line_ends(raw: bytes) -> bytes:
    """Bare CR as line end (old Macs, broken gateways) becomes LF where there is no LF at all; BOM and mbox line go."""
    raw = raw.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    if b"\n" not in raw[:100_000] and b"\r" in raw:
        raw = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if b"\r\r\n" in raw[:100_000]:
        raw = raw.replace(b"\r\r\n", b"\r\n")
    return raw


def _fields(raw: bytes, limits: Limits) -> Fields:
    """All fields of the mail's own header: (name as sent, unfolded value with encoded words still in it)."""
    head = split_head(raw, 0, len(raw), limits.header_octets)
    charset = next(
        (
            found[1]
            for name, value in head.fields
            if name.lower() == "content-type" and (found := _CHARSET.search(value))
        ),
        b"",
    )
    return [(name, unfold(value, limits.header_value, charset.decode("ascii"))) for name, value in head.fields]


_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)


def _subject(fields: Fields) -> str:
    return decode_words(next((value for name, value in reversed(fields) if name.lower() == "subject"), ""))


def _author(fields: Fields) -> str:
    """The display name of whoever wrote, to know their signature by."""
    found = mailboxes(next((value for name, value in fields if name.lower() == "from"), "")[:500])
    return found[0].name if found else ""


def _letter(fields: Fields, bodies: Bodies, found: Texts, problems: list[str], known: Known) -> Letter:
    first = {name.lower(): value for name, value in reversed(fields)}
    last = {name.lower(): value for name, value in fields}
    people = _people(first)
    date, offset_known = parse_date(decode_words(last.get("date", "")))
    return Letter(
        message_id=next(iter(message_ids(first.get("message-id", ""))), None),
        in_reply_to=message_ids(last.get("in-reply-to", "")),
        references=message_ids(last.get("references", "")),
        date=date,
        date_offset_known=offset_known,
        from_=people["from"],
        reply_to=people["reply-to"],
        to=people["to"],
        cc=people["cc"],
        subject=_subject(fields),
        text_plain="\n".join(bodies.plain),
        html="\n".join(bodies.html),
        text=found.text,
        new_text=found.new_text,
        signature=found.signature,
        language=detect(found.new_text, known.languages),
        automatic=None,
        reason="",
        bounce=None,
        attachments=tuple(bodies.attachments),
        problems=tuple(problems),
        headers=tuple((name, decode_words(value)) for name, value in fields),
    )


def _judged(
    letter: Letter, fields: Fields, root: Part, limits: Limits, known: Known, null_sender: bool | None
) -> Letter:
    """The letter with what wrote it; a person's is returned as it is."""
    first = {name.lower(): value for name, value in reversed(fields)}
    if null_sender is None and "return-path" in first:
        null_sender = first["return-path"].strip() == "<>" or None
    room = Mailroom(first, root, letter.text, letter.subject, letter.sender.address, limits, null_sender)
    verdict = judge(room, letter.message_id, known)
    if verdict is None:
        return letter
    automatic, reason, bounce = verdict
    return replace(letter, automatic=automatic, reason=reason, bounce=bounce)


def _people(first: dict[str, str]) -> dict[str, tuple[Mailbox, ...]]:
    """The address fields: mail-parser's reading where it is sure, ours elsewhere."""
    sure = first_pass(first)
    return {name: sure.get(name) or mailboxes(first.get(name, "")) for name in ADDRESS_FIELDS}
