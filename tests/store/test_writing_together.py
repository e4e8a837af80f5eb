"""Decisions that are written in one transaction: asked for once, whole, and never two that contradict each other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event, func, select

from maildesk.desk.actions import Decision, Event, Message, PersonChange, PromiseChange
from maildesk.desk.words import Arrival, Fate, MessageKind, Priority, Promise, PromiseState, Ticket, TicketState, Trust
from maildesk.mail.letter import Mailbox
from maildesk.mail.parsing import parse
from maildesk.store import arrivals as stored
from maildesk.store.apply import Decided, Source, apply_all
from maildesk.store.database import Database
from maildesk.store.tables import arrivals, events, messages, people, promises, seen, threads, tickets
from maildesk.store.writing_tickets import Conflict
from tests.store import rows
from tests.store.conftest import START


def _arrivals(database: Database, count: int) -> list[Arrival]:
    new = stored.NewArrival("smtp", "kim@example.net", (rows.DESK,), b"Subject: x\n\n", START)
    stored.accept(database, [new] * count)
    return list(stored.claim(database, count).due)


def _decided(arrival: Arrival, name: str) -> Decided:
    """A new ticket of a customer of that name, as a decision opens one."""
    address = f"{name}@example.net"
    promise = Promise(1, 1, START, PromiseState.UNTOLD, START, "8h")
    ticket = Ticket(
        number=arrival.id, version=0, desk=rows.DESK, state=TicketState.OPEN, state_since=START, requester=address,
        requester_name=name, requester_trust=Trust.AUTHENTICATED, language="en",
        priority=Priority.NORMAL, subject=name, root_id=f"{name}@d",
        opened_at=START, turn=1, turn_began_at=START, last_customer_at=START, promise=promise,
    )  # fmt: skip
    message = Message(
        ticket.number, MessageKind.QUESTION, Mailbox(name, address), Trust.AUTHENTICATED, f"{name}@example.net",
        (f"before-{name}@example.net",), (), START, name, name, name, "new",
    )  # fmt: skip
    decision = Decision(
        Fate.NEW_TICKET, "new", tickets=(ticket,), messages=(message,),
        promises=(PromiseChange(ticket.number, promise),), events=(Event(ticket.number, "opened", name),),
        people=(PersonChange(rows.DESK, address, 0, name=name),),
    )  # fmt: skip
    letter = parse(f"From: {address}\nMessage-ID: <{name}@example.net>\n\n{name}\n".encode())
    return Decided(decision, source=Source(arrival, letter, rows.DESK))


@contextmanager
def _statements(database: Database) -> Iterator[list[str]]:
    asked: list[str] = []

    def note(*what: object) -> None:
        asked.append(str(what[2]))

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def test_the_database_is_asked_as_often_for_many_mails_as_for_one(database: Database) -> None:
    first, *others = _arrivals(database, 6)
    with _statements(database) as for_one, database.write() as connection:
        apply_all(connection, START, [_decided(first, "ada")])
    with _statements(database) as for_many, database.write() as connection:
        apply_all(connection, START, [_decided(each, f"kim{each.id}") for each in others])
    assert len(for_many) == len(for_one)


def test_each_mail_keeps_what_is_its_own(database: Database) -> None:
    ada, kim = _arrivals(database, 2)
    with database.write() as connection:
        apply_all(connection, START, [_decided(ada, "ada"), _decided(kim, "kim")])
    with database.read() as connection:
        ended = connection.execute(select(arrivals.c.message_id, arrivals.c.ticket).order_by(arrivals.c.id)).all()
        filed = connection.execute(select(messages.c.ticket, messages.c.arrival).order_by(messages.c.id)).all()
        noted = connection.execute(select(events.c.reason, events.c.arrival).order_by(events.c.id)).all()
        known = connection.execute(select(people.c.name, people.c.version).order_by(people.c.name)).all()
        ids = connection.execute(select(threads.c.source, threads.c.ticket).order_by(threads.c.id)).all()
        made = connection.execute(select(promises.c.ticket, promises.c.state).order_by(promises.c.ticket)).all()
    assert [tuple(each) for each in ended] == [("ada@example.net", ada.id), ("kim@example.net", kim.id)]
    assert [tuple(each) for each in filed] == [(ada.id, ada.id), (kim.id, kim.id)]
    assert [tuple(each) for each in noted] == [("ada", ada.id), ("kim", kim.id)]
    assert [tuple(each) for each in known] == [("ada", 1), ("kim", 1)]
    assert [tuple(each) for each in ids] == [
        (source, each.id) for each in (ada, kim) for source in ("filed", "referred")
    ]
    assert [tuple(each) for each in made] == [(ada.id, "untold"), (kim.id, "untold")]


def test_of_two_arrivals_that_are_one_mail_none_is_written_beside_the_other(database: Database) -> None:
    one, other = _arrivals(database, 2)
    with pytest.raises(Conflict), database.write() as connection:
        apply_all(connection, START, [_decided(one, "ada"), _decided(other, "ada")])
    with database.read() as connection:
        assert connection.execute(select(func.count()).select_from(tickets)).scalar() == 0
        assert connection.execute(select(func.count()).select_from(seen)).scalar() == 0


def test_a_person_whom_another_mail_made_known_is_a_conflict(database: Database) -> None:
    (one,) = _arrivals(database, 1)
    with database.write() as connection:
        apply_all(connection, START, [_decided(one, "ada")])
    change = PersonChange(rows.DESK, "ada@example.net", 0, name="Ada")
    with pytest.raises(Conflict), database.write() as connection:
        apply_all(connection, START, [Decided(Decision(Fate.FILED, "x", people=(change,)))])


def test_what_was_learnt_of_several_people_is_written_with_one_version_each(database: Database) -> None:
    with database.write() as connection:
        for name in ("ada", "kim"):
            connection.execute(people.insert(), {"desk": rows.DESK, "address": name, "version": 3, "name": name})
        learnt = [PersonChange(rows.DESK, name, 3, language=spoken) for name, spoken in (("ada", "en"), ("kim", "de"))]
        apply_all(connection, START, [Decided(Decision(Fate.FILED, "x", people=(each,))) for each in learnt])
    with database.read() as connection:
        found = connection.execute(select(people.c.name, people.c.language, people.c.version).order_by(people.c.name))
        assert [tuple(each) for each in found] == [("ada", "en", 4), ("kim", "de", 4)]
