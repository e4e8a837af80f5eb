"""What a relay's answer means for a mail (RFC 5321, 4.2; RFC 3463). Pure.

The question that matters: whom does a permanent refusal concern? This recipient or this content: the mail has failed.
Us (no login, not our sender address, no right to relay, a policy): the mail waits, admins are told. A customer's mail
is never lost because a password expired at the relay.

Unsure cases wait: a mail too many at the relay's door costs little, a lost one costs a customer. So every 5.7.x waits,
also where it may have been meant for the content.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Stage(StrEnum):
    """Where in the session the answer came."""

    CONNECT = "connect"  # up to and with EHLO, STARTTLS and AUTH: nothing of this mail was said yet
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"  # the command, and what follows the final dot


class Verdict(StrEnum):
    TAKEN = "taken"
    DEFERRED = "deferred"  # this mail, later
    REFUSED = "refused"  # this mail, for good
    POLICY = "policy"  # the relay refuses us, with this mail: later, and admins are told
    DOWN = "down"  # the relay as a whole: no mail is tried until it is back
    STALE = "stale"  # it states a moment that has passed


@dataclass(frozen=True, slots=True)
class Answer:
    """``status`` as in ``desk.outcomes.Outcome``. ``lost``: the line broke or timed out while this mail was on it."""

    verdict: Verdict
    status: str
    response: str
    relay_message_id: str | None = None
    lost: bool = False


_ENHANCED = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})(?=\s|$)")
_OURS = re.compile(  # Exim and others give no enhanced code where they refuse to relay
    r"relay(?:ing)? (?:access )?(?:is )?(?:denied|not (?:permitted|allowed)|prohibited)|(?:un|not )able to relay|"
    r"authentication (?:is )?required|not authenticated|must (?:first )?(?:authenticate|issue a starttls)|"
    r"sender (?:address )?rejected|not (?:allowed|authori[sz]ed|permitted) to send|address is not verified|"
    r"helo command rejected|client host rejected|sender verify failed",
    re.IGNORECASE,
)
_LOGIN = frozenset({530, 534, 535, 538})  # RFC 4954, 6; RFC 3207, 4
_OUR_SENDER = frozenset({"1.7", "1.8"})  # X.1.7, X.1.8: bad sender (Postfix says so at RCPT)


def classify(stage: Stage, code: int, text: str) -> Answer:
    """What an answer means. ``text`` is the answer without its code, lines joined by newlines."""
    status, response = enhanced_status(code, text), f"{code} {text}".strip()
    return Answer(_verdict(stage, code, status, text), status, response)


def taken(code: int, text: str, host: str, message_id: str) -> Answer:
    """The relay took the mail. ``host`` is the relay's name, ``message_id`` ours: see ``relay_message_id``."""
    return Answer(
        Verdict.TAKEN, enhanced_status(code, text), f"{code} {text}".strip(), relay_message_id(text, host, message_id)
    )


def lost(stage: Stage, text: str) -> Answer:
    """The line broke, timed out or was never there. X.4.1: no answer from host; X.4.2: bad connection.

    At MAIL the relay has heard nothing but our own address, so it is the relay that is down, not this mail that hurts.
    """
    if stage is Stage.CONNECT or stage is Stage.MAIL:
        return Answer(Verdict.DOWN, "4.4.1", text, lost=True)
    return Answer(Verdict.DEFERRED, "4.4.2", text, lost=True)


def enhanced_status(code: int, text: str) -> str:
    """The enhanced status that a text begins with, if it is of the same class as the code; else "<class>.0.0"."""
    found = _ENHANCED.match(text)
    if found and found[1][0] == str(code)[0]:
        return found[1]
    return f"{str(code)[0] if 200 <= code < 600 else 4}.0.0"


def _verdict(stage: Stage, code: int, status: str, text: str) -> Verdict:
    detail = status.partition(".")[2]
    if stage is Stage.CONNECT or _relay_is_down(stage, code, detail):
        return Verdict.DOWN
    if not 500 <= code < 600:  # 4xx, and what is no answer to our question at all
        return Verdict.DEFERRED
    return Verdict.POLICY if _concerns_us(stage, code, detail, text) else Verdict.REFUSED


def _relay_is_down(stage: Stage, code: int, detail: str) -> bool:
    """Login trouble concerns every mail; so do "shutting down" and "disk full", but only before a recipient is named.

    After RCPT a 421 or 4.3.x may be this mail's own doing (a filter that crashes on it), and no mail may stop the mail
    behind it.
    """
    return code in _LOGIN or (stage is Stage.MAIL and 400 <= code < 500 and (code == 421 or detail.startswith("3.")))


def _concerns_us(stage: Stage, code: int, detail: str, text: str) -> bool:
    if detail == "3.4" or (code == 552 and stage is not Stage.RCPT):  # too big: this content
        return False
    if detail.startswith("7.") or detail in _OUR_SENDER or _OURS.search(text):
        return True
    if stage is Stage.MAIL:  # it has heard nothing but our own address; X.6.x alone speaks of the content
        return not detail.startswith("6.")
    if detail.startswith(("3.", "5.")):  # its system, or the protocol between us
        return True
    return code in (500, 502, 503, 504, 555) and detail == "0.0"


_SES = re.compile(r"email-smtp(?:-fips)?\.([a-z0-9-]+)\.amazonaws\.com", re.IGNORECASE)
_SES_ID = re.compile(r"(?:2\.\d\.\d )?Ok ([0-9a-f]{16}-[0-9a-f-]{20,60})", re.IGNORECASE)
_BRACKETED = re.compile(r"<([^<>@\s]{1,250}@[^<>@\s]{1,250})>")
_QUEUE_ID = re.compile(r"\bqueued (?:mail )?as <?([\w.-]{4,80})|\bid=([\w-]{6,40})", re.IGNORECASE)


def relay_message_id(text: str, host: str, ours: str) -> str | None:
    """The Message-ID that the mail left the relay with, where the answer names another than ours; without brackets.

    Amazon SES answers "250 Ok <id>" and sends with ``<id@REGION.amazonses.com>`` (``email.amazonses.com`` in
    us-east-1); Exchange names the Message-ID in brackets. A bare queue id is no Message-ID: see ``queue_id``.
    """
    region, plain = _SES.fullmatch(host), _SES_ID.fullmatch(text.strip())
    if region and plain:
        place = "email" if region[1].lower() == "us-east-1" else region[1].lower()
        return f"{plain[1]}@{place}.amazonses.com"
    named = _BRACKETED.search(text)
    return named[1] if named and "InternalId=" in text and named[1] != ours else None


def queue_id(text: str) -> str:
    """The relay's own name for the mail, to find it in the relay's log; "" where the answer has none."""
    found = _QUEUE_ID.search(text)
    return (found[1] or found[2]) if found else ""
