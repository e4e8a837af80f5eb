"""Which kind of robot wrote, if any: ``Letter.automatic`` with its reason. People are whoever is left.

The order is the order of certainty, and a false robot is worse than a missed one: a person who is taken for a machine
gets no answer at all. So a header that a standard defines is enough; wording needs a second sign; and a single header
that people's mail carries too (``List-Unsubscribe``, ``X-Auto-Response-Suppress``, ``Precedence`` with an odd value) is
none. RFC 3834 (automatic responses), 6522 and 3464 (reports), 8098 (receipts), 5965 (complaints), 2919 and 2369
(lists).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

from maildesk.mail import away, bounce
from maildesk.mail.letter import Automatic, Bounce
from maildesk.mail.limits import Known
from maildesk.mail.mailroom import Mailroom

Verdict = tuple[Automatic, str, Bounce | None]
_ARRIVED = frozenset({"delivered", "relayed", "expanded"})
_LIST_FIELDS = (
    "list-id",
    "list-post",
    "x-mailing-list",
    "x-beenthere",
    "x-mailman-version",
    "mailing-list",
    "x-listname",
)
_CAMPAIGN = (
    "list-unsubscribe-post",
    "feedback-id",
    "x-csa-complaints",
    "x-campaign",
    "x-campaignid",
    "x-campaign-id",
    "x-mc-user",
    "x-mailgun-tag",
    "x-sg-eid",
    "x-mailer-recptid",
    "x-report-abuse",
    "x-cm-guid",
    "x-rpcampaign",
    "x-job",
)
_REJECTED = re.compile(r"^disposition:[^;\n]{0,80};\s*(?:deleted|denied|failed)", re.IGNORECASE | re.MULTILINE)
_COMPLAINT = re.compile(
    r"\bcomplaint about message from\b|\babuse report\b|\bemail feedback report\b|\bspam complaint\b", re.IGNORECASE
)


def judge(room: Mailroom, message_id: str | None, known: Known) -> Verdict | None:
    """The kind of robot with its reason, and what a report reports; None for people."""
    if message_id and known.own_ids(message_id):
        return Automatic.OWN, "its Message-ID is one of ours", None
    for ask in (_complaint, _receipt, _bounce, _auto_reply, _list, _bulk):
        if verdict := ask(room):
            return verdict
    return None


def _complaint(room: Mailroom) -> Verdict | None:
    if room.of_type("message/feedback-report") or room.report_type == "feedback-report":
        return Automatic.COMPLAINT, "it is an abuse report (RFC 5965)", None
    if _notice(room) == "Complaint":
        return Automatic.COMPLAINT, "it is Amazon's notice of a complaint", None
    if _COMPLAINT.search(room.subject) and room.returned and not room.fields.get("in-reply-to"):
        return Automatic.COMPLAINT, "its subject is that of a complaint, and the mail complained of is attached", None
    return None


def _receipt(room: Mailroom) -> Verdict | None:
    notices = room.of_type("message/disposition-notification")
    if (
        notices
        and any(_REJECTED.search(room.part_text(part)) for part in notices)
        and "reject" in room.text[:2_000].lower()
    ):
        return (
            Automatic.BOUNCE,
            "it reports that the mail was rejected after it had been taken (RFC 8098)",
            bounce.read(room),
        )
    if notices or room.report_type == "disposition-notification":
        return Automatic.RECEIPT, "it is a disposition notification (RFC 8098)", None
    if _notice(room) == "Delivery":
        return Automatic.RECEIPT, "it is Amazon's notice of a delivery", None
    if away.is_read_notice(room):
        return Automatic.RECEIPT, "its subject and form are those of a read receipt", None
    return None


def _bounce(room: Mailroom) -> Verdict | None:
    if _notice(room) == "Bounce":
        return Automatic.BOUNCE, "it is Amazon's notice of a bounce", bounce.read(room)
    reason = bounce.is_report(room)
    if reason is None:
        return None
    found = bounce.read(room)
    if found.recipients and all(each.action in _ARRIVED for each in found.recipients):
        return Automatic.RECEIPT, "it reports that the mail arrived (RFC 3464, action delivered)", found
    return Automatic.BOUNCE, reason, found


def _auto_reply(room: Mailroom) -> Verdict | None:
    submitted = room.fields.get("auto-submitted", "").strip().lower()
    if submitted.startswith("auto-replied"):
        return Automatic.AUTO_REPLY, "Auto-Submitted: auto-replied (RFC 3834)", None
    reason = away.by_headers(room) or away.by_words(room) or away.challenge(room)
    return (Automatic.AUTO_REPLY, reason, None) if reason else None


def _list(room: Mailroom) -> Verdict | None:
    for name in _LIST_FIELDS:
        if room.fields.get(name, "").strip() and not _is_no(room.fields[name]):
            return Automatic.LIST, f"it came through a mailing list ({name.title()})", None
    if room.fields.get("precedence", "").strip().lower() == "list":
        return Automatic.LIST, "Precedence: list", None
    return None


def _is_no(value: str) -> bool:
    """RFC 2369, 3.4: ``List-Post: NO`` is a list that takes no mail; as the only sign it is none."""
    return value.strip().lower() in ("no", "<no>")


def _bulk(room: Mailroom) -> Verdict | None:
    submitted = room.fields.get("auto-submitted", "").strip().lower()
    if submitted and not re.match(r"no\b", submitted):
        return Automatic.BULK, f"Auto-Submitted: {submitted[:40]} (RFC 3834)", None
    precedence = room.fields.get("precedence", "").strip().lower()
    if precedence in ("bulk", "junk"):
        return Automatic.BULK, f"Precedence: {precedence}", None
    campaign = next((name for name in _CAMPAIGN if name in room.fields), None)
    if campaign and "list-unsubscribe" in room.fields and not room.fields.get("in-reply-to"):
        return Automatic.BULK, f"it is sent by a mailing service (List-Unsubscribe and {campaign.title()})", None
    if room.null_sender:
        return Automatic.AUTO_REPLY, "its envelope has no sender (RFC 5321, 4.5.5)", None
    return None


def _notice(room: Mailroom) -> str:
    """Amazon SES tells of deliveries in JSON, by mail: ``notificationType`` is Bounce, Complaint or Delivery."""
    start = room.text.find("{")
    if start < 0 or "notificationType" not in room.text[:20_000]:
        return ""
    return next(_types(room.text[start:20_000]), "")


def _types(text: str) -> Iterator[str]:
    try:
        found, _ = json.JSONDecoder().raw_decode(text)
        yield str(found.get("notificationType", "")) if isinstance(found, dict) else ""
    except (ValueError, RecursionError):
        yield from re.findall(r"\"notificationType\\?\"\s*:\s*\\?\"([A-Z][a-z]+)", text)


Ask = Callable[[Mailroom], Verdict | None]
