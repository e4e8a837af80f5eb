"""What databases lack that took the second step before it was whole: it grew for a while under the same name.

On a database that has it all this changes nothing. ``complete`` is for later steps that find the same.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from maildesk.store.migrations.versions import second

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_GONE = (("ix_timers_next_attempt_at", "timers"), ("ix_promises_standing_at", "promises"))


def complete() -> None:
    """Adds what ``second`` makes and this database has not."""
    look = sa.inspect(op.get_bind())
    tables = frozenset(look.get_table_names())
    known = {table: frozenset(each["name"] for each in look.get_columns(table)) for table in tables}
    indexes = frozenset(str(each["name"]) for table in tables for each in look.get_indexes(table))
    for table, columns in second.NEW.items():
        for column in columns:
            if column.name not in known[table]:
                op.add_column(table, column)
    for name, create in second.TABLES.items():
        if name not in tables:
            create()
    if "note" not in known.get("reminders", {"note"}):
        op.add_column("reminders", sa.Column("note", sa.Text(), nullable=False, server_default=""))
    if "promised_at" not in known["timers"]:
        second.promised()
    for name, table in _GONE:
        if name in indexes:
            op.drop_index(name, table)
    second.indexes(indexes)
    if "hanging" not in tables:
        second.hanging()


def upgrade() -> None:
    complete()
