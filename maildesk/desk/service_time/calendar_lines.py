"""The lines of a calendar file: which of them belong to which event, so that a fault can name its line.

The library that reads iCalendar drops positions, and drops in silence what is cut off or broken in two. So this looks
at the shape alone: what begins, what ends, and where the keys of each event stand. Lines that are folded (RFC 5545,
3.1) go on; what they say is not looked at.

What can go wrong: a shape that is not a calendar's is ``Broken``, with the line and a sentence with the way out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MOST_EVENTS = 5_000
_BEFORE_TEXT = re.compile(r"[A-Za-z0-9-]+[;:]")


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing that is wrong in a calendar file; the line counts from 1, 0 where it is the whole file."""

    line: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Block:
    """An event: its first line, and the lines of its keys."""

    first: int
    keys: dict[str, int]

    def line_of(self, key: str) -> int:
        """The line of that key, else the first of the event."""
        return self.keys.get(key, self.first)


class Broken(Exception):
    """The file as a whole cannot be read."""

    def __init__(self, line: int, sentence: str) -> None:
        super().__init__(sentence)
        self.flaw = Flaw(line, sentence)


def outline(text: str) -> list[Block]:
    """The events in order, with the lines of their keys. Raises ``Broken`` where the shape is not a calendar's."""
    lines = text.splitlines() if "\n" in text else text.split("\r")
    if not lines or lines[0].strip().upper() != "BEGIN:VCALENDAR":
        raise Broken(1, "This is no calendar: it does not begin with BEGIN:VCALENDAR. Export it as iCalendar (.ics).")
    blocks: list[Block] = []
    open_parts: list[tuple[str, int]] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line[0] in " \t":  # a folded line goes on
            continue
        if not _BEFORE_TEXT.match(line):
            raise Broken(number, "This line is not iCalendar (NAME:value); look for a line that was broken in two.")
        name, _, value = line.strip().partition(":")
        if name.upper() == "BEGIN":
            open_parts.append((value.upper(), number))
            if value.upper() == "VEVENT":
                blocks.append(Block(number, {}))
        elif name.upper() == "END":
            _end(open_parts, value.upper(), number)
        elif open_parts and open_parts[-1][0] == "VEVENT":
            blocks[-1].keys.setdefault(re.split("[;:]", line, maxsplit=1)[0].upper(), number)
    if open_parts:
        raise Broken(open_parts[-1][1], f"This has no END:{open_parts[-1][0]}; export the file again, it is cut off.")
    if len(blocks) > MOST_EVENTS:
        raise Broken(0, f"{len(blocks)} events are no calendar of closures; name one with at most {MOST_EVENTS}.")
    return blocks


def _end(open_parts: list[tuple[str, int]], name: str, number: int) -> None:
    began, line = open_parts.pop() if open_parts else ("", 0)
    if began != name:
        sentence = f"line {line} begins {began}" if began else "nothing has begun"
        raise Broken(number, f"This ends {name}, but {sentence}; add what is missing, or export the file again.")
