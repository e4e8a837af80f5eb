"""Brings a database's tables to this program's form. Only ``Database.migrate`` comes here.

One transaction under a lock (SQLite's write lock, an advisory lock on PostgreSQL): of several nodes that start at once
one migrates, and the others find it done; a step that fails leaves the database as it was. A database from a newer
maildesk is left alone, with ``Trouble`` that says so.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, inspect, text

from maildesk.errors import Trouble

HEAD = "0007"  # the newest step; a test compares it with the files
_LOCK = 0x6D61696C6465736B  # "maildesk"


class Migrated(Protocol):
    """What is needed of a database to change its tables; ``Database``, which stands above this module, is one."""

    sqlite: bool
    where: str

    def read(self) -> AbstractContextManager[Connection]:
        """One consistent look at the database."""

    def alter(self) -> AbstractContextManager[Connection]:
        """A write transaction in which tables may be rebuilt."""


def migrate(database: Migrated) -> None:
    """Creates or changes the tables until they are those of ``HEAD``. Raises Trouble."""
    with database.read() as connection:
        if _revision(connection) == HEAD:
            return
    with database.alter() as connection:
        if not database.sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        _upgrade(connection, database.where)


def _upgrade(connection: Connection, where: str) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        if "locate revision" not in str(error):
            raise
        raise Trouble(
            f"The database {where} was written by a newer maildesk. Install that version, or restore a backup."
        ) from error


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found
