"""Help articles: what customers can do themselves, in files that admins write.

``articles/<language>/<name>.md``: front matter (``title``, ``words``: comma-separated, as people say it), then plain
Markdown: a list of steps, with short paragraphs around it where they help. The name is the file's. No placeholders: an
article says the same to everybody.

Layers, the upper first: ``desks/<address>/articles/<language>/`` in the admin's folder, the admin's
``articles/<language>/``, the built-in set, which holds none. Guarantees, as for templates: a file is looked at on each
use, so an edit works with the next mail; a broken edit never reaches a customer, the last good version stays, and
``problems()`` names file, line and what to do. The first ``MOST_ARTICLES`` of a folder, by name, are used.

What can go wrong: a file that was broken from the start stands for no article, and the layer below is used.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from maildesk.replies.article_search import Hit, Index, fitting
from maildesk.replies.markup import convert
from maildesk.replies.readability import words as words_of
from maildesk.replies.reloading import Problem, ReloadedFile
from maildesk.replies.sandbox import HTML_TAG, TemplateFault, one_line

ARTICLES = "articles"
"""The folder's name."""
MOST_ARTICLES = 500
MOST_SOURCE = 16 * 1024
MOST_WORDS = 60  # of a title and its steps, as the first reply shows them
MOST_STEPS = 3
LONGEST_TITLE = 100
_STEP = re.compile(r"\s{0,3}\d{1,3}[.)]\s+(.*)")
_MARKS = re.compile(r"\[([^\]]*)\]\([^)]*\)|[*_`]{1,3}")
_LANGUAGE = re.compile(r"\w[\w.-]{0,99}")
_NAME = re.compile(r"\w[\w .-]{0,99}")
_NONE = (Path(), None)


@dataclass(frozen=True, slots=True)
class Article:
    """One article as it was read. ``text`` is its Markdown, ``steps`` the items of its numbered list, Markdown too.

    ``lines`` are the lines of title, words and text in the file, counted from 1.
    """

    title: str
    words: tuple[str, ...]
    text: str
    steps: tuple[str, ...]
    lines: tuple[int, int, int] = (1, 1, 1)

    @property
    def first_steps(self) -> tuple[str, ...]:
        """The whole steps that a first reply has room for; none where not even one is short enough."""
        room, taken = MOST_WORDS - len(words_of(self.title)), []
        for step in self.steps[:MOST_STEPS]:
            room -= len(words_of(_MARKS.sub(r"\1", step)))
            if room < 0:
                break
            taken.append(step)
        return tuple(taken)

    @property
    def short(self) -> str:
        """What a first reply shows below the title, as Markdown: the first steps, or a text of a few words."""
        if self.steps:
            return "\n".join(f"{number}. {step}" for number, step in enumerate(self.first_steps, 1))
        fits = len(words_of(f"{self.title} {self.text}")) <= MOST_WORDS
        return self.text.strip() if fits else ""

    @property
    def plain(self) -> str:
        """Title and text as a person would type them into a mail."""
        return f"{self.title}\n\n{convert(self.text, {})[0]}".strip()


@dataclass(frozen=True, slots=True)
class Named:
    """An article with its name and its file."""

    name: str
    path: Path
    article: Article

    @property
    def title(self) -> str:
        return self.article.title

    @property
    def words(self) -> tuple[str, ...]:
        return (*self.article.words, re.sub(r"[-_.]+", " ", self.name))

    @property
    def text(self) -> str:
        return self.article.text


def is_article(file: Path) -> bool:
    """Whether a file stands where articles do: ``articles/<language>/<name>.md``."""
    return file.suffix == ".md" and file.parent.parent.name == ARTICLES


def is_name(name: str) -> bool:
    """Whether a file of this name, without ``.md``, is an article: what an agent can write behind #article."""
    return bool(_NAME.fullmatch(name))


def load_article(source: str) -> Article:
    """An article of a file's text. Raises ``TemplateFault``."""
    if len(source) > MOST_SOURCE:
        raise TemplateFault(1, "The file is larger than 16 KB; an article is half a page.")
    lines = source.lstrip("\ufeff").splitlines()
    for number, line in enumerate(lines, 1):
        _check_line(number, line)
    if not lines or lines[0].strip() != "---":
        raise TemplateFault(1, 'Begin the file with a line "---", then "title: …" and "words: …", then "---".')
    end = next((index for index, line in enumerate(lines[1:], 1) if line.strip() == "---"), None)
    if end is None:
        raise TemplateFault(1, 'The front matter is not closed; put a line "---" below "words: …".')
    title, title_at, words, words_at = _front_matter(lines[:end])
    if not title:
        raise TemplateFault(title_at, 'The title is missing; write "title: …", a short sentence that says what it is.')
    if len(title) > LONGEST_TITLE:
        raise TemplateFault(title_at, f"The title has {len(title)} characters; {LONGEST_TITLE} are enough.")
    body = "\n".join(lines[end + 1 :])
    if not body.strip():
        raise TemplateFault(end + 1, 'The article is empty; write its steps, each on a line with "1." in front.')
    return Article(title, words, body, tuple(_steps(lines[end + 1 :])), (title_at, words_at, end + 2))


def _check_line(number: int, line: str) -> None:
    if "{{" in line or "{%" in line:
        sentence = "Articles have no placeholders: they say the same to everybody. Take the braces away."
        raise TemplateFault(number, sentence, "placeholder")
    if tag := HTML_TAG.search(re.sub(r"`[^`]*`", "", line)):
        sentence = f"HTML such as {one_line(tag[0], 40)} is not used in an article; readers would see it."
        raise TemplateFault(number, f"{sentence} Write Markdown.", "html")


