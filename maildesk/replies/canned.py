"""Canned answers: texts that agents send often, in files that admins write, filled with the ticket's values.

``<language>/canned/<name>.md``: front matter with a ``title`` where the file's name does not say enough, then Markdown
with placeholders of ``VALUES``. They leave as the agent's own words, below or above what the agent wrote, so they hold
no promise of the desk's but the one that the agent makes in the same mail (``#promise``).

Layers, as of templates: ``desks/<address>/<language>/canned/`` in the admin's folder, the admin's
``<language>/canned/``, the built-in set, which holds none; in each ``informal/canned/`` first where the desk is not
formal. A file is looked at on each use; a broken edit never reaches a customer: the last good version stays, and
``problems()`` names file, line and what to do.

What can go wrong: a value that is not known would leave a hole. ``filled`` names it, and the decision gives the mail
back to its agent.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from maildesk.replies.loading import load_template
from maildesk.replies.markup import convert
from maildesk.replies.reloading import Problem, ReloadedFile
from maildesk.replies.sandbox import Compiled, Missing, MissingNumber, TemplateFault, one_line, run
from maildesk.replies.wording import Reader, value, worded

CANNED = "canned"
"""The folder's name."""
MOST_CANNED = 500
"""Of one folder, the first by name."""
LONGEST_TITLE = 100
LONGEST_NAME = 100
VALUES = (
    "number", "customer_name", "ticket_subject", "agent_name", "desk_name", "desk_address", "opened_at", "promise",
    "until", "reason", "formal",
)  # fmt: skip
"""What a canned answer may name. ``promise`` is the time of ``#promise``, ``until`` and ``reason`` those of
``#pause`` in the same mail."""
_NAME = re.compile(r"\w[\w .-]*")
_PLACEHOLDER = re.compile(r"\{[{%][^{}]*\b(\w+)\b")
_OPEN, _CLOSE = "\ue0f0", "\ue0f1"  # around the number of a value that nobody knows

Layers = Callable[[str, str], tuple[Path, ...]]
"""The folders of a language (``de``, ``de/informal``) and desk, the upper first: ``Templates.layers``."""


@dataclass(frozen=True, slots=True)
class Canned:
    """One canned answer as it was read; ``title_at`` and ``text_at`` are lines of the file, counted from 1."""

    title: str
    compiled: Compiled
    title_at: int = 1
    text_at: int = 1


@dataclass(frozen=True, slots=True)
class Named:
    """A canned answer with its name and its file."""

    name: str
    path: Path
    canned: Canned

    @property
    def title(self) -> str:
        """What agents read in lists; the name where the file gives none."""
        return self.canned.title or re.sub(r"[-_.]+", " ", self.name)


def is_canned(file: Path) -> bool:
    """Whether a file stands where canned answers do."""
    return file.suffix == ".md" and file.parent.name == CANNED


def is_name(name: str) -> bool:
    """Whether a file of this name, without ``.md``, is one: what an agent can write behind #canned."""
    return len(name) <= LONGEST_NAME and bool(_NAME.fullmatch(name))


def load_canned(source: str) -> Canned:
    """A canned answer of a file's text: checked, and filled in once with all values and once with none.

    Raises ``TemplateFault``.
    """
    lines = source.lstrip("\ufeff").splitlines()
    title, title_at, below = _front_matter(lines)
    if len(title) > LONGEST_TITLE:
        raise TemplateFault(title_at, f"The title has {len(title)} characters; {LONGEST_TITLE} are enough.")
    if not any(each.strip() for each in lines[below:]):
        raise TemplateFault(below + 1, "The canned answer is empty; write what the customer gets.")
    compiled = load_template("\n" * below + "\n".join(lines[below:]), is_part=True)
    for number, line in enumerate(lines[below:], below + 1):
        _check_values(number, line, compiled.uses)
    return Canned(title, compiled, title_at, below + 1)


