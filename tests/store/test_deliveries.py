from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, update

from maildesk.desk.outcomes import Outcome, OutcomeKind
from maildesk.desk.words import Brakes, Trust
from maildesk.store import deliveries
from maildesk.store.claims import CLAIM_LASTS
from maildesk.store.database import Database
from maildesk.store.deliveries import Claimed
from maildesk.store.tables import deliveries as table
from tests.store.conftest import START, Hands
from tests.store.rows import KIM, delivery, delivery_row, ticket

LIFTED = Brakes(0, 0, 0, 0, 0, 0, 0, 0)
MINUTE = timedelta(minutes=1)


def queue(database: Database, *keys: str, **changes: Any) -> list[int]:
    with database.write() as connection:
        return [delivery(connection, key, **changes) for key in keys]


def claim(database: Database) -> list[str]:
    return [each.key for each in deliveries.claim(database, LIFTED, 50).due]


def ended(database: Database, kind: OutcomeKind, number: int, **changes: Any) -> None:
    outcome = Outcome(number, 1, kind, "2.0.0", "250 ok", None, START, **changes)
    with database.write() as connection:
        deliveries.record(connection, [outcome])


@pytest.fixture(autouse=True)
def _a_ticket(database: Database) -> None:
    with database.write() as connection:
        ticket(connection, 1)
        ticket(connection, 2)


def test_a_claim_counts_the_attempt_and_writes_the_next_before_the_work(database: Database, hands: Hands) -> None:
    (number,) = queue(database, "a", ticket=1, states_until=START + timedelta(hours=1), tells_promise=3)
    (got,) = deliveries.claim(database, LIFTED, 5).due
    assert (got.id, got.raw, got.attempts, got.tells_promise, got.ticket) == (number, b"a", 1, 3, 1)
    assert (got.first_claimed_at, got.claimed_at, got.recipient_trust) == (START, START, Trust.AUTHENTICATED)
    row = delivery_row(database, number)
    assert (row.attempts, row.next_attempt_at, row.claimed_by) == (1, START + CLAIM_LASTS, database.owner)
    assert claim(database) == []
    hands.forward(CLAIM_LASTS)
    (again,) = deliveries.claim(database, LIFTED, 5).due
    assert (again.attempts, again.first_claimed_at, again.claimed_at) == (2, START, START + CLAIM_LASTS)


def test_what_is_not_due_or_held_or_ended_is_not_claimed(database: Database) -> None:
    queue(database, "later", next_attempt_at=START + MINUTE)
    queue(database, "held", state="held")
    queue(database, "gone", state="sent")
    assert claim(database) == []
    assert deliveries.next_due(database) == START + MINUTE


def test_persons_answers_go_before_automatic_mail(database: Database) -> None:
    queue(database, "robot", next_attempt_at=START - MINUTE)
    queue(database, "person", automatic=False)
    assert [each.key for each in deliveries.claim(database, LIFTED, 1).due] == ["person"]


def test_of_one_ticket_and_recipient_only_the_oldest_goes(database: Database) -> None:
    first, second = queue(database, "1", "2", ticket=1)
    queue(database, "other recipient", ticket=1, recipient="lee@example.net")
    queue(database, "other ticket", ticket=2)
    assert claim(database) == ["1", "other recipient", "other ticket"]
    assert claim(database) == []  # the first is under way
    assert deliveries.next_due(database) == START + CLAIM_LASTS  # and nobody spins for the second
    ended(database, OutcomeKind.SENT, first)
    assert claim(database) == ["2"]
    assert second > first


def test_mails_without_a_ticket_do_not_wait_for_each_other(database: Database) -> None:
    queue(database, "1", "2")
    assert claim(database) == ["1", "2"]


@pytest.mark.parametrize("older", [{"state": "held"}, {"next_attempt_at": START + MINUTE}], ids=["held", "resting"])
def test_what_is_held_or_rests_keeps_nobody_waiting(database: Database, older: dict[str, Any]) -> None:
    queue(database, "older", ticket=1, **older)
    queue(database, "younger", ticket=1)
    assert claim(database) == ["younger"]


def test_an_automatic_mail_never_makes_a_persons_answer_wait(database: Database) -> None:
    queue(database, "acknowledgement", ticket=1)
    queue(database, "answer", ticket=1, automatic=False)
    assert sorted(claim(database)) == ["acknowledgement", "answer"]


def test_a_persons_answer_keeps_its_place_before_automatic_mail(database: Database) -> None:
    queue(database, "answer", ticket=1, automatic=False)
    queue(database, "reminder", ticket=1)
    assert claim(database) == ["answer"]


def test_order_is_kept_for_an_hour_after_a_mail_was_put_off_and_no_longer(database: Database, hands: Hands) -> None:
    (first,) = queue(database, "first", ticket=1)
    queue(database, "second", ticket=1)
    assert claim(database) == ["first"]
    ended(database, OutcomeKind.DEFERRED, first, next_attempt_at=START + timedelta(hours=3))
    hands.forward(timedelta(minutes=59))
    assert claim(database) == []
    hands.forward(MINUTE)
    assert claim(database) == ["second"]


