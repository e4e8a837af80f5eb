"""The whole job, measured from outside: a real `maildesk run`, customers of ours, Postfix's smtp-sink as the relay.

    python -m benchmarks.end_to_end [--mails 600] [--tickets 100 10000] [--singles 100] [--sessions 4]

Distinct customers, half of them new, half answering the acknowledgement that they got (by References), one agent,
SQLite with synchronous=FULL, brakes lifted in the config. Reports:

* mails a second, from the first mail sent to the last mail at the relay, at each number of tickets;
* one mail in → its acknowledgement at the relay, one at a time: median and p95;
* start to listening on the database that then exists; memory at rest.

A new question counts when its acknowledgement and the agent's notification are at the relay, a reply when the agent's
notification is. Senders, sink and desk share the machine: give it two cores. Needs nothing but Python's standard
library and the package postfix; nothing of maildesk is imported here.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import os
import re
import shutil
import signal
import smtplib
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

DESK, AGENT = "support@desk.example", "anna@desk.example"
PATIENCE = 120.0  # seconds without progress until a run has failed
PRELOAD_CHUNK = 500

CONFIG = """
database = "sqlite:///{folder}/maildesk.db"
secret_file = "{folder}/secret"
[[desk]]
name = "Example Support"
address = "{desk}"
time_zone = "Europe/Berlin"
hours = ["Mon-Sun 00:00-24:00"]
[[agent]]
name = "Anna Schmidt"
address = "{agent}"
desks = ["{desk}"]
lead = true
[smtp]
listen = "127.0.0.1:{port}"
[outgoing]
relay = "smtp://127.0.0.1:{relay}"
[brakes]
per_ticket = {{ hour = 0, day = 0 }}
per_address = {{ hour = 0, day = 0 }}
per_stranger = {{ hour = 0 }}
strangers_per_domain = {{ hour = 0 }}
strangers_per_site = {{ hour = 0 }}
to_agents = {{ hour = 0 }}
"""

TEXT = "Hello,\n\nI cannot log in since this morning; the page says that my account is locked.\n" + "Please help. " * 20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mails", type=int, default=600, help="sent per measurement, half new, half replies")
    parser.add_argument("--tickets", type=int, nargs="+", default=[100, 10_000], help="how many exist when we measure")
    parser.add_argument("--singles", type=int, default=100, help="mails sent one at a time, for the latency")
    parser.add_argument("--sessions", type=int, default=4, help="SMTP sessions that send at the same time")
    parser.add_argument("--keep", action="store_true", help="keep the folder with database and log")
    options = parser.parse_args()
    with folder_of(options.keep) as folder, Sink(folder / "sink") as sink:
        desk = Desk(folder, sink.port)
        print(f"first start to listening, new database: {desk.start():.2f} s")
        try:
            measure(Load(desk, sink, options.sessions), options.mails, options.tickets, options.singles)
            desk.stop()
            print(f"start to listening, existing database: {desk.start():.2f} s")
            time.sleep(5)
            print(f"memory at rest: {desk.memory()}")
        finally:
            desk.stop()


def measure(load: Load, mails: int, tickets: Sequence[int], singles: int) -> None:
    for wanted in sorted(tickets):
        load.fill(wanted)
        before = load.desk.processor_seconds()
        rate = load.mixed(mails)
        used = (load.desk.processor_seconds() - before) / mails * 1000
        print(
            f"at {wanted} tickets: {rate:.0f} mails a second (half new, half replies; {load.tickets} tickets after), "
            f"{used:.1f} ms of the desk's processor time a mail"
        )
        spans = [load.single() * 1000 for _ in range(singles)]
        p95 = statistics.quantiles(spans, n=20)[-1]
        print(f"one mail in → acknowledgement at the relay: median {statistics.median(spans):.0f} ms, p95 {p95:.0f} ms")


@contextlib.contextmanager
def folder_of(keep: bool) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="maildesk-benchmark-"))
    folder.chmod(0o755)  # smtp-sink walks through it as another user
    try:
        yield folder
    finally:
        if keep:
            print(f"kept: {folder}")
        else:
            shutil.rmtree(folder)


class Sink:
    """smtp-sink, and a thread that reads what it took: the Message-IDs that each recipient got, in order."""

    _MAIL = re.compile(rb"X-Rcpt-Args: <([^>\n]*)>[^\n]*\n(?:[^\n]*\n){0,60}?Message-ID:\s+<([^>\n]+)>", re.IGNORECASE)

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.taken: dict[str, list[str]] = {}
        self.count = 0
        self.news = threading.Condition()
        self._ending = threading.Event()

    def __enter__(self) -> Sink:
        self.folder.mkdir()
        self.folder.chmod(0o777)
        program = shutil.which("smtp-sink") or "/usr/sbin/smtp-sink"
        user = ["-u", "nobody"] if os.geteuid() == 0 else []
        where = ["-R", str(self.folder), "-D", "mails", f"127.0.0.1:{self.port}", "100"]
        self._process = subprocess.Popen([program, *user, *where])
        wait_until(lambda: banner(self.port), "smtp-sink")
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        self._reader.join()
        self._process.terminate()
        self._process.wait()

    def wait_for(self, count: int) -> None:
        """Until this many mails came in all; fails after PATIENCE without any."""
        with self.news:
            while self.count < count:
                before = self.count
                if not self.news.wait(PATIENCE) and self.count == before:
                    raise SystemExit(f"only {self.count} of {count} mails reached the relay; see the desk's log")

    def wait_for_mail_to(self, recipient: str, count: int = 1) -> None:
        with self.news:
            if not self.news.wait_for(lambda: len(self.taken.get(recipient, ())) >= count, PATIENCE):
                raise SystemExit(f"nothing came for {recipient}; see the desk's log")

    def _read(self) -> None:
        rest = b""
        (self.folder / "mails").touch()  # sink appends each mail when it is whole
        (self.folder / "mails").chmod(0o666)
        with (self.folder / "mails").open("rb") as file:
            while not self._ending.wait(0.001):
                data = file.read(1 << 20)
                if data:
                    rest = self._note(rest + data)

    def _note(self, data: bytes) -> bytes:
        """Notes the mails whose head is complete; returns what is not understood yet."""
        end, found = 0, []
        for match in self._MAIL.finditer(data):
            found.append((match[1].decode().lower(), match[2].decode()))
            end = match.end()
        if found:
            with self.news:
                for recipient, message_id in found:
                    self.taken.setdefault(recipient, []).append(message_id)
                self.count += len(found)
                self.news.notify_all()
        return data[end:]


class Desk:
    """A `maildesk run` in a process of its own."""

    def __init__(self, folder: Path, relay: int) -> None:
        self.folder, self.port = folder, free_port()
        self._config = folder / "maildesk.toml"
        names = {"folder": folder, "desk": DESK, "agent": AGENT, "port": self.port, "relay": relay}
        self._config.write_text(CONFIG.format(**names))
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> float:
        """Seconds from the start of the process to its SMTP banner."""
        began = time.perf_counter()
        with (self.folder / "log").open("ab") as log:
            command = [sys.executable, "-m", "maildesk", "--config", str(self._config), "run"]
            self._process = subprocess.Popen(command, stderr=log, stdout=log)
        wait_until(lambda: self._dead() or banner(self.port), "maildesk", 0.005)
        if self._dead():
            raise SystemExit("maildesk did not start:\n" + (self.folder / "log").read_text()[-3000:])
        return time.perf_counter() - began

    def stop(self) -> None:
        if self._process and not self._dead():
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(30)

    def _dead(self) -> bool:
        return self._process is None or self._process.poll() is not None

    def processor_seconds(self) -> float:
        """User and system time so far: tells more than the clock where others use the machine too."""
        if self._process is None:
            return 0.0
        words = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> str:
        """Of the process and its children: PSS counts what they share once."""
        if self._process is None:
            return "not running"
        rss = pss = 0
        for pid in family(self._process.pid):
            rss += kilobytes(f"/proc/{pid}/status", "VmRSS:")
            pss += kilobytes(f"/proc/{pid}/smaps_rollup", "Pss:")
        return f"PSS {pss / 1024:.0f} MB, VmRSS {rss / 1024:.0f} MB"


@dataclass
class Load:
    """Customers. Each new one writes from an address of their own and remembers the acknowledgement's Message-ID."""

    desk: Desk
    sink: Sink
    sessions: int
    tickets: int = 0
    replied: int = 0

    def fill(self, wanted: int) -> None:
        """New customers, until so many tickets exist."""
        while self.tickets < wanted:
            first = self.tickets
            self.tickets = min(wanted, first + PRELOAD_CHUNK)
            before = self.sink.count
            self._send([question(number) for number in range(first, self.tickets)])
            self.sink.wait_for(before + 2 * (self.tickets - first))

    def mixed(self, mails: int) -> float:
        """Half new, half replies, alternating. Mails a second until the last of what they cause is at the relay."""
        half, first = mails // 2, self.tickets
        new = [question(number) for number in range(first, first + half)]
        # each customer replies once; who has replied by now has had their turn
        old = [reply(number % first, self._acknowledgement(number % first), number) for number in self._next(half)]
        self.tickets += half
        before = self.sink.count
        began = time.perf_counter()
        self._send([mail for pair in zip(new, old, strict=True) for mail in pair])
        self.sink.wait_for(before + 3 * half)
        return 2 * half / (time.perf_counter() - began)

    def single(self) -> float:
        """Seconds from connecting to the desk to the acknowledgement at the relay, for one new customer."""
        number, self.tickets = self.tickets, self.tickets + 1
        before = self.sink.count
        began = time.perf_counter()
        self._send([question(number)])
        self.sink.wait_for_mail_to(customer(number))
        span = time.perf_counter() - began
        self.sink.wait_for(before + 2)
        return span

    def _next(self, count: int) -> range:
        first, self.replied = self.replied, self.replied + count
        return range(first, first + count)

    def _acknowledgement(self, number: int) -> str:
        return self.sink.taken[customer(number)][0]

    def _send(self, mails: list[tuple[str, str]]) -> None:
        """Over several kept sessions, each with its share."""
        shares = [mails[start :: self.sessions] for start in range(min(self.sessions, len(mails)))]
        threads = [threading.Thread(target=self._send_over_one, args=(share,)) for share in shares[1:]]
        for thread in threads:
            thread.start()
        self._send_over_one(shares[0])
        for thread in threads:
            thread.join()

    def _send_over_one(self, mails: list[tuple[str, str]]) -> None:
        with smtplib.SMTP("127.0.0.1", self.desk.port, local_hostname="customers.example") as line:
            for sender, raw in mails:
                line.sendmail(sender, [DESK], raw.encode())


