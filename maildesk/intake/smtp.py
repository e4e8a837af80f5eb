"""Mail in by SMTP: one session is one connection of a mail server that brings us mail (RFC 5321).

Guarantees: 250 after DATA is said when the mail is committed and never before; whatever goes wrong on our side is 451
("try again later"), never a permanent refusal; the client hanging up does not undo a commit under way. Memory of a
session is bounded by the size limit, whatever is sent. Refused for good are only: addresses that are not ours (550
5.1.1), mail over the size limit (552), and nonsense commands.

Built on aiosmtpd 1.4, which does the conversation; overridden is what it gets wrong or slow (its own comments: 1.4.6):
the reading of DATA (memory, lines over 1000 octets refused, a line at a time), the parsing of addresses, EHLO (one
write instead of seven), the limit on command lines (shared by all connections), and login, which we do not have.

Does not: relay, authenticate, look into the mail, or add to it. The bytes are stored as sent, lines ending in CRLF;
the envelope stands beside them, so no Return-Path, Delivered-To or Received of ours is written into them.
"""

from __future__ import annotations

import asyncio
import re
import traceback
from collections import defaultdict

from aiosmtpd.smtp import SMTP, Envelope, Session, TLSSetupException

from maildesk import log
from maildesk.errors import Trouble
from maildesk.intake.body import Body, read_body
from maildesk.intake.gate import Gate
from maildesk.intake.incoming import Incoming

READ_LIMIT = 64 * 1024
"""Octets the reader buffers before the network waits. Larger was not faster; every connection may hold twice this."""

COMMAND_LIMIT = 2048
"""Octets of a command line; RFC 5321, 4.5.3.1.4 asks for 512 and more for each extension."""

REFUSALS_LIMIT = 20
"""Unknown recipients in one session; behind it is somebody who tries addresses."""

_ADDRESS = re.compile(r"<([\w.!#$%&'*+/=?^`{|}~-]+@[\w.-]+)>(?:\s+(.*))?\Z")
"""The addresses of nearly all mail: 60 times faster than the full grammar, to which the others go."""

LATER = "451 4.3.0 We cannot take mail at the moment, please try again later"


