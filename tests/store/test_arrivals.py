from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError

from maildesk.desk.words import Arrival, Fate
from maildesk.store import arrivals, cursors
from maildesk.store.arrivals import NewArrival
from maildesk.store.claims import CLAIM_LASTS
from maildesk.store.database import Database
from maildesk.store.tables import arrivals as table
from tests.store.conftest import START, Hands


def new(number: int = 1, **changes: object) -> NewArrival:
    fields: dict[str, object] = {
        "intake": "smtp",
        "sender": f"kim{number}@example.net",
        "recipients": ("support@example.com",),
        "raw": b"Subject: %d\r\n\r\n\x00\xff bytes, untouched\r\n" % number,
        "arrived_at": START - timedelta(minutes=number),
    }
    return NewArrival(**(fields | changes))  # type: ignore[arg-type]  # one place builds them for all tests


def state(database: Database, number: int) -> tuple[str, str | None, int]:
    with database.read() as connection:
        row = connection.execute(select(table).where(table.c.id == number)).one()
        return row.state, row.fate, row.attempts


def test_what_was_accepted_is_claimed_as_it_came(database: Database) -> None:
    mail = new(
        sender=None, source_key="imap:1", desk="help@example.com", authserv_id="mx", trusted_results="topmost",
        spam=True, history=True, left_out="one part", recipients=("a@example.com", "ü@example.com"),
    )  # fmt: skip
    (number,) = arrivals.accept(database, [mail])
    (got,) = arrivals.claim(database, 10).due
    assert got == Arrival(
        id=number, intake="smtp", sender=None, recipients=mail.recipients, raw=mail.raw, arrived_at=mail.arrived_at,
        source_key="imap:1", desk="help@example.com", authserv_id="mx", trusted_results="topmost", spam=True,
        history=True, left_out="one part", attempts=1,
    )  # fmt: skip


def test_the_null_sender_is_not_an_unknown_sender(database: Database) -> None:
    arrivals.accept(database, [new(sender="")])
    assert arrivals.claim(database, 1).due[0].sender == ""


def test_ids_come_in_the_order_of_the_batch(database: Database) -> None:
    ids = arrivals.accept(database, [new(n) for n in range(30)])
    senders = [each.sender for each in arrivals.claim(database, 30).due]
    assert ids == sorted(ids)
    assert senders == [f"kim{n}@example.net" for n in range(30)]


def test_a_known_source_key_is_the_same_arrival(database: Database) -> None:
    (first,) = arrivals.accept(database, [new(1, source_key="imap:7")])
    twins = [new(3, source_key="x"), new(3, source_key="x")]
    again = arrivals.accept(database, [new(2), new(1, source_key="imap:7"), *twins])
    assert again[1] == first
    assert again[2] == again[3]
    assert len(arrivals.claim(database, 10).due) == 3


def test_an_envelope_of_any_characters_is_taken(database: Database) -> None:
    arrivals.accept(database, [new(sender="nul\0@x", recipients=("half\udc80@x",))])
    got = arrivals.claim(database, 1).due[0]
    assert (got.sender, got.recipients) == ("nul\\0@x", ("half\\udc80@x",))


def test_the_cursor_moves_with_the_arrivals_or_not_at_all(database: Database) -> None:
    with database.write() as connection:
        cursors.first_contact(connection, "m", 9, 100, START)
    arrivals.accept(database, [new()], cursors.CursorMove("m", 9, 105))
    with pytest.raises(IntegrityError):
        arrivals.accept(database, [new(2), new(intake=None)], cursors.CursorMove("m", 9, 106))
    with database.read() as connection:
        cursor = cursors.get(connection, "m")
    assert cursor is not None
    assert (cursor.last_uid, cursor.checked_at) == (105, START)
    assert len(arrivals.claim(database, 9).due) == 1


@pytest.mark.parametrize(("validity", "uid"), [(9, 99), (8, 200)])
def test_a_cursor_never_goes_back_and_never_moves_for_other_uids(database: Database, validity: int, uid: int) -> None:
    with database.write() as connection:
        cursors.first_contact(connection, "m", 9, 100, START)
        cursors.advance(connection, cursors.CursorMove("m", validity, uid), START)
        cursor = cursors.get(connection, "m")
    assert cursor is not None
    assert cursor.last_uid == 100


def test_a_new_uidvalidity_keeps_the_time_of_the_first_contact(database: Database) -> None:
    with database.write() as connection:
        cursors.first_contact(connection, "m", 9, 100, START)
        cursors.first_contact(connection, "m", 10, 3, START + timedelta(days=9))
        cursor = cursors.get(connection, "m")
    assert cursor == cursors.Cursor("m", 10, 3, START, START + timedelta(days=9))


