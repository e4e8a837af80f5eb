"""MIME structure: a mail's octets into a tree of parts. Total, linear, bounded. RFC 2045 to 2049, RFC 2046 for
multiparts.

Written because the standard library's parser, on which mail-parser stands, turns a multipart whose boundary never
appears into a text, and recurses. Here a multipart is cut top-down: the outer boundary binds also where an inner part
forgot to close. What does not fit is never dropped: text before the first boundary of a message that has no parts is
its text, and a boundary that is declared wrongly is looked up in the body itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from maildesk.mail.headers import Value, decode_words, parameters, split_head, unfold
from maildesk.mail.limits import Limits

_GUESSED_BOUNDARY = re.compile(rb"^--(\S[^\r\n]{0,200}?)[ \t]*\r?\n(?:content-|mime-)", re.IGNORECASE | re.MULTILINE)
_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,100}/[a-z0-9!#$&^_.+-]{1,150}")
_COMMENT_OR_SPACE = re.compile(r"\([^()]*\)|\s+")
_WORDS_OF_A_TYPE = {"text": "text/plain", "plain": "text/plain", "html": "text/html", "multipart": "multipart/mixed"}


@dataclass(slots=True)
class Part:
    """One node. ``raw[start:end]`` of the mail are its octets, ``body`` is where its content starts."""

    fields: dict[str, str]
    content: Value
    disposition: Value
    raw: bytes = field(repr=False)
    start: int
    body: int
    end: int
    parts: list[Part] = field(default_factory=list)
    rescued: bool = False
    """Declared as a multipart and read as text, because no part was found in it: to be read, but not "as sent"."""

    @property
    def type(self) -> str:
        """The content type, lower case, without parameters."""
        return self.content.main

    @property
    def octets(self) -> bytes:
        """The content as it came, transfer encoding and all."""
        return self.raw[self.body : self.end]

    @property
    def filename(self) -> str | None:
        """RFC 2183, 2.3; ``name`` of the Content-Type is the older place (RFC 1341)."""
        name = self.disposition.parameters.get("filename") or self.content.parameters.get("name")
        return decode_words(name.replace("\n", " ")).strip() or None if name else None

    def walk(self) -> list[Part]:
        """This part and all below it, in order of appearance."""
        found, waiting = [], [self]
        while waiting:
            part = waiting.pop()
            found.append(part)
            waiting.extend(reversed(part.parts))
        return found


class Reader:
    """Reads one mail into a tree. Holds only the count of parts and the problems of this one mail."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.problems: list[str] = []
        self._left = limits.parts

    def read(self, raw: bytes, start: int, end: int, depth: int = 0) -> Part:
        """The part in ``raw[start:end]`` with everything below it, as deep as the limits allow.

        A digest's parts without a type are read as text, not as messages (RFC 2046, 5.1.5): so a person sees them.
        """
        head = split_head(raw, start, end, self.limits.header_octets)
        part = _part(raw, (start, head.body, end), head.fields, self.limits)
        if depth == 0:
            self.problems += head.problems
        if part.type.startswith("multipart/"):
            self._open(part, depth)
        return part

    def _open(self, part: Part, depth: int) -> None:
        if depth >= self.limits.depth:
            self._say(f"Parts are nested deeper than {self.limits.depth}; what lies below was left as one attachment.")
            part.content = Value("application/octet-stream", {})
            return
        spans = self._spans(part)
        if not spans:
            self._say("A multipart has no parts; its content was read as text.")
            part.content = Value("text/plain", {"charset": part.content.parameters.get("charset", "")})
            part.rescued = True
            return
        for start, end in spans:
            self._left -= 1
            if self._left < 0:
                self._say(f"The mail has more than {self.limits.parts} parts; the rest was left out.")
                return
            part.parts.append(self.read(part.raw, start, end, depth + 1))

    def _spans(self, part: Part) -> list[tuple[int, int]]:
        boundary = part.content.parameters.get("boundary", "").encode("utf-8", "replace").rstrip()
        spans, closed = _between(part, boundary, self._left + 1) if boundary else ([], False)
        if not spans and (found := _GUESSED_BOUNDARY.search(part.raw, part.body, part.end)):
            self._say("The boundary of a multipart is not the declared one; it was found in the body.")
            spans, closed = _between(part, found[1], self._left + 1)
        if spans and not closed:
            self._say("A multipart is not closed: the mail may be cut off.")
        return spans

    def _say(self, problem: str) -> None:
        if problem not in self.problems:
            self.problems.append(problem)


def _between(part: Part, boundary: bytes, most: int) -> tuple[list[tuple[int, int]], bool]:
    """The first ``most`` spans between delimiter lines (RFC 2046, 5.1.1), and whether the closing one was seen."""
    raw, delimiter = part.raw, b"--" + boundary
    spans: list[tuple[int, int]] = []
    opened, position = -1, part.body
    while (position := raw.find(delimiter, position, part.end)) >= 0:
        after = position + len(delimiter)
        bound = min(after + 1000, part.end)  # an unbounded look for the line's end is quadratic where there is none
        line_end = raw.find(b"\n", after, bound)
        line_end = line_end if line_end >= 0 else bound
        rest = raw[after : min(line_end, after + 80)].strip()
        if (position > part.body and raw[position - 1] not in b"\r\n") or (rest and not rest.startswith(b"--")):
            position = after
            continue
        if opened >= 0:
            spans.append((opened, _before_line_end(raw, opened, position)))
            if len(spans) >= most:
                return spans, True
        opened = min(line_end + 1, part.end)
        position = line_end
        if rest.startswith(b"--"):
            return spans, True
    if opened >= 0:
        spans.append((opened, part.end))
    return spans, False


def _before_line_end(raw: bytes, start: int, position: int) -> int:
    """The line end before a delimiter belongs to the delimiter."""
    if position > start and raw[position - 1] in b"\r\n":
        position -= 2 if raw[position - 2 : position] == b"\r\n" and position - 2 >= start else 1
    return position


def _part(raw: bytes, place: tuple[int, int, int], fields: list[tuple[str, bytes]], limits: Limits) -> Part:
    start, body, end = place
    wanted: dict[str, str] = {}
    types: list[Value] = []
    for name, value in fields:
        name = name.lower()
        if name == "content-type":
            types.append(_content_type(unfold(value, limits.header_value)))
        elif name.startswith("content-") and name not in wanted:
            wanted[name] = unfold(value, limits.header_value)
    content = _which_type(types, raw, body, end) if types else Value("text/plain", {})
    return Part(wanted, content, parameters(wanted.get("content-disposition", "")), raw, start, min(body, end), end)


def _which_type(types: list[Value], raw: bytes, body: int, end: int) -> Value:
    """The last of several, as in most readers, unless an earlier one names a boundary that stands in the body."""
    for each in types[:-1]:
        boundary = each.parameters.get("boundary")
        if boundary and raw.find(b"--" + boundary.encode("utf-8", "replace"), body, end) >= 0:
            return each
    return types[-1]


def _content_type(value: str) -> Value:
    """RFC 2045, 5.2: what has no type, or one that is none, is text in US-ASCII."""
    found = parameters(value)
    main = _COMMENT_OR_SPACE.sub("", found.main[:300])
    main = _WORDS_OF_A_TYPE.get(main, main)
    if _TYPE.fullmatch(main):
        return Value(main, found.parameters)
    guess = _TYPE.match(main)
    if guess and guess[0].startswith(("text/", "multipart/")):
        return Value(guess[0], found.parameters)
    return Value("multipart/mixed" if "boundary" in found.parameters else "text/plain", found.parameters)
