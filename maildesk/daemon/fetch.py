"""The role ``fetch``: mailboxes read by IMAP, each in a thread of its own with a connection of its own.

A mailbox that is slow, refuses the login or lost its line never makes another one wait. Its thread works, then waits
for IDLE or the next poll, and on trouble hangs up and backs off: from 15 s to 15 min, to 30 min where the login is
refused (some providers lock an account that is tried too often). Trouble is told once: when it changes or ends.

The role's ``step`` starts the threads and looks whether they live. ``stop`` ends them wherever they wait.
"""

from __future__ import annotations

import re
import threading
import traceback
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from maildesk import log
from maildesk.config import ImapSettings, Settings
from maildesk.daemon.arriving import commit, size_limit
from maildesk.daemon.mailbox import Folder, Shelf
from maildesk.errors import Trouble
from maildesk.intake.imap import NoFolder, Session
from maildesk.intake.imap_line import LoginRefused
from maildesk.intake.incoming import Clock, Incoming
from maildesk.store import cursors
from maildesk.store.cursors import Cursor, CursorMove
from maildesk.store.database import Database
from maildesk.store.known_mail import known_message_ids

LOOK_EVERY = timedelta(seconds=30)
"""How often the role looks whether its threads live; well below systemd's watchdog."""

RENEW_IDLE = 240.0
"""Seconds; IDLE fails quietly, routers forget silent lines after five minutes, servers after thirty."""

BACK_OFF = (15.0, 900.0)
"""Seconds before the next try, first and last; doubling between."""

BACK_OFF_LOGIN = (60.0, 1800.0)

Note = Callable[[str, str], None]
"""Keeps the present trouble of a mailbox, by folder name; "" where there is none."""


class Mailbox:
    """One account: its connection, its folders, and when to try again. Used by one thread, but for ``interrupt``."""

    def __init__(self, settings: ImapSettings, size_limit: int, shelf: Shelf, note: Note, clock: Clock) -> None:
        port = settings.port or (993 if settings.tls == "implicit" else 143)
        self.where = f"{settings.user}@{settings.host}:{port}"
        self._settings = settings
        self._size_limit = size_limit
        self._note = note
        names = {folder: f"{self.where}/{folder}" for folder in settings.folders}
        self._folders = [Folder(settings, folder, name, shelf, clock) for folder, name in names.items()]
        self._session: Session | None = None
        self._failures = 0
        self._told = ""
        self._missing: dict[str, str] = {}  # folders that could not be opened, and why

    def read(self) -> float:
        """Reads until nothing is new; returns how long to wait, in seconds. Raises nothing but bugs."""
        try:
            session = self._session = self._session or Session(self._settings, self.where, self._size_limit)
            for folder in self._folders:
                self._read_folder(folder, session)
        except Trouble as trouble:
            return self.failed(str(trouble), BACK_OFF_LOGIN if isinstance(trouble, LoginRefused) else BACK_OFF)
        self._recovered()
        return self._settings.poll_every.total_seconds()

    def _read_folder(self, folder: Folder, session: Session) -> None:
        try:
            while folder.read(session):
                self._recovered()
        except NoFolder as trouble:  # the other folders have mail too
            if _gist(str(trouble)) != _gist(self._missing.get(folder.name, "")):
                log.mailbox_trouble(folder.name, str(trouble))
            self._missing[folder.name] = str(trouble)
        else:
            self._missing.pop(folder.name, None)
        self._note(folder.name, self._missing.get(folder.name, ""))

    def idle(self, seconds: float) -> bool:
        """Waits by IDLE where that is possible; False where the caller must wait. A dead line is found by ``read``."""
        if self._session is None or not self._session.can_idle:
            return False
        try:
            if len(self._folders) > 1:
                self._session.select(self._settings.folders[0], writable=False)
            self._session.wait(min(seconds, RENEW_IDLE))
        except Trouble:
            self.hang_up()
        return True

    def failed(self, sentence: str, back_off: tuple[float, float] = BACK_OFF) -> float:
        """Hangs up, tells the trouble if it is another than before, and returns the seconds to wait."""
        self.hang_up()
        first, last = back_off
        self._failures += 1
        if _gist(sentence) != _gist(self._told):
            self._told = sentence
            log.mailbox_trouble(self.where, sentence)
            for folder in self._folders:
                self._note(folder.name, sentence)
        return min(first * 2.0 ** (self._failures - 1), last)

    def _recovered(self) -> None:
        self._failures = 0
        if self._told:
            self._told = ""
            log.mailbox_contact(self.where, "works again", 0)

    def interrupt(self) -> None:
        """From another thread: ends whatever the mailbox waits for."""
        session = self._session
        if session is not None:
            session.interrupt()

    def hang_up(self) -> None:
        if self._session is not None:
            self._session.close()
            self._session = None