def _front_matter(lines: list[str]) -> tuple[str, int, int]:
    """The title, its line, and how many lines stand above the text. There need not be any."""
    if not lines or lines[0].strip() != "---":
        return "", 1, 0
    end = next((index for index, line in enumerate(lines[1:], 1) if line.strip() == "---"), None)
    if end is None:
        raise TemplateFault(1, 'The front matter is not closed; put a line "---" below "title: …".')
    title, title_at = "", 1
    for number, line in enumerate(lines[1:end], 2):
        key, colon, said = line.partition(":")
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if key.strip() != "title" or not colon:
            raise TemplateFault(number, f'Only "title: …" may stand here, not "{one_line(line, 40)}".')
        title, title_at = one_line(said.strip().strip('"')), number
    return title, title_at, end + 1


def _check_values(number: int, line: str, uses: frozenset[str]) -> None:
    """Every placeholder is one that an agent's words may hold: mails of the desk know more."""
    for found in _PLACEHOLDER.finditer(line):
        words = re.findall(r"\w+", found[0])
        wrong = next((each for each in words if each in uses and each not in VALUES), "")
        if wrong:
            sentence = f"A canned answer cannot say {wrong}. It may say {', '.join(VALUES)}."
            raise TemplateFault(number, sentence, "placeholder")


def filled(canned: Canned, facts: Mapping[str, object], reader: Reader) -> tuple[str, tuple[str, ...]]:
    """The text as a person would type it, and which values it says that are not known here.

    Moments are said without "within two hours": the answer may wait before it leaves. Raises ``TemplateFault``.
    """
    values = worded(facts, canned.compiled.uses, reader)
    if "promise" in values:
        values["promise"] = value("promised", facts.get("promise"), reader)
    for place, name in enumerate(VALUES):
        hole = f"{_OPEN}{place}{_CLOSE}"
        if isinstance(values.get(name), MissingNumber):
            values[name] = MissingNumber(hole)
        elif isinstance(values.get(name), Missing):
            values[name] = Missing(hole)
    source = run(canned.compiled.body, values)
    lacking = dict.fromkeys(VALUES[int(each)] for each in re.findall(rf"{_OPEN}(\d+){_CLOSE}", source))
    return convert(source, {})[0].strip(), tuple(lacking)


class CannedAnswers:
    """All canned answers of an installation. Threads may share it: the worst that happens is a second reading."""

    def __init__(self, layers: Layers) -> None:
        self._layers = layers
        self._files: dict[Path, ReloadedFile[Canned]] = {}

    def all(self, spoken: str, desk: str = "") -> tuple[Named, ...]:
        """Those of a language ("de", "de/informal") by name, the upper layers' over the lower ones'."""
        found: dict[str, Named] = {}
        for folder in reversed(self.folders(spoken, desk)):
            for name in _names(folder):
                canned = self._file(folder / f"{name}.md").current()
                if canned is not None:
                    found[name] = Named(name, folder / f"{name}.md", canned)
        return tuple(found[name] for name in sorted(found))

    def first(self, wanted: Iterable[str], desk: str = "") -> Iterator[tuple[str, Named]]:
        """Each name in the first of these languages that has it, with that language."""
        known: set[str] = set()
        for spoken in dict.fromkeys(wanted):
            for each in self.all(spoken, desk):
                if each.name not in known:
                    known.add(each.name)
                    yield spoken, each

    def folders(self, spoken: str, desk: str = "") -> tuple[Path, ...]:
        """Where they may lie, the upper layer first; the folders need not exist."""
        return tuple(folder / CANNED for folder in self._layers(spoken, desk))

    def problems(self, ways: Iterable[tuple[str, str]]) -> tuple[Problem, ...]:
        """What is wrong with the files of these (language, desk) as they are now, and with any that was used."""
        for spoken, desk in ways:
            self.all(spoken, desk)
        files = tuple(self._files.values())
        for file in files:
            file.current()
        return tuple(file.problem for file in files if file.problem)

    def _file(self, path: Path) -> ReloadedFile[Canned]:
        if path not in self._files:
            self._files[path] = ReloadedFile(path, load_canned)
        return self._files[path]


def _names(folder: Path) -> list[str]:
    """The names in a folder, in order; [] where there is none."""
    try:
        there = sorted(os.listdir(folder))
    except OSError:
        return []
    return [each[:-3] for each in there if each.endswith(".md") and is_name(each[:-3])][:MOST_CANNED]
