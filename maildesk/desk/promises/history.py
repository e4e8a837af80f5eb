"""How long people really waited for an answer, and what that says of the next one.

A wait is the service time from a customer's mail that made it our move to a person's answer. ``History.find`` looks at
the waits that are like the mail at hand: same priority, first mail of a ticket or a later one, same time of the week
where there are enough of these; of them the half that came when most nearly as many people waited (60 to 150). It takes
a percentile of them. Under 20 answers in 28 days it finds nothing, and the configured target holds.

Three corrections keep it honest:

* The line. A wait counts as if as many people had waited then as wait now: for each more or fewer it is so much longer
  or shorter as one more person lately cost, which is the slope between the quieter and the busier half of all waits.
  That the people waiting tell best how long the next will wait is from Ibrahim and Whitt (Real-time delay estimation
  based on delay history, M&SOM 11, 2009). Where far more wait than the desk has ever seen, waits grow at least with
  their number (Little, A proof for the queuing formula L = λW, Operations Research 9, 1961).
* Whoever still waits counts as well: we know that it takes them longer than they have waited so far, and no more. The
  percentile is that of Kaplan and Meier (Nonparametric estimation from incomplete observations, JASA 53, 1958), with
  one more in the denominator for the next mail itself (Vovk et al., Algorithmic learning in a random world, 2005).
* The aim. What counts is that 9 of 10 promises are kept, not that a percentile is called the 90th: rounding up keeps a
  few more, and a load that grows keeps fewer. So the aim moves both ways with what the last 100 promises came to, as in
  Gibbs and Candès (Adaptive conformal inference, NeurIPS 2021), but by a window, which can be told in a sentence.

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
from heapq import nlargest
from operator import attrgetter
from zoneinfo import ZoneInfo

from maildesk.desk.words import Priority

WINDOW = timedelta(days=28)
MOST_WAITS = 500
"""Of each priority the newest answers, and of a desk the longest waits: what a busy desk did lately says it all."""
ENOUGH_ANSWERS = 20
"""Fewer answers than this say too little about the next one; the configured target holds."""
ENOUGH_SAME_DAY = 100
ENOUGH_ALIKE = 200
FEWEST_NEAREST, MOST_NEAREST = 60, 150
KEPT_SHARE = 0.9
"""The share of promises that are to be kept."""
FIRST_SHARE = 0.87
"""The percentile to begin with: promises are rounded up, which keeps about three more of a hundred."""
LEAST_SHARE, MOST_SHARE = 0.78, 0.98
LATELY = 100
"""So many promises say whether we aim right …"""
SOFTLY = 30  # … and so many that we do not have are taken to have gone as they should
LEAST_OF_WAIT = 1 / 3  # a shorter line makes no wait shorter than this share of it: the answer itself takes time
FEW = 3  # one or two more people than none are no crowd
FAR_MORE = 1.5
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
    promises: int = 0  # the last ones whose end is known, at most ``LATELY``
    kept: int = 0  # of them


@dataclass(frozen=True, slots=True)
class _Seen:
    """A wait, when it began in the desk's week, and how many waited then."""

    span: timedelta
    answered: bool
    day: int
    part: int
    crowd: int


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
        above = [each for each in self.waits if _ORDER[each.priority] >= _ORDER[priority]]
        above.sort(key=attrgetter("began_at", "span"), reverse=True)
        own = [each for each in above if each.priority is priority and (each.turn > 1) is later]
        if sum(each.answered_at is not None for each in own) < ENOUGH_ANSWERS:
            return None
        began = [each.began_at for each in reversed(above)]
        ended = sorted(each.answered_at for each in above if each.answered_at is not None)
        newest = tuple(
            _Seen(
                each.span,
                each.answered_at is not None,
                *_time_of_week(each.began_at, self.zone),
                crowd=bisect_left(began, each.began_at) - bisect_left(ended, each.began_at),
            )
            for each in own
        )
        overdue = sum(each.missed and each.answered_at is None for each in own)
        return _Alike(newest, lately(own), len(began) - len(ended), overdue, cost_of_one(newest))


NOTHING_KNOWN = History()


