"""Whether every template says what it must, found before a customer does.

``check_templates`` is what ``maildesk check`` asks: mistakes because of which a customer would get something wrong, or
a file cannot be used. ``review`` adds what could be plainer; ``maildesk templates check`` shows both. Each template of
each language is compiled, filled with sample facts and with the fewest that it may be given, and read.

Guarantees: a finding names file and line and says what to do; the same files give the same findings. It writes nothing
and asks no server: that a link leads somewhere is judged by its host alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from maildesk.replies import outside, plurals, style
from maildesk.replies.article_checks import check_articles
from maildesk.replies.articles import ARTICLES, is_article
from maildesk.replies.canned import is_canned
from maildesk.replies.canned_checks import check_canned
from maildesk.replies.findings import Finding, Level
from maildesk.replies.placeholders import PARTS, PLACEHOLDERS, REQUIRED_VALUES, Kind, template_names
from maildesk.replies.plain_words import PlainFault, PlainWords, read_plain_words
from maildesk.replies.prose import variants
from maildesk.replies.rendering import RenderingFault
from maildesk.replies.samples import DESK_ADDRESS, Sampler, all_facts, fewest_facts, is_for_customers, reader, unescaped
from maildesk.replies.sandbox import GLUE, run
from maildesk.replies.saying import mistakes
from maildesk.replies.templates import INFORMAL, Found, Templates, is_language
from maildesk.replies.wording import worded


def check_templates(
    templates: Templates, desks: tuple[str, ...] = (), only: Path | None = None, languages: Sequence[str] = ()
) -> list[Finding]:
    """All mistakes in all templates of all languages, and of these desks' own folders; [] where all is well.

    ``only``: what concerns this one file, fast enough for each time that an editor saves it. ``languages``: at least
    what concerns these.
    """
    scope = _Scope(templates, only, languages)
    findings: set[Finding] = set()
    if only is None:
        templates.load_all(desks, languages)  # files that no template of this set uses as well
    for language in scope.languages:
        for desk, spoken in _ways(templates, language, desks):
            for name in scope.shown_by(spoken, desk):
                findings.update(_mistakes(templates, spoken, name, desk))
            findings.update(_fallbacks(templates, spoken, desk))
        if only is None:
            findings.update(_missing(templates, language))
    findings.update(Finding(each.file, each.line, each.code, each.sentence) for each in templates.problems())
    return sorted(each for each in findings if scope.has(each.file))


def review(
    templates: Templates,
    desks: tuple[str, ...] = (),
    hosts: Sequence[str] = (),
    only: Path | None = None,
    languages: Sequence[str] = (),
) -> list[Finding]:
    """The mistakes, and what could be plainer. ``hosts``: where links may lead, beside the desks' own domains."""
    scope = _Scope(templates, only, languages)
    findings = set(check_templates(templates, desks, only, languages))
    known = (*hosts, *(each.rpartition("@")[2] for each in desks or (DESK_ADDRESS,)))
    for language in scope.languages:
        if only is None:
            findings.update(_only_formal(templates, language))
        for desk, spoken in _ways(templates, language, desks):
            try:
                plain = read_plain_words(templates.layers(spoken, desk))
            except PlainFault as fault:
                findings.add(Finding(fault.file, fault.line, "words", fault.sentence))
                continue
            values = {who: _values(templates, spoken, desk, who) for who in ("received", "agent/digest")}
            for name in (*scope.shown_by(spoken, desk), *scope.parts):
                said = values["received" if is_for_customers(name) else "agent/digest"]
                findings.update(_style(templates, spoken, name, desk, Aids(plain, known, said)))
    findings.update(check_articles(templates, desks, known, only, languages))
    findings.update(check_canned(templates, known, only, languages))
    found = (each for each in findings if scope.has(each.file))
    return sorted(found, key=lambda each: (each.file, each.line, each.level, each.code, each.sentence))


def root_of(file: Path) -> Path:
    """The templates folder that a file of it belongs to: the parent of its language's folder."""
    above = list(file.parents)
    folders = [each for each in above if each.name != INFORMAL]
    language = next((each for each in folders if (each / "words.toml").is_file() or is_language(each.name)), folders[0])
    root = language.parent.parent if language.parent.name == ARTICLES else language.parent
    return root.parent.parent if root.parent.name == "desks" else root


