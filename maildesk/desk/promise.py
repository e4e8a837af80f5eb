"""When will we answer? The moment we promise a customer, and when to speak up before it passes.

The target is service time for the desk and priority, walked from the moment the mail arrived. Where there is enough
history, a high percentile of the desk's real answers takes the target's place, sooner or, honestly, later. The moment
is rounded up to a time people say, and never lies in the first hour after an opening, so that there is always time in
hours to speak up before it.

Guarantees: the moment is aware, in UTC, after ``now`` and after ``arrived``; the reason says how it was found. What it
does not do: read history or word anything. What can go wrong: ``NeverOpen`` of the desk's calendar (``check`` finds
it).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from maildesk.desk.hours import ServiceTime, around_the_clock, zone_of
from maildesk.desk.words import Desk, Priority

DEFAULT_TARGET = timedelta(hours=8)
ENOUGH_ANSWERS = 20
"""Fewer answers than this say too little about the next one; the configured target holds."""
KEPT_SHARE = 0.9
LATE_SHARE = 0.25
"""A mail that reached us late leaves its agent at least this share of the target."""
SHORTEST = timedelta(minutes=15)
"""History may not promise sooner: a person reads the mail first. A shorter configured target stands."""
FIRST_HOUR = timedelta(hours=1)
_MOST_GROWTH = 6  # renewals after which the gaps stay as they are: growing for ever would be silence
_LONGEST = timedelta(days=365)
_ROUNDING = ((timedelta(hours=1), 5), (timedelta(hours=4), 15))
_HALF_HOUR = 30


@dataclass(frozen=True, slots=True)
class Promised:
    """A moment to promise, and how it was found.

    ``target`` is the service time that was used. ``late``: the mail reached us so late that the moment was moved, and
    the words must say so. ``opens_at``: when the desk opens, where it is closed now; None where somebody works now.
    """

    at: datetime
    target: timedelta
    reason: str
    late: bool = False
    opens_at: datetime | None = None
    from_history: bool = False
    around_the_clock: bool = False


def clock_of(desk: Desk, priority: Priority) -> ServiceTime:
    """The calendar that promises of this priority are walked in: the desk's, or around the clock."""
    return around_the_clock(desk.time_zone) if priority in desk.around_the_clock else desk.service


def target_of(desk: Desk, priority: Priority) -> timedelta:
    """The configured service time until an answer; a priority without a target takes normal's."""
    return desk.targets.get(priority) or desk.targets.get(Priority.NORMAL) or DEFAULT_TARGET


def when_we_answer(
    desk: Desk, priority: Priority, arrived: datetime, now: datetime, history: Sequence[timedelta] = ()
) -> Promised:
    """The promise for a mail that arrived then (INTERNALDATE for IMAP) and is decided about now.

    ``history`` are the service times of recent real answers of this desk and priority, in any order.
    """
    arrived = min(arrived.astimezone(UTC), now.astimezone(UTC))  # no clock but ours moves a promise ahead
    target = _target(desk, priority, history)
    service = clock_of(desk, priority)
    at, earliest = service.add(arrived, target.span), service.add(now, target.span * LATE_SHARE)
    if at >= earliest:
        return _promised(desk, priority, at, now, target)
    reason = f"{target.reason}, but the mail reached us late: {_hours(target.span * LATE_SHARE)} from now"
    return _promised(desk, priority, earliest, now, replace(target, reason=reason), late=True)


def when_we_write_again(
    desk: Desk,
    priority: Priority,
    lapsing: datetime,
    now: datetime,
    renewals: int,
    history: Sequence[timedelta] = (),
) -> Promised:
    """The promise that takes the place of one that cannot be kept and ends at ``lapsing``.

    ``renewals`` counts from 1, the new promise with it. Gaps grow by the desk's ``renewal_growth`` each time, up to a
    bound: every customer hears again. The new moment is always after the old one.
    """
    first = _target(desk, priority, history)
    times = max(0, min(renewals, _MOST_GROWTH))
    span = min(_LONGEST, first.span * max(1.0, desk.follow_up.renewal_growth) ** times)
    service = clock_of(desk, priority)
    at = max(service.add(now, span), service.add(lapsing, first.span * LATE_SHARE))
    reason = f"promise {renewals + 1} of this turn, {_hours(span)} from now; at first {first.reason}"
    return _promised(desk, priority, at, now, _Target(span, reason, first.measured))