class SmtpSession(SMTP):
    """One connection. Handlers are methods here: ``self`` is its own aiosmtpd handler."""

    line_length_limit = READ_LIMIT  # aiosmtpd makes it the limit of its reader

    def __init__(self, gate: Gate, loop: asyncio.AbstractEventLoop) -> None:
        self.gate = gate
        self.refused = 0
        self._deadline = 0.0
        self.command_size_limits = defaultdict(lambda: COMMAND_LIMIT)
        super().__init__(
            self,
            data_size_limit=None if self.keeps_the_beginning else gate.size_limit,  # for SIZE= in MAIL
            enable_SMTPUTF8=True,
            hostname=gate.hostname,
            ident="maildesk",
            tls_context=gate.tls,
            timeout=gate.idle_timeout,
            loop=loop,
        )

    # -- the connection ------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.gate.sessions.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self.gate.sessions.discard(self)
        super().connection_lost(error)

    async def _handle_client(self) -> None:
        if self.gate.is_full:
            await self.push("421 4.3.2 Too many connections, please try again later")
            self._close()
            return
        try:
            await super()._handle_client()
        except (ConnectionError, asyncio.IncompleteReadError):
            self._close()  # the client went away between two commands: its good right

    def hang_up(self) -> None:
        """Ends the connection without a word; what was not acknowledged comes again."""
        self._close()

    def _close(self) -> None:
        if self.transport is not None:
            self.transport.close()

    def _reset_timeout(self, duration: float | None = None) -> None:
        """Moves the deadline; the timer looks for itself when it rings. A timer for every command cost 15 %."""
        self._deadline = self.loop.time() + (duration or self._timeout_duration)
        if self._timeout_handle is None:
            self._timeout_handle = self.loop.call_at(self._deadline, self._timeout_cb)

    def _timeout_cb(self) -> None:
        if self.loop.time() < self._deadline:
            self._timeout_handle = self.loop.call_at(self._deadline, self._timeout_cb)
        else:
            self._close()

    async def handle_exception(self, error: Exception) -> str:
        """A bug of ours never costs anybody a mail: 451. aiosmtpd's own answer is a permanent 500 with the text."""
        if not isinstance(error, TLSSetupException):  # a handshake that failed: the client's doing, aiosmtpd hangs up
            log.role_bug("receive", error, "".join(traceback.format_exception(error)), 0.0)
        return LATER

    # -- commands ------------------------------------------------------------------------------------------------

    async def smtp_EHLO(self, hostname: str) -> None:
        if not hostname:
            await self.push("501 5.5.4 Syntax: EHLO hostname")
            return
        self.envelope = self._create_envelope()
        assert self.session is not None
        self.session.extended_smtp = True
        self.session.host_name = hostname
        await self.push("\r\n".join(self._greeting()))

    def _greeting(self) -> list[str]:
        size = f"SIZE {self.gate.size_limit}"
        words = [self.hostname, "PIPELINING", size, "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES"]
        if self.gate.tls and not self._tls_protocol:
            words.append("STARTTLS")
        return [*(f"250-{word}" for word in words[:-1]), f"250 {words[-1]}"]

    async def smtp_AUTH(self, arg: str) -> None:
        await self.push("502 5.5.1 No login here: mail for the desk needs none")

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        """The address and what follows it, for MAIL and RCPT; (None, None) where it cannot be read."""
        match = _ADDRESS.match(arg)
        if match:
            return match[1], match[2] or ""
        try:
            return super()._getaddr(arg)
        except (IndexError, ValueError, AttributeError):  # the standard library's grammar on "<" and the like
            return None, None

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if not self.gate.recipients.accepts(address):
            return self._refuse()
        if len(envelope.rcpt_tos) >= self.gate.max_recipients:
            return "452 4.5.3 Too many recipients, please send the rest in another transaction"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    def _refuse(self) -> str:
        self.refused += 1
        if self.refused > REFUSALS_LIMIT:
            asyncio.get_running_loop().call_soon(self._close)
            return "421 4.7.0 Too many unknown recipients, goodbye"
        return "550 5.1.1 No such address here"

    # -- the mail ------------------------------------------------------------------------------------------------

    async def smtp_DATA(self, arg: str) -> None:
        refusal = self._not_now(arg)
        if refusal:
            await self.push(refusal)
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        body = Body(self.gate, keeps_the_beginning=self.keeps_the_beginning)
        try:
            await read_body(self._reader, body, self._reset_timeout)
            envelope, self.envelope = self.envelope, self._create_envelope()
            assert envelope is not None
            reply = await self._take(envelope, body)
        finally:
            body.free()
        await self.push(self._replies(envelope, reply))

    keeps_the_beginning = False
    """Whether mail over the limit is taken and cut. By SMTP it is refused: its sender's server will tell them."""

    def _not_now(self, arg: str) -> str:
        assert self.session is not None
        assert self.envelope is not None
        if not self.session.host_name:
            return "503 5.5.1 Say hello first"
        if not self.envelope.rcpt_tos:
            return "503 5.5.1 No valid recipients"
        return "501 5.5.4 Syntax: DATA" if arg else ""

    async def _take(self, envelope: Envelope, body: Body) -> str:
        if body.starved:
            return "452 4.3.1 Too much mail at once, please try again later"
        if body.is_too_large and not self.keeps_the_beginning:
            return f"552 5.3.4 This mail is larger than the {self.gate.size_limit} octets that we take"
        try:
            # Shielded: a client that hangs up now cancels this task, and would leave a commit half waited for.
            await asyncio.shield(self.gate.accept(self._incoming(envelope, body)))
        except Trouble:
            return LATER
        return "250 2.0.0 OK, it is in safe hands"

    def _incoming(self, envelope: Envelope, body: Body) -> Incoming:
        gate, (raw, left_out) = self.gate, body.finish()
        return Incoming(
            intake=gate.intake,
            sender="" if envelope.mail_from == "<>" else envelope.mail_from,
            recipients=tuple(dict.fromkeys(envelope.rcpt_tos)),
            raw=raw,
            arrived_at=gate.clock(),
            authserv_id=gate.authserv_id,
            trusted_results=gate.trusted_results,
            spam=gate.is_spam(raw),
            left_out=left_out,
        )

    def _replies(self, envelope: Envelope, reply: str) -> str:
        return reply
