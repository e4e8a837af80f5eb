"""The tables of the first release. Longer than other files: it is one list, and frozen."""

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


def _agent_states() -> None:
    op.create_table(
        "agent_states",
        sa.Column("address", sa.Text(), nullable=False), sa.Column("away_until", sa.BigInteger(), nullable=True),
        sa.Column("token_issue", sa.Integer(), nullable=False), sa.Column("wrote_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_agent_states")),
    )  # fmt: skip


def _arrivals() -> None:
    op.create_table(
        "arrivals",
        sa.Column("id", _ID, nullable=False), sa.Column("arrived_at", sa.BigInteger(), nullable=False),
        sa.Column("accepted_at", sa.BigInteger(), nullable=False),
        sa.Column("intake", sa.String(length=32), nullable=False), sa.Column("sender", sa.Text(), nullable=True),
        sa.Column("recipients", sa.JSON(), nullable=False), sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False), sa.Column("source_key", sa.Text(), nullable=True),
        sa.Column("desk", sa.Text(), nullable=True), sa.Column("authserv_id", sa.Text(), nullable=False),
        sa.Column("trusted_results", sa.Text(), nullable=False), sa.Column("spam", sa.Boolean(), nullable=False),
        sa.Column("history", sa.Boolean(), nullable=False), sa.Column("left_out", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("fate", sa.String(length=16), nullable=True), sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=True), sa.Column("ticket", sa.Integer(), nullable=True),
        sa.Column("reserved_ticket", sa.Integer(), nullable=True), sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.BigInteger(), nullable=False),
        sa.Column("claimed_by", sa.String(length=64), nullable=True),
        sa.Column("override", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arrivals")),
        sa.UniqueConstraint("source_key", name=op.f("uq_arrivals_source_key")),
    )  # fmt: skip
    _index("ix_arrivals_fate_accepted", "arrivals", ["fate", "accepted_at"])
    _index("ix_arrivals_message_id", "arrivals", ["message_id"])
    _index("ix_arrivals_waiting", "arrivals", ["id", "next_attempt_at"], "state = 'waiting'")


