"""Signed addresses: reply and bounce addresses that prove themselves.

``support+<token>@example.com``: the token says which ticket, whose (customer, agent, bounce) and which issue, and is
signed with a key of the site, so nobody can make one up or turn one into another. It is lower-case base32 of 25 octets,
40 characters, because mail systems change the case of local parts and some take only letters and digits::

    key hint 1 · role 1 · issue 2 · ticket 4 · person tag 5 · MAC 12      (25 octets, big-endian)

The key hint is an octet of a digest of the key id: it spares trying every key, and the MAC alone decides. The MAC is
HMAC-SHA256 cut to 96 bits, over a label of this use and all that stands before it. The person tag is 40 bits
of an HMAC over the folded address, so a token says to us whom it was issued to and to others nothing. A person is
compared by tag: a foreign address has the same one by chance once in 2^40, and cannot be searched for without the key.

Guarantees: reading never raises, whatever the address; case, angle brackets and surrounding space do not matter. What
it does not do: look up whether ticket or person still exist. What can go wrong: a local part so long that the token
does not fit into 64 octets (RFC 5321, 4.5.3.1.1) is ``ValueError`` with a sentence (``fits`` is asked by ``check``).
"""

from __future__ import annotations

import hmac
import re
from base64 import b32decode, b32encode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from maildesk.desk.words import Desk, Role
from maildesk.mail.letter import fold_address

