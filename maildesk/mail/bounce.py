"""Is it a bounce, of which recipients, and of which mail of ours?

Three readers, the surest first: the fields of RFC 3464 (``dsn``); a header that the failing server adds
(``X-Failed-Recipients``); the text of the many servers that only write prose (``bouncetext``), with flufl.bounce as a
second opinion on it. Whether a mail *is* a report is decided before, on its form and sender (``is_report``): somebody
who quotes a bounce to the desk is a person.
"""

from __future__ import annotations

import logging
import re
from email.message import Message
from email.parser import BytesParser

from maildesk.mail import bouncetext, dsn
from maildesk.mail.ids import message_ids
from maildesk.mail.letter import Bounce, FailedRecipient
from maildesk.mail.mailroom import Mailroom, header_fields
from maildesk.mail.words import folded, starting

_ROBOT = re.compile(
    r"mailer[-_. ]?daemon|mail[-_ ]?daemon|^\W*postmaster\b|^post_master@|^postmast@|mdaemon@|"
    r"^mail(?:er)?[-_. ]?(?:system|delivery)|^(?:mda|mta|maildelivery|bounces?|failure)[@+-]|"
    r"system administrator|delivery sub",
    re.IGNORECASE,
)
_FAILURE_WORDS = re.compile(
    r"undeliver|could ?n[o']t be deliver|unable to deliver|not (?:be )?delivered|"
    r"delivery (?:has )?(?:permanently )?fail|delivery (?:failure|error|problem|status)|fail(?:ed|"
    r"ure) (?:to deliver|notice|delivery)|returned (?:mail|message|to sender)|returning (?:message|"
    r"mail|to sender)|user unknown|unknown user|no such user|mailbox (?:is )?(?:full|unavailable)|"
    r"non[- ]?deliver|permanent(?:ly)? (?:fatal )?error|still being retried|"
    r"has not yet been delivered|delayed \d+|message (?:\S+ )?delayed|"
    r"recipient(?:'s)? (?:address )?(?:was )?(?:rejected|unknown)|bounce[ds]? (?:message|mail)|"
    r"had (?:permanent|transient) |rejected your message|mail (?:system )?error|(?:un)?known address|"
    r"does not exist|cannot be delivered|can't be delivered|nicht zugestellt|unzustellbar|"
    r"no se pudo entregar|impossible de remettre|n'a pas pu être|не доставлен|"
    r"не может быть доставлено|delivery notification|delivery warning|mail failure|failed mail|"
    r"incorrectly constructed|did not reach the following|automatically rejected|malformed address|"
    r"has been postponed|aborted after|processing error",
    re.IGNORECASE,
)
_NO_REPORT_SUBJECT = re.compile(r"\s*(?:re|aw|antw|sv|vs|odp|fwd?|wg|tr|rv)\s*[:：]", re.IGNORECASE)


def is_report(room: Mailroom) -> str | None:
    """Why this is a delivery report, or None: it is none."""
    status = room.of_type("message/delivery-status", "message/global-delivery-status")
    if status and (room.root.type == "multipart/report" or is_robot(room)):
        return "it carries a delivery status (RFC 3464)"
    if room.report_type == "delivery-status":
        return "it is a report of a delivery (RFC 6522)"
    if "x-failed-recipients" in room.fields:
        return "a mail server added X-Failed-Recipients"
    if "notificationType" in room.text[:3000] and '"bounce"' in room.text:
        return "it is Amazon's notice of a bounce"
    return _by_words(room)


def is_robot(room: Mailroom) -> bool:
    """Whether the sender is a mail server: its name for itself, or the null sender."""
    sender = room.fields.get("from", "")
    path = room.fields.get("return-path", "").strip("<> ")
    if room.null_sender or not room.sender.strip("<> ") or _ROBOT.search(room.sender) or _ROBOT.search(sender):
        return True
    return path.lower().startswith("mailer-daemon")


def _by_words(room: Mailroom) -> str | None:
    robot = is_robot(room)
    starts = bool(starting("failed_subject", folded(room.subject)) or _FAILURE_WORDS.search(room.subject))
    if not (robot or starts or _may_quote_a_server(room)):
        return None
    told = bool(_FAILURE_WORDS.search(room.subject) or _FAILURE_WORDS.search(room.text[:3_000]))
    if robot and (starts or told) and not _is_postmaster_in_person(room):
        return "a mail server writes that a delivery failed"
    if _DAEMON.search(room.sender) and (room.of_type("message/rfc822") or bouncetext.has_returned_message(room)):
        return "a mail server returns a mail"
    if starts and _ANNOUNCED.match(room.text[:400]) and not _is_answer(room):
        return "its subject and its first sentence are those of a failed delivery"
    if starts and told and bouncetext.has_returned_message(room) and not _is_answer(room):
        return "its subject, its words and the returned mail are those of a failed delivery"
    if told and bouncetext.is_server_talk(room):
        return "it quotes the refusal of a mail server"
    return None


