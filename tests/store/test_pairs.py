"""The question whether two addresses are one customer's: one row for each pair, for good, on both databases."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import insert, select

from maildesk.desk.actions import Joining, PairChange, PersonChange
from maildesk.desk.known.pair_facts import PairQuestion, Stage
from maildesk.store.database import Database
from maildesk.store.pairs import write_pair
from maildesk.store.persons import person_of, write_joining
from maildesk.store.tables import messages, same_person
from maildesk.store.writing_people import write_people
from maildesk.store.writing_tickets import Conflict
from tests.store import rows
from tests.store.conftest import START
from tests.store.rows import DESK, KIM
from tests.unit.desk.making_facts import ANNA

HOME, EVE = "kim@home.example", "eve@elsewhere.example"
ASKED = PairQuestion(DESK, 1, 1, KIM, HOME, Stage.OTHER, START, wrote_at=START)
CLAIMED = replace(ASKED, stage=Stage.CUSTOMER)


@pytest.fixture
def asked(database: Database) -> Database:
    """Kim's ticket, on which strangers wrote, and one of them was asked."""
    with database.write() as connection:
        rows.ticket(connection)
        for number, (who, kind) in enumerate([(HOME, "stranger"), (EVE, "stranger"), (HOME, "command")]):
            said = {"desk": DESK, "ticket": 1, "kind": kind, "from_address": who, "trust": "authenticated"}
            connection.execute(insert(messages), said | {"at": START, "message_id": f"{number}@d"})
        write_pair(connection, PairChange(ASKED, None))
    return database


@pytest.mark.parametrize("again", [ASKED, replace(ASKED, customer=HOME, other=KIM, number=2)])
def test_a_pair_is_asked_once_whoever_is_asked_first(asked: Database, again: PairQuestion) -> None:
    with pytest.raises(Conflict), asked.write() as connection:
        write_pair(connection, PairChange(again, None))


def test_an_answer_counts_only_where_the_question_still_stands_as_it_was_read(asked: Database) -> None:
    with asked.write() as connection:
        write_pair(connection, PairChange(CLAIMED, Stage.OTHER))
    with pytest.raises(Conflict), asked.write() as connection:
        write_pair(connection, PairChange(replace(ASKED, stage=Stage.DENIED), Stage.OTHER))
    with asked.read() as connection:
        assert connection.execute(select(same_person.c.stage)).scalars().all() == ["customer"]


def test_what_they_wrote_before_is_the_customers_when_both_have_said_yes(asked: Database) -> None:
    with asked.write() as connection:
        write_pair(connection, PairChange(CLAIMED, Stage.OTHER))
        write_pair(connection, PairChange(replace(CLAIMED, stage=Stage.JOINED), Stage.CUSTOMER))
    with asked.read() as connection:
        said = connection.execute(select(messages.c.from_address, messages.c.kind).order_by(messages.c.id)).all()
    assert [tuple(row) for row in said] == [(HOME, "question"), (EVE, "stranger"), (HOME, "command")]


def test_what_is_known_of_a_person_says_which_addresses_proved_themselves(database: Database) -> None:
    phone = "kim@phone.example"
    with database.write() as connection:
        write_people(connection, [PersonChange(DESK, KIM, 0, name="Kim")])
        write_joining(connection, START, Joining(DESK, HOME, KIM, KIM))
        write_joining(connection, START, Joining(DESK, phone, KIM, ANNA))
    with database.read() as connection:
        known = person_of(connection, DESK, KIM)
    assert (set(known.addresses), known.proven) == ({KIM, HOME, phone}, (HOME,))
