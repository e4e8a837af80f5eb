"""The properties of one object in an Outlook file ([MS-OXMSG], 2.4): of a mail, of a recipient, of a file.

Numbers stand in the object's property stream, texts and octets in streams of their own. Of each property the first is
taken; what is too long, of another type than wanted, or not there, is empty. At most ``_MOST`` numbers are read.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from struct import iter_unpack, unpack_from

from maildesk.mail.charsets import decode
from maildesk.mail.compound import Compound, Folder

TOP, INNER, PART = 32, 24, 8
"""Octets before the first property: of a file's own mail, of a mail inside of it, of a recipient or a file."""

_MOST = 4_000
_LONG, _BOOLEAN, _TIME = 0x0003, 0x000B, 0x0040
_TEXT8, _TEXT16, _OCTETS = 0x001E, 0x001F, 0x0102
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_CHARSETS = {
    20127: "us-ascii", 20866: "koi8-r", 21866: "koi8-u", 28605: "iso-8859-15", 50220: "iso-2022-jp", 51932: "euc-jp",
    51949: "euc-kr", 936: "gbk", 54936: "gb18030", 65001: "utf-8",
}  # fmt: skip


def charset_of(codepage: int | None) -> str:
    """The name of a Windows code page; Western Europe's where none is named."""
    if codepage is not None and 28591 <= codepage <= 28599:
        return f"iso-8859-{codepage - 28590}"
    return _CHARSETS.get(codepage or 1252, f"cp{codepage or 1252}")


class Properties:
    """Raises Broken where a stream cannot be read."""

    def __init__(self, file: Compound, folder: Folder, head: int, charset: str = "") -> None:
        self._file = file
        self._folder = folder
        found = folder.streams.get("__properties_version1.0")
        octets = file.stream(found)[head:] if found else b""
        self._numbers: dict[int, bytes] = {}
        for tag, _, value in iter_unpack("<II8s", octets[: min(len(octets) // 16, _MOST) * 16]):
            self._numbers.setdefault(tag, value)
        self._charset = charset or charset_of(self.number(0x3FFD))

    @property
    def charset(self) -> str:
        """Of texts that are not in Unicode."""
        return self._charset

    def number(self, name: int) -> int | None:
        """A number, signed."""
        value = self._numbers.get(name << 16 | _LONG)
        return None if value is None else int(unpack_from("<i", value)[0])

    def flag(self, name: int) -> bool:
        """True where it is there and set."""
        return self._numbers.get(name << 16 | _BOOLEAN, b"\0")[:1] not in (b"\0", b"")

    def moment(self, name: int) -> datetime | None:
        """Aware, in UTC; None where it is not there, or before 1970."""
        value = self._numbers.get(name << 16 | _TIME)
        ticks = unpack_from("<Q", value)[0] if value else 0
        try:
            found = _EPOCH + timedelta(microseconds=ticks // 10)
        except OverflowError:
            return None
        return found.replace(microsecond=0) if found.year >= 1970 else None

    def text(self, name: int) -> str:
        """Characters; empty where they are not there."""
        wide = self._octets(name, _TEXT16)
        text = wide.decode("utf-16-le", "replace") if wide else decode(self._octets(name, _TEXT8), self._charset)[0]
        return text.replace("\0", "").replace("\r\n", "\n")

    def octets(self, name: int) -> bytes:
        """As they are; empty where they are not there."""
        return self._octets(name, _OCTETS)

    def has(self, name: int) -> bool:
        """Whether it has this property as octets."""
        return _stream(name, _OCTETS) in self._folder.streams

    def inner(self, name: int) -> Folder | None:
        """An object that is kept inside."""
        return self._folder.folders.get(f"__substg1.0_{name:04x}000d")

    def _octets(self, name: int, kind: int) -> bytes:
        found = self._folder.streams.get(_stream(name, kind))
        return self._file.stream(found) if found else b""


def _stream(name: int, kind: int) -> str:
    return f"__substg1.0_{name:04x}{kind:04x}"
