"""How long people really waited for an answer, and what that says of the next one.

A wait is the service time from a customer's mail that made it our move to a person's answer. ``History.find`` takes
the 90th percentile of the waits that are most like the mail at hand: same priority, first mail of a ticket or a later
one, same time of the week, about as many people waiting. Where these are too few the circle widens, in this order:
same time of the week and as many waiting; same time of any working day (or weekend) and as many waiting; the 60 at the
most similar crowd. Under 20 answers in 28 days it finds nothing, and the configured target holds.

Two corrections keep it honest when the load changes:

* Whoever still waits counts as well: we know that it takes them longer than they have waited so far, and no more. The
  percentile is that of Kaplan and Meier (Nonparametric estimation from incomplete observations, JASA 53, 1958), with
  one more in the denominator for the next mail itself (Vovk et al., Algorithmic learning in a random world, 2005).
* Where promises were missed lately, more than 90 % are aimed at: each miss raises the aim by ``STEP``, each promise
  kept lowers it by a ninth of that, never under 90 % (Gibbs and Candès, Adaptive conformal inference, NeurIPS 2021;
  theirs goes both ways).

Where one and a half times as many people wait now as did then, or more, the old wait counts as so many times longer
(Little, A proof for the queuing formula L = λW, Operations Research 9, 1961): a crowd that nobody has seen yet.

That the people waiting tell best how long the next will wait is from Ibrahim and Whitt (Real-time delay estimation
based on delay history, M&SOM 11, 2009).

Guarantees: pure; the same waits give the same answer in whatever order they stand. What it does not do: know targets,
walk calendars or read rows. A history is made for one minute and remembers what it has worked out.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from maildesk.desk.words import Priority

WINDOW = timedelta(days=28)
MOST_WAITS = 500
"""Of each priority the newest answers, and of a desk the longest waits: what a busy desk did lately says it all."""
ENOUGH_ANSWERS = 20
"""Fewer answers than this say too little about the next one; the configured target holds."""
ENOUGH_ALIKE = 30
NEAREST = 60
KEPT_SHARE = 0.9
MOST_SHARE = 0.98
STEP = 0.01
FEW = 3  # one or two more people than none are no crowd
FAR_MORE = 1.5  # above a band: within it crowds count as the same
_ORDER = {priority: place for place, priority in enumerate(Priority)}
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_PARTS = ("nights", "mornings", "afternoons", "evenings")
_AS_MANY = "while about as many people waited"


@dataclass(frozen=True, slots=True)
class Wait:
    """One turn of a ticket: how long its customer waited (``answered_at``), or has waited until the history's minute.

    ``span`` and ``promised`` are service time on the clock of the priority. ``promised``: what the first promise of the
    turn allowed; None where there was none. ``turn`` counts within the ticket, from 1.
    """

    priority: Priority
    turn: int
    began_at: datetime
    span: timedelta
    promised: timedelta | None = None
    answered_at: datetime | None = None

    @property
    def missed(self) -> bool:
        return self.promised is not None and self.span > self.promised


@dataclass(frozen=True, slots=True)
class Found:
    """The service time within which the next answer comes, as often as ``share`` says, and which waits say so."""

    span: timedelta
    answers: int
    alike: str  # "that came on Monday mornings …"; "" where it is all of them
    share: float
    waiting: int  # people who wait for an answer now, of this priority or above
    overdue: int  # of them, and of those like this mail, who have waited longer than they were promised


@dataclass(frozen=True, slots=True)
class _Seen:
    """A wait, when it began in the desk's week, and how many waited then."""

    span: timedelta
    answered: bool
    day: int
    part: int
    crowd: int
    began_at: datetime


@dataclass(frozen=True, slots=True)
class History:
    """What one desk's people did in the 28 days before ``at``. ``zone`` is the desk's. Empty: nothing is known."""

    zone: str = "UTC"
    at: datetime | None = None
    waits: tuple[Wait, ...] = field(default=(), repr=False)
    _known: dict[Hashable, object] = field(init=False, repr=False, compare=False, default_factory=dict)

    def find(self, priority: Priority, turn: int, arrived: datetime) -> Found | None:
        """What waits like this one say; None where they are too few."""
        later = turn > 1
        own = self._own(priority, later)
        if own is None:
            return None
        day, part = _time_of_week(arrived, self.zone)
        key = (priority, later, day, part)
        if key not in self._known:
            self._known[key] = own.look(day, part)
        found = self._known[key]
        return found if isinstance(found, Found) else None

    def _own(self, priority: Priority, later: bool) -> _Alike | None:
        """The waits of this priority, first or later; worked out once."""
        key = (priority, later)
        if key not in self._known:
            self._known[key] = self._work_out(priority, later)
        found = self._known[key]
        return found if isinstance(found, _Alike) else None

    def _work_out(self, priority: Priority, later: bool) -> _Alike | None:
        own = [each for each in self.waits if each.priority is priority and (each.turn > 1) is later]
        if sum(each.answered_at is not None for each in own) < ENOUGH_ANSWERS:
            return None
        before = [each for each in self.waits if _ORDER[each.priority] >= _ORDER[priority]]
        began = sorted(each.began_at for each in before)
        ended = sorted(each.answered_at for each in before if each.answered_at is not None)
        seen = tuple(
            _Seen(
                each.span,
                each.answered_at is not None,
                *_time_of_week(each.began_at, self.zone),
                crowd=bisect_left(began, each.began_at) - bisect_left(ended, each.began_at),
                began_at=each.began_at,
            )
            for each in own
        )
        overdue = sum(each.missed and each.answered_at is None for each in own)
        return _Alike(seen, share_of(own), len(began) - len(ended), overdue)


