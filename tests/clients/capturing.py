"""The mails that real programs wrote, as they are kept: ``captured/<client>/<case>.eml``, lines ended by LF.

What servers added on the way is taken off. What differs from machine to machine or from second to second is replaced:
Date by the scene's, Message-ID by the client's and the case's name, names of this machine and of folders. All else is
the program's own: its headers, structure, encodings, quotes, signature.
"""

from __future__ import annotations

import re
import socket
from email.utils import format_datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.clients.scene import HERE, scene

CAPTURED = HERE / "captured"
_HEADER = re.compile(rb"(?m)^([!-9;-~]+):(.*(?:\r?\n[ \t].*)*)\r?\n")
_OF_SERVERS = frozenset({b"received", b"return-path", b"delivered-to", b"authentication-results", b"x-original-to"})


def kept(raw: bytes, client: str, case: str, folder: Path) -> bytes:
    """A mail as its program wrote it, fit to be kept. ``folder`` is where the program lived."""
    head, _, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    fixed = {
        b"date": format_datetime(scene().now.astimezone(ZoneInfo("Europe/Berlin"))).encode(),
        b"message-id": f"<{case}@{client}.example>".encode(),
    }

    def each(found: re.Match[bytes]) -> bytes:
        name = found[1].lower()
        if name in _OF_SERVERS:
            return b""
        return found[1] + b": " + fixed[name] + b"\n" if name in fixed else found[0]

    mail = _HEADER.sub(each, head + b"\n") + b"\n" + body
    for own in (socket.getfqdn(), socket.gethostname()):
        mail = mail.replace(own.encode(), b"client.example")
    return mail.replace(str(folder).encode(), b"/home/anna")


def path_of(client: str, case: str) -> Path:
    """Where a mail is kept."""
    return CAPTURED / client / f"{case}.eml"


def on_the_way(mail: bytes) -> bytes:
    """A kept mail with the line ends of the wire."""
    return mail.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
