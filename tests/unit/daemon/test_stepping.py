"""A batch of due steps is one transaction; where one of them spoils it, each is taken alone, once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from maildesk import app
from maildesk.config import load
from maildesk.daemon.composing import Compose
from maildesk.daemon.stage import VirtualClock
from maildesk.daemon.stepping import Stepping
from maildesk.desk.actions import Mail
from maildesk.desk.words import Audience
from maildesk.errors import Trouble
from maildesk.store import timers
from maildesk.store.database import Database
from maildesk.store.tables import deliveries, events, tickets
from maildesk.store.tables import timers as timers_table
from maildesk.store.writing_deliveries import Composed
from tests.store.conftest import START
from tests.store.rows import DESK, ticket

CONFIG = f"""
secret_file = "secret"
[[desk]]
name = "Example Support"
address = "{DESK}"
time_zone = "UTC"
hours = ["Mon-Sun 00:00-24:00"]
[[agent]]
name = "Anna Schmidt"
address = "anna@example.com"
desks = ["{DESK}"]
"""
NOW = START + timedelta(hours=7, minutes=45)
"""Fifteen minutes before the promise of ``rows.ticket``: the customer hears that it takes longer."""

Before = Callable[[Mail], object]


class House:
    """A desk with tickets whose step is due; ``before`` happens before a mail is composed."""

    def __init__(self, folder: Path, due: int) -> None:
        (folder / "maildesk.toml").write_text(CONFIG)
        (folder / "secret").write_text(f"1 {'ab' * 32}\n")
        (folder / "secret").chmod(0o600)
        clock = VirtualClock(NOW)
        self.database = Database(f"sqlite:///{folder / 'maildesk.db'}", clock)
        self._desk = app.build(load(folder / "maildesk.toml"), clock, database=self.database)
        with self.database.write() as connection:
            for number in range(1, due + 1):
                ticket(connection, number, requester=f"kim{number}@example.net", timer={"due_at": NOW}, promises_made=1)

    def stepping(self, before: Before = lambda _: None) -> Stepping:
        compose: Compose = self._desk.composer.compose

        def composed(mail: Mail, now: datetime) -> Composed:
            before(mail)
            return compose(mail, now)

        return Stepping(self.database, self._desk.settings.site, composed)

    def moved(self) -> list[int]:
        """The tickets that took a step, in the order they took it."""
        with self.database.read() as connection:
            return list(connection.execute(select(events.c.ticket).order_by(events.c.id)).scalars())

    def told(self) -> list[int | None]:
        """The tickets whose customers are written to."""
        asked = select(deliveries.c.ticket).where(deliveries.c.audience == "customer").order_by(deliveries.c.ticket)
        with self.database.read() as connection:
            return list(connection.execute(asked).scalars())

    def attempts(self) -> dict[int, int]:
        with self.database.read() as connection:
            return {row.ticket: row.attempts for row in connection.execute(select(timers_table))}

    def close(self) -> None:
        self._desk.close()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with closing(House(tmp_path, 4)) as house:
        yield house


def of(number: int, error: Exception) -> Before:
    """A composer's bug or trouble with the mails of one ticket."""

    def before(mail: Mail) -> None:
        if mail.ticket == number:
            raise error

    return before


def test_all_that_is_due_takes_its_step_once(house: House) -> None:
    stepping = house.stepping()
    assert stepping.batch(NOW)
    assert not stepping.batch(NOW)
    assert house.moved() == house.told() == [1, 2, 3, 4]


def test_a_bug_in_one_ticket_stops_no_other_and_its_attempt_counts(house: House) -> None:
    assert house.stepping(of(2, ValueError("a bug"))).batch(NOW)
    assert house.moved() == house.told() == [1, 3, 4]
    assert house.attempts() == {1: 0, 2: 1, 3: 0, 4: 0}


def test_what_failed_comes_again_alone_after_its_claim(house: House) -> None:
    house.stepping(of(2, ValueError("a bug"))).batch(NOW)
    later = NOW + timedelta(minutes=10)
    assert timers.claim_due(house.database, later - timedelta(seconds=1), 9) == []
    house.stepping().batch(later)
    assert house.moved() == [1, 3, 4, 2]


def test_a_ticket_that_moves_meanwhile_is_decided_again_and_the_others_go_on(house: House) -> None:
    moves = [3, 3]  # in the batch, and when it is taken alone

    def before(mail: Mail) -> None:
        if moves and mail.ticket == moves[0] and mail.audience is Audience.CUSTOMER:
            moves.pop()
            with house.database.write() as connection:
                row = tickets.c.number == mail.ticket
                connection.execute(update(tickets).where(row).values(version=tickets.c.version + 1, nudged=2))

    stepping = house.stepping(before)
    assert stepping.batch(NOW)
    assert house.moved() == [1, 2, 4]
    assert stepping.batch(NOW)
    assert house.moved() == [1, 2, 4, 3]
    assert house.told() == [1, 2, 3, 4]


def test_trouble_counts_nothing_and_gives_everything_back(house: House) -> None:
    with pytest.raises(Trouble):
        house.stepping(of(3, Trouble("The disk is full."))).batch(NOW)
    assert house.moved() == []
    assert house.attempts() == dict.fromkeys((1, 2, 3, 4), 0)
    assert house.stepping().batch(NOW)
    assert house.moved() == [1, 2, 3, 4]


def test_the_soonest_promise_comes_first_and_what_nobody_was_promised_last(house: House) -> None:
    promised = {1: timedelta(hours=3), 2: timedelta(hours=1), 3: None, 4: timedelta(hours=2)}
    with house.database.write() as connection:
        for number, ahead in promised.items():
            moment = NOW + ahead if ahead is not None else None
            row = timers_table.c.ticket == number
            connection.execute(update(timers_table).where(row).values(promised_at=moment))
    assert timers.claim_due(house.database, NOW, 2) == [2, 4]
    assert timers.claim_due(house.database, NOW, 9) == [1, 3]


def test_a_timer_keeps_the_moment_that_was_promised(house: House) -> None:
    house.stepping().batch(NOW)
    with house.database.read() as connection:
        kept = connection.execute(select(timers_table.c.promised_at).where(timers_table.c.ticket == 1)).scalar_one()
    assert kept is not None
    assert kept > NOW
