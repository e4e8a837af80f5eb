"""The quote of a mail whose words are known, line by line: what of a reply is that mail, and what was typed into it.

Mail programs quote in many ways, and some mark nothing (Outlook, Lotus Notes, web mail). Who knows what was sent need
not guess: each line of the reply is looked up in it, by its letters alone, so that other marks, line ends, list signs
and links written out do not matter. Then every line of the quote has its ``>``, and what stands between is the
writer's.

* Above the quote nothing is touched. Quoted lines there that are of no known mail are the writer's own choice (a law,
  an error message): they are ``cited``, and marked with ``CITED`` in the place of ``>``.
* In what the known mail shows above our marker line, words below one of its lines are an answer to it.
* Words behind all of it are typed below the quote: behind the known mail's last word, or behind a marked line that
  nothing known follows, for writers cut the quote off below what they answer.
* Any other words in it are ``strange``: ours in a shape that is not known, or the writer's in a place where nobody
  looks for them. They are marked as quote, so that nothing of the inside leaves, and listed, so that somebody can ask.

Where the quote is of another mail, or was translated, nothing is found (``begin`` is None), and nothing is changed.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from maildesk.mail.attribution import attribution_at, header_block_at, is_forward_separator, is_original_separator
from maildesk.mail.own_html import letters
from maildesk.mail.quote import is_marker, starts_banner

CITED = "\ue0a3"
"""Stands for ``>`` on a line that the writer quotes from elsewhere."""

_SHORT = 12
"""Letters of a line below which it counts only where it is expected next: "Thank you" is anybody's."""

_NEAR = 12
"""Letters that may be missing before a short line, where a program left something out."""

