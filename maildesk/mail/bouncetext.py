"""Bounces in prose: who failed, and how, from the words of servers that know no RFC 3464.

Every server words it differently, but the forms are few: an address before a colon, alone in its line, in angle
brackets behind "to", "for", "user" or "RCPT TO". They count only in the server's own part of the text, above the mail
that it returns; the addresses of the server itself and of the mail's sender do not count.
"""

from __future__ import annotations

import re
from functools import lru_cache

from maildesk.mail import dsn
from maildesk.mail.headers import split_head, unfold
from maildesk.mail.letter import FailedRecipient
from maildesk.mail.mailroom import Mailroom

_A = r"[\w.!#$%&'*+/=?^`{|}~-]{1,128}@[\w.-]{1,200}[A-Za-z0-9]"
_RETURNED_AT = re.compile(
    r"^[ \t>|*-]*(?:-{2,}[ \t]*(?:this is a copy|below this line|original message|returned message|"
    r"message headers? follows?|the header of the original|included is a copy|unsent message|"
    r"undelivered message|return message|start of returned|message text follows|copy of (?:your|"
    r"the) message|message header|forwarded message|your original message|original mail)|"
    r"received: (?:from|by|\()|return-path: <|message-id: <\S+@|"
    r"your (?:original )?message (?:follows|is (?:attached|included|below)|was)[ \t]*:?$|"
    r"this is a copy of|(?:the )?(?:original|returned|"
    r"unsent) message (?:follows|was|header|is attached)|\[(?:included|original) message|"
    r"the first \d+ lines|contents of your|message content follows)",
    re.IGNORECASE | re.MULTILINE,
)
_STRONG = (
    re.compile(rf"^[ \t>*]*<?({_A})>?[ \t]*(?:\([^)\n]{{0,80}}\))?:(?![\w/])", re.MULTILINE),
    re.compile(rf"^[ \t>*-]*(?:<({_A})>|({_A}))[ \t.;,]*$", re.MULTILINE),
    re.compile(rf"rcpt to:?[ \t]*<?({_A})", re.IGNORECASE),
    re.compile(
        (
            rf"^[ \t>*]*(?:failed |final |original |intended |for |unknown )?(?:recipients?|address(?:es|ee)?|"
            rf"e?-?mail address|user|for|to|mailbox|"
            rf"destinat[a-z]+)(?:\(?s\)?)?(?: address)?[ \t]*[:=][ \t]*<?(?:mailto:|rfc822;)?({_A})"
        ),
        re.IGNORECASE | re.MULTILINE,
    ),
    re.compile(rf"^[ \t]*<?({_A})>?[ \t]*(?:\.{{3}}|;|\(|,| - |--|\bon \d|[ \t]{{2,}})", re.MULTILINE),
)
_WEAK = (
    re.compile(rf"^[ \t>*-]*<?({_A})>?[ \t]+\S", re.MULTILINE),
    re.compile(
        (
            rf"(?:\bto|\bfor|\buser|recipients?|address|mailbox|account|smtp)(?:[ \t]*[:=][ \t]*|"
            rf"[ \t\n]+)[\"'(\[]?<?({_A})"
        ),
        re.IGNORECASE,
    ),
    re.compile(rf"<({_A})>", re.IGNORECASE),
    re.compile(
        (
            rf"({_A})[>\"')]?[ \t:,-]{{0,3}}(?:user unknown|unknown user|does not exist|mailbox|is (?:not|"
            rf"unknown|invalid|full|disabled)|not found|no such|rejected|could not|was not|has been|because|"
            rf"[45]\d\d )"
        ),
        re.IGNORECASE,
    ),
)
_DELAY = re.compile(
    r"\bdelay|not yet been delivered|still being retried|will (?:continue|keep) (?:to try|trying|"
    r"to be)|will be retried|will keep trying|no action is required|you do not need to resend|"
    r"delivery will continue|warning: message|temporar(?:y|ily) (?:problem|unable)|this is a warning",
    re.IGNORECASE,
)
_EXPIRED = re.compile(
    (
        r"retry time(?:out| not)|time ?out exceeded|delivery time expired|message expired|expired after|"
        r"has expired|delivered for more than|too long|has been (?:in the queue|postponed)|"
        r"for \d+ (?:days|hours)|aborted after"
    ),
    re.IGNORECASE,
)
_FATAL = re.compile(
    (
        r"given up|giving up|permanent|could not be delivered|undeliverable|failed|unknown user|"
        r"user unknown|no such user"
    ),
    re.IGNORECASE,
)
_SMTP_LINE = re.compile(
    (
        r"^.{0,200}(?:\b[45]\d\d[ -][#(]?[45]\.\d{1,3}\.\d{1,3}|\b5[05]\d[ :-]|\b4[25]\d[ :-]|"
        r"\bSMTP error|said:|#[45]\.\d\.\d).{0,400}$"
    ),
    re.MULTILINE,
)


def server_text(room: Mailroom) -> str:
    """What the server itself wrote: the text above the mail that it returns."""
    text = room.text[:60_000]
    found = next((each for each in _RETURNED_AT.finditer(text) if each.start() > 40), None)
    return text[: found.start()] if found else text


