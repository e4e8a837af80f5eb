"""What the databases complain of, in one sentence each, with the way out.

``explain(error, where)`` turns an error of SQLAlchemy into ``Trouble`` where the world is in the way: a full disk, a
lock, a missing folder, an unreachable server, a clash that the next try will not have. It returns None where the error
is our bug (a broken statement, a violated constraint): those must be seen, not retried for ever.
"""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path

from sqlalchemy import exc

from maildesk.errors import Trouble

_LOCKED = "The database {where} is locked by another program. Find it with `fuser {where}`, or wait."
_FORBIDDEN = "The database {where} may not be written. Give the user of maildesk permission to it and its folder."

_SQLITE = {  # by primary result code, https://www.sqlite.org/rescode.html
    sqlite3.SQLITE_FULL: "The disk that holds the database {where} is full. Make room; mail waits until then.",
    sqlite3.SQLITE_BUSY: _LOCKED,
    sqlite3.SQLITE_LOCKED: _LOCKED,
    sqlite3.SQLITE_READONLY: _FORBIDDEN,
    sqlite3.SQLITE_PERM: _FORBIDDEN,
    sqlite3.SQLITE_IOERR: "The disk that holds the database {where} reports errors. See the system's log (`dmesg`).",
    sqlite3.SQLITE_NOTADB: "{where} is not a database. Move it away, or name another file under `database`.",
    sqlite3.SQLITE_CORRUPT: "The database {where} is damaged. Stop maildesk and restore the newest backup.",
    sqlite3.SQLITE_NOMEM: "There is not enough memory to use the database {where}. Free some; mail waits until then.",
}

_POSTGRESQL = {  # by SQLSTATE, https://www.postgresql.org/docs/current/errcodes-appendix.html; the longest prefix wins
    "53100": "The disk of the database server {where} is full. Make room there; mail waits until then.",
    "53200": "The database server {where} is out of memory. Free some there; mail waits until then.",
    "53300": "The database server {where} has no free connections. Raise max_connections, or run fewer nodes.",
    "57P": "The database server {where} is starting or stopping. maildesk tries again by itself.",
    "57014": "The database server {where} cut a statement off. See its statement_timeout and its log.",
    "08": "The connection to the database server {where} was lost. maildesk tries again by itself.",
    "25006": "The database server {where} takes no writes: it is a standby. Point `database` at the primary.",
    "28": "The database server {where} refused the login. Check user and password under `database`, and pg_hba.conf.",
    "3D000": "The database {where} does not exist. Create it with `createdb`, or correct `database`.",
    "42501": "The database {where} denies its user what maildesk needs. Make that user the owner of the database.",
    "40": "Another transaction in the database {where} was in the way. maildesk tries again by itself.",
    "55P03": "The database {where} is locked by another program. See pg_locks, or wait.",
    "58": "The database server {where} reports errors of its disk. See its log.",
}

_AT_THE_DOOR = {  # before a session exists, libpq gives no SQLSTATE, only the server's words
    "starting up": "57P",
    "shutting down": "57P",
    "too many clients": "53300",
    "connection slots": "53300",
    "authentication failed": "28",
    "no pg_hba.conf entry": "28",
    'role "': "28",
    'database "': "3D000",
}

_NO_TABLES = "The database {where} has no tables of maildesk. `maildesk run` creates them."
_NO_SERVER = "The database server {where} cannot be reached. Check that it runs, and host and port under `database`."
_NO_CONNECTION = "All connections to the database {where} are busy. maildesk tries again by itself."


def explain(error: exc.SQLAlchemyError, where: str) -> Trouble | None:
    """The ``Trouble`` that this error is, or None where it is a bug. ``where`` names the database, without password."""
    sentence = _sentence(error, where)
    return Trouble(sentence.format(where=where)) if sentence else None


def _sentence(error: exc.SQLAlchemyError, where: str) -> str | None:
    if isinstance(error, exc.TimeoutError):
        return _NO_CONNECTION
    if not isinstance(error, exc.DBAPIError) or error.orig is None:
        return None
    if isinstance(error.orig, sqlite3.Error):
        return _of_sqlite(error.orig, where)
    return _of_postgresql(error)


def _of_sqlite(error: sqlite3.Error, where: str) -> str | None:
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return None
    if code & 0xFF == sqlite3.SQLITE_CANTOPEN:
        return _cannot_open(Path(where))
    if str(error).startswith("no such table"):
        return _NO_TABLES
    return _SQLITE.get(code & 0xFF)


def _cannot_open(path: Path) -> str:
    if not path.parent.is_dir():
        return f"The folder {path.parent} for the database does not exist. Create it, or correct `database`."
    if not path.exists():
        return "There is no database {where}. `maildesk run` creates it, where its folder may be written."
    return _FORBIDDEN


def _of_postgresql(error: exc.DBAPIError) -> str | None:
    state = getattr(error.orig, "sqlstate", None)
    if state is None:
        return _without_session(error)
    if state == "42P01":
        return _NO_TABLES
    return next((_POSTGRESQL[state[:size]] for size in (5, 3, 2) if state[:size] in _POSTGRESQL), None)


def _without_session(error: exc.DBAPIError) -> str | None:
    if error.connection_invalidated:
        return _POSTGRESQL["08"]
    if not isinstance(error, exc.OperationalError):
        return None
    said = str(error.orig)
    return next((_POSTGRESQL[state] for words, state in _AT_THE_DOOR.items() if words in said), _NO_SERVER)


def of_system(error: OSError, path: Path) -> Trouble:
    """The ``Trouble`` that an error of the operating system is, met while keeping lock files at ``path``."""
    if error.errno == errno.ENOSPC:
        return Trouble(f"The disk that holds {path} is full. Make room; mail waits until then.")
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return Trouble(f"The folder {path.parent} does not exist. Create it, or correct `database`.")
    return Trouble(f"{path} cannot be used: {error.strerror}. Give the user of maildesk permission to its folder.")
