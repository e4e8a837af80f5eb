"""A tiny desk, as the first release stored it: a row or more in every table that matters."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import insert

from maildesk.desk.words import Fate
from maildesk.store import arrivals, cursors
from maildesk.store.database import Database
from maildesk.store.tables import agent_states, events, messages, notices, participants, people, seen, threads
from tests.store.conftest import START
from tests.store.rows import DESK, KIM, delivery, ticket
from tests.store.test_arrivals import new
from tests.store.test_listing import message

DUMP = Path(__file__).with_name("release-0.1.sql")


def fill(database: Database) -> None:
    """Two arrivals, one filed; a ticket with all that belongs to it; a mail sent and one to send."""
    filed, _ = arrivals.accept(database, [new(1), new(2, source_key="imap:1")])
    with database.write() as connection:
        number = arrivals.reserve_numbers(connection, [filed])[filed]
        ticket(connection, number)
        arrivals.finish(connection, filed, Fate.NEW_TICKET, "no evidence of a ticket", message_id="q@k", ticket=number)
        connection.execute(insert(seen), {"key": "0" * 64, "arrival": filed})
        connection.execute(insert(messages), message(number, filed))
        line = {"desk": DESK, "ticket": number, "arrival": filed, "at": START, "what": "opened", "reason": "new"}
        connection.execute(insert(events), line)
        lee = {"ticket": number, "address": "lee@example.net", "since": START, "brought_by": KIM}
        connection.execute(insert(participants), lee)
        known = {"message_id": "q@k", "ticket": number, "source": "filed", "people": [KIM, DESK], "at": START}
        connection.execute(insert(threads), known)
        connection.execute(insert(people), {"desk": DESK, "address": KIM, "version": 1})
        connection.execute(insert(agent_states), {"address": "anna@example.com"})
        connection.execute(insert(notices), {"key": "brake", "at": START})
        cursors.first_contact(connection, "desk@imap:993/INBOX", 1, 41, START)
        delivery(connection, "received", ticket=number, state="sent", first_claimed_at=START, attempts=1)
        delivery(connection, "answer", ticket=number, automatic=False, tells_promise=None)
