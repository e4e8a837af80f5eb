from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from maildesk.desk.words import Fate
from maildesk.store import arrivals, listing
from maildesk.store.database import Database
from maildesk.store.tables import events, messages, participants
from tests.store.conftest import START
from tests.store.rows import DESK, KIM, delivery, ticket
from tests.store.test_arrivals import new


def message(number: int, arrival: int | None = None, **changes: Any) -> dict[str, Any]:
    row = {"desk": DESK, "ticket": number, "arrival": arrival, "kind": "question", "from_address": KIM}
    return row | {"trust": "authenticated", "at": START, "message_id": "q@k", "text": "Help"} | changes


@pytest.fixture
def _tickets(database: Database) -> None:
    with database.write() as connection:
        for number, state in enumerate(["open", "waiting", "closed", "merged"], start=1):
            absent = {} if number == 1 else {"promise": None} if number == 2 else {"promise": None, "timer": None}
            ticket(connection, number, state=state, **absent)


@pytest.mark.usefixtures("_tickets")
def test_tickets_are_listed_without_those_that_ended_unless_asked(database: Database) -> None:
    assert [each["number"] for each in listing.list_tickets(database)] == [1, 2]
    assert [each["number"] for each in listing.list_tickets(database, everything=True)] == [1, 2, 3, 4]
    assert [each["number"] for each in listing.list_tickets(database, state="merged")] == [4]
    assert [each["ticket"] for each in listing.list_timers(database)] == [1, 2]
    assert list(listing.list_timers(database, held=True)) == []


@pytest.mark.usefixtures("_tickets")
def test_a_tickets_line_has_the_names_that_scripts_rely_on(database: Database) -> None:
    line, other = listing.list_tickets(database)
    promised = START + timedelta(hours=8)
    assert line.items() >= {
        "number": 1, "desk": DESK, "state": "open", "requester": KIM, "assignee": None, "priority": "normal",
        "language": "en", "subject": "", "opened": START, "promise": promised,
    }.items()  # fmt: skip
    assert other["promise"] is None


def test_lists_are_never_cut_off(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "PAGE", 3)
    ids = arrivals.accept(database, [new(n) for n in range(9)])
    assert [each["id"] for each in listing.list_arrivals(database)] == ids
    with database.write() as connection:
        sent = [delivery(connection, str(n), state="sent" if n % 2 else "waiting") for n in range(8)]
    assert [each["id"] for each in listing.list_deliveries(database)] == sent
    assert [each["id"] for each in listing.list_deliveries(database, state="sent")] == sent[1::2]


def test_a_list_holds_no_transaction_open_while_somebody_reads(database: Database) -> None:
    arrivals.accept(database, [new(1), new(2)])
    lines = listing.list_arrivals(database)
    next(lines)
    with database.write():
        pass
    assert len(list(lines)) == 1


@pytest.mark.usefixtures("_tickets")
def test_a_ticket_is_shown_with_all_that_belongs_to_it(database: Database) -> None:
    with database.write() as connection:
        connection.execute(insert(messages), message(1))
        connection.execute(insert(events), {"desk": DESK, "ticket": 1, "at": START, "what": "opened", "reason": "new"})
        connection.execute(
            insert(participants), {"ticket": 1, "address": "lee@x", "name": "Lee", "since": START, "brought_by": KIM}
        )
        mail = delivery(connection, "ack", ticket=1)
        delivery(connection, "other", ticket=2)
    shown = listing.show_ticket(database, 1)
    assert shown is not None
    assert (shown["number"], shown["turn"], shown["opened"]) == (1, 1, START)
    assert [each["text"] for each in shown["messages"]] == ["Help"]
    assert [each["what"] for each in shown["events"]] == ["opened"]
    assert [each["state"] for each in shown["promises"]] == ["told"]
    assert [each["address"] for each in shown["participants"]] == ["lee@x"]
    assert [each["id"] for each in shown["deliveries"]] == [mail]
    assert shown["timer"]["step"] == "remind-assignee"
    assert listing.show_ticket(database, 99) is None


def test_bytes_are_shown_as_they_came_and_as_they_leave(database: Database) -> None:
    (number,) = arrivals.accept(database, [new(1)])
    with database.write() as connection:
        mail = delivery(connection, "ack")
    arrival, sent = listing.show_arrival(database, number), listing.show_delivery(database, mail)
    assert arrival is not None
    assert arrival["raw"] == new(1).raw
    assert sent is not None
    assert sent["raw"] == b"ack"
    assert listing.show_arrival(database, 99) is None
    assert listing.show_delivery(database, 99) is None
    assert listing.show_timer(database, 99) is None


@pytest.mark.usefixtures("_tickets")
def test_a_mail_is_explained_from_its_arrival_to_its_ticket(database: Database) -> None:
    (number,) = arrivals.accept(database, [new(1)])
    with database.write() as connection:
        arrivals.finish(connection, number, Fate.FILED, "signed address", message_id="q@k", ticket=2)
        connection.execute(insert(messages), message(2, number))
        connection.execute(insert(events), {"desk": DESK, "arrival": number, "at": START, "what": "filed"})
    got = listing.explain(database, "<q@k>")
    (arrival,) = got["arrivals"]
    assert (arrival["id"], arrival["fate"], arrival["reason"]) == (number, "filed", "signed address")
    assert [each["what"] for each in arrival["events"]] == ["filed"]
    assert [each["ticket"] for each in got["messages"]] == [2]
    assert [each["number"] for each in got["tickets"]] == [2]


def test_a_mail_that_was_not_read_yet_is_explained_too(database: Database) -> None:
    (number, _) = arrivals.accept(database, [new(raw=b"Message-ID: <w@k>\r\n\r\n"), new(2)])
    assert [each["id"] for each in listing.explain(database, "w@k")["arrivals"]] == [number]


def test_our_own_mail_is_explained_by_either_id(database: Database) -> None:
    with database.write() as connection:
        mail = delivery(connection, "ack", relay_message_id="theirs@relay")
    for message_id in ("ack@d", "<theirs@relay>"):
        assert [each["id"] for each in listing.explain(database, message_id)["deliveries"]] == [mail]
    assert listing.explain(database, "nobody@knows")["deliveries"] == []
