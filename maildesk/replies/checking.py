"""Whether every template says what it must, found before a customer does: what ``maildesk check`` asks of templates.

Each template of each language is compiled, filled with sample facts and with the fewest it may be given, and read.
A finding names file, line and what to do. Found: what cannot be read, unknown placeholders, missing files of a language
that an admin began, a promise that is due but not stated, and sender's text in what a stranger gets (guarantee 7).

It does not judge style; that is ``templates check`` (later).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from maildesk.replies.markup import Block
from maildesk.replies.placeholders import PLACEHOLDERS, REQUIRED_VALUES, TELLS_A_PROMISE, Kind, template_names
from maildesk.replies.rendering import Rendered, RenderingFault, render
from maildesk.replies.sandbox import BLOCK_CHARS
from maildesk.replies.templates import Found, Templates
from maildesk.replies.wording import Reader, zone_named

_NOW = datetime(2026, 11, 24, 8, 15, tzinfo=UTC)
_PROMISED, _PROMISED_AS = datetime(2026, 11, 25, 10, 37, tzinfo=UTC), "11:37"
_CANARY = "Zqxjkv"  # a word that no template holds


@dataclass(frozen=True, slots=True)
class Finding:
    """One mistake. ``line`` counts from 1; ``sentence`` says what to do."""

    file: Path
    line: int
    sentence: str


def check_templates(templates: Templates, desks: tuple[str, ...] = ()) -> list[Finding]:
    """All mistakes in all templates of all languages, and of these desks' own folders; [] where all is well."""
    templates.load_all(desks)
    findings = [Finding(each.file, each.line, each.sentence) for each in templates.problems()]
    for language in templates.folders():
        findings += _missing(templates, language)
        for desk in ("", *desks):
            findings += _rendered(templates, language, desk)
    return sorted(set(findings), key=lambda each: (each.file, each.line, each.sentence))


def _missing(templates: Templates, language: str) -> Iterator[Finding]:
    root = templates.folder or templates.builtin
    for file in templates.missing(language):
        yield Finding(
            root / language / file,
            1,
            f"The language {language} lacks this file; it is not used until it is whole.",
        )


def _rendered(templates: Templates, language: str, desk: str) -> Iterator[Finding]:
    for name in template_names():
        try:
            found = templates.find(language, name, desk)
            for facts in (_all_facts(), _fewest_facts(name)):
                yield from _look(found, name, facts)
        except RenderingFault as problem:
            yield Finding(problem.path, problem.fault.line, problem.fault.sentence)
        except LookupError:
            continue  # named by _missing


def _look(found: Found, name: str, facts: Mapping[str, object]) -> Iterator[Finding]:
    shown = _render(found, facts, trusted=True)
    everything = f"{shown.subject}\n{shown.text}"
    if not shown.subject:
        yield Finding(found.path, 2, "The subject is empty when facts are missing; give it words of its own.")
    for hole in ("None", "{{", "}}", "{%"):
        if hole in everything:
            yield Finding(found.path, 1, f'The mail would show "{hole}"; look at the placeholders.')
    if name in TELLS_A_PROMISE and _PROMISED_AS not in shown.text:
        yield Finding(found.path, 1, "The mail does not say by when we answer; add {{ promise_line }}.")
    if "/" not in name and name != "reply":
        stranger = _render(found, {**facts, **_canaries()}, trusted=False)
        if _CANARY in stranger.html + stranger.subject:
            yield Finding(found.path, 1, "What the sender chose is repeated to a stranger; use a placeholder for it.")


def _render(found: Found, facts: Mapping[str, object], *, trusted: bool) -> Rendered:
    constants = {"desk_name": "Example Support", "desk_address": "support@example.com", "formal": True}
    customer = "/" not in found.name
    reader = Reader(
        found.words, _NOW, zone_named("Europe/Berlin"), trusted=trusted, customer=customer, constants=constants
    )
    words = Block("A person's words.", "<p>A person's words.</p>")
    return render(found, facts, reader, dict.fromkeys(BLOCK_CHARS, words) if trusted else {})


def _all_facts() -> dict[str, object]:
    known = {name: each.example for name, each in PLACEHOLDERS.items() if each.kind not in (Kind.BLOCK, Kind.PART)}
    return {**known, "promise": _PROMISED}


def _fewest_facts(name: str) -> dict[str, object]:
    return {each: _all_facts()[each] for each in REQUIRED_VALUES[name]}


def _canaries() -> dict[str, object]:
    lists = (Kind.LINES, Kind.ROWS)
    return {
        name: (_CANARY,) if each.kind in lists else _CANARY for name, each in PLACEHOLDERS.items() if each.sender_text
    }
