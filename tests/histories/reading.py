"""The tables of a desk in memory, read beside the program, and an empty set of them to begin with."""

from __future__ import annotations

import sqlite3
from functools import lru_cache

from maildesk.store.database import Database


@lru_cache(maxsize=1)
def empty() -> sqlite3.Connection:
    """A migrated database without a row, made once and copied for each history."""
    database = Database("sqlite://")
    database.migrate()
    copy = sqlite3.connect(":memory:", check_same_thread=False)
    driver(database).backup(copy)
    database.close()
    return copy


def driver(database: Database) -> sqlite3.Connection:
    """The connection of a database in memory: it has but one."""
    connection = database.engine.raw_connection().driver_connection
    assert isinstance(connection, sqlite3.Connection)
    return connection


class Lines:
    """Reads the tables beside the program, by names of columns."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def execute(self, statement: str, values: tuple[object, ...] = ()) -> sqlite3.Cursor:
        cursor = self._connection.cursor()
        cursor.row_factory = sqlite3.Row
        return cursor.execute(statement, values)
