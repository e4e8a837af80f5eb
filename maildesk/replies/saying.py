"""Whether a template says what it must and nothing that it must not, whatever facts it is given.

Found by filling it in: with all facts, with the fewest, and with each flag and each state turned round, so that every
branch is read. What customers must never see is looked for in the source as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from maildesk.replies.findings import Finding
from maildesk.replies.placeholders import PLACEHOLDERS, TELLS_A_PROMISE, Kind
from maildesk.replies.samples import PROMISED_AS, Sampler, all_facts, fewest_facts, is_for_customers
from maildesk.replies.templates import Found
from maildesk.replies.wording import STATES

_CANARY = "Zqxjkv"  # a word that no template holds
_AGENTS_ALONE = frozenset(
    {
        "panel", "what_a_reply_does", "marker", "earlier", "their_text", "trust_reason", "unanswerable", "stranger",
        "participants", "copied", "handled_by", "related", "desks", "colleague", "through", "command", "file",
        "mistake", "found", "ago", "tickets", "aside", "priority_reason", "asked_for", "done", "lines", "nobodys",
        "away", "handed_on", "remedy", "duty_until", "call_next_at", "target_span", "real_span", "tags",

        "person_notes", "vip", "addresses", "ratings", "praises", "praised", "kept", "forwarded_by", "forwarded_with",
        "their_signature", "proven", "asks_both", "may_ask",
        "language", "dangerous", "not_attached", "their_tickets", "similar",
    }
)  # fmt: skip
"""What only agents and admins may see (guarantee 8)."""
_THEIR_WORDS = frozenset({"body", "subject", "from_address", "subject_changed", "problems"})
"""What the sender wrote, word for word: never repeated in an automatic mail (guarantee 7)."""


def mistakes(found: Found) -> Iterator[Finding]:
    """All that is wrong with what this template says. Raises ``RenderingFault`` where it cannot be filled in."""
    everything, fewest = Sampler(found, all_facts()), Sampler(found, fewest_facts(found.name))
    promised = found.name in TELLS_A_PROMISE
    yield from _read(found, *fewest.said(), promised)
    for changed in _changes(found):
        yield from _read(found, *everything.said(**changed), promised and "promise" not in changed)
    if is_for_customers(found.name):
        yield from _names(found)
        if found.name != "reply":
            yield from _repeated(found)


def _changes(found: Found) -> Iterator[Mapping[str, object]]:
    """Enough changes of facts that every branch on a flag, a state or a number is taken."""
    yield {}
    needed = fewest_facts(found.name)
    for name in sorted(found.uses):
        placeholder = PLACEHOLDERS[name]
        if placeholder.kind is Kind.FLAG and not name.startswith("is_"):
            yield {name: not placeholder.example}
        elif placeholder.kind is Kind.NUMBER and name != "number":
            yield from ({name: number} for number in (1, 2, 3, 4, 5))
        elif name not in needed and placeholder.kind not in (Kind.PART, Kind.BLOCK, Kind.NUMBER):
            yield {name: None}
    if any(name.startswith("is_") or name == "state" for name in found.uses):
        yield from ({"state": state} for state in STATES)


def _read(found: Found, subject: str, text: str, promised: bool) -> Iterator[Finding]:
    if not subject:
        sentence = "The subject is empty when facts are missing; give it words of its own."
        yield Finding(found.path, found.compiled.subject_line, "hole", sentence)
    if not text.strip():
        yield Finding(found.path, found.compiled.subject_line, "hole", "The mail is empty; write what it shall say.")
    for hole in ("None", "{{", "}}", "{%"):
        if hole in subject or hole in text:
            yield Finding(found.path, 1, "hole", f'The mail would show "{hole}"; look at the placeholders.')
    if promised and PROMISED_AS not in text:
        part = found.parts.get("promise_line")
        if part is not None and "promise" not in part[1].uses:
            yield Finding(part[0], 1, "promise", "This part does not say by when we answer; add {{ promise }}.")
        else:
            yield Finding(found.path, 1, "promise", "The mail does not say by when we answer; add {{ promise_line }}.")


def _repeated(found: Found) -> Iterator[Finding]:
    stranger = Sampler(found, {**all_facts(), **_canaries()}, trusted=False)
    if _CANARY in "".join(stranger.said()):
        sentence = "What the sender chose is repeated to a stranger; use a placeholder for it."
        yield Finding(found.path, 1, "echo", sentence)


def _names(found: Found) -> Iterator[Finding]:
    automatic = found.name != "reply"
    parts = ((path, part.text) for path, part in found.parts.values())
    for path, source in ((found.path, found.compiled.text), *parts):
        for number, line in enumerate(source.splitlines(), 1):
            for name in _printed(line):
                if name in _AGENTS_ALONE:
                    sentence = f"{{{{ {name} }}}} is for agents; a customer must not see it. Take it out."
                    yield Finding(path, number, "inside", sentence)
                elif automatic and name in _THEIR_WORDS and not _allowed(found.name, name):
                    sentence = (
                        f"{{{{ {name} }}}} repeats what the sender wrote. Strangers could make us send their text to "
                        "others. Take it out."
                    )
                    yield Finding(path, number, "echo", sentence)


def _allowed(template: str, name: str) -> bool:
    return template == "refused" and name == "problems"  # what we could not take is said in our words


_PRINTS = re.compile(r"\{\{-?\s*([a-z_]+)")


def _printed(line: str) -> list[str]:
    return _PRINTS.findall(line)


def _canaries() -> dict[str, object]:
    lists = (Kind.LINES, Kind.ROWS, Kind.FILES)
    return {
        name: (_CANARY,) if each.kind in lists else _CANARY for name, each in PLACEHOLDERS.items() if each.sender_text
    }
