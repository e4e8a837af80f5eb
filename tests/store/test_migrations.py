from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, insert, inspect, text
from sqlalchemy.exc import IntegrityError

import maildesk.store
from maildesk.desk.words import Brakes
from maildesk.errors import Trouble
from maildesk.store import arrivals, deliveries, doctor, listing, timers
from maildesk.store.database import Database
from maildesk.store.migrating import HEAD
from maildesk.store.tables import metadata
from tests.store.conftest import Hands
from tests.store.rows import KIM
from tests.store.test_arrivals import new

DUMP = Path(__file__).with_name("release-0.1.sql")
REGENERATE = "write a migration for what changed in tables.py"


def test_the_tables_of_the_code_are_those_of_the_migrations(database: Database) -> None:
    with database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == [], REGENERATE


def _sqlite_schema(connection: Connection) -> set[str]:
    rows = connection.execute(text("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")).scalars()
    return {_unordered(str(row)) for row in rows if "alembic_version" not in str(row)}


def _unordered(sql: str) -> str:
    """The order of a table's constraints is no difference."""
    return " , ".join(sorted(part.strip(" ()") for part in re.sub(r"\s+", " ", sql).split(",")))


def _postgresql_schema(connection: Connection) -> set[str]:
    indexes = connection.execute(text("SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'")).scalars()
    constraints = connection.execute(
        text("SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint")
    ).scalars()
    return {str(row) for row in (*indexes, *constraints) if "alembic_version" not in str(row)}


def test_indexes_and_constraints_are_the_same_to_the_letter(
    database: Database, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """Alembic compares neither the conditions of partial indexes nor the columns of constraints."""
    schema: Callable[[Connection], set[str]] = _sqlite_schema if database.sqlite else _postgresql_schema
    other = f"sqlite:///{tmp_path / 'other.db'}" if database.sqlite else request.getfixturevalue("postgresql_url")
    engine = create_engine(other)
    with engine.begin() as connection:
        metadata.create_all(connection)
        expected = schema(connection)
    engine.dispose()
    with database.read() as connection:
        assert schema(connection) == expected, REGENERATE


def test_every_constraint_has_a_name(database: Database) -> None:
    """Without one SQLite's tables could not be changed later."""
    with database.read() as connection:
        look = inspect(connection)
        names = [look.get_pk_constraint(table)["name"] for table in metadata.tables]
        for table in metadata.tables:
            names += [each["name"] for each in (*look.get_foreign_keys(table), *look.get_unique_constraints(table))]
    assert None not in names


def test_head_names_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(maildesk.store.__file__).with_name("migrations")))
    config.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


def test_a_database_of_the_first_release_is_opened_and_its_work_goes_on(tmp_path: Path, hands: Hands) -> None:
    path = tmp_path / "maildesk.db"
    with sqlite3.connect(path) as old:
        old.executescript(DUMP.read_text())
    old.close()
    database = Database(f"sqlite:///{path}", clock=hands)
    database.migrate()
    assert [each["requester"] for each in listing.list_tickets(database)] == [KIM]
    assert [each["ticket"] for each in listing.explain(database, "q@k")["messages"]] == [1001]
    hands.forward(timedelta(days=3650))
    assert [each.raw for each in arrivals.claim(database, 9).due] == [new(2).raw]
    assert [each.raw for each in deliveries.claim(database, Brakes(), 9).due] == [b"answer"]
    assert timers.claim_due(database, hands.now, 9) == [1001]
    assert arrivals.accept(database, [new(2, source_key="imap:1")]) == [2]
    assert doctor.examine(database) != []  # ten years late
    database.close()


@pytest.mark.parametrize("step", ["0002", "0003", "0004", "0005"])
def test_a_database_that_took_a_step_before_it_was_whole_gets_what_it_lacks(database: Database, step: str) -> None:
    (number,) = arrivals.accept(database, [new()])
    before_the_third = (
        "DROP TABLE article_uses",
        "ALTER TABLE tickets DROP COLUMN tags",
        "ALTER TABLE people DROP COLUMN chosen_language",
        "ALTER TABLE reminders DROP COLUMN note",
        "DROP INDEX ix_events_handed_on",
    )
    lacking = (
        *(before_the_third if step < "0004" else ()),
        "DROP TABLE joined",
        "DROP TABLE praises",
        "ALTER TABLE people DROP COLUMN chosen_name",
        "ALTER TABLE people DROP COLUMN vip",
        f"UPDATE alembic_version SET version_num = '{step}'",
    )
    with database.alter() as connection:
        for statement in lacking:
            connection.execute(text(statement))
    database.migrate()
    with database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
        assert "ix_events_handed_on" in {each["name"] for each in inspect(connection).get_indexes("events")}
    assert [each["id"] for each in listing.list_arrivals(database)] == [number]


def test_migrating_again_changes_nothing(database: Database) -> None:
    (number,) = arrivals.accept(database, [new()])
    database.migrate()
    assert [each["id"] for each in listing.list_arrivals(database)] == [number]


def test_a_database_that_is_up_to_date_opens_without_loading_alembic(database: Database, url: str) -> None:
    """It takes as long to load as everything else at a start."""
    code = "import sys; from maildesk.store.database import Database as D; D(sys.argv[1]).migrate()"
    check = f"{code}; sys.exit('alembic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check, url], check=False).returncode == 0


def _empty(request: pytest.FixtureRequest, kind: str, tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'new.db'}" if kind == "sqlite" else str(request.getfixturevalue("postgresql_url"))


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_of_nodes_that_start_at_once_one_migrates(request: pytest.FixtureRequest, kind: str, tmp_path: Path) -> None:
    url = _empty(request, kind, tmp_path)
    nodes = [Database(url) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(Database.migrate, nodes))
    for node in nodes:
        assert doctor.is_new(node)
        node.close()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_migration_that_fails_leaves_the_database_as_it_was(
    request: pytest.FixtureRequest, kind: str, tmp_path: Path
) -> None:
    url = _empty(request, kind, tmp_path)
    database = Database(url)
    with database.write() as connection:
        connection.execute(text("CREATE TABLE timers (mine INTEGER)"))  # in the way of ours, halfway through
    with pytest.raises(Exception, match="timers"):
        database.migrate()
    with database.read() as connection:
        assert set(inspect(connection).get_table_names()) - {"alembic_version"} == {"timers"}
    database.close()


def test_a_database_of_a_newer_maildesk_is_left_alone(database: Database) -> None:
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Trouble, match="newer maildesk"):
        database.migrate()


def test_after_migrating_foreign_keys_hold(url: str, hands: Hands) -> None:
    database = Database(url, clock=hands)
    with database.alter() as connection:
        connection.execute(text("UPDATE site SET value = value"))
    row = {"ticket": 77, "due_at": hands.now, "step": "close", "next_attempt_at": hands.now}
    with pytest.raises(IntegrityError), database.write() as connection:
        connection.execute(insert(metadata.tables["timers"]), row)
    database.close()
