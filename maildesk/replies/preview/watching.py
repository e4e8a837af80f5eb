"""What keeps a live preview true: whether a file has changed, and what is wrong with the files of a language.

It costs nothing while nobody looks: files are looked at when a page asks, once a second at most (names, times, sizes;
some milliseconds for a whole set), and only the languages of open pages are judged, after a change. Judging a language
takes a second or so; a page shows what concerns its own file at once, and the rest when it is known.

Guarantees: an edit is seen by the first question that comes a second after the last look. Can go wrong: what
``reloading`` says of edits within the tick of a clock.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from queue import SimpleQueue

from maildesk.replies.checking import review
from maildesk.replies.findings import Finding
from maildesk.replies.templates import Templates

LOOK_EVERY = 1.0  # seconds
_READ = (".md", ".toml")


class Watch:
    """The files' present version, and what is wrong with them. ``start`` judges in a thread of its own."""

    def __init__(
        self, templates: Templates, desks: Sequence[str] = (), clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._shown = templates
        self._judged = Templates(templates.folder, templates.builtin)  # its own: two threads read
        self._desks = tuple(desks)
        self._clock = clock
        self._known: dict[str, tuple[str, list[Finding]]] = {}
        self._count = 0
        self._wanted: SimpleQueue[str | None] = SimpleQueue()
        self.look()

    @property
    def version(self) -> str:
        """Changes with every change of a file, and once more when a language is judged."""
        if self._clock() - self._looked >= LOOK_EVERY:
            self.look()
        return f"{self._stamp}.{self._count}"

    def look(self) -> None:
        """Looks at the files now."""
        self._looked = self._clock()
        self._stamp = _stamp(self._shown)

    def judge(self, language: str, files: Sequence[Path]) -> tuple[Sequence[Finding], bool]:
        """What is wrong with these files of a language, and whether that is all; if not, it will be judged."""
        known = self._known.get(language)
        if known and known[0] == self._stamp:
            return [each for each in known[1] if each.file in files], True
        self._wanted.put(language)
        alone = [each for each in files if each.suffix == ".md" and each.parent.name != "parts" and each.is_file()]
        return [found for file in alone for found in review(self._shown, self._desks, only=file.resolve())], False

    def step(self) -> bool:
        """Judges the language that is wanted next, and waits for one. False: the end has come."""
        language = self._wanted.get()
        if language is None:
            return False
        stamp, known = self._stamp, self._known.get(language)
        if not known or known[0] != stamp:
            self._known[language] = (stamp, review(self._judged, self._desks, languages=(language,)))
            self._count += 1
        return True

    def start(self) -> None:
        """Judges from now on, in a thread that ends with the process."""
        threading.Thread(target=self._repeat, name="judge", daemon=True).start()

    def stop(self) -> None:
        """Judges nothing more."""
        self._wanted.put(None)

    def _repeat(self) -> None:
        while self.step():
            pass


def _stamp(templates: Templates) -> str:
    """Stands for all files of the templates as they are now: names, times, sizes."""
    roots = dict.fromkeys(str(each) for each in (templates.folder, templates.builtin) if each)
    found = frozenset(each for root in roots for each in _files(root))
    return format(hash(found) & 0xFFFFFFFFFFFF, "x")


def _files(folder: str) -> Iterator[tuple[str, int, int]]:
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return  # it went away between the two looks
    for each in entries:
        try:
            if each.is_dir():
                yield from _files(each.path)
            elif each.name.endswith(_READ):
                at = each.stat()
                yield each.path, at.st_mtime_ns, at.st_size
        except OSError:
            continue
