"""A whole desk on a virtual clock: the same roles, decisions and templates, without network and without waiting.

``take`` hands a mail in, ``run_until`` moves the clock from one due moment to the next and lets the roles work at each.
What would have left for the relay is collected with its time. Rehearsals, worlds and property tests stand on it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from maildesk.daemon.bundling import Bundler
from maildesk.daemon.consequences import Consequences
from maildesk.daemon.deliver import Deliver, Way
from maildesk.daemon.follow_up import FollowUp
from maildesk.daemon.process import Process
from maildesk.desk.words import Site
from maildesk.outbox.answers import Answer, Verdict
from maildesk.outbox.transport import Parcel
from maildesk.store import arrivals
from maildesk.store.arrivals import NewArrival
from maildesk.store.database import Database
from maildesk.store.upcoming import upcoming

GIVE_UP_AFTER = timedelta(days=4)
MOST_ROUNDS = 10_000
"""Rounds at one moment after which the desk is taken to be going in circles: that is a bug."""


class VirtualClock:
    """A clock that moves only when it is told to."""

    def __init__(self, start: datetime) -> None:
        self.now = start

    def __call__(self) -> datetime:
        return self.now


@dataclass(frozen=True, slots=True)
class Sent:
    """A mail that was handed over, and when."""

    at: datetime
    parcel: Parcel


Answers = Callable[[Parcel], Answer]


def takes_all(_parcel: Parcel) -> Answer:
    """A relay that takes every mail."""
    return Answer(Verdict.TAKEN, "2.0.0", "taken")


class Collector:
    """A transport that keeps what it is given, and answers as it is told."""

    def __init__(self, clock: VirtualClock, answers: Answers = takes_all) -> None:
        self._clock = clock
        self.answers = answers
        self.sent: list[Sent] = []

    def send(self, parcel: Parcel, still_true: Callable[[], bool]) -> Answer:
        """Keeps the mail where the answer says that it was taken."""
        answer = self.answers(parcel)
        if answer.verdict is Verdict.TAKEN:
            self.sent.append(Sent(self._clock.now, parcel))
        return answer

    def cut_off(self, started_before: float) -> None:
        """Nothing is ever under way for long."""

    def tidy(self) -> None:
        """There are no lines."""

    def close(self) -> None:
        """There are no lines."""


@dataclass(frozen=True, slots=True)
class Roles:
    """The roles that work for a desk that is handed its mail."""

    process: Process
    follow_up: FollowUp
    consequences: Consequences


class Stage:
    """One desk. ``relay`` collects its mail; ``clock`` is its only time."""

    def __init__(
        self, database: Database, clock: VirtualClock, site: Site, roles: Roles, relay: Collector | None = None
    ) -> None:
        self.database = database
        self.clock = clock
        self.relay = relay or Collector(clock)
        self._process = roles.process
        self._follow_up = roles.follow_up
        self._deliver_again = clock.now
        self._fresh = True  # every role is asked once at its start, as a daemon's are: claims of the dead are void
        way = Way(self.relay, "stage", 1, GIVE_UP_AFTER)
        self._deliver = Deliver(
            database,
            way,
            site.brakes,
            roles.consequences,
            lambda _: None,
            roles.consequences.tripped,
            lambda: 0.5,
            Bundler(database, site, roles.consequences.compose),
        )

    def take(self, arrival: NewArrival) -> int:
        """A mail comes in now, and everything that follows at once is done. Returns the arrival's id."""
        number = arrivals.accept(self.database, [arrival])[0]
        self.settle()
        return number

    def settle(self) -> None:
        """Lets the roles work until nothing more is due at this moment. Only those are asked that have work."""
        cannot: dict[str, datetime | None] = {}  # what a role was due, and said that it can do nothing about yet
        for _ in range(MOST_ROUNDS):
            now, due = self.clock.now, self._due()
            asked = [
                role
                for role in (self._process, self._follow_up, self._deliver)
                if self._fresh or (_has_come(due[role.name], now) and cannot.get(role.name) != due[role.name])
            ]
            if not asked:
                return
            again = {role.name: role.step(now) for role in asked}
            self._fresh = False
            self._deliver_again = again.get(self._deliver.name, self._deliver_again)
            if any(each <= now for each in again.values()):
                cannot = {}
            cannot |= {name: due[name] for name, each in again.items() if each > now}
        raise RuntimeError(f"the desk goes in circles at {self.clock.now}")

    def _due(self) -> dict[str, datetime | None]:
        """By role: since or from when it has work."""
        now, due = self.clock.now, upcoming(self.database)
        following = _first(due.timers, due.agents)
        return {
            self._process.name: due.arrivals,
            self._follow_up.name: now if self._follow_up.watch_is_due(now) else following,
            self._deliver.name: now if self._deliver.has_mail_in_hand else due.deliveries,
        }

    def run_until(self, moment: datetime) -> Iterator[datetime]:
        """Moves the clock to ``moment``, stopping at each due time on the way; yields after each, settled."""
        self.settle()
        while True:
            due = self.next_due()
            if due is None or due > moment:
                break
            self.clock.now = max(due, self.clock.now)
            self.settle()
            yield self.clock.now
        self.clock.now = max(moment, self.clock.now)
        self.settle()
        yield self.clock.now

    def close(self) -> None:
        """Ends the worker of the outbox."""
        self._deliver.stop()

    def next_due(self) -> datetime | None:
        """When something is due next, if nothing comes in before; None where nothing ever is."""
        due = upcoming(self.database)
        out = due.deliveries
        if _has_come(out, self.clock.now):  # a relay that is down is not asked before its time
            out = self._deliver_again
        return _first(due.arrivals, out, due.timers, due.agents)


def _first(*moments: datetime | None) -> datetime | None:
    return min((each for each in moments if each is not None), default=None)


def _has_come(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and moment <= now