_LABEL = b"maildesk signed address v1\0"
_PERSON_LABEL = b"maildesk person tag v1\0"
_MAC_OCTETS = 12
_TAG_OCTETS = 5
_OCTETS = 1 + 1 + 2 + 4 + _TAG_OCTETS + _MAC_OCTETS
TOKEN_LENGTH = -(-_OCTETS * 8 // 5)
LOCAL_PART_LIMIT = 64
_TOKEN = re.compile(rf"[a-z2-7]{{{TOKEN_LENGTH}}}")
_ROLES = {Role.CUSTOMER: b"c", Role.AGENT: b"a", Role.BOUNCE: b"b"}
_ROLE_OF = {code: role for role, code in _ROLES.items()}
_KEY_ID = re.compile(r"[0-9A-Za-z._-]{1,32}")
_JOINED_ON_REPLY_DOMAIN = "-"
_SECRET = re.compile(r"[0-9a-fA-F]{64}")


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of a site by id: one signs, all verify."""

    signing: tuple[str, bytes] = field(repr=False)
    all: Mapping[str, bytes] = field(repr=False)


@dataclass(frozen=True, slots=True)
class SignedAddress:
    """A token whose signature is valid. ``ticket`` 0: of no ticket (an agent's address for commands)."""

    ticket: int
    role: Role
    key_id: str
    person_tag: bytes
    issue: int


def load_keys(text: str) -> Keys:
    """The keys of a secret file: lines "<key id> <64 hex digits>", the first signs; # begins a comment line.

    Raises ``ValueError`` with a sentence that names the line, never the secret.
    """
    found: dict[str, bytes] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        key_id, secret = _key(line, number)
        if key_id in found:
            raise ValueError(f"Line {number} of the secret file has key id {key_id} again; give each key its own.")
        found[key_id] = secret
    if not found:
        raise ValueError('The secret file has no key; "maildesk init" writes one.')
    first = next(iter(found))
    return Keys((first, found[first]), found)


def secret_line(random_octets: bytes, key_id: str = "1") -> str:
    """A line for the secret file, made of 32 octets of good randomness that the caller draws."""
    if len(random_octets) != 32 or not _KEY_ID.fullmatch(key_id):
        raise ValueError("A key has 32 octets, and an id of letters and digits.")
    return f"{key_id} {random_octets.hex()}\n"


def mint(
    keys: Keys,
    local: str,
    domain: str,
    extension: str,
    reply_domain: str,
    *,
    ticket: int,
    role: Role,
    person: str,
    issue: int = 0,
) -> str:
    """The signed address of this person (any spelling) in this ticket.

    With ``reply_domain`` it is ``<local>-<token>@<reply_domain>`` (joined by ``extension`` where there is one); without
    it and with ``extension`` "" the mail server knows no extensions, and the plain address comes back.
    """
    if not extension and not reply_domain:
        return f"{local}@{domain}"
    if not fits(local):
        raise ValueError(f'"{local}" is too long for a signed address; it has room for {LOCAL_PART_LIMIT - 1} octets.')
    token = _mint_token(keys, ticket, role, person, issue)
    return f"{local}{extension or _JOINED_ON_REPLY_DOMAIN}{token}@{reply_domain or domain}"


def fits(local: str) -> bool:
    """Whether a desk's local part leaves room for a token and what joins it."""
    return len(local.encode()) + 1 + TOKEN_LENGTH <= LOCAL_PART_LIMIT


def address_for(keys: Keys, desk: Desk, *, ticket: int, role: Role, person: str, issue: int = 0) -> str:
    """``mint`` with the names of a desk."""
    local, _, domain = desk.address.rpartition("@")
    return mint(
        keys, local, domain, desk.extension, desk.reply_domain, ticket=ticket, role=role, person=person, issue=issue
    )


def plain_address(address: str, desks: Iterable[Desk]) -> str | None:
    """The desk address (folded) that this one is, with or without any extension or token; None where it is no desk's.

    RCPT takes what this takes: a bad token is no evidence, never a refusal.
    """
    found = _taken_apart(address, desks)
    return None if found is None else found[0]


def read(keys: Keys, address: str, desks: Iterable[Desk]) -> SignedAddress | None:
    """What a signed address of one of these desks says; None where it has no token or its signature is not valid."""
    found = _taken_apart(address, desks)
    return None if found is None or not found[1] else read_token(keys, found[1])


def read_token(keys: Keys, token: str) -> SignedAddress | None:
    """What a bare token says, in any case of letters; None where its signature is not valid."""
    token = token.strip().lower()
    if not _TOKEN.fullmatch(token):
        return None
    octets = b32decode(token.upper() + "=" * (-TOKEN_LENGTH % 8))
    role, key_id = _ROLE_OF.get(octets[1:2]), _key_that_signed(keys, octets)
    if role is None or key_id is None:
        return None
    ticket, tag = int.from_bytes(octets[4:8], "big"), octets[8 : 8 + _TAG_OCTETS]
    return SignedAddress(ticket, role, key_id, tag, int.from_bytes(octets[2:4], "big"))


def looks_minted(token: str) -> bool:
    """Whether this has the shape of a token, role and all. Of 85 words of 40 such letters one has it by chance."""
    token = token.lower()
    return _TOKEN.fullmatch(token) is not None and b32decode(token.upper())[1:2] in _ROLE_OF


def is_for(keys: Keys, token: SignedAddress, address: str) -> bool:
    """Whether the token was issued to this address, however it is spelt."""
    secret = keys.all.get(token.key_id)
    return secret is not None and hmac.compare_digest(token.person_tag, _person_tag(secret, address))


def _mint_token(keys: Keys, ticket: int, role: Role, person: str, issue: int) -> str:
    if not (0 <= ticket < 2**32 and 0 <= issue < 2**16):
        raise ValueError(f"Ticket {ticket}, issue {issue} does not fit into a signed address.")
    key_id, secret = keys.signing
    head = _hint(key_id) + _ROLES[role] + issue.to_bytes(2, "big") + ticket.to_bytes(4, "big")
    signed = head + _person_tag(secret, person)
    return _text(signed + _mac(secret, signed))


def _key_that_signed(keys: Keys, octets: bytes) -> str | None:
    signed, mac = octets[:-_MAC_OCTETS], octets[-_MAC_OCTETS:]
    hinted = ((key_id, secret) for key_id, secret in keys.all.items() if _hint(key_id) == octets[:1])
    return next((key_id for key_id, secret in hinted if hmac.compare_digest(mac, _mac(secret, signed))), None)


def _hint(key_id: str) -> bytes:
    return sha256(key_id.encode()).digest()[:1]


def _text(octets: bytes) -> str:
    return b32encode(octets).decode().rstrip("=").lower()


def _mac(secret: bytes, signed: bytes) -> bytes:
    return hmac.new(secret, _LABEL + signed, sha256).digest()[:_MAC_OCTETS]


def _person_tag(secret: bytes, address: str) -> bytes:
    folded = fold_address(address).encode("utf-8", "surrogatepass")
    return hmac.new(secret, _PERSON_LABEL + folded, sha256).digest()[:_TAG_OCTETS]


def _taken_apart(address: str, desks: Iterable[Desk]) -> tuple[str, str] | None:
    """(desk address, what stands behind its local part) of the desk whose local part fits longest."""
    local, at, domain = fold_address(address.strip().strip("<>")).rpartition("@")
    local = local.strip('"')
    if not at:
        return None
    best: tuple[int, str, str] | None = None
    for start, rest_allowed, its_domain, known in _beginnings(desks):
        if domain == its_domain and (local.startswith(start) if rest_allowed else local == start):
            found = (len(start) if rest_allowed else LOCAL_PART_LIMIT + len(start), known, local[len(start) :])
            best = max(best, found, key=lambda each: each[0]) if best else found
    return None if best is None else (best[1], best[2])


def _beginnings(desks: Iterable[Desk]) -> Iterator[tuple[str, bool, str, str]]:
    """(how a local part begins, whether more may follow, domain, desk address), for every way to write to a desk."""
    for desk in desks:
        reply_domain = desk.reply_domain.lower()
        for known in desk.addresses:
            local, _, domain = known.rpartition("@")
            yield local, False, domain, known
            if desk.extension:
                yield local + desk.extension, True, domain, known
            if reply_domain:
                yield local, False, reply_domain, known
                yield local + (desk.extension or _JOINED_ON_REPLY_DOMAIN), True, reply_domain, known


def _key(line: str, number: int) -> tuple[str, bytes]:
    key_id, _, secret = line.strip().partition(" ")
    if not _KEY_ID.fullmatch(key_id) or not _SECRET.fullmatch(secret.strip()):
        raise ValueError(f'Line {number} of the secret file is not "<key id> <64 hex digits>".')
    return key_id, bytes.fromhex(secret.strip())