_INTRODUCED = re.compile(
    r"(?:following|these|this) (?:e-?mail )?(?:recipient|address|user|destination|person|"
    r"people)[^\n]{0,60}|not (?:be )?delivered to[^\n]{0,40}|undeliverable to|failed to (?:these|"
    r"the following)[^\n]{0,60}|n'a pas pu [eê]tre d[eé]livr[eé] [aà]",
    re.IGNORECASE,
)


def recipients(room: Mailroom) -> list[FailedRecipient]:
    """The recipients that the text names; empty where it names none. What a sentence announces goes first."""
    text = server_text(room)
    introduced = _INTRODUCED.search(text)
    announced = _named(room, text[introduced.start() :]) if introduced else []
    return announced or _named(room, text)


def _named(room: Mailroom, text: str) -> list[FailedRecipient]:
    others = _not_recipients(room)
    status, diagnostic = verdict(room)
    for patterns in (_STRONG, _WEAK):
        for pattern in patterns:
            addresses = [
                next(filter(None, found)) if isinstance(found, tuple) else found for found in pattern.findall(text)
            ]
            addresses = [each.rpartition("=")[2] if "SMTP=" in each else each for each in addresses]
            unique = {each.lower(): each for each in reversed(addresses) if each.lower() not in others}
            if unique:
                return [
                    FailedRecipient(each, action(room), _own_status(text, each) or status, diagnostic)
                    for each in reversed(unique.values())
                ]
    return []


def _own_status(text: str, address: str) -> str | None:
    """The status that stands within four lines below an address."""
    place = text.find(address)
    found = re.search(r"\b([45]\.\d{1,3}\.\d{1,3})\b", text[place : place + 500]) if place >= 0 else None
    return found[1] if found else None


def _not_recipients(room: Mailroom) -> set[str]:
    """The server, and whoever the report was sent to: the sender of the returned mail."""
    returned = room.returned or returned_fields(room)
    fields = [room.fields.get(name, "") for name in ("from", "to", "cc", "reply-to", "delivered-to")]
    fields += [
        returned.get(name, "") for name in ("from", "sender", "return-path", "message-id", "reply-to", "errors-to")
    ]
    found = {each.lower() for field in fields for each in re.findall(_A, field)}
    return found - {each.lower() for each in re.findall(_A, returned.get("to", ""))}


def verdict(room: Mailroom) -> tuple[str | None, str | None]:
    """(status, diagnostic text) as far as the prose says."""
    text = server_text(room)
    line = _SMTP_LINE.search(text)
    diagnostic = " ".join(line[0].split())[:500] if line else None
    temporary = action(room) == "delayed"
    found = re.search(r"(?<![\d.])([45]\.\d{1,3}\.\d{1,3})(?![\d.])", text)
    if not found and _EXPIRED.search(text):
        return "4.4.7", diagnostic  # RFC 3463: given up after trying, so the fault may pass
    status = found[1] if found else dsn.status_of("", diagnostic or "", "delayed" if temporary else "failed")
    return (None if status and temporary and status[0] == "5" else status), diagnostic


def action(room: Mailroom) -> str:
    """``delayed`` where the server says that it goes on trying."""
    subject, text = room.subject, server_text(room)[:3_000]
    if _DELAY.search(subject) or (_DELAY.search(text) and not _FATAL.search(subject) and not _FATAL.search(text)):
        return "delayed"
    return (
        "delayed"
        if re.search(r"will (?:continue|keep) (?:to try|trying)|still being retried|not yet been delivered", text)
        else "failed"
    )


def has_returned_message(room: Mailroom) -> bool:
    """Whether a mail comes back with this one."""
    return bool(room.returned) or bool(returned_fields(room))


def is_server_talk(room: Mailroom) -> bool:
    """A returned mail and a line that only an SMTP server writes, in a mail that is no answer to us."""
    if not has_returned_message(room) or room.fields.get("in-reply-to") or room.subject[:3].lower() == "re:":
        return False
    return bool(_SMTP_LINE.search(server_text(room)))


def returned_fields(room: Mailroom) -> dict[str, str]:
    """Header fields of a mail that comes back inside of the text."""
    return _fields_in(room.text[:60_000])


_FIRST_FIELD = re.compile(
    r"^[ \t>|]{0,8}(?:received|return-path|message-id|from|date|to|subject|reply-to|mime-version|"
    r"x-mailer|delivered-to):[ <]?",
    re.IGNORECASE | re.MULTILINE,
)
_TRIES = 12  # places where a header may begin; a server that quotes more lines that look so returns no mail


@lru_cache(maxsize=4)
def _fields_in(text: str) -> dict[str, str]:
    for number, found in enumerate(_FIRST_FIELD.finditer(text)):
        if number >= _TRIES:
            break
        lines = text[found.start() : found.start() + 6_000].split("\n")[:60]
        block = "\n".join(each.lstrip(">| ") if each[:1] in ">|" else each for each in lines)
        head = split_head(block.lstrip().encode("utf-8", "replace"), 0, 20_000, 20_000)
        fields = {name.lower(): unfold(value, 2_000) for name, value in reversed(head.fields)}
        if len(fields.keys() & {"received", "message-id", "from", "date", "to", "subject"}) >= 3:
            return fields
    return {}
