"""A database whose process dies, and a relay that has bad days.

``Mortal`` stands in for the place where a process meets the disk: at a chosen transaction it ends the process, before
or after the commit (``Died``), or the transaction fails (``Trouble``). What was committed stays; what the process had
in its hands is gone.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from random import Random

from sqlalchemy import Connection

from maildesk.daemon.stage import VirtualClock, takes_all
from maildesk.errors import Trouble
from maildesk.outbox.answers import Answer, Verdict
from maildesk.outbox.transport import Parcel
from maildesk.store.database import Database
from tests.histories.reading import driver, empty

NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class Died(BaseException):
    """The process is gone. No error of the program: nothing there may catch it."""


class Mortal(Database):
    """In memory, as rehearsals have it. ``doom`` is asked to do its worst at the next transactions but so many.

    One serves all histories of a Python process, one after the other: what SQLAlchemy compiled is compiled once.
    """

    def __init__(self) -> None:
        super().__init__("sqlite://", lambda: self.clock.now)
        self.clock = VirtualClock(NEVER)
        self._left: int | None = None
        self._how = ""

    def begin(self, clock: VirtualClock) -> None:
        """Another history: nothing is left of the one before."""
        self.clock = clock
        self.spare()
        empty().backup(driver(self))

    def doom(self, after: int, how: str) -> None:
        """``how``: "before" or "after" the commit the process dies, or the transaction is "trouble"."""
        self._left, self._how = after, how

    def spare(self) -> None:
        """Nothing happens any more."""
        self._left = None

    @contextmanager
    def write(self, durable: bool = True) -> Iterator[Connection]:
        how = self._strikes()
        with super().write(durable) as connection:
            yield connection
            if how == "before":
                raise Died
            if how == "trouble":
                raise Trouble("The disk is full.")
        if how == "after":
            raise Died

    def _strikes(self) -> str:
        if self._left is None:
            return ""
        self._left -= 1
        if self._left >= 0:
            return ""
        self._left = None
        return self._how

    def bury(self) -> None:
        """The process is gone, and the next one sees it: its claims are void (as ``store.claims`` does it)."""
        with super().write() as connection:
            for table in ("arrivals", "deliveries", "timers"):
                waits = "" if table == "timers" else "state = 'waiting' AND "
                connection.exec_driver_sql(
                    f"UPDATE {table} SET claimed_by = NULL, next_attempt_at = ? WHERE {waits}claimed_by IS NOT NULL",
                    (round(self.now().timestamp() * 1_000_000),),
                )


@lru_cache(maxsize=1)
def mortal() -> Mortal:
    """The database of this Python process."""
    return Mortal()


class Relay:
    """What the relay answers, from moment to moment. Until ``unwell_until`` mail may be late by no fault of ours."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self._down_until = NEVER
        self._puts_off: dict[str, datetime] = {}
        self.refuses: set[str] = set()
        self.came_back: set[str] = set()  # addresses that it did refuse: what is written to them reaches nobody
        self.unwell_until = NEVER

    def answer(self, parcel: Parcel) -> Answer:
        """For ``Collector``."""
        now = self._clock.now
        if now < self._down_until:
            return Answer(Verdict.DOWN, "4.4.1", "connection refused")
        if parcel.recipient in self.refuses:
            self.came_back.add(parcel.recipient)
            return Answer(Verdict.REFUSED, "5.1.1", "no such user")
        if now < self._puts_off.get(parcel.recipient, NEVER):
            return Answer(Verdict.DEFERRED, "4.2.1", "try again later")
        return takes_all(parcel)

    def misbehave(self, chance: Random, addresses: list[str]) -> str:
        """Down for a while, or an address that is put off; says which. A mail is then tried again within 16 hours.

        A relay that is down is asked every two minutes: for hours on end only now and then, which takes its time.
        """
        if addresses and chance.random() < 0.5:
            until = self._clock.now + timedelta(minutes=chance.choice((3, 30, 300, 2000)))
            which = chance.choice(addresses)
            self._puts_off[which] = until
            what = f"puts {which} off"
        else:
            minutes = chance.choices((3, 30, 120, 1800), (10, 10, 10, 1))[0]
            until = self._down_until = self._clock.now + timedelta(minutes=minutes)
            what = "is down"
        self.unwell_until = max(self.unwell_until, until + timedelta(hours=17))
        return f"the relay {what} until {until:%a %d %b %H:%M}Z"