def _front_matter(lines: list[str]) -> tuple[str, int, tuple[str, ...], int]:
    found: dict[str, tuple[str, int]] = {}
    for number, line in enumerate(lines[1:], 2):
        key, colon, value = line.partition(":")
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if key.strip() not in ("title", "words") or not colon:
            raise TemplateFault(number, f'Only "title: …" and "words: …" may stand here, not "{one_line(line, 40)}".')
        found[key.strip()] = value.strip(), number
    title, title_at = found.get("title", ("", 2))
    words, words_at = found.get("words", ("", 2))
    listed = (each.strip().strip("\"'") for each in words.strip("[]").split(","))
    return one_line(title.strip('"')), title_at, tuple(each for each in listed if each), words_at


def _steps(lines: list[str]) -> Iterator[str]:
    """The items of the numbered lists, each on one line."""
    step: list[str] = []
    for line in (*lines, ""):
        begins = _STEP.fullmatch(line)
        if step and (begins or not line.strip() or not line.startswith(" ")):
            yield " ".join(step)
            step = []
        if begins:
            step = [begins[1].strip()]
        elif step:
            step.append(line.strip())


class Articles:
    """All articles of an installation. Threads may share it: the worst that happens is a second reading."""

    def __init__(self, folder: Path | None, builtin: Path) -> None:
        self._folder = folder
        self._builtin = builtin
        self._files: dict[Path, ReloadedFile[Article]] = {}
        self._listed: dict[Path, tuple[list[str], list[tuple[str, Path, ReloadedFile[Article]]]]] = {}
        self._known: dict[tuple[str, str], tuple[Named, ...]] = {}
        self._indexes: dict[tuple[str, str], tuple[tuple[Named, ...], Index]] = {}

    def all(self, language: str, desk: str = "") -> tuple[Named, ...]:
        """The articles of a language by name, a desk's own over the admin's. ``language`` is a folder's name."""
        found: dict[str, tuple[Path, Article]] = {}
        for folder in reversed(self.folders(language, desk)):
            for name, path, file in self._in(folder):
                article = file.current()
                if article is not None:
                    found[name] = path, article
        known = self._known.get((language, desk), ())
        if len(known) != len(found) or any(found.get(each.name, _NONE)[1] is not each.article for each in known):
            known = tuple(Named(name, *found[name]) for name in sorted(found))
            self._known[language, desk] = known  # the same tuple as long as nothing changes: so is the index
        return known

    def search(self, subject: str, text: str, language: str, desk: str = "") -> list[tuple[Named, Hit]]:
        """What shares most with a mail, the best first."""
        found = self.all(language, desk)
        known = self._indexes.get((language, desk))
        if known is None or known[0] is not found:
            known = self._indexes[language, desk] = (found, Index(found, language))
        return [(found[hit.place], hit) for hit in known[1].search(subject, text)]

    def fitting(self, subject: str, text: str, language: str, desk: str = "", most: int = 3) -> tuple[Named, ...]:
        """What fits a mail well enough to be offered; () where nothing does."""
        ranked = self.search(subject, text, language, desk)
        chosen = fitting([hit for _, hit in ranked], most)
        return tuple(named for named, hit in ranked if hit in chosen)

    def languages(self, desk: str = "") -> tuple[str, ...]:
        """The languages that have a folder of articles."""
        roots = {folder.parent for folder in self.folders("en", desk)}
        return tuple(sorted({name for root in roots for name in _names(root) if (root / name).is_dir()}))

    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the files as they are now, used or not: a new one is named before a customer needs it."""
        for desk in ("", *self.desks()):
            for language in self.languages(desk):
                self.all(language, desk)
        files = tuple(self._files.values())
        for file in files:
            file.current()
        return tuple(file.problem for file in files if file.problem)

    def desks(self) -> list[str]:
        """The desks with a folder of their own."""
        return _names(self._folder / "desks") if self._folder else []

    def folders(self, language: str, desk: str = "") -> tuple[Path, ...]:
        """The layers, the upper first; they need not exist. Odd names have none."""
        if not _LANGUAGE.fullmatch(language):
            return ()
        own = (self._folder / "desks" / desk / ARTICLES,) if self._folder and desk and "/" not in desk else ()
        roots = (*own, *((self._folder / ARTICLES,) if self._folder else ()), self._builtin / ARTICLES)
        return tuple(root / language for root in roots)

    def _in(self, folder: Path) -> list[tuple[str, Path, ReloadedFile[Article]]]:
        """The article files of a folder with their names, in order, at most ``MOST_ARTICLES``."""
        there = _names(folder)
        listed = self._listed.get(folder)
        if listed is None or listed[0] != there:
            names = [name[:-3] for name in there if name.endswith(".md") and is_name(name[:-3])]
            paths = [(name, folder / f"{name}.md") for name in names[:MOST_ARTICLES]]
            listed = self._listed[folder] = there, [(name, path, self._file(path)) for name, path in paths]
        return listed[1]

    def _file(self, path: Path) -> ReloadedFile[Article]:
        if path not in self._files:
            self._files[path] = ReloadedFile(path, load_article)
        return self._files[path]


def _names(folder: Path) -> list[str]:
    """What is in a folder; [] where there is none."""
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []
