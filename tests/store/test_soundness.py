"""The database notes by itself who is left hanging, whoever wrote it, and forgets them when they no longer are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from maildesk.store import doctor
from maildesk.store.database import Database
from maildesk.store.soundness import TRIGGERS, hanging, missing_triggers
from tests.store.rows import ticket

LIVE = "INSERT INTO timers (ticket, due_at, step, attempts, next_attempt_at, held) VALUES (1, 9, 'close', 0, 9, false)"
MOVE = "UPDATE tickets SET state = '{}' WHERE number = {}"


def noted(database: Database) -> list[int]:
    with database.read() as connection:
        return list(connection.execute(select(hanging.c.ticket).order_by(hanging.c.ticket)).scalars())


def by_hand(database: Database, *statements: str) -> None:
    with database.write() as connection:
        for statement in statements:
            connection.execute(text(statement))


@pytest.fixture
def sound(database: Database) -> Database:
    with database.write() as connection:
        ticket(connection, 1)
        ticket(connection, 2, state="solved", promise=None)
        ticket(connection, 3, state="closed", promise=None, timer=None)
    assert noted(database) == []
    return database


@pytest.mark.parametrize(
    ("harm", "cure", "whom"),
    [
        ("DELETE FROM timers WHERE ticket = 1", LIVE, 1),
        (MOVE.format("closed", 1), "DELETE FROM timers WHERE ticket = 1", 1),
        (MOVE.format("open", 2), MOVE.format("paused", 2), 2),
        (MOVE.format("solved", 3), MOVE.format("merged", 3), 3),
        ("UPDATE promises SET state = 'kept'", "UPDATE promises SET state = 'told'", 1),
        ("DELETE FROM promises", MOVE.format("waiting", 1), 1),
        ("UPDATE timers SET ticket = 3 WHERE ticket = 2", "UPDATE timers SET ticket = 2 WHERE ticket = 3", 2),
    ],
)  # fmt: skip
def test_harm_done_by_hand_is_noted_until_it_is_cured(sound: Database, harm: str, cure: str, whom: int) -> None:
    by_hand(sound, harm)
    assert whom in noted(sound)
    assert [each.key for each in doctor.examine(sound) if each.guarantee == 4][:1] == [f"ticket {min(noted(sound))}"]
    by_hand(sound, cure)
    assert noted(sound) == []


def test_a_ticket_that_is_gone_hangs_no_more(sound: Database) -> None:
    by_hand(sound, "DELETE FROM timers WHERE ticket = 2")
    assert noted(sound) == [2]
    by_hand(sound, "DELETE FROM tickets WHERE number = 2")
    assert noted(sound) == []


def test_what_was_rolled_back_left_nobody_hanging(sound: Database) -> None:
    with pytest.raises(DBAPIError):
        by_hand(sound, "DELETE FROM timers", "INSERT INTO timers (ticket) VALUES (NULL)")
    assert noted(sound) == []


def test_while_triggers_are_off_the_doctor_says_so_and_a_full_reading_finds_what_happened(sound: Database) -> None:
    with triggers_off(sound):
        by_hand(sound, "DELETE FROM timers WHERE ticket = 1")
        assert noted(sound) == []
        assert "hanging_timers_delete" in [each.key for each in doctor.examine(sound)]
        assert "ticket 1" in [each.key for each in doctor.examine(sound, everything=True)]


def test_every_trigger_is_there(sound: Database) -> None:
    assert len(TRIGGERS) == 9
    with sound.read() as connection:
        assert missing_triggers(connection) == []


@contextmanager
def triggers_off(database: Database) -> Iterator[None]:
    if database.sqlite:
        by_hand(database, "DROP TRIGGER hanging_timers_delete")
        yield
        return
    by_hand(database, "ALTER TABLE timers DISABLE TRIGGER hanging_timers_delete")
    try:
        yield
    finally:
        by_hand(database, "ALTER TABLE timers ENABLE TRIGGER hanging_timers_delete")
