"""``read``: ``parse`` for mail from anywhere, where reading it can be killed. Never raises, always comes back.

Ordinary mail is read in this process: ``parse`` is linear, and below ``Limits.in_process`` octets of text its worst
case is far under a second. What is larger goes to a worker process that is kept warm; if it is not done in
``Limits.seconds``, or dies, it is killed, and the mail gets a plain letter: header fields, the text as it came, and a
problem that says so. Nothing is lost: the arrival keeps its octets.

Cost of the worker: 0.1 ms a call and the time to copy the mail; 0.3 s once to start. One mail at a time: concurrent
callers wait for each other, which is right for a path that one mail in a thousand takes. ``close`` ends the worker; it
ends by itself with this process, since its input closes.
"""

from __future__ import annotations

import atexit
import pickle
import select
import struct
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import replace

from maildesk.mail.letter import Automatic, Letter
from maildesk.mail.limits import DEFAULT_LIMITS, NOTHING_KNOWN, Known, Limits
from maildesk.mail.parsing import parse, parse_plainly
from maildesk.mail.worker import write_frame

_LENGTH = struct.Struct("!I")


def read(
    raw: bytes, limits: Limits = DEFAULT_LIMITS, known: Known = NOTHING_KNOWN, *, null_sender: bool | None = None
) -> Letter:
    """``parse``, bounded by ``limits.seconds``; see the module's page."""
    if is_ordinary(raw, limits):
        return parse(raw, limits, known, null_sender=null_sender)
    letter = _worker.read(raw, limits, replace(known, own_ids=NOTHING_KNOWN.own_ids), null_sender)
    if letter is None:
        problem = f"Reading it took more than {limits.seconds:g} seconds or too much memory; it is shown as it came."
        return parse_plainly(raw, limits, problem)
    if letter.message_id and known.own_ids(letter.message_id):
        return replace(letter, automatic=Automatic.OWN, reason="its Message-ID is one of ours", bounce=None)
    return letter


def is_ordinary(raw: bytes, limits: Limits) -> bool:
    """Whether this mail's worst case is known to be short: small, or large only by what is not text.

    Base64 in long runs is attachments: cheap to decode and never looked into. So octets count that are not of such
    runs.
    """
    if len(raw) <= limits.in_process:
        return True
    sample = range(0, len(raw), max(len(raw) // 256, 1))
    looks_encoded = sum(1 for place in sample if _is_base64(raw[place : place + 160]))
    return len(raw) * (1 - looks_encoded / len(sample)) <= limits.in_process and len(raw) <= limits.size


def _is_base64(piece: bytes) -> bool:
    return not piece.translate(None, _BASE64) and b"\n" in piece


_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=\r\n"


class _Worker:
    """A child process, started when first needed and again after each kill."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def read(self, raw: bytes, limits: Limits, known: Known, null_sender: bool | None) -> Letter | None:
        """The worker's letter, or None where it was not done in time or died."""
        with self._lock:
            process = self._alive()
            deadline = time.monotonic() + limits.seconds
            sender = threading.Thread(target=_send, args=(process, (raw, limits, known, null_sender)), daemon=True)
            sender.start()
            letter = _receive(process, deadline)
            if letter is None:
                self._kill()
            sender.join()
            return letter

    def _alive(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            command = [sys.executable, "-m", "maildesk.mail.worker"]
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
        return self._process

    def _kill(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    stream.close()

    def close(self) -> None:
        """Ends the child."""
        with self._lock:
            self._kill()


def _send(process: subprocess.Popen[bytes], content: object) -> None:
    assert process.stdin is not None
    with suppress(OSError, ValueError):  # the worker died or was killed meanwhile; the receiving side sees the same
        write_frame(process.stdin, content)


def _receive(process: subprocess.Popen[bytes], deadline: float) -> Letter | None:
    head = _octets(process, _LENGTH.size, deadline)
    body = _octets(process, _LENGTH.unpack(head)[0], deadline) if head else None
    if body is None:
        return None
    letter = pickle.loads(body)
    return letter if isinstance(letter, Letter) else None


def _octets(process: subprocess.Popen[bytes], count: int, deadline: float) -> bytes | None:
    """Exactly ``count`` octets from the worker before the deadline; None else."""
    assert process.stdout is not None
    pieces: list[bytes] = []
    while count > 0:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([process.stdout], [], [], left)[0]:
            return None
        piece = process.stdout.read(min(count, 1_048_576))
        if not piece:
            return None
        pieces.append(piece)
        count -= len(piece)
    return b"".join(pieces)


_worker = _Worker()
close = _worker.close
atexit.register(close)
