"""Are our promises honest? The figures and the plot of docs/promises.md, from desks whose load changes.

    python -m benchmarks.calibration [--seeds 31 32 33] [--days 63] [--write]

People are simulated first (``simulated_desks``); nobody of them knows a promise. Then every mail is promised a moment
by the product's own ``when_we_answer``, with the history that the store would have read at that minute: the answers of
the 28 days before, bounded as the store bounds them, and the people who waited then. Days before the first 28 are not
counted. ``--write`` puts the table into docs/promises.md and draws docs/promises.svg. What was tuned was tuned on other
seeds than those that it reports by default.

Measured, for each desk and for all of them:

* kept: the share of promises that were kept by a person. 90 % is aimed at; .85 to .97 is right.
* long: the median of the promised service time by the service time that the customer then waited, ticket by ticket
  (waits under five minutes count as five). A mail answered at once makes any honest promise look long, so beside it:
* kept ones: the same, only of promises that were kept.
* on the wall: the same as long, by the time that passes on the wall, nights and weekends with it: what people see.
* by 9 of 10: the median promise by the wait that 9 of 10 customers did not exceed. 1 is perfect.
"""

from __future__ import annotations

import argparse
import statistics
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from benchmarks.plot import plot
from benchmarks.simulated_desks import DAY, HOUR, KINDS, MINUTE, START, ZONE, Kind, Simulation, Turn
from maildesk.desk.promises.history import MOST_WAITS, WINDOW, History, Wait
from maildesk.desk.promises.promise import clock_of, when_we_answer
from maildesk.desk.words import Desk, Priority

DOCS = Path(__file__).parent.parent / "docs"
BEGIN, END = "<!-- figures: python -m benchmarks.calibration --write -->", "<!-- end of figures -->"
LEARNING = 28 * DAY
TWIN = "slower than its target"
"""The steady desk's own mails, under another target: not counted twice among all."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A promise and what came of it."""

    at: datetime
    promised: timedelta  # service time, as the customer was told
    wait: timedelta
    told: timedelta  # until the promised moment, on the wall
    passed: timedelta  # until the answer, on the wall
    kept: bool
    measured: bool  # found in history


@dataclass(frozen=True, slots=True)
class Figures:
    """What a set of promises comes to."""

    name: str
    promises: int
    kept: float
    long: float
    kept_ones: float
    on_the_wall: float
    by_nine_of_ten: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs="+", default=[31, 32, 33])
    parser.add_argument("--days", type=int, default=63)
    parser.add_argument("--write", action="store_true", help="into docs/promises.md and docs/promises.svg")
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    jobs = [(place, seed, options.days) for place in range(len(KINDS)) for seed in options.seeds]
    found: list[list[Kept]] = [[] for _ in KINDS]
    with ProcessPoolExecutor(options.processes) as pool:
        for (place, seed, _), kept in zip(jobs, pool.map(_job, jobs), strict=True):
            found[place] += kept
            print(seed, figures(KINDS[place].name, kept), flush=True)
    named = [(kind.name, kept) for kind, kept in zip(KINDS, found, strict=True)]
    once = [each for name, kept in named if name != TWIN for each in kept]
    rows = table([*named, ("all", once)])
    print(rows)
    if options.write:
        page = DOCS / "promises.md"
        before, rest = page.read_text(encoding="utf-8").split(BEGIN)
        after = rest.split(END)[1]
        page.write_text(f"{before}{BEGIN}\n{rows}\n{END}{after}", encoding="utf-8")
        weeks = [(name, by_week(kept)) for name, kept in named]
        (DOCS / "promises.svg").write_text(plot(weeks), encoding="utf-8")


def _job(job: tuple[int, int, int]) -> list[Kept]:
    place, seed, days = job
    return promises_of(KINDS[place], seed, days)


def promises_of(kind: Kind, seed: int, days: int) -> list[Kept]:
    """Every promise of one simulated desk after the first 28 days, in order of time."""
    turns = sorted(Simulation(kind, Random(seed)).run(days), key=lambda each: each.began_at)
    desk, counted = kind.desk(), []
    past = Past(desk, turns)
    for turn in turns:
        history = past.at(turn.began_at)
        found = when_we_answer(desk, turn.priority, turn.began_at, turn.began_at, history, turn.number)
        span = clock_of(desk, turn.priority).between(turn.began_at, found.at)
        past.promised(turn, span)
        if turn.began_at - START >= LEARNING:
            told, passed = found.at - turn.began_at, turn.answered_at - turn.began_at
            counted.append(Kept(turn.began_at, span, turn.wait, told, passed, passed <= told, found.from_history))
    return counted


