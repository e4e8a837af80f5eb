"""Whether help articles are right and plain: for ``templates check``, beside what it finds in templates.

Errors are what keeps an article from being used, or would reach a customer wrong: front matter, an empty title, a
placeholder, HTML. Warnings: a title with its first three steps that is too long for a first reply, a step more than it
shows, an article that a language lacks, links that lead nowhere known, and what is not plain.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from maildesk.replies import outside, style
from maildesk.replies.articles import ARTICLES, MOST_STEPS, MOST_WORDS, Named, is_article, is_name
from maildesk.replies.findings import Finding, Level
from maildesk.replies.plain_words import PlainFault, PlainWords, read_plain_words
from maildesk.replies.prose import variants
from maildesk.replies.readability import words
from maildesk.replies.templates import Templates, is_language

FEWEST_WORDS = 3


def check_articles(
    templates: Templates,
    desks: Sequence[str],
    hosts: Sequence[str],
    only: Path | None = None,
    languages: Sequence[str] = (),
) -> Iterator[Finding]:
    """What is wrong with the articles of all languages and desks, and what could be plainer.

    ``only``: this one file; nothing if it is no article. ``languages``: the articles of these.
    """
    if only is not None and not is_article(only):
        if only.parent.name == ARTICLES:
            yield from _misplaced(only.parent)
        return
    if only is not None:
        languages = (only.parent.name,)
        desks = (*desks, *(each.name for each in only.parents if each.parent.name == "desks"))
    for desk in dict.fromkeys(("", *desks)):
        found = {each: templates.articles.all(each, desk) for each in templates.articles.languages(desk)}
        for language in languages or found:
            plain = _plain(templates, language, desk)
            for article in found.get(language, ()):
                if only is None or article.path.resolve() == only:
                    yield from _judge(article, language, plain, hosts)
        if only is None:
            yield from _misplaced(templates.articles.folders("en", desk)[0].parent)
        if not desk and only is None:
            yield from _missing(templates, {name: each for name, each in found.items() if is_language(name)})
    for problem in templates.articles.problems():
        yield Finding(problem.file, problem.line, problem.code, problem.sentence)


def _plain(templates: Templates, language: str, desk: str) -> PlainWords | None:
    try:
        return read_plain_words(templates.layers(language, desk))
    except PlainFault:
        return None  # named by the check of the templates


def _judge(found: Named, language: str, plain: PlainWords | None, hosts: Sequence[str]) -> Iterator[Finding]:
    article, path = found.article, found.path
    title_at, words_at, text_at = article.lines
    if len(article.words) < FEWEST_WORDS:
        sentence = 'Add to "words" what people call this, with commas between: at least three.'
        yield _warn(path, words_at, "few-words", sentence, "The search finds an article by the words that people use.")
    yield from _length(found)
    yield from outside.links(path, "\n" * (text_at - 1) + article.text, (*hosts, *(plain.links if plain else ())))
    if plain is not None:
        source = "\n" * (title_at - 1) + article.title + "\n" * (text_at - title_at) + article.text
        said = tuple(tuple(each) for each in variants(source, {}, {}))
        for finding in style.judge(style.Text(path, found.name, language, said, frozenset()), plain):
            yield _without_placeholder(finding)


def _without_placeholder(finding: Finding) -> Finding:
    """A better wording with a placeholder is none for an article."""
    if "{{" not in finding.better:
        return finding
    what = finding.sentence.partition(": ")[0]
    return replace(finding, sentence=f"{what}: say when, or leave it out.", better="")


def _length(found: Named) -> Iterator[Finding]:
    article, at = found.article, found.article.lines[2]
    long = sum(len(words(each)) for each in (article.title, *article.steps[:MOST_STEPS]))
    why = "A first reply shows the title and at most three whole steps; what is too long is left out there."
    if not article.steps and not article.short:
        yield _warn(found.path, at, "no-steps", 'Write the steps as a list, each with "1." in front.', why)
    if article.steps and long > MOST_WORDS:
        sentence = (
            f"The title and the first {MOST_STEPS} steps have {long} words; {MOST_WORDS} are enough. Shorten them."
        )
        yield _warn(found.path, at, "long-steps", sentence, why)
    if len(article.steps) > MOST_STEPS:
        sentence = f"This list has {len(article.steps)} steps; a first reply shows {MOST_STEPS}. Join some."
        yield _warn(found.path, at, "many-steps", sentence, why)


def _misplaced(root: Path) -> Iterator[Finding]:
    """What lies in the folder of articles, and not in one of a language below it."""
    for file in sorted(root.glob("*.md")):
        sentence = f"This article is not used: put it into a folder of its language, such as {ARTICLES}/en/{file.name}."
        yield _warn(file, 1, "misplaced", sentence, "Customers are only offered articles in their own language.")
    for file in sorted(each for each in root.glob("*/*.md") if not is_name(each.stem)):
        sentence = "This article is not used: its name may hold letters, figures, spaces, hyphens and dots alone."
        yield _warn(file, 1, "misplaced", sentence, "Agents send it by its name.")
    for folder in sorted(root.glob("*/")):
        if not is_language(folder.name):
            sentence = (
                f'The articles in here are not used: "{folder.name}" is no language\'s code, such as en or pt-BR.'
            )
            yield _warn(folder, 1, "misplaced", sentence, "Customers are only offered articles in their own language.")


def _missing(templates: Templates, found: dict[str, tuple[Named, ...]]) -> Iterator[Finding]:
    """Articles that one language has and another, which has articles too, lacks."""
    every = {each.name: each for articles in found.values() for each in articles}
    for language, articles in found.items():
        for name in sorted(every.keys() - {each.name for each in articles}) if articles else ():
            folder = templates.articles.folders(language)[0]
            sentence = f"There is no such article in this language; {every[name].path.parent.name} has it."
            why = "Customers are only offered articles in their own language."
            yield _warn(folder / f"{name}.md", 1, "missing-article", sentence, why)


def _warn(file: Path, line: int, code: str, sentence: str, why: str) -> Finding:
    return Finding(file, line, code, sentence, Level.WARNING, why)
