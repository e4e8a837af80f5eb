"""Raw mail at rest: zstandard frames, cheap to write.

Level 1: mail is written once under the eyes of a waiting SMTP client and read a few times. No dictionary: one that is
trained on stored mail would keep people's sentences for ever. A frame names its own dictionary, so that one trained on
public text can be shipped later without touching what is stored.
"""

from __future__ import annotations

import threading

import zstandard

MOST_BODIES, LONGEST_KEPT = 3, 20_000_000
"""The newest bodies stay in memory for the next mail: a team's, in each of its languages."""

_here = threading.local()  # zstandard's contexts are not thread-safe, and making one costs more than packing a mail


def pack(raw: bytes) -> bytes:
    """The bytes to store. ``unpack`` gives exactly ``raw`` back."""
    packer = getattr(_here, "packer", None)
    if packer is None:
        packer = _here.packer = zstandard.ZstdCompressor(level=1, write_checksum=True)
    return bytes(packer.compress(raw))


def pack_pair(head: bytes, body: bytes) -> bytes:
    """The same for ``head + body``, a frame each: a body that many mails have (the very same bytes) is packed once."""
    kept: list[tuple[bytes, bytes]] = getattr(_here, "kept", [])
    packed = next((packed for each, packed in kept if each is body), None)
    if packed is None:
        packed = pack(body)
        _here.kept = [(body, packed), *kept[: MOST_BODIES - 1]] if len(body) <= LONGEST_KEPT else []
    return pack(head) + packed


def is_whole(stored: bytes) -> bool:
    """Whether ``unpack`` can give it back."""
    try:
        unpack(stored)
    except ValueError:
        return False
    return True


def unpack(stored: bytes) -> bytes:
    """What was packed. Raises ValueError where the stored bytes are damaged."""
    unpacker = getattr(_here, "unpacker", None)
    if unpacker is None:
        unpacker = _here.unpacker = zstandard.ZstdDecompressor()
    try:
        pieces: list[bytes] = []
        while stored or not pieces:
            frame = unpacker.decompressobj()
            pieces.append(frame.decompress(stored))
            if not frame.eof:  # cut off: that raises nothing
                raise ValueError("stored mail is damaged")
            stored = frame.unused_data
        return b"".join(pieces)
    except zstandard.ZstdError as error:
        raise ValueError("stored mail is damaged") from error
