from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select, text, update
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError

from maildesk.errors import Trouble
from maildesk.store import arrivals, engines
from maildesk.store.columns import Moment
from maildesk.store.compression import pack, pack_pair, unpack
from maildesk.store.database import Database
from maildesk.store.tables import notices, site
from tests.postgres import PostgresqlServer
from tests.store.conftest import START
from tests.store.test_arrivals import new


def value(connection: Connection) -> int:
    return int(connection.execute(select(site.c.value).where(site.c.name == "counter")).scalar_one())


def counter(database: Database) -> None:
    with database.write() as connection:
        connection.execute(insert(site), {"name": "counter", "value": "0"})


def test_what_raises_is_rolled_back(database: Database) -> None:
    def interrupted() -> None:
        with database.write() as connection:
            connection.execute(insert(notices), {"key": "a", "at": START})
            raise LookupError

    with pytest.raises(LookupError):
        interrupted()
    with database.read() as connection:
        assert connection.execute(select(notices)).all() == []


def test_a_read_sees_one_moment(database: Database) -> None:
    counter(database)
    changed = threading.Event()

    def change() -> None:
        with database.write() as connection:
            connection.execute(update(site).where(site.c.name == "counter").values(value="1"))
        changed.set()

    with database.read() as connection:
        before = value(connection)
        thread = threading.Thread(target=change)
        thread.start()
        assert changed.wait(60)
        assert value(connection) == before
    thread.join()


@pytest.mark.parametrize("outer", ["read", "write"])
@pytest.mark.parametrize("inner", ["read", "write"])
def test_transactions_do_not_nest(database: Database, outer: str, inner: str) -> None:
    with getattr(database, outer)(), pytest.raises(RuntimeError), getattr(database, inner)():
        pass
    with database.write() as connection:  # and nothing is left behind
        connection.execute(insert(notices), {"key": "a", "at": START})


_INCREMENT = """
import sys
from sqlalchemy import select, update
from maildesk.store.database import Database
from maildesk.store.tables import site
database = Database(sys.argv[1])
for _ in range(int(sys.argv[2])):
    with database.write() as connection:
        row = select(site.c.value).where(site.c.name == "counter").with_for_update()
        value = int(connection.execute(row).scalar_one())
        connection.execute(update(site).where(site.c.name == "counter").values(value=str(value + 1)))
"""


def test_updates_of_many_threads_are_not_lost(database: Database) -> None:
    counter(database)

    def work(_: int) -> None:
        for _ in range(25):
            with database.write() as connection:
                row = select(site.c.value).where(site.c.name == "counter").with_for_update()
                now = int(connection.execute(row).scalar_one())
                connection.execute(update(site).where(site.c.name == "counter").values(value=str(now + 1)))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    with database.read() as connection:
        assert value(connection) == 200


def test_updates_of_many_processes_are_not_lost(database: Database, url: str) -> None:
    counter(database)
    workers = [subprocess.Popen([sys.executable, "-c", _INCREMENT, url, "50"]) for _ in range(3)]
    assert [worker.wait() for worker in workers] == [0, 0, 0]
    with database.read() as connection:
        assert value(connection) == 150


def test_a_database_in_memory_serves_many_threads() -> None:
    database = Database("sqlite://")
    database.migrate()

    def work(number: int) -> int:
        arrivals.accept(database, [new(number)])
        with database.read() as connection:
            connection.execute(text("SELECT count(*) FROM arrivals")).scalar_one()
        return len(arrivals.claim(database, 1).due)

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(work, range(60))) == 60
    database.close()


def test_moments_come_back_as_they_were_to_the_microsecond(database: Database) -> None:
    moments = [START.replace(microsecond=999_999), datetime(1969, 12, 31, 23, 59, 59, 1, tzinfo=UTC)]
    moments.append(START.astimezone(tz=None))
    with database.write() as connection:
        for number, moment in enumerate(moments):
            connection.execute(insert(notices), {"key": str(number), "at": moment})
        got = connection.execute(select(notices.c.at).order_by(notices.c.key)).scalars().all()
    assert got == moments
    assert all(moment.tzinfo is UTC for moment in got)


def test_a_moment_without_a_zone_is_a_bug() -> None:
    with pytest.raises(ValueError, match="time zone"):
        Moment().process_bind_param(datetime(2026, 1, 1), None)  # type: ignore[arg-type]  # the dialect is not looked at


def test_without_a_given_clock_the_time_is_the_databases_own(url: str) -> None:
    database = Database(url)
    around = datetime.now(UTC)
    outside = database.now()
    with database.write():
        inside = database.now()
    assert timedelta() <= inside - outside < timedelta(minutes=1)
    assert abs(outside - around) < timedelta(minutes=1)
    database.close()


def test_a_constraint_is_not_trouble_and_a_bug_is_not_either(database: Database) -> None:
    with pytest.raises(IntegrityError), database.write() as connection:
        connection.execute(insert(notices), [{"key": "a", "at": START}] * 2)
    with pytest.raises((OperationalError, ProgrammingError)), database.write() as connection:
        connection.execute(text("SELECT nonsense FROM notices"))