_MOST_TRIES = 30
_QUOTED = re.compile(r"\s{0,8}>")
_SIGN = re.compile(r"^[\s>|]*(?:(?:\d{1,3}[.)]|[-*+•·o§])\s+)?")
_WRITTEN_OUT = re.compile(
    r"<(?:mailto:|tel:|https?://)[^<>\s]*>|[\[<](?:cid|image|inline)\s?:[^\]>\n]*[\]>]", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Requoted:
    """``begin``: the line where the quote begins, None where none was found; ``marker``: that of our marker line.

    ``between``: whether answers stand in it. ``below``: where words behind the quote begin, None where there are none.
    """

    lines: tuple[str, ...]
    begin: int | None = None
    marker: int | None = None
    between: bool = False
    below: int | None = None
    cited: tuple[str, ...] = ()
    strange: tuple[str, ...] = ()


def requoted(text: str, known: Iterable[str]) -> Requoted:
    """The lines of a reply, those of ``known`` mails marked. Linear in both for any text that people write."""
    lines = text.splitlines()
    mail = _Known(known)
    kinds = _kinds(lines, mail)
    begin = _begin(lines, kinds) if {"k", "p"} & set(kinds) else None
    if begin is None:
        return Requoted(tuple(lines), strange=tuple(_unmarked(line) for line in _foreign(lines, kinds)))
    return _Marking(lines, kinds, begin, mail.seen).done()


class _Known:
    """The letters of all known mails in a row, and where its words begin."""

    def __init__(self, texts: Iterable[str]) -> None:
        pieces: list[str] = []
        starts: list[int] = []
        self.firsts: list[int] = []
        self._panels: list[tuple[int, int]] = []  # what stands below our marker in a known mail
        length = 0
        for text in texts:
            self.firsts.append(length)
            marker = None
            for line in text.splitlines():
                marker = length if marker is None and is_marker(line) else marker
                for word in map(letters, bare(line).split()):
                    starts += [length] if word else []
                    pieces.append(word)
                    length += len(word)
            self._panels += [(marker, length)] if marker is not None else []
        self._letters = "".join(pieces)
        self._starts = [*starts, length]
        self._place = 0
        self.seen = False  # whether the last word of a known mail was read
        self._ends = {*self.firsts[1:], length}

    def has(self, line: str) -> bool:
        """Whether this line stands in a known mail; short ones only where they are next."""
        wanted = letters(bare(line))
        if not wanted:
            return False
        if len(wanted) >= _SHORT:
            at = self._find(wanted, self._place)
            at = self._find(wanted, 0) if at is None else at
        else:
            ahead = self._find(wanted, self._place)
            first = next((each for each in self.firsts if self._letters.startswith(wanted, each)), None)
            at = ahead if ahead is not None and ahead <= self._place + _NEAR else first
            if at is not None and not self._is_start(at + len(wanted)):
                at = None
        if at is not None:
            self._place = at + len(wanted)
            self.seen = self.seen or self._place in self._ends
        return at is not None

    @property
    def is_below_marker(self) -> bool:
        """Whether the line that was found last stands below our marker."""
        return any(start < self._place <= end for start, end in self._panels)

    def _find(self, wanted: str, start: int) -> int | None:
        for _ in range(_MOST_TRIES):
            at = self._letters.find(wanted, start)
            if at < 0:
                return None
            if self._is_start(at) and self._is_start(at + len(wanted)):
                return at
            start = at + 1
        return None

    def _is_start(self, place: int) -> bool:
        found = bisect_left(self._starts, place)
        return found < len(self._starts) and self._starts[found] == place


def bare(line: str) -> str:
    """A line without quote marks, the sign of a list, and what programs write out of links and pictures."""
    return _WRITTEN_OUT.sub(" ", _SIGN.sub("", line))


def _kinds(lines: Sequence[str], mail: _Known) -> list[str]:
    """For each line: ``m`` our marker, ``h`` what a program puts above a quote, ``k`` of a known mail, ``p`` of it
    below our marker, ``f`` quoted from elsewhere, ``o`` anything else, nothing where it says nothing."""
    kinds = [""] * len(lines)
    for number, line in enumerate(lines):
        if not letters(bare(line)):
            continue
        marked = bool(_QUOTED.match(line))
        known = mail.has(line)
        below = known and mail.is_below_marker
        kinds[number] = "m" if is_marker(line) else "p" if below else "k" if known else "f" if marked else "o"
    for number in range(len(lines)):
        for place in _heading(lines, number) if kinds[number] in ("o", "f", "k", "p") else ():
            kinds[place] = "h" if kinds[place] in ("o", "f") or place == number else kinds[place]
    return kinds


def _heading(lines: Sequence[str], number: int) -> Iterable[int]:
    """The lines of what a mail program or server puts above a quote, where it stands here."""
    line = lines[number]
    if is_original_separator(line) or is_forward_separator(line) or starts_banner(line):
        return (number,)
    if ":" in line[:60] and (last := header_block_at(list(lines[number : number + 20]), 0)) is not None:
        return range(number, number + last + 1)
    start = max(number - 8, 0)
    follows = next((each for each in lines[number + 1 : number + 6] if each.strip()), "")
    found = attribution_at(
        [each.lstrip("> ") for each in lines[start : number + 1]], number - start, bool(_QUOTED.match(follows))
    )
    return range(start + found.first, number + 1) if found is not None and not found.before.strip() else ()


def _begin(lines: Sequence[str], kinds: Sequence[str]) -> int | None:
    """Where the quote begins: at our marker, a heading, or a known line, with a known line next. Quoted lines right
    above belong to it."""
    found = next((number for number in range(len(kinds)) if _begins(lines, kinds, number)), None)
    while found and (kinds[found - 1] == "f" or (not kinds[found - 1] and _QUOTED.match(lines[found - 1]))):
        found -= 1
    return found


def _begins(lines: Sequence[str], kinds: Sequence[str], number: int) -> bool:
    kind = kinds[number]
    if kind == "m" or (kind in ("k", "p") and _QUOTED.match(lines[number])):
        return True
    if kind not in ("h", "k", "p"):
        return False
    following = next((each for each in kinds[number + 1 :] if each and each != "h"), "")
    if kind == "h" and following == "f":
        return True
    if kind == "p":  # our mail may hold the writer's own words, which come back ("This is what you wrote"): sent anew
        return False
    return following in ("k", "p", "m") and (kind == "h" or len(letters(lines[number])) >= _SHORT or following == "m")


def _foreign(lines: Sequence[str], kinds: Sequence[str]) -> list[str]:
    """Quoted lines of no known mail, where nothing says whose they are; () where a heading does."""
    return (
        [] if "h" in kinds or "m" in kinds else [line for line, kind in zip(lines, kinds, strict=True) if kind == "f"]
    )


def _unmarked(line: str) -> str:
    return line.lstrip("> \t")


@dataclass(slots=True)
class _Marking:
    """Marks the lines from ``begin`` on."""

    lines: list[str]
    kinds: list[str]
    begin: int
    seen: bool
    strange: list[str] = field(default_factory=list)

    def done(self) -> Requoted:
        """The whole reply."""
        ours = [number for number in range(self.begin, len(self.lines)) if self.kinds[number] in ("k", "p", "m", "h")]
        last = max((number for number in ours if self.kinds[number] != "h"), default=ours[-1])
        marker = next((number for number in ours if self.kinds[number] in ("m", "p")), None)
        shown = last if marker is None else marker
        cited = [number for number in range(self.begin) if self.kinds[number] == "f"]
        marked = list(self.lines)
        for number in cited:
            marked[number] = _QUOTED.sub(CITED, self.lines[number], count=1)
        between, below = False, None
        ends = self.seen or marker is not None or bool(_QUOTED.match(self.lines[last]))
        for number in range(self.begin, len(self.lines)):
            if self.kinds[number] == "o" and number > last and ends:
                below = number if below is None else below
            elif self.kinds[number] == "o" and number < shown and self._answers(number):
                between = True
            else:
                marked[number] = self._quoted(number)
        said = tuple(_unmarked(self.lines[number]) for number in cited)
        return Requoted(tuple(marked), self.begin, marker, between, below, said, tuple(self.strange))

    def _quoted(self, number: int) -> str:
        line, kind = self.lines[number], self.kinds[number]
        if kind == "o":
            self.strange.append(line.strip())
        if not kind and not _QUOTED.match(line):
            return line
        return line if _QUOTED.match(line) else f"> {line}"

    def _answers(self, number: int) -> bool:
        """Whether a known line stands above these words, with nothing but more of them between."""
        above = next((kind for kind in reversed(self.kinds[self.begin : number]) if kind not in ("", "o")), "")
        return above == "k"
