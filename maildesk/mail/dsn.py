"""Delivery status notifications that say it in fields: RFC 3464, wherever in a mail the fields stand.

``message/delivery-status`` is where they belong; Lotus Notes, Exchange and gateways send them as ``text/plain``,
without the empty line between the groups, or inside of the text. Fields are therefore looked up by name, and a group
begins where a recipient field comes again.
"""

from __future__ import annotations

import re

from maildesk.mail.letter import FailedRecipient
from maildesk.mail.mailroom import Mailroom

_FIELD = re.compile(r"[ \t>*]{0,4}([A-Za-z][A-Za-z-]{2,40}):[ \t]*(.*)")
_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_REPLY_CODE = re.compile(r"(?:^|[\s:(<;#])([45])(\d\d)(?=[\s#:;-]|$)")
_ADDRESS = re.compile(r"[^\s<>\"'()\[\];,:]{1,128}@[^\s<>\"'()\[\];,]{1,255}|\"[^\"\s]{1,100}\"@[^\s<>;,]{1,255}")
_WANTED = frozenset(
    {
        "final-recipient",
        "original-recipient",
        "x-actual-recipient",
        "action",
        "status",
        "diagnostic-code",
        "will-retry-until",
        "x-supplementary-info",
        "remote-mta",
    }
)
_RECIPIENT = frozenset({"final-recipient", "original-recipient"})
_STATUS_TYPES = ("message/delivery-status", "message/global-delivery-status", "message/disposition-notification")
_ACTIONS = ("failed", "delayed", "delivered", "relayed", "expanded")

Group = dict[str, str]


def recipients(room: Mailroom) -> list[FailedRecipient]:
    """Every recipient that the mail's status fields name, each once, in order."""
    sources = [room.part_text(part) for part in room.of_type(*_STATUS_TYPES)]
    if not any("ecipient" in source for source in sources):
        sources += [
            room.part_text(part)
            for part in room.of_type("text/plain", "application/octet-stream")
            if _has_fields(room.part_text(part))
        ]
    found = [recipient(group) for source in sources for group in groups(source)]
    unique: dict[str, FailedRecipient] = {}
    for each in found:
        if each is not None and each.address.lower() not in unique:
            unique[each.address.lower()] = each
    return list(unique.values())


def _has_fields(text: str) -> bool:
    lowered = text[:100_000].lower()
    return "final-recipient:" in lowered or ("original-recipient:" in lowered and "action:" in lowered)


def groups(text: str) -> list[Group]:
    """The groups of fields that have a recipient."""
    found: list[Group] = []
    current: Group = {}
    last = ""
    for line in text.split("\n"):
        matched = _FIELD.match(line)
        if matched and matched[1].lower() in _WANTED:
            last = matched[1].lower()
            if last in current and last in _RECIPIENT:
                found.append(current)
                current = {}
            current.setdefault(last, matched[2].strip())
        elif last and line[:1] in (" ", "\t") and line.strip():
            current[last] = f"{current.get(last, '')} {line.strip()}"[:2_000]
        else:
            last = ""
            if not line.strip() and current.keys() & _RECIPIENT and "action" in current:
                found.append(current)
                current = {}
    return [group for group in [*found, current] if group.keys() & _RECIPIENT]


def recipient(group: Group) -> FailedRecipient | None:
    """One group read: RFC 3464, 2.3. The original recipient is the address that *we* used; the final one is where the
    mail was forwarded to, and stands for it where the report names no other."""
    address = ""
    for name in ("original-recipient", "final-recipient", "x-actual-recipient"):
        address = address_in(group.get(name, "").partition(";")[2] or group.get(name, ""))
        if address:
            break
    if not address:
        return None
    diagnostic = group.get("diagnostic-code", "").partition(";")[2].strip() or group.get("diagnostic-code", "")
    action = action_of(group)
    return FailedRecipient(address, action, status_of(group.get("status", ""), diagnostic, action), diagnostic or None)


def action_of(group: Group) -> str:
    """``Action``, or what the status says where it is missing or no word of the RFC's."""
    stated = group.get("action", "").lower()
    for action in _ACTIONS:
        if stated.startswith(action):
            return action
    if "will-retry-until" in group:
        return "delayed"
    return {"2": "delivered", "4": "failed"}.get(group.get("status", "").strip()[:1], "failed")


def status_of(stated: str, diagnostic: str, action: str) -> str | None:
    """RFC 3463. A status that says nothing (``5.0.0``) gives way to a clear one in the diagnostic text."""
    first = _STATUS.search(stated)
    told = _STATUS.search(diagnostic)
    if first and told and first[1] == "4" and told[1] == "5" and action == "failed":
        return told[0]  # "Status: 4.5.0", "Diagnostic-Code: smtp; 550 5.5.0": the server's own words count
    if first and told and first[2] + first[3] == "00" and (first[1] == told[1] or first[1] == "5"):
        return told[0]
    if first and not (action == "delayed" and first[1] == "5"):
        return first[0]
    if told:
        return told[0]
    code = _REPLY_CODE.search(diagnostic)
    return f"{code[1]}.0.0" if code else ("4.0.0" if action == "delayed" else None)


def address_in(text: str) -> str:
    """The first address in a field's value, without what X.400, quoting and mailto put around it."""
    text = text.replace("mailto:", " ").replace("SMTP:", " ")
    found = _ADDRESS.search(text)
    return found[0].strip("<>.'`") if found else ""
