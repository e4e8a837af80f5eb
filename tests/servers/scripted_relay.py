"""A relay on a real socket that answers as the test says: what Postfix cannot be made to do at a given moment.

It keeps every mail that it took. ``answer`` gets the command's verb (CONNECT, EHLO, MAIL, RCPT, DATA, the final dot as
".") and its argument; it returns the answer's lines, "" to hang up without one, or None for the ordinary answer.
"""

from __future__ import annotations

import base64
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

Script = Callable[[str, str], str | None]

ORDINARY = {
    "CONNECT": "220 relay.test",
    "DATA": "354 go on",
    "QUIT": "221 bye",
    ".": "250 2.0.0 Ok: queued as 4F2C91A0",
}


@dataclass
class Taken:
    """One transaction that reached its end."""

    sender: str
    recipients: list[str]
    raw: bytes


@dataclass
class ScriptedRelay:
    """Listens on a free loopback port from its construction on. Close it: it owns threads and sockets."""

    answer: Script = lambda verb, argument: None
    extensions: tuple[str, ...] = ("8BITMIME", "SIZE 10000000")
    tls: ssl.SSLContext | None = None
    implicit_tls: bool = False
    port: int = 0
    mails: list[Taken] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    connections: int = 0

    def __post_init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", self.port))
        self.port = self._listening.getsockname()[1]
        self._open: list[socket.socket] = []
        self._closing = False
        self._threads: list[threading.Thread] = []
        self._start(self._accept)

    def _start(self, target: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=target, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def close(self) -> None:
        self._closing = True
        for each in (self._listening, *self._open):
            with suppress(OSError):  # the other side was quicker
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        for thread in self._threads:
            thread.join()

    def hang_up(self) -> None:
        """Closes the lines that stand, and goes on listening."""
        for each in self._open:
            with suppress(OSError):  # the other side was quicker
                each.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        while not self._closing:
            try:
                line, _ = self._listening.accept()
            except OSError:
                return
            self._open.append(line)
            self.connections += 1
            self._start(self._serve, line)

    def _serve(self, line: socket.socket) -> None:
        try:
            if self.implicit_tls and self.tls:
                line = self.tls.wrap_socket(line, server_side=True)
                self._open.append(line)
            talk = _Talk(self, line)
            try:
                talk.run()
            finally:
                talk.file.close()
        except OSError:
            pass  # the client hung up
        finally:
            line.close()


class _Talk:
    """One session."""

    def __init__(self, relay: ScriptedRelay, line: socket.socket) -> None:
        self.relay, self.line, self.file = relay, line, line.makefile("rb")
        self.mail = Taken("", [], b"")

    def run(self) -> None:
        going = self.reply("CONNECT", "")
        while going:
            command = self.file.readline().decode("utf-8", "replace").rstrip("\r\n")
            if not command:
                return
            verb, _, argument = command.partition(" ")
            self.relay.commands.append(f"{verb.upper()} {argument}".strip())
            going = self.reply(verb.upper(), argument) and verb.upper() != "QUIT"

    def reply(self, verb: str, argument: str) -> bool:
        found = self.relay.answer(verb, argument)
        if found is None:
            found = self.ordinary(verb, argument)
        if not found:
            return False
        if found.startswith("2"):  # before the client hears so, and the test looks
            self.took(verb, argument)
        self.line.sendall(found.encode() + b"\r\n")
        if verb == "STARTTLS" and self.relay.tls:
            self.begin_tls(self.relay.tls)
        if verb == "DATA" and found.startswith("354"):
            self.mail.raw = self.content()
            return self.reply(".", "")
        return not found.startswith("421")

    def ordinary(self, verb: str, argument: str) -> str:
        if verb == "EHLO":
            return "\r\n".join(["250-relay.test", *(f"250-{each}" for each in self.relay.extensions), "250 HELP"])
        if verb == "STARTTLS":
            return "220 go on" if self.relay.tls else "502 no"
        if verb == "AUTH":
            given = base64.b64decode(argument.partition(" ")[2]).decode()
            return "235 2.7.0 welcome" if given == "\0anna\0secret" else "535 5.7.8 Error: authentication failed"
        return ORDINARY.get(verb, "250 2.1.0 Ok")

    def took(self, verb: str, argument: str) -> None:
        if verb == "MAIL":
            self.mail = Taken(argument.partition("<")[2].partition(">")[0], [], b"")
        elif verb == "RCPT":
            self.mail.recipients.append(argument.partition("<")[2].partition(">")[0])
        elif verb == ".":
            self.relay.mails.append(self.mail)

    def begin_tls(self, tls: ssl.SSLContext) -> None:
        self.file.close()
        self.line = tls.wrap_socket(self.line, server_side=True)
        self.relay._open.append(self.line)
        self.file = self.line.makefile("rb")
        self.relay.extensions = tuple(each for each in self.relay.extensions if each != "STARTTLS")

    def content(self) -> bytes:
        lines = []
        while (line := self.file.readline()) != b".\r\n":
            if not line:
                raise ConnectionError("the client hung up within the content")
            lines.append(line[1:] if line.startswith(b".") else line)
        return b"".join(lines)
