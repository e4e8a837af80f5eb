"""Brakes as they act when deliveries are claimed: what is counted, what is held, who hears of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event, select, update

from maildesk.desk.words import Brakes
from maildesk.store import deliveries
from maildesk.store.database import Database
from maildesk.store.tables import deliveries as table
from maildesk.store.tables import notices, people
from maildesk.store.trips import Braked
from tests.store.conftest import START, Hands
from tests.store.rows import DESK, KIM, delivery, delivery_row, ticket

LIFTED = Brakes(0, 0, 0, 0, 0, 0, 0, 0)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def only(**limits: int) -> Brakes:
    return Brakes(**({name: 0 for name in Brakes.__slots__ if name != "freemail"} | limits))  # type: ignore[arg-type]  # all are int


def queue(database: Database, count: int, **changes: Any) -> list[int]:
    """Mails of one ticket each, so that none waits for another."""
    with database.write() as connection:
        first = connection.execute(select(table.c.id).order_by(table.c.id.desc())).scalar() or 0
        return [delivery(connection, f"{first}-{number}", **changes) for number in range(count)]


def claim(database: Database, brakes: Brakes) -> int:
    return len(deliveries.claim(database, brakes, 99).due)


def strangers(count: int, domain: str = "x.example") -> list[dict[str, Any]]:
    return [{"recipient": f"kim{n}@{domain}", "recipient_trust": "stranger"} for n in range(count)]


@pytest.mark.parametrize("brakes", [only(per_address_hour=3), only(per_address_day=3), only(per_stranger_hour=3)])
def test_an_address_gets_so_much_and_no_more(database: Database, brakes: Brakes) -> None:
    queue(database, 5, recipient_trust="stranger")
    queue(database, 2, recipient="lee@example.net")
    assert claim(database, brakes) == 3 + 2
    assert claim(database, brakes) == 0


@pytest.mark.parametrize("brakes", [only(per_ticket_hour=2), only(per_ticket_day=2)])
def test_a_ticket_sends_an_address_so_much_and_no_more(database: Database, brakes: Brakes, hands: Hands) -> None:
    with database.write() as connection:
        for number in (1, 2):
            ticket(connection, number)
            for mail in range(2):
                delivery(connection, f"{number}-{mail}", ticket=number, state="sent", first_claimed_at=START)
        delivery(connection, "third", ticket=1)
        delivery(connection, "no ticket")
    assert [each.key for each in deliveries.claim(database, brakes, 9).due] == ["no ticket"]


def test_strangers_of_one_domain_get_so_much_together(database: Database) -> None:
    for changes in strangers(4) + strangers(2, "freemail.example"):
        queue(database, 1, **changes)
    queue(database, 3, recipient="kim0@x.example")  # authenticated
    brakes = Brakes(0, 0, 0, 0, 0, 2, 0, 0, freemail=frozenset({"freemail.example"}))
    assert claim(database, brakes) == 2 + 2 + 3


def test_strangers_of_all_domains_get_so_much_together(database: Database) -> None:
    for changes in strangers(2) + strangers(2, "y.example"):
        queue(database, 1, **changes)
    queue(database, 3)
    assert claim(database, only(strangers_per_site_hour=3)) == 3 + 3


@pytest.mark.parametrize(
    "changes",
    [{"automatic": False}, {"audience": "agent"}, {"released": True}, {"first_claimed_at": START - 2 * HOUR}],
    ids=["a person's answer", "to an agent", "released", "tried before"],
)
def test_what_the_brakes_do_not_hold(database: Database, changes: dict[str, Any]) -> None:
    queue(database, 1, state="sent", first_claimed_at=START)
    queue(database, 3, **changes)
    assert claim(database, only(per_address_hour=1)) == 3


def test_what_is_counted_are_first_attempts_within_the_window(database: Database, hands: Hands) -> None:
    brakes = only(per_address_hour=2)
    queue(database, 3)
    assert claim(database, brakes) == 2
    hands.forward(HOUR - timedelta(microseconds=1))
    with database.write() as connection:
        connection.execute(update(table).where(table.c.first_claimed_at.is_not(None)).values(state="sent"))
    assert claim(database, brakes) == 0
    hands.forward(5 * MINUTE)
    assert claim(database, brakes) == 1  # there is room again


def test_what_a_brake_holds_stays_with_its_reason_until_there_may_be_room(database: Database) -> None:
    queue(database, 1, state="sent", first_claimed_at=START)
    (held,) = queue(database, 1)
    (braked,) = deliveries.claim(database, only(per_address_hour=1), 9).braked
    row = delivery_row(database, held)
    assert (row.state, row.attempts, row.first_claimed_at, row.claimed_by) == ("waiting", 0, None, None)
    assert row.reason == "Brake per_address.hour: This address got 1 automatic mails in an hour; the brake is 1."
    assert (row.next_attempt_at, row.braked_at) == (START + 5 * MINUTE, START)
    assert (braked.delivery, braked.recipient, braked.desk, braked.first) == (held, KIM, DESK, True)
    assert deliveries.next_due(database) == START + 5 * MINUTE


def test_what_a_brake_holds_is_dropped_when_its_moment_passes(database: Database, hands: Hands) -> None:
    queue(database, 1, state="sent", first_claimed_at=START)
    (held,) = queue(database, 1, states_until=START + MINUTE)
    assert claim(database, only(per_address_hour=1)) == 0
    hands.forward(MINUTE)
    assert [each.delivery_id for each in deliveries.claim(database, LIFTED, 9).stale] == [held]


def test_what_a_brake_holds_makes_no_persons_answer_wait(database: Database, hands: Hands) -> None:
    with database.write() as connection:
        ticket(connection, 1)
    queue(database, 1, state="sent", first_claimed_at=START)
    queue(database, 1, ticket=1)
    assert claim(database, only(per_address_hour=1)) == 0
    queue(database, 1, ticket=1, automatic=False)
    assert claim(database, only(per_address_hour=1)) == 1


def test_admins_hear_of_a_tripped_brake_once_a_day_however_much_it_holds(database: Database, hands: Hands) -> None:
    brakes = only(per_address_hour=1, strangers_per_site_hour=1)
    heard: list[Braked] = []

    def hear(connection: Connection, braked: Sequence[Braked], now: datetime) -> None:
        heard.extend(each for each in braked if each.tell_admins)

    queue(database, 3)
    for changes in strangers(3):
        queue(database, 1, **changes)
    deliveries.claim(database, brakes, 9, on_trips=hear)
    hands.forward(5 * MINUTE)
    queue(database, 1)
    deliveries.claim(database, brakes, 9, on_trips=hear)
    assert [each.brake.brake for each in heard] == ["per_address.hour", "strangers_per_site.hour"]
    with database.read() as connection:
        assert len(connection.execute(select(notices)).all()) == 2


def test_a_trip_that_could_not_be_told_did_not_happen(database: Database) -> None:
    queue(database, 1, state="sent", first_claimed_at=START)
    (held,) = queue(database, 1)

    def fails(connection: Connection, braked: Sequence[Braked], now: datetime) -> None:
        raise LookupError

    with pytest.raises(LookupError):
        deliveries.claim(database, only(per_address_hour=1), 9, on_trips=fails)
    assert delivery_row(database, held).braked_at is None
    assert deliveries.claim(database, only(per_address_hour=1), 9).braked[0].tell_admins


def test_an_address_that_trips_twice_is_a_suspected_robot(database: Database, hands: Hands) -> None:
    brakes = only(per_address_hour=1)
    queue(database, 2)
    claim(database, brakes)
    assert _person(database) == (1, None)
    hands.forward(5 * MINUTE)
    claim(database, brakes)  # the same mail is looked at again: no second trip
    assert _person(database) == (1, None)
    queue(database, 1)
    claim(database, brakes)
    assert _person(database) == (2, hands.now)


def test_a_crowd_makes_nobody_a_robot(database: Database) -> None:
    for changes in strangers(4):
        queue(database, 1, **changes)
    claim(database, only(strangers_per_site_hour=1))
    with database.read() as connection:
        assert connection.execute(select(people)).all() == []


def _person(database: Database) -> tuple[int, datetime | None]:
    with database.read() as connection:
        row = connection.execute(select(people).where(people.c.address == KIM, people.c.desk == DESK)).one()
        return row.brake_trips, row.robot_since


def test_lifted_brakes_are_not_even_counted(database: Database) -> None:
    queue(database, 3, recipient_trust="stranger")
    statements: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
    assert claim(database, LIFTED) == 3
    assert not [each for each in statements if "count(" in each]
    queue(database, 1, recipient_trust="stranger")
    claim(database, Brakes())
    assert [each for each in statements if "count(" in each]
