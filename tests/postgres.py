"""A private PostgreSQL for tests: Debian's package, a cluster in a temporary folder, reached by a unix socket only.

``postgresql_server`` starts one cluster for the whole session; ``postgresql_url`` gives each test an empty database on
it. Where PostgreSQL is not installed the tests that ask for them are skipped, with the reason.
"""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

_SETTINGS = """
listen_addresses = ''
unix_socket_directories = '{folder}'
max_connections = 200
shared_buffers = 32MB
fsync = off
full_page_writes = off
autovacuum = off
"""


@dataclass
class PostgresqlServer:
    """A running cluster. ``url`` names a database on it; ``create`` makes a new one; ``restart`` breaks all lines."""

    bin: Path
    folder: Path
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def url(self, name: str) -> str:
        return f"postgresql://maildesk@/{name}?host={self.folder}"

    def create(self, template: str = "template1") -> str:
        """A fresh database, empty or a copy of ``template``; returns its URL."""
        name = f"test{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)

    def execute(self, statement: str) -> None:
        """Runs one statement of administration, outside of transactions."""
        engine = create_engine(self.url("postgres"), poolclass=NullPool, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)

    def run(self, program: str, *arguments: str) -> None:
        """One of PostgreSQL's programs, as the user that may run them (it refuses root)."""
        user = "postgres" if os.geteuid() == 0 else None
        done = subprocess.run(
            [self.bin / program, *arguments], cwd="/", user=user, group=user, extra_groups=[] if user else None,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr.decode(errors="replace")

    def control(self, action: str) -> None:
        """pg_ctl start, stop or restart; at once, as a crash would be."""
        mode = () if action == "start" else ("-m", "immediate")
        log = str(self.folder / "log")
        self.run("pg_ctl", "-w", "-D", str(self.folder / "data"), "-l", log, *mode, action)


def _programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgresqlServer]:
    programs = _programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    folder = Path(tempfile.mkdtemp(prefix="maildesk-pg-", dir="/tmp"))  # a socket's path must be short
    if os.geteuid() == 0:
        shutil.chown(folder, pwd.getpwnam("postgres").pw_uid)
    server = PostgresqlServer(programs, folder)
    try:
        server.run("initdb", "-D", f"{folder}/data", "-U", "maildesk", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
        with (folder / "data" / "postgresql.conf").open("a") as settings:
            settings.write(_SETTINGS.format(folder=folder))
        server.control("start")
        yield server
        server.control("stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgresql_url(postgresql_server: PostgresqlServer) -> str:
    return postgresql_server.create()