def test_a_claimed_arrival_is_not_claimed_again_before_its_time(database: Database, hands: Hands) -> None:
    arrivals.accept(database, [new()])
    assert len(arrivals.claim(database, 1).due) == 1
    hands.forward(CLAIM_LASTS - timedelta(microseconds=1))
    assert arrivals.claim(database, 1) == arrivals.Claims()
    assert arrivals.next_due(database) == START + CLAIM_LASTS
    hands.forward(timedelta(microseconds=1))
    assert [each.attempts for each in arrivals.claim(database, 1).due] == [2]


def test_the_third_failure_is_told_apart_and_then_set_aside(database: Database, hands: Hands) -> None:
    (number,) = arrivals.accept(database, [new()])
    for _ in range(3):
        assert [each.id for each in arrivals.claim(database, 5).due] == [number]
        hands.forward(CLAIM_LASTS)
    for _ in range(2):
        claims = arrivals.claim(database, 5)
        assert ([each.id for each in claims.failed], claims.due) == ([number], ())
        hands.forward(CLAIM_LASTS)
    assert arrivals.claim(database, 5).abandoned == (number,)
    assert state(database, number)[:2] == ("failed", "failed")
    assert arrivals.claim(database, 5) == arrivals.Claims()


def test_an_arrival_that_kills_takes_no_strike_from_its_neighbours(database: Database, hands: Hands) -> None:
    ids = arrivals.accept(database, [new(n) for n in range(4)])
    assert len(arrivals.claim(database, 10).due) == 4  # and the process dies
    hands.forward(CLAIM_LASTS)
    alone = arrivals.claim(database, 10).due
    assert [each.id for each in alone] == ids[:1]
    assert [state(database, each)[2] for each in ids] == [2, 1, 1, 1]


def test_first_tries_are_claimed_up_to_a_retry(database: Database, hands: Hands) -> None:
    ids = arrivals.accept(database, [new(n) for n in range(2)])
    with database.write() as connection:
        connection.execute(text(f"UPDATE arrivals SET attempts = 1 WHERE id = {ids[1]}"))
    arrivals.accept(database, [new(3)])
    assert [each.id for each in arrivals.claim(database, 10).due] == ids[:1]


def test_what_is_finished_or_put_back_says_why(database: Database, hands: Hands) -> None:
    done, again = arrivals.accept(database, [new(1), new(2)])
    arrivals.claim(database, 2)
    with database.write() as connection:
        arrivals.finish(connection, done, Fate.FILED, "signed address", message_id="a@b", ticket=7)
        arrivals.put_back(connection, again, "ValueError", START + timedelta(minutes=1))
    assert state(database, done) == ("done", "filed", 1)
    assert state(database, again) == ("waiting", None, 1)
    hands.forward(timedelta(minutes=1))
    assert [each.id for each in arrivals.claim(database, 2).due] == [again]


def test_what_is_given_back_costs_no_strike(database: Database) -> None:
    ids = arrivals.accept(database, [new(1), new(2)])
    arrivals.claim(database, 2)
    with database.write() as connection:
        arrivals.give_back(connection, ids, START)
    assert [(each.id, each.attempts) for each in arrivals.claim(database, 2).due] == [(ids[0], 1), (ids[1], 1)]


def test_a_retry_has_the_ticket_number_of_the_first_try(database: Database) -> None:
    ids = arrivals.accept(database, [new(n) for n in range(3)])
    with database.write() as connection:
        first = arrivals.reserve_numbers(connection, ids[:2])
    with database.write() as connection:
        second = arrivals.reserve_numbers(connection, ids[1:])
        assert arrivals.take_numbers(connection, 1) == first[ids[0]] + 3
    assert second == {ids[1]: first[ids[1]], ids[2]: first[ids[1]] + 1}
    assert first[ids[1]] == first[ids[0]] + 1


def test_damaged_bytes_are_set_aside_and_stop_nobody(database: Database) -> None:
    ids = arrivals.accept(database, [new(n) for n in range(3)])
    with database.write() as connection:
        connection.execute(update(table).where(table.c.id == ids[1]).values(raw=b"bit rot"))
    claims = arrivals.claim(database, 9)
    assert ([each.id for each in claims.due], claims.abandoned) == ([ids[0], ids[2]], (ids[1],))
    assert state(database, ids[1])[0] == "failed"
