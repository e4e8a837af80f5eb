"""Finding and loading what we say: ``<folder>/<language>/<name>.md``, in layers, reloaded when a file changes.

Layers, the upper first: the desk's own ``desks/<address>/<language>/`` in the admin's folder, the admin's
``<language>/``, the built-in set (the repository's ``templates/``, which travels inside of the installed package). A
language is a folder: its ``words.toml``, its ``parts/`` and its templates. Where a language says "you" in two ways
(Sie and du, vous and tu), its own files are the formal ones, and ``informal/`` inside of it holds the same names for
desks that are not formal; within a layer they come first.

Guarantees: a file is looked at on each use (modification time and size), so an edit works with the next mail, without a
restart. A broken edit never reaches a customer: the last version that was good stays in use, or the layer below where
this process has seen none; ``problems()`` names file, line and what to do. A template is only good when it compiles
*and* can be filled in, with all facts and with none.

It does not render, and it does not write. A missing template of the built-in set is a damaged installation:
``LookupError`` with a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import maildesk
from maildesk.replies.articles import Articles
from maildesk.replies.canned import CannedAnswers
from maildesk.replies.loading import load_table, load_template
from maildesk.replies.placeholders import PARTS, template_names
from maildesk.replies.plain_language import Words, read_words
from maildesk.replies.reloading import Problem, ReloadedFile
from maildesk.replies.sandbox import Compiled, TemplateFault

DEFAULT_LANGUAGE = "en"
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
_ADDRESS = re.compile(r"[^/\\\s\x00]{1,254}")
_WORDS_FILE = "words.toml"
INFORMAL = "informal"
CUSTOMERS_PARTS = tuple(PARTS[name] for name in ("greeting", "promise_line", "asking", "articles", "footer"))


@dataclass(frozen=True, slots=True)
class Found:
    """A template with all it needs: its parts by placeholder, and the words of its language."""

    name: str
    path: Path
    compiled: Compiled
    parts: Mapping[str, tuple[Path, Compiled]]
    words: Words
    uses: frozenset[str]


def builtin_folder() -> Path:
    """The built-in set: inside of the installed package, or beside it in a checkout."""
    package = Path(maildesk.__file__).resolve().parent
    inside = package / "templates"
    return inside if inside.is_dir() else package.parent / "templates"


def is_language(name: str) -> bool:
    """Whether a folder's name is that of a language: en, pt-BR."""
    return bool(_LANGUAGE.fullmatch(name))


