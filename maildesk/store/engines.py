"""How connections to the two databases are opened, and what holds on each.

SQLite: write-ahead log, ``synchronous=FULL``, foreign keys, transactions begun by us (``BEGIN IMMEDIATE`` for writes:
through SQLAlchemy's own begin two writers lose updates without an error). PostgreSQL: psycopg 3 with a pool; reads are
repeatable and read only, writes are READ COMMITTED, with row locks where rows are claimed.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import URL, Engine, create_engine, event, exc
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool, StaticPool

from maildesk.errors import Trouble

BUSY_SECONDS = 10  # below the 5 minutes an SMTP client waits for our answer (RFC 5321, 4.5.3.2)
_POOL = 8  # more threads than roles: one connection each, and room for a few intakes
_CACHE_KIB = 8_000  # page cache of one SQLite connection; times the pool it must stay far below 150 MB


def sqlite_engine(path: Path | None, *, create: bool) -> Engine:
    """An engine on a file, or in memory where ``path`` is None. Without ``create`` the file must exist."""
    mode = "rwc" if create else "rw"
    target = ":memory:" if path is None else f"file:{quote(str(path))}?mode={mode}"

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(
            target, uri=path is not None, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False,
            cached_statements=512,
        )  # fmt: skip

    if path is None:
        engine = create_engine("sqlite://", creator=connect, poolclass=StaticPool, pool_reset_on_return=None)
    else:
        engine = create_engine(
            "sqlite://", creator=connect, poolclass=QueuePool, pool_size=_POOL, max_overflow=_POOL, pool_timeout=30,
            pool_reset_on_return=None,
        )  # fmt: skip
    event.listen(engine, "connect", _prepare_sqlite)
    return engine


_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    f"cache_size=-{_CACHE_KIB}",
    "temp_store=MEMORY",
)


def _prepare_sqlite(connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def postgresql_engine(url: URL, name: str) -> Engine:
    """An engine on a PostgreSQL server. ``name`` shows in pg_stat_activity. Raises Trouble where psycopg is missing."""
    options = f"-c lock_timeout={BUSY_SECONDS}s -c timezone=UTC"
    arguments = {"connect_timeout": 10, "application_name": name, "options": options}
    try:
        return create_engine(
            url.set(drivername="postgresql+psycopg"), connect_args=arguments, pool_size=_POOL, max_overflow=_POOL,
            pool_timeout=30,
        )  # fmt: skip
    except (ImportError, exc.NoSuchModuleError) as error:
        raise Trouble("PostgreSQL needs psycopg. Install it with `pip install maildesk[postgres]`.") from error
