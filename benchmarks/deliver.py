"""How fast the role ``deliver`` hands mail to a relay: claim, SMTP and record, SQLite with synchronous=FULL.

    python -m benchmarks.deliver [--mails 2000] [--connections 2] [--size 2048]

The relay is Postfix's smtp-sink on a free loopback port, in a process of its own. Prints mails a second for a full
outbox, and the time from commit to "recorded as sent" of a single mail (median and p95 of 100).
"""

from __future__ import annotations

import argparse
import shutil
import socket
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, insert, select

from maildesk.daemon.deliver import Deliver, Way
from maildesk.desk.words import Brakes
from maildesk.outbox.relay import Relay, RelayOptions
from maildesk.store.compression import pack
from maildesk.store.database import Database
from maildesk.store.tables import deliveries

SINGLES = 100
LIFTED = Brakes(0, 0, 0, 0, 0, 0, 0, 0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mails", type=int, default=2000)
    parser.add_argument("--connections", type=int, default=2)
    parser.add_argument("--size", type=int, default=2048, help="octets of a mail")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="maildesk-") as folder, sink() as port:
        database = Database(f"sqlite:///{folder}/outbox.db")
        database.migrate()
        way = Way(Relay(RelayOptions(f"smtp://127.0.0.1:{port}")), "sink", options.connections, timedelta(days=4))
        role = Deliver(database, way, LIFTED, lambda connection, outcomes, now: None, lambda name: None)
        print(f"full outbox: {throughput(database, role, options.mails, options.size):.0f} mails a second")
        print("one mail: " + latency(database, role, options.size))
        sent = count(database, "sent")
        role.stop()
        database.close()
        if sent != options.mails + SINGLES:
            raise SystemExit(f"only {sent} were sent: the figures are worth nothing")


@contextmanager
def sink() -> Iterator[int]:
    """Postfix's smtp-sink on a free port."""
    program = shutil.which("smtp-sink") or "/usr/sbin/smtp-sink"
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    process = subprocess.Popen([program, "-u", "nobody", f"127.0.0.1:{port}", "200"])
    try:
        wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait()


def wait_for(port: int, seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.01)


def throughput(database: Database, role: Deliver, mails: int, size: int) -> float:
    queue(database, "full", mails, size)
    began = time.perf_counter()
    while count(database, "waiting"):
        role.step(datetime.now(UTC))
    return mails / (time.perf_counter() - began)


def latency(database: Database, role: Deliver, size: int) -> str:
    spans = []
    for number in range(SINGLES):
        queue(database, f"single{number}", 1, size)
        began = time.perf_counter()
        role.step(datetime.now(UTC))
        spans.append((time.perf_counter() - began) * 1000)
    return f"median {statistics.median(spans):.1f} ms, p95 {statistics.quantiles(spans, n=20)[-1]:.1f} ms"


def count(database: Database, state: str) -> int:
    with database.read() as connection:
        statement = select(func.count()).select_from(deliveries).where(deliveries.c.state == state)
        return int(connection.execute(statement).scalar_one())


def queue(database: Database, name: str, mails: int, size: int) -> None:
    now = datetime.now(UTC)
    line = b"x" * 70 + b"\r\n"
    raw = pack(b"Subject: benchmark\r\n\r\n" + line * (size // len(line)))
    rows = [
        {
            "key": f"{name}:{n}", "desk": "d@example.com", "template": "received", "audience": "customer",
            "automatic": True, "recipient": f"c{n}@example.net", "recipient_domain": "example.net",
            "recipient_trust": "authenticated", "envelope_from": "b@example.com", "message_id": f"{name}{n}@x.example",
            "raw": raw, "created_at": now, "send_at": now, "next_attempt_at": now,
        }
        for n in range(mails)
    ]  # fmt: skip
    with database.write() as connection:
        connection.execute(insert(deliveries), rows)


if __name__ == "__main__":
    main()
