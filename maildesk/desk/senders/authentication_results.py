"""What an ``Authentication-Results`` field says (RFC 8601, 2.2), read so that nothing in it can raise or mislead.

A reader of our own, because ``authres`` raises on fields that large providers write every day: Microsoft 365 leaves the
authserv-id out, ARC puts ``i=1;`` in front. It is one pass over the text, bounded, and forgiving of order and spacing.

What senders can choose (a quoted string, a comment, a local part) must not turn into a verdict: separators inside
quoted strings and comments separate nothing. Whose field to believe is not decided here but in ``trust.py``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_LIMIT = 16_000  # characters; real fields are under 2,000
_PAIR = re.compile(r"([A-Za-z0-9_.-]+)(?:\s*/\s*\d+)?\s*=\s*([^\s=]+)")
_INERT = str.maketrans({";": "_", "=": "_", "(": "_", ")": "_", " ": "_", "\t": "_", "\r": "_", "\n": "_"})


@dataclass(frozen=True, slots=True)
class Result:
    """One method's verdict, all in lower case: dkim, pass, {"header.d": "example.com"}, the text of its comments."""

    method: str
    result: str
    properties: Mapping[str, str]
    comment: str


@dataclass(frozen=True, slots=True)
class Results:
    """One field. ``authserv_id`` is "" where the writer left it out; ``results`` is empty for "none"."""

    authserv_id: str
    results: tuple[Result, ...]


def read_results(value: str) -> Results:
    """The field's body, unfolded or not. Total: what cannot be understood is left out."""
    segments = list(_segments(value[:_LIMIT].lower()))
    head = segments[0][0].split() if segments else []
    if not head or "=" in segments[0][0]:
        return Results("", tuple(_results(segments)))
    if len(head) > 1 and head[1] != "1":  # RFC 8601, 2.2: another version means another language
        return Results(head[0], ())
    return Results(head[0], tuple(_results(segments[1:])))


def _results(segments: list[tuple[str, str]]) -> Iterator[Result]:
    for text, comment in segments:
        pairs = _PAIR.findall(text)
        if pairs:
            (method, result), *rest = pairs
            yield Result(method, result, dict(reversed(rest)), comment)


def _segments(value: str) -> Iterator[tuple[str, str]]:
    """(text without comments, text of the comments) between the semicolons that separate."""
    text: list[str] = []
    comment: list[str] = []
    depth, quoted, escaped = 0, False, False
    for char in value:
        if escaped:
            escaped = False
            (comment if depth else text).append(char.translate(_INERT))
        elif char == "\\" and (depth or quoted):
            escaped = True
        elif quoted:
            quoted = char != '"'
            text.append(char.translate(_INERT) if quoted else "")
        elif char == "(":
            depth += 1
            comment.append(" ")
        elif depth:
            depth -= char == ")"
            comment.append(char if depth else " ")
        elif char == '"':
            quoted = True
        elif char == ";":
            yield "".join(text), "".join(comment)
            text, comment = [], []
        else:
            text.append(char)
    yield "".join(text), "".join(comment)
