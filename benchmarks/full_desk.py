"""A database with as many open tickets as wanted, in a minute or two: rows as the roles write them, made by SQL.

Each ticket has its question (every other one a second mail), its threads, the acknowledgement and the notification
that were sent, its history, a told promise and a timer; every fifth a participant. Addresses and Message-IDs are
spread, as they are in life, so that indexes are no better packed than those of a real desk.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, text

from maildesk.store.compression import pack
from maildesk.store.database import Database

DESK = "support@example.com"
AGENTS = ("anna@example.com", "ben@example.com")
NOW = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
"""A Wednesday, eleven o'clock in Berlin."""

FIRST = 1001
_CHUNK = 50_000

_NUMBERS = "WITH RECURSIVE n(k) AS (SELECT CAST(:first AS {int}) UNION ALL SELECT k + 1 FROM n WHERE k < :last) "
_MADE = """
INSERT INTO people (desk, address, version, name, language, unreachable, spam, brake_trips)
SELECT '{desk}', {customer}, 1, 'Customer ' || k, 'en', '', false, 0 FROM n
---
INSERT INTO arrivals (id, arrived_at, accepted_at, intake, sender, recipients, raw, size, desk, authserv_id,
 trusted_results, spam, history, left_out, state, fate, reason, message_id, ticket, attempts, next_attempt_at, override)
SELECT k, {made}, {made}, 'smtp', {customer}, '["{desk}"]', :mail, 900, '{desk}', '', '', false, false, '', 'done',
 'new-ticket', 'no evidence of a known ticket', {question}, k, 1, {made}, '' FROM n
---
INSERT INTO seen (key, arrival) SELECT {spread} || '-seen', k FROM n
---
INSERT INTO tickets (number, version, desk, state, state_since, requester, requester_name, requester_trust, language,
 priority, subject, root_id, opened_at, turn, turn_began_at, last_customer_at, acknowledged_turn, unanswerable, stopped,
 resting, pause_reason, last_ids, last_customer_id, reopened, unanswered, nudged, promises_made)
SELECT k, 3, '{desk}', 'open', {made}, {customer}, 'Customer ' || k, 'authenticated', 'en', 'normal',
 'Locked out of account ' || k, {spread} || '.root@example.com', {made}, 1, {made}, {made}, 1, '', false, false, '',
 '[]', {question}, 0, 1, 0, 1 FROM n
---
INSERT INTO participants (ticket, address, name, since, brought_by)
SELECT k, {spread} || '@colleague.example', 'Colleague', {made}, {customer} FROM n WHERE k % 5 = 0
---
INSERT INTO messages (desk, ticket, arrival, kind, from_name, from_address, trust, message_id, at, subject, text,
 new_text, reason)
SELECT '{desk}', k, k, 'question', 'Customer ' || k, {customer}, 'authenticated', {question}, {made},
 'Locked out of account ' || k, :body, :body, 'no evidence of a known ticket' FROM n
---
INSERT INTO messages (desk, ticket, arrival, kind, from_name, from_address, trust, message_id, at, subject, text,
 new_text, reason)
SELECT '{desk}', k, NULL, 'question', 'Customer ' || k, {customer}, 'authenticated', {spread} || '.2@mail.example',
 {made} + 60000000, 'Re: Locked out', :body, :body, 'References' FROM n WHERE k % 2 = 0
---
INSERT INTO threads (message_id, ticket, source, people, at)
SELECT {question}, k, 'filed', '["someone@example.net"]', {made} FROM n
---
INSERT INTO threads (message_id, ticket, source, people, at)
SELECT {spread} || '.ack@example.com', k, 'sent', '["someone@example.net"]', {made} FROM n
---
INSERT INTO deliveries (key, desk, ticket, template, audience, automatic, recipient, recipient_domain, recipient_trust,
 envelope_from, message_id, raw, state, reason, created_at, send_at, states_until, tells_promise, keeps_promise,
 released, attempts, first_claimed_at, next_attempt_at, ended_at, relay_response)
SELECT 'received:' || k, '{desk}', k, 'received', 'customer', true, {customer}, 'c' || (k % 5000) || '.example',
 'authenticated', 'bounce@example.com', {spread} || '.ack@example.com', :mail, 'sent', '', {made}, {made}, {at}, 1,
 false, false, 1, {made}, {made}, {made}, '250 queued' FROM n
---
INSERT INTO deliveries (key, desk, ticket, template, audience, automatic, recipient, recipient_domain, recipient_trust,
 envelope_from, message_id, raw, state, reason, created_at, send_at, keeps_promise, released, attempts,
 first_claimed_at, next_attempt_at, ended_at, relay_response)
SELECT 'new-ticket:' || k, '{desk}', k, 'agent/new-ticket', 'agent', true, 'anna@example.com', 'example.com',
 'authenticated', 'bounce@example.com', {spread} || '.note@example.com', :mail, 'sent', '', {made}, {made},
 false, false, 1, {made}, {made}, {made}, '250 queued' FROM n
---
INSERT INTO events (desk, ticket, arrival, at, what, reason, by)
SELECT '{desk}', k, k, {made}, 'new ticket', 'no evidence of a known ticket', 'desk' FROM n
---
INSERT INTO promises (ticket, number, turn, at, state, made_at, reason, told_at, renewals)
SELECT k, 1, 1, {at}, 'told', {made}, '8 h of service time', {made}, 0 FROM n
---
INSERT INTO timers (ticket, due_at, step, attempts, next_attempt_at, held, promised_at)
SELECT k, {due}, {step}, 0, {due}, false, {at} FROM n
"""

