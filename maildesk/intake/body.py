"""The reading of DATA: up to the lone dot, within the limits of memory, as one piece.

The end is CRLF "." CRLF and nothing else (RFC 5321, 4.1.1.4). Searched for in large chunks, not line by line: 2 KB or
50 MB are a handful of steps of C code, and a line may be as long as it likes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from maildesk.intake.gate import Gate
from maildesk.intake.line_ends import with_crlf
from maildesk.intake.oversize import Cutter

_END = b"\r\n.\r\n"


class Body:
    """The octets of one mail while they come in. ``free()`` must be called in the end, whatever happens."""

    def __init__(self, gate: Gate, keeps_the_beginning: bool) -> None:
        self._gate = gate
        self._keeps_the_beginning = keeps_the_beginning
        self._cutter = Cutter(gate.size_limit + 2)  # the CRLF that read_body puts in front
        self._booked = 0
        self.starved = False

    def add(self, chunk: bytes) -> None:
        """Takes a chunk, unless there is no room for it; then all of the mail is dropped, and it will be refused."""
        if not self.starved and not self.is_too_large:
            self._book(len(chunk))
        self._cutter.add(chunk)
        if self.starved or (self.is_too_large and not self._keeps_the_beginning):
            self.free()

    def _book(self, octets: int) -> None:
        octets = min(octets, self._gate.size_limit - self._booked)
        if self._gate.take_memory(octets):
            self._booked += octets
        else:
            self.starved = True

    @property
    def is_too_large(self) -> bool:
        return self._cutter.is_cut

    def finish(self) -> tuple[bytes, str]:
        """The mail as it is stored, and what was left out of it (a sentence, or nothing)."""
        raw = with_crlf(self._cutter.kept.replace(b"\r\n.", b"\r\n").removeprefix(b"\r\n"))
        return raw, self._cutter.left_out

    def free(self) -> None:
        """Gives the memory back. Harmless to repeat."""
        self._cutter.drop()
        self._gate.give_memory(self._booked)
        self._booked = 0


async def read_body(reader: asyncio.StreamReader, body: Body, alive: Callable[[], None]) -> None:
    """Reads up to and with the lone dot into ``body``; ``alive`` is called when the client has sent more.

    What was pipelined behind the mail stays in the reader. A client that hangs up before the dot cancels the task
    (aiosmtpd does that), and the half mail is nobody's: its server will bring the whole.
    """
    _put_back(reader, b"\r\n")  # the end of the DATA line begins the end of an empty mail
    while True:
        alive()
        try:
            chunk = await reader.readuntil(_END)
        except asyncio.LimitOverrunError as more:
            body.add(await reader.read(more.consumed))
        else:
            body.add(chunk[: -len(_END) + 2])
            return


def _put_back(reader: asyncio.StreamReader, octets: bytes) -> None:
    buffer: bytearray = getattr(reader, "_buffer")  # noqa: B009 - private, and there is no public way to look back
    buffer[:0] = octets