def _is_postmaster_in_person(room: Mailroom) -> bool:
    """A postmaster is a person's role too: one who answers, names no recipient and returns no mail writes himself."""
    if room.null_sender or not _is_answer(room) or starting("failed_subject", folded(room.subject)):
        return False
    if not room.sender.lower().startswith("postmaster"):
        return False
    return not (bouncetext.recipients(room) or bouncetext.has_returned_message(room))


def _may_quote_a_server(room: Mailroom) -> bool:
    """A look that costs nothing, before the ones that do: most mail is from people and has none of these."""
    return any(code in room.text for code in ("550", "551", "552", "553", "554", "5.1.1")) and not _is_answer(room)


_DAEMON = re.compile(r"^mailer-daemon@", re.IGNORECASE)
# At the very beginning, as no customer begins: "Your message with subject … could not be delivered to the following".
_ANNOUNCED = re.compile(
    r"(?:[\W_]|non-delivery report)*(?:your (?:e-?mail|message|mail)\b[\s\S]{0,200}?|(?:the|"
    r"a) (?:e-?mail|message|mail)\b[^.]{0,80}?|votre message )(?:could not be|was not|cannot be|"
    r"has not been|n'a pas p[uû] [eê]tre) (?:deliver|d[eé]livr)",
    re.IGNORECASE,
)


def _is_answer(room: Mailroom) -> bool:
    """Whether the mail answers or forwards one: then somebody only writes *about* a failure."""
    return bool(_NO_REPORT_SUBJECT.match(room.subject)) or "in-reply-to" in room.fields


def read(room: Mailroom) -> Bounce:
    """What the report says. Recipients may be empty: some reports name none."""
    found = dsn.recipients(room) or _from_header(room)
    if not found or all("@" not in each.address for each in found):
        found = bouncetext.recipients(room) or _second_opinion(room) or _addressee(room) or found
    return Bounce(tuple(found), original_id(room))


def _from_header(room: Mailroom) -> list[FailedRecipient]:
    """Exim and Gmail name them in a field of the header."""
    addresses = [dsn.address_in(each) for each in room.fields.get("x-failed-recipients", "").split(",")]
    status, diagnostic = bouncetext.verdict(room)
    action = bouncetext.action(room)
    return [FailedRecipient(address, action, status, diagnostic) for address in dict.fromkeys(addresses) if address]


def _second_opinion(room: Mailroom) -> list[FailedRecipient]:
    """flufl.bounce knows the prose of thirty old servers. It raises on mail without From, so it is asked politely."""
    from flufl.bounce import all_failures

    logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL)  # it logs each detector that stumbles
    message: Message = BytesParser().parsebytes(room.root.raw[:200_000])
    if not message["from"]:
        message["From"] = "mailer-daemon@invalid"
    try:
        temporary, permanent = all_failures(message)
    except Exception:  # a second opinion may fail in any way that its thirty detectors do; the first stands
        return []
    status, diagnostic = bouncetext.verdict(room)
    found = []
    for addresses, action in ((permanent, "failed"), (temporary, "delayed")):
        for each in sorted(addresses, key=bytes):
            address = dsn.address_in(each.decode("utf-8", "replace") if isinstance(each, bytes) else str(each))
            if address:
                found.append(FailedRecipient(address, action, status, diagnostic))
    return found


def _addressee(room: Mailroom) -> list[FailedRecipient]:
    """Where a report names nobody, the returned mail does, if it went to one person only."""
    returned = room.returned or bouncetext.returned_fields(room)
    address = dsn.address_in(returned.get("to", ""))
    if not address or "," in returned.get("to", "") or address.lower() == room.sender.lower():
        return []
    status, diagnostic = bouncetext.verdict(room)
    return [FailedRecipient(address, bouncetext.action(room), status, diagnostic)]


def original_id(room: Mailroom) -> str | None:
    """The Message-ID of the mail that the report is about."""
    for part in room.of_type("message/delivery-status"):
        found = re.search(r"(?im)^(?:x-)?original-message-id:\s*<([^<>\s]{1,998})>", room.part_text(part))
        if found:
            return found[1]
    for fields in (room.returned, bouncetext.returned_fields(room)):
        ids = message_ids(fields.get("message-id", ""))
        if ids:
            return ids[0]
    ids = message_ids(room.fields.get("in-reply-to", "")) or message_ids(room.fields.get("references", ""))
    return ids[-1] if ids else None


__all__ = ["header_fields", "is_report", "is_robot", "original_id", "read"]
