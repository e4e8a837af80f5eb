"""A file that an admin may edit at any time: read again when it changes, its last good version kept.

A file is looked at on each use: modification time and size, a few microseconds. What can go wrong: an edit within the
clock tick of the last one that keeps the size is seen with the next edit.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from maildesk.replies.sandbox import TemplateFault

Loaded = TypeVar("Loaded")
Stamp = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a file of the admin's. ``line`` counts from 1."""

    file: Path
    line: int
    sentence: str
    code: str = "syntax"


class ReloadedFile(Generic[Loaded]):
    """One file, its newest good version, and what is wrong with its present one."""

    __slots__ = ("_load", "_stamp", "good", "path", "problem")

    def __init__(self, path: Path, load: Callable[[str], Loaded]) -> None:
        self.path = path
        self.good: Loaded | None = None
        self.problem: Problem | None = None
        self._stamp: Stamp | None = None
        self._load = load

    def current(self) -> Loaded | None:
        """The version to use now; None where there is no file, or none that was ever good."""
        stamp = _stamp(self.path)
        if stamp != self._stamp:
            self._read(stamp)
            self._stamp = stamp  # last: another thread that comes meanwhile reads it too, and does not take it for none
        return self.good

    @property
    def was_read(self) -> bool:
        """Whether anybody asked for it yet."""
        return self._stamp is not None

    def broken(self, fault: TemplateFault) -> None:
        """The good version failed while it was used: never again until the file changes."""
        self.good = None
        self.problem = Problem(self.path, fault.line, fault.sentence, fault.code)

    def _read(self, stamp: Stamp | None) -> None:
        if stamp is None:
            self.good = self.problem = None
            return
        try:
            self.good = self._load(self.path.read_bytes().decode("utf-8"))
            self.problem = None
        except TemplateFault as fault:
            self.problem = Problem(self.path, fault.line, fault.sentence, fault.code)
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            self.problem = Problem(self.path, line, "This line is not UTF-8 text; save the file as UTF-8.")
        except OSError as error:
            self.problem = Problem(self.path, 1, f"The file cannot be read: {error.strerror}.")


def _stamp(path: Path) -> Stamp | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
