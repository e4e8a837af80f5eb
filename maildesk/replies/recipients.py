"""Whom a mail goes to: addresses checked and names made harmless before they stand in a header or an envelope.

No library checks recipients for us: ``"a>\\r\\nRCPT TO:<evil@z>"@b`` passes through all of them. What passes here holds
no control character, no angle bracket and no space outside of quotes, and is short enough for SMTP.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from maildesk.errors import Refusal
from maildesk.mail.letter import Mailbox, fold_address
from maildesk.replies.sandbox import one_line

_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.\-\u00a1-\ud7ff\uf900-\U0010ffff]{1,64}")
_QUOTED = re.compile(r'"[ !#-;=?-\[\]-~]{1,62}"')
_DOMAIN = re.compile(r"(?=.{1,253}$)[A-Za-z0-9_][A-Za-z0-9_-]{0,62}(?:\.[A-Za-z0-9_][A-Za-z0-9_-]{0,62})*")
_LITERAL = re.compile(r"\[(?:IPv6:)?[0-9A-Fa-f:.]{3,50}\]")
LONGEST_NAME = 100


def checked_address(address: str) -> str:
    """The address with its domain in ASCII (RFC 5891). Raises ``Refusal`` with a sentence where it is none.

    A local part beyond ASCII stays: its mail can only travel with SMTPUTF8 (RFC 6531).
    """
    local, at, domain = address.strip().rpartition("@")
    known = _ascii(domain)
    sound = (
        at
        and (_ATOMS.fullmatch(local) or _QUOTED.fullmatch(local))
        and known
        and (_DOMAIN.fullmatch(known) or _LITERAL.fullmatch(known))
    )
    if not sound or len(local.encode()) > 64:
        shown = address.encode("unicode_escape").decode("ascii")[:200]
        raise Refusal(f"{shown} is not an address that mail can be sent to.")
    return f"{local}@{known}"


def _ascii(domain: str) -> str:
    if domain.isascii():
        return domain
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return ""


def checked_mailboxes(mailboxes: Iterable[Mailbox], *, named: bool) -> tuple[Mailbox, ...]:
    """Those of the mailboxes that mail can be sent to, each once, with harmless names (none where not ``named``)."""
    found: dict[str, Mailbox] = {}
    for each in mailboxes:
        try:
            address = checked_address(each.address)
        except Refusal:
            continue
        found.setdefault(fold_address(address), Mailbox(display_name(each.name) if named else "", address))
    return tuple(found.values())


def display_name(name: str) -> str:
    """A name for a header: one line, no control or direction characters, at most 100 characters."""
    return one_line(name, LONGEST_NAME).strip(' "')
