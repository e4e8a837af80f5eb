"""What several addresses of a person know together, on both databases; praise, and who knows the customer."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from maildesk.desk.actions import Joining, PersonChange, Praise
from maildesk.store.database import Database
from maildesk.store.loads import load_of
from maildesk.store.persons import addresses_of, person_of, profile_of, write_joining
from maildesk.store.praising import praise_counts, praises_for, write_praise
from maildesk.store.tables import ratings
from maildesk.store.writing_people import write_people
from tests.store import rows
from tests.store.conftest import START
from tests.store.rows import DESK, KIM
from tests.unit.desk.making_facts import ANNA, BEN
from tests.unit.desk.making_facts import DESK as DESK_OF_FACTS
from tests.unit.desk.making_facts import SITE as SITE_OF_FACTS

HOME = "kim@home.example"


@pytest.fixture
def joined(database: Database) -> Database:
    """Kim with two addresses, each with something of its own."""
    with database.write() as connection:
        office = PersonChange(DESK, KIM, 0, name="Kim", notes="deaf", vip=False)
        home = PersonChange(DESK, HOME, 0, language="de", chosen_name="Kim Kaspar", notes="deaf\nlikes tea", vip=True)
        write_people(connection, (office, home))
        write_joining(connection, START, Joining(DESK, HOME, KIM, ANNA))
    return database


@pytest.mark.parametrize("address", [KIM, HOME])
def test_all_addresses_know_what_was_said_of_any(joined: Database, address: str) -> None:
    with joined.read() as connection:
        known = person_of(connection, DESK, address)
        assert addresses_of(connection, DESK, address) == known.addresses == (KIM, HOME)
    assert (known.name, known.language, known.chosen_name, known.vip) == ("Kim", "de", "Kim Kaspar", True)
    assert known.notes == ("deaf", "likes tea")


def test_parting_them_restores_what_was(joined: Database) -> None:
    with joined.write() as connection:
        write_joining(connection, START, Joining(DESK, HOME, "", ANNA))
    with joined.read() as connection:
        office, home = person_of(connection, DESK, KIM), person_of(connection, DESK, HOME)
    assert (office.notes, office.vip, office.chosen_name, office.addresses) == (("deaf",), False, "", ())
    assert (home.name, home.vip, home.addresses) == ("", True, ())


def test_another_desk_knows_nothing_of_it(joined: Database) -> None:
    with joined.read() as connection:
        assert person_of(connection, "sales@example.com", HOME).addresses == ()
        assert addresses_of(connection, "sales@example.com", HOME) == (HOME,)


def test_a_profile_counts_the_tickets_promises_ratings_and_praise_of_every_address(joined: Database) -> None:
    with joined.write() as connection:
        rows.ticket(connection, 1, promise={"state": "kept"})
        rows.ticket(connection, 2, requester=HOME, promise={"state": "replaced"})
        rows.ticket(connection, 3, requester="otto@example.net", promise={"state": "broken"})
        rows.ticket(connection, 4, requester=HOME, desk="sales@example.com")
        said: dict[str, Any] = {"ticket": 2, "desk": DESK, "agent": ANNA, "at": START, "score": 5, "solved": True}
        connection.execute(insert(ratings), said)
        write_praise(connection, Praise(2, 1, DESK, ANNA, "rating", START, "5"))
    with joined.read() as connection:
        found = profile_of(connection, DESK, (DESK,), HOME, "", None)
    assert {each.number for each in found.tickets} == {1, 2}
    assert (found.name, found.kept, found.moved, found.broken, found.praised) == ("Kim Kaspar", 1, 1, 0, 1)
    assert [(each.ticket, each.score) for each in found.rated] == [(2, 5)]


def test_praise_counts_once_for_each_turn(database: Database) -> None:
    with database.write() as connection:
        rows.ticket(connection, 1, subject="A lamp", requester_name="Kim")
        for turn, agent, at in ((1, ANNA, 0), (1, BEN, 1), (2, ANNA, 2), (3, BEN, 3)):
            write_praise(connection, Praise(1, turn, DESK, agent, "thanks", START + timedelta(hours=at), "Thanks!"))
    with database.read() as connection:
        assert praise_counts(connection) == {ANNA: 2, BEN: 1}
        (one,) = praises_for(connection, ANNA, START, START + timedelta(days=1))
        assert (one.ticket, one.requester_name, one.subject) == (1, "Kim", "A lamp")


def test_who_answered_one_address_knows_the_other_and_turns_go_by_the_last_ticket_of_each(joined: Database) -> None:

    desk = replace(DESK_OF_FACTS, assign="in-turn")
    with joined.write() as connection:
        rows.ticket(connection, 1, assignee=BEN, last_answer_at=START)
        rows.ticket(connection, 2, requester="otto@example.net", assignee=ANNA)
        rows.ticket(connection, 3, requester="eve@example.net", assignee=ANNA, state="closed", timer=None)
        rows.ticket(connection, 4, requester="eve@example.net", assignee=BEN, desk="sales@example.com")
    with joined.read() as connection:
        load = load_of(connection, SITE_OF_FACTS, desk, HOME)
    assert load.knows == BEN
    assert load.newest == {ANNA: 3, BEN: 1}
    assert load.open_tickets == {ANNA: 1, BEN: 2}
