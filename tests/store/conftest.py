"""Every store test runs on SQLite and on PostgreSQL, with a clock that stands until the test moves it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from maildesk.store.database import Database
from maildesk.store.migrating import HEAD
from maildesk.store.tables import metadata
from tests.postgres import PostgresqlServer, postgresql_server, postgresql_url

__all__ = ["postgresql_server", "postgresql_url"]

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class Hands:
    """A clock's hands: ``clock()`` reads them, ``forward`` moves them."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def forward(self, span: timedelta) -> datetime:
        self.now += span
        return self.now


@pytest.fixture
def hands() -> Hands:
    return Hands()


_EMPTY = f"""
TRUNCATE {", ".join(f'"{name}"' for name in metadata.tables)} RESTART IDENTITY CASCADE;
INSERT INTO site (name, value) VALUES ('next_ticket', '1001');
UPDATE alembic_version SET version_num = '{HEAD}'
"""


@pytest.fixture(scope="session")
def migrated_url(postgresql_server: PostgresqlServer, migrated_template: str) -> str:
    """One database for most tests, emptied for each: a new one takes ten times as long."""
    return postgresql_server.create(migrated_template)


@pytest.fixture(scope="session")
def migrated_template(postgresql_server: PostgresqlServer) -> str:
    url = postgresql_server.create()
    database = Database(url)
    database.migrate()
    database.close()
    return url.split("@/")[1].split("?")[0]


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database that has its tables already."""
    if request.param == "postgresql":
        shared = str(request.getfixturevalue("migrated_url"))
        engine = create_engine(shared)
        with engine.begin() as connection:
            for statement in _EMPTY.split(";"):
                connection.exec_driver_sql(statement)
        engine.dispose()
        return shared
    url = f"sqlite:///{tmp_path / 'maildesk.db'}"
    database = Database(url)
    database.migrate()
    database.close()
    return url


@pytest.fixture
def database(url: str, hands: Hands) -> Iterator[Database]:
    database = Database(url, clock=hands)
    yield database
    database.close()