class Templates:
    """All templates of an installation. Threads may share them: the worst that happens is a second reading."""

    def __init__(self, folder: Path | None = None, builtin: Path | None = None) -> None:
        self.folder = folder
        self.builtin = builtin or builtin_folder()
        self.articles = Articles(folder, self.builtin)
        self.canned = CannedAnswers(self.layers)
        self._texts: dict[tuple[Path, str], ReloadedFile[Compiled]] = {}
        self._tables: dict[Path, ReloadedFile[Mapping[str, object]]] = {}
        self._layers: dict[tuple[str, str], tuple[Path, ...]] = {}
        self._words: dict[tuple[str, str], tuple[tuple[int, ...], Words]] = {}

    def find(self, language: str, name: str, desk: str = "") -> Found:
        """The template of that name in exactly that language, as ``spoken`` gives it. Raises ``LookupError``."""
        path, compiled = self.text(language, name, desk)
        parts = {each: self.text(language, PARTS[each], desk) for each in compiled.uses & PARTS.keys()}
        uses = compiled.uses.union(*(part.uses for _, part in parts.values()))
        return Found(name, path, compiled, parts, self.words(language, desk), uses)

    def words(self, language: str, desk: str = "") -> Words:
        """The words of a language, the admin's over the built-in ones. Raises ``LookupError``."""
        tables = [table for folder in self._folders(language, desk) if (table := self._table(folder).current())]
        key, seen = (language, desk), tuple(id(table) for table in tables)
        kept = self._words.get(key)
        if kept is None or kept[0] != seen:
            kept = self._words[key] = (seen, _merged_words(language.partition("/")[0], tables))
        return kept[1]

    def language(self, *wanted: str, desk: str = "", name: str = "") -> str:
        """The first of these languages that has ``name`` (or all templates), else English."""
        for each in wanted:
            for candidate in (each, each.partition("-")[0]):
                if candidate and self._has(candidate, (name,) if name else template_names(), desk):
                    return candidate
        return DEFAULT_LANGUAGE

    def spoken(self, language: str, formal: bool) -> str:
        """The language as ``find`` and ``words`` take it: "de", or "de/informal" where the desk is not formal."""
        if formal or not any(folder.is_dir() for folder in self._folders(f"{language}/{INFORMAL}", "")[::2]):
            return language
        return f"{language}/{INFORMAL}"

    def languages(self, desk: str = "") -> tuple[str, ...]:
        """The languages that are complete: every template, every part and the words."""
        return tuple(each for each in self.folders() if not self.missing(each, desk))

    def missing(self, language: str, desk: str = "") -> tuple[str, ...]:
        """The files that a language lacks, as paths below its folder."""
        lacking = [
            f"{name}.md" for name in (*template_names(), *PARTS.values()) if not self._has(language, (name,), desk)
        ]
        return (*lacking, *(() if self._has_words(language, desk) else (_WORDS_FILE,)))

    def missing_informal(self, language: str) -> tuple[str, ...]:
        """The customers' files that ``informal/`` lacks, where the language has that folder."""
        folders = [each for each in self._folders(f"{language}/{INFORMAL}", "") if each.name == INFORMAL]
        if not any(each.is_dir() for each in folders):
            return ()
        names = [name for name in (*template_names(), *CUSTOMERS_PARTS) if "/" not in name.removeprefix("parts/")]
        return tuple(f"{name}.md" for name in names if not any(self._file(each, name).current() for each in folders))

    def folders(self) -> tuple[str, ...]:
        """Every language that has a folder with words or templates, complete or not."""
        found = {
            path.name
            for root in (self.builtin, self.folder)
            if root is not None and root.is_dir()
            for path in root.iterdir()
            if path.is_dir() and _LANGUAGE.fullmatch(path.name) and any(path.glob("*.*"))
        }
        return tuple(sorted(found - {"articles", "desks"}))

    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the admin's files, and the built-in ones that were used; ``load_all`` reads all."""
        files: list[ReloadedFile[Any]] = [*self._texts.values(), *self._tables.values()]
        for file in files:
            if file.was_read or not file.path.is_relative_to(self.builtin):
                file.current()
        answers = self.canned.problems(self.ways())
        found = (*(file.problem for file in files if file.problem), *self.articles.problems(), *answers)
        return tuple(sorted(found, key=lambda each: (each.file, each.line)))

    def load_all(self, desks: tuple[str, ...] = (), languages: Sequence[str] = (), *, builtin: bool = True) -> None:
        """Reads every template of every language and desk, so that ``problems`` is complete (for these languages).

        Without ``builtin`` only the admin's own: a few, where the built-in set is hundreds and takes seconds.
        """
        for language in languages or self.folders():
            for desk in ("", *desks):
                for folder in self._folders(f"{language}/{INFORMAL}", desk):
                    if folder.is_relative_to(self.builtin) and not builtin:
                        continue
                    self._table(folder).current()
                    for name in (*template_names(), *PARTS.values()):
                        self._file(folder, name).current()

    def ways(self) -> tuple[tuple[str, str], ...]:
        """Every language, in each of its ways to address people, with no desk and with each that has a folder."""
        spoken = [each for name in self.folders() for each in (name, self.spoken(name, formal=False))]
        return tuple((each, desk) for desk in ("", *self.articles.desks()) for each in dict.fromkeys(spoken))

    def mark_broken(self, path: Path, fault: TemplateFault) -> bool:
        """A template failed while a mail was made: not used again until it changes. False for the built-in set."""
        found = [file for file in self._texts.values() if file.path == path]
        if path.is_relative_to(self.builtin) or not found:
            return False
        found[0].broken(fault)
        return True

    def layers(self, language: str, desk: str = "") -> tuple[Path, ...]:
        """The folders in which the files of a language are looked for, the upper first; they need not exist."""
        return self._folders(language, desk)

    def text(self, language: str, name: str, desk: str = "") -> tuple[Path, Compiled]:
        """A template or part by its name (``parts/footer``). Raises ``LookupError``."""
        for folder in self._folders(language, desk):
            file = self._file(folder, name)
            found = file.current()
            if found is not None:
                return file.path, found
        raise LookupError(
            f"There is no template {language}/{name}.md: install maildesk again, or complete the language."
        )

    def _has(self, language: str, names: tuple[str, ...], desk: str) -> bool:
        folders = self._folders(language, desk)
        return all(any(self._is_good(folder, name) for folder in folders) for name in names)

    def _is_good(self, folder: Path, name: str) -> bool:
        """A file of the built-in set is: to compile all of them takes seconds, and the first mail would wait."""
        file = self._file(folder, name)
        if folder.is_relative_to(self.builtin):
            return file.path.is_file()
        return file.current() is not None

    def _has_words(self, language: str, desk: str) -> bool:
        try:
            self.words(language, desk)
        except (LookupError, ValueError):
            return False
        return True

    def _folders(self, language: str, desk: str) -> tuple[Path, ...]:
        """The layers of a language, the upper first. Odd names (``..``, slashes) have none."""
        known = self._layers.get((language, desk))
        if known is None:
            known = self._layers[language, desk] = tuple(self._layer_paths(language, desk))
        return known

    def _layer_paths(self, language: str, desk: str) -> Iterator[Path]:
        language, _, style = language.partition("/")
        if not _LANGUAGE.fullmatch(language) or style not in ("", INFORMAL):
            return
        for folder in self._language_folders(language, desk):
            if style:
                yield folder / style
            yield folder

    def _language_folders(self, language: str, desk: str) -> Iterator[Path]:
        if self.folder is not None:
            if desk and _ADDRESS.fullmatch(desk) and desk not in (".", ".."):
                yield self.folder / "desks" / desk / language
            yield self.folder / language
        yield self.builtin / language

    def _file(self, folder: Path, name: str) -> ReloadedFile[Compiled]:
        file = self._texts.get((folder, name))
        if file is None:
            is_part = name in PARTS.values()
            file = self._texts[folder, name] = ReloadedFile(
                folder / f"{name}.md", lambda text: load_template(text, is_part=is_part)
            )
        return file

    def _table(self, folder: Path) -> ReloadedFile[Mapping[str, object]]:
        file = self._tables.get(folder)
        if file is None:
            file = self._tables[folder] = ReloadedFile(folder / _WORDS_FILE, load_table)
        return file


def _merged_words(language: str, tables: list[Mapping[str, object]]) -> Words:
    """Upper tables over lower ones, key by key. A layer with a wrong value is left out."""
    if not tables:
        raise LookupError(f"There is no {language}/{_WORDS_FILE}; a language needs its words.")
    for skip in range(len(tables)):
        try:
            return read_words(language, _merged(tables[skip:]))
        except ValueError:
            if skip == len(tables) - 1:
                raise
    raise AssertionError("unreachable: the last table returns or raises")


def _merged(tables: list[Mapping[str, object]]) -> dict[str, object]:
    merged: dict[str, object] = {}
    for table in reversed(tables):
        for key, found in table.items():
            below = merged.get(key)
            merged[key] = {**below, **found} if isinstance(below, dict) and isinstance(found, dict) else found
    return merged
