from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from maildesk.desk.words import Brakes, Fate
from maildesk.errors import Refusal
from maildesk.store import arrivals, deliveries, listing, operating, timers
from maildesk.store.arrivals import NewArrival
from maildesk.store.database import Database
from maildesk.store.operating import Verb
from maildesk.store.tables import arrivals as arrivals_table
from maildesk.store.tables import events
from tests.store.conftest import START, Hands
from tests.store.rows import KIM, delivery, delivery_row, ticket
from tests.store.test_arrivals import new

NO_BRAKES = Brakes(0, 0, 0, 0, 0, 0, 0, 0)


def accepted(database: Database, mail: NewArrival | None = None) -> int:
    return arrivals.accept(database, [mail or new()])[0]


def finish(database: Database, number: int, fate: Fate) -> None:
    with database.write() as connection:
        arrivals.finish(connection, number, fate, "because")


def test_a_held_arrival_waits_for_its_release(database: Database) -> None:
    number = accepted(database)
    assert operating.on_arrival(database, Verb.HOLD, number) == f"Arrival {number} is held until it is released."
    assert arrivals.claim(database, 5).due == ()
    operating.on_arrival(database, Verb.RELEASE, number)
    assert [each.id for each in arrivals.claim(database, 5).due] == [number]


def test_what_was_set_aside_is_put_back_by_one_verb_with_its_strikes_forgiven(database: Database) -> None:
    number = accepted(database)
    finish(database, number, Fate.FAILED)
    operating.on_arrival(database, Verb.RETRY, number)
    assert [each.attempts for each in arrivals.claim(database, 5).due] == [1]


def test_what_went_aside_is_made_a_ticket_by_one_verb(database: Database) -> None:
    number = accepted(database)
    finish(database, number, Fate.ASIDE)
    operating.on_arrival(database, Verb.RETRY, number)
    assert [each.id for each in arrivals.claim(database, 5).due] == [number]
    with database.read() as connection:
        assert connection.execute(select(arrivals_table.c.override)).scalar_one() == "ticket"


def test_what_was_handled_is_not_handled_again(database: Database) -> None:
    number = accepted(database)
    finish(database, number, Fate.FILED)
    for verb in Verb:
        with pytest.raises(Refusal, match=r"it is done \(filed\)"):
            operating.on_arrival(database, verb, number)


def test_a_released_mail_passes_the_brakes_and_does_not_wait_for_its_time(database: Database) -> None:
    brakes = Brakes(per_address_hour=1)
    with database.write() as connection:
        delivery(connection, "first")
        second = delivery(connection, "second")
        resting = delivery(connection, "resting", next_attempt_at=START + timedelta(hours=2), automatic=False)
    assert [each.key for each in deliveries.claim(database, brakes, 5).due] == ["first"]
    operating.on_delivery(database, Verb.RELEASE, second)
    operating.on_delivery(database, Verb.RELEASE, resting)
    assert [each.key for each in deliveries.claim(database, brakes, 5).due] == ["resting", "second"]


def test_a_held_mail_stays_until_it_is_released(database: Database) -> None:
    with database.write() as connection:
        number = delivery(connection, "a")
    operating.on_delivery(database, Verb.HOLD, number)
    assert deliveries.claim(database, NO_BRAKES, 5).due == ()
    operating.on_delivery(database, Verb.RELEASE, number)
    assert [each.id for each in deliveries.claim(database, NO_BRAKES, 5).due] == [number]


def test_a_failed_mail_is_sent_again_with_the_same_message_id(database: Database) -> None:
    with database.write() as connection:
        number = delivery(connection, "a", state="failed", attempts=9, first_claimed_at=START - timedelta(days=4))
    operating.on_delivery(database, Verb.RETRY, number)
    (again,) = deliveries.claim(database, NO_BRAKES, 5).due
    assert (again.message_id, again.attempts, again.first_claimed_at) == ("a@d", 1, START)


@pytest.mark.parametrize(
    ("changes", "verb", "sentence"),
    [
        ({"state": "sent"}, Verb.RETRY, "it is sent"),
        ({"state": "sent"}, Verb.HOLD, "cannot be held"),
        ({"state": "held", "states_until": START}, Verb.RELEASE, "the moment it states has passed"),
        ({"claimed_by": "x", "next_attempt_at": START + timedelta(minutes=9)}, Verb.RELEASE, "at this moment"),
    ],
)
def test_a_verb_that_would_double_or_mislead_is_refused(
    database: Database, changes: dict[str, Any], verb: Verb, sentence: str
) -> None:
    with database.write() as connection:
        number = delivery(connection, "a", **changes)
    before = delivery_row(database, number)
    with pytest.raises(Refusal, match=sentence):
        operating.on_delivery(database, verb, number)
    assert delivery_row(database, number) == before


def test_a_timer_is_held_released_and_taken_now(database: Database) -> None:
    with database.write() as connection:
        ticket(connection, 1)
    operating.on_timer(database, Verb.HOLD, 1)
    with pytest.raises(Refusal, match="it is held"):
        operating.on_timer(database, Verb.RETRY, 1)
    assert timers.claim_due(database, START + timedelta(days=1), 5) == []
    operating.on_timer(database, Verb.RELEASE, 1)
    operating.on_timer(database, Verb.RETRY, 1)
    assert timers.claim_due(database, START, 5) == [1]
    timer = listing.show_timer(database, 1)
    assert timer is not None
    assert timer["due_at"] == START


def test_holding_a_ticket_holds_its_mails_and_its_timer(database: Database, hands: Hands) -> None:
    with database.write() as connection:
        ticket(connection, 1)
        mail = delivery(connection, "a", ticket=1)
    operating.on_ticket(database, Verb.HOLD, 1)
    assert delivery_row(database, mail).state == "held"
    assert timers.claim_due(database, hands.forward(timedelta(days=1)), 5) == []
    with pytest.raises(Refusal, match="nothing to hold"):
        operating.on_ticket(database, Verb.HOLD, 1)
    operating.on_ticket(database, Verb.RELEASE, 1)
    assert delivery_row(database, mail).state == "waiting"
    assert timers.claim_due(database, hands.now, 5) == [1]


def test_every_verb_leaves_a_line_in_the_history(database: Database) -> None:
    with database.write() as connection:
        ticket(connection, 1)
        mail = delivery(connection, "a", ticket=1)
    number = accepted(database)
    operating.on_delivery(database, Verb.HOLD, mail)
    operating.on_arrival(database, Verb.HOLD, number, by="kim")
    with database.read() as connection:
        lines = connection.execute(select(events.c.ticket, events.c.arrival, events.c.what, events.c.by)).all()
    assert [tuple(line) for line in lines] == [
        (1, None, f"Delivery {mail} to {KIM} is held until it is released.", "operator"),
        (None, number, f"Arrival {number} is held until it is released.", "kim"),
    ]


def test_what_does_not_exist_is_said_so(database: Database) -> None:
    for act, sentence in (
        (operating.on_arrival, "There is no arrival 9."),
        (operating.on_delivery, "There is no delivery 9."),
        (operating.on_timer, "Ticket #9 has no timer: it is closed or merged, or does not exist."),
        (operating.on_ticket, "There is no ticket #9."),
    ):
        with pytest.raises(Refusal) as refused:
            act(database, Verb.HOLD, 9)
        assert str(refused.value) == sentence
