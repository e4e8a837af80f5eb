"""What we know of a person: addresses that are one customer's, a name and a mark that agents chose, and praise;
and what agents forwarded, and whom we welcomed.

Closed: databases that took this step are in use. What is new goes into a step of its own; ``sixth`` completes those
that took this one before it was whole.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

NEW: dict[str, list[sa.Column[object]]] = {
    "people": [
        sa.Column("chosen_name", sa.Text(), nullable=False, server_default=""),
        sa.Column("vip", sa.Boolean(), nullable=False, server_default=sa.false()),
    ],
    # Nobody whom the database knows already is welcomed.
    "agent_states": [sa.Column("welcome_asked_at", sa.BigInteger(), nullable=True)],
}


def _joined() -> None:
    op.create_table(
        "joined",
        sa.Column("desk", sa.Text(), nullable=False), sa.Column("address", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False), sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("desk", "address", name=op.f("pk_joined")),
    )  # fmt: skip
    op.create_index("ix_joined_person", "joined", ["desk", "person"])


def _praises() -> None:
    op.create_table(
        "praises",
        sa.Column("ticket", sa.Integer(), nullable=False), sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("desk", sa.Text(), nullable=False), sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False), sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name=op.f("fk_praises_ticket_tickets")),
        sa.PrimaryKeyConstraint("ticket", "turn", name=op.f("pk_praises")),
    )  # fmt: skip
    op.create_index("ix_praises_agent", "praises", ["agent", "at"])


def _forwards() -> None:
    op.create_table(
        "forwards",
        sa.Column("arrival", _ID, autoincrement=False, nullable=False), sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False), sa.Column("ticket", sa.Integer(), nullable=True),
        sa.Column("customer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["arrival"], ["arrivals.id"], name=op.f("fk_forwards_arrival_arrivals")),
        sa.PrimaryKeyConstraint("arrival", name=op.f("pk_forwards")),
    )  # fmt: skip


TABLES = {"joined": _joined, "praises": _praises, "forwards": _forwards}


def complete() -> None:
    """Adds what this database has not."""
    look = sa.inspect(op.get_bind())
    tables = frozenset(look.get_table_names())
    for table, columns in NEW.items():
        known = {each["name"] for each in look.get_columns(table)}
        for column in columns:
            if column.name not in known:
                op.add_column(table, column)
    for name, create in TABLES.items():
        if name not in tables:
            create()


def upgrade() -> None:
    complete()
