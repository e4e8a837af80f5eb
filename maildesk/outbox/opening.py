"""How a session with the relay comes about: connect, TLS, EHLO, login (RFC 5321, 3.1; RFC 3207; RFC 4954).

Guarantees: the password is never said in clear except on loopback; where STARTTLS is required, a relay without it gets
nothing. Whatever fails is ``Unusable`` with an answer whose verdict is DOWN: it concerns every mail alike.
"""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from maildesk.outbox import answers
from maildesk.outbox.answers import Answer, Stage

CONNECT_SECONDS = 30.0
BROKEN = (OSError, smtplib.SMTPServerDisconnected)


StartTls = Literal["require", "try", "never"]


@dataclass(frozen=True, slots=True)
class Access:
    """Where the relay is and how we may talk to it. ``hostname`` is what we say in EHLO."""

    host: str
    port: int
    implicit_tls: bool = False
    starttls: StartTls = "require"
    context: ssl.SSLContext | None = field(default=None, repr=False)
    user: str = ""
    password: Callable[[], str] | None = field(default=None, repr=False)  # read anew for each connection
    hostname: str = ""
    loopback: bool = False  # what is said in clear never leaves the machine

    @property
    def name(self) -> str:
        return f"{self.host}:{self.port}"


class Unusable(Exception):
    """No session came about; ``answer`` says why (its verdict is always DOWN)."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.response)
        self.answer = answer


class _Client(smtplib.SMTP):
    """smtplib with TLS before the greeting where asked, and its socket known from the first moment on."""

    def __init__(self, access: Access, seen: Callable[[socket.socket], None]) -> None:
        self._access, self._seen = access, seen
        super().__init__(
            access.host, access.port, local_hostname=access.hostname or _our_name(), timeout=CONNECT_SECONDS
        )

    def connect(
        self, host: str = "localhost", port: int = 0, source_address: object = None
    ) -> tuple[int, bytes]:
        plain = socket.create_connection((host, port), CONNECT_SECONDS)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock, self.file = plain, None
        self._seen(plain)
        if self._access.implicit_tls:
            context = self._access.context or ssl.create_default_context()
            secured = context.wrap_socket(plain, server_hostname=host, do_handshake_on_connect=False)
            self.sock = secured
            self._seen(secured)  # before the handshake: that may hang as well
            secured.do_handshake()
        return self.getreply()


def connected(access: Access, seen: Callable[[socket.socket], None]) -> smtplib.SMTP:
    """A session that may say MAIL. ``seen`` is told each socket as soon as there is one, so that it can be cut off.

    Raises ``Unusable``, or ``Trouble`` if the password cannot be read.
    """
    try:
        return _introduced(_Client(access, seen), access, seen)
    except smtplib.SMTPResponseException as error:
        raise Unusable(_at_connect(error.smtp_code, error.smtp_error)) from None
    except ssl.SSLError as error:
        reason = getattr(error, "verify_message", "") or error.reason or str(error)
        raise Unusable(_not_reached(access, f"no TLS: {reason}")) from None
    except (*BROKEN, smtplib.SMTPException, UnicodeError) as error:
        raise Unusable(_not_reached(access, str(error) or type(error).__name__)) from None


def _introduced(client: _Client, access: Access, seen: Callable[[socket.socket], None]) -> _Client:
    try:
        seen(_secured(client, access))
        _log_in(client, access)
    except BaseException:  # nobody else knows this connection yet
        client.close()
        raise
    return client


def _secured(client: _Client, access: Access) -> socket.socket:
    """EHLO, STARTTLS where it is required or offered, EHLO again (RFC 3207, 4.2). The socket as it is then."""
    _expect(client.ehlo())
    if access.starttls == "require" and not client.has_extn("starttls"):
        raise Unusable(_not_reached(access, "it offers no STARTTLS, and mail does not leave this machine in clear"))
    if access.starttls != "never" and client.has_extn("starttls"):
        _expect(client.starttls(context=access.context or ssl.create_default_context()), 220)
        _expect(client.ehlo())
    if client.sock is None:
        raise smtplib.SMTPServerDisconnected("the connection is closed")
    return client.sock


def _log_in(client: _Client, access: Access) -> None:
    if not access.user or access.password is None:
        return
    if not (access.loopback or isinstance(client.sock, ssl.SSLSocket)):
        raise Unusable(_not_reached(access, "it offers no TLS, and a password is not said in clear"))
    try:
        client.login(access.user, access.password())
    except smtplib.SMTPNotSupportedError as error:
        raise Unusable(_not_reached(access, f"it offers no login we can use ({error})")) from None


def _expect(reply: tuple[int, bytes], code: int = 250) -> None:
    if reply[0] != code:
        raise smtplib.SMTPResponseException(*reply)


def _at_connect(code: int, text: bytes | str) -> Answer:
    return answers.classify(Stage.CONNECT, *decoded((code, text if isinstance(text, bytes) else text.encode())))


def _not_reached(access: Access, why: str) -> Answer:
    return answers.lost(Stage.CONNECT, f"relay {access.name} cannot be used: {why}")


def decoded(reply: tuple[int, bytes]) -> tuple[int, str]:
    """An answer as text; what it quotes of a mail may be any bytes."""
    return reply[0], reply[1].decode("utf-8", "replace")[:4000]


def _our_name() -> str:
    """For EHLO where nothing is configured: the host's name if it is a full one, else a literal (RFC 5321, 4.1.3)."""
    name = socket.gethostname()
    return name if "." in name and name.isascii() else "[127.0.0.1]"
