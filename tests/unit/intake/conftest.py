"""A running ``receive`` whose commits land in a list, and a client that says exactly what the test says."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from maildesk.config import SmtpSettings
from maildesk.daemon.receive import Receive
from maildesk.intake.incoming import Incoming
from maildesk.intake.recipients import Recipients

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

OURS = Recipients(
    exact=frozenset({"support@example.com", "help@example.com"}),
    extended=(("support+", "@example.com"), ("help+", "@example.com")),
    reply_domains=frozenset({"reply.example.com"}),
    domains=frozenset({"example.com", "reply.example.com"}),
)


class Store:
    """Stands for the database: keeps what was committed, or fails as told."""

    def __init__(self) -> None:
        self.commits: list[list[Incoming]] = []
        self.before: Callable[[Sequence[Incoming]], None] = lambda batch: None

    def __call__(self, batch: Sequence[Incoming]) -> None:
        self.before(batch)
        self.commits.append(list(batch))

    @property
    def mails(self) -> list[Incoming]:
        return [mail for commit in self.commits for mail in commit]

    @property
    def mail(self) -> Incoming:
        (only,) = self.mails
        return only


class Client:
    """One connection. ``say`` sends octets as they are and returns the whole reply to the last command in them."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.sock.settimeout(20)
        self.file = sock.makefile("rb")
        self.greeting = self.reply()

    def reply(self) -> str:
        lines = []
        while True:
            line = self.file.readline().decode()
            lines.append(line.rstrip("\r\n"))
            if line[3:4] != "-":
                return "\n".join(lines)

    def send(self, octets: bytes) -> None:
        self.sock.sendall(octets)

    def say(self, *lines: str) -> str:
        reply = ""
        for line in lines:
            self.send(line.encode() + b"\r\n")
            reply = self.reply()
        return reply

    def envelope(self, *recipients: str, sender: str = "carla@example.net") -> str:
        return self.say(
            f"MAIL FROM:<{sender}>", *(f"RCPT TO:<{each}>" for each in recipients or ("support@example.com",))
        )

    def data(self, content: bytes) -> str:
        """The content as it goes over the line, stuffed already; the lone dot is added."""
        assert self.say("DATA").startswith("354")
        self.send(content + b".\r\n")
        return self.reply()

    def encrypt(self, authority: Path) -> None:
        """The handshake behind STARTTLS."""
        context = ssl.create_default_context(cafile=str(authority))
        self.file.close()
        self.sock = context.wrap_socket(self.sock, server_hostname="localhost")
        self.file = self.sock.makefile("rb")

    @property
    def is_closed(self) -> bool:
        return self.file.readline() == b""

    def close(self) -> None:
        self.file.close()
        self.sock.close()


class Running:
    """A ``receive`` on a free port and on a unix socket."""

    def __init__(self, role: Receive, store: Store) -> None:
        self.role = role
        self.store = store
        self.clients: list[Client] = []

    @property
    def port(self) -> int:
        return int(self.role.addresses["smtp"][0].rpartition(":")[2])

    def smtp(self, hello: str = "EHLO client.example.net") -> Client:
        return self._greet(socket.create_connection(("127.0.0.1", self.port)), hello)

    def lmtp(self, hello: str = "LHLO client.example.net") -> Client:
        sock = socket.socket(socket.AF_UNIX)
        sock.connect(self.role.addresses["lmtp"][0])
        return self._greet(sock, hello)

    def _greet(self, sock: socket.socket, hello: str) -> Client:
        client = Client(sock)
        self.clients.append(client)
        if hello:
            client.say(hello)
        return client


@pytest.fixture
def receive(tmp_path: Path) -> Iterator[Callable[..., Running]]:
    """``receive(**smtp_settings)`` starts one; everything is closed after the test."""
    started: list[Running] = []

    def start(**settings: Any) -> Running:
        store = Store()
        defaults = {"listen": ("127.0.0.1:0",), "lmtp": str(tmp_path / "lmtp"), "hostname": "mx.example.com"}
        role = Receive(
            SmtpSettings.model_construct(**{**_defaults(), **defaults, **settings}), OURS, store, lambda: NOW
        )
        role.start()
        started.append(Running(role, store))
        return started[-1]

    yield start
    for running in started:
        for client in running.clients:
            client.close()
        running.role.stop()


def _defaults() -> dict[str, Any]:
    return {name: field.get_default() for name, field in SmtpSettings.model_fields.items()}
