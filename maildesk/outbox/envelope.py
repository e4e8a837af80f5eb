"""Envelope addresses, checked by us: no SMTP library does it.

Guarantees: what passes ``checked`` stands between ``<`` and ``>`` of one MAIL or RCPT command and ends neither the
brackets nor the line. ``"a>\\r\\nRCPT TO:<evil@z>"@b`` is refused here; smtplib and aiosmtplib would send it.

Stricter than RFC 5321 in one point (no ``<`` or ``>`` even inside quotes: nobody has such an address, and every parser
on the way would have to agree about it), laxer in another (dots may stand anywhere in a local part: Japanese carriers
gave out ``a..b@`` for years).
"""

from __future__ import annotations

import re

from maildesk.errors import Refusal

LOCAL_OCTETS = 64  # RFC 5321, 4.5.3.1.1
PATH_OCTETS = 254  # RFC 5321, 4.5.3.1.3, without the brackets

_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.\-\u00a1-\U0010ffff]+")
_QUOTED = re.compile(r'"(?:[ !#-;=?-\[\]-~\u00a1-\U0010ffff]|\\[ -;=?-~])*"')
_LABEL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_\-]*[A-Za-z0-9_])?")
_LITERAL = re.compile(r"\[(?:IPv6:)?[0-9A-Fa-f:.]+\]")


def checked(address: str, *, null: bool = False) -> str:
    """The address as it may stand in the envelope: its domain in ASCII (RFC 5890). ``null`` allows the empty sender.

    Raises ``Refusal`` with a sentence where it may not; the sentence shows the address with its control characters
    escaped.
    """
    if not address and null:
        return ""
    local, at, domain = address.rpartition("@")
    if not at or not (_ATOMS.fullmatch(local) or _QUOTED.fullmatch(local)):
        raise _refusal(address)
    path = f"{local}@{_ascii_domain(domain, address)}"
    if len(local.encode()) > LOCAL_OCTETS or len(path.encode()) > PATH_OCTETS:
        raise _refusal(address)
    return path


def needs_smtputf8(sender: str, recipient: str, raw: bytes) -> bool:
    """Whether this mail can only travel with SMTPUTF8 (RFC 6531): an address or a header line beyond ASCII."""
    return not (sender.isascii() and recipient.isascii() and _head(raw).isascii())


def _head(raw: bytes) -> bytes:
    return raw[: raw.find(b"\r\n\r\n") + 1] if b"\r\n\r\n" in raw else raw


def _ascii_domain(domain: str, address: str) -> str:
    if _LITERAL.fullmatch(domain):
        return domain
    try:
        found = domain.encode("idna").decode("ascii")
    except UnicodeError:
        raise _refusal(address) from None
    if not all(_LABEL.fullmatch(label) for label in found.split(".")):
        raise _refusal(address)
    return found


def _refusal(address: str) -> Refusal:
    shown = address.encode("unicode_escape").decode("ascii")[:200]
    return Refusal(f"{shown} is not an address that mail can be sent to.")
