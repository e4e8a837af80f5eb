"""Desks whose load changes, simulated on a virtual clock: mails come in, people answer them, promises are made.

The promises are the product's: ``when_we_answer`` with the ``History`` that the store would hand over at that minute
(28 days, the newest answers, the longest waits), on the desk's real calendar with daylight saving and all. What is
simulated is people. Nobody in here reads a promise: agents take the most urgent mail and then, mostly, the oldest, for
as long as the desk is open. So a promise that is kept was a good forecast, not a spur.

What agents do: they look at the desk now and then; while there is mail, they answer one after the other; an answer
takes a log-normal time; some questions are hard and lie for hours until somebody knows more. On-call people look at
urgent mail at any hour. Seeded: the same seed gives the same figures.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from maildesk.desk.promises.promise import clock_of
from maildesk.desk.service_time.hours import ServiceTime, parse_hours
from maildesk.desk.words import Desk, Priority

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ZONE = "Europe/Berlin"
START = datetime(2026, 9, 7, tzinfo=ZoneInfo(ZONE))  # a Monday; the clocks change in week 7
NEVER = datetime.max.replace(tzinfo=UTC)
_BY_HOUR = (1, 1, 1, 1, 1, 2, 4, 8, 14, 18, 18, 15, 12, 14, 15, 14, 12, 9, 7, 6, 6, 5, 3, 2)
_BY_DAY = (1.3, 1.1, 1.0, 1.0, 0.9, 0.4, 0.3)

Level = Callable[[float], float]
"""A factor by the number of days since the start."""


def steady(_day: float) -> float:
    return 1.0


@dataclass(frozen=True, slots=True)
class Kind:
    """A desk to simulate. Shares of priorities need not add up to 1: the rest is normal."""

    name: str
    mails_a_day: float  # on an average day
    agents: int
    minutes_an_answer: float  # the mean
    target: timedelta
    load: Level = steady
    present: Level = steady  # share of the agents who are here
    by_day: tuple[float, ...] = _BY_DAY
    hard: float = 0.08
    urgent: float = 0.0
    low: float = 0.0
    later: float = 0.25  # of answers after which the customer writes again
    hours: tuple[str, ...] = ("Mon-Thu 09:00-17:30", "Fri 09:00-15:00")
    looks_every: timedelta = 40 * MINUTE

    def desk(self) -> Desk:
        """The desk as its config would make it."""
        targets = {"normal": self.target, "low": 2 * self.target, "urgent": HOUR}
        return Desk(
            name=self.name,
            address="support@example.com",
            time_zone=ZONE,
            service=ServiceTime(ZONE, parse_hours(self.hours)),
            targets=targets,
            around_the_clock=frozenset({"urgent"}),
        )


@dataclass(slots=True)
class Turn:
    """A customer's mail that makes it our move, and what came of it."""

    began_at: datetime
    priority: Priority
    number: int  # 1: the first of its ticket
    answered_at: datetime = NEVER
    wait: timedelta = timedelta(0)


