"""Whether canned answers are right and plain: for ``templates check``, beside what it finds in templates.

Errors are what keeps one from being used: front matter, an empty text, a value that it may not say, HTML. Warnings: a
customer's name that is said also where nobody knows it, one that a language lacks, a name that no agent can write,
links that lead nowhere known, and what is not plain.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from maildesk.replies import outside, style
from maildesk.replies.canned import Named, filled, is_canned, is_name
from maildesk.replies.findings import Finding, Level
from maildesk.replies.placeholders import PLACEHOLDERS, Kind
from maildesk.replies.plain_words import PlainFault, PlainWords, read_plain_words
from maildesk.replies.prose import variants
from maildesk.replies.samples import all_facts, reader
from maildesk.replies.sandbox import GLUE, TemplateFault
from maildesk.replies.templates import INFORMAL, Templates
from maildesk.replies.wording import worded

OFTEN_UNKNOWN = ("customer_name",)
"""Values that many tickets lack; the times come from the agent's own mail, and the rest is always known."""


def check_canned(
    templates: Templates, hosts: Sequence[str], only: Path | None = None, languages: Sequence[str] = ()
) -> Iterator[Finding]:
    """What is wrong with the canned answers of all languages and desks, and what could be plainer.

    ``only``: this one file; nothing if it is none. ``languages``: those of these.
    """
    if only is not None and not is_canned(only):
        return
    seen: set[Path] = set()
    for spoken, desk in templates.ways():
        if languages and spoken.partition("/")[0] not in languages:
            continue
        plain = _plain(templates, spoken, desk)
        for each in templates.canned.all(spoken, desk):
            if each.path not in seen and (only is None or each.path.resolve() == only):
                seen.add(each.path)
                yield from _judge(each, templates, spoken, desk, plain, hosts)
        if only is None:
            yield from _nameless(templates.canned.folders(spoken, desk))
    if only is None:
        yield from _missing(templates, languages)
    for problem in templates.canned.problems(templates.ways()):
        yield Finding(problem.file, problem.line, problem.code, problem.sentence)


def _plain(templates: Templates, spoken: str, desk: str) -> PlainWords | None:
    try:
        return read_plain_words(templates.layers(spoken, desk))
    except PlainFault:
        return None  # named by the check of the templates


def _judge(
    found: Named, templates: Templates, spoken: str, desk: str, plain: PlainWords | None, hosts: Sequence[str]
) -> Iterator[Finding]:
    try:
        words = templates.words(spoken, desk)
    except (LookupError, ValueError):
        return  # named by the check of the templates
    text, path = found.canned.compiled.text, found.path
    someone = reader(words, "reply", formal=INFORMAL not in spoken)
    yield from outside.links(path, text, (*hosts, *(plain.links if plain else ())))
    names = frozenset(name for name, each in PLACEHOLDERS.items() if each.kind not in (Kind.BLOCK, Kind.PART))
    values = {each: _said(value) for each, value in worded(all_facts(), names, someone).items()}
    if plain is not None:
        yield from style.judge(_as_read(found, spoken, values), plain)
    try:
        _, lacking = filled(found.canned, {**all_facts(), **dict.fromkeys(OFTEN_UNKNOWN, "")}, someone)
    except TemplateFault as fault:
        yield Finding(path, fault.line, "fill", fault.sentence)
        return
    for name in lacking:
        line = next((number for number, each in enumerate(text.splitlines(), 1) if name in each), found.canned.text_at)
        sentence = f"Put {{% if {name} %}} and {{% endif %}} around it, and other words behind {{% else %}}."
        why = "Where nobody knows it, this answer does not leave: the agent gets the mail back."
        yield Finding(path, line, "hole", sentence, Level.WARNING, why)


def _as_read(found: Named, spoken: str, values: Mapping[str, str]) -> style.Text:
    """As the check of style takes it: a text that customers read."""
    said = tuple(tuple(each) for each in variants(found.canned.compiled.text, values, {}))
    language, both = spoken.partition("/")[0], "formal" in found.canned.compiled.uses
    return style.Text(found.path, found.name, language, said, style.names_in(values), both)


def _said(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value).replace(GLUE, " ")


def _nameless(folders: tuple[Path, ...]) -> Iterator[Finding]:
    """Files that no agent can name."""
    for file in (each for folder in folders for each in sorted(folder.glob("*.md")) if not is_name(each.stem)):
        sentence = "This canned answer is not used: its name may hold letters, figures, spaces, hyphens and dots alone."
        yield Finding(file, 1, "misplaced", sentence, Level.WARNING, "Agents send it by its name.")


def _missing(templates: Templates, languages: Sequence[str]) -> Iterator[Finding]:
    """Those that one language has and another, which has some too, lacks."""
    found = {each: templates.canned.all(each) for each in templates.folders()}
    every = {each.name: language for language, answers in found.items() for each in answers}
    for language, answers in found.items():
        for name in sorted(every.keys() - {each.name for each in answers}) if answers else ():
            if languages and language not in languages:
                continue
            file = templates.canned.folders(language)[0] / f"{name}.md"
            sentence = f"There is no such canned answer in this language; {every[name]} has it."
            yield Finding(
                file, 1, "missing-canned", sentence, Level.WARNING, "Agents send it in another language then."
            )
