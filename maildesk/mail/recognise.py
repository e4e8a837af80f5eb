"""Text of ours that comes back without a mark: recognised because we know it (``Known.texts``).

A piece counts from three lines in a row, or from 80 characters: "Thank you" or "Yes" in an answer is not a quote
because our own mail contained the same words.
"""

from __future__ import annotations

_LEAST_LINES = 3
_LEAST_CHARACTERS = 80


def known_lines(lines: list[str], texts: tuple[str, ...]) -> frozenset[int]:
    """Numbers of the lines that come from one of ``texts``. Compared without case, quote marks and blanks."""
    known = {key for text in texts for key in map(_key, text.split("\n")) if key}
    found: set[int] = set()
    run: list[int] = []
    for number, line in enumerate([*lines, "\0"]):
        key = _key(line)
        if not key:
            continue
        if key in known:
            run.append(number)
            continue
        if _counts(lines, run):
            found.update(range(run[0], run[-1] + 1))
        run = []
    return frozenset(found)


def _counts(lines: list[str], run: list[int]) -> bool:
    return len(run) >= _LEAST_LINES or sum(len(lines[number]) for number in run) >= _LEAST_CHARACTERS


def _key(line: str) -> str:
    return "".join(line.lstrip("> |").split()).casefold()