@dataclass(frozen=True, slots=True)
class _Alike:
    """The waits of one priority, first or later ones, the newest first, and how many people wait now."""

    seen: tuple[_Seen, ...]
    ended: list[bool]
    crowd: int
    overdue: int
    cost: timedelta

    def look(self, day: int, part: int) -> Found:
        """The narrowest circle of waits that is large enough, and its percentile."""
        circle, alike = self._circle(day, part)
        apart = {crowd: _apart(crowd, self.crowd) for crowd in {each.crowd for each in circle}}
        chosen = sorted(circle, key=lambda each: apart[each.crowd])  # of crowds alike the newest
        chosen = chosen[: max(FEWEST_NEAREST, min(MOST_NEAREST, len(circle) // 2))]
        if len(chosen) < len(circle):
            alike = f"{alike or 'that came'} {_AS_MANY}"
        unseen = self.crowd + FEW > FAR_MORE * (max(each.crowd for each in self.seen) + FEW)
        answered = [self._as_crowded(each, unseen) for each in chosen if each.answered]
        waiting = [self._as_crowded(each, unseen) for each in chosen if not each.answered]
        share = share_after(self.ended)
        span = percentile_of(answered, waiting, share)
        promises, missed = len(self.ended), sum(self.ended)
        return Found(span, len(answered), alike, share, self.crowd, self.overdue, promises, promises - missed)

    def _as_crowded(self, seen: _Seen, unseen: bool) -> timedelta:
        """The wait, as if as many people had waited then as wait now."""
        span = max(seen.span * LEAST_OF_WAIT, seen.span + self.cost * (self.crowd - seen.crowd))
        return max(span, seen.span * ((self.crowd + FEW) / (seen.crowd + FEW))) if unseen else span

    def _circle(self, day: int, part: int) -> tuple[Sequence[_Seen], str]:
        same = [each for each in self.seen if (each.day, each.part) == (day, part)]
        if _answers(same) >= ENOUGH_SAME_DAY:
            return same, f"that came on {_DAYS[day]} {_PARTS[part]}"
        weekend = day >= 5
        same = [each for each in self.seen if (each.day >= 5) is weekend and (weekend or each.part == part)]
        if _answers(same) >= ENOUGH_ALIKE:
            return same, f"that came {'at weekends' if weekend else f'on workday {_PARTS[part]}'}"
        return self.seen, ""


def cost_of_one(seen: Iterable[_Seen]) -> timedelta:
    """How much longer the next waits for each one more who waits: never less than nothing.

    The slope between the half of the answers with fewer people waiting and the half with more: the medians of the
    waits, by the means of the crowds. Nothing where the halves differ by less than one person.
    """
    answered = sorted((each for each in seen if each.answered), key=attrgetter("crowd", "span"))
    half = len(answered) // 2
    fewer, more = answered[:half], answered[len(answered) - half :]
    apart = (sum(each.crowd for each in more) - sum(each.crowd for each in fewer)) / max(1, half)
    if apart < 1:
        return timedelta(0)
    return max(timedelta(0), (_middle(more) - _middle(fewer)) / apart)


def _middle(seen: Iterable[_Seen]) -> timedelta:
    spans = sorted(each.span for each in seen)
    return spans[len(spans) // 2]


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


def lately(waits: Iterable[Wait]) -> list[bool]:
    """Whether each of the last promises was missed: the ``LATELY`` that ended last; who waits too long ends now."""
    known = [each for each in waits if each.promised is not None and (each.answered_at is not None or each.missed)]
    last = nlargest(
        LATELY, known, key=lambda each: (each.answered_at is None, each.answered_at or each.began_at, each.span)
    )
    return [each.missed for each in reversed(last)]


def share_after(missed: Sequence[bool]) -> float:
    """Which percentile to aim at, that 9 of 10 promises be kept, after these: higher where more than one in ten failed.

    One more or fewer missed of the last hundred moves it by three quarters of a hundredth.
    """
    too_many = sum(missed) - (1 - KEPT_SHARE) * len(missed)
    return min(MOST_SHARE, max(LEAST_SHARE, FIRST_SHARE + too_many / (len(missed) + SOFTLY)))


def _answers(seen: Iterable[_Seen]) -> int:
    return sum(each.answered for each in seen)


def _apart(one: int, other: int) -> float:
    return abs(math.log2((one + 1) / (other + 1)))


@lru_cache(maxsize=8192)  # the same answers are asked anew each minute
def _time_of_week(moment: datetime, zone: str) -> tuple[int, int]:
    """Weekday (Monday is 0) and quarter of the day, on the desk's clock."""
    local = moment.astimezone(_zone(zone))
    return local.weekday(), local.hour // 6


_zone = lru_cache(maxsize=64)(ZoneInfo)
