"""Bundles as the store knows them: who waits, until when, and that nothing is in a bundle and alone, or in neither."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from maildesk.desk.mailing.bundling import Member
from maildesk.desk.words import Brakes
from maildesk.store import bundling, deliveries
from maildesk.store.database import Database
from maildesk.store.tables import deliveries as table
from maildesk.store.tables import tickets
from maildesk.store.writing_tickets import Conflict
from tests.store.conftest import START, Hands
from tests.store.rows import delivery, delivery_row, ticket

ANNA, BEN = "anna@example.com", "ben@example.com"
BRAKES = Brakes(0, 0, 0, 0, 0, 0, 0, 3)
QUARTER = timedelta(minutes=15)


def notify(database: Database, count: int, who: str = ANNA, first: int = 1, **changes: Any) -> list[int]:
    """Notifications of one ticket each."""
    row = {"audience": "agent", "automatic": False, "template": "agent/new-ticket", "recipient": who} | changes
    with database.write() as connection:
        for number in range(first, first + count):
            if connection.execute(select(tickets.c.number).where(tickets.c.number == number)).first() is None:
                ticket(connection, number)
        return [delivery(connection, f"{who}-{n}", ticket=n, **row) for n in range(first, first + count)]


def claim(database: Database, brakes: Brakes = BRAKES) -> tuple[list[int], tuple[str, ...]]:
    """What leaves now, all of it taken by the relay, and the agents whose bundle is due."""
    claimed = deliveries.claim(database, brakes, 99, bundling=True)
    with database.write() as connection:
        sent = table.c.id.in_([each.id for each in claimed.due])
        connection.execute(update(table).where(sent).values(state="sent", claimed_by=None))
    return [each.id for each in claimed.due], claimed.bundles


def _bundle(database: Database, members: tuple[Member, ...]) -> int:
    """The mail that holds these, queued as the bundler does."""
    with database.write() as connection:
        into = delivery(connection, "bundle")
        bundling.enclose(connection, members, "bundle", START)
    return into


def test_beyond_the_brake_notifications_wait_a_quarter_of_an_hour_each_agent_for_themselves(
    database: Database, hands: Hands
) -> None:
    mine, bens = notify(database, 5), notify(database, 2, BEN)
    assert claim(database) == ([*mine[:3], *bens], ())
    assert delivery_row(database, mine[3]).next_attempt_at == START + QUARTER
    hands.forward(QUARTER - timedelta(seconds=1))
    assert claim(database) == ([], ())
    hands.forward(timedelta(seconds=1))
    assert claim(database) == ([], (ANNA,))


def test_they_leave_as_soon_as_the_hour_has_room(database: Database, hands: Hands) -> None:
    notify(database, 3)
    claim(database)
    hands.forward(timedelta(minutes=50))
    late = notify(database, 2, first=10, next_attempt_at=START + timedelta(minutes=50))
    assert claim(database) == ([], ())
    assert delivery_row(database, late[0]).next_attempt_at == START + timedelta(hours=1)


def test_a_lifted_brake_bundles_nothing(database: Database) -> None:
    everything = notify(database, 9)
    assert claim(database, Brakes(0, 0, 0, 0, 0, 0, 0, 0)) == (everything, ())


@pytest.mark.parametrize("template", ["agent/receipt", "agent/returned", "agent/held", "agent/digest", "agent/bundle"])
def test_what_answers_an_agent_does_not_wait(database: Database, template: str) -> None:
    notify(database, 5)
    claim(database)
    answer = notify(database, 1, first=20, template=template)
    assert claim(database) == (answer, ())


def test_urgent_tickets_do_not_wait(database: Database) -> None:
    notify(database, 5)
    claim(database)
    urgent = notify(database, 1, first=20)
    with database.write() as connection:
        connection.execute(update(tickets).where(tickets.c.number == 20).values(priority="urgent"))
    assert claim(database) == (urgent, ())


def test_what_is_enclosed_ends_as_bundled_and_names_the_mail_that_has_it(database: Database) -> None:
    waiting = notify(database, 5)[3:]
    claim(database)
    with database.read() as connection:
        members = bundling.waiting_for(connection, ANNA)
    into = _bundle(database, members)
    assert [each.delivery for each in members] == waiting
    row = delivery_row(database, waiting[0])
    assert (row.state, row.bundle) == ("bundled", into)
    assert f"delivery {into}, <bundle@d>" in row.reason


def test_a_mail_that_was_dropped_meanwhile_undoes_the_bundle(database: Database) -> None:
    waiting = notify(database, 5)[3:]
    claim(database)
    with database.read() as connection:
        members = bundling.waiting_for(connection, ANNA)
    with database.write() as connection:
        connection.execute(update(table).where(table.c.id == waiting[1]).values(state="dropped"))
    with pytest.raises(Conflict):
        _bundle(database, members)
    assert delivery_row(database, waiting[0]).state == "waiting"
    with database.read() as connection:
        assert connection.execute(select(table.c.id).where(table.c.key == "bundle")).first() is None


def test_what_an_operator_releases_goes_alone(database: Database) -> None:
    waiting = notify(database, 5)[3:]
    claim(database)
    with database.write() as connection:
        values = {"released": True, "next_attempt_at": START}
        connection.execute(update(table).where(table.c.id == waiting[0]).values(**values))
    assert claim(database) == ([waiting[0]], ())
