"""What a template says, sentence by sentence, with the line of the file that each begins in.

A template has branches, so it says several things: variant 0 takes the first branch of every ``if``, variant 1 the
second, and so on; a loop is walked once. Placeholders are filled with sample values and parts with their text, so that
sentences have the length that readers see; sentences that come from a part alone are the part's own.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from jinja2 import nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from maildesk.replies.readability import split, words
from maildesk.replies.sandbox import GLUE

MOST_VARIANTS = 6


@dataclass(frozen=True, slots=True)
class Sentence:
    """``text`` is one line without markup. ``whole``: it ends as a sentence does. ``own``: not a part's alone."""

    line: int
    text: str
    whole: bool
    own: bool


@dataclass(slots=True)
class _Piece:
    line: int
    text: str
    own: bool


_PARSER = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)


def variants(source: str, values: Mapping[str, str], parts: Mapping[str, str]) -> list[list[Sentence]]:
    """The sentences of each variant of a template's body. ``source`` has compiled; lines count from 1."""
    tree = _PARSER.parse(source)
    count = min(MOST_VARIANTS, max((len(_branches(each)) for each in tree.find_all(nodes.If)), default=1))
    return [_sentences(list(_walk(tree.body, variant, values, parts))) for variant in range(count)]


def _branches(found: nodes.If) -> list[list[nodes.Node]]:
    return [found.body, *(each.body for each in found.elif_), found.else_]


def _walk(
    body: Sequence[nodes.Node], variant: int, values: Mapping[str, str], parts: Mapping[str, str]
) -> Iterator[_Piece]:
    for node in body:
        if isinstance(node, nodes.If):
            branches = _branches(node)
            yield from _walk(branches[min(variant, len(branches) - 1)], variant, values, parts)
        elif isinstance(node, nodes.For):
            yield from _walk(node.body, variant, values, parts)
        elif isinstance(node, nodes.Output):
            for each in node.nodes:
                yield _piece(each, values, parts)


def _piece(node: nodes.Node, values: Mapping[str, str], parts: Mapping[str, str]) -> _Piece:
    if isinstance(node, nodes.TemplateData):
        return _Piece(node.lineno, node.data, True)
    name = _named(node)
    if name in parts:
        return _Piece(node.lineno, parts[name], False)
    return _Piece(node.lineno, values.get(name, "x"), True)


def _named(node: nodes.Node) -> str:
    """The placeholder, or the field of a row, that an expression begins with."""
    if isinstance(node, nodes.Filter) and node.node is not None:
        return _named(node.node)
    if isinstance(node, nodes.Getattr):
        return node.attr
    return node.name if isinstance(node, nodes.Name) else ""


@dataclass(slots=True)
class _Text:
    """The joined pieces, and which line and piece each place of them comes from."""

    text: str = ""
    starts: list[int] = field(default_factory=list)
    pieces: list[_Piece] = field(default_factory=list)

    def add(self, piece: _Piece) -> None:
        self.starts.append(len(self.text))
        self.pieces.append(piece)
        self.text += piece.text

    def line(self, at: int) -> int:
        index = bisect_right(self.starts, at) - 1
        piece = self.pieces[index]
        return piece.line + (piece.text.count("\n", 0, at - self.starts[index]) if piece.own else 0)

    def own(self, start: int, end: int) -> bool:
        first, last = bisect_right(self.starts, start) - 1, bisect_right(self.starts, end - 1)
        return any(piece.own and words(piece.text) for piece in self.pieces[first:last])


_MARKUP = re.compile(r"!?\[([^\]]*)\]\([^)]*\)|[*_`]{1,3}|^\s*(?:[-*+]|\d+\.|#{1,6}|>)\s+", re.MULTILINE)


def _sentences(pieces: Sequence[_Piece]) -> list[Sentence]:
    joined = _Text()
    for piece in pieces:
        joined.add(piece)
    text = joined.text.replace("\\\n", "\n\n")  # a hard line break ends what stands before it
    found, start = [], 0
    for cut in split(text):
        bare = cut.strip()
        if words(bare):
            at = start + len(cut) - len(cut.lstrip())
            found.append(_sentence(joined, bare, at, at + len(bare)))
        start += len(cut)
    return found


def _sentence(joined: _Text, bare: str, start: int, end: int) -> Sentence:
    said = " ".join(_MARKUP.sub(r"\1", bare).replace(GLUE, " ").split())
    return Sentence(joined.line(start), said, said.rstrip("\"'»”’)")[-1:] in (*".!?:…",), joined.own(start, end))
