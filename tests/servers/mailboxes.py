"""A mailbox of the private Dovecot as the role ``fetch`` reads it into a database of the test's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from maildesk.config import ImapSettings
from maildesk.daemon.fetch import Mailbox, mailbox_of
from maildesk.desk.words import Arrival, Fate
from maildesk.store import arrivals, cursors
from maildesk.store.cursors import Cursor
from maildesk.store.database import Database
from maildesk.store.tables import arrivals as rows
from tests.servers.dovecot import PASSWORD, Dovecot

DESK = "support@desk.test"


@dataclass
class Reader:
    """``read()`` is one poll. ``taken()`` is everything that was committed, oldest first."""

    database: Database
    settings: ImapSettings
    limit: int
    rings: list[str] = field(default_factory=list)
    mailbox: Mailbox = field(init=False)

    def __post_init__(self) -> None:
        self.start_again()

    def start_again(self) -> None:
        """As after a crash: nothing is known but what the database knows."""
        self.mailbox = mailbox_of(
            self.settings, self.limit, self.database, self.rings.append, lambda: datetime.now(UTC)
        )

    def read(self) -> float:
        return self.mailbox.read()

    def taken(self) -> Sequence[Arrival]:
        with self.database.read() as connection:
            ids = list(connection.execute(select(rows.c.id).order_by(rows.c.id)).scalars())
        claimed = {each.id: each for each in self._claimed()}
        return [claimed[each] for each in ids]

    def _claimed(self) -> list[Arrival]:
        with self.database.read() as connection:
            found = connection.execute(select(rows).order_by(rows.c.id)).all()
        return [arrivals._arrival(row) for row in found]

    def subjects(self) -> list[str]:
        lines = [mail.raw.split(b"Subject: ", 1)[-1].split(b"\r\n", 1)[0].decode() for mail in self.taken()]
        return sorted(lines)

    def cursor(self, folder: str = "INBOX") -> Cursor | None:
        with self.database.read() as connection:
            return cursors.get(connection, f"{self.mailbox.where}/{folder}")

    def process_all(self) -> None:
        """Stands for the role ``process``: gives every arrival its end, with the Message-ID it has."""
        for mail in self.taken():
            message_id = mail.raw.split(b"Message-ID: <", 1)[1].split(b">", 1)[0].decode()
            with self.database.write() as connection:
                arrivals.finish(connection, mail.id, Fate.FILED, "test", message_id=message_id)


def reader_of(dovecot: Dovecot, folder: Path, limit: int = 50_000_000, **settings: Any) -> Reader:
    """Reads a mailbox without TLS unless told otherwise; ``folder`` holds database and password."""
    password = folder / "password"
    password.write_text(settings.pop("password", PASSWORD))
    password.chmod(0o600)
    database = Database(f"sqlite:///{folder / 'desk.db'}")
    database.migrate()
    defaults = {name: each.get_default(call_default_factory=True) for name, each in ImapSettings.model_fields.items()}
    given = {
        "host": "127.0.0.1",
        "port": dovecot.imap,
        "tls": "none",
        "user": DESK,
        "password_file": password,
        **settings,
    }
    return Reader(database, ImapSettings.model_construct(**{**defaults, **given}), limit)


def mail(subject: str, body: str = "Text.", date: str = "") -> bytes:
    """A small mail with a Message-ID made of its subject."""
    dated = f"Date: {date}\r\n" if date else ""
    head = f"From: carla@customers.test\r\nMessage-ID: <{subject.replace(' ', '-')}@customers.test>\r\n{dated}"
    return f"{head}Subject: {subject}\r\n\r\n{body}\r\n".encode()
