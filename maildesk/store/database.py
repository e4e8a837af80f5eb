"""The database: the only memory of maildesk. SQLite where nothing else is there, PostgreSQL where that is outgrown.

``with database.write() as connection:`` is one durable transaction, ``with database.read() as connection:`` one
consistent look. What leaves the block normally is committed, what raises is rolled back. Blocks of one thread do not
nest (RuntimeError): a transaction within a transaction is never what was meant.

Guarantees: a write block that ended was synced to disk. Two writers never lose an update: on SQLite they follow each
other, on PostgreSQL rows are locked or versions compared. ``write(durable=False)`` may be lost when the *power* fails,
never when only the process dies, and never out of order: right for claims, which a power cut voids anyway.

What can go wrong: everything that is the world's fault is raised as ``Trouble`` with a sentence that says the way out;
a violated constraint stays ``sqlalchemy.exc.IntegrityError`` for the caller that expects it. Network file systems are
not supported for SQLite: its locks do not work there.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, exc, make_url, text

from maildesk.errors import Trouble
from maildesk.store import engines
from maildesk.store.columns import Moment
from maildesk.store.owners import Owner, owner_for
from maildesk.store.trouble import explain

Clock = Callable[[], datetime]

_SERVER_CLOCK = text("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS now").columns(now=Moment)


class Database:
    """One database and this process's place in it. Thread-safe; construct one per process.

    ``url`` is ``sqlite:///relative``, ``sqlite:////absolute``, ``sqlite://`` (in memory, gone with the process) or
    ``postgresql://…``. ``clock`` replaces the time of the machine or server in rehearsals and tests. Without ``create``
    a missing SQLite file is ``Trouble`` instead of a new one. Nothing is opened before the first use.
    """

    def __init__(self, url: str, clock: Clock | None = None, create: bool = True) -> None:
        self.url = _parsed(url)
        self.sqlite = self.url.get_backend_name() == "sqlite"
        self.path = _path(self.url) if self.sqlite else None
        self.in_memory = self.sqlite and self.path is None
        self.where = str(self.path or "in memory") if self.sqlite else self.url.render_as_string(hide_password=True)
        self.engine = self._open(create)
        self._reading = self.engine if self.sqlite else self.engine.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )  # fmt: skip
        self._clock = clock
        self._writing = threading.Lock()  # SQLite's own waiting sleeps up to 100 ms at a time; a lock wakes at once
        self._here = threading.local()
        self._owner: Owner | None = None
        self._owning = threading.Lock()

    def _open(self, create: bool) -> Engine:
        if self.sqlite:
            return engines.sqlite_engine(self.path, create=create)
        return engines.postgresql_engine(self.url, f"maildesk {os.getpid()}")

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent look at the database; what is written meanwhile is not seen. Raises Trouble."""
        guard = self._turn() if self.in_memory else nullcontext()
        begin = "BEGIN" if self.sqlite and not self.in_memory else ""  # in memory nobody else has a connection
        with guard, self._transaction(self._reading, begin) as connection:
            yield connection

    @contextmanager
    def write(self, durable: bool = True) -> Iterator[Connection]:
        """One transaction that is on disk when the block ends. Raises Trouble, and IntegrityError of constraints."""
        guard: AbstractContextManager[None] = self._turn() if self.sqlite else nullcontext()
        with guard, self._transaction(self.engine, *self._to_write(durable)) as connection:
            yield connection

    def _to_write(self, durable: bool) -> tuple[str, ...]:
        if self.sqlite:
            sync = "" if self.in_memory else f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}"
            return sync, "BEGIN IMMEDIATE"
        return () if durable else ("SET LOCAL synchronous_commit = off",)

    @contextmanager
    def alter(self) -> Iterator[Connection]:
        """A write transaction in which tables may be rebuilt: SQLite checks foreign keys at its end only."""
        if not self.sqlite:
            with self.write() as connection:
                yield connection
            return
        with self._turn(), self._transaction(self.engine, "PRAGMA foreign_keys=OFF", "BEGIN IMMEDIATE") as connection:
            yield connection
            if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all():
                raise RuntimeError(f"a migration left rows without their parents: {broken[:3]}")
        if self.in_memory:
            with self.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA foreign_keys=ON")
        else:
            self.engine.dispose()  # the next connection has foreign keys on again

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if getattr(self._here, "connection", None) is not None:
            raise RuntimeError("a transaction within a transaction")  # before waiting for ourselves for ever
        if not self._writing.acquire(timeout=engines.BUSY_SECONDS * 3):
            raise Trouble(f"The database {self.where} has been busy for long. maildesk tries again by itself.")
        try:
            yield
        finally:
            self._writing.release()

    @contextmanager
    def _transaction(self, engine: Engine, *first: str) -> Iterator[Connection]:
        if getattr(self._here, "connection", None) is not None:
            raise RuntimeError("a transaction within a transaction")
        try:
            with engine.connect() as connection, self._marked(connection):
                try:
                    for statement in filter(None, first):
                        connection.exec_driver_sql(statement)
                    yield connection
                    connection.commit()
                except BaseException:
                    connection.rollback()
                    raise
        except exc.SQLAlchemyError as error:
            trouble = explain(error, self.where)
            if trouble is None:
                raise
            raise trouble from error

    @contextmanager
    def _marked(self, connection: Connection) -> Iterator[None]:
        self._here.connection = connection
        try:
            yield
        finally:
            self._here.connection = None

    def now(self) -> datetime:
        """The time of claims, aware in UTC: the given clock, else the machine's (SQLite) or the server's (PostgreSQL).

        Inside a block of this thread the block's connection is asked, outside one of its own. Raises Trouble.
        """
        if self._clock is not None:
            return self._clock()
        if self.sqlite:
            return datetime.now(UTC)
        connection = getattr(self._here, "connection", None)
        if connection is not None:
            return _server_time(connection)
        with self.read() as own:
            return _server_time(own)

    @property
    def owner(self) -> str:
        """The name of this process's claims. The first use takes the lock that shows others that we live."""
        return self.ownership().name

    def ownership(self) -> Owner:
        """This process's lock and the way to see whether others still hold theirs (``store.owners``)."""
        with self._owning:
            if self._owner is None:
                self._owner = owner_for(self.path, None if self.sqlite else self.url)
            return self._owner

    def migrate(self) -> None:
        """Brings the tables to this program's form, under a lock, in one transaction. Raises Trouble.

        Does nothing, and fast, where they have it already.
        """
        from maildesk.store.migrating import migrate  # alembic takes 0.2 s to import, and only here is it needed

        migrate(self)

    def close(self) -> None:
        """Gives connections and the owner's lock back. The claims of this process are void from here on."""
        with self._owning:
            if self._owner is not None:
                self._owner.release()
                self._owner = None
        self.engine.dispose()


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
        backend = parsed.get_backend_name()
    except exc.ArgumentError as error:
        raise Trouble("`database` is not a URL such as sqlite:///var/maildesk.db or postgresql://host/name.") from error
    if backend not in ("sqlite", "postgresql"):
        raise Trouble(f"maildesk keeps its data in SQLite or PostgreSQL, not in {backend}. Correct `database`.")
    return parsed


def _path(url: URL) -> Path | None:
    return None if url.database in (None, "", ":memory:") else Path(str(url.database)).absolute()


def _server_time(connection: Connection) -> datetime:
    now: datetime = connection.execute(_SERVER_CLOCK).scalar_one()
    return now
