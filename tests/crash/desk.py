"""A desk on disk that dies: the real roles, a SQLite file, a Maildir, and a clock that lies in a file.

Whatever must outlive a crash is on disk. ``Points`` counts the durable effects, each commit that changed something and
each hand-over to the relay, and kills the process with SIGKILL right before or right after the one it is told.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from maildesk import app
from maildesk.config import load
from maildesk.daemon.stage import Collector, Roles, Stage, VirtualClock
from maildesk.outbox.answers import Answer
from maildesk.outbox.maildir import Maildir
from maildesk.outbox.transport import Parcel
from maildesk.replies.templates import Templates
from maildesk.store.arrivals import NewArrival
from maildesk.store.database import Database
from maildesk.store.tables import deliveries
from tests.worlds.post import Out, envelope, fill
from tests.worlds.script import MailIn, Script


class Points:
    """Counts effects; at number ``at`` the process is no more."""

    def __init__(self, at: int | None = None) -> None:
        self.at = at
        self.count = 0

    def pass_by(self) -> None:
        """One moment at which the machine may die."""
        self.count += 1
        if self.count == self.at:
            os.kill(os.getpid(), signal.SIGKILL)


class DyingDatabase(Database):
    """A database whose process may die right before and right after each commit that changes something."""

    def __init__(self, url: str, clock: VirtualClock, points: Points) -> None:
        super().__init__(url, clock)
        self._points = points

    @contextmanager
    def write(self, durable: bool = True) -> Iterator[Connection]:
        with super().write(durable) as connection:
            before = _changes(connection)
            yield connection
            changed = _changes(connection) != before
            if changed:
                self._points.pass_by()
        if changed:
            self._points.pass_by()


def _changes(connection: Connection) -> int:
    driver: Any = connection.connection.dbapi_connection
    return int(driver.total_changes)


class DyingRelay(Collector):
    """A Maildir whose process may die right before and right after each hand-over."""

    def __init__(self, clock: VirtualClock, folder: Path, points: Points) -> None:
        super().__init__(clock)
        self._maildir = Maildir(folder)
        self._points = points

    def send(self, parcel: Parcel, still_true: Callable[[], bool]) -> Answer:
        self._points.pass_by()
        answer = self._maildir.send(parcel, still_true)
        self._points.pass_by()
        return answer


class FileClock(VirtualClock):
    """A virtual clock that goes on where it was after a crash."""

    def __init__(self, file: Path, start: datetime) -> None:
        self._file = file
        self._now = datetime.fromisoformat(file.read_text()) if file.exists() else start

    @property
    def now(self) -> datetime:
        return self._now

    @now.setter
    def now(self, moment: datetime) -> None:
        self._now = moment
        partial = self._file.with_suffix(".new")
        partial.write_text(moment.isoformat())
        partial.rename(self._file)


class Desk:
    """The desk of a folder, started; whether for the first time or after a crash is all the same to it."""

    def __init__(self, home: Path, script: Script, templates: Templates, points: Points) -> None:
        self.home = home
        self.script = script
        self.clock = FileClock(home / "clock", script.start)
        self.database = DyingDatabase(f"sqlite:///{home / 'maildesk.db'}", self.clock, points)
        settings = load(home / "maildesk.toml")
        built = app.build(settings, self.clock, app.random_id, self.database, templates)
        roles = Roles(built.process(), built.follow_up(), built.consequences)
        relay = DyingRelay(self.clock, home / "relay", points)
        self.stage = Stage(self.database, self.clock, settings.site, roles, relay)

    def live(self) -> None:
        """All events that nobody acknowledged so far, and then the time until the end."""
        for number, event in enumerate(self.script.events):
            acknowledged = self.home / f"acknowledged-{number}"
            if not acknowledged.exists() and isinstance(event, MailIn):
                self._until(self.script.start + event.at)
                self.stage.take(self._coming(event))
                acknowledged.touch()  # the sender saw our 250; until then it sends again
        self._until(self.script.start + self.script.until)

    def _until(self, moment: datetime) -> None:
        for _ in self.stage.run_until(moment):
            pass

    def _coming(self, event: MailIn) -> NewArrival:
        frozen = self.home / event.mail  # a mail that is sent again is the same mail
        if not frozen.exists():
            frozen.write_bytes(fill((self.script.folder / event.mail).read_bytes(), self.sent(), self.clock.now))
        sender, recipients = envelope(frozen.read_bytes())
        return NewArrival("smtp", sender, recipients, frozen.read_bytes(), self.clock.now, authserv_id="mx.example.com")

    def sent(self) -> list[Out]:
        """What the relay has, in its order."""
        with self.database.read() as connection:
            rows = connection.execute(select(deliveries.c.message_id, deliveries.c.recipient, deliveries.c.template))
            templates = {(row.message_id, row.recipient): row.template for row in rows}
        return [_out(path, templates) for path in sorted((self.home / "relay" / "new").glob("*"))]

    def close(self) -> None:
        self.stage.close()
        self.database.close()


def _out(path: Path, templates: dict[tuple[str, str], str]) -> Out:
    said = path.read_text()
    recipient, message_id = header(said, "Delivered-To"), header(said, "Message-ID").strip("<>")
    sender, at = header(said, "Return-Path").strip("<>"), parsedate_to_datetime(header(said, "Date"))
    return Out(at, recipient, sender, templates[message_id, recipient], said.encode())


def header(said: str, name: str) -> str:
    """The first line of a header; "" where there is none. Our own mails need no parser."""
    return next((line.partition(": ")[2] for line in said.split("\n") if line.startswith(f"{name}: ")), "")
