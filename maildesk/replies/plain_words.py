"""What makes a language heavy: its officialese with something better, its passive, its longest words.

``templates/<language>/plain.toml``, in layers like everything below ``templates/``: an admin's file adds to the
built-in one, and an entry of the same name takes its place. Used by ``templates check`` alone, never for a mail.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

FILE = "plain.toml"
LONGEST_WORD = 20
_TABLES = frozenset({"instead"})
_LISTS = frozenset({"passive", "not_passive", "links", "other_address", "names", "uncounted"})
_KNOWN = _TABLES | _LISTS | {"longest_word"}


@dataclass(frozen=True, slots=True)
class Heavy:
    """A word or phrase that is found as a whole, and what to write in its place ("" where leaving it out is best)."""

    phrase: str
    better: str
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class PlainWords:
    """``passive`` are patterns that find it, ``not_passive`` what looks like it; ``links`` are where links may lead.

    ``other_address`` are patterns of the form of address that this folder does not use (Sie, du) and must not mix in.
    ``names`` are long words that cannot be avoided, ``uncounted`` words that stay the same behind every number.
    """

    heavy: tuple[Heavy, ...] = ()
    passive: tuple[re.Pattern[str], ...] = ()
    not_passive: tuple[re.Pattern[str], ...] = ()
    longest_word: int = LONGEST_WORD
    links: tuple[str, ...] = ()
    other_address: tuple[re.Pattern[str], ...] = ()
    names: frozenset[str] = field(default=frozenset())
    uncounted: frozenset[str] = field(default=frozenset())


class PlainFault(Exception):
    """A ``plain.toml`` that cannot be used, with its line and what to do."""

    def __init__(self, file: Path, line: int, sentence: str) -> None:
        super().__init__(sentence)
        self.file, self.line, self.sentence = file, line, sentence


def read_plain_words(folders: Iterable[Path]) -> PlainWords:
    """The words of a language's layers, the upper first. Raises ``PlainFault``."""
    instead: dict[str, str] = {}
    lists: dict[str, list[str]] = {name: [] for name in _LISTS}
    longest = LONGEST_WORD
    for path in reversed([folder / FILE for folder in folders]):
        if path.is_file():
            table = _read(path)
            instead.update(_texts(path, table.get("instead", {})))
            for name in _LISTS & table.keys():
                found = _list(path, name, table[name])
                lists[name] = found if name == "other_address" else [*lists[name], *found]
            longest = _number(path, table.get("longest_word", longest))
    return PlainWords(
        heavy=tuple(Heavy(phrase, better, _whole(phrase)) for phrase, better in instead.items()),
        passive=tuple(map(_pattern, lists["passive"])),
        not_passive=tuple(map(_pattern, lists["not_passive"])),
        longest_word=longest,
        links=tuple(lists["links"]),
        other_address=tuple(map(re.compile, lists["other_address"])),
        names=frozenset(each.casefold() for each in lists["names"]),
        uncounted=frozenset(each.casefold() for each in lists["uncounted"]),
    )


_AT_LINE = re.compile(r"\(at line (\d+)")


def _read(path: Path) -> Mapping[str, object]:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        at = _AT_LINE.search(str(error))
        raise PlainFault(path, int(at[1]) if at else 1, f"This is not TOML in UTF-8: {error}.") from error
    for name in table:
        if name not in _KNOWN:
            raise PlainFault(path, _line(path, name), f"There is no {name}; there are {', '.join(sorted(_KNOWN))}.")
    return table


def _line(path: Path, name: str) -> int:
    lines = path.read_text(encoding="utf-8").splitlines()
    return next((number for number, line in enumerate(lines, 1) if name in line), 1)


def _texts(path: Path, table: object) -> Mapping[str, str]:
    if not isinstance(table, Mapping) or not all(isinstance(each, str) for each in table.values()):
        raise PlainFault(path, _line(path, "instead"), 'Below [instead] stands "heavy words" = "plain words".')
    return table


def _list(path: Path, name: str, found: object) -> list[str]:
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise PlainFault(path, _line(path, name), f"{name} must be a list of texts in quotes.")
    if name.endswith(("passive", "address")):
        for each in found:
            try:
                re.compile(each)
            except re.error as error:
                raise PlainFault(path, _line(path, name), f"This pattern cannot be read: {each} ({error}).") from error
    return found


def _number(path: Path, found: object) -> int:
    if not isinstance(found, int) or isinstance(found, bool) or found < 1:
        raise PlainFault(path, _line(path, "longest_word"), "longest_word must be a number of letters.")
    return found


def _whole(phrase: str) -> re.Pattern[str]:
    """The phrase as whole words, whatever its capitals; a ``*`` at its end stands for any ending."""
    stem, star = (phrase[:-1], r"\w*") if phrase.endswith("*") else (phrase, "")
    return re.compile(rf"(?<!\w){re.escape(stem)}{star}(?!\w)", re.IGNORECASE)


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)
