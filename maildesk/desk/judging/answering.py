"""May we answer automatically? One pure function, the first refusal that applies, and its reason is stored.

We answer persons only. Robots, no-reply addresses, our own addresses, spam, forged senders, those who ask not to be
answered and addresses that do not exist get no automatic mail; their mail is filed all the same. Behind this stand the
brakes (``brakes.py``), which need no understanding.

No-reply addresses are known by their words, in several languages, at the beginning or the end of the local part, as
words of their own: a person whose display name is "Noreply", or Nora Reply, is answered. RFC 3834, 2 says who must not
be answered; RFC 5321, 4.5.5 what a null sender means.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from maildesk.desk.known.facts import Facts
from maildesk.mail.letter import Automatic, fold_address

REFUSED_AS_UNKNOWN = "the relay refused the address as unknown"
"""How the reason of a person's ``unreachable`` begins where the relay itself, not a bounce, said there is no such."""

_SUPPRESSING = frozenset({"all", "autoreply"})

_NO_REPLY_WORDS = """
    noreply noreplies noanswer noresponse donotreply dontreply donotrespond donotanswer unmonitored mailerdaemon
    nichtantworten nichtbeantworten bittenichtantworten keineantwort keineantworten
    noresponder noresponda norespondas nocontestar nocontestes naoresponda naoresponder
    nepasrepondre sansreponse nonrispondere nieodpowiadac nieodpowiadaj
    neotvechat neotvechay neotvechaite neotvechayte
    nietbeantwoorden nietantwoorden geenantwoord svarainte svarikke ikkesvar
"""
_NO_REPLY = frozenset(_NO_REPLY_WORDS.split())
_LONGEST_PHRASE = 4
_SEPARATORS = re.compile(r"[^a-z]+")


@dataclass(frozen=True, slots=True)
class Asked:
    """What bears on the question. ``suppress`` are the values of all X-Auto-Response-Suppress fields."""

    author: str
    automatic: Automatic | None = None
    automatic_reason: str = ""
    history: bool = False
    ours: bool = False
    null_sender: bool = False
    spam: str = ""
    dmarc_fails_under_policy: bool = False
    suppress: tuple[str, ...] = ()
    repeated_id: bool = False
    robot: bool = False
    unreachable: str = ""


@dataclass(frozen=True, slots=True)
class Allowed:
    """The answer and its reason, a clause for the ticket's history."""

    allowed: bool
    reason: str


def may_we_answer(asked: Asked) -> Allowed:
    """Whether an automatic mail may go to the author; the first refusal that applies is the reason."""
    refusal = next((reason for applies, reason in _refusals(asked) if applies), "")
    return Allowed(not refusal, refusal or "a person wrote, and nothing speaks against an answer")


def why_not_answer(facts: Facts) -> str:
    """``may_we_answer`` for an arrival: why its author gets no automatic mail, "" where they may."""
    letter, author = facts.letter, fold_address(facts.author.address)
    verdict = may_we_answer(
        Asked(
            author=author,
            automatic=letter.automatic,
            automatic_reason=letter.reason,
            history=facts.arrival.history,
            ours=facts.site.desk(author) is not None,
            null_sender=facts.arrival.sender == "",
            spam=_spam(facts),
            dmarc_fails_under_policy=facts.verdict.dmarc_fails_under_policy,
            suppress=letter.all_headers("X-Auto-Response-Suppress"),
            repeated_id=facts.same_id_other_content,
            robot=facts.person.robot,
            unreachable=facts.person.unreachable,
        )
    )
    return "" if verdict.allowed else verdict.reason


def is_no_reply(address: str) -> bool:
    """Whether an address says of itself that nobody reads it: noreply@, no-reply-billing@, x@users.noreply.example."""
    local, _, domain = fold_address(address).rpartition("@")
    words = [word for word in _SEPARATORS.split(local) if word]
    phrases = (
        "".join(part)
        for length in range(1, min(len(words), _LONGEST_PHRASE) + 1)
        for part in (words[:length], words[-length:])
    )
    labels = ("".join(_SEPARATORS.split(label)) for label in domain.split("."))
    return any(phrase in _NO_REPLY for phrase in (*phrases, *labels))


def suppresses_answers(values: Iterable[str]) -> bool:
    """Whether X-Auto-Response-Suppress asks for no automatic answer: All or AutoReply (MS-OXCMAIL, 2.2.3.2.14)."""
    return any(word in _SUPPRESSING for value in values for word in re.split(r"[,;\s]+", value.lower()))


def _refusals(asked: Asked) -> tuple[tuple[bool, str], ...]:
    kind = f" ({asked.automatic_reason})" if asked.automatic_reason else ""
    return (
        (asked.history, "it is history: mail from before the desk began to answer"),
        ("@" not in asked.author, "there is no address to answer to"),
        (asked.ours or asked.automatic is Automatic.OWN, "it comes from one of our own addresses"),
        (asked.automatic is not None, f"a robot wrote: {asked.automatic}{kind}"),
        (asked.null_sender, "its envelope sender is empty: whoever sent it wants no answer"),
        (is_no_reply(asked.author), "it comes from a no-reply address"),
        (bool(asked.spam), f"it counts as spam: {asked.spam}"),
        (asked.dmarc_fails_under_policy, "DMARC fails, and the domain asks to reject or quarantine such mail"),
        (suppresses_answers(asked.suppress), "its X-Auto-Response-Suppress asks for no automatic answer"),
        (asked.repeated_id, "another mail with the same Message-ID and other content came before"),
        (asked.robot, "its sender tripped a brake twice and may be a robot"),
        (asked.unreachable.startswith(REFUSED_AS_UNKNOWN), asked.unreachable),
    )


def _spam(facts: Facts) -> str:
    if facts.arrival.spam:
        return "the configured filter says so"
    return "an agent said so of this sender" if facts.person.spam else ""
