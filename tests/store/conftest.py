"""Every store test runs on SQLite and on PostgreSQL, with a clock that stands until the test moves it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from maildesk.store.database import Database
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
        server: PostgresqlServer = request.getfixturevalue("postgresql_server")
        return server.create(request.getfixturevalue("migrated_template"))
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