def test_a_mail_is_never_handed_out_at_or_after_the_moment_it_states(database: Database, hands: Hands) -> None:
    queue(database, "lapsing", states_until=START + MINUTE)
    queue(database, "held", states_until=START + MINUTE, state="held")
    queue(database, "put off", states_until=START + MINUTE, next_attempt_at=START + timedelta(hours=1))
    assert deliveries.next_due(database) == START
    hands.forward(MINUTE)
    got = deliveries.claim(database, LIFTED, 5)
    assert (len(got.stale), got.due) == (3, ())
    assert {delivery_row(database, each.delivery_id).state for each in got.stale} == {"dropped"}
    assert deliveries.claim(database, LIFTED, 5) == Claimed()


def test_a_mail_under_way_is_not_dropped_when_its_moment_passes(database: Database, hands: Hands) -> None:
    (number,) = queue(database, "under way", states_until=START + MINUTE)
    assert claim(database) == ["under way"]
    hands.forward(MINUTE)
    assert deliveries.claim(database, LIFTED, 5) == Claimed()
    ended(database, OutcomeKind.DEFERRED, number, next_attempt_at=START + timedelta(hours=1))
    assert [each.delivery_id for each in deliveries.claim(database, LIFTED, 5).stale] == [number]


def test_consequences_of_stale_mail_are_settled_with_it_or_not_at_all(database: Database, hands: Hands) -> None:
    (number,) = queue(database, "stale", ticket=1, states_until=START)

    def fails(connection: Connection, outcomes: Sequence[Outcome], now: datetime) -> None:
        assert [(each.delivery_id, each.ticket, each.kind) for each in outcomes] == [(number, 1, OutcomeKind.STALE)]
        raise LookupError

    with pytest.raises(LookupError):
        deliveries.claim(database, LIFTED, 5, consequences=fails)
    assert delivery_row(database, number).state == "waiting"
    seen: list[Outcome] = []
    deliveries.claim(database, LIFTED, 5, consequences=lambda _connection, outcomes, _now: seen.extend(outcomes))
    assert len(seen) == 1


def test_outcomes_are_written_with_their_reasons(database: Database) -> None:
    sent, refused, put_off, given_up = queue(database, "a", "b", "c", "d")
    claim(database)
    outcomes = [
        Outcome(sent, None, OutcomeKind.SENT, "2.0.0", "250 queued", "new@id", START),
        Outcome(refused, None, OutcomeKind.REFUSED, "5.1.1", "550 who?", None, START),
        Outcome(put_off, None, OutcomeKind.DEFERRED, "4.2.2", "452 full", None, START, START + MINUTE),
        Outcome(given_up, None, OutcomeKind.GIVEN_UP, "4.4.7", "four days", None, START),
    ]
    with database.write() as connection:
        deliveries.record(connection, outcomes)
    rows = [delivery_row(database, number) for number in (sent, refused, put_off, given_up)]
    assert [(row.state, row.claimed_by) for row in rows] == [(s, None) for s in ("sent", "failed", "waiting", "failed")]
    assert [row.relay_response for row in rows] == ["250 queued", "550 who?", "452 full", "four days"]
    assert (rows[0].relay_message_id, rows[0].ended_at) == ("new@id", START)
    assert rows[1].reason == "Refused for good: 550 who?"
    assert (rows[2].next_attempt_at, rows[2].ended_at, rows[2].attempts) == (START + MINUTE, None, 1)


def test_a_relay_that_is_down_costs_a_mail_no_attempt(database: Database) -> None:
    (number,) = queue(database, "a")
    claim(database)
    ended(database, OutcomeKind.DEFERRED, number, next_attempt_at=START, counted=False)
    assert delivery_row(database, number).attempts == 0


@pytest.mark.parametrize("meanwhile", ["held", "dropped"])
def test_what_the_relay_took_is_sent_whatever_happened_meanwhile(database: Database, meanwhile: str) -> None:
    (number,) = queue(database, "a")
    claim(database)
    with database.write() as connection:
        connection.execute(update(table).values(state=meanwhile))
    ended(database, OutcomeKind.SENT, number)
    assert delivery_row(database, number).state == "sent"


@pytest.mark.parametrize("kind", [OutcomeKind.DEFERRED, OutcomeKind.REFUSED, OutcomeKind.STALE])
def test_nothing_moves_a_delivery_that_has_ended(database: Database, kind: OutcomeKind) -> None:
    (number,) = queue(database, "a")
    claim(database)
    ended(database, OutcomeKind.SENT, number)
    changes = {"next_attempt_at": START} if kind is OutcomeKind.DEFERRED else {}
    ended(database, kind, number, **changes)
    assert delivery_row(database, number).state == "sent"
    assert delivery_row(database, number).recipient == KIM


def test_damaged_bytes_fail_alone_and_somebody_hears_of_it(database: Database) -> None:
    queue(database, "a")
    (damaged,) = queue(database, "b", raw=b"bit rot")
    heard: list[Outcome] = []
    got = deliveries.claim(database, LIFTED, 9, consequences=lambda _connection, outcomes, _now: heard.extend(outcomes))
    assert [each.key for each in got.due] == ["a"]
    assert [(each.delivery_id, each.kind, each.ours) for each in heard] == [(damaged, OutcomeKind.REFUSED, True)]
    assert delivery_row(database, damaged).state == "failed"


def test_a_released_answer_keeps_its_place_although_it_would_have_rested(database: Database) -> None:
    queue(database, "older", ticket=1, automatic=False, send_at=START + MINUTE, released=True)
    queue(database, "younger", ticket=1, automatic=False)
    assert claim(database) == ["older"]
