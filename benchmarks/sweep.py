"""What due timers cost, and what `maildesk doctor` costs, on databases of growing size.

    python -m benchmarks.sweep [--tickets 10000 100000 1000000] [--due 1000] [--folder DIR] [--all] [--url postgresql://…]

Fills a database (SQLite in DIR, else in a temporary folder that needs 4 GB for a million tickets; or an empty
PostgreSQL database for one size), then takes every due step the way the role ``follow-up`` does: claimed a batch at a
time, read, decided, composed with the shipped templates, committed durably. Prints for each size the seconds of each
phase; "sweep" is all of them but composing, which is rendering. Seconds are of the wall clock and, in brackets, of the
processor, which tells more where others use the machine too. Then the doctor: what `maildesk doctor` reads, and with
--all the full reading. At the end each ticket must have taken one step, and the doctor must find nothing.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from sqlalchemy import func, select

from benchmarks.full_desk import AGENTS, DESK, NOW, fill
from maildesk import app, config
from maildesk.daemon.composing import Compose
from maildesk.daemon.stepping import Stepping, Work
from maildesk.desk.known.follow_up_facts import FollowUpFacts
from maildesk.desk.words import Site
from maildesk.store import doctor
from maildesk.store.database import Database
from maildesk.store.tables import events, tickets

PHASES = ("claim", "read", "decide", "compose", "commit")
PREPARED = ("fsync", "full_page_writes", "synchronous_commit")  # of a server for tests; said, not counted

CONFIG = f"""
secret_file = "{{folder}}/secret"
[[desk]]
name = "Example Support"
address = "{DESK}"
time_zone = "Europe/Berlin"
hours = ["Mon-Fri 09:00-17:00"]
[[agent]]
name = "Anna Schmidt"
address = "{AGENTS[0]}"
desks = ["{DESK}"]
lead = true
[[agent]]
name = "Ben Okoro"
address = "{AGENTS[1]}"
desks = ["{DESK}"]
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tickets", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--due", type=int, default=1000)
    parser.add_argument("--url", help="an empty PostgreSQL database; takes one number of tickets")
    parser.add_argument("--folder", type=Path, help="where SQLite's files go; they are kept, and used again unswept")
    parser.add_argument("--all", action="store_true", help="also measure `doctor --all`")
    options = parser.parse_args()
    if options.url and len(options.tickets) > 1:
        parser.error("--url takes one number of tickets: the database must be empty")
    print(f"{'tickets':>9}  {'sweep':>13}  {'per due':>8}  " + "  ".join(f"{each:>13}" for each in PHASES))
    with folder_of(options.folder) as folder:
        for tickets in options.tickets:
            measure(database_of(options, folder, tickets), folder, options)


def measure(database: Database, folder: Path, options: argparse.Namespace) -> None:
    """One line for the sweep, and one for each reading of the doctor."""
    try:
        stored = count_tickets(database)
        doctors = [examined(database, everything) for everything in ((False, True) if options.all else (False,))]
        phases, swept = sweep(database, folder)
        if swept != options.due:
            raise SystemExit(f"{swept} steps were taken, not {options.due}: the figures are worth nothing")
    finally:
        database.close()
    total = sum((spent for name, spent in phases.items() if name != "compose"), Spent())
    per_due = f"{total.wall / options.due * 1000:.2f} ms"
    print(f"{stored:>9}  {total!s:>13}  {per_due:>8}  " + "  ".join(f"{phases[each]!s:>13}" for each in PHASES))
    for name, spent in zip(("doctor", "doctor --all"), doctors, strict=False):
        print(f"{'':>9}  {spent!s:>13}  {name}", flush=True)


@dataclass
class Spent:
    """Seconds of the wall clock and of the processor."""

    wall: float = 0.0
    processor: float = 0.0

    def __add__(self, other: Spent) -> Spent:
        return Spent(self.wall + other.wall, self.processor + other.processor)

    def __str__(self) -> str:
        return f"{self.wall:.3f} ({self.processor:.3f})"


_T = TypeVar("_T")


