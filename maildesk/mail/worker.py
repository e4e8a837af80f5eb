"""The process in which ``safely`` reads doubtful mail: frames in on standard input, frames out on standard output.

A frame is four octets of length and a pickle. Nobody but our own parent writes to this process, so the pickle is ours;
what comes from outside is only octets inside of it. It ends when its input does.
"""

from __future__ import annotations

import pickle
import struct
import sys
from typing import IO

_LENGTH = struct.Struct("!I")


def write_frame(stream: IO[bytes], content: object) -> None:
    """Sends one value."""
    data = pickle.dumps(content, protocol=pickle.HIGHEST_PROTOCOL)
    stream.write(_LENGTH.pack(len(data)) + data)
    stream.flush()


def main() -> None:
    """Reads mails until the parent goes away; memory is bounded, so that a hostile mail costs only this process."""
    from maildesk.mail.parsing import parse

    _bound_memory()
    inbox, outbox = sys.stdin.buffer, sys.stdout.buffer
    while len(head := inbox.read(_LENGTH.size)) == _LENGTH.size:
        raw, limits, known, null_sender = pickle.loads(inbox.read(_LENGTH.unpack(head)[0]))
        write_frame(outbox, parse(raw, limits, known, null_sender=null_sender))


def _bound_memory() -> None:
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = 2_000_000_000
    resource.setrlimit(resource.RLIMIT_AS, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))


if __name__ == "__main__":
    main()
