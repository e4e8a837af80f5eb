"""On which line of a TOML file a key stands, so that a fault can be found with an editor.

``tomllib`` drops positions, and a second TOML parser only for line numbers would be a dependency that can disagree with
the first. So this reads the shape of the file only: table headers, the start of each statement, and how far a value
reaches. It is called after ``tomllib`` took the file, hence it may rely on sound TOML; where it is wrong, a fault names
a neighbouring line and nothing else happens. Keys inside an inline table have the line on which the statement starts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

KeyPath = tuple[str | int, ...]

_HEADER = re.compile(r"\s*(\[\[?)([^\[\]]+)\]\]?\s*(?:#.*)?$")
_STATEMENT = re.compile(
    r"""\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*="""
)
_PIECE = re.compile(r"[A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*'")
_TOKENS = re.compile(r"\"\"\"|'''|\"(?:\\.|[^\"\\])*\"|'[^']*'|#.*|[\[\]{}]")


def find_lines(source: str) -> Mapping[KeyPath, int]:
    """The line (from 1) of every table and key of a sound TOML document, by path, as in ``("desk", 0, "hours")``."""
    lines: dict[KeyPath, int] = {}
    counts: dict[KeyPath, int] = {}
    table: KeyPath = ()
    for number, text in _statements(source):
        if header := _HEADER.match(text):
            table = _table(_pieces(header[2]), header[1] == "[[", counts)
            lines.setdefault(table, number)
        elif statement := _STATEMENT.match(text):
            lines.setdefault((*table, *_pieces(statement[1])), number)
    return lines


def line_of(path: KeyPath, lines: Mapping[KeyPath, int]) -> int:
    """The line of a path, or of the nearest thing around it that has one; 1 where nothing has."""
    while path:
        for candidate in (path, (*path, 0)):  # the first [[table]] stands for them all
            if candidate in lines:
                return lines[candidate]
        path = path[:-1]
    return 1


def _pieces(text: str) -> KeyPath:
    return tuple(piece.strip("\"'") for piece in _PIECE.findall(text))


def _table(names: KeyPath, is_array: bool, counts: dict[KeyPath, int]) -> KeyPath:
    """The path of a header: each array of tables on the way stands for its newest element (TOML 1.0)."""
    path: KeyPath = ()
    for position, name in enumerate(names):
        path = (*path, name)
        last = position == len(names) - 1
        if last and is_array:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path


def _statements(source: str) -> Iterator[tuple[int, str]]:
    """The first line of every statement, with its number. Lines inside a longer value are passed over."""
    depth = 0
    closing = ""
    for number, text in enumerate(source.splitlines(), start=1):
        if not depth and not closing:
            yield number, text
            if _HEADER.match(text):
                continue
        depth, closing = _after(text, depth, closing)


def _after(text: str, depth: int, closing: str) -> tuple[int, str]:
    """How deep in brackets, and in which multi-line string, the reader is at the end of this line."""
    position = 0
    while position < len(text):
        if closing:
            end = text.find(closing, position)
            if end < 0:
                return depth, closing
            position, closing = end + len(closing), ""
        token = _TOKENS.search(text, position)
        if token is None:
            return depth, closing
        position = token.end()
        if token[0] in ('"""', "'''"):
            closing = token[0]
        depth += (token[0] in "[{") - (token[0] in "]}") if len(token[0]) == 1 else 0
    return depth, closing
