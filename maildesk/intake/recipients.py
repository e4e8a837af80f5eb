"""Which addresses we take mail for: the desks' own with any extension, signed reply addresses, and postmaster.

A wrong token in an extension is no evidence later, but never a reason to refuse (design, section 5): people mistype,
and mail programs cut. Nothing else is taken, so that the desk is no catch-all for dictionary spam and a mistyped
address comes back to its writer at once (RFC 5321, 3.6.2: 550 5.1.1).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from maildesk.desk.words import Desk
from maildesk.mail.letter import fold_address

POSTMASTER = "postmaster"
"""Must be taken with and without a domain (RFC 5321, 4.5.1)."""


@dataclass(frozen=True, slots=True)
class Recipients:
    """The answer to "is this ours?", prepared once: ``RCPT`` is asked for every mail and every guess of a spammer."""

    exact: frozenset[str]
    extended: tuple[tuple[str, str], ...]  # ("support+", "@example.com")
    reply_domains: frozenset[str]
    domains: frozenset[str]

    def accepts(self, address: str) -> bool:
        """Whether mail for this address, in any spelling, is ours."""
        folded = _ascii(fold_address(address))
        local, at, domain = folded.rpartition("@")
        if not at:
            return folded == POSTMASTER
        if folded in self.exact or domain in self.reply_domains:
            return True
        if local == POSTMASTER:
            return domain in self.domains
        return any(folded.startswith(start) and folded.endswith(end) for start, end in self.extended)


def recipients_of(desks: Iterable[Desk], hostname: str = "", reply_domain: str = "") -> Recipients:
    """Everything these desks take mail for. ``reply_domain`` is the site's; every local part at it is taken."""
    exact, extended, reply_domains, domains = set(), [], set(), set()
    for desk in desks:
        reply_domains.add(_ascii(desk.reply_domain.lower()))
        for address in map(_ascii, desk.addresses):
            local, _, domain = address.rpartition("@")
            exact.add(address)
            domains.add(domain)
            if desk.extension:
                extended.append((local + desk.extension.lower(), "@" + domain))
    reply_domains.add(_ascii(reply_domain.lower()))
    reply_domains.discard("")
    domains |= reply_domains | {hostname.lower()}
    return Recipients(frozenset(exact), tuple(extended), frozenset(reply_domains), frozenset(domains))


def _ascii(address: str) -> str:
    """The address with its domain in A-labels (RFC 5891), so that both spellings of one domain are equal."""
    if address.isascii():
        return address
    local, at, domain = address.rpartition("@")
    try:
        return local + at + domain.encode("idna").decode("ascii")
    except UnicodeError:  # not a domain name: then it is none of ours
        return address
