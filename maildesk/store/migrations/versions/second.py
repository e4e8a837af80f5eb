"""What the promise engine keeps: answer times, reminders and ratings; when agents are away and like their mail.

Closed: databases that took this step are in use. What is new goes into a step of its own.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NEW: dict[str, list[sa.Column[object]]] = {
    "tickets": [
        sa.Column("informed_at", sa.BigInteger(), nullable=True),
        sa.Column("called", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("called_at", sa.BigInteger(), nullable=True),
        sa.Column("priority_reason", sa.Text(), nullable=False, server_default=""),
        sa.Column("updates", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("asked_at", sa.BigInteger(), nullable=True),
        sa.Column("tags", sa.Text(), nullable=False, server_default=""),
    ],
    "people": [
        sa.Column("chosen_language", sa.String(length=16), nullable=False, server_default=""),
        sa.Column("notes", sa.Text(), nullable=False, server_default=""),
    ],
    "promises": [
        sa.Column("target", sa.Integer(), nullable=True),
        sa.Column("priority", sa.String(length=16), nullable=True),
    ],
    "timers": [sa.Column("promised_at", sa.BigInteger(), nullable=True)],
    "deliveries": [sa.Column("bundle", _ID, nullable=True)],
    "agent_states": [
        sa.Column("away_since", sa.BigInteger(), nullable=True),
        sa.Column("away_reason", sa.Text(), nullable=False, server_default=""),
        sa.Column("digest_times", sa.Text(), nullable=False, server_default=""),
        sa.Column("next_mail_at", sa.BigInteger(), nullable=True),
        sa.Column("daily_on", sa.Text(), nullable=False, server_default=""),
        sa.Column("reminded_at", sa.BigInteger(), nullable=True),
        sa.Column("list_asked_at", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False, server_default="0"),
    ],
}


def _reminders() -> None:
    op.create_table(
        "reminders",
        sa.Column("agent", sa.Text(), nullable=False), sa.Column("ticket", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=24), nullable=False), sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name=op.f("fk_reminders_ticket_tickets")),
        sa.PrimaryKeyConstraint("agent", "ticket", name=op.f("pk_reminders")),
    )  # fmt: skip
    op.create_index("ix_reminders_ticket", "reminders", ["ticket"])


def _asked_reminders() -> None:
    op.create_table(
        "asked_reminders",
        sa.Column("agent", sa.Text(), nullable=False), sa.Column("ticket", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name=op.f("fk_asked_reminders_ticket_tickets")),
        sa.PrimaryKeyConstraint("agent", "ticket", name=op.f("pk_asked_reminders")),
    )  # fmt: skip
    op.create_index("ix_asked_reminders_ticket", "asked_reminders", ["ticket"])


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


def _article_uses() -> None:
    op.create_table(
        "article_uses",
        sa.Column("ticket", sa.Integer(), nullable=False), sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("article", sa.Text(), nullable=False), sa.Column("how", sa.String(length=16), nullable=False),
        sa.Column("desk", sa.Text(), nullable=False), sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False), sa.Column("solved_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name=op.f("fk_article_uses_ticket_tickets")),
        sa.PrimaryKeyConstraint("ticket", "language", "article", "how", name=op.f("pk_article_uses")),
    )  # fmt: skip
    op.create_index("ix_article_uses_article", "article_uses", ["article", "language"])


_INDEXES = [
    ("ix_agent_states_next_mail_at", "agent_states", ["next_mail_at"], None),
    ("ix_tickets_assignee", "tickets", ["assignee", "state", "desk"], None),
    ("ix_promises_ended", "promises", ["ended_at"], "state IN ('broken', 'replaced')"),
    ("ix_timers_due", "timers", ["next_attempt_at", "promised_at", "ticket"], "held IS false"),
    ("ix_timers_failing", "timers", ["ticket"], "attempts > 3"),
    ("ix_promises_standing", "promises", ["state", "at"], "state IN ('untold', 'told', 'untellable')"),
    ("ix_tickets_ours", "tickets", ["desk", "turn_began_at"], "state = 'open'"),
    ("ix_events_handed_on", "events", ["by", "id"], "what = 'handed on'"),
    ("ix_promises_unexplained", "promises", ["ticket"], "state = 'untellable' AND reason = ''"),
    (
        "ix_deliveries_to_agents",
        "deliveries",
        ["recipient", "first_claimed_at"],
        "audience = 'agent' AND first_claimed_at IS NOT NULL",
    ),
    (
        "ix_deliveries_bundling",
        "deliveries",
        ["recipient", "id"],
        "state = 'waiting' AND audience = 'agent' AND braked_at IS NOT NULL",
    ),
]


def indexes(known: frozenset[str] = frozenset()) -> None:
    """What the sweep of timers and the doctor ask, so that they read what is due or wrong, and nothing else."""
    for name, table, columns, where in _INDEXES:
        if name not in known:
            condition = None if where is None else sa.text(where)
            op.create_index(name, table, columns, sqlite_where=condition, postgresql_where=condition)


def promised() -> None:
    """Timers know the promise of their ticket."""
    op.execute(
        "UPDATE timers SET promised_at = (SELECT at FROM promises WHERE promises.ticket = timers.ticket "
        "AND state IN ('untold', 'told', 'untellable'))"
    )


_SOUND = """\
(state IN ('open', 'waiting', 'paused', 'solved'))
<> EXISTS (SELECT 1 FROM timers WHERE timers.ticket = tickets.number)
OR (state = 'open' AND NOT EXISTS (SELECT 1 FROM promises WHERE promises.ticket = tickets.number
AND promises.state IN ('untold', 'told', 'untellable')))"""
_LOOK = (
    "DELETE FROM hanging WHERE ticket = {one};\n"
    f"INSERT INTO hanging (ticket) SELECT number FROM tickets WHERE number = {{one}} AND (\n{_SOUND}) "
    "ON CONFLICT DO NOTHING;\n"
)
_WATCHED = (
    ("tickets", "number", "OLD.state <> NEW.state"),
    ("timers", "ticket", "OLD.ticket <> NEW.ticket"),
    ("promises", "ticket", "OLD.state <> NEW.state OR OLD.ticket <> NEW.ticket"),
)


def hanging() -> None:
    """Triggers that keep the tickets which offend against guarantee 4 in a table of their own."""
    op.create_table(
        "hanging", sa.Column("ticket", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("ticket", name=op.f("pk_hanging")),
    )  # fmt: skip
    op.execute(f"INSERT INTO hanging (ticket) SELECT number FROM tickets WHERE {_SOUND}")
    watch = _watch_sqlite if op.get_bind().dialect.name == "sqlite" else _watch_postgresql
    watch()


def _watch_sqlite() -> None:
    for table, key, changed in _WATCHED:
        new, old = _LOOK.format(one=f"NEW.{key}"), _LOOK.format(one=f"OLD.{key}")
        for verb, when, body in (("insert", "", new), ("update", f" WHEN {changed}", old + new), ("delete", "", old)):
            op.execute(
                f"CREATE TRIGGER hanging_{table}_{verb} AFTER {verb.upper()} ON {table} FOR EACH ROW{when} "
                f"BEGIN {body}END"
            )


def _watch_postgresql() -> None:
    look = _LOOK.format(one="one")
    op.execute(f"CREATE FUNCTION maildesk_look(one integer) RETURNS void LANGUAGE plpgsql AS $$ BEGIN {look}END $$")
    for table, key, changed in _WATCHED:
        op.execute(
            f"CREATE FUNCTION maildesk_look_{table}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF TG_OP <> 'INSERT' THEN PERFORM maildesk_look(OLD.{key}); END IF; "
            f"IF TG_OP <> 'DELETE' THEN PERFORM maildesk_look(NEW.{key}); END IF; "
            "RETURN NULL; END $$"
        )
        for verb, when in (("insert", ""), ("update", f" WHEN ({changed})"), ("delete", "")):
            op.execute(
                f"CREATE CONSTRAINT TRIGGER hanging_{table}_{verb} AFTER {verb.upper()} ON {table} "
                f"DEFERRABLE INITIALLY DEFERRED FOR EACH ROW{when} EXECUTE FUNCTION maildesk_look_{table}()"
            )


TABLES = {
    "reminders": _reminders,
    "asked_reminders": _asked_reminders,
    "answer_times": _answer_times,
    "ratings": _ratings,
    "article_uses": _article_uses,
}


def upgrade() -> None:
    for table, columns in NEW.items():
        for column in columns:
            op.add_column(table, column)
    for create in TABLES.values():
        create()
    promised()
    op.drop_index("ix_timers_next_attempt_at", "timers")
    op.drop_index("ix_promises_standing_at", "promises")
    indexes()
    hanging()
