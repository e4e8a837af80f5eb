"""Compound files ([MS-CFB]), the container of Outlook's ``.msg``: folders and streams by name. Total, linear, bounded.

Written because the readers there are trust the file: they follow chains of sectors that loop, and believe counts of
sectors that no file could have. Here no chain is longer than the file, all that is read together is four times the
file's size and no more, and an entry of the directory belongs to one folder only, whatever the tree says. A file that
breaks one of these rules, or is cut off, is none (``Broken``): half a mail would be shown as a whole one.

    found = Compound(octets)
    found.stream(found.root.streams["__properties_version1.0"])

What it does not do: write, check timestamps or class ids, or mind the colours and order of the directory's tree (names
are looked up in a dictionary).
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from struct import unpack_from

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LAST_SECTOR = 0xFFFFFFFA  # above are marks: end of chain, free, FAT, DIFAT
_NOBODY = 0xFFFFFFFF
_ENTRY = 128
_MOST_ENTRIES = 25_000  # a mail has some thirty for itself, and twenty for each recipient and file
_FOLDER, _STREAM, _ROOT = 1, 2, 5


class Broken(Exception):
    """This is no whole compound file."""


@dataclass(frozen=True, slots=True)
class Stream:
    """Where a stream begins, and how many octets it has."""

    start: int
    size: int


@dataclass(slots=True)
class Folder:
    """Streams and folders by name, in lower case."""

    streams: dict[str, Stream] = field(default_factory=dict)
    folders: dict[str, Folder] = field(default_factory=dict)


class Compound:
    """One file. Raises Broken, on reading it and on reading a stream."""

    def __init__(self, octets: bytes) -> None:
        if len(octets) < 512 or not octets.startswith(SIGNATURE):
            raise Broken
        shift, mini_shift = unpack_from("<HH", octets, 30)
        if shift not in (9, 12) or mini_shift != 6:
            raise Broken
        self._octets = octets
        self._size = 1 << shift
        self._left = 4 * len(octets)  # octets that may still be read
        self._count = max((len(octets) - 1) // self._size, 0)  # sectors, the last of which may be cut short
        first_directory, _, self._cutoff, first_mini, _, first_difat = unpack_from("<IIIIII", octets, 48)
        self._fat = self._allocation(first_difat)
        entries = self._chain(first_directory, None)
        self._small = _numbers(self._chain(first_mini, None))
        kinds = _entries(entries)
        if not kinds or kinds[0].kind != _ROOT:
            raise Broken
        self._mini = self._chain(kinds[0].start, kinds[0].size) if kinds[0].size else b""
        self.root = _tree(kinds)

    def stream(self, found: Stream) -> bytes:
        """The content of a stream."""
        if not found.size:
            return b""
        if found.size >= self._cutoff:
            return self._chain(found.start, found.size)
        self._pay(found.size)
        pieces, sector = [], found.start
        for _ in range((found.size + 63) // 64):
            if sector >= len(self._small):
                raise Broken
            pieces.append(self._mini[sector * 64 : sector * 64 + 64])
            sector = self._small[sector]
        return _whole(b"".join(pieces), found.size)

    def _allocation(self, difat: int) -> array[int]:
        """The sector behind each sector. FAT sectors are named in the header and then in a chain of their own."""
        wanted = -(-self._count * 4 // self._size)
        named = list(unpack_from("<109I", self._octets, 76))
        while difat < _LAST_SECTOR and len(named) < wanted:  # each turn adds at least 127, so a loop ends too
            more = _numbers(self._sector(difat))
            named += more[:-1]
            difat = more[-1]
        found = array("I")
        for each in named[:wanted]:
            if each >= _LAST_SECTOR:
                break
            found.extend(_numbers(self._sector(each)))
        return found

    def _chain(self, sector: int, size: int | None) -> bytes:
        """The sectors of a chain: as many as ``size`` needs, or all."""
        most = self._count if size is None else -(-size // self._size)
        if most > self._count:
            raise Broken
        pieces: list[bytes] = []
        while len(pieces) < most and (size is not None or sector < _LAST_SECTOR):
            if sector >= len(self._fat):
                raise Broken
            pieces.append(self._sector(sector))
            sector = self._fat[sector]
        if size is None:
            if sector < _LAST_SECTOR:
                raise Broken  # it loops
            return b"".join(pieces)
        return _whole(b"".join(pieces), size)

    def _sector(self, number: int) -> bytes:
        self._pay(self._size)
        start = (number + 1) * self._size
        found = self._octets[start : start + self._size]
        if not found:
            raise Broken
        return found

    def _pay(self, octets: int) -> None:
        self._left -= octets
        if self._left < 0:
            raise Broken


def _whole(content: bytes, size: int) -> bytes:
    if len(content) < size:
        raise Broken
    return content[:size]


def _numbers(octets: bytes) -> array[int]:
    return array("I", unpack_from(f"<{len(octets) // 4}I", octets))


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    kind: int
    left: int
    right: int
    child: int
    start: int
    size: int


def _entries(octets: bytes) -> list[_Entry]:
    if len(octets) // _ENTRY > _MOST_ENTRIES:
        raise Broken
    return [_entry(octets, place) for place in range(0, len(octets) - _ENTRY + 1, _ENTRY)]


def _entry(octets: bytes, place: int) -> _Entry:
    length, kind = unpack_from("<HB", octets, place + 64)
    left, right, child = unpack_from("<III", octets, place + 68)
    start, size = unpack_from("<II", octets, place + 116)  # the upper half of the size is junk in old files
    name = octets[place : place + max(min(length, 64) - 2, 0)].decode("utf-16-le", "replace")
    return _Entry(name.lower(), kind, left, right, child, start, size)


def _tree(entries: list[_Entry]) -> Folder:
    """The folders, each entry in one of them."""
    root = Folder()
    seen = {0, _NOBODY}
    waiting = [(root, entries[0].child)]
    while waiting:
        folder, child = waiting.pop()
        for entry in _siblings(entries, child, seen):
            if entry.kind == _STREAM:
                folder.streams.setdefault(entry.name, Stream(entry.start, entry.size))
            elif entry.kind == _FOLDER:
                inner = folder.folders.setdefault(entry.name, Folder())
                waiting.append((inner, entry.child))
    return root


def _siblings(entries: list[_Entry], first: int, seen: set[int]) -> Iterator[_Entry]:
    waiting = [first]
    while waiting:
        number = waiting.pop()
        if number in seen:
            continue
        if number >= len(entries):
            raise Broken
        seen.add(number)
        yield entries[number]
        waiting += [entries[number].right, entries[number].left]
