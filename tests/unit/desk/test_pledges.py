from __future__ import annotations

from datetime import timedelta

from maildesk.desk import pledges
from maildesk.desk.promise import LATE_SHARE
from tests.unit.desk.making_facts import DESK, NOW, arrival, facts, promise, ticket

H = timedelta(hours=1)


def test_a_new_turns_promise_knows_the_service_time_it_was_made_for() -> None:
    assert pledges.first(facts(), ticket(promise=None)).promise.target == 8 * H


def test_the_promise_for_a_late_mail_knows_what_was_left_of_the_target() -> None:
    late = facts(arrival=arrival(arrived_at=NOW - timedelta(days=7)))
    made = pledges.first(late, ticket(promise=None))
    assert made.late
    assert made.promise.target == 8 * H * LATE_SHARE


def test_a_renewed_promise_knows_the_longer_time_it_was_made_for() -> None:
    renewed = pledges.again(DESK, ticket(promise=promise(NOW + H)), NOW).promise
    assert renewed.target == 12 * H


def test_a_promise_that_an_agent_named_knows_the_service_time_until_then() -> None:
    in_two_days = NOW + timedelta(days=2)
    assert pledges.until(DESK, ticket(), in_two_days, NOW, "an agent").promise.target == 16 * H
