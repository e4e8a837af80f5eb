"""What the promise engine keeps: answer times, reminders and ratings; when agents are away and like their mail."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_NEW: dict[str, list[sa.Column[object]]] = {
    "tickets": [
        sa.Column("informed_at", sa.BigInteger(), nullable=True),
        sa.Column("called", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("called_at", sa.BigInteger(), nullable=True),
    ],
    "promises": [sa.Column("target", sa.Integer(), nullable=True)],
    "agent_states": [
        sa.Column("away_since", sa.BigInteger(), nullable=True),
        sa.Column("away_reason", sa.Text(), nullable=False, server_default=""),
        sa.Column("digest_times", sa.Text(), nullable=False, server_default=""),
        sa.Column("next_mail_at", sa.BigInteger(), nullable=True),
        sa.Column("daily_on", sa.Text(), nullable=False, server_default=""),
    ],
}


def _reminders() -> None:
    op.create_table(
        "reminders",
        sa.Column("agent", sa.Text(), nullable=False), sa.Column("ticket", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=24), nullable=False), sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name=op.f("fk_reminders_ticket_tickets")),
        sa.PrimaryKeyConstraint("agent", "ticket", name=op.f("pk_reminders")),
    )  # fmt: skip
    op.create_index("ix_reminders_ticket", "reminders", ["ticket"])


def _answer_times() -> None:
    op.create_table(
        "answer_times",
        sa.Column("id", _ID, nullable=False), sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("priority", sa.String(length=16), nullable=False), sa.Column("ticket", sa.Integer(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False), sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("answered_at", sa.BigInteger(), nullable=False), sa.Column("wait", sa.Integer(), nullable=False),
        sa.Column("promised", sa.Integer(), nullable=True), sa.Column("agent", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name=op.f("fk_answer_times_ticket_tickets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_times")),
        sa.UniqueConstraint("ticket", "turn", name=op.f("uq_answer_times_ticket_turn")),
    )  # fmt: skip
    op.create_index("ix_answer_times_recent", "answer_times", ["desk", "priority", "answered_at"])


def _ratings() -> None:
    op.create_table(
        "ratings",
        sa.Column("ticket", sa.Integer(), nullable=False), sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False), sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True), sa.Column("solved", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name=op.f("fk_ratings_ticket_tickets")),
        sa.PrimaryKeyConstraint("ticket", name=op.f("pk_ratings")),
    )  # fmt: skip
    op.create_index("ix_ratings_desk", "ratings", ["desk", "at"])


def upgrade() -> None:
    for table, columns in _NEW.items():
        for column in columns:
            op.add_column(table, column)
    op.create_index("ix_agent_states_next_mail_at", "agent_states", ["next_mail_at"])
    _reminders()
    _answer_times()
    _ratings()
