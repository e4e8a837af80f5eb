"""What the real roles write down of an answer: a whole desk, from the question to the row that promises are made of."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from maildesk.daemon.stage import VirtualClock
from maildesk.store.tables import answer_times
from tests.worlds.engine import World
from tests.worlds.house import House
from tests.worlds.script import read_script

HERE = Path(__file__).parent


def rows(world: str, home: Path) -> list[tuple[int, int, str]]:
    script = read_script(HERE / world)
    clock = VirtualClock(script.start)
    house = House(script.config, home, clock)
    try:
        World(script, clock, [house]).play()
        with house.database.read() as connection:
            found = connection.execute(select(answer_times).order_by(answer_times.c.id)).all()
        assert all(row.answered_at > row.began_at and row.wait <= row.answered_at - row.began_at for row in found)
        return [(row.ticket, row.turn, row.agent) for row in found]
    finally:
        house.close()


def test_each_turn_that_a_person_answered_is_measured_once(tmp_path: Path) -> None:
    assert rows("01-the-whole-job", tmp_path) == [(1001, 1, "anna@example.com"), (1001, 2, "anna@example.com")]


def test_a_note_answers_nobody(tmp_path: Path) -> None:
    assert rows("05-note", tmp_path) == []
