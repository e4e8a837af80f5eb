"""One kept SMTP connection to the relay (RFC 5321), on smtplib.

Guarantees: one mail is one transaction of MAIL, RCPT and DATA; every answer and every broken line ends as an
``Answer``; what goes over the line cannot end the mail early or smuggle a second one. Any exception but
``Unusable`` and ``Trouble`` is a bug.

Can be cut off from another thread at any moment (``cut_off``): the attempt then ends as a lost line.
"""

from __future__ import annotations

import contextlib
import re
import smtplib
import socket
import time
from collections.abc import Callable

from maildesk.outbox import answers, opening
from maildesk.outbox.answers import Answer, Stage, Verdict
from maildesk.outbox.envelope import needs_smtputf8
from maildesk.outbox.opening import BROKEN, Access, decoded
from maildesk.outbox.transport import stale_here

COMMAND_SECONDS = 120.0  # RFC 5321, 4.5.3.2 asks for 5 min; the attempt's limit of 5 min stands over it
QUIT_SECONDS = 5.0

_NO_SMTPUTF8 = "not handed over: this mail needs SMTPUTF8, which the relay does not offer"
_LINE_END = re.compile(rb"\r\n|\r|\n")


class Session:
    """A connection from connect to QUIT. Used by one thread at a time; ``cut_off`` by any."""

    def __init__(self, access: Access) -> None:
        """Does not connect."""
        self.idle_since = time.monotonic()
        self.transactions = 0
        self._access = access
        self._socket: socket.socket | None = None
        self._client: smtplib.SMTP | None = None
        self._cut = False

    def open(self) -> Session:
        """Connects, starts TLS and logs in. Raises ``Unusable``, or ``Trouble`` if the password cannot be read."""
        try:
            self._client = opening.connected(self._access, self._seen)
        except BaseException:  # whatever ended it, a half-open socket must not outlive it
            self._drop()
            raise
        return self

    def _seen(self, sock: socket.socket) -> None:
        self._socket = sock
        if self._cut:  # cut off while it was still connecting, when there was no socket to break
            _break(sock)

    def transact(
        self, sender: str, recipient: str, message_id: str, raw: bytes, still_true: Callable[[], bool]
    ) -> Answer:
        """One mail to one recipient; both addresses have passed ``envelope.checked``."""
        self.transactions += 1
        stage = Stage.MAIL
        try:
            for stage, command in self._envelope(sender, recipient, raw):
                code, text = self._say(command)
                if code // 100 != 2:
                    return self._over(answers.classify(stage, code, text))
            stage = Stage.DATA
            if not still_true():
                return self._over(stale_here())
            return self._data(raw, message_id)
        except _NoSmtpUtf8:
            return Answer(Verdict.REFUSED, "5.6.7", _NO_SMTPUTF8)
        except (*BROKEN, smtplib.SMTPResponseException) as error:
            return self._lost(stage, error)

    def _envelope(self, sender: str, recipient: str, raw: bytes) -> list[tuple[Stage, str]]:
        client, options = self._open_client(), ""
        if needs_smtputf8(sender, recipient, raw):
            if not client.has_extn("smtputf8"):
                raise _NoSmtpUtf8
            options = " SMTPUTF8"
        if not raw.isascii() and client.has_extn("8bitmime"):
            options += " BODY=8BITMIME"
        if client.has_extn("size"):
            options += f" SIZE={len(raw)}"  # RFC 1870: too big is refused before it is sent
        client.command_encoding = "utf-8"  # ASCII stays ASCII
        return [(Stage.MAIL, f"MAIL FROM:<{sender}>{options}"), (Stage.RCPT, f"RCPT TO:<{recipient}>")]

    def _data(self, raw: bytes, message_id: str) -> Answer:
        code, text = self._say("DATA")
        if code != 354:
            return self._over(answers.classify(Stage.DATA, code, text))
        client = self._open_client()
        client.send(dot_stuffed(raw))
        code, text = decoded(client.getreply())
        self.idle_since = time.monotonic()
        if code // 100 == 2:
            return answers.taken(code, text, self._access.host, message_id)
        return answers.classify(Stage.DATA, code, text)

    def _say(self, command: str) -> tuple[int, str]:
        code, text = decoded(self._open_client().docmd(command))
        if code < 200:
            raise smtplib.SMTPServerDisconnected(f"it answered {text!r}, which is not SMTP")
        return code, text

    def _open_client(self) -> smtplib.SMTP:
        client = self._client
        if client is None or client.sock is None:
            raise smtplib.SMTPServerDisconnected("the connection is closed")
        client.sock.settimeout(COMMAND_SECONDS)
        return client

    def _over(self, answer: Answer) -> Answer:
        """The transaction ends here: forget it at the relay, so that the session can be used again."""
        self.idle_since = time.monotonic()
        try:
            code, _ = self._say("RSET")
        except (*BROKEN, smtplib.SMTPResponseException):
            code = 0
        if code != 250:
            self.close()
        return answer

    def _lost(self, stage: Stage, error: Exception) -> Answer:
        self._drop()
        why = "cut off at the attempt's limit" if self._cut else str(error) or type(error).__name__
        return answers.lost(stage, f"the line to {self._access.name} broke at {stage.name}: {why}")

    @property
    def usable(self) -> bool:
        return self._client is not None and self._client.sock is not None

    def cut_off(self) -> None:
        """Breaks the line at once, whatever it is doing. Safe from any thread."""
        self._cut = True
        sock = self._socket
        if sock is not None:
            _break(sock)

    def close(self) -> None:
        """QUIT where the line still stands; never raises."""
        with contextlib.suppress(*BROKEN, smtplib.SMTPException):  # nothing depends on the leave-taking
            client = self._open_client()
            if client.sock is not None:
                client.sock.settimeout(QUIT_SECONDS)
            client.docmd("QUIT")
        self._drop()

    def _drop(self) -> None:
        sock, self._socket = self._socket, None
        if self._client is not None:
            self._client.close()
        if sock is not None:
            sock.close()


def _break(sock: socket.socket) -> None:
    with contextlib.suppress(OSError):  # already gone
        # not SSLSocket.shutdown: that one drops TLS first, and a racing send would go out in clear
        socket.socket.shutdown(sock, socket.SHUT_RDWR)


class _NoSmtpUtf8(Exception):
    """This mail needs SMTPUTF8 and the relay has none."""


def dot_stuffed(raw: bytes) -> bytes:
    """The content as it goes over the line (RFC 5321, 4.5.2): every line ends in CRLF and nothing else, dots doubled.

    A bare CR or LF would be read as a line end by some servers and not by others; between two that disagree a mail can
    smuggle a second one.
    """
    if not raw.count(b"\r\n") == raw.count(b"\n") == raw.count(b"\r"):
        raw = _LINE_END.sub(b"\r\n", raw)
    if not raw.endswith(b"\r\n"):
        raw += b"\r\n"
    stuffed = raw.replace(b"\r\n.", b"\r\n..")
    return (b"." if stuffed.startswith(b".") else b"") + stuffed + b".\r\n"