def _mailboxes() -> None:
    op.create_table(
        "mailboxes",
        sa.Column("name", sa.Text(), nullable=False), sa.Column("uidvalidity", sa.BigInteger(), nullable=False),
        sa.Column("last_uid", sa.BigInteger(), nullable=False),
        sa.Column("first_contact_at", sa.BigInteger(), nullable=False),
        sa.Column("checked_at", sa.BigInteger(), nullable=True), sa.Column("trouble", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_mailboxes")),
    )  # fmt: skip


def _notices() -> None:
    op.create_table(
        "notices",
        sa.Column("key", sa.Text(), nullable=False), sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_notices")),
    )  # fmt: skip


def _people() -> None:
    op.create_table(
        "people",
        sa.Column("desk", sa.Text(), nullable=False), sa.Column("address", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False), sa.Column("name", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("unreachable", sa.Text(), nullable=False), sa.Column("spam", sa.Boolean(), nullable=False),
        sa.Column("brake_trips", sa.Integer(), nullable=False),
        sa.Column("robot_since", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("desk", "address", name=op.f("pk_people")),
    )  # fmt: skip


def _site() -> None:
    op.create_table(
        "site",
        sa.Column("name", sa.String(length=64), nullable=False), sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_site")),
    )  # fmt: skip


def _tickets() -> None:
    op.create_table(
        "tickets",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False), sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("state_since", sa.BigInteger(), nullable=False), sa.Column("requester", sa.Text(), nullable=False),
        sa.Column("requester_name", sa.Text(), nullable=False),
        sa.Column("requester_trust", sa.String(length=16), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("priority", sa.String(length=16), nullable=False), sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("root_id", sa.Text(), nullable=False), sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False), sa.Column("turn_began_at", sa.BigInteger(), nullable=False),
        sa.Column("last_customer_at", sa.BigInteger(), nullable=False),
        sa.Column("last_answer_at", sa.BigInteger(), nullable=True), sa.Column("assignee", sa.Text(), nullable=True),
        sa.Column("acknowledged_turn", sa.Integer(), nullable=False),
        sa.Column("unanswerable", sa.Text(), nullable=False), sa.Column("stopped", sa.Boolean(), nullable=False),
        sa.Column("resting", sa.Boolean(), nullable=False), sa.Column("customer_offset", sa.Integer(), nullable=True),
        sa.Column("pause_reason", sa.Text(), nullable=False),
        sa.Column("paused_until", sa.BigInteger(), nullable=True),
        sa.Column("merged_into", sa.Integer(), nullable=True), sa.Column("linked_to", sa.Integer(), nullable=True),
        sa.Column("last_ids", sa.JSON(), nullable=False), sa.Column("last_customer_id", sa.Text(), nullable=True),
        sa.Column("reopened", sa.Integer(), nullable=False), sa.Column("unanswered", sa.Integer(), nullable=False),
        sa.Column("nudged", sa.Integer(), nullable=False), sa.Column("nudged_at", sa.BigInteger(), nullable=True),
        sa.Column("promises_made", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_tickets")),
    )  # fmt: skip
    _index("ix_tickets_requester_desk", "tickets", ["requester", "desk", "last_customer_at"])
    _index("ix_tickets_state", "tickets", ["state", "desk"])


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", _ID, nullable=False), sa.Column("key", sa.Text(), nullable=False),
        sa.Column("desk", sa.Text(), nullable=False), sa.Column("ticket", sa.Integer(), nullable=True),
        sa.Column("template", sa.String(length=48), nullable=False),
        sa.Column("audience", sa.String(length=16), nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False), sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("recipient_domain", sa.Text(), nullable=False),
        sa.Column("recipient_trust", sa.String(length=16), nullable=False),
        sa.Column("envelope_from", sa.Text(), nullable=False), sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False), sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False), sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("send_at", sa.BigInteger(), nullable=False),
        sa.Column("states_until", sa.BigInteger(), nullable=True),
        sa.Column("tells_promise", sa.Integer(), nullable=True),
        sa.Column("keeps_promise", sa.Boolean(), nullable=False), sa.Column("released", sa.Boolean(), nullable=False),
        sa.Column("braked_at", sa.BigInteger(), nullable=True), sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("first_claimed_at", sa.BigInteger(), nullable=True),
        sa.Column("next_attempt_at", sa.BigInteger(), nullable=False),
        sa.Column("claimed_by", sa.String(length=64), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True), sa.Column("relay_response", sa.Text(), nullable=False),
        sa.Column("relay_message_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name=op.f("fk_deliveries_ticket_tickets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("key", name=op.f("uq_deliveries_key")),
    )  # fmt: skip
    _index(
        "ix_deliveries_braked",
        "deliveries",
        ["recipient", "first_claimed_at"],
        "audience = 'customer' AND automatic IS true AND first_claimed_at IS NOT NULL",
    )
    _index(
        "ix_deliveries_braked_domain",
        "deliveries",
        ["recipient_domain", "first_claimed_at"],
        "first_claimed_at IS NOT NULL AND recipient_trust != 'authenticated'",
    )
    _index(
        "ix_deliveries_braked_site",
        "deliveries",
        ["first_claimed_at"],
        "audience = 'customer' AND automatic IS true AND first_claimed_at IS NOT NULL",
    )
    _index("ix_deliveries_message_id", "deliveries", ["message_id"])
    _index("ix_deliveries_order", "deliveries", ["ticket", "recipient", "id"], "state = 'waiting'")
    _index("ix_deliveries_relay_message_id", "deliveries", ["relay_message_id"], "relay_message_id IS NOT NULL")
    _index(
        "ix_deliveries_states_until",
        "deliveries",
        ["states_until"],
        "state IN ('waiting', 'held') AND states_until IS NOT NULL",
    )
    _index("ix_deliveries_ticket", "deliveries", ["ticket", "id"])
    _index("ix_deliveries_waiting", "deliveries", ["automatic", "next_attempt_at", "id"], "state = 'waiting'")


def _events() -> None:
    op.create_table(
        "events",
        sa.Column("id", _ID, nullable=False), sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("ticket", sa.Integer(), nullable=True), sa.Column("arrival", _ID, nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False), sa.Column("what", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False), sa.Column("by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["arrival"], ["arrivals.id"], name=op.f("fk_events_arrival_arrivals")),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name=op.f("fk_events_ticket_tickets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
    )  # fmt: skip
    _index("ix_events_arrival", "events", ["arrival"])
    _index("ix_events_ticket", "events", ["ticket", "id"])


def _messages() -> None:
    op.create_table(
        "messages",
        sa.Column("id", _ID, nullable=False), sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("ticket", sa.Integer(), nullable=False), sa.Column("arrival", _ID, nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False), sa.Column("from_name", sa.Text(), nullable=False),
        sa.Column("from_address", sa.Text(), nullable=False), sa.Column("trust", sa.String(length=16), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=True), sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False), sa.Column("text", sa.Text(), nullable=False),
        sa.Column("new_text", sa.Text(), nullable=False), sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["arrival"], ["arrivals.id"], name=op.f("fk_messages_arrival_arrivals")),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name=op.f("fk_messages_ticket_tickets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
    )  # fmt: skip
    _index("ix_messages_arrival", "messages", ["arrival"])
    _index("ix_messages_ticket", "messages", ["ticket", "at"])


def _participants() -> None:
    op.create_table(
        "participants",
        sa.Column("ticket", sa.Integer(), nullable=False), sa.Column("address", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False), sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("brought_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name=op.f("fk_participants_ticket_tickets")),
        sa.PrimaryKeyConstraint("ticket", "address", name=op.f("pk_participants")),
    )  # fmt: skip


def _promises() -> None:
    op.create_table(
        "promises",
        sa.Column("ticket", sa.Integer(), nullable=False), sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False), sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False), sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("told_at", sa.BigInteger(), nullable=True), sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("renewals", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name=op.f("fk_promises_ticket_tickets")),
        sa.PrimaryKeyConstraint("ticket", "number", name=op.f("pk_promises")),
    )  # fmt: skip
    _index("ix_promises_standing_at", "promises", ["at"], "state IN ('untold', 'told', 'untellable')")
    _index("uq_promises_standing", "promises", ["ticket"], "state IN ('untold', 'told', 'untellable')", unique=True)


