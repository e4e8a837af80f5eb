"""Worker threads that hand mails to a transport: as many at a time as there are lines.

Guarantees: an attempt begins within ``START_WITHIN`` of its claim or not at all, and is cut off ``ATTEMPT_SECONDS``
after it began; together they stay below the ten minutes after which the claim is void. Once one mail found the relay
down, those still waiting here are not tried: their claim is given back.
"""

from __future__ import annotations

import threading
import time
import traceback
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime, timedelta

from maildesk.outbox.answers import Answer, Verdict
from maildesk.outbox.transport import Parcel, Transport
from maildesk.store.claims import ATTEMPT_LASTS, CLAIM_LASTS

ATTEMPT_SECONDS = ATTEMPT_LASTS.total_seconds()
CUT_SECONDS = 1.0  # for an attempt to notice that it was cut off
START_WITHIN = (CLAIM_LASTS - ATTEMPT_LASTS - timedelta(seconds=30)).total_seconds()


@dataclass(frozen=True, slots=True)
class Job:
    """One claimed delivery on its way. ``claimed_at`` is the claim's time, ``claimed_on`` the same by ``monotonic``."""

    delivery: int
    parcel: Parcel
    states_until: datetime | None
    claimed_at: datetime
    claimed_on: float

    def still_true(self) -> bool:
        """Whether the moment that the mail states is yet to come.

        The time is the claim's, carried on by a clock that nobody sets: no look at the database for each mail.
        """
        passed = timedelta(seconds=time.monotonic() - self.claimed_on)
        return self.states_until is None or self.claimed_at + passed < self.states_until


@dataclass(frozen=True, slots=True)
class Done:
    """How it went: an answer, or None where it was not tried, or the bug that stopped it."""

    job: Job
    answer: Answer | None = None
    bug: Exception | None = None
    trace: str = ""


class Sending:
    """The pool. Used by one role; the workers touch nothing but the transport."""

    def __init__(self, transport: Transport, connections: int) -> None:
        self._transport = transport
        self._pool = ThreadPoolExecutor(connections, thread_name_prefix="deliver")
        self._under_way: dict[Future[Done], Job] = {}
        self._halted = threading.Event()

    @property
    def under_way(self) -> int:
        return len(self._under_way)

    def submit(self, job: Job) -> None:
        self._under_way[self._pool.submit(self._attempt, job, self._halted)] = job

    def resume(self) -> None:
        """After a halt: what is submitted from here on is tried; what was halted stays so."""
        if self._halted.is_set():
            self._halted = threading.Event()

    def halt(self) -> None:
        """What was submitted and has not begun is not tried any more."""
        self._halted.set()

    def collect(self, patience: float) -> list[Done]:
        """What has ended; waits until all has, ``patience`` seconds at most. Late attempts are cut off from here."""
        wait(self._under_way, timeout=patience)
        self._transport.cut_off(time.monotonic() - ATTEMPT_SECONDS)
        ended = [future for future in self._under_way if future.done()]
        for future in ended:
            del self._under_way[future]
        return [future.result() for future in ended]

    def finish(self, seconds: float) -> list[Done]:
        """Ends in good order: attempts in hand may end, ``seconds`` at most, then the lines are closed."""
        self.halt()
        done = self.collect(seconds)
        if self._under_way:
            self._transport.cut_off(time.monotonic())
            done += self.collect(CUT_SECONDS)
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._transport.close()
        return done

    def _attempt(self, job: Job, halted: threading.Event) -> Done:
        if halted.is_set() or time.monotonic() - job.claimed_on > START_WITHIN:
            return Done(job)
        try:
            answer = self._transport.send(job.parcel, job.still_true)
        except Exception as bug:  # of this item: the role logs it, puts the item off and goes on
            return Done(job, bug=bug, trace=traceback.format_exc())
        if answer.verdict is Verdict.DOWN:
            halted.set()
        return Done(job, answer)
