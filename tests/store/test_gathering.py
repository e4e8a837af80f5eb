"""The facts of a group of mails are those of each mail alone, and are asked for all of them at once."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, event, insert

from maildesk.desk.known.facts import Facts
from maildesk.desk.senders.addresses import Keys
from maildesk.desk.words import Desk
from maildesk.mail.letter import Letter, Mailbox
from maildesk.store import arrivals as stored
from maildesk.store.agent_states import known_agents
from maildesk.store.arrivals import NewArrival
from maildesk.store.database import Database
from maildesk.store.facts import Ground, Question, gather
from maildesk.store.heard import identity_key
from maildesk.store.tables import arrivals, joined, participants, people, seen, threads
from tests.store.conftest import START
from tests.store.rows import DESK, KIM, ticket
from tests.unit.desk.making_facts import ANNA, SITE, letter

SALES: Desk = replace(SITE.desks[0], name="Sales", address="sales@example.com", assign="least-loaded")
BOTH = replace(SITE, desks=(*SITE.desks, SALES))
DAY = timedelta(days=1)
LEE, HOME = "lee@example.net", "kim@home.example"


def _from(address: str, **changes: Any) -> Letter:
    changes.setdefault("message_id", f"new-{address}")
    return letter(**changes, from_=(Mailbox("", address),))


MAILS = (
    _from(KIM, in_reply_to=("ours@d",)),  # answers our mail
    _from(LEE, in_reply_to=("sales@d",)),  # on a ticket of the other desk
    _from(HOME, in_reply_to=("merged@d",)),  # another address of Kim's, on a ticket that was merged
    _from("nobody@new.example"),
    _from(LEE, message_id="twice@example.net", text="Once more"),  # an id that another mail had
    _from(ANNA, in_reply_to=("ours@d",)),  # an agent
    _from(KIM, message_id="filed@example.net"),  # the very mail that is filed already
    _from("", message_id=None),  # nobody's
)


POINTERS = (("ours@d", 1, "sent"), ("ours@d", 4, "referred"), ("merged@d", 2, "filed"), ("sales@d", 3, "sent"))


def _past(connection: Connection) -> None:
    ticket(connection, 1)
    ticket(connection, 2, state="merged", merged_into=1, last_customer_at=START - DAY, promise=None, timer=None)
    ticket(connection, 3, desk=SALES.address, requester=LEE, assignee=ANNA)
    ticket(connection, 4, requester=LEE, last_customer_at=START - DAY)
    ticket(connection, 5, requester=LEE)
    rows: list[dict[str, Any]] = [
        {"message_id": name, "ticket": number, "source": source, "people": [KIM], "at": START}
        for name, number, source in POINTERS
    ]
    connection.execute(insert(threads), rows)
    for address in (KIM, LEE, HOME):
        connection.execute(insert(people), {"desk": DESK, "address": address, "version": 3, "name": address[:3]})
    joining = {"desk": DESK, "address": HOME, "person": KIM, "at": START, "by": ANNA}
    connection.execute(insert(joined), joining)
    row = {"ticket": 1, "address": "friend@example.net", "since": START, "brought_by": KIM}
    connection.execute(insert(participants), row)


def _questions(database: Database) -> list[Question]:
    """One for each of ``MAILS``; two mails came before, one of which is the same as one of them."""
    new = NewArrival("smtp", KIM, (DESK,), b"Subject: x\n\n", START)
    ids = stored.accept(database, [new] * (len(MAILS) + 2))
    with database.write() as connection:
        _past(connection)
        same = identity_key(MAILS[6])
        connection.execute(insert(seen), {"key": same, "arrival": ids[-1]})
        for number, name in zip(ids[-2:], ("twice@example.net", "filed@example.net"), strict=True):
            connection.execute(arrivals.update().where(arrivals.c.id == number).values(message_id=name, ticket=1))
    due = stored.claim(database, len(MAILS)).due
    mails = zip(due, MAILS, strict=True)
    return [Question(arrival, each, 0, f"root{arrival.id}@d") for arrival, each in mails]


def _gathered(database: Database, *questions: Question) -> list[Facts]:
    with database.read() as connection:
        ground = Ground(BOTH, Keys(("k", b"k" * 32), {"k": b"k" * 32}), START, known_agents(connection))
        return gather(connection, questions, ground)


def test_a_mail_of_a_group_is_known_as_if_it_had_come_alone(database: Database) -> None:
    questions = _questions(database)
    together = _gathered(database, *questions)
    assert together == [_gathered(database, each)[0] for each in questions]
    assert [sorted(each.tickets) for each in together] == [[1, 4], [3, 5], [1, 2], [], [5], [1, 4], [1], []]
    assert [(each.desk.name.split()[0], each.recent, each.person.version) for each in together] == [
        ("Example", 1, 3), ("Sales", 5, 0), ("Example", None, 3), ("Example", None, 0),
        ("Example", 5, 3), ("Example", None, 0), ("Example", 1, 3), ("Example", None, 0),
    ]  # fmt: skip
    assert [hit.source for hit in together[0].hits] == ["sent", "referred"]
    assert together[2].person.addresses == (KIM, HOME)
    assert [each.same_id_other_content for each in together] == [False] * 4 + [True, False, True, False]
    assert [bool(each.duplicate_of) for each in together] == [False] * 6 + [True, False]
    assert {each.address for each in together[0].tickets[1].participants} == {"friend@example.net"}


def test_what_all_mails_ask_is_asked_once_for_the_group(database: Database) -> None:
    group = [each for place, each in enumerate(_questions(database)) if place in (0, 2, 4, 6)]
    asked: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *call: asked.append(str(call[2])))
    _gathered(database, *group)
    one_by_one = re.compile(r"FROM (messages|tickets\s+WHERE tickets.requester (?:IN|=)|joined|people)(?!\w)")
    at_once = [each for each in asked if not one_by_one.search(each) and "SELECT" in each]
    assert len(at_once) == len(set(at_once))
    assert 6 < len(at_once) < 12


def test_no_question_of_gathering_reads_a_whole_table(database: Database) -> None:
    if not database.sqlite:
        return  # a planner with statistics scans tables of five rows
    questions = _questions(database)
    asked: dict[str, Any] = {}
    event.listen(database.engine, "before_cursor_execute", lambda *call: asked.setdefault(call[2], call[3]))
    _gathered(database, *questions)
    few = re.compile(r"SCAN (agent_states|CONSTANT ROW|\(subquery-1\))")
    with database.engine.connect() as connection:
        plans = [
            (row[3], statement)
            for statement, values in list(asked.items())
            if statement.startswith("SELECT")
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        ]
    assert [each for each in plans if each[0].startswith("SCAN") and not few.match(each[0])] == []
    assert len(plans) > 15