def _seen() -> None:
    op.create_table(
        "seen",
        sa.Column("key", sa.String(length=64), nullable=False), sa.Column("arrival", _ID, nullable=False),
        sa.ForeignKeyConstraint(["arrival"], ["arrivals.id"], name=op.f("fk_seen_arrival_arrivals")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_seen")),
    )  # fmt: skip


def _threads() -> None:
    op.create_table(
        "threads",
        sa.Column("id", _ID, nullable=False), sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("ticket", sa.Integer(), nullable=False), sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("people", sa.JSON(), nullable=False), sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name=op.f("fk_threads_ticket_tickets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_threads")),
        sa.UniqueConstraint("message_id", "ticket", "source", name=op.f("uq_threads_message_id_ticket_source")),
    )  # fmt: skip
    _index("ix_threads_ticket", "threads", ["ticket"])


def _timers() -> None:
    op.create_table(
        "timers",
        sa.Column("ticket", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False), sa.Column("step", sa.String(length=24), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.BigInteger(), nullable=False),
        sa.Column("claimed_by", sa.String(length=64), nullable=True), sa.Column("held", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name=op.f("fk_timers_ticket_tickets")),
        sa.PrimaryKeyConstraint("ticket", name=op.f("pk_timers")),
    )  # fmt: skip
    _index("ix_timers_claimed_by", "timers", ["claimed_by"], "claimed_by IS NOT NULL")
    _index("ix_timers_next_attempt_at", "timers", ["next_attempt_at"])


def upgrade() -> None:
    _agent_states()
    _arrivals()
    _mailboxes()
    _notices()
    _people()
    _site()
    _tickets()
    _deliveries()
    _events()
    _messages()
    _participants()
    _promises()
    _seen()
    _threads()
    _timers()
    op.execute(sa.text("INSERT INTO site (name, value) VALUES ('next_ticket', '1001')"))
