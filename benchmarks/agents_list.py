"""What `#list` costs an agent of a desk with very many open tickets.

    python -m benchmarks.agents_list [--tickets 100000] [--asks 5] [--url postgresql://…]

Fills a database (SQLite in a temporary folder that needs 500 MB for 100,000 tickets; or an empty PostgreSQL database).
All tickets are open; half of them are the lead's who asks, half nobody's. Then the list is asked for as #list does it,
and made as the role ``follow-up`` does: claimed, read, decided, composed with the shipped templates, committed. Prints
for each time the seconds of the wall clock and, in brackets, of the processor, which tells more where others use the
machine too; the first one reads a database that has just been opened. At the end each list must be queued.
"""

from __future__ import annotations

import argparse
import functools
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select, text

from benchmarks.full_desk import AGENTS, NOW, fill
from benchmarks.sweep import CONFIG, timed
from maildesk import app, config
from maildesk.daemon.agent_mail import AgentMail
from maildesk.desk.actions import AgentChange, Decision
from maildesk.desk.words import Fate
from maildesk.store.apply import Source, apply
from maildesk.store.database import Database
from maildesk.store.tables import deliveries


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tickets", type=int, default=100_000)
    parser.add_argument("--asks", type=int, default=5, help="times that the list is asked for")
    parser.add_argument("--url", help="an empty PostgreSQL database")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="maildesk-benchmark-") as folder:
        database = Database(options.url or f"sqlite:///{folder}/maildesk.db", clock=lambda: NOW)
        try:
            measure(database, Path(folder), options.tickets, options.asks)
        finally:
            database.close()


def measure(database: Database, folder: Path, tickets: int, asks: int) -> None:
    """Makes the desk, and prints a line for each list."""
    database.migrate()
    _, spent = timed(functools.partial(fill, database, tickets, max(1, tickets // 100)))
    with database.write() as connection:
        connection.execute(text("UPDATE tickets SET assignee = :who WHERE number % 2 = 0"), {"who": AGENTS[0]})
    print(f"{tickets} open tickets, made in {spent.wall:.0f} s", flush=True)
    desk = desk_of(database, folder)
    role = AgentMail(database, desk.settings.site, desk.composer.compose)
    role.begin(NOW)
    while role.sweep(NOW):  # whom the desk sees for the first time
        pass
    database.engine.dispose()
    for number in range(asks):
        _, spent = timed(listing(database, role, NOW + timedelta(seconds=number)))
        print(f"#list {number + 1}: {spent}", flush=True)
    if (made := count_lists(database)) != asks:
        raise SystemExit(f"{made} lists were made, not {asks}: the figures are worth nothing")


def desk_of(database: Database, folder: Path) -> app.App:
    (folder / "secret").write_text("k1 " + "a" * 64)
    (folder / "secret").chmod(0o600)
    (folder / "maildesk.toml").write_text(CONFIG.format(folder=folder))
    return app.build(config.load(folder / "maildesk.toml"), database=database)


def listing(database: Database, role: AgentMail, at: datetime) -> Callable[[], int]:
    """The lead asks, as the decision about #list writes it; what makes the list is returned."""
    asked = AgentChange(AGENTS[0], list_asked_at=at, next_mail_at=at)
    with database.write() as connection:
        apply(connection, at, Decision(Fate.FILED, "#list", agents=(asked,)), (), Source())
    return functools.partial(role.sweep, at)


def count_lists(database: Database) -> int:
    asked = select(func.count()).select_from(deliveries).where(deliveries.c.template == "agent/digest")
    with database.read() as connection:
        return int(connection.execute(asked.where(deliveries.c.key.startswith("list:"))).scalar_one())


if __name__ == "__main__":
    main()
