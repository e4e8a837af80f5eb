"""How many mails a second ``maildesk run receive`` takes durably: SQLite, synchronous=FULL, mails share commits.

    python -m benchmarks.receive [--mails 10000] [--sessions 10] [--size 2048] [--rounds 3] [--reconnect]

The senders are Postfix's smtp-source (Debian: postfix) with kept connections, the desk is the real process with its
log going to /dev/null. Prints one line a round; at the end every mail that was said to be taken is counted in the
database, and a difference fails the run.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import func, select

from maildesk.store.database import Database
from maildesk.store.tables import arrivals

CONFIG = """
database = "sqlite:///{folder}/desk.db"
secret_file = "{folder}/secret"
templates = "{folder}"
[[desk]]
name = "Example Support"
address = "support@example.com"
time_zone = "Europe/Berlin"
hours = ["Mon-Fri 09:00-17:00"]
[smtp]
listen = "127.0.0.1:{port}"
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mails", type=int, default=10_000)
    parser.add_argument("--sessions", type=int, default=10)
    parser.add_argument("--size", type=int, default=2048, help="octets of a mail")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--reconnect", action="store_true", help="a connection for every mail")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="maildesk-") as folder, desk(Path(folder)) as port:
        for _ in range(options.rounds):
            print(f"{rate(port, options):.0f} mails a second", flush=True)
        counted = count(Path(folder))
    if counted != options.mails * options.rounds:
        raise SystemExit(f"{counted} mails are in the database: the figures are worth nothing")


def rate(port: int, options: argparse.Namespace) -> float:
    """Mails a second of one run of smtp-source."""
    program = shutil.which("smtp-source") or "/usr/sbin/smtp-source"
    command = [program, "-s", str(options.sessions), "-m", str(options.mails), "-l", str(options.size)]
    command += ["-f", "carla@example.net", "-t", "support@example.com"] + ([] if options.reconnect else ["-d"])
    begun = time.monotonic()
    subprocess.run([*command, f"127.0.0.1:{port}"], check=True)
    return float(options.mails / (time.monotonic() - begun))


@contextmanager
def desk(folder: Path) -> Iterator[int]:
    """The role ``receive`` in a process of its own, on a free port."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    config = folder / "maildesk.toml"
    config.write_text(CONFIG.format(folder=folder, port=port))
    command = [sys.executable, "-m", "maildesk", "--config", str(config), "run", "receive"]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, env=environment)
    try:
        wait_for(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(30)


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    """Until the desk listens."""
    for _ in range(500):
        try:
            return socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            if process.poll() is not None:
                raise SystemExit("the desk did not start") from None
            time.sleep(0.02)
    raise SystemExit("the desk does not listen")


def count(folder: Path) -> int:
    """How many mails are committed."""
    database = Database(f"sqlite:///{folder}/desk.db")
    try:
        with database.read() as connection:
            return int(connection.execute(select(func.count()).select_from(arrivals)).scalar_one())
    finally:
        database.close()


if __name__ == "__main__":
    main()
