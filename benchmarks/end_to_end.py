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
import shutil
import smtplib
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.real_desk import AGENT, DESK, Desk, Sink

PRELOAD_CHUNK = 500

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
            sink.wait_for_mail_to(AGENT)  # the welcome, which is no part of what is measured
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


if __name__ == "__main__":
    main()
