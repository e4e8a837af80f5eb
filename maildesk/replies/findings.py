"""What is wrong with a template, as its author reads it: where, what, why it matters, and what is better."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Level(StrEnum):
    ERROR = "error"  # a customer would get something wrong, or the file cannot be used
    WARNING = "warning"  # it works, and could be plainer


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One mistake. ``line`` counts from 1; ``sentence`` says what is wrong and what to do.

    ``code`` is short and stays the same (``long-sentence``). ``why`` says what it means to the reader, ``better`` is a
    wording to take instead, where there is one; both may be "".
    """

    file: Path
    line: int
    code: str
    sentence: str
    level: Level = Level.ERROR
    why: str = ""
    better: str = ""
