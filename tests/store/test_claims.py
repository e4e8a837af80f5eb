"""Claims of threads, of processes, and of processes that are gone."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert

from maildesk.desk.words import Brakes
from maildesk.store import arrivals, cursors, deliveries, timers
from maildesk.store.claims import void_gone_claims
from maildesk.store.database import Database
from maildesk.store.owners import FileOwner, MemoryOwner, owner_for
from maildesk.store.tables import site
from tests.postgres import PostgresqlServer
from tests.store.conftest import START, Hands
from tests.store.rows import delivery, ticket
from tests.store.test_arrivals import new

LIFTED = Brakes(0, 0, 0, 0, 0, 0, 0, 0)

_CLAIM_AND_WAIT = """
import sys
from datetime import datetime
from maildesk.desk.words import Brakes
from maildesk.store import arrivals, deliveries, timers
from maildesk.store.database import Database
now = datetime.fromisoformat(sys.argv[2])
database = Database(sys.argv[1], clock=lambda: now)
found = [len(arrivals.claim(database, 9).due), len(deliveries.claim(database, Brakes(), 9).due),
         len(timers.claim_due(database, now, 9))]
print(*found, database.owner, flush=True)
sys.stdin.read()
"""

_CLAIM_ALL = """
import sys
from datetime import datetime
from maildesk.desk.words import Brakes
from maildesk.store import arrivals, deliveries
from maildesk.store.database import Database
database = Database(sys.argv[1], clock=lambda: datetime.fromisoformat(sys.argv[2]))
while found := arrivals.claim(database, 3).due:
    print(*(f"a{each.id}" for each in found), flush=True)
while found := deliveries.claim(database, Brakes(0, 0, 0, 0, 0, 0, 0, 0), 3).due:
    print(*(f"d{each.id}" for each in found), flush=True)
