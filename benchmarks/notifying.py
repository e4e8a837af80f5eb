"""One mail to a team: how much work its notifications are, from the mail as it came to rows in the database.

    python -m benchmarks.notifying [--agents 50] [--rounds 5] [--picture 200000] [--profile]

A desk of so many agents who speak two languages gets a customer's HTML mail with a picture of ``--picture`` octets in
its text; every agent is notified. Measured is what the role ``process`` does with it: reading, facts, decision,
composing, and the one transaction that queues all mails; an in-memory database, so that no disk is measured. One round
goes before and is left out: templates are read once in the life of a process.

Processor seconds of this process are counted, real ones stand beside. The target is 1 second for 50 agents. ``bodies``
is how many were composed: one for each language of the team.
"""

from __future__ import annotations

import argparse
import base64
import cProfile
import itertools
import pstats
import random
import time
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import func, select

from maildesk.daemon.composing import Composer
from maildesk.daemon.process import Process
from maildesk.daemon.reading import Reader
from maildesk.desk.senders.addresses import Keys
from maildesk.desk.words import Agent
from maildesk.mail.limits import DEFAULT_LIMITS
from maildesk.replies.mime import Part
from maildesk.replies.preview.samples import example_site
from maildesk.replies.sharing import SharedBodies
from maildesk.replies.templates import Found, Templates
from maildesk.store import arrivals
from maildesk.store.arrivals import NewArrival
from maildesk.store.database import Database
from maildesk.store.tables import deliveries

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

_MAIL = """\
From: Maria Muster <maria{number}@customer.example>
To: support@example.com
Subject: My order {number}
Date: Mon, 23 Nov 2026 10:00:00 +0100
Message-ID: <{number}@customer.example>
Authentication-Results: mx.example.com; dmarc=pass header.from=customer.example
MIME-Version: 1.0
Content-Type: multipart/related; boundary=b

--b
Content-Type: text/html; charset=utf-8

<p>Hello,</p><p>my order <b>{number}</b> has not come. This is what I see:</p>
<p><img src="cid:shot@customer.example"></p><ul><li>paid on Monday</li><li>promised for Friday</li></ul>
--b
Content-Type: image/png
Content-Transfer-Encoding: base64
Content-ID: <shot@customer.example>
Content-Disposition: inline; filename=shot.png

{picture}
--b--
"""


class Counting(SharedBodies):
    """Shared bodies that count how many were composed."""

    def __init__(self) -> None:
        super().__init__()
        self.composed = 0

    def keep(self, key: str, found: Found, subject: str, body: Part) -> None:
        self.composed += 1
        super().keep(key, found, subject, body)


class Bench:
    """A desk with a team, in memory."""

    def __init__(self, agents: int, picture: int) -> None:
        site = example_site()
        desk = site.desks[0].address
        team = tuple(
            Agent(f"Agent {number}", f"agent{number}@example.com", desks=(desk,), language="de" if number % 2 else "")
            for number in range(agents)
        )
        self._count = itertools.count(1)
        self._picture = base64.encodebytes(random.Random(7).randbytes(picture)).decode()
        self.site = replace(site, agents=team)
        self.database = Database("sqlite://", lambda: NOW)
        self.database.migrate()
        keys = Keys(("bench", b"k" * 32), {"bench": b"k" * 32})
        self.shared = Counting()
        composer = Composer(self.site, keys, Templates(), self._id, self.shared)
        reader = Reader(self.database, DEFAULT_LIMITS, lambda: ("en", "de"), frozenset({"example.com"}))
        self.process = Process(
            self.database,
            self.site,
            keys,
            reader.read,
            composer.compose,
            lambda: f"{self._id()}@example.com",
            lambda _: None,
        )

    def _id(self) -> str:
        return f"id{next(self._count):016d}"

    def take(self) -> None:
        """One mail comes in."""
        number = next(self._count)
        raw = _MAIL.format(number=number, picture=self._picture).replace("\n", "\r\n").encode()
        sender, desk = f"maria{number}@customer.example", self.site.desks[0].address
        new = NewArrival("smtp", sender, (desk,), raw, NOW, authserv_id="mx.example.com")
        arrivals.accept(self.database, [new])

    def notified(self) -> int:
        """How many notifications wait."""
        with self.database.read() as connection:
            asked = select(func.count()).where(deliveries.c.template == "agent/new-ticket")
            return int(connection.execute(asked).scalar() or 0)


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--agents", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--picture", type=int, default=200_000, help="octets of the picture in the mail")
    parser.add_argument("--profile", action="store_true", help="show where the time goes, and no figures")
    asked = parser.parse_args()
    bench = Bench(asked.agents, asked.picture)
    bench.take()
    bench.process.step(NOW)
    profile = cProfile.Profile()
    for _ in range(asked.rounds):
        bench.take()
        before, composed = bench.notified(), bench.shared.composed
        work, real = time.process_time(), time.perf_counter()
        if asked.profile:
            profile.runcall(bench.process.step, NOW)
        else:
            bench.process.step(NOW)
        work, real = time.process_time() - work, time.perf_counter() - real
        bodies = bench.shared.composed - composed
        print(f"{bench.notified() - before} notifications, {bodies} bodies: {work:.2f} s of work, {real:.2f} s")
    if asked.profile:
        pstats.Stats(profile).sort_stats("cumulative").print_stats(30)


if __name__ == "__main__":
    main()
