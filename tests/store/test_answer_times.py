"""How long people waited: what counts as an answer, what is read back, and that it is bounded."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from maildesk.desk.actions import Answered
from maildesk.desk.promises.history import MOST_WAITS, History
from maildesk.desk.service_time.hours import ServiceTime, parse_hours
from maildesk.desk.words import Agent, Desk, Priority, Site
from maildesk.store import answer_times, promising
from maildesk.store.database import Database
from maildesk.store.promising import About
from maildesk.store.tables import answer_times as rows_of
from maildesk.store.tables import promises, tickets
from tests.store.conftest import START
from tests.store.rows import DESK, ticket

H = timedelta(hours=1)
SUPPORT = Desk(
    name="Support",
    address=DESK,
    time_zone="UTC",
    service=ServiceTime("UTC", parse_hours(["Mon-Fri 09:00-17:00"])),
    around_the_clock=frozenset({"urgent"}),
)
SITE = Site((SUPPORT,), (Agent("Anna", "anna@example.com", also=("anna@phone.example",), desks=(DESK,)),))
FIRST = {"priority": "normal"}
MORNING = START + 24 * H


def note(database: Database, *answers: Answered) -> None:
    with database.write() as connection:
        answer_times.note(connection, SITE, answers)


def stored(database: Database) -> list[Any]:
    with database.read() as connection:
        return list(connection.execute(select(rows_of).order_by(rows_of.c.id)))


def history(database: Database, at: Any = START + 72 * H) -> History:
    with database.read() as connection:
        return answer_times.read(connection, SUPPORT, at)


def promise(database: Database, **changes: Any) -> None:
    row = {"ticket": 1, "number": 2, "turn": 1, "state": "told", "reason": "x", "renewals": 0, **FIRST}
    with database.write() as connection:
        connection.execute(update(promises).values(state="replaced"))
        connection.execute(insert(promises), row | {"at": START + 48 * H, "made_at": START + 6 * H} | changes)


def opened(database: Database, number: int = 1, **changes: Any) -> None:
    with database.write() as connection:
        ticket(connection, number, promise={**FIRST, **changes.pop("promise", {})}, **changes)


def test_an_answer_is_a_wait_in_service_time_with_what_was_promised(database: Database) -> None:
    opened(database)
    note(database, Answered(1, MORNING + H, "anna@phone.example"))
    (row,) = stored(database)
    assert (row.desk, row.priority, row.turn, row.agent) == (DESK, "normal", 1, "anna@example.com")
    assert (row.began_at, row.answered_at) == (START, MORNING + H)
    assert (row.wait, row.promised) == (9 * H, 8 * H)


def test_the_first_answer_of_a_turn_counts_and_no_other(database: Database) -> None:
    opened(database)
    note(database, Answered(1, START + H, "a"), Answered(1, START + 2 * H, "a"))
    note(database, Answered(1, START + 3 * H, "a"))
    assert [row.wait for row in stored(database)] == [H]


def test_a_priority_around_the_clock_waits_at_night_too(database: Database) -> None:
    opened(database, promise={"priority": "urgent"}, priority="urgent")
    note(database, Answered(1, MORNING, "a"))
    assert stored(database)[0].wait == 24 * H


def test_a_ticket_that_became_urgent_waited_as_what_it_was_promised_as(database: Database) -> None:
    opened(database, priority="urgent")
    promise(database, priority="urgent", at=START + 7 * H)
    note(database, Answered(1, START + 7 * H, "a"))
    (row,) = stored(database)
    assert (row.priority, row.wait, row.promised) == ("normal", 7 * H, 8 * H)


def test_a_renewed_promise_is_measured_by_the_first(database: Database) -> None:
    opened(database)
    promise(database, renewals=1)
    note(database, Answered(1, MORNING + H, "a"))
    assert stored(database)[0].promised == 8 * H


def test_a_turn_in_which_a_person_named_another_moment_does_not_count(database: Database) -> None:
    opened(database)
    promise(database)
    note(database, Answered(1, MORNING + H, "a"))
    assert stored(database) == []


def test_an_answer_that_names_another_moment_itself_counts(database: Database) -> None:
    opened(database)
    promise(database)
    note(database, Answered(1, START + 6 * H, "a", tells=2))
    assert stored(database)[0].wait == 6 * H


def test_an_answer_to_the_turn_before_says_nothing_of_this_one(database: Database) -> None:
    opened(database)
    with database.write() as connection:
        connection.execute(update(tickets).values(turn=2, turn_began_at=START + 5 * H))
    promise(database, turn=2)
    note(database, Answered(1, START + 6 * H, "a", tells=1))
    assert stored(database) == []


def test_a_mail_that_was_long_on_its_way_waits_from_when_we_had_it(database: Database) -> None:
    opened(database, promise={"made_at": START + 3 * H})
    note(database, Answered(1, START + 5 * H, "a"))
    assert (stored(database)[0].wait, stored(database)[0].promised) == (2 * H, 5 * H)


def test_only_a_persons_answer_that_keeps_a_promise_is_one(database: Database) -> None:
    opened(database, state="waiting", timer=None)
    told = About(7, "ack:1:1:kim", DESK, 1, "received", "customer", True, "kim@example.net", 1, False)
    answer = About(8, "answer:5:kim", DESK, 1, "reply", "customer", False, "kim@example.net", None, True)
    with database.write() as connection:
        assert promising.keep(connection, [told], START) == []
        assert [each.ticket for each in promising.keep(connection, [answer], START)] == [1]
        assert promising.keep(connection, [answer], START) == []


def test_history_is_the_last_28_days_answers_and_those_who_wait(database: Database) -> None:
    for number, answered_after in ((1, H), (2, 2 * H), (3, None), (4, None)):
        began = START - 30 * 24 * H if number == 1 else START
        opened(database, number, turn_began_at=began, promise={"made_at": began})
        if answered_after:
            note(database, Answered(number, began + answered_after, "a"))
            with database.write() as connection:
                connection.execute(update(tickets).where(tickets.c.number == number).values(state="waiting"))
    with database.write() as connection:
        connection.execute(update(tickets).where(tickets.c.number == 4).values(desk="other@example.com"))
    answered, waiting = history(database, START + 24 * H).waits
    assert (answered.span, answered.answered_at) == (2 * H, START + 2 * H)
    assert (waiting.span, waiting.answered_at, waiting.missed) == (8 * H, None, False)


def test_history_is_as_it_was_when_the_minute_began(database: Database) -> None:
    opened(database)
    note(database, Answered(1, START + H + timedelta(seconds=20), "a"))
    histories = answer_times.Histories()
    with database.read() as connection:
        seen = [histories.of(connection, SUPPORT, START + H + timedelta(seconds=s)) for s in (30, 59, 60)]
    assert [sum(each.answered_at is not None for each in history.waits) for history in seen] == [0, 0, 1]
    assert seen[0] is seen[1]


@pytest.mark.parametrize("priority", [Priority.NORMAL, Priority.LOW])
def test_history_is_bounded_by_the_newest_answers(database: Database, priority: Priority) -> None:
    opened(database)
    rows = [
        {
            "desk": DESK, "priority": str(priority), "ticket": 1, "turn": turn, "began_at": START, "agent": "",
            "answered_at": START + turn * timedelta(seconds=1), "wait": H, "promised": None,
        }
        for turn in range(1, MOST_WAITS + 11)
    ]  # fmt: skip
    with database.write() as connection:
        connection.execute(insert(rows_of), rows)
    read = [each for each in history(database).waits if each.answered_at is not None]
    assert len(read) == MOST_WAITS
    assert min(each.turn for each in read) == 11
