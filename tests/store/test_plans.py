"""What is asked all the time is answered from indexes: its time does not grow with what is stored."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from maildesk.desk.words import Brakes, Site
from maildesk.store import arrivals, deliveries, doctor, timers
from maildesk.store.claims import void_gone_claims
from maildesk.store.database import Database
from maildesk.store.following import follow_up_facts
from tests.store.conftest import START, Hands
from tests.store.rows import delivery, ticket
from tests.store.test_arrivals import new


def use(database: Database) -> None:
    """All that roles do with the store again and again."""
    ids = arrivals.accept(database, [new(1), new(2, source_key="k")])
    arrivals.claim(database, 5)
    with database.write() as connection:
        arrivals.reserve_numbers(connection, ids)
        arrivals.put_back(connection, ids[0], "x", START)
        ticket(connection, ids[0])
        delivery(connection, f"a{ids[0]}", ticket=ids[0], recipient_trust="stranger", states_until=START)
        delivery(connection, f"b{ids[0]}", ticket=ids[0], recipient_trust="stranger")
        delivery(connection, f"c{ids[0]}", ticket=ids[0], automatic=False)
    deliveries.claim(database, Brakes(), 5)
    timers.claim_due(database, START, 5)
    void_gone_claims(database)
    for module in (arrivals, deliveries, timers):
        module.next_due(database)


def test_no_query_of_the_roles_reads_a_whole_table(tmp_path: Path, hands: Hands) -> None:
    database = Database(f"sqlite:///{tmp_path / 'maildesk.db'}", clock=hands)
    database.migrate()
    asked: dict[str, Any] = {}
    event.listen(database.engine, "before_cursor_execute", lambda *call: asked.setdefault(call[2], call[3]))
    use(database)
    use(database)
    scans = []
    with database.engine.connect() as connection:
        for statement, values in list(asked.items()):
            if statement.startswith(("SELECT", "UPDATE")):
                one = values[0] if isinstance(values, list) else values
                plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", one).all()
                scans += [(row[3], statement) for row in plan if row[3].startswith("SCAN") and "_waiting" not in row[3]]
    assert scans == []
    assert len(asked) > 15
    database.close()


NEVER_MANY = re.compile(  # what is wrong, what waits, and what an installation has a handful of
    r"SCAN (hanging|mailboxes|agent_states|sqlite_master|anon_1|\w+ USING (COVERING )?INDEX "
    r"ix_(arrivals_waiting|deliveries_waiting|timers_failing|promises_unexplained))\b"
)


def test_the_doctor_and_the_follow_up_read_what_is_due_or_wrong_and_not_what_is_stored(
    tmp_path: Path, hands: Hands
) -> None:
    database = Database(f"sqlite:///{tmp_path / 'maildesk.db'}", clock=hands)
    database.migrate()
    use(database)
    asked: dict[str, Any] = {}
    event.listen(database.engine, "before_cursor_execute", lambda *call: asked.setdefault(call[2], call[3]))
    doctor.examine(database)
    with database.read() as connection:
        follow_up_facts(connection, [1, 2], Site(()), START)
    plans = []
    with database.engine.connect() as connection:
        for statement, values in list(asked.items()):
            if statement.startswith("SELECT"):
                plans += [
                    (row[3], statement) for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
                ]
    many = [each for each in plans if each[0].startswith("SCAN") and not NEVER_MANY.match(each[0])]
    by_state = [each for each in plans if "ix_tickets_state" in each[0] or "ix_deliveries_braked " in each[0]]
    assert (many, by_state) == ([], [])
    assert len(plans) > 20
    database.close()


@pytest.mark.parametrize("table", ["arrivals", "deliveries"])
def test_indexes_of_what_waits_hold_only_what_waits(tmp_path: Path, hands: Hands, table: str) -> None:
    database = Database(f"sqlite:///{tmp_path / 'maildesk.db'}", clock=hands)
    database.migrate()
    with database.read() as connection:
        plan = connection.exec_driver_sql(
            f"EXPLAIN QUERY PLAN SELECT min(next_attempt_at) FROM {table} WHERE state = 'waiting'"
        ).all()
    assert f"ix_{table}_waiting" in plan[0][3]
    database.close()
