"""Writes the first migration and the stored database of the first release anew.

``python -m tests.store.first_migration``, until the first release. From then on both are history: write a second
migration instead.
"""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.autogenerate.api import AutogenContext
from alembic.migration import MigrationContext
from alembic.operations.ops import CreateIndexOp, CreateTableOp, MigrateOperation, OpContainer, UpgradeOps
from sqlalchemy import ColumnElement, create_engine

import maildesk.store
from maildesk.store.columns import Id, Moment
from maildesk.store.database import Database
from maildesk.store.tables import metadata
from tests.store.stored import DUMP, fill

TARGET = Path(maildesk.store.__file__).with_name("migrations") / "versions" / "first.py"

_HEAD = '''"""The tables of the first release. Longer than other files: it is one list, and frozen."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _index(name: str, table: str, columns: list[str], where: str | None = None, unique: bool = False) -> None:
    condition = None if where is None else sa.text(where)
    op.create_index(name, table, columns, unique=unique, sqlite_where=condition, postgresql_where=condition)
'''


def _render(kind: str, item: Any, context: AutogenContext) -> str | Literal[False]:
    if kind != "type":
        return False
    return "sa.BigInteger()" if isinstance(item, Moment) else "_ID" if item is Id else False


def _code(operation: MigrateOperation, context: MigrationContext) -> str:
    if isinstance(operation, CreateIndexOp):
        index = operation.to_index()
        where = index.dialect_options["sqlite"]["where"]
        condition = "" if where is None else f", {_sql(where, context)!r}"
        columns = [column.name for column in index.columns]
        unique = ", unique=True" if index.unique else ""
        return f"    _index({index.name!r}, {operation.table_name!r}, {columns!r}{condition}{unique})"
    code = render_python_code(UpgradeOps([operation]), render_item=_render, migration_context=context)
    return "\n".join(line for line in code.splitlines() if not line.lstrip().startswith("#"))


def _sql(where: ColumnElement[bool], context: MigrationContext) -> str:
    return str(where.compile(dialect=context.dialect, compile_kwargs={"include_table": False}))


def _flat(operations: OpContainer) -> Iterator[MigrateOperation]:
    for operation in operations.ops:
        if isinstance(operation, OpContainer):
            yield from _flat(operation)
        else:
            yield operation


def write_migration() -> None:
    with create_engine("sqlite://").connect() as connection:
        context = MigrationContext.configure(connection, opts={"target_metadata": metadata, "render_item": _render})
        upgrade = produce_migrations(context, metadata).upgrade_ops
    assert upgrade is not None
    parts = [_HEAD]
    names = []
    for operation in _flat(upgrade):
        if isinstance(operation, CreateTableOp):
            names.append(operation.table_name)
            parts.append(f"\n\ndef _{operation.table_name}() -> None:")
        parts.append(_code(operation, context))
    parts.append("\n\ndef upgrade() -> None:\n" + "\n".join(f"    _{name}()" for name in names))
    parts.append("""    op.execute(sa.text("INSERT INTO site (name, value) VALUES ('next_ticket', '1001')"))""")
    TARGET.write_text("\n".join(parts) + "\n")
    subprocess.run([sys.executable, "-m", "ruff", "format", "-q", str(TARGET)], check=True)
    TARGET.write_text(_packed(TARGET.read_text()))


def _packed(code: str) -> str:
    """Several columns on a line: a list of columns is not read line by line."""
    lines = [""]
    for line in code.splitlines():
        item = line.strip()
        if line.startswith("        sa.") and lines[-1].startswith("        sa.") and len(lines[-1] + item) < 119:
            lines[-1] += " " + item
        else:
            lines.append(line)
    return re.sub(r"(\n        sa\.[^\n]*\n    \))", r"\1  # fmt: skip", "\n".join(lines[1:]) + "\n")


def write_stored_database() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "maildesk.db"
        database = Database(f"sqlite:///{path}")
        database.migrate()
        fill(database)
        database.close()
        with sqlite3.connect(path) as connection:
            DUMP.write_text("\n".join(connection.iterdump()) + "\n")
        connection.close()


if __name__ == "__main__":
    write_migration()
    write_stored_database()