print("end", flush=True)
sys.stdin.read()  # lives until all are done: the claims of one that is gone are void, and rightly taken again
"""


def _until_the_end(worker: subprocess.Popen[str]) -> Iterator[str]:
    assert worker.stdout is not None
    for line in worker.stdout:
        if line == "end\n":
            return
        yield line


def work(database: Database, *, mails: int = 1) -> None:
    arrivals.accept(database, [new(n) for n in range(mails)])
    with database.write() as connection:
        for number in range(mails):
            delivery(connection, str(number))
            ticket(connection, number + 1, requester=f"kim{number}@x", timer={"due_at": START})


@pytest.fixture
def other(database: Database, url: str) -> Iterator[subprocess.Popen[str]]:
    """Another process that claimed one arrival, one delivery and one timer, and lives."""
    work(database)
    process = subprocess.Popen(
        [sys.executable, "-c", _CLAIM_AND_WAIT, url, START.isoformat()],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    with process:
        assert process.stdout is not None
        assert process.stdout.readline().split()[:3] == ["1", "1", "1"]
        yield process
        process.kill()


def claimed(database: Database) -> list[int]:
    return [
        len(arrivals.claim(database, 9).due),
        len(deliveries.claim(database, Brakes(), 9).due),
        len(timers.claim_due(database, database.now(), 9)),
    ]


def test_claims_of_a_process_that_lives_stand(database: Database, other: subprocess.Popen[str]) -> None:
    assert void_gone_claims(database) == 0
    assert claimed(database) == [0, 0, 0]


def test_claims_of_a_killed_process_are_void_at_once(database: Database, other: subprocess.Popen[str]) -> None:
    other.send_signal(signal.SIGKILL)
    other.wait()
    if not database.sqlite:
        _until_the_server_noticed(database)
    assert void_gone_claims(database) == 3
    assert claimed(database) == [1, 1, 1]
    assert void_gone_claims(database) == 0


def test_the_first_claim_of_a_process_voids_what_its_forerunner_left(
    database: Database, other: subprocess.Popen[str]
) -> None:
    other.send_signal(signal.SIGKILL)
    other.wait()
    if not database.sqlite:
        _until_the_server_noticed(database)
    assert claimed(database) == [1, 1, 1]


def _until_the_server_noticed(database: Database) -> None:
    """The kernel closes a dead process's socket at once; the server's session ends when it sees that."""
    owners = "FROM pg_stat_activity WHERE application_name LIKE 'maildesk owner %%' AND datname = current_database()"
    while True:
        with database.read() as connection:
            if connection.exec_driver_sql(f"SELECT count(*) {owners}").scalar_one() <= (database._owner is not None):
                return


def test_claims_end_with_the_process_that_closes_its_database(database: Database, url: str, hands: Hands) -> None:
    work(database)
    first = Database(url, clock=hands)
    assert claimed(first) == [1, 1, 1]
    first.close()
    if not database.sqlite:
        _until_the_server_noticed(database)
    assert claimed(database) == [1, 1, 1]


def test_nothing_is_claimed_twice_by_threads(database: Database) -> None:
    work(database, mails=40)

    def claim_all(_: int) -> list[str]:
        got: list[str] = []
        while found := arrivals.claim(database, 3).due:
            got += [f"a{each.id}" for each in found]
        while mails := deliveries.claim(database, LIFTED, 3).due:
            got += [f"d{each.id}" for each in mails]
        while numbers := timers.claim_due(database, START, 3):
            got += [f"t{each}" for each in numbers]
        return got

    with ThreadPoolExecutor(6) as pool:
        got = [each for some in pool.map(claim_all, range(6)) for each in some]
    assert len(got) == len(set(got)) == 120


def test_nothing_is_claimed_twice_by_processes(database: Database, url: str) -> None:
    work(database, mails=60)
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", _CLAIM_ALL, url, START.isoformat()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    got = [each for worker in workers for line in _until_the_end(worker) for each in line.split()]
    for worker in workers:
        worker.communicate()
    assert [worker.returncode for worker in workers] == [0, 0, 0]
    assert len(got) == len(set(got)) == 120


def test_tickets_numbers_are_given_once_and_without_gaps(database: Database) -> None:
    ids = arrivals.accept(database, [new(n) for n in range(40)])

    def reserve(number: int) -> int:
        with database.write() as connection:
            return arrivals.reserve_numbers(connection, [number])[number]

    with ThreadPoolExecutor(6) as pool:
        got = sorted(pool.map(reserve, ids))
    assert got == list(range(got[0], got[0] + 40))


def test_a_source_key_is_stored_once_whoever_comes_first(database: Database) -> None:
    with ThreadPoolExecutor(6) as pool:
        got = list(pool.map(lambda _: arrivals.accept(database, [new(1, source_key="imap:1")]), range(12)))
    assert len({number for ids in got for number in ids}) == 1
    assert len(arrivals.claim(database, 9).due) == 1


def test_a_lock_file_outlives_its_process_but_not_the_next_one(tmp_path: Path) -> None:
    first = FileOwner(tmp_path / "maildesk.db")
    second = FileOwner(tmp_path / "maildesk.db")
    database = Database("sqlite://")
    with database.read() as connection:
        assert second.gone([first.name, second.name, "4711-abc", "../../etc/passwd"], connection) == {
            "4711-abc",
            "../../etc/passwd",
        }
        first.release()
        assert second.gone([first.name], connection) == {first.name}
    (tmp_path / "maildesk.db.owners" / "99-dead").touch()
    FileOwner(tmp_path / "maildesk.db").release()
    assert [path.name for path in (tmp_path / "maildesk.db.owners").iterdir()] == [second.name]
    second.release()
    database.close()


def test_in_memory_only_we_live() -> None:
    owner = owner_for(None, None)
    assert isinstance(owner, MemoryOwner)
    database = Database("sqlite://")
    with database.read() as connection:
        assert owner.gone(["memory", "other"], connection) == {"other"}
    database.close()


def test_a_lock_lost_with_the_server_is_taken_anew_under_a_new_name(
    postgresql_server: PostgresqlServer, migrated_template: str, hands: Hands
) -> None:
    url = postgresql_server.create(migrated_template)
    database, node = Database(url, clock=hands), Database(url, clock=hands)
    work(database)
    assert claimed(database) == [1, 1, 1]
    before = database.owner
    with database.write() as connection:  # claims alone may be lost with the server; then they are void anyway
        cursors.first_contact(connection, "box", 1, 1, hands.now)
    postgresql_server.control("restart")
    database.engine.dispose()
    node.engine.dispose()
    assert void_gone_claims(node) == 3  # to everybody else we look dead
    assert void_gone_claims(database) == 0
    assert database.owner != before
    assert claimed(database) == [1, 1, 1]
    assert void_gone_claims(node) == 0
    database.close()
    node.close()


def test_a_timer_that_fails_comes_again_with_growing_gaps_and_alone(database: Database, hands: Hands) -> None:
    work(database, mails=3)
    assert timers.claim_due(database, START, 2) == [1, 2]
    hands.forward(timedelta(minutes=10))
    assert timers.claim_due(database, hands.now, 9) == [3]  # due since longer, and not tried
    assert timers.claim_due(database, hands.now, 9) == [1]
    assert timers.claim_due(database, hands.now, 9) == [2]
    assert timers.next_due(database) == START + timedelta(minutes=20)
    hands.forward(timedelta(minutes=19))
    assert timers.claim_due(database, hands.now, 9) == [3]
    hands.forward(timedelta(minutes=1))
    assert timers.claim_due(database, hands.now, 9) == [1]
    assert timers.next_due(database) == hands.now


def test_a_timer_given_back_is_due_again_unless_it_was_set_since(database: Database) -> None:
    work(database, mails=2)
    assert timers.claim_due(database, START, 1) == [1]
    timers.give_back(database, [1, 2], START)
    assert timers.claim_due(database, START, 9) == [1, 2]


def test_what_never_waits_has_no_next_moment(database: Database) -> None:
    assert arrivals.next_due(database) is None
    assert deliveries.next_due(database) is None
    assert timers.next_due(database) is None
    with database.write(durable=False) as connection:
        connection.execute(insert(site), {"name": "x", "value": "y"})
