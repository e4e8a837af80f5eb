"""Telling languages apart by short byte sequences: naive Bayes over the part of py3langid's model that we ship.

The table is ``words/ngrams.bin``; ``benchmarks/language_model.py`` made it and describes its format. Loading takes 15
ms, once in a process; a text takes 1 ms.
"""

from __future__ import annotations

import zlib
from collections import Counter
from functools import cache
from importlib.resources import files
from typing import NamedTuple

_STEP = 11.2 / 255  # nats a unit of the table
_LONGEST = 6  # octets
_MOST = 600  # octets of text that are looked at; more changes no answer


class _Table(NamedTuple):
    languages: tuple[str, ...]
    rows: dict[bytes, int]
    scores: bytes


@cache
def _table() -> _Table:
    data = zlib.decompress(files("maildesk.mail").joinpath("words", "ngrams.bin").read_bytes())
    head, count, rest = data.split(b"\n", 2)
    languages = tuple(head.decode("ascii").split())
    rows: dict[bytes, int] = {}
    place = 0
    for number in range(int(count)):
        end = place + 1 + rest[place]
        rows[rest[place + 1 : end]] = number
        place = end
    return _Table(languages, rows, rest[place:])


def rank(text: str, candidates: frozenset[str]) -> list[tuple[float, str]]:
    """(log-likelihood in nats, language), likeliest first; only languages that the table knows."""
    table = _table()
    counts = _counts(text.encode("utf-8", "replace")[:_MOST], table.rows)
    width = len(table.languages)
    columns = [(number, code) for number, code in enumerate(table.languages) if code in candidates]
    ranked = [
        (_STEP * sum(times * table.scores[row * width + number] for row, times in counts.items()), code)
        for number, code in columns
    ]
    return sorted(ranked, reverse=True)


def likeness(text: str) -> float:
    """How much a text looks like some language; to compare readings of the same octets with each other."""
    ranked = rank(text, frozenset(_table().languages))
    return ranked[0][0] if ranked else 0.0


def _counts(octets: bytes, rows: dict[bytes, int]) -> Counter[int]:
    """How often each sequence is the longest known one that ends at an octet, as the model was trained."""
    found: Counter[int] = Counter()
    for end in range(1, len(octets) + 1):
        for length in range(min(_LONGEST, end), 0, -1):
            row = rows.get(octets[end - length : end])
            if row is not None:
                found[row] += 1
                break
    return found
