"""The HTML of a mail, cut to what its sender wrote: at the very places where their text was cut.

A text that may leave is chosen line by line (quote, notification, signature, commands and warnings on top are gone).
Here the same choice is made of the HTML: its lines are read beside that text, in order, and a line stays only where the
text goes on with the very same letters. So the HTML never says a word more than the text, whatever mark-up a client
makes. What the text may say beyond it: numbers of a list, the target of a link, the name of a picture; a client that
makes text of HTML writes them out. Where the text has a link's target alone, the HTML may have its words.

When in doubt there is no HTML (None): where the text says anything that was not found, or the mark-up is too large.
Pictures stay where they stand beside words that stay; one behind a line that goes, goes too: it is a logo, or the
customer's own in the quote. What cannot be judged here: what a picture shows, and where a link leads.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from itertools import accumulate
from typing import NamedTuple

from maildesk.mail.clean_html import MOST_TAGS, NO_PICTURES, clean_html, shown_pictures

MOST_HTML = 300_000
"""Characters of a person's HTML that are looked at; above, its text stands in (cleaning costs grow with nesting)."""

_BREAKING = """
    blockquote br caption center col colgroup dd div dl dt h1 h2 h3 h4 h5 h6 hr li ol p pre table tbody td tfoot th
    thead tr ul
"""
BREAKS_LINE = frozenset(_BREAKING.split())
VOID = frozenset({"br", "hr", "img", "col"})
_TOKEN = re.compile(r'<(/?)([a-z][a-z0-9]*)((?: [a-z-]+="[^"]*")*)>|([^<]+)')
_ALT = re.compile(r' alt="([^"]*)"')
_HREF = re.compile(r' href="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of cleaned HTML: ``tag`` with ``closing`` and its attributes as they stand there, or characters."""

    source: str
    tag: str = ""
    closing: bool = False
    attributes: str = ""


class _Link(NamedTuple):
    """A link's words, from one letter of the line to another, and its target as letters."""

    start: int
    end: int
    target: str


@dataclass(slots=True)
class _Line:
    """What stands between two line breaks: where its characters and pictures are, and how deep in quotes."""

    places: list[int] = field(default_factory=list)
    letters: str = ""
    pictures: bool = False
    depth: int = 0
    links: list[_Link] = field(default_factory=list)


def own_html(html: str, text: str, pictures: Mapping[str, str] = NO_PICTURES) -> str | None:
    """The HTML that says ``text``, cleaned (see ``clean_html``); None where there is none that surely does."""
    found = _read(html, text, pictures)
    return _without(found.tokens, found.lines, found.kept) if found is not None and found.is_whole else None


def own_pictures(html: str, text: str, pictures: Mapping[str, str]) -> tuple[str, ...]:
    """The pictures beside what of the text was found, also where not all of it was."""
    found = _read(html, text, pictures)
    return shown_pictures(_without(found.tokens, found.lines, found.kept)) if found is not None else ()


@dataclass(frozen=True, slots=True)
class _Reading:
    tokens: Sequence[Token]
    lines: Sequence[_Line]
    kept: frozenset[int]
    is_whole: bool  # all of the text was found


def _read(html: str, text: str, pictures: Mapping[str, str]) -> _Reading | None:
    if not html.strip() or not text.strip() or len(html) > MOST_HTML or html.count("<") > MOST_TAGS:
        return None
    tokens = tokens_of(clean_html(html, pictures))
    said = _said(text, list(_alternatives(tokens)))
    lines = _lines(tokens)
    return _Reading(tokens, lines, *_kept(lines, said))


def _alternatives(tokens: Sequence[Token]) -> Iterator[str]:
    """What a text may say that stands in mark-up alone: names of pictures, addresses and numbers that links lead to."""
    for token in tokens:
        yield from map(unescape, _ALT.findall(token.attributes))
        for target in map(unescape, _HREF.findall(token.attributes)):
            if target.startswith(("mailto:", "tel:")):
                yield target.partition(":")[2]


def tokens_of(cleaned: str) -> list[Token]:
    """Cleaned HTML in pieces; it is well-formed, so that nothing is between them."""
    return [
        Token(found[0]) if found[4] else Token(found[0], found[2], bool(found[1]), found[3] or "")
        for found in _TOKEN.finditer(cleaned)
    ]


_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff_"))


def letters(text: str) -> str:
    """What of a text counts when two are compared: letters, digits and pictograms, in one spelling."""
    seen = text if text.isascii() else unicodedata.normalize("NFKC", text).translate(_INVISIBLE)
    return "".join(char for char in seen.casefold() if char.isalnum() or unicodedata.category(char) == "So")


@dataclass(frozen=True, slots=True)
class _Said:
    letters: str
    optional: bool


_OPTIONAL = re.compile(
    r"(?m)^[ \t>*]*(?:\d{1,3}|[a-z])[.)](?=\s)"  # the number of a list
    r"|[<(\[]?(?:https?://|mailto:|tel:)[^\s<>]+[>)\]]?"
    r"|\[(?:image|cid|bild|imagen|изображение)\s?:[^\]\n]*\]"
    r"|\[\d{1,3}\]"
)


def _said(text: str, alternatives: Sequence[str]) -> list[_Said]:
    """The words of the text; optional: what a client writes out where HTML has mark-up."""
    pattern = _OPTIONAL
    names = sorted({each.strip() for each in alternatives if letters(each)}, key=len, reverse=True)
    if names:
        named = "|".join(r"\s+".join(map(re.escape, each.split())) for each in names[:50])
        pattern = re.compile(f"{_OPTIONAL.pattern}|\\[?(?:{named})\\]?")
    found: list[_Said] = []
    end = 0
    for each in pattern.finditer(text):
        found += _words(text[end : each.start()])
        found += [_Said(letters(each[0]), True)] if letters(each[0]) else []
        end = each.end()
    return [*found, *_words(text[end:])]


def _words(text: str) -> list[_Said]:
    return [_Said(word, False) for word in map(letters, text.split()) if word]


def _lines(tokens: Sequence[Token]) -> list[_Line]:
    """The lines of the HTML. A line break belongs to the line that it ends."""
    lines, line, depth = list[_Line](), _Line(), 0
    start, target = 0, ""
    for place, token in enumerate(tokens):
        if token.tag == "a":
            if token.closing and target and line.letters[start:]:
                line.links.append(_Link(start, len(line.letters), target))
            found = _HREF.search(token.attributes)
            start, target = len(line.letters), letters(unescape(found[1])) if found and not token.closing else ""
        breaks = token.tag in BREAKS_LINE
        if breaks and token.tag not in ("br", "hr"):
            if line.places:
                lines.append(line)
                line, target = _Line(), ""
            depth += (token.tag == "blockquote") * (-1 if token.closing else 1)
        elif token.tag in ("", "br", "hr", "img"):
            line.places.append(place)
            line.depth = depth
            line.letters += letters(unescape(token.source)) if not token.tag else ""
            line.pictures = line.pictures or token.tag == "img"
            if breaks:
                lines.append(line)
                line, target = _Line(), ""
    return [*lines, line] if line.places else lines


def _kept(lines: Sequence[_Line], said: Sequence[_Said]) -> tuple[frozenset[int], bool]:
    """Which lines say the text, by number, and whether they say all of it. Empty lines follow the one above."""
    kept: set[int] = set()
    place, above, depth, last = 0, False, 0, -1
    for number, line in enumerate(lines):
        if line.letters:
            end = _match(line, said, place)
            above = end is not None
            place, depth = (place if end is None else end), line.depth
        elif line.depth > depth:
            above = False
        if above:
            kept.add(number)
            last = number if line.letters or line.pictures else last
    is_whole = all(each.optional for each in said[place:])
    return frozenset(number for number in kept | _first_pictures(lines, kept) if number <= last), is_whole


def _first_pictures(lines: Sequence[_Line], kept: set[int]) -> set[int]:
    """Pictures above the first words, where these stay: "(screenshot) This is what I see"."""
    first = next((number for number, line in enumerate(lines) if line.letters), None)
    if first is None or first not in kept:
        return set()
    return {number for number in range(first) if lines[number].pictures and lines[number].depth <= lines[first].depth}


_MOST_SKIPPED = 200
"""Links and numbers in a row that a text may have beyond the HTML; more would cost hours in a text of nothing else."""


def _match(line: _Line, said: Sequence[_Said], place: int) -> int | None:
    """Where the text goes on behind this line; None where it does not say it here."""
    tried: set[tuple[int, int]] = set()
    waiting = [(0, place)]
    while waiting and len(tried) < len(line.letters) + _MOST_SKIPPED:
        at, word = waiting.pop()
        if at == len(line.letters):
            return word
        if (at, word) in tried or word >= len(said):
            continue
        tried.add((at, word))
        if said[word].optional:
            waiting.append((at, word + 1))
        waiting += [
            (link.end, word + 1) for link in line.links if link.start == at and link.target == said[word].letters
        ]
        if line.letters.startswith(said[word].letters, at):
            waiting.append((at + len(said[word].letters), word + 1))
    return None


_BLANK = re.compile(r"<p>(?:&nbsp;|\s|<br>)*</p>\s*")


def _without(tokens: Sequence[Token], lines: Sequence[_Line], kept: frozenset[int]) -> str:
    """The HTML of these lines, and of the elements around them; cells of a row that stays stay too.

    Empty paragraphs go: where a client draws paragraphs without a gap (Outlook), they stand for the gap.
    """
    stay = {place for number in kept for place in lines[number].places}
    counts = list(accumulate((place in stay for place in range(len(tokens))), initial=0))
    ends = dict(_pairs(tokens))
    rows: list[int] = []  # where the rows end that stay, the innermost last
    for opening, closing in sorted(ends.items()):
        while rows and rows[-1] < opening:
            rows.pop()
        filled = counts[closing] > counts[opening]
        tag = tokens[opening].tag
        if filled or (rows and tag in ("td", "th")):
            stay |= {opening, closing}
        if filled and tag == "tr":
            rows.append(closing)
    chosen = "".join(token.source for place, token in enumerate(tokens) if place in stay)
    return _BLANK.sub("", chosen).strip()


def _pairs(tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Where elements open and close."""
    opened: list[int] = []
    for place, token in enumerate(tokens):
        if token.tag and token.tag not in VOID:
            if not token.closing:
                opened.append(place)
            elif opened:
                yield opened.pop(), place


_LINKED = re.compile(r"<a [^>]*>(.*?)</a>", re.DOTALL)


def link_words(cleaned: str) -> tuple[str, ...]:
    """The words of the links in cleaned HTML, as letters."""
    return tuple(letters(unescape(re.sub(r"<[^>]*>", "", said))) for said in _LINKED.findall(cleaned))