class _Scope:
    """Which languages and templates to look at: all, or those that one file belongs to."""

    def __init__(self, templates: Templates, only: Path | None, languages: Sequence[str] = ()) -> None:
        self._only = only
        inside = languages if only is None else only.relative_to(root_of(only)).parts
        if only is not None and (is_article(only) or is_canned(only)):
            inside = ()  # no template has to do with it
        self.languages = tuple(each for each in templates.folders() if each in inside or (only is None and not inside))
        name = "" if only is None else "/".join(only.with_suffix("").parts[-2:])
        alone = next((each for each in (name, name.rpartition("/")[2]) if each in template_names()), "")
        self._templates = templates
        self._part = next((placeholder for placeholder, part in PARTS.items() if part == name), "")
        self._names = (alone,) if alone else template_names()
        self.parts = () if alone else (name,) if self._part else tuple(PARTS.values())

    def shown_by(self, spoken: str, desk: str) -> Iterator[str]:
        """The templates to look at: of a part, those that print it."""
        return (name for name in self._names if not self._part or self._part in self._uses(spoken, name, desk))

    def _uses(self, spoken: str, name: str, desk: str) -> frozenset[str]:
        try:
            return self._templates.text(spoken, name, desk)[1].uses
        except LookupError:
            return frozenset()

    def has(self, file: Path) -> bool:
        return self._only is None or file.resolve() == self._only


