"""Tickets that are written together: all of them, or none where another hand moved one (SQLite and PostgreSQL)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection, select, update

from maildesk.desk.words import Ticket
from maildesk.store.database import Database
from maildesk.store.tables import tickets, timers
from maildesk.store.ticket_rows import load_tickets
from maildesk.store.writing_tickets import Conflict, write_tickets, write_timers
from tests.store import rows

NUMBERS = (1, 2, 3)


@pytest.fixture
def known(database: Database) -> list[Ticket]:
    """Three tickets as they were read."""
    with database.write() as connection:
        for number in NUMBERS:
            rows.ticket(connection, number)
    with database.read() as connection:
        return list(load_tickets(connection, NUMBERS).values())


def _subjects(connection: Connection) -> list[str]:
    return list(connection.execute(select(tickets.c.subject).order_by(tickets.c.number)).scalars())


def test_tickets_that_nobody_moved_are_written_together(database: Database, known: list[Ticket]) -> None:
    with database.write() as connection:
        write_tickets(connection, [replace(each, subject=f"new {each.number}") for each in known])
    with database.read() as connection:
        assert _subjects(connection) == ["new 1", "new 2", "new 3"]


def test_where_one_of_them_was_moved_meanwhile_none_is_written(database: Database, known: list[Ticket]) -> None:
    with database.write() as connection:
        connection.execute(update(tickets).where(tickets.c.number == 2).values(version=tickets.c.version + 1))
    with pytest.raises(Conflict), database.write() as connection:
        write_tickets(connection, [replace(each, subject="new") for each in known])
    with database.read() as connection:
        assert "new" not in _subjects(connection)


def test_the_timers_of_many_tickets_are_set_together(database: Database, known: list[Ticket]) -> None:
    later = [
        replace(each, timer=replace(each.timer, due_at=each.timer.due_at + timedelta(hours=each.number)))
        for each in known
        if each.timer is not None
    ]
    with database.write() as connection:
        connection.execute(timers.delete().where(timers.c.ticket == 2))  # one that has none yet is given one
        write_timers(connection, later)
    with database.read() as connection:
        found = list(connection.execute(select(timers.c.due_at).order_by(timers.c.ticket)).scalars())
    assert found == [each.timer.due_at for each in later if each.timer is not None]
