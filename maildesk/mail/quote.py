"""The new text of a mail: what it adds, without what it quotes. Fold, never delete.

The result is always a choice of lines from the whole text, and the whole text stays in ``Letter.text``. The rules, in
order; each only where text of the sender's own stands above it, so that a mail that only quotes or forwards is shown:

1. our marker line (``MARKER_PREFIX``) and everything below it;
2. what a client's mark-up says stands below the reply (Outlook, Yahoo, Zimbra; ``marks.CUT``);
3. a separator ("-----Original Message-----") or a header block ("Von: / Gesendet: / Betreff:") and all below;
4. an attribution ("Am Dienstag schrieb Anna:"); where no marked quote follows it, all below it too;
5. marked quotes (``>``), wherever they stand;
6. text that we know (``Known.texts``), where it comes back in one piece of three lines or more.

Answers that stand between quotes make no sense without them: then everything is shown, quotes and all. A forwarded mail
is what the sender wants to bring: from "Forwarded message" on nothing is taken away.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from maildesk.mail.attribution import (
    attribution_at,
    closes_an_address,
    header_block_at,
    is_forward_separator,
    is_original_separator,
)
from maildesk.mail.marks import ATTRIBUTION, CUT
from maildesk.mail.recognise import known_lines
from maildesk.mail.signature import cut_signature
from maildesk.mail.words import folded, starting

MARKER_PREFIX = "— write your reply above this line"
"""The visible line on top of what we send. From it down a mail is ours. A template may add to the end of the line."""

_QUOTED = re.compile(r"[ \t\u00a0]{0,8}(?:>|&gt;)")
_DECORATED = re.compile(r"<\s*$")  # ">>> our shop <<<" is somebody's layout
_RULE = re.compile(r"[\s*]*[-_=*—–]{3,}[\s*]*$")
_STRAY = re.compile(
    r"\s*(?:[(<]?https?://\S*|\S{1,300}[)>])\s*>?\s*$"
)  # a quoted link that a client broke out of its quote
_MARKER = folded(MARKER_PREFIX).lstrip("— -")
_MARKER_LETTERS = "".join(filter(str.isalnum, _MARKER))  # "&mdash; write…", "w r i t e": whatever stands between them


class Reply(NamedTuple):
    """``new``: lines of the sender's own. ``interleaved``: answers stand between quotes and all is shown."""

    new: list[str]
    interleaved: bool


def cut_quotes(lines: list[str], *, forwards: bool = False, known: tuple[str, ...] = ()) -> Reply:
    """Chooses the new lines. ``forwards``: the subject says that this mail forwards another."""
    lines = _without_banner(lines)
    reader = _Reader(lines, forwards)
    end = reader.end()
    quoted = reader.quoted(end)
    if _is_interleaved(lines, quoted, reader.attributed, end):
        return Reply([line for line in lines[:end] if line != CUT], True)
    quoted |= known_lines(lines[:end], known) if known else frozenset()
    own = [
        reader.before.get(number, line)
        for number, line in enumerate(lines[:end])
        if number not in quoted or number in reader.before
    ]
    if end < len(lines):
        own = _without_rule(own)
    if not _says_something(own):
        return Reply(_one_level_less([line for line in lines if line != CUT]), False)
    return Reply(own, False)


def _without_rule(own: list[str]) -> list[str]:
    """Without the line that a client draws right above a header block; one in a paragraph of its own is the
    sender's.
    """
    return own[:-1] if own and _RULE.match(own[-1]) else own


def _one_level_less(lines: list[str]) -> list[str]:
    """Some clients send a whole mail as one quote; then it is no quote."""
    if all(_is_quoted(line) for line in lines if line.strip()):
        return [_QUOTED.sub("", line, count=1).removeprefix(" ") for line in lines]
    return lines


