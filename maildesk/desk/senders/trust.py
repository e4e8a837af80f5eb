"""How far do we trust the sender? The one place that decides that a mail is from whom its ``From`` says.

``authenticated``: a signed address issued to this very ``From`` (for customers also a reply to a mail of ours to them),
or ``dmarc=pass``, or, where the domain publishes no policy, DKIM or SPF passed for a domain that is aligned with
``From``. ``known``: a participant, not authenticated. ``stranger``: everybody else.

Verdicts are read from the ``Authentication-Results`` of the configured authserv-id of that intake alone; without one,
none is. Fields of the same id further down may have come with the mail: those under the next ``Received`` are not read,
and of each method the topmost field that speaks of it counts. The receiving server must remove forged fields that carry
its own id (RFC 8601, 5); this is the second line, for servers that do not.

``own_header`` gives other headers of ours by the same rule.

What it does not do: check DNS or signatures itself, or judge by verdict headers of any other name. Alignment is relaxed
(RFC 7489, 3.1) without a list of public suffixes: a domain and its sub-domains are one, siblings are not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from maildesk.desk.senders.authentication_results import Result, Results, read_results
from maildesk.desk.words import Trust
from maildesk.mail.letter import Letter

TOPMOST = "topmost"
_ENFORCED = re.compile(r"\b(?:p|dis)\s*=\s*(?:reject|quarantine)\b")
_ACTIONS = frozenset({"reject", "quarantine", "oreject", "oquarantine"})
_POLICY_PROPERTIES = ("policy.dmarc", "policy.published-domain-policy", "policy.applied-disposition", "action")
_NO_POLICY = frozenset({"none", "bestguesspass"})
_REGISTRY = re.compile(r"(?:co|com|net|org|gov|edu|ac|or|ne|go|gob|nom|asso)\.[a-z]{2}")


@dataclass(frozen=True, slots=True)
class SenderVerdict:
    """How far the author is trusted, and why, in a sentence.

    ``dmarc_fails``: the trusted server says so; ``dmarc_fails_under_policy``: and the domain asks to reject or
    quarantine such mail.
    """

    trust: Trust
    reason: str
    dmarc_fails: bool = False
    dmarc_fails_under_policy: bool = False


def judge_sender(
    letter: Letter,
    authserv_id: str,
    trusted_results: str = "",
    *,
    signed: bool = False,
    answers_ours: bool = False,
    participant: bool = False,
    at_most_known: str = "",
) -> SenderVerdict:
    """The verdict on the author of a letter.

    ``signed``: it carries a valid signed address issued to its very ``From``; ``answers_ours``: its ``From`` is a
    customer to whom we sent a mail that it refers to; ``at_most_known``: why the author was not read from ``From`` (a
    list, a form), "" where it was.
    """
    unclear = _unclear_author(letter)
    if unclear:
        return SenderVerdict(Trust.STRANGER, unclear)
    domain = _domain(letter.sender.address)
    results = tuple(_believed(letter, authserv_id, trusted_results))
    dmarc = _dmarc(results)
    fails = dmarc is not None and dmarc.result == "fail"
    proof = _proof(domain, results, dmarc, signed, answers_ours)
    if proof and not at_most_known:
        verdict = SenderVerdict(Trust.AUTHENTICATED, proof)
    else:
        why_not = at_most_known or _lack(authserv_id, trusted_results, results, dmarc)
        trust = Trust.KNOWN if participant else Trust.STRANGER
        verdict = SenderVerdict(trust, f"a participant, but {why_not}" if participant else why_not)
    return replace(
        verdict, dmarc_fails=fails, dmarc_fails_under_policy=dmarc is not None and fails and _is_enforced(dmarc)
    )


def aligned(domain: str, with_from: str) -> bool:
    """Whether a domain that passed DKIM or SPF speaks for the domain of ``From``: the same, above it, or below it.

    Without the list of public suffixes "below" would let a tenant of a registry speak for the registry; those of the
    common form (co.uk) are left out. A provider that gives sub-domains to strangers and has mailboxes of its own beside
    them, without a DMARC policy, remains: rare, and such a sender gains no agent's powers by it.
    """
    domain, with_from = _ascii(domain), _ascii(with_from)
    if not domain or not with_from:
        return False
    return domain == with_from or _is_below(with_from, domain) or _is_below(domain, with_from)


def _is_below(lower: str, upper: str) -> bool:
    return "." in upper and not _REGISTRY.fullmatch(upper) and lower.endswith("." + upper)


def _unclear_author(letter: Letter) -> str:
    """Why the author cannot be told; DMARC leaves such mail undefined (RFC 7489, 6.6.1), and programs show either."""
    if len(letter.all_headers("From")) > 1 or len(letter.from_) > 1:
        return "it has several From addresses"
    if "@" not in letter.sender.address:
        return "its From has no address that can be read"
    return ""


def _believed(letter: Letter, authserv_id: str, trusted_results: str) -> Iterator[Result]:
    """The results that count, of each method only those of the topmost field that has it."""
    seen: set[str] = set()
    for field in _fields(letter, authserv_id, trusted_results):
        yield from (result for result in field if result.method not in seen)
        seen |= {result.method for result in field}


def _fields(letter: Letter, authserv_id: str, trusted_results: str) -> Iterator[tuple[Result, ...]]:
    values, _ = _above_theirs(letter, "Authentication-Results", authserv_id, trusted_results)
    for value in values:
        field = read_results(value)
        if trusted_results == TOPMOST:
            yield field.results
            return
        if _is_ours(field, authserv_id):
            yield field.results


def own_header(letter: Letter, name: str, authserv_id: str, trusted_results: str = "") -> tuple[str, ...]:
    """The values of this header that our own servers wrote, topmost first.

    Those above the first ``Received`` under the first ``Authentication-Results`` of ours: what stands there was put on
    top when, or after, the trusted server took the mail. Nothing where that server wrote no results, or wrote them
    under everything else: then nothing shows where ours end and the sender's begin.
    """
    values, is_bounded = _above_theirs(letter, name, authserv_id, trusted_results)
    return values if is_bounded else ()


def _above_theirs(letter: Letter, name: str, authserv_id: str, trusted_results: str) -> tuple[tuple[str, ...], bool]:
    """The values of a header down to the ``Received`` under our first results, and whether there is one."""
    wanted, kept, begun = name.lower(), list[str](), False
    for each, value in letter.headers:
        lower = each.lower()
        if begun and lower == "received":
            return tuple(kept), True
        if lower == "authentication-results":
            begun = begun or trusted_results == TOPMOST or _is_ours(read_results(value), authserv_id)
        if lower == wanted:
            kept.append(value)
    return tuple(kept) if begun else (), False


def _is_ours(field: Results, authserv_id: str) -> bool:
    return bool(authserv_id) and field.authserv_id == authserv_id.strip().lower()


def _dmarc(results: Iterable[Result]) -> Result | None:
    """The DMARC result. Where one field has several that differ, the one that is not pass: smuggling gains nothing."""
    found = [result for result in results if result.method == "dmarc"]
    return next((result for result in found if result.result != "pass"), found[0] if found else None)


def _proof(domain: str, results: tuple[Result, ...], dmarc: Result | None, signed: bool, answers_ours: bool) -> str:
    """What shows that the author is the author; "" where nothing does."""
    if signed:
        return "it carries a signed address that was issued to this sender"
    if answers_ours:
        return "it answers a mail that we sent to this sender"
    if dmarc is not None and dmarc.result not in _NO_POLICY:
        spoken_of = dmarc.properties.get("header.from", domain)
        passes = dmarc.result == "pass" and (_domain(spoken_of) == domain or _is_below(domain, _domain(spoken_of)))
        return f"DMARC passed for {domain}" if passes else ""
    return next((proof for result in results if (proof := _aligned_pass(result, domain))), "")


def _aligned_pass(result: Result, domain: str) -> str:
    if result.result != "pass" or result.method not in ("dkim", "spf"):
        return ""
    names = ("header.d", "header.i") if result.method == "dkim" else ("smtp.mailfrom",)
    passed = next((_domain(result.properties[name]) for name in names if name in result.properties), "")
    return f"{result.method.upper()} passed for {passed}, aligned with From" if aligned(passed, domain) else ""


def _lack(authserv_id: str, trusted_results: str, results: tuple[Result, ...], dmarc: Result | None) -> str:
    if not authserv_id and trusted_results != TOPMOST:
        return "nothing here checks who wrote: no authserv_id is configured"
    if not results:
        return f"there is no Authentication-Results of {authserv_id or 'the receiving server'}"
    if dmarc is not None and dmarc.result not in _NO_POLICY:
        return f"DMARC says {dmarc.result} for its From"
    return "neither DKIM nor SPF passed for the domain of its From"


def _is_enforced(dmarc: Result) -> bool:
    if any(dmarc.properties.get(name, "") in _ACTIONS for name in _POLICY_PROPERTIES):
        return True
    return _ENFORCED.search(dmarc.comment) is not None


def _domain(address: str) -> str:
    return _ascii(address.rpartition("@")[2])


def _ascii(domain: str) -> str:
    """Lower case, without the dot at the end, in A-labels (RFC 5890); as it stands where it cannot be encoded."""
    plain = domain.strip().strip("<>").rstrip(".").lower()
    if plain.isascii():
        return plain
    try:
        return plain.encode("idna").decode("ascii")
    except UnicodeError:
        return plain
