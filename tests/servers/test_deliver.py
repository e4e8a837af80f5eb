"""The role ``deliver`` against relays on real sockets and the real store, under a clock that the test moves."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select, text

from maildesk.daemon.deliver import Deliver, Way
from maildesk.desk.outcomes import Outcome, OutcomeKind
from maildesk.desk.words import Brakes
from maildesk.errors import Trouble
from maildesk.outbox.maildir import Maildir
from maildesk.outbox.relay import Relay, RelayOptions
from maildesk.store.claims import ATTEMPT_LASTS
from maildesk.store.database import Database
from maildesk.store.tables import deliveries
from tests.servers.scripted_relay import Script, ScriptedRelay
from tests.store.conftest import START, Hands
from tests.store.rows import delivery, delivery_row, ticket

LIFTED = Brakes(0, 0, 0, 0, 0, 0, 0, 0)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


class Desk:
    """A database, a relay and the role between them."""

    def __init__(self, folder: Path) -> None:
        self.hands = Hands()
        self.database = Database(f"sqlite:///{folder / 'desk.db'}", clock=self.hands)
        self.database.migrate()
        self.relay = ScriptedRelay()
        self.outcomes: list[Outcome] = []
        self.rung: list[str] = []
        self.bug: Callable[[Outcome], bool] = lambda outcome: False
        self.role = self.start()
        with self.database.write() as connection:
            for number in range(1, 4):
                ticket(connection, number)

    def start(self, connections: int = 2) -> Deliver:
        lines = Relay(RelayOptions(f"smtp://127.0.0.1:{self.relay.port}"))
        way = Way(lines, "relay", connections, 4 * DAY)
        return Deliver(self.database, way, LIFTED, self.consequences, self.rung.append, jitter=lambda: 0.0)

    def consequences(self, connection: Connection, outcomes: Sequence[Outcome], now: datetime) -> None:
        if any(self.bug(outcome) for outcome in outcomes):
            raise RuntimeError("a bug in what follows")
        self.outcomes += outcomes

    def close(self) -> None:
        self.role.stop()
        self.relay.close()
        self.database.close()

    def queue(self, *keys: str, **changes: Any) -> list[int]:
        with self.database.write() as connection:
            return [delivery(connection, key, **changes) for key in keys]

    def settle(self) -> datetime:
        """Steps until the role has nothing to do now; returns when it wants to come back."""
        while (again := self.role.step(self.hands.now)) <= self.hands.now:
            pass
        return again

    def row(self, number: int) -> Any:
        return delivery_row(self.database, number)

    def kinds(self) -> list[str]:
        return [outcome.kind.value for outcome in self.outcomes]

    def subjects(self) -> list[bytes]:
        return [mail.raw.rstrip() for mail in self.relay.mails]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    desk.close()


def _says(verb: str, answer: str, *, times: int = 1_000_000) -> Script:
    left = [times]

    def script(said: str, argument: str) -> str | None:
        if said != verb or not left[0]:
            return None
        left[0] -= 1
        return answer

    return script


def test_what_the_relay_took_is_recorded_with_its_answer_in_one_step(desk: Desk) -> None:
    (number,) = desk.queue("one", ticket=1)
    assert desk.settle() > desk.hands.now
    row = desk.row(number)
    assert (row.state, row.attempts, row.claimed_by) == ("sent", 1, None)
    assert row.relay_response == "250 2.0.0 Ok: queued as 4F2C91A0"
    assert [(each.delivery_id, each.ticket, each.kind) for each in desk.outcomes] == [(number, 1, OutcomeKind.SENT)]


def test_a_message_id_that_the_relay_put_in_the_place_of_ours_is_stored_beside_it(desk: Desk) -> None:
    desk.relay.answer = _says(".", "250 2.6.0 <new@relay.test> [InternalId=7, Hostname=x] Queued mail for delivery")
    (number,) = desk.queue("one")
    desk.settle()
    assert (desk.row(number).message_id, desk.row(number).relay_message_id) == ("one@d", "new@relay.test")


def test_many_go_out_once_each(desk: Desk) -> None:
    desk.queue(*(f"m{n}" for n in range(200)))
    desk.settle()
    assert sorted(desk.subjects()) == sorted(f"m{n}".encode() for n in range(200))
    assert desk.relay.connections <= 2


def test_mails_of_one_ticket_to_one_person_arrive_in_their_order(desk: Desk) -> None:
    keys = [f"{n:02}" for n in range(20)]
    desk.queue(*keys, ticket=1)
    desk.settle()
    assert desk.subjects() == [key.encode() for key in keys]


def test_order_holds_over_greylisting(desk: Desk) -> None:
    desk.relay.answer = _says("RCPT", "450 4.2.0 Greylisted", times=1)
    desk.queue("first", "second", ticket=1)
    desk.hands.now = desk.settle()
    assert desk.hands.now == START + MINUTE  # it looks in, though nothing is due
    desk.hands.now = START + timedelta(minutes=7.5)
    desk.settle()
    assert desk.subjects() == [b"first", b"second"]


def test_a_permanent_refusal_is_an_outcome_with_the_relays_words_and_wakes_the_others(desk: Desk) -> None:
    desk.relay.answer = _says("RCPT", "550 5.1.1 User unknown")
    (number,) = desk.queue("one", ticket=1)
    desk.settle()
    assert desk.row(number).state == "failed"
    assert [(each.kind, each.status, each.response, each.ours) for each in desk.outcomes] == [
        (OutcomeKind.REFUSED, "5.1.1", "550 5.1.1 User unknown", False)
    ]
    assert "process" in desk.rung


def test_a_refusal_of_us_waits_and_is_marked_for_the_admins(desk: Desk) -> None:
    desk.relay.answer = _says("RCPT", "554 5.7.1 Relay access denied", times=1)
    (number,) = desk.queue("one", ticket=1)
    desk.settle()
    assert (desk.kinds(), desk.outcomes[0].ours, desk.row(number).attempts) == (["deferred"], True, 1)


def test_a_mail_is_given_up_after_its_days_and_the_relays_last_words_are_kept(desk: Desk) -> None:
    desk.relay.answer = _says("RCPT", "451 4.7.1 later")
    (number,) = desk.queue("one", ticket=1)
    while desk.kinds()[-1:] != ["given-up"]:
        desk.settle()
        desk.hands.now = max(desk.row(number).next_attempt_at, desk.hands.now)
    assert desk.outcomes[-1].at == START + 4 * DAY
    assert desk.row(number).state == "failed"
    assert desk.row(number).relay_response == "451 4.7.1 later"
    assert len(desk.kinds()) == 14


def test_a_line_lost_after_the_content_sends_the_same_bytes_again(desk: Desk) -> None:
    desk.relay.answer = _says(".", "", times=1)
    (number,) = desk.queue("one", ticket=1)
    desk.settle()
    assert desk.row(number).state == "waiting"
    desk.hands.forward(timedelta(minutes=8))
    desk.settle()
    assert (desk.subjects(), desk.row(number).state) == ([b"one"], "sent")


def test_a_mail_that_states_a_passed_time_is_never_handed_over(desk: Desk) -> None:
    (number,) = desk.queue("one", ticket=1, states_until=START)
    desk.settle()
    assert (desk.kinds(), desk.row(number).state, desk.relay.commands) == (["stale"], "dropped", [])


def test_the_time_a_mail_states_is_looked_at_again_right_before_the_content(desk: Desk) -> None:
    (number,) = desk.queue("one", ticket=1, states_until=START + timedelta(microseconds=1))  # true when it is claimed
    desk.settle()
    assert (desk.kinds(), desk.row(number).state, desk.relay.mails) == (["stale"], "dropped", [])
    assert "RCPT" in desk.relay.commands[-2]


# The relay is down


def test_a_relay_that_is_down_costs_no_mail_an_attempt(desk: Desk) -> None:
    numbers = desk.queue(*(f"m{n}" for n in range(100)))
    desk.relay.answer = _says("CONNECT", "421 4.3.2 down")
    for _ in range(10):
        desk.hands.now = desk.settle()
    assert {desk.row(number).attempts for number in numbers} == {0}
    assert {desk.row(number).state for number in numbers} == {"waiting"}
    assert set(desk.kinds()) == {"deferred"}
    assert all(outcome.ours and not outcome.counted for outcome in desk.outcomes)


def test_a_relay_that_is_down_is_asked_by_one_mail_at_a_time(desk: Desk) -> None:
    desk.queue(*(f"m{n}" for n in range(100)))
    desk.relay.answer = _says("CONNECT", "421 4.3.2 down")
    desk.hands.now = desk.settle()
    asked = desk.relay.connections
    assert asked <= 2
    for _ in range(5):
        desk.hands.now = desk.settle()
    assert desk.relay.connections == asked + 5


def test_a_relay_that_is_back_gets_everything_at_once_and_in_order(desk: Desk) -> None:
    desk.queue(*(f"{n:02}" for n in range(10)), ticket=1)
    desk.relay.answer = _says("CONNECT", "421 4.3.2 down", times=3)
    for _ in range(4):
        desk.hands.now = desk.settle()
    assert desk.subjects() == [f"{n:02}".encode() for n in range(10)]


def test_a_bell_does_not_ring_the_role_out_of_its_back_off(desk: Desk) -> None:
    desk.queue("one")
    desk.relay.answer = _says("CONNECT", "421 4.3.2 down")
    again = desk.settle()
    asked = desk.relay.connections
    desk.queue("two")
    assert desk.role.step(desk.hands.now) == again
    assert desk.relay.connections == asked


def test_days_run_on_while_the_relay_is_down(desk: Desk) -> None:
    numbers = desk.queue(*(f"m{n}" for n in range(20)))
    desk.relay.answer = _says("CONNECT", "421 4.3.2 down")
    for days in (0, 0, 4, 0):
        desk.hands.now = desk.settle() + days * DAY
    desk.settle()
    assert {desk.row(number).state for number in numbers} == {"failed"}
    assert desk.kinds().count("given-up") == 20


def test_a_relay_that_takes_fewer_lines_than_we_would_have_still_gets_everything(desk: Desk) -> None:
    busy = threading.Semaphore(1)
    full = "421 4.7.0 too many connections"
    desk.relay.answer = lambda verb, _: full if verb == "CONNECT" and not busy.acquire(blocking=False) else None
    numbers = desk.queue(*(f"m{n}" for n in range(60)))
    for _ in range(50):
        desk.hands.now = desk.settle()
    assert {desk.row(number).state for number in numbers} == {"sent"}


# Slow relays, stops and crashes


class Gate:
    """A relay that hangs at RCPT of one recipient until the test opens."""

    def __init__(self, recipient: str) -> None:
        self.recipient, self.reached, self.open = recipient, threading.Event(), threading.Event()

    def __call__(self, verb: str, argument: str) -> str | None:
        if verb == "RCPT" and self.recipient in argument:
            self.reached.set()
            self.open.wait(30)
        return None


def test_a_slow_mail_holds_up_no_other(desk: Desk) -> None:
    desk.relay.answer = gate = Gate("slow@")
    (slow,) = desk.queue("slow", recipient="slow@example.net")
    others = desk.queue(*(f"m{n}" for n in range(30)))
    while any(desk.row(number).state != "sent" for number in others):
        desk.role.step(desk.hands.now)
    assert gate.reached.is_set()
    assert desk.row(slow).state == "waiting"
    gate.open.set()
    desk.settle()
    assert desk.row(slow).state == "sent"


def test_a_stop_lets_the_attempt_in_hand_end_and_gives_the_rest_back(desk: Desk) -> None:
    desk.relay.answer = gate = Gate("slow@")
    desk.role.stop()
    desk.role = desk.start(connections=1)
    (slow,) = desk.queue("slow", recipient="slow@example.net")
    rest = desk.queue("a", "b")
    desk.role.step(desk.hands.now)
    assert gate.reached.is_set()
    stopping = threading.Thread(target=desk.role.stop)
    stopping.start()
    gate.open.set()
    stopping.join()
    assert desk.row(slow).state == "sent"
    assert [(desk.row(number).state, desk.row(number).attempts, desk.row(number).claimed_by) for number in rest] == [
        ("waiting", 0, None)
    ] * 2
    assert desk.role.step(desk.hands.now) > desk.hands.now


def test_an_attempt_is_cut_off_before_its_claim_ends(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("maildesk.daemon.sending.ATTEMPT_SECONDS", 0.3)  # in place of 5 min of real time
    desk.relay.answer = gate = Gate("slow@")
    (slow,) = desk.queue("slow", recipient="slow@example.net")
    while not desk.outcomes:
        desk.role.step(desk.hands.now)
    gate.open.set()
    assert "cut off" in desk.row(slow).relay_response
    assert desk.row(slow).state == "waiting"
    assert timedelta(minutes=5) == ATTEMPT_LASTS


def test_an_answer_that_could_not_be_recorded_is_recorded_before_anything_else(desk: Desk) -> None:
    trouble = [True]

    def no_room(connection: Connection, outcomes: Sequence[Outcome], now: datetime) -> None:
        if trouble:
            trouble.pop()
            raise Trouble("The disk is full. Make room.")

    desk.role._consequences = no_room
    (number,) = desk.queue("one")
    with pytest.raises(Trouble):
        desk.role.step(desk.hands.now)
    assert desk.row(number).state == "waiting"
    desk.settle()
    assert desk.row(number).state == "sent"
    assert desk.subjects() == [b"one"]


def test_a_bug_in_what_follows_from_one_mail_touches_no_other(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    bad, *good = desk.queue("bad", *(f"m{n}" for n in range(5)))
    desk.bug = lambda outcome: outcome.delivery_id == bad
    desk.settle()
    assert {desk.row(number).state for number in (bad, *good)} == {"sent"}
    assert sorted(outcome.delivery_id for outcome in desk.outcomes) == good
    assert "delivery bug" in capsys.readouterr().err


def test_outcomes_and_what_follows_are_one_transaction(desk: Desk) -> None:
    seen: list[str] = []

    def look(connection: Connection, outcomes: Sequence[Outcome], now: datetime) -> None:
        seen.extend(connection.execute(select(deliveries.c.state)).scalars())
        connection.execute(text("UPDATE tickets SET subject = 'answered'"))

    desk.role._consequences = look
    desk.queue("one")
    desk.settle()
    assert seen == ["sent"]
    with desk.database.read() as connection:
        assert set(connection.execute(text("SELECT subject FROM tickets")).scalars()) == {"answered"}


def test_a_maildir_serves_where_there_is_no_relay(desk: Desk, tmp_path: Path) -> None:
    way = Way(Maildir(tmp_path / "out"), "out", 1, 4 * DAY)
    role = Deliver(desk.database, way, LIFTED, desk.consequences, desk.rung.append)
    desk.queue("one", "two")
    role.step(desk.hands.now)
    role.stop()
    assert len(list((tmp_path / "out/new").iterdir())) == 2
