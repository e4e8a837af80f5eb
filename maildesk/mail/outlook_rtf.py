r"""The compressed RTF of an Outlook mail: unpacked ([MS-OXRTFCP]), and the HTML that it hides ([MS-OXRTFEX]).

Outlook keeps a mail's HTML as RTF with the HTML's own marks in ``\*\htmltag`` and with what only RTF readers should see
between ``\htmlrtf`` and ``\htmlrtf0``. Where the RTF is no such wrapping, its text is given.

Total, linear in what it makes, and it makes no more than ``MOST`` octets: what says it is longer is not unpacked, for
the mail has its text besides.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field
from functools import cache
from struct import unpack_from

MOST = 500_000  # octets; HTML of more than MOST_HTML characters is not shown anyway (own_html)
_COMPRESSED, _PLAIN = 0x75465A4C, 0x414C454D
_BEGINNING = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans Serif"
    rb"SymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)


def unpacked_rtf(octets: bytes) -> bytes:
    """The RTF; empty where it is damaged or too long."""
    if len(octets) < 16:
        return b""
    _, size, kind = unpack_from("<III", octets)
    if size > MOST or kind not in (_COMPRESSED, _PLAIN):
        return b""
    return octets[16 : 16 + size] if kind == _PLAIN else _expanded(octets, size)


def _expanded(octets: bytes, size: int) -> bytes:
    """LZFu: eight tokens behind each octet of flags; a token is a character, or a place and length of what was said."""
    made = bytearray(_BEGINNING)  # the window: places in it count modulo 4096
    end = len(_BEGINNING) + size
    at = 16
    while at < len(octets) and len(made) < end:
        flags = octets[at]
        at += 1
        for bit in range(8):
            if at >= len(octets) or len(made) >= end:
                break
            if not flags >> bit & 1:
                made.append(octets[at])
                at += 1
                continue
            if at + 1 >= len(octets):
                return b""
            place, length = octets[at] << 4 | octets[at + 1] >> 4, (octets[at + 1] & 15) + 2
            at += 2
            back = (len(made) - place) % 4096
            if back == 0:
                return bytes(made[len(_BEGINNING) : end])  # its own mark of the end
            if back > len(made):
                return b""
            for _ in range(length):
                made.append(made[-back])
    return bytes(made[len(_BEGINNING) : end])


_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?[0-9]{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|([^\\{}\r\n]+)|[\r\n]+"
)
_SKIPPED = frozenset(
    {b"colortbl", b"stylesheet", b"info", b"pict", b"object", b"header", b"footer", b"generator", b"listtable"}
)
_SAID = {
    b"par": "\n", b"line": "\n", b"tab": "\t", b"lquote": "‘", b"rquote": "’", b"ldblquote": "“", b"rdblquote": "”",
    b"bullet": "•", b"endash": "–", b"emdash": "—", b"enspace": " ", b"emspace": " ", b"cell": "\t", b"row": "\n",
}  # fmt: skip
_SIGNS = {b"\\": "\\", b"{": "{", b"}": "}", b"~": "\u00a0", b"_": "\u00ad", b"-": "", b"\n": "\n", b"\r": "\n"}
_CHARSETS = {
    0: "cp1252", 128: "cp932", 129: "cp949", 134: "cp936", 136: "cp950", 161: "cp1253", 162: "cp1254", 163: "cp1258",
    177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250",
}  # fmt: skip
_DEEPEST = 1_000


@dataclass(slots=True)
class _Group:
    skipped: bool = False
    for_rtf: bool = False  # between \htmlrtf and \htmlrtf0
    fonts: bool = False
    mark: bool = False  # inside of \*\htmltag: the HTML's own words
    starred: bool = False
    font: int = -1
    unicode_skip: int = 1

    def inner(self) -> _Group:
        """A group inside of this one."""
        return _Group(self.skipped, self.for_rtf, self.fonts, self.mark, False, self.font, self.unicode_skip)


@cache
def _codec(charset: str) -> str:
    """No ladder as for mail (``charsets``): each run of letters names its charset, and is too short to guess from."""
    try:
        return codecs.lookup(charset).name
    except LookupError:
        return "cp1252"


@dataclass(slots=True)
class _Text:
    pieces: list[str] = field(default_factory=list)
    octets: bytearray = field(default_factory=bytearray)
    charset: str = "cp1252"

    def add(self, text: str) -> None:
        self.flush()
        self.pieces.append(text)

    def add_octets(self, octets: bytes, charset: str) -> None:
        if charset != self.charset:
            self.flush()
            self.charset = charset
        self.octets += octets

    def flush(self) -> None:
        if self.octets:
            self.pieces.append(self.octets.decode(_codec(self.charset), "replace"))
            self.octets.clear()


def read_rtf(rtf: bytes) -> tuple[str, bool]:
    """What it says, and whether that is HTML."""
    return _Reading(rtf[:MOST]).read()


class _Reading:
    def __init__(self, rtf: bytes) -> None:
        self._rtf = rtf
        self._made = _Text()
        self._group = _Group()
        self._above: list[_Group] = []
        self._default = "cp1252"
        self._fonts: dict[int, str] = {}
        self._left_out = 0  # characters that stand in for a \u, for readers that do not know it
        self._is_html = False

    def read(self) -> tuple[str, bool]:
        """See ``read_rtf``."""
        for token in _TOKEN.finditer(self._rtf):
            if token[5]:
                self._brace(token[5])
            elif token[1]:
                self._word(token[1], int(token[2]) if token[2] else None)
            elif token[3]:
                self._octets(bytes.fromhex(token[3].decode()))
            elif token[4]:
                self._sign(token[4])
            elif token[6]:
                self._octets(token[6])
        self._made.flush()
        said = "".join(self._made.pieces).replace("\0", "")  # halves of a pair stand beside each other, and are joined
        return said.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace"), self._is_html

    def _brace(self, brace: bytes) -> None:
        self._left_out = 0
        if brace == b"{":
            if len(self._above) < _DEEPEST:
                self._above.append(self._group)
                self._group = self._group.inner()
        elif self._above:
            self._group = self._above.pop()

    def _sign(self, sign: bytes) -> None:
        if sign == b"*":
            self._group.starred = True
        elif sign in _SIGNS:
            self._say(_SIGNS[sign])

    def _word(self, word: bytes, number: int | None) -> None:
        group = self._group
        if word == b"htmltag":
            group.mark, group.starred = True, False
        elif group.starred or word in _SKIPPED:
            group.skipped, group.starred = True, False
        elif word == b"htmlrtf":
            group.for_rtf = number != 0
        elif word == b"fromhtml":
            self._is_html = True
        elif word == b"fonttbl":
            group.fonts = True
        elif word in (b"ansicpg", b"fcharset", b"f", b"uc"):
            self._setting(word, number or 0)
        elif word == b"u" and number is not None:
            self._say(chr(number & 0xFFFF))  # a UTF-16 unit as a signed number
            self._left_out = group.unicode_skip
        elif word in _SAID:
            self._say(_SAID[word])

    def _setting(self, word: bytes, number: int) -> None:
        if word == b"ansicpg":
            self._default = f"cp{number}" if number != 65001 else "utf-8"
        elif word == b"f":
            self._group.font = number
        elif word == b"uc":
            self._group.unicode_skip = min(max(number, 0), 10)
        elif self._group.fonts and number in _CHARSETS and (number or self._default == "cp1252"):
            self._fonts[self._group.font] = _CHARSETS[number]

    def _is_shown(self) -> bool:
        group = self._group
        return not (group.skipped or group.fonts or group.for_rtf)

    def _say(self, text: str) -> None:
        if self._is_shown():
            self._made.add(text)

    def _octets(self, octets: bytes) -> None:
        left_out = min(self._left_out, len(octets))
        self._left_out -= left_out
        octets = octets[left_out:]
        if octets and self._is_shown():
            font = "" if self._group.mark else self._fonts.get(self._group.font, "")
            self._made.add_octets(octets, font or self._default)
