"""The questions whether two addresses are one customer's: one for each pair, for good."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def _same_person() -> None:
    op.create_table(
        "same_person",
        sa.Column("desk", sa.Text(), nullable=False), sa.Column("low", sa.Text(), nullable=False),
        sa.Column("high", sa.Text(), nullable=False), sa.Column("ticket", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False), sa.Column("customer", sa.Text(), nullable=False),
        sa.Column("other", sa.Text(), nullable=False), sa.Column("stage", sa.String(length=16), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False), sa.Column("wrote_at", sa.BigInteger(), nullable=True),
        sa.Column("by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name=op.f("fk_same_person_ticket_tickets")),
        sa.PrimaryKeyConstraint("desk", "low", "high", name=op.f("pk_same_person")),
        sa.UniqueConstraint("ticket", "number", name=op.f("uq_same_person_ticket_number")),
    )  # fmt: skip
    op.create_index("ix_same_person_customer", "same_person", ["desk", "customer"])
    op.create_index("ix_same_person_other", "same_person", ["desk", "other"])


TABLES = {"same_person": _same_person}


def upgrade() -> None:
    """Adds what this database has not: it may have been set back to a step before."""
    tables = frozenset(sa.inspect(op.get_bind()).get_table_names())
    for name, create in TABLES.items():
        if name not in tables:
            create()
