"""The relay (smarthost) that carries our mail: one to four kept connections, opened when there is something to send.

Guarantees: STARTTLS is required unless the relay is on loopback; certificates are verified; a password in the URL is
refused (it would end in logs and listings). A kept line that the relay closed meanwhile is replaced within the same
attempt, as long as the relay has not been told a recipient.

Does not do: look up MX records, sign with DKIM, spread over several relays. That is the relay's work.
"""

from __future__ import annotations

import ipaddress
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from maildesk.errors import Refusal, Trouble
from maildesk.outbox.answers import Answer, Stage, Verdict, lost
from maildesk.outbox.opening import Access, StartTls, Unusable
from maildesk.outbox.session import Session
from maildesk.outbox.transport import Parcel, refused_here

IDLE_SECONDS = 60.0  # below the 300 s after which Postfix hangs up
MAILS_PER_LINE = 500  # some relays end a session after a thousand, a few with an error instead of a 421


@dataclass(frozen=True, slots=True)
class RelayOptions:
    """How to reach a relay. ``starttls`` None: required, but tried on loopback, and there not verified."""

    url: str
    user: str = ""
    password_file: Path | None = None
    verify: bool = True
    ca_file: Path | None = None
    starttls: StartTls | None = None
    hostname: str = ""


class Relay:
    """A transport over SMTP. Safe to use from several threads; each send has a line to itself."""

    def __init__(self, options: RelayOptions) -> None:
        """Raises ``ValueError`` with a sentence if the options make no sense. Does not connect."""
        self._access = access(options)
        self._lock = threading.Lock()
        self._idle: list[Session] = []
        self._busy: dict[Session, float] = {}

    def send(self, parcel: Parcel, still_true: Callable[[], bool]) -> Answer:
        try:
            sender, recipient = parcel.checked()
        except Refusal as refusal:
            return refused_here(refusal)
        began = time.monotonic()
        try:
            answer, reused = self._send_once(sender, recipient, parcel, still_true, began)
            while reused and answer.verdict is Verdict.DOWN:  # most likely it only closed a kept line: try a fresh one
                answer, reused = self._send_once(sender, recipient, parcel, still_true, began)
        except Unusable as unusable:
            return unusable.answer
        except Trouble as trouble:
            return lost(Stage.CONNECT, str(trouble))
        return answer

    def _send_once(
        self, sender: str, recipient: str, parcel: Parcel, still_true: Callable[[], bool], began: float
    ) -> tuple[Answer, bool]:
        session, reused = self._take(began)
        try:
            return session.transact(sender, recipient, parcel.message_id, parcel.raw, still_true), reused
        finally:
            self._give_back(session)

    def _take(self, began: float) -> tuple[Session, bool]:
        """A kept line (the last one used, so that others may grow old and go), or a new one, known before it opens."""
        with self._lock:
            reused = bool(self._idle)
            session = self._idle.pop() if reused else Session(self._access)
            self._busy[session] = began
        if not reused:
            try:
                session.open()
            except BaseException:  # a line that never opened is not busy
                self._give_back(session)
                raise
        return session, reused

    def _give_back(self, session: Session) -> None:
        keep = session.usable and session.transactions < MAILS_PER_LINE
        with self._lock:
            self._busy.pop(session, None)
            if keep:
                self._idle.append(session)
        if not keep:
            session.close()

    def cut_off(self, started_before: float) -> None:
        with self._lock:
            late = [session for session, began in self._busy.items() if began < started_before]
        for session in late:
            session.cut_off()

    def tidy(self) -> None:
        limit = time.monotonic() - IDLE_SECONDS
        with self._lock:
            tired = [session for session in self._idle if session.idle_since < limit]
            self._idle = [session for session in self._idle if session.idle_since >= limit]
        for session in tired:
            session.close()

    def close(self) -> None:
        with self._lock:
            idle, self._idle = self._idle, []
        for session in idle:
            session.close()

    def probe(self) -> None:
        """Connects, starts TLS, logs in and leaves, as ``maildesk check`` wants. Raises ``Trouble`` with a sentence."""
        try:
            Session(self._access).open().close()
        except Unusable as unusable:
            why = unusable.answer.response.removeprefix(f"relay {self._access.name} cannot be used: ")
            raise Trouble(f"The relay {self._access.name} cannot be used: {why}") from None


def access(options: RelayOptions) -> Access:
    """The options read and checked. Raises ``ValueError`` with a sentence."""
    url = urlsplit(options.url)
    if url.scheme not in ("smtp", "smtps") or not url.hostname or url.path not in ("", "/"):
        raise ValueError(f'relay is "{_without_password(options.url)}"; write smtp://HOST:PORT or smtps://HOST:PORT.')
    if url.username or url.password:
        raise ValueError("relay has a login in it; write user and password_file beside it instead.")
    implicit = url.scheme == "smtps"
    loopback = is_loopback(url.hostname)
    starttls: StartTls = "never" if implicit else options.starttls or ("try" if loopback else "require")
    return Access(
        host=url.hostname,
        port=url.port or (465 if implicit else 25),
        implicit_tls=implicit,
        starttls=starttls,
        context=_context(options, verify=options.verify and not (starttls == "try" and loopback)),
        user=options.user,
        password=_password_reader(options.password_file),
        hostname=options.hostname,
        loopback=loopback,
    )


def is_loopback(host: str) -> bool:
    """Whether mail to this host never leaves the machine. Names other than localhost are not looked up."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower().rstrip(".") == "localhost"


def _context(options: RelayOptions, *, verify: bool) -> ssl.SSLContext:
    """Raises ``ValueError`` if the file of authorities cannot be read."""
    if not verify:  # and so without the system's authorities, which take a while to load
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return context
    try:
        return ssl.create_default_context(cafile=str(options.ca_file) if options.ca_file else None)
    except OSError as error:  # ssl.SSLError is one
        raise ValueError(f"ca_file {options.ca_file} cannot be read: {error.strerror or error}.") from None


def _password_reader(path: Path | None) -> Callable[[], str] | None:
    """Reads the first line each time: a changed password needs no restart."""
    if path is None:
        return None

    def read() -> str:
        try:
            return path.read_text(encoding="utf-8").split("\n", 1)[0].rstrip("\r")
        except OSError as error:
            raise Trouble(f"The relay's password file {path} cannot be read: {error.strerror}.") from None

    return read


def _without_password(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}" if "@" in rest else url
