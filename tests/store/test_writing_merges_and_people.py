"""What a merge moves and what it leaves, what is written of customers and agents, and what is nobody else's."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Table, insert, select

from maildesk.desk.actions import AgentChange, Merging, PersonChange, Reminder, Wish
from maildesk.store.database import Database
from maildesk.store.tables import agent_states, asked_reminders, deliveries, messages, people, reminders
from maildesk.store.writing_merges import write_merging
from maildesk.store.writing_people import end_reminder, write_agent, write_people, write_reminder, write_wish
from maildesk.store.writing_tickets import Conflict
from tests.store import rows
from tests.store.conftest import START
from tests.store.rows import DESK, KIM
from tests.unit.desk.making_facts import ANNA, BEN

GONE, INTO, OTHER = 1, 2, 3
LATER = START + timedelta(days=1)


def rows_of(database: Database, table: Table, *names: str) -> list[tuple[Any, ...]]:
    """These columns of all rows, in order."""
    columns = [table.c[name] for name in names]
    with database.read() as connection:
        return [tuple(each) for each in connection.execute(select(*columns).order_by(*columns))]


@pytest.fixture
def three(database: Database) -> Database:
    """Three tickets, each with a mail that waits, one that left, a message and reminders."""
    with database.write() as connection:
        for number in (GONE, INTO, OTHER):
            rows.ticket(connection, number)
            rows.delivery(connection, f"waits{number}", ticket=number, state="waiting", tells_promise=4)
            rows.delivery(connection, f"left{number}", ticket=number, state="sent", tells_promise=4)
            said = {
                "ticket": number,
                "desk": DESK,
                "kind": "question",
                "from_address": KIM,
                "trust": "known",
                "at": START,
            }

            connection.execute(insert(messages), said)
            connection.execute(insert(reminders), {"agent": ANNA, "ticket": number, "step": "remind-all", "at": START})
            connection.execute(insert(asked_reminders), {"agent": ANNA, "ticket": number, "at": START})
        connection.execute(insert(asked_reminders), {"agent": BEN, "ticket": GONE, "at": LATER})
    return database


def test_a_merge_moves_messages_unsent_mail_and_asked_reminders_and_nothing_of_other_tickets(three: Database) -> None:
    with three.write() as connection:
        write_merging(connection, Merging(INTO, GONE, promise_was=4, promise_is=9))
    assert rows_of(three, messages, "ticket") == [(INTO,), (INTO,), (OTHER,)]
    assert rows_of(three, deliveries, "key", "ticket", "tells_promise") == [
        ("left1", GONE, 4), ("left2", INTO, 4), ("left3", OTHER, 4),
        ("waits1", INTO, 9), ("waits2", INTO, 4), ("waits3", OTHER, 4),
    ]  # fmt: skip
    assert rows_of(three, reminders, "agent", "ticket") == [(ANNA, INTO), (ANNA, OTHER)]
    assert rows_of(three, asked_reminders, "agent", "ticket", "at") == [
        (ANNA, INTO, START), (ANNA, OTHER, START), (BEN, INTO, LATER),
    ]  # fmt: skip


def test_unsent_mail_of_a_merged_ticket_tells_no_promise_that_is_over(three: Database) -> None:
    with three.write() as connection:
        write_merging(connection, Merging(INTO, GONE, promise_was=5, promise_is=9))
    assert ("waits1", None) in rows_of(three, deliveries, "key", "tells_promise")


SALES = "sales@example.com"


@pytest.fixture
def known(database: Database) -> Database:
    """Kim, whom two desks know, and somebody else."""
    with database.write() as connection:
        for desk, address in ((DESK, KIM), (SALES, KIM), (DESK, "ada@example.net")):
            connection.execute(insert(people), {"desk": desk, "address": address, "version": 3, "name": "as it was"})
    return database


@pytest.mark.parametrize("version", [3, -1])
def test_what_is_learnt_of_somebody_at_a_desk_is_theirs_and_that_desks_alone(known: Database, version: int) -> None:
    with known.write() as connection:
        write_people(connection, [PersonChange(DESK, KIM, version, name="Kim", vip=True)])
    assert rows_of(known, people, "desk", "address", "version", "name") == [
        (SALES, KIM, 3, "as it was"), (DESK, "ada@example.net", 3, "as it was"), (DESK, KIM, 4, "Kim"),
    ]  # fmt: skip


def test_who_was_unknown_is_known_whatever_was_read(database: Database) -> None:
    with database.write() as connection:
        write_people(connection, [PersonChange(DESK, KIM, -1, spam=True)])
    assert rows_of(database, people, "address", "version", "spam") == [(KIM, 1, True)]


def test_what_was_read_of_somebody_and_is_old_is_a_conflict(known: Database) -> None:
    with pytest.raises(Conflict), known.write() as connection:
        write_people(connection, [PersonChange(DESK, KIM, 2, name="Kim")])


def test_one_address_may_become_known_to_two_desks_at_once_and_to_one_only_once(known: Database) -> None:
    both = [PersonChange(desk, "eve@example.net", 0, name=desk) for desk in (DESK, SALES)]
    with known.write() as connection:
        write_people(connection, both)
    found = rows_of(known, people, "address", "desk", "version", "name")
    assert [each for each in found if each[0] == "eve@example.net"] == [
        ("eve@example.net", SALES, 1, SALES), ("eve@example.net", DESK, 1, DESK),
    ]  # fmt: skip
    for twice in ([PersonChange(DESK, "max@example.net", 0)] * 2, [PersonChange(SALES, KIM, 0)]):
        with pytest.raises(Conflict), known.write() as connection:
            write_people(connection, twice)


AWAY = {"away_since": START, "away_reason": "ill", "next_mail_at": LATER, "list_asked_at": START}
STAYS = ("away_since", "away_reason", "next_mail_at", "list_asked_at", "welcome_asked_at")


@pytest.fixture
def agents(database: Database) -> Database:
    """Anna, about whom everything is known, and Ben likewise."""
    with database.write() as connection:
        for address in (ANNA, BEN):
            row = {"address": address, "token_issue": 2, "version": 5, "welcome_asked_at": START, **AWAY}
            connection.execute(insert(agent_states), row)
    return database


@pytest.mark.parametrize(
    ("change", "becomes"),
    [
        (AgentChange(ANNA, told_back=True), {"away_since": None, "away_reason": ""}),
        (AgentChange(ANNA, no_mail_due=True), {"next_mail_at": None}),
        (AgentChange(ANNA, list_answered=True), {"list_asked_at": None}),
        (AgentChange(ANNA, welcomed=True), {"welcome_asked_at": None}),
        (AgentChange(ANNA, revoke_token_issue=2), {"token_issue": 3}),
        (AgentChange(ANNA, away_reason="holiday", version=5), {"away_reason": "holiday"}),
    ],
)
def test_each_change_of_an_agent_is_that_and_nothing_else(
    agents: Database, change: AgentChange, becomes: dict[str, Any]
) -> None:
    with agents.write() as connection:
        write_agent(connection, change)
    names = ("address", "token_issue", "version", *STAYS)
    before = {"address": ANNA, "token_issue": 2, "version": 5, "welcome_asked_at": START, **AWAY}
    after = {**before, "version": 6, **becomes}
    of_ben = {**before, "address": BEN}
    expected = [tuple(after[name] for name in names), tuple(of_ben[name] for name in names)]
    assert rows_of(agents, agent_states, *names) == expected


def test_what_was_read_of_an_agent_and_is_old_is_a_conflict(agents: Database) -> None:
    with pytest.raises(Conflict), agents.write() as connection:
        write_agent(connection, AgentChange(ANNA, no_mail_due=True, version=4))


def test_an_agent_of_whom_nothing_was_known_starts_with_their_first_address(database: Database) -> None:
    with database.write() as connection:
        write_agent(connection, AgentChange(ANNA, wrote_at=START))
    assert rows_of(database, agent_states, "address", "token_issue", "version", "wrote_at") == [(ANNA, 0, 1, START)]


def test_a_reminder_is_one_for_each_agent_and_ticket_and_its_agents_mail_is_looked_at(three: Database) -> None:
    with three.write() as connection:
        for agent in (ANNA, BEN):
            write_reminder(connection, LATER, Reminder(agent, GONE, "remind-assignee", LATER, "a note"))
    assert rows_of(three, reminders, "agent", "ticket", "step", "at", "note") == [
        (ANNA, GONE, "remind-assignee", LATER, "a note"), (ANNA, INTO, "remind-all", START, ""),
        (ANNA, OTHER, "remind-all", START, ""), (BEN, GONE, "remind-assignee", LATER, "a note"),
    ]  # fmt: skip
    assert rows_of(three, agent_states, "address", "next_mail_at") == [(ANNA, LATER), (BEN, LATER)]


def test_a_reminder_ends_where_it_was_mailed_and_a_newer_one_stays(three: Database) -> None:
    with three.write() as connection:
        for number, at in ((GONE, START), (INTO, LATER)):
            end_reminder(connection, Reminder(ANNA, number, "remind-all", at))
    assert rows_of(three, reminders, "agent", "ticket") == [(ANNA, INTO), (ANNA, OTHER)]


def test_of_what_an_agent_asked_to_be_reminded_of_the_last_word_counts(three: Database) -> None:
    wish = Wish(ANNA, GONE, LATER)
    with three.write() as connection:
        write_wish(connection, START, wish)
    assert (ANNA, GONE, LATER) in rows_of(three, asked_reminders, "agent", "ticket", "at")
    assert rows_of(three, agent_states, "address", "next_mail_at") == [(ANNA, START)]
    with three.write() as connection:
        write_wish(connection, START, replace(wish, at=None))
    assert rows_of(three, asked_reminders, "agent", "ticket") == [(ANNA, INTO), (ANNA, OTHER), (BEN, GONE)]