_MAIL = b"From: someone@example.net\r\nSubject: Locked out\r\n\r\n" + b"I cannot log in since this morning. " * 20
_BODY = "I cannot log in since this morning; the page says that my account is locked.\n" + "Please help. " * 20


def fill(database: Database, tickets: int, due: int, ahead: timedelta = timedelta(days=2)) -> None:
    """Makes the tickets; the steps of ``due`` of them, spread evenly, are due at ``NOW``. The tables must be empty.

    Those that are not due were opened in the sixty days before, and have their promise, and their first step, further
    ahead than ``ahead``, a minute apart.
    Of those that are due a third each is half-way to the promise, most of the way, and about to lapse.
    """
    given = {"mail": pack(_MAIL), "body": _BODY}
    with _for_bulk(database):
        for first in range(FIRST, FIRST + tickets, _CHUNK):
            last = min(first + _CHUNK, FIRST + tickets) - 1
            words = _words(database, max(1, tickets // due), ahead)
            with database.write(durable=False) as connection:
                for statement in _MADE.split("---"):
                    _run(connection, _numbers_first(statement.format(**words), database), given, first, last)
        with database.write() as connection:
            connection.execute(
                text("UPDATE site SET value = :next WHERE name = 'next_ticket'"), {"next": str(last + 1)}
            )
            _go_on_counting(connection, last)


def _numbers_first(statement: str, database: Database) -> str:
    numbers = _NUMBERS.format(int="INTEGER" if database.sqlite else "bigint")
    head, _, tail = statement.partition("SELECT")
    return f"{head}{numbers}SELECT{tail}"


def _run(connection: Connection, statement: str, given: Mapping[str, Any], first: int, last: int) -> None:
    asked = {name: value for name, value in given.items() if f":{name}" in statement}
    connection.execute(text(statement), {**asked, "first": first, "last": last})


def _words(database: Database, every: int, ahead: timedelta) -> dict[str, str]:
    """The expressions of a ticket: its addresses, ids and moments."""
    now, minute = _micros(NOW), 60_000_000
    is_due = f"k % {every} = 0"
    # the promise in: 4 h (half of its 8 h are over), 1 h 30 min, 45 min
    left = f"CASE (k / {every}) % 3 WHEN 0 THEN {237 * minute} WHEN 1 THEN {90 * minute} ELSE {45 * minute} END"
    later = f"{_micros(NOW + ahead)} + (k % 10000) * {minute}"
    at = f"CASE WHEN {is_due} THEN {now} + {left} ELSE {later} END"
    numeral = "printf('%010x', {})" if database.sqlite else "lpad(to_hex({}), 10, '0')"
    spread = numeral.format("(k * 2654435761) % 1099511627776")
    return {
        "desk": DESK,
        "spread": spread,
        "customer": f"{spread} || '@c' || (k % 5000) || '.example'",
        "question": f"{spread} || '.1@mail.example'",
        "made": f"CASE WHEN {is_due} THEN {at} - {24 * 60 * minute} ELSE {now} - (k % 60 + 1) * {24 * 60 * minute} END",
        "at": f"({at})",
        "due": f"CASE WHEN {is_due} THEN {now} - (k % 600) * 1000000 ELSE {at} - {12 * 60 * minute} END",
        "step": "'remind-assignee'",
    }


def _micros(moment: datetime) -> int:
    return int(moment.timestamp()) * 1_000_000


@contextmanager
def _for_bulk(database: Database) -> Iterator[None]:
    """While many rows are written SQLite has no indexes and a large cache; afterwards all is as it was."""
    if not database.sqlite:
        yield
        with database.engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("VACUUM ANALYZE")
        return
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA cache_size=-400000")
        asked = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        indexes = connection.exec_driver_sql(asked).all()
        for index in indexes:
            connection.exec_driver_sql(f"DROP INDEX {index.name}")
    yield
    with database.engine.connect() as connection:
        for index in indexes:
            connection.exec_driver_sql(index.sql)
    database.engine.dispose()


def _go_on_counting(connection: Connection, last: int) -> None:
    """PostgreSQL counts ids in a sequence, which rows with given ids do not move."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT setval(pg_get_serial_sequence('arrivals', 'id'), :last)"), {"last": last})
