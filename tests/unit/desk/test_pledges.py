from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from maildesk.desk.arrivals.unreadable import could_not_read
from maildesk.desk.following.delivering import Refused, decide_refused
from maildesk.desk.outcomes import Outcome, OutcomeKind
from maildesk.desk.promises.history import History, Wait
from maildesk.desk.promises.promise import LATE_SHARE
from maildesk.desk.tickets import pledges
from maildesk.desk.words import Audience, Priority, TicketState
from maildesk.mail.letter import Mailbox
from tests.unit.desk.making_facts import DESK, MARIA, NOW, SITE, arrival, facts, promise, ticket

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


# For four weeks everybody waited three working days, and the target is one.
SLOW = History(
    "Europe/Berlin",
    NOW,
    tuple(
        Wait(Priority.NORMAL, turn, NOW - timedelta(days=day), 24 * H, None, NOW - timedelta(days=day - 3))
        for day in range(4, 27)
        for turn in (1, 2)
    ),
)


def test_who_is_told_that_we_could_not_read_their_mail_is_promised_what_others_get() -> None:
    broken, sender = arrival(sender=MARIA, attempts=4), Mailbox("", MARIA)
    at_target = could_not_read(broken, sender, SITE, 1001, "id@example.com", NOW).promises[0].promise
    slow = could_not_read(broken, sender, SITE, 1001, "id@example.com", NOW, SLOW).promises[0].promise
    assert slow.at > at_target.at + timedelta(days=1)


def test_after_an_answer_that_the_relay_refused_the_new_promise_is_what_others_get() -> None:
    outcome = Outcome(7, 1042, OutcomeKind.REFUSED, "5.2.2", "mailbox full", None, NOW)
    waiting = ticket(state=TicketState.WAITING, promise=None)
    refused = Refused(
        NOW, SITE, DESK, outcome, waiting, "reply", Audience.CUSTOMER, MARIA, automatic=False, tells_promise=None
    )
    at_target = decide_refused(refused).promises[0].promise
    slow = decide_refused(replace(refused, history=SLOW)).promises[0].promise
    assert slow.at > at_target.at + timedelta(days=1)
