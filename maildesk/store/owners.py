"""Who claimed what: each process names its claims and holds a lock that dies with it.

A claim is a row with ``claimed_by`` and a next attempt in ten minutes. A process that is killed cannot take its claims
back; but its lock is free from that moment (the kernel's ``flock`` on a file beside SQLite, a session's advisory lock
on PostgreSQL), so that whoever sees the free lock knows that the claim is void, and the work is taken up at once
instead of in ten minutes.

What can go wrong: when PostgreSQL restarts, or the line to it breaks, advisory locks are gone although we live; our
claims count as void then, and ``Owner.renew`` takes a new name. A mail that was being sent may be sent twice that once,
with the same Message-ID: guarantee 3's one case.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import secrets
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from sqlalchemy import URL, Connection, Engine, create_engine, exc, text
from sqlalchemy.pool import NullPool

from maildesk.errors import Trouble
from maildesk.store.trouble import explain, of_system

_TRY_LOCK = text("SELECT pg_try_advisory_lock(:key)")
_IS_FREE = text("SELECT pg_try_advisory_xact_lock(:key)")


class Owner(Protocol):
    """The name of a process's claims, and its lock."""

    @property
    def name(self) -> str: ...

    def gone(self, names: Iterable[str], connection: Connection) -> set[str]:
        """Those of the names whose process no longer lives."""

    def renew(self) -> None:
        """Checks that our own lock is still ours, and takes a new name and lock where it is not. Raises Trouble."""

    def release(self) -> None:
        """Gives the lock back."""


def owner_for(path: Path | None, server: URL | None) -> Owner:
    """The owner for a SQLite file, for a PostgreSQL server, or, without either, for memory. Raises Trouble."""
    if server is not None:
        return AdvisoryOwner(server)
    return MemoryOwner() if path is None else FileOwner(path)


class MemoryOwner:
    """A database in memory ends with its process: nobody is ever gone."""

    name = "memory"

    def gone(self, names: Iterable[str], connection: Connection) -> set[str]:
        return {name for name in names if name != self.name}

    def renew(self) -> None:
        pass

    def release(self) -> None:
        pass


class FileOwner:
    """A file of our name in the folder ``<database>.owners``, locked by ``flock`` as long as this process lives."""

    def __init__(self, database: Path) -> None:
        self._folder = database.with_name(database.name + ".owners")
        try:
            self._folder.mkdir(exist_ok=True)
            self._sweep()
            self.name, self._file = self._take()
        except OSError as error:
            raise of_system(error, self._folder) from error

    def _take(self) -> tuple[str, int]:
        while True:
            name = f"{os.getpid()}-{secrets.token_hex(6)}"
            path = self._folder / name
            file = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
            if _lock(file) and _same(file, path):
                return name, file
            os.close(file)  # another process swept it between our two calls

    def _sweep(self) -> None:
        for path in self._folder.iterdir():
            self._is_gone(path.name)

    def gone(self, names: Iterable[str], connection: Connection) -> set[str]:
        return {name for name in names if name != self.name and self._is_gone(name)}

    def _is_gone(self, name: str) -> bool:
        if not re.fullmatch(r"\d+-[0-9a-f]+", name):
            return True  # not a name of ours: a copied or converted database
        path = self._folder / name
        try:
            file = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            return True
        except OSError:
            return False  # cannot be told; the claim ends by itself
        try:
            free = _lock(file)
            if free:
                path.unlink(missing_ok=True)
            return free
        finally:
            os.close(file)

    def renew(self) -> None:
        pass  # flock cannot be lost while we live

    def release(self) -> None:
        (self._folder / self.name).unlink(missing_ok=True)
        os.close(self._file)


def _lock(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _same(file: int, path: Path) -> bool:
    try:
        return os.fstat(file).st_ino == path.stat().st_ino
    except FileNotFoundError:
        return False


class AdvisoryOwner:
    """An advisory lock of our name, held by a session of its own as long as this process lives."""

    def __init__(self, url: URL) -> None:
        self._url = url
        self._using = threading.Lock()
        self._engine: Engine | None = None
        self._take()

    def _take(self) -> None:
        self.name = f"{os.getpid()}-{secrets.token_hex(6)}"
        self._engine = create_engine(
            self._url.set(drivername="postgresql+psycopg"), poolclass=NullPool, isolation_level="AUTOCOMMIT",
            connect_args={"connect_timeout": 10, "application_name": f"maildesk owner {self.name}"},
        )  # fmt: skip
        try:
            self._session = self._engine.connect()
            self._session.execute(_TRY_LOCK, {"key": _key(self.name)})
        except exc.SQLAlchemyError as error:
            raise _trouble(error, self._url) from error

    def gone(self, names: Iterable[str], connection: Connection) -> set[str]:
        """The caller's transaction holds a free lock until it ends: two sweepers do not void one claim twice."""
        return {name for name in names if name != self.name and self._is_gone(name, connection)}

    def _is_gone(self, name: str, connection: Connection) -> bool:
        return bool(connection.execute(_IS_FREE, {"key": _key(name)}).scalar_one())

    def renew(self) -> None:
        with self._using:
            try:
                self._session.execute(text("SELECT 1"))
            except exc.SQLAlchemyError:
                self._session.close()
                self._take()

    def release(self) -> None:
        with self._using:
            self._session.close()


def _key(name: str) -> int:
    return int.from_bytes(hashlib.sha256(b"maildesk owner " + name.encode()).digest()[:8], "big", signed=True)


def _trouble(error: exc.SQLAlchemyError, url: URL) -> Trouble:
    where = url.render_as_string(hide_password=True)
    return explain(error, where) or Trouble(f"The database server {where} gave no lock. maildesk tries again.")
