"""The role ``receive``: the desk's own mail server for incoming mail, by SMTP and LMTP.

All sessions run in one event loop in a thread of this role; the commits run in another (``group_commit``). The role's
``step`` only starts this and looks whether it is alive: mail comes when it comes. Each commit rings "process".

What can go wrong at the start (a port that is taken, a certificate that cannot be read) is ``Trouble`` from ``start``
or the first ``step``. Later trouble is told to the clients as 451, and they come again.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from maildesk import log
from maildesk.config import Settings, SmtpSettings
from maildesk.daemon.arriving import commit
from maildesk.daemon.group_commit import Commit, GroupCommit
from maildesk.intake.gate import Gate
from maildesk.intake.incoming import Clock, Incoming
from maildesk.intake.listening import open_lmtp, open_tcp, passed_by_systemd, tls_context
from maildesk.intake.lmtp import LmtpSession
from maildesk.intake.recipients import Recipients, recipients_of
from maildesk.intake.smtp import SmtpSession
from maildesk.store.database import Database

SWITCH_SECONDS = 0.001
"""After how long a thread that computes must let another have a turn, instead of Python's 5 ms: with those, sessions
wait for the commit's thread while they could answer. 12 % less work a mail at 10 sessions."""

LOOK_EVERY = timedelta(seconds=30)
"""How often the role looks whether its server is alive; well below systemd's watchdog."""


@dataclass(frozen=True, slots=True)
class Listener:
    """One listening socket and what is spoken there."""

    sock: socket.socket
    gate: Gate

    @property
    def where(self) -> str:
        name = self.sock.getsockname()
        return name if isinstance(name, str) else f"{name[0]}:{name[1]}"


class Receive:
    """Takes mail from the network. ``commit`` makes it durable; ``ring`` is called after each commit."""

    name = "receive"

    def __init__(self, smtp: SmtpSettings, recipients: Recipients, commit: Commit, clock: Clock) -> None:
        self._smtp = smtp
        self._recipients = recipients
        self._commit = commit
        self._clock = clock
        self._server: Server | None = None

    @property
    def addresses(self) -> dict[str, list[str]]:
        """Where it listens, by protocol: ``{"smtp": ["127.0.0.1:2525"], "lmtp": [...]}``; empty before the start."""
        found: dict[str, list[str]] = {"smtp": [], "lmtp": []}
        for listener in self.listeners:
            found[listener.gate.intake].append(listener.where)
        return found

    @property
    def listeners(self) -> Sequence[Listener]:
        """What it listens on; empty before the start."""
        return self._server.listeners if self._server else ()

    def start(self) -> None:
        """Listens; harmless to repeat. Raises Trouble with the way out where that is not possible."""
        if self._server is None:
            self._server = Server(self._listeners, self._commit)
            for listener in self._server.listeners:
                log.listening(listener.where, listener.gate.intake)

    def step(self, now: datetime) -> datetime:
        """Starts what does not run, and raises what made it end."""
        self.start()
        if self._server is not None and not self._server.is_alive:
            ended, self._server = self._server, None
            ended.stop()
            raise RuntimeError("the mail server's thread has ended") from ended.error
        return now + LOOK_EVERY

    def stop(self) -> None:
        """Stops listening, finishes the commit under way and hangs up. Harmless to repeat."""
        if self._server is not None:
            self._server.stop()
            self._server = None

    def _listeners(self, group: GroupCommit) -> list[Listener]:
        smtp = self._gate("smtp", group)
        lmtp = replace(smtp, intake="lmtp", tls=None, sessions=set())
        passed = passed_by_systemd()
        with ExitStack() as opened:  # closes them again where a later one cannot be opened
            tcp = [] if passed.get("smtp") else [opened.enter_context(open_tcp(where)) for where in self._smtp.listen]
            ours = self._smtp.lmtp and not passed.get("lmtp")
            local = [opened.enter_context(open_lmtp(self._smtp.lmtp))] if ours else []
            opened.pop_all()
        smtp_sockets = [*tcp, *passed.get("smtp", ())]
        lmtp_sockets = [*local, *passed.get("lmtp", ())]
        return [Listener(sock, smtp) for sock in smtp_sockets] + [Listener(sock, lmtp) for sock in lmtp_sockets]

    def _gate(self, intake: str, group: GroupCommit) -> Gate:
        smtp = self._smtp
        return Gate(
            intake=intake,
            accept=group.accept,
            recipients=self._recipients,
            clock=self._clock,
            hostname=smtp.hostname or socket.gethostname(),
            size_limit=smtp.size_limit,
            max_connections=smtp.max_connections,
            max_recipients=smtp.max_recipients,
            tls=tls_context(smtp.certificate, smtp.private_key),
            spam_header=smtp.spam_header,
            authserv_id=smtp.authserv_id,
            trusted_results=smtp.trusted_results,
        )


class Server:
    """An event loop in a thread with the sessions in it."""

    def __init__(self, listeners: Callable[[GroupCommit], list[Listener]], commit: Commit) -> None:
        self.error: BaseException | None = None
        self._group = GroupCommit(commit)
        self.listeners = listeners(self._group)
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="receive", daemon=True)
        self._thread.start()
        self._ready.wait()

    @property
    def is_alive(self) -> bool:
        return self._thread.is_alive()

    def stop(self) -> None:
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def _run(self) -> None:
        logging.getLogger("mail.log").setLevel(logging.ERROR)  # aiosmtpd's chatter about every odd command
        sys.setswitchinterval(SWITCH_SECONDS)
        try:
            self._loop.run_until_complete(self._serve())
        except BaseException as error:  # kept for `step`, which raises it in the role's thread
            self.error = error
        finally:
            self._ready.set()
            self._loop.close()
            for listener in self.listeners:
                listener.sock.close()

    async def _serve(self) -> None:
        servers = [await self._listen(listener) for listener in self.listeners]
        self._ready.set()
        await self._stop.wait()
        for server in servers:
            server.close()
        await self._group.close()
        await self._hang_up()

    async def _listen(self, listener: Listener) -> asyncio.AbstractServer:
        session = LmtpSession if listener.gate.intake == "lmtp" else SmtpSession
        is_unix = listener.sock.family == socket.AF_UNIX
        create = self._loop.create_unix_server if is_unix else self._loop.create_server
        return await create(lambda: session(listener.gate, self._loop), sock=listener.sock, backlog=128)

    async def _hang_up(self) -> None:
        sessions = [session for listener in self.listeners for session in listener.gate.sessions]
        tasks = [task for task in asyncio.all_tasks(self._loop) if task is not asyncio.current_task()]
        for session in sessions:
            session.hang_up()
        await asyncio.wait(tasks, timeout=5) if tasks else None


def build(settings: Settings, database: Database, ring: Callable[[str], None], clock: Clock) -> Receive | None:
    """The role as configured; None where the config listens nowhere. ``ring`` wakes another role."""
    if settings.smtp is None:
        return None

    def durable(batch: Sequence[Incoming]) -> None:
        commit(database, batch)
        ring("process")

    recipients = recipients_of(settings.site.desks, settings.smtp.hostname, settings.outgoing.reply_domain)
    return Receive(settings.smtp, recipients, durable, clock)