def notice_before(
    promise_at: datetime,
    made_at: datetime,
    service: ServiceTime,
    share: float = 0.1,
    at_least: timedelta = timedelta(minutes=15),
) -> datetime:
    """When to tell the customer that a promise will not be kept: the last moment in desk hours that leaves the margin.

    The margin is ``share`` of the promise's service time, at least ``at_least``, both on the clock. A promise too short
    for it is spoken about half-way.
    """
    margin = max(service.between(made_at, promise_at) * share, at_least)
    notice = service.last_open_moment_before(promise_at - margin)
    return notice if notice > made_at else made_at + (promise_at - made_at) / 2


def foreign_offset(desk_zone: str, offset: int | None, written_at: datetime) -> int | None:
    """The customer's offset where their clock is not the desk's, so that words name both; else None.

    ``offset`` is their Date's, in minutes east of UTC, None where it was unknown (-0000); 0 counts as unknown, for
    servers write it for everybody. It is compared with the desk's when the mail was written, not at the promise: a
    change of clocks in between must not turn neighbours into foreigners. (Words compare again at the promise, so that
    those whose clock agrees by then are told one time.)
    """
    if not offset or not -12 * 60 <= offset <= 14 * 60:
        return None
    here = written_at.astimezone(zone_of(desk_zone)).utcoffset()
    return None if here == timedelta(minutes=offset) else offset


def percentile_of(history: Sequence[timedelta]) -> timedelta | None:
    """The service time under which the next answer comes 9 times in 10, judging by these; None where they are too few.

    Of n answers the ceil(0.9 (n + 1))-th: one more than the plain percentile, because the next answer is not yet
    among those measured.
    """
    if len(history) < ENOUGH_ANSWERS:
        return None
    rank = min(len(history), math.ceil(KEPT_SHARE * (len(history) + 1)))
    return sorted(history)[rank - 1]


@dataclass(frozen=True, slots=True)
class _Target:
    span: timedelta
    reason: str
    measured: bool


def _target(desk: Desk, priority: Priority, history: Sequence[timedelta]) -> _Target:
    configured = target_of(desk, priority)
    measured = percentile_of(history)
    if measured is None:
        return _Target(configured, f"{_hours(configured)} is the target for {priority} mail", False)
    used = max(measured, min(SHORTEST, configured))
    direction = "sooner than" if used < configured else "later than" if used > configured else "the same as"
    reason = (
        f"9 of 10 of the last {len(history)} answers to {priority} mail came within {_hours(used)}, "
        f"{direction} the target of {_hours(configured)}"
    )
    return _Target(used, reason, True)


def _promised(
    desk: Desk, priority: Priority, at: datetime, now: datetime, target: _Target, late: bool = False
) -> Promised:
    service = clock_of(desk, priority)
    return Promised(
        at=_settle(at, now, service),
        target=target.span,
        reason=target.reason,
        late=late,
        opens_at=None if service.is_open(now) else service.next_opening(now),
        from_history=target.measured,
        around_the_clock=priority in desk.around_the_clock,
    )


def _settle(at: datetime, now: datetime, service: ServiceTime) -> datetime:
    """Past the first hour and up to a time people say; each may undo the other, seldom twice."""
    for _ in range(8):
        settled = _round_up(_past_first_hour(at, service), now, service)
        if settled == at:
            break
        at = settled
    return at


def _past_first_hour(at: datetime, service: ServiceTime) -> datetime:
    """``at``, or an hour after the opening before it. A calendar that never closes has no first hour."""
    opened = service.opened_at(service.last_open_moment_before(at))
    return at if opened is None else max(at, opened + FIRST_HOUR)


def _round_up(at: datetime, now: datetime, service: ServiceTime) -> datetime:
    """Five minutes when it is near, quarters of an hour within four hours, half hours beyond; on the desk's clock."""
    step = next((minutes for within, minutes in _ROUNDING if at - now < within), _HALF_HOUR)
    local = at.astimezone(zone_of(service.zone))
    over = timedelta(minutes=local.minute % step, seconds=local.second, microseconds=local.microsecond)
    return at + timedelta(minutes=step) - over if over else at


def _hours(span: timedelta) -> str:
    minutes = math.ceil(span / timedelta(minutes=1))
    hours, minutes = divmod(minutes, 60)
    parts = [f"{hours} h"] * bool(hours) + [f"{minutes} min"] * bool(minutes or not hours)
    return " ".join(parts) + " of service time"