NOTHING_KNOWN = History()


@dataclass(frozen=True, slots=True)
class _Alike:
    """The waits of one priority, first or later ones, and how many people wait now."""

    seen: tuple[_Seen, ...]
    share: float
    crowd: int
    overdue: int

    def look(self, day: int, part: int) -> Found:
        """The narrowest circle of waits that is large enough, and its percentile."""
        chosen, alike = self._circle(day, part)
        answered = [self._as_crowded(each) for each in chosen if each.answered]
        waiting = [each.span for each in chosen if not each.answered]
        span = percentile_of(answered, waiting, self.share)
        return Found(span, len(answered), alike, self.share, self.crowd, self.overdue)

    def _as_crowded(self, seen: _Seen) -> timedelta:
        """The wait; where far more people wait now than then, so much longer (Little's law): never shorter."""
        times = (self.crowd + FEW) / (seen.crowd + FEW)
        return seen.span * times if times > FAR_MORE else seen.span

    def _circle(self, day: int, part: int) -> tuple[Sequence[_Seen], str]:
        crowded = [each for each in self.seen if _band(each.crowd) == _band(self.crowd)]
        same = [each for each in crowded if (each.day, each.part) == (day, part)]
        if _enough(same):
            return same, f"that came on {_DAYS[day]} {_PARTS[part]} {_AS_MANY}"
        weekend = day >= 5
        same = [each for each in crowded if (each.day >= 5) is weekend and (weekend or each.part == part)]
        if _enough(same):
            return same, f"that came {'at weekends' if weekend else f'on workday {_PARTS[part]}'} {_AS_MANY}"
        if len(self.seen) <= NEAREST:
            return self.seen, ""
        newest = sorted(self.seen, key=lambda each: (each.began_at, each.span), reverse=True)
        nearest = sorted(newest, key=lambda each: _apart(each.crowd, self.crowd))  # of crowds alike the newest
        return nearest[:NEAREST], f"that came {_AS_MANY}"


def percentile_of(
    answered: Iterable[timedelta], waiting: Iterable[timedelta] = (), share: float = KEPT_SHARE
) -> timedelta:
    """The service time within which the next answer comes as often as ``share`` says, judging by these waits.

    Of n answers the ceil(share (n + 1))-th: one more than the plain percentile, because the next answer is not yet
    among those measured. Who is ``waiting`` counts for as long as they have waited (the estimator of Kaplan and Meier).
    Where all of them together do not reach the share: the longest wait there is.
    """
    waits = sorted([(span, False) for span in answered] + [(span, True) for span in waiting])
    at_risk, unanswered = len(waits) + 1, 1.0
    for span, still in waits:
        if not still:
            unanswered *= 1 - 1 / at_risk
            if unanswered <= 1 - share + 1e-9:
                return span
        at_risk -= 1
    return waits[-1][0] if waits else timedelta(0)


def share_of(waits: Sequence[Wait]) -> float:
    """Which share of promises to aim at: 90 %, and more where they were missed lately."""
    known = [each for each in waits if each.promised is not None and (each.answered_at is not None or each.missed)]
    known.sort(key=lambda each: (each.answered_at is None, each.answered_at or each.began_at, each.span))
    share = KEPT_SHARE
    for each in known:
        share += STEP * KEPT_SHARE if each.missed else -STEP * (1 - KEPT_SHARE)
        share = min(MOST_SHARE, max(KEPT_SHARE, share))
    return share


def _enough(seen: Sequence[_Seen]) -> bool:
    return sum(each.answered for each in seen) >= ENOUGH_ALIKE


def _band(crowd: int) -> int:
    """Crowds alike: none, 1, 2, 3, 4 or 5, 6 to 8, 9 to 12 …, each band half as wide again as the last."""
    return round(2 * math.log2(crowd + 1))


def _apart(one: int, other: int) -> float:
    return abs(math.log2((one + 1) / (other + 1)))


@lru_cache(maxsize=8192)  # the same answers are asked anew each minute
def _time_of_week(moment: datetime, zone: str) -> tuple[int, int]:
    """Weekday (Monday is 0) and quarter of the day, on the desk's clock."""
    local = moment.astimezone(_zone(zone))
    return local.weekday(), local.hour // 6


_zone = lru_cache(maxsize=64)(ZoneInfo)