def _ways(templates: Templates, language: str, desks: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Each way in which the language addresses people, as all desks say it and as each that has texts of its own."""
    spoken = dict.fromkeys((language, templates.spoken(language, formal=False)))
    own = [desk for desk in desks if _has_own(templates, language, desk)]
    return ((desk, each) for desk in ("", *own) for each in spoken)


def _has_own(templates: Templates, language: str, desk: str) -> bool:
    """Whether the desk has a folder of its own: without one it says what all say, and that is judged once."""
    shared = templates.layers(language)
    return any(folder.is_dir() for folder in templates.layers(language, desk) if folder not in shared)


def _missing(templates: Templates, language: str) -> Iterator[Finding]:
    root = templates.folder or templates.builtin
    for file in templates.missing(language):
        sentence = f"The language {language} lacks this file; it is not used until it is whole."
        yield Finding(root / language / file, 1, "missing", sentence)


def _only_formal(templates: Templates, language: str) -> Iterator[Finding]:
    root = templates.folder or templates.builtin
    for file in templates.missing_informal(language):
        sentence = "This text is only there in the formal address; desks that are not formal would mix the two."
        yield Finding(root / language / INFORMAL / file, 1, "missing", sentence, Level.WARNING)


def _mistakes(templates: Templates, spoken: str, name: str, desk: str) -> Iterator[Finding]:
    try:
        found = templates.find(spoken, name, desk)
        yield from mistakes(found)
    except RenderingFault as problem:
        yield Finding(problem.path, problem.fault.line, "fill", problem.fault.sentence)
    except LookupError:
        return  # named by _missing


def _fallbacks(templates: Templates, spoken: str, desk: str) -> Iterator[Finding]:
    """What words.toml gives in the place of a missing fact: for every placeholder, and for nothing else."""
    try:
        words = templates.words(spoken, desk)
    except (LookupError, ValueError):
        return  # named by _missing, or as a problem of the file
    file = templates.layers(spoken, desk)[-1] / "words.toml"
    lists = (Kind.DONE, Kind.LINES, Kind.ROWS, Kind.FILES, Kind.ARTICLES)
    silent = (Kind.FLAG, Kind.HELLO, *lists, Kind.BLOCK, Kind.PART)
    printing = {name for name, each in PLACEHOLDERS.items() if each.kind not in silent}
    for name in sorted(printing - words.fallbacks.keys()):
        sentence = f"[fallbacks] has no {name}: a mail would show a hole where it is missing. Add a few words."
        yield Finding(file, 1, "fallback", sentence)
    for layer in templates.layers(spoken, desk):
        yield from _unknown_fallbacks(layer / "words.toml", words.fallbacks.keys() - printing)
        yield from _empty_fallbacks(layer / "words.toml", {each for each, said in words.fallbacks.items() if not said})


def _unknown_fallbacks(file: Path, names: set[str]) -> Iterator[Finding]:
    for name in sorted(names):
        if line := _line_of(file, name):
            sentence = f"[fallbacks] has {name}, but there is no such placeholder; docs/templates.md lists them."
            yield Finding(file, line, "placeholder", sentence)


def _empty_fallbacks(file: Path, names: set[str]) -> Iterator[Finding]:
    for name in sorted(names):
        if line := _line_of(file, name):
            sentence = f"The fallback of {name} is empty: a mail would show a hole where it is missing."
            yield Finding(file, line, "fallback", sentence)


def _line_of(file: Path, key: str) -> int:
    """The line on which a table's key stands; 0 where it does not."""
    if not file.is_file():
        return 0
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    return next((number for number, line in enumerate(lines, 1) if line.partition("=")[0].strip(' "') == key), 0)


@dataclass(frozen=True, slots=True)
class Aids:
    """What judging style needs beside the template: the language's words, where links may lead, sample values."""

    plain: PlainWords
    hosts: tuple[str, ...]
    values: Mapping[str, str]


def _style(templates: Templates, spoken: str, name: str, desk: str, aids: Aids) -> Iterator[Finding]:
    language = spoken.partition("/")[0]
    try:
        path, compiled = templates.text(spoken, name, desk)
        parts = {each: _part(templates, spoken, each, desk) for each in compiled.uses & PARTS.keys()}
    except (LookupError, RenderingFault, ValueError):
        return  # named elsewhere
    sentences = tuple(tuple(each) for each in variants(compiled.text, aids.values, parts))
    shared = INFORMAL in spoken and INFORMAL not in path.parts[-3:]  # judged in its own folder's address already
    both = shared or "formal" in compiled.uses
    text = style.Text(path, name, language, sentences, style.names_in(aids.values), both)
    yield from style.judge(text, aids.plain)
    yield from outside.links(path, compiled.text, (*aids.hosts, *aids.plain.links))
    if name in PARTS.values():
        yield from plurals.wrong(
            Found(name, path, compiled, {}, templates.words(spoken, desk), compiled.uses), aids.plain
        )
    else:
        found = templates.find(spoken, name, desk)
        said = [Sampler(found, facts).said() for facts in ({**all_facts(), "offers": ()}, fewest_facts(name))]
        yield from style.subject(path, compiled.subject_line, said[0][0])
        yield from style.whole(path, name, [text for _, text in said])
        yield from _unused(found)
        yield from plurals.wrong(found, aids.plain)


def _values(templates: Templates, spoken: str, desk: str, who: str) -> dict[str, str]:
    """Every placeholder as the readers of the template ``who`` see it, blocks as nothing; {} without words."""
    names = frozenset(name for name, each in PLACEHOLDERS.items() if each.kind not in (Kind.BLOCK, Kind.PART))
    try:
        words = templates.words(spoken, desk)
    except (LookupError, ValueError):
        return {}
    found = worded(all_facts(), names, reader(words, who, formal=INFORMAL not in spoken))
    blocks = {name for name, each in PLACEHOLDERS.items() if each.kind is Kind.BLOCK}
    return {**{each: _said(value) for each, value in found.items()}, **dict.fromkeys(blocks, "")}


def _said(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value).replace(GLUE, " ")


def _part(templates: Templates, spoken: str, name: str, desk: str) -> str:
    _, compiled = templates.text(spoken, PARTS[name], desk)
    facts = worded(all_facts(), compiled.uses, reader(templates.words(spoken, desk), PARTS[name]))
    return unescaped(run(compiled.body, facts)).strip()


_SEEN_ELSEWHERE = frozenset({"number", "waiting_since", "state", "priority", "round", "from_address", "agent_name"})
"""The number stands in the subject; the others reach agents in the panel, or choose the branch."""


def _unused(found: Found) -> Iterator[Finding]:
    """A fact without which a template would be a lie, and which it never says."""
    for name in sorted(REQUIRED_VALUES[found.name] - found.uses - _SEEN_ELSEWHERE - {"promise"}):
        sentence = f"This mail is given {name} and never says it. Add {{{{ {name} }}}}."
        yield Finding(found.path, 1, "unused", sentence, Level.WARNING, f"{PLACEHOLDERS[name].meaning.capitalize()}.")


__all__ = ["Finding", "Level", "check_templates", "review"]