class Past:
    """What the store would read at a minute: a minute old, 28 days deep, bounded."""

    def __init__(self, desk: Desk, turns: Sequence[Turn]) -> None:
        self._desk = desk
        self._answered = {priority: sorted(self._of(turns, priority), key=_end) for priority in Priority}
        self._turns = sorted(turns, key=lambda each: each.began_at)
        self._open: list[Turn] = []
        self._taken = 0
        self._promised: dict[int, timedelta] = {}
        self._known: dict[int, Wait] = {}

    def _of(self, turns: Iterable[Turn], priority: Priority) -> Iterator[Turn]:
        return (each for each in turns if each.priority is priority)

    def promised(self, turn: Turn, span: timedelta) -> None:
        """What the first promise of this turn allowed."""
        self._promised[id(turn)] = span

    def at(self, now: datetime) -> History:
        """The history of that minute. Asked in order of time."""
        at = now.replace(second=0, microsecond=0)
        waits: list[Wait] = []
        for turns in self._answered.values():
            last = bisect_left(turns, at, key=_end)
            first = max(last - MOST_WAITS, bisect_right(turns, at - WINDOW, key=_end))
            waits += [self._done(each) for each in turns[first:last]]
        while self._taken < len(self._turns) and self._turns[self._taken].began_at < at:
            self._open.append(self._turns[self._taken])
            self._taken += 1
        self._open = [each for each in self._open if each.answered_at >= at]
        recent = [each for each in self._open if each.began_at > at - WINDOW]
        for each in recent[:MOST_WAITS]:
            waits.append(self._wait(each, clock_of(self._desk, each.priority).between(each.began_at, at), None))
        return History(ZONE, at, tuple(waits))

    def _done(self, turn: Turn) -> Wait:
        known = self._known.get(id(turn))
        if known is None:
            known = self._known[id(turn)] = self._wait(turn, turn.wait, turn.answered_at)
        return known

    def _wait(self, turn: Turn, span: timedelta, answered_at: datetime | None) -> Wait:
        return Wait(turn.priority, turn.number, turn.began_at, span, self._promised.get(id(turn)), answered_at)


def _end(turn: Turn) -> datetime:
    return turn.answered_at


def figures(name: str, promises: Sequence[Kept]) -> Figures:
    """What these promises come to."""
    five = 5 * MINUTE
    ratio = statistics.median(each.promised / max(each.wait, five) for each in promises)
    kept_ones = statistics.median(each.promised / max(each.wait, five) for each in promises if each.kept)
    on_the_wall = statistics.median(each.told / max(each.passed, five) for each in promises)
    waits = sorted(each.wait for each in promises)
    nine = waits[min(len(waits) - 1, int(0.9 * len(waits)))]
    median = statistics.median(each.promised / HOUR for each in promises) * HOUR
    share = sum(each.kept for each in promises) / len(promises)
    return Figures(name, len(promises), share, ratio, kept_ones, on_the_wall, median / max(nine, five))


def table(named: Iterable[tuple[str, Sequence[Kept]]]) -> str:
    """The figures as Markdown."""
    lines = [
        "| desk | promises | kept by a person | promise by its own wait (median) | of kept ones alone | on the wall "
        "| median promise by wait of 9 of 10 |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, kept in named:
        each = figures(name, kept)
        lines.append(
            f"| {name} | {each.promises} | {each.kept:.3f} | {each.long:.2f} | {each.kept_ones:.2f} "
            f"| {each.on_the_wall:.2f} | {each.by_nine_of_ten:.2f} |"
        )
    return "\n".join(lines)


def by_week(promises: Iterable[Kept]) -> list[tuple[int, float, float, float]]:
    """Of each week: its number, the share kept, the median promise and the wait of 9 of 10, both in hours."""
    weeks: dict[int, list[Kept]] = {}
    for each in promises:
        weeks.setdefault((each.at - START) // (7 * DAY), []).append(each)
    return [
        (
            week,
            sum(each.kept for each in kept) / len(kept),
            statistics.median(each.promised / HOUR for each in kept),
            sorted(each.wait for each in kept)[int(0.9 * len(kept))] / HOUR,
        )
        for week, kept in sorted(weeks.items())
    ]


if __name__ == "__main__":
    main()
