"""Raw mail at rest: zstandard frames, cheap to write.

Level 1: mail is written once under the eyes of a waiting SMTP client and read a few times. No dictionary: one that is
trained on stored mail would keep people's sentences for ever. A frame names its own dictionary, so that one trained on
public text can be shipped later without touching what is stored.
"""

from __future__ import annotations

import threading

import zstandard

_here = threading.local()  # zstandard's contexts are not thread-safe, and making one costs more than packing a mail


def pack(raw: bytes) -> bytes:
    """The bytes to store. ``unpack`` gives exactly ``raw`` back."""
    packer = getattr(_here, "packer", None)
    if packer is None:
        packer = _here.packer = zstandard.ZstdCompressor(level=1, write_checksum=True)
    return bytes(packer.compress(raw))


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
        return bytes(unpacker.decompress(stored))
    except zstandard.ZstdError as error:
        raise ValueError("stored mail is damaged") from error
