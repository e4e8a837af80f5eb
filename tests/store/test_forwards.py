"""What an agent forwarded, in both databases: brought in once, with who forwarded it; and outsiders' tickets."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import insert, select

from maildesk.desk.forward_facts import FORWARDED, Forwarded, Unpacked
from maildesk.desk.senders.authorship import Author
from maildesk.mail.letter import Mailbox
from maildesk.store.arrivals import NewArrival, accept, claim
from maildesk.store.database import Database
from maildesk.store.outside import recipients_outside, tickets_of
from maildesk.store.tables import arrivals, threads
from maildesk.store.writing_forwards import forwarded_as, unpack
from tests.store import rows
from tests.store.conftest import START
from tests.store.rows import DESK, KIM
from tests.unit.desk import making_facts
from tests.unit.desk.making_facts import ANNA, MARIA, OTTO, SITE, letter

SAID = Forwarded(ANNA, "Please help\0 him.", ticket=7, customer=OTTO)
TWO = (Unpacked(b"Subject: one\n\n", DESK, SAID), Unpacked(b"Subject: two\n\n", DESK, replace(SAID, ticket=None)))


def test_what_is_forwarded_comes_in_once_however_often_it_is_written(database: Database) -> None:
    first = accept(database, [NewArrival("smtp", ANNA, (DESK,), b"Subject: Fwd\n\n", START)])[0]
    forward = making_facts.arrival(id=first, arrived_at=START)
    for _ in range(2):
        with database.write() as connection:
            unpack(connection, START, forward, TWO)
    with database.read() as connection:
        stored = connection.execute(select(arrivals).where(arrivals.c.intake == FORWARDED)).all()
    assert [(each.sender, each.recipients, each.desk, each.arrived_at, each.source_key) for each in stored] == [
        (ANNA, [DESK], DESK, START, f"forward:{first}:{number}") for number in range(2)
    ]


def test_who_forwarded_it_is_read_with_its_facts(database: Database) -> None:
    first = accept(database, [NewArrival("smtp", ANNA, (DESK,), b"Subject: Fwd\n\n", START)])[0]
    with database.write() as connection:
        unpack(connection, START, making_facts.arrival(id=first, arrived_at=START), TWO)
    mine = [each for each in claim(database, 10).due if each.intake == FORWARDED]
    with database.read() as connection:
        said = [forwarded_as(connection, each, letter()) for each in mine]
        assert forwarded_as(connection, making_facts.arrival(id=first), letter()) is None
    assert said == [replace(SAID, words="Please help him."), replace(SAID, words="Please help him.", ticket=None)]


def test_a_mail_that_is_here_or_is_ours_is_known_by_its_message_id(database: Database) -> None:
    first = accept(database, [NewArrival("smtp", ANNA, (DESK,), b"Subject: Fwd\n\n", START)])[0]
    with database.write() as connection:
        unpack(connection, START, making_facts.arrival(id=first, arrived_at=START), TWO[:1])
        rows.ticket(connection, 1)
        known = [{"ticket": 1, "at": START, "people": []}]
        for message_id, source in (("theirs@x", "filed"), ("ours@x", "sent"), ("only-named@x", "referred")):
            connection.execute(insert(threads), [each | {"message_id": message_id, "source": source} for each in known])
    (mine,) = [each for each in claim(database, 10).due if each.intake == FORWARDED]
    found = {}
    with database.read() as connection:
        for known_id in ("theirs@x", "ours@x", "only-named@x", None):
            said = forwarded_as(connection, mine, letter(message_id=known_id))
            found[known_id] = (said.known_in, said.is_ours) if said else None
    assert found == {"theirs@x": (1, False), "ours@x": (1, True), "only-named@x": (None, False), None: (None, False)}


def test_the_live_tickets_of_recipients_are_found_and_nobody_elses(database: Database) -> None:
    with database.write() as connection:
        rows.ticket(connection, 1)
        rows.ticket(connection, 2, state="closed", timer=None)
        rows.ticket(connection, 3, desk="sales@example.com")
        rows.ticket(connection, 4, requester=OTTO, state="waiting", promise=None)
    with database.read() as connection:
        assert tickets_of(connection, making_facts.DESK, (KIM, OTTO)) == {1, 4}
        assert tickets_of(connection, making_facts.DESK, ()) == set()


def test_only_an_agents_own_mail_has_recipients_outside() -> None:
    sent = letter(to=(Mailbox("", MARIA), Mailbox("", DESK)), cc=(Mailbox("", ANNA), Mailbox("", OTTO.upper())))
    anna = Author(Mailbox("", ANNA))
    assert recipients_outside(anna, sent, SITE) == (MARIA, OTTO)
    assert recipients_outside(Author(Mailbox("", MARIA)), sent, SITE) == ()
    assert recipients_outside(replace(anna, is_forwarded=True), sent, SITE) == ()