class _Reader:
    """One walk down the lines. ``attributed`` are lines of attributions, ``before`` what stood in front of one."""

    def __init__(self, lines: list[str], forwards: bool) -> None:
        self.lines = lines
        self.forwards = forwards
        self.attributed: set[int] = set()
        self.before: dict[int, str] = {}
        self.kept_from = len(lines)  # a forwarded mail: its quote marks are what the sender brings
        self.kept_above = 0  # above the quote of the whole mail, quotes are the sender's own choice
        self.is_quoted = [_is_quoted(line) and not closes_an_address(line) for line in lines]
        self._unquote_lone_lines()

    def _unquote_lone_lines(self) -> None:
        """``>From`` at the start of a line is mbox quoting, not a mail's."""
        for number, line in enumerate(self.lines):
            if line.startswith(">From ") and not any(
                self.is_quoted[max(number - 1, 0) : number] + self.is_quoted[number + 1 : number + 2]
            ):
                self.is_quoted[number] = False

    def end(self) -> int:
        """The number of the line where what is quoted to the end begins."""
        something = False
        for number, line in enumerate(self.lines):
            if not line.strip():
                continue
            if is_marker(line):
                if something:
                    return number
                self.attributed.add(number)
                continue
            if self.is_quoted[number]:
                continue
            if line.startswith(ATTRIBUTION):
                self.attributed.add(number)
                if something and self._only_quote_below(self._last_of_attribution(number)):
                    self.kept_above = number
                    return number
                continue
            if is_forward_separator(line) and not self._is_below_quote(number):
                self.kept_from = number
                return len(self.lines)
            if something and (found := self._cut_at(number)) is not None:
                return found
            if not something and self._attribution(number) is not None:
                continue
            something = something or (line != CUT and any(map(str.isalnum, line)))
        return len(self.lines)

    def _cut_at(self, number: int) -> int | None:
        line = self.lines[number]
        if line == CUT or is_original_separator(line):
            return len(self.lines) if self.forwards else number
        if header_block_at(self.lines, number) is not None:
            return len(self.lines) if self.forwards else number
        first = self._attribution(number)
        if first is None or (self._quote_follows(number) and not self._only_quote_below(number)):
            return None
        if self._quote_follows(number):
            self.kept_above = first
        return first + 1 if first in self.before else first

    def _only_quote_below(self, number: int) -> bool:
        return all(
            self.is_quoted[below] or not self.lines[below].strip() for below in range(number + 1, len(self.lines))
        )

    def _last_of_attribution(self, number: int) -> int:
        while number + 1 < len(self.lines) and self.lines[number + 1].startswith(ATTRIBUTION):
            number += 1
        return number

    def _attribution(self, number: int) -> int | None:
        found = attribution_at(self.lines, number, self._quote_follows(number))
        if found is None:
            return None
        self.attributed.update(range(found.first, found.last + 1))
        if found.before:
            self.before[found.first] = found.before
        return found.first

    def _quote_follows(self, number: int) -> bool:
        """Whether the next line with text is marked as quoted."""
        for following in range(number + 1, min(number + 6, len(self.lines))):
            if self.lines[following].strip():
                return self.is_quoted[following]
        return False

    def _is_below_quote(self, number: int) -> bool:
        return any(self.is_quoted[:number])

    def quoted(self, end: int) -> frozenset[int]:
        """All lines above ``end`` that are quoted or attribute a quote, with the empty ones between them."""
        end = min(end, self.kept_from)
        found = {number for number in range(self.kept_above, end) if self.is_quoted[number]} | self.attributed
        found |= {number for number in range(end) if self.lines[number] == CUT}
        for number in range(1, end - 1):
            if number - 1 in found and number + 1 in found and number not in found and _STRAY.match(self.lines[number]):
                found.add(number)
        return frozenset(found)


def _is_quoted(line: str) -> bool:
    return bool(_QUOTED.match(line)) and not (len(line) < 200 and ">>" in line and _DECORATED.search(line))


def is_marker(line: str) -> bool:
    """Whether this is the line on top of our own mails, quoted or not, also where a client broke the dash."""
    if "above" not in line[:80].lower():
        return False
    start = folded(line[:120].lstrip("> |*\u00a0")).lstrip("—–-?=. ")
    return start.startswith(_MARKER) or "".join(filter(str.isalnum, start))[:60].find(_MARKER_LETTERS) in range(7)


def _says_something(lines: list[str]) -> bool:
    return any(any(not char.isspace() and char not in "-_=*>|.…~" for char in line) for line in lines)


def _is_interleaved(lines: list[str], quoted: frozenset[int], attributed: set[int], end: int) -> bool:
    """Whether own text stands between two marked quotes (question, answer, question, answer), or around one that
    nothing attributes: then it is no quote of the answered mail but something that the sender put there."""
    blocks = _blocks(lines, quoted, attributed, end)
    if "qoq" in blocks.replace("a", ""):
        return True
    # What stands below the quote may be the signature alone.
    return "oqo" in blocks and "oqo" in _blocks(lines, quoted, attributed, len(cut_signature(lines[:end])[0]))


def _blocks(lines: list[str], quoted: frozenset[int], attributed: set[int], end: int) -> str:
    """One letter for each run of lines of one kind."""
    kinds = [_kind(number, lines, quoted, attributed) for number in range(end) if lines[number].strip()]
    return "".join(kind for kind, last in zip(kinds, ["", *kinds], strict=False) if kind != last)


def _kind(number: int, lines: list[str], quoted: frozenset[int], attributed: set[int]) -> str:
    """``o`` own text, ``q`` quote, ``a`` a line that attributes one, also where it stands inside of it."""
    if number in attributed:
        return "a"
    if number not in quoted:
        return "o"
    is_first = number == 0 or number - 1 not in quoted
    return "a" if is_first and attribution_at([lines[number].lstrip("> ")], 0, True) else "q"


def _without_banner(lines: list[str]) -> list[str]:
    """Without the warning that a mail system or client puts on top ("CAUTION: This email originated …")."""
    start = 0
    while start < len(lines) and (not lines[start].strip() or _RULE.match(lines[start])):
        start += 1
    if start < len(lines) and starts_banner(lines[start]):
        end = start
        while end < len(lines) and lines[end].strip() and end < start + 8:
            end += 1
        if _says_something(lines[end:]):
            return _without_banner(lines[end:])
    return lines


def starts_banner(line: str) -> bool:
    """Whether a mail system's or client's warning begins here."""
    start = folded(line[:200]).lstrip("[(!⚠️- ")
    return bool(starting("banner", start))