def timed(work: Callable[[], _T]) -> tuple[_T, Spent]:
    wall, processor = time.perf_counter(), time.process_time()
    done = work()
    return done, Spent(time.perf_counter() - wall, time.process_time() - processor)


class Timed(Stepping):
    """The product's own steps, with a watch at each phase."""

    def __init__(self, database: Database, site: Site, compose: Compose) -> None:
        super().__init__(database, site, compose)
        self.phases = dict.fromkeys(PHASES, Spent())

    def _in(self, phase: str, work: Callable[[], _T]) -> _T:
        done, spent = timed(work)
        self.phases[phase] += spent
        return done

    def claim(self, now: datetime) -> list[int]:
        return self._in("claim", functools.partial(super().claim, now))

    def read(self, due: Sequence[int], now: datetime) -> list[FollowUpFacts]:
        return self._in("read", functools.partial(super().read, due, now))

    def decide(self, facts: Sequence[FollowUpFacts]) -> list[Work]:
        return self._in("decide", functools.partial(super().decide, facts))

    def compose(self, works: Sequence[Work], now: datetime) -> list[Work]:
        return self._in("compose", functools.partial(super().compose, works, now))

    def commit(self, works: Sequence[Work], now: datetime) -> None:
        self._in("commit", functools.partial(super().commit, works, now))


def sweep(database: Database, folder: Path) -> tuple[dict[str, Spent], int]:
    """Takes all that is due. What each phase took, and how many tickets took a step."""
    (folder / "secret").write_text("k1 " + "a" * 64)
    (folder / "secret").chmod(0o600)
    (folder / "maildesk.toml").write_text(CONFIG.format(folder=folder))
    desk = app.build(config.load(folder / "maildesk.toml"), database=database)
    before = count_steps(database)
    stepping = Timed(database, desk.settings.site, desk.composer.compose)
    while stepping.batch(NOW):
        pass
    return stepping.phases, count_steps(database) - before


def examined(database: Database, everything: bool) -> Spent:
    """What a look of the doctor takes, on a connection that has just been opened."""
    database.engine.dispose()
    found, spent = timed(functools.partial(doctor.examine, database, None, everything))
    if offenders := [each for each in found if each.key not in PREPARED]:
        raise SystemExit(f"the desk is not sound: {offenders[:3]}")
    return spent


def count_tickets(database: Database) -> int:
    with database.read() as connection:
        return int(connection.execute(select(func.count()).select_from(tickets)).scalar_one())


def count_steps(database: Database) -> int:
    """Steps in the history of all tickets."""
    steps = ("remind-assignee", "remind-all", "renew-promise")
    asked = select(func.count()).select_from(events).where(events.c.what.in_(steps))
    with database.read() as connection:
        return int(connection.execute(asked).scalar_one())


def database_of(options: argparse.Namespace, folder: Path, tickets: int) -> Database:
    """A filled database in which everything due is still to be done."""
    if options.url:
        return filled(Database(options.url, clock=at_now), tickets, options.due)
    kept, used = folder / f"desk-{tickets}-{options.due}.db", folder / "used.db"
    if not kept.exists():
        partial = folder / "filling.db"
        filled(Database(f"sqlite:///{partial}", clock=at_now), tickets, options.due).close()
        partial.rename(kept)
    for suffix in ("", "-wal", "-shm"):
        (folder / f"used.db{suffix}").unlink(missing_ok=True)
    (shutil.copyfile if options.folder else shutil.move)(kept, used)
    os.sync()  # what filling left to write is no part of a sweep
    return Database(f"sqlite:///{used}", clock=at_now)


def filled(database: Database, tickets: int, due: int) -> Database:
    database.migrate()
    _, spent = timed(functools.partial(fill, database, tickets, due))
    print(f"{tickets:>9}  made in {spent.wall:.0f} s", flush=True)
    return database


def at_now() -> datetime:
    return NOW


@contextlib.contextmanager
def folder_of(wanted: Path | None) -> Iterator[Path]:
    if wanted is not None:
        wanted.mkdir(parents=True, exist_ok=True)
        yield wanted
        return
    with tempfile.TemporaryDirectory(prefix="maildesk-benchmark-") as folder:
        yield Path(folder)


if __name__ == "__main__":
    main()