@dataclass(slots=True)
class Simulation:
    """One desk of a kind, from its first mail on. ``run`` once."""

    kind: Kind
    random: Random
    turns: list[Turn] = field(default_factory=list)
    _queue: list[Turn] = field(default_factory=list)
    _open: dict[int, Turn] = field(default_factory=dict)
    _events: list[tuple[datetime, int, Callable[[datetime], None]]] = field(default_factory=list)
    _count: int = 0
    _over: bool = False
    _desk: Desk = field(init=False)

    def __post_init__(self) -> None:
        self._desk = self.kind.desk()

    def run(self, days: int) -> list[Turn]:
        """All turns of so many days, those that were answered later too (by a desk without new mail)."""
        end = START + days * DAY
        for moment in self._arrivals(days):
            self._at(moment, lambda now: self._arrive(now, 1))
        for agent in range(self.kind.agents):
            self._at(START, lambda now, agent=agent: self._look(now, agent))  # type: ignore[misc]  # mypy cannot infer it
        self._at(START, self._on_call)
        while self._events:
            moment, _, event = heapq.heappop(self._events)
            if moment > end and not self._open:
                break
            self._over = moment > end
            event(moment)
        return self.turns

    def _at(self, moment: datetime, event: Callable[[datetime], None]) -> None:
        self._count += 1
        heapq.heappush(self._events, (moment.astimezone(UTC), self._count, event))

    # Customers

    def _arrivals(self, days: int) -> Iterator[datetime]:
        kind, most = self.kind, 8.0
        mean = sum(_BY_HOUR) / 24 * sum(kind.by_day) / 7
        at = START.astimezone(UTC)
        while True:
            at += timedelta(days=self.random.expovariate(kind.mails_a_day * most))
            if at - START > days * DAY:
                return
            local = at.astimezone(ZoneInfo(ZONE))
            rate = _BY_HOUR[local.hour] * kind.by_day[local.weekday()] / mean * kind.load((at - START) / DAY)
            if self.random.random() < rate / most:
                yield at

    def _arrive(self, now: datetime, number: int, priority: Priority | None = None) -> None:
        if self._over:
            return
        draw = self.random.random()
        if priority is None:
            urgent, low = self.kind.urgent, self.kind.urgent + self.kind.low
            priority = Priority.URGENT if draw < urgent else Priority.LOW if draw < low else Priority.NORMAL
        turn = Turn(now, priority, number)
        self.turns.append(turn)
        self._queue.append(turn)
        self._open[id(turn)] = turn

    # People who answer

    def _look(self, now: datetime, agent: int) -> None:
        service = self._desk.service
        share = self.kind.present((now - START) / DAY)
        if agent >= round(self.kind.agents * share):
            self._at(service.next_opening(now + 4 * HOUR), lambda then: self._look(then, agent))
            return
        if not service.is_open(now):
            opening = service.next_opening(now) + timedelta(minutes=self.random.expovariate(1 / 10))
            self._at(opening, lambda then: self._look(then, agent))
            return
        turn = self._next()
        if turn is None:
            again = timedelta(minutes=self.random.expovariate(MINUTE / self.kind.looks_every))
            self._at(now + again, lambda then: self._look(then, agent))
            return
        took = self._took()
        done = service.add(now, took)
        if self.random.random() < self.kind.hard:
            aside = timedelta(hours=self.random.lognormvariate(math.log(4), 0.8))
            known = clock_of(self._desk, turn.priority).add(done, aside)
            self._at(known, lambda then: self._answer(then, turn))
        else:
            self._at(done, lambda then: self._answer(then, turn))
        rest = timedelta(minutes=self.random.expovariate(1 / 3))
        self._at(done + rest, lambda then: self._look(then, agent))

    def _took(self) -> timedelta:
        sigma = 0.8
        mean = math.log(self.kind.minutes_an_answer) - sigma * sigma / 2
        return timedelta(minutes=self.random.lognormvariate(mean, sigma))

    def _next(self) -> Turn | None:
        if not self._queue:
            return None
        most = max(self._queue, key=lambda each: list(Priority).index(each.priority)).priority
        fitting = [each for each in self._queue if each.priority is most]
        chosen = fitting[0] if self.random.random() < 0.8 else fitting[int(self.random.random() ** 2 * len(fitting))]
        self._queue.remove(chosen)
        return chosen

    def _on_call(self, now: datetime) -> None:
        urgent = next((each for each in self._queue if each.priority is Priority.URGENT), None)
        if urgent is not None and not self._desk.service.is_open(now):
            self._queue.remove(urgent)
            self._at(now + self._took(), lambda then: self._answer(then, urgent))
        self._at(now + timedelta(minutes=self.random.expovariate(1 / 15)), self._on_call)

    def _answer(self, now: datetime, turn: Turn) -> None:
        turn.answered_at = now
        turn.wait = clock_of(self._desk, turn.priority).between(turn.began_at, now)
        del self._open[id(turn)]
        if self.random.random() < self.kind.later:
            writes = now + timedelta(hours=self.random.lognormvariate(math.log(5), 1.2))
            self._at(writes, lambda then: self._arrive(then, turn.number + 1, turn.priority))


def _doubles(day: float) -> float:
    return 2.0 if day >= 35 else 1.0


def _half_away(day: float) -> float:
    return 0.5 if 42 <= day < 49 else 1.0


def _quiet(day: float) -> float:
    return 0.3 if 28 <= day < 56 else 1.0


_WEEKENDS = (1.0, 0.8, 0.8, 0.8, 0.9, 1.4, 1.4)

KINDS = (
    Kind("steady", 19, 2, 18, 8 * HOUR),
    Kind("load doubles overnight", 11, 2, 18, 8 * HOUR, load=_doubles),
    Kind("half the agents away for a week", 15, 2, 18, 8 * HOUR, present=_half_away),
    Kind("a quiet month", 20, 2, 18, 8 * HOUR, load=_quiet),
    Kind("weekend-heavy", 18, 2, 18, 8 * HOUR, by_day=_WEEKENDS),
    Kind("four agents, three priorities", 36, 4, 18, 8 * HOUR, urgent=0.1, low=0.2),
    Kind("slower than its target", 19, 2, 18, 2 * HOUR),
    Kind("fast", 20, 3, 8, 8 * HOUR, hard=0.03, looks_every=15 * MINUTE),
    Kind("one agent", 8, 1, 15, 8 * HOUR),
)
