"""Mail written to a Maildir instead of a relay: for a first look without a mail server.

Guarantees: a mail is in ``new`` whole or not at all (written to ``tmp``, synced, moved, the folder synced); names are
unique across processes and hosts (https://cr.yp.to/proto/maildir.html). The envelope, which a Maildir has no place for,
stands in front of the mail: Return-Path and X-Envelope-To, and Delivered-To.

Can go wrong: a full disk, a folder we may not write to. That is ``DOWN``, like a relay that does not answer.
"""

from __future__ import annotations

import itertools
import os
import socket
import time
from collections.abc import Callable
from pathlib import Path

from maildesk.errors import Refusal
from maildesk.outbox.answers import Answer, Verdict
from maildesk.outbox.transport import Parcel, refused_here, stale_here

_counter = itertools.count()
_HOST = socket.gethostname().replace("/", r"\057").replace(":", r"\072")


class Maildir:
    """A transport that takes every mail. Safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, parcel: Parcel, still_true: Callable[[], bool]) -> Answer:
        try:
            sender, recipient = parcel.checked()
        except Refusal as refusal:
            return refused_here(refusal)
        if not still_true():
            return stale_here()
        try:
            path = self._write(_with_envelope(sender, recipient, parcel.raw))
        except OSError as error:
            return Answer(Verdict.DOWN, "4.3.0", f"Cannot write to the Maildir {self.folder}: {error.strerror}.")
        return Answer(Verdict.TAKEN, "2.0.0", f"written to {path}")

    def _write(self, mail: bytes) -> Path:
        for name in ("tmp", "new", "cur"):
            (self.folder / name).mkdir(mode=0o700, parents=True, exist_ok=True)
        name = unique_name()
        tmp, new = self.folder / "tmp" / name, self.folder / "new" / name
        try:
            _write_synced(tmp, mail)
            tmp.rename(new)
        except OSError:
            tmp.unlink(missing_ok=True)
            raise
        _sync_folder(self.folder / "new")
        return new

    def cut_off(self, started_before: float) -> None:
        """Nothing to cut: a local write ends by itself."""

    def tidy(self) -> None:
        """Nothing is kept open."""

    def close(self) -> None:
        """Nothing is kept open."""


def unique_name() -> str:
    """Seconds, microseconds, process and a count: unique on this host, and the host's name for the rest."""
    now = time.time_ns()
    return f"{now // 10**9}.M{now // 1000 % 10**6}P{os.getpid()}Q{next(_counter)}.{_HOST}"


def _with_envelope(sender: str, recipient: str, raw: bytes) -> bytes:
    head = f"Return-Path: <{sender}>\r\nDelivered-To: {recipient}\r\nX-Envelope-To: {recipient}\r\n"
    return (head.encode() + raw).replace(b"\r\n", b"\n")  # in a Maildir lines end as the system's do


def _write_synced(path: Path, data: bytes) -> None:
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