def _gist(sentence: str) -> str:
    """What stays the same when the same trouble is told again: servers add times and numbers to their answers."""
    return re.sub(r"\(\d[^)]*\)|\d+", "", sentence)


class Fetch:
    """All mailboxes."""

    name = "fetch"

    def __init__(self, mailboxes: Sequence[Mailbox]) -> None:
        self._mailboxes = mailboxes
        self._threads: dict[str, threading.Thread] = {}
        self._stopping = threading.Event()

    def step(self, now: datetime) -> datetime:
        """Starts every mailbox's thread that does not run."""
        for mailbox in self._mailboxes:
            thread = self._threads.get(mailbox.where)
            if (thread is None or not thread.is_alive()) and not self._stopping.is_set():
                thread = threading.Thread(
                    target=self._work, args=(mailbox,), name=f"fetch {mailbox.where}", daemon=True
                )
                self._threads[mailbox.where] = thread
                thread.start()
        return now + LOOK_EVERY

    def stop(self) -> None:
        """Ends all threads. What was fetched and not committed is fetched again next time."""
        self._stopping.set()
        for mailbox in self._mailboxes:
            mailbox.interrupt()
        for thread in self._threads.values():
            thread.join()

    def _work(self, mailbox: Mailbox) -> None:
        while not self._stopping.is_set():
            try:
                seconds = mailbox.read()
            except Exception as bug:  # a bug in one mailbox must not end the others: logged, and backed off from
                log.role_bug(self.name, bug, traceback.format_exc(), BACK_OFF[0])
                seconds = mailbox.failed(f"A bug of maildesk: {type(bug).__name__}. Its log has the trace.")
            if self._stopping.is_set() or not mailbox.idle(seconds):
                self._stopping.wait(seconds)
        mailbox.hang_up()


def build(settings: Settings, database: Database, ring: Callable[[str], None], clock: Clock) -> Fetch | None:
    """The role as configured; None where there is no mailbox. ``ring`` wakes another role."""
    if not settings.imap:
        return None
    return Fetch([mailbox_of(each, size_limit(settings), database, ring, clock) for each in settings.imap])


def mailbox_of(
    settings: ImapSettings, limit: int, database: Database, ring: Callable[[str], None], clock: Clock
) -> Mailbox:
    """One mailbox, wired to the database. Mail over ``limit`` octets is cut."""
    return Mailbox(settings, limit, _shelf(database, ring), _note(database), clock)


def _shelf(database: Database, ring: Callable[[str], None]) -> Shelf:
    def cursor(name: str) -> Cursor | None:
        with database.read() as connection:
            return cursors.get(connection, name)

    def begin(name: str, uidvalidity: int, last_uid: int) -> None:
        with database.write() as connection:
            cursors.first_contact(connection, name, uidvalidity, last_uid, database.now())

    def durable(batch: Sequence[Incoming], move: CursorMove | None) -> None:
        commit(database, batch, move)
        if batch:
            ring("process")

    return Shelf(cursor, begin, durable, lambda ids: known_message_ids(database, ids))


def _note(database: Database) -> Note:
    def note(name: str, trouble: str) -> None:
        try:
            with database.write(durable=False) as connection:
                cursors.checked(connection, name, database.now(), trouble)
        except Trouble:
            return  # for the eyes of operators only, and the log has it

    return note
