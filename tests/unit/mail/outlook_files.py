"""Outlook's ``.msg`` files, made for tests: a small writer of compound files ([MS-CFB]) and of MAPI properties.

``message`` gives what Outlook writes of a mail; ``compound`` any tree of folders and streams. What a test breaks, it
breaks in the octets.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
Tree = Mapping[str, "bytes | Tree"]
Value = str | bytes | int | bool | datetime
_SECTOR, _MINI, _CUTOFF = 512, 64, 4096


def compound(tree: Tree) -> bytes:
    """A compound file of these folders and streams."""
    entries: list[list[object]] = [["Root Entry", 5, FREE, FREE, FREE, b""]]
    _add(entries, 0, tree)
    mini, mini_fat, sectors, fat = bytearray(), list[int](), list[bytes](), list[int]()

    def laid(content: bytes) -> int:
        pieces = [content[at : at + _SECTOR].ljust(_SECTOR, b"\0") for at in range(0, len(content), _SECTOR)]
        first = len(sectors)
        sectors.extend(pieces)
        fat.extend([*range(first + 1, first + len(pieces)), END] if pieces else [])
        return first if pieces else END

    places = []
    for _, kind, *_, content in entries:
        assert isinstance(content, bytes)
        if kind != 2 or not content:
            places.append((END, 0))
        elif len(content) >= _CUTOFF:
            places.append((laid(content), len(content)))
        else:
            places.append((len(mini_fat), len(content)))
            count = -(-len(content) // _MINI)
            mini_fat.extend([*range(len(mini_fat) + 1, len(mini_fat) + count), END])
            mini += content.ljust(count * _MINI, b"\0")
    places[0] = (laid(bytes(mini)), len(mini))
    first_mini = laid(struct.pack(f"<{len(mini_fat)}I", *mini_fat).ljust(-(-len(mini_fat) * 4 // 512) * 512, b"\xff"))
    directory = b"".join(_entry(entry, place) for entry, place in zip(entries, places, strict=True))
    first_directory = laid(directory.ljust(-(-len(directory) // _SECTOR) * _SECTOR, b"\0"))
    return _file(sectors, fat, first_directory, first_mini)


def _add(entries: list[list[object]], parent: int, tree: Tree) -> None:
    """The entries of a folder: each the right neighbour of the one before, a tree without branches."""
    last = -1
    for name, content in tree.items():
        number = len(entries)
        entries.append([name, 2 if isinstance(content, bytes) else 1, FREE, FREE, FREE, b""])
        if last < 0:
            entries[parent][4] = number
        else:
            entries[last][3] = number
        last = number
        if isinstance(content, bytes):
            entries[number][5] = content
        else:
            _add(entries, number, content)


def _entry(entry: Sequence[object], place: tuple[int, int]) -> bytes:
    name = str(entry[0]).encode("utf-16-le")
    head = name.ljust(64, b"\0") + struct.pack("<HBBIII", len(name) + 2, entry[1], 1, *entry[2:5])
    return head + bytes(36) + struct.pack("<IQ", *place)


def _file(sectors: list[bytes], fat: list[int], first_directory: int, first_mini: int) -> bytes:
    """With the FAT behind everything, and behind it the sectors that name what of it the header has no room for."""
    fats = difats = 0
    while fats * 128 < len(fat) + fats + difats or difats * 127 < fats - 109:
        fats = -(-(len(fat) + fats + difats) // 128)
        difats = max(-(-(fats - 109) // 127), 0)
    first = len(sectors)
    where = list(range(first, first + fats))
    numbers = [*fat, *[FAT] * fats, *[FAT - 1] * difats]
    numbers += [FREE] * (fats * 128 - len(numbers))
    sectors += [struct.pack("<128I", *numbers[at : at + 128]) for at in range(0, len(numbers), 128)]
    for number in range(difats):
        named = where[109 + number * 127 : 236 + number * 127]
        behind = END if number == difats - 1 else first + fats + number + 1
        sectors.append(struct.pack("<128I", *named, *[FREE] * (127 - len(named)), behind))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, fats, first_directory, 0, _CUTOFF, first_mini, 1, END if not difats else
                        first + fats, difats)  # fmt: skip
    head += struct.pack("<109I", *(where + [FREE] * 109)[:109])
    return head + b"".join(sectors)


def properties(
    values: Mapping[int, Value], head: int, *, wide: bool = True, charset: str = "cp1252"
) -> dict[str, bytes]:
    """The streams of one object's properties. ``head``: octets before the first, 32, 24 or 8."""
    made: dict[str, bytes] = {}
    rows = b""
    for name, value in values.items():
        kind, row = _typed(value, wide)
        if isinstance(value, str):
            made[f"__substg1.0_{name:04X}{kind:04X}"] = value.encode("utf-16-le" if wide else charset)
        elif isinstance(value, bytes):
            made[f"__substg1.0_{name:04X}{kind:04X}"] = value
        rows += struct.pack("<HHI8s", kind, name, 6, row)
    return {"__properties_version1.0": bytes(head) + rows, **made}


def _typed(value: Value, wide: bool) -> tuple[int, bytes]:
    if isinstance(value, bool):
        return 0x000B, struct.pack("<?7x", value)
    if isinstance(value, int):
        return 0x0003, struct.pack("<i4x", value)
    if isinstance(value, datetime):
        since = value - datetime(1601, 1, 1, tzinfo=UTC)
        return 0x0040, struct.pack("<Q", int(since.total_seconds()) * 10_000_000)
    if isinstance(value, str):
        return (0x001F if wide else 0x001E), struct.pack("<I4x", len(value) * (2 if wide else 1))
    return 0x0102, struct.pack("<I4x", len(value))


def tree_of(
    values: Mapping[int, Value],
    people: Sequence[Mapping[int, Value]] = (),
    files: Sequence[Tree] = (),
    *,
    head: int = 32,
    wide: bool = True,
    charset: str = "cp1252",
) -> dict[str, bytes | Tree]:
    """A mail's folder: its own properties, its recipients, its files (``a_file``, ``a_mail``)."""
    made: dict[str, bytes | Tree] = {**properties(values, head, wide=wide, charset=charset)}
    for number, each in enumerate(people):
        made[f"__recip_version1.0_#{number:08X}"] = properties(each, 8, wide=wide, charset=charset)
    for number, file in enumerate(files):
        made[f"__attach_version1.0_#{number:08X}"] = file
    return made


def a_file(name: str, content: bytes, kind: str = "application/pdf", content_id: str = "") -> Tree:
    """A file of a mail."""
    values: dict[int, Value] = {0x3701: content, 0x3707: name, 0x370E: kind, 0x3705: 1}
    return properties({**values, **({0x3712: content_id} if content_id else {})}, 8)


def a_mail(name: str, inner: Tree) -> Tree:
    """A mail that another has as a file; ``inner`` is made with ``head=24``."""
    return {**properties({0x3705: 5, 0x3001: name}, 8), "__substg1.0_3701000D": inner}


def message(
    values: Mapping[int, Value],
    people: Sequence[Mapping[int, Value]] = (),
    files: Sequence[Tree] = (),
    *,
    wide: bool = True,
    charset: str = "cp1252",
) -> bytes:
    """The file that Outlook saves of a mail."""
    names = {
        "__nameid_version1.0": {"__substg1.0_00020102": b"", "__substg1.0_00030102": b"", "__substg1.0_00040102": b""}
    }
    return compound({**names, **tree_of(values, people, files, wide=wide, charset=charset)})