def trouble(url: str, create: bool = True) -> str:
    database = Database(url, create=create)
    with pytest.raises(Trouble) as raised, database.write() as connection:
        connection.execute(insert(notices), {"key": "a", "at": START})
    database.close()
    return str(raised.value)


def test_a_missing_folder_is_said_so(tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "maildesk.db"
    assert trouble(f"sqlite:///{path}") == (
        f"The folder {path.parent} for the database does not exist. Create it, or correct `database`."
    )


def test_a_missing_database_is_not_created_unless_asked(tmp_path: Path) -> None:
    path = tmp_path / "maildesk.db"
    assert trouble(f"sqlite:///{path}", create=False) == (
        f"There is no database {path}. `maildesk run` creates it, where its folder may be written."
    )
    assert not path.exists()


def test_a_database_without_tables_is_said_so(tmp_path: Path) -> None:
    path = tmp_path / "maildesk.db"
    said = trouble(f"sqlite:///{path}")
    assert said == f"The database {path} has no tables of maildesk. `maildesk run` creates them."


def test_a_file_that_is_no_database_is_said_so(tmp_path: Path) -> None:
    path = tmp_path / "maildesk.db"
    path.write_text("Dear customer, " * 100)
    assert trouble(f"sqlite:///{path}").startswith(f"{path} is not a database.")


def _migrated(tmp_path: Path) -> Path:
    path = tmp_path / "maildesk.db"
    database = Database(f"sqlite:///{path}")
    database.migrate()
    database.close()
    return path


def test_a_locked_database_is_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "BUSY_SECONDS", 0)
    path = _migrated(tmp_path)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert trouble(f"sqlite:///{path}").startswith(f"The database {path} is locked by another program.")
    other.close()


def test_a_full_disk_is_said_so_and_loses_nothing(tmp_path: Path) -> None:
    path = _migrated(tmp_path)
    database = Database(f"sqlite:///{path}")
    arrivals.accept(database, [new(1)])
    with database.engine.connect() as connection:  # as if the disk ended here
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(Trouble, match=rf"^The disk that holds the database {path} is full\. Make room"):
        arrivals.accept(database, [new(2, raw=os.urandom(100_000))])
    assert len(arrivals.claim(database, 9).due) == 1
    database.close()


def test_a_database_that_may_not_be_written_is_said_so(tmp_path: Path) -> None:
    path = _migrated(tmp_path)
    database = Database(f"sqlite:///{path}")
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA query_only = ON")  # a file's permissions do not bind root
    with pytest.raises(Trouble, match=rf"^The database {path} may not be written\."):
        arrivals.accept(database, [new(1)])
    database.close()


def test_an_unreachable_server_is_said_so(tmp_path: Path) -> None:
    said = trouble(f"postgresql://maildesk:secret@/desk?host={tmp_path}")
    assert said.endswith("cannot be reached. Check that it runs, and host and port under `database`.")
    assert "secret" not in said


def test_a_database_that_the_server_does_not_have_is_said_so(postgresql_server: PostgresqlServer) -> None:
    assert "does not exist. Create it with `createdb`" in trouble(postgresql_server.url("nothing"))


def test_a_server_that_was_restarted_is_trouble_once_and_then_used_again(
    postgresql_server: PostgresqlServer, migrated_template: str
) -> None:
    database = Database(postgresql_server.create(migrated_template))
    arrivals.accept(database, [new(1)])
    postgresql_server.control("restart")
    with pytest.raises(Trouble, match="maildesk tries again by itself"):
        arrivals.accept(database, [new(2)])
    arrivals.accept(database, [new(2)])
    assert len(arrivals.claim(database, 9).due) == 2
    database.close()


@pytest.mark.parametrize(
    ("url", "sentence"),
    [("mysql://x/y", "not in mysql"), ("words", "is not a URL"), ("sqlite:/x", "not a URL"), ("foo://x", "not in foo")],
)
def test_a_url_that_cannot_be_used_is_said_so(url: str, sentence: str) -> None:
    with pytest.raises(Trouble, match=sentence):
        Database(url)


def test_packed_mail_comes_back_and_damage_is_seen() -> None:
    raw = bytes(range(256)) * 50
    assert unpack(pack(raw)) == raw
    assert unpack(pack(b"")) == b""
    assert len(pack(raw)) < len(raw) / 10
    with pytest.raises(ValueError, match="damaged"):
        unpack(pack(raw)[:-1] + b"x")


def test_a_body_that_many_mails_share_is_packed_once_and_comes_back_whole() -> None:
    body = b"the same for all\r\n" * 500
    stored = [pack_pair(f"To: {number}\r\n\r\n".encode(), body) for number in range(3)]
    assert [unpack(each) for each in stored] == [f"To: {number}\r\n\r\n".encode() + body for number in range(3)]
    with pytest.raises(ValueError, match="damaged"):
        unpack(stored[0][:-3])