def customer(number: int) -> str:
    return f"customer{number}@c{number % 500}.example"


_ids = itertools.count()


def question(number: int) -> tuple[str, str]:
    return customer(number), mail(number, f"Locked out of account {number}", TEXT)


def reply(number: int, acknowledgement: str, nonce: int) -> tuple[str, str]:
    threading_headers = f"In-Reply-To: <{acknowledgement}>\r\nReferences: <{acknowledgement}>\r\n"
    text = f"It also happens on my phone, for the {nonce}th time.\n\nRegards\n"
    return customer(number), mail(number, f"Re: Locked out of account {number}", text, threading_headers)


def mail(number: int, subject: str, text: str, more: str = "") -> str:
    date = time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime())
    head = (
        f"From: Customer {number} <{customer(number)}>\r\nTo: {DESK}\r\nSubject: {subject}\r\nDate: {date}\r\n"
        f"Message-ID: <{next(_ids)}.{os.getpid()}@customers.example>\r\n{more}"
        "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    )
    return head + text.replace("\n", "\r\n")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def banner(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), 5) as line:
            return line.recv(3) == b"220"
    except OSError:
        return False


def wait_until(holds: object, what: str, gap: float = 0.02) -> None:
    end = time.monotonic() + 30
    while not (callable(holds) and holds()):
        if time.monotonic() > end:
            raise SystemExit(f"{what} did not come within 30 s")
        time.sleep(gap)


def family(pid: int) -> list[int]:
    """The process and all its descendants."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(each for child in children for each in family(int(child)))]


def kilobytes(path: str, key: str) -> int:
    lines = (line.split() for line in Path(path).read_text().splitlines())
    return next((int(words[1]) for words in lines if words[0] == key), 0)


if __name__ == "__main__":
    main()
