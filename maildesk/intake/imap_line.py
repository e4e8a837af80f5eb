"""The line to an IMAP server: opened safely, guarded, and every fault of it one sentence (RFC 3501).

Guarantees: a password never crosses a network unencrypted; certificates are verified; no argument with CR, LF or NUL
is ever sent, because it would be read as a further command (imapclient #657: a Message-ID from a hostile mail in a
SEARCH runs IMAP in our session); every wait ends (``CONNECT_SECONDS``, ``READ_SECONDS``).

What the server or the network does wrong is ``Trouble``; ``LoginRefused`` is the kind that a person must mend.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, LoginError

from maildesk.config import ConfigFaults, ImapSettings, read_password
from maildesk.errors import Trouble

CONNECT_SECONDS = 30.0
READ_SECONDS = 120.0
"""How long one read may take. A fetch of a large mail is many reads."""


class LoginRefused(Trouble):
    """The server does not let us in: somebody must correct user or password. Retried, but rarely."""


@contextmanager
def explained(where: str) -> Iterator[None]:
    """Turns every fault of line and server into Trouble about the mailbox ``where``."""
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise Trouble(
            f"The certificate of the mailbox {where} is not trusted ({error.verify_message}). Use the name that is in "
            "the certificate as `host`, or name its authority with `ca_file`."
        ) from error
    except TimeoutError as error:
        raise Trouble(f"The mailbox {where} does not answer. maildesk tries again by itself.") from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise Trouble(
            f"The mailbox {where} cannot be reached ({reason}). Check host and port; maildesk tries again by itself."
        ) from error
    except IMAPClientAbortError as error:
        raise Trouble(f"The line to the mailbox {where} was lost ({_words(error)}). maildesk calls again.") from error
    except IMAPClientError as error:
        raise Trouble(f"The mailbox {where} answered: {_words(error)}. maildesk tries again by itself.") from error


def _words(error: Exception) -> str:
    return " ".join(str(error).split())[:200].rstrip(".")


def dial(settings: ImapSettings, where: str) -> Any:
    """A logged-in, guarded ``IMAPClient``. Raises Trouble; LoginRefused where a person must act."""
    if settings.tls == "none" and not is_loopback(settings.host):
        raise LoginRefused(
            f"The mailbox {where} would get its password unencrypted. Set tls to implicit or starttls: none is for a "
            "server on this machine alone."
        )
    password = _password(settings, where)
    with explained(where):
        client = _connect(settings)
        try:
            if settings.tls == "starttls":
                _encrypt(client, settings, where)
            _login(client, settings.user, password, where)
            client._cached_capabilities = None  # servers tell more after the login, IDLE among it
        except BaseException:  # nobody else knows this connection yet
            hang_up(client)
            raise
        return client


def _password(settings: ImapSettings, where: str) -> str:
    try:
        return read_password(settings.password_file)
    except ConfigFaults as faults:
        raise LoginRefused(f"No password for the mailbox {where}: {faults}") from faults


def _connect(settings: ImapSettings) -> Any:
    implicit = settings.tls == "implicit"
    client = IMAPClient(
        settings.host,
        port=settings.port or (993 if implicit else 143),
        ssl=implicit,
        ssl_context=_tls(settings) if implicit else None,
        timeout=SocketTimeout(CONNECT_SECONDS, READ_SECONDS),
    )
    client.normalise_times = False  # INTERNALDATE with its zone, not in this machine's without one
    client._imap.debug = 0  # imapclient formats every line for a log that nobody reads, passwords too
    # imapclient sends a SEARCH in two pieces, and without this each one costs 40 ms (Nagle and delayed ACK).
    client.socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    client._imap._command = guarded(client._imap._command)
    client._raw_command = guarded(client._raw_command)
    return client


def _tls(settings: ImapSettings) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(settings.ca_file) if settings.ca_file else None)


def _encrypt(client: Any, settings: ImapSettings, where: str) -> None:
    if not client.has_capability("STARTTLS"):
        raise LoginRefused(f"The mailbox {where} offers no STARTTLS. Set tls to implicit, and the port to 993.")
    client.starttls(_tls(settings))


def _login(client: Any, user: str, password: str, where: str) -> None:
    if client.has_capability("LOGINDISABLED"):
        raise LoginRefused(f"The mailbox {where} takes no passwords on this line. Set tls to implicit or starttls.")
    try:
        if (user + password).isascii():
            client.login(user, password)
        else:
            client.plain_login(user, password)  # LOGIN knows ASCII only; PLAIN is UTF-8 (RFC 4616)
    except LoginError as error:
        raise LoginRefused(
            f"The mailbox {where} refused the login: {_words(error)}. Check user and password_file; many providers "
            "want an app password here, or IMAP switched on first."
        ) from error


def guarded(send: Callable[..., Any]) -> Callable[..., Any]:
    """``send`` for harmless arguments only. Raises Trouble before anything of the others is sent."""

    def checked(*arguments: Any, **named: Any) -> Any:
        if any(map(_breaks_out, arguments)):
            raise Trouble(
                "An IMAP command was not sent: one of its arguments holds a line break or NUL. Look at user, password "
                "and folders in the config."
            )
        return send(*arguments, **named)

    return checked


def _breaks_out(argument: object) -> bool:
    if isinstance(argument, str):
        return any(sign in argument for sign in "\r\n\0")
    if isinstance(argument, bytes | bytearray):
        return any(sign in argument for sign in (b"\r", b"\n", b"\0"))
    return isinstance(argument, list | tuple) and any(map(_breaks_out, argument))


def is_loopback(host: str) -> bool:
    """Whether this host is the machine itself, by its name or number alone; no look-up that somebody could answer."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def hang_up(client: Any) -> None:
    """Ends the connection without a word. Never raises: the other side may be long gone."""
    try:
        client.shutdown()
    except (OSError, IMAPClientError, AttributeError):  # AttributeError: a line that was never whole
        return
