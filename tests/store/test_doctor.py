from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert, update

from maildesk.desk.words import Brakes, Fate
from maildesk.store import arrivals, cursors, doctor
from maildesk.store.claims import CLAIM_LASTS
from maildesk.store.database import Database
from maildesk.store.tables import arrivals as arrivals_table
from maildesk.store.tables import messages
from tests.store.conftest import START, Hands
from tests.store.rows import KIM, delivery, ticket
from tests.store.test_arrivals import new
from tests.store.test_listing import message

HOUR = timedelta(hours=1)
MOMENT = timedelta(seconds=1)
UNSAFE = ("fsync", "full_page_writes")  # off in the cluster for tests, which lives in a temporary folder


def found(database: Database, brakes: Brakes | None = None, everything: bool = False) -> list[tuple[int, str]]:
    looked = doctor.examine(database, brakes, everything)
    return [(each.guarantee, each.key) for each in looked if each.key not in UNSAFE]


def test_a_sound_desk_has_no_findings(database: Database, hands: Hands) -> None:
    arrivals.accept(database, [new()])
    (number,) = arrivals.accept(database, [new()])
    with database.write() as connection:
        ticket(connection, 1)
        ticket(connection, 2, state="waiting", promise=None)
        ticket(connection, 3, state="closed", promise=None, timer=None)
        ticket(connection, 4, promise={"state": "untold"})
        ticket(connection, 5, promise={"state": "untellable", "reason": "no-reply address"})
        delivery(connection, "tells", ticket=4, tells_promise=1)
        arrivals.finish(connection, number, Fate.FILED, "evidence", ticket=1)
        connection.execute(insert(messages), message(1, number))
        cursors.first_contact(connection, "m", 1, 1, START)
    assert found(database, Brakes(per_address_day=0)) == []
    assert found(database, Brakes(per_address_day=0), everything=True) == []
    hands.forward(CLAIM_LASTS)
    assert found(database) == []


def _set(connection: Connection, number: int, **values: Any) -> None:
    connection.execute(update(arrivals_table).where(arrivals_table.c.id == number).values(**values))


def _in_trouble(connection: Connection, number: int) -> None:
    cursors.first_contact(connection, "m", 1, 1, START)
    cursors.checked(connection, "m", START, "Login refused.")


def _filed_twice(connection: Connection, number: int) -> None:
    arrivals.finish(connection, number, Fate.FILED, "x")
    ticket(connection, 7)
    ticket(connection, 8)
    connection.execute(insert(messages), [message(7, number), message(8, number)])


def _untold(connection: Connection, number: int) -> None:
    ticket(connection, 7, promise={"state": "untold"})
    delivery(connection, "a", ticket=7, tells_promise=1, state="dropped")


OFFENCES: dict[str, tuple[Callable[[Connection, int], object], tuple[int, str]]] = {
    "nobody processes": (lambda c, n: _set(c, n, next_attempt_at=START - HOUR - MOMENT), (1, "arrival 1")),
    "deaf": (lambda c, n: cursors.first_contact(c, "m", 1, 1, START - HOUR - MOMENT), (1, "m")),
    "in trouble": (_in_trouble, (1, "m")),
    "filed nowhere": (lambda c, n: arrivals.finish(c, n, Fate.FILED, "x"), (2, "arrival 1")),
    "filed twice": (_filed_twice, (2, "arrival 1")),
    "nobody delivers": (
        lambda c, n: delivery(c, "a", next_attempt_at=START - HOUR - MOMENT),
        (3, "delivery 1"),
    ),
    "untrue": (lambda c, n: delivery(c, "a", state="held", states_until=START - HOUR - MOMENT), (3, "delivery 1")),
    "no timer": (lambda c, n: ticket(c, 7, state="solved", promise=None, timer=None), (4, "ticket 7")),
    "timer of a closed ticket": (lambda c, n: ticket(c, 7, state="closed", promise=None), (4, "ticket 7")),
    "late step": (lambda c, n: ticket(c, 7, timer={"due_at": START - HOUR - MOMENT}), (4, "ticket 7")),
    "failing step": (lambda c, n: ticket(c, 7, timer={"attempts": 4}), (4, "ticket 7")),
    "no promise": (lambda c, n: ticket(c, 7, promise=None), (4, "ticket 7")),
    "kept promise only": (lambda c, n: ticket(c, 7, promise={"state": "kept"}), (4, "ticket 7")),
    "untold": (_untold, (4, "ticket 7")),
    "lapsed": (lambda c, n: ticket(c, 7, promise={"at": START}), (4, "ticket 7")),
    "untellable for no reason": (
        lambda c, n: ticket(c, 7, promise={"state": "untellable", "reason": ""}),
        (4, "ticket 7"),
    ),
    "stuck": (lambda c, n: _set(c, n, attempts=4), (5, "arrival 1")),
    "set aside and nobody told": (lambda c, n: arrivals.finish(c, n, Fate.FAILED, "x"), (5, "arrival 1")),
    "a flood": (lambda c, n: [delivery(c, str(k), state="sent", first_claimed_at=START) for k in range(21)], (6, KIM)),
}


@pytest.mark.parametrize("offence", OFFENCES)
def test_an_offence_is_found(database: Database, offence: str) -> None:
    (number,) = arrivals.accept(database, [new()])
    commit, expected = OFFENCES[offence]
    with database.write() as connection:
        commit(connection, number)
    assert found(database) == [expected]
    assert found(database, everything=True) == [expected]
    assert all(each.what.endswith(".") and each.remedy.endswith(".") for each in doctor.examine(database))


def test_released_mail_is_no_flood(database: Database) -> None:
    with database.write() as connection:
        for number in range(21):
            delivery(connection, str(number), state="sent", first_claimed_at=START, released=True)
    assert found(database) == []


def test_a_database_that_may_lose_what_it_committed_is_found(database: Database) -> None:
    assert tuple(each.key for each in doctor.examine(database)) == (() if database.sqlite else UNSAFE)


def test_mail_that_counts_as_filed_long_ago_is_looked_at_with_everything(database: Database, hands: Hands) -> None:
    ids = arrivals.accept(database, [new(number) for number in range(doctor.NEWEST + 1)])
    with database.write() as connection:
        ticket(connection, 7)
        for number in ids[1:]:
            arrivals.finish(connection, number, Fate.FILED, "evidence", ticket=7)
            connection.execute(insert(messages), message(7, number))
        arrivals.finish(connection, ids[0], Fate.FILED, "evidence", ticket=7)
        _set(connection, ids[0], accepted_at=START - HOUR)
    assert found(database) == []
    assert found(database, everything=True) == [(2, f"arrival {ids[0]}")]


def test_a_desk_without_mail_is_new(database: Database) -> None:
    assert doctor.is_new(database)
    arrivals.accept(database, [new()])
    assert not doctor.is_new(database)
