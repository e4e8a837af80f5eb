"""When will we answer? The moment we promise a customer, and when to speak up before it passes.

The target is service time for the desk and priority, walked from the moment the mail arrived; a ticket's later mails
may have their own. Where there is enough history (``history.py``), a high percentile of the desk's real answers takes
the target's place, sooner or, honestly, later. The moment is rounded up to a time people say, and never lies in the
first hour after an opening, so that there is always time in hours to speak up before it. docs/promises.md tells it in
plain words.

Guarantees: the moment is aware, in UTC, after ``now`` and after ``arrived``; the reason says how it was found. What it
does not do: read history or word anything. What can go wrong: ``NeverOpen`` of the desk's calendar (``check`` finds
it).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from maildesk.desk.promises.history import KEPT_SHARE, NOTHING_KNOWN, Found, History
from maildesk.desk.service_time.hours import ServiceTime, around_the_clock, zone_of
from maildesk.desk.site import LONGEST_SILENCE
from maildesk.desk.words import Desk, Priority

DEFAULT_TARGET = timedelta(hours=8)
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


def target_of(desk: Desk, priority: Priority, turn: int = 1) -> timedelta:
    """The configured service time until an answer; a priority without a target takes normal's.

    From a ticket's second turn on the targets of next answers hold, where the desk has any: first the priority's own
    one there, then the priority's own for first answers, then normal's.
    """
    later = desk.next_targets if turn > 1 else {}
    own = later.get(priority) or desk.targets.get(priority)
    return own or later.get(Priority.NORMAL) or desk.targets.get(Priority.NORMAL) or DEFAULT_TARGET


def silence_of(desk: Desk, priority: Priority) -> timedelta:
    """The most service time that a customer hears nothing while it is our move; one without takes normal's."""
    spans = desk.follow_up.longest_silence
    return spans.get(priority) or spans.get(Priority.NORMAL) or LONGEST_SILENCE[priority]


def when_we_answer(
    desk: Desk, priority: Priority, arrived: datetime, now: datetime, history: History = NOTHING_KNOWN, turn: int = 1
) -> Promised:
    """The promise for a mail that arrived then (INTERNALDATE for IMAP) and is decided about now.

    ``history`` is what the desk's people did lately. ``turn`` counts within the ticket: from the second on it is the
    next answer that is promised, not the first.
    """
    arrived = min(arrived.astimezone(UTC), now.astimezone(UTC))  # no clock but ours moves a promise ahead
    target = _target(desk, priority, arrived, history, turn)
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
    history: History = NOTHING_KNOWN,
    turn: int = 1,
) -> Promised:
    """The promise that takes the place of one that cannot be kept and ends at ``lapsing``.

    ``renewals`` counts from 1, the new promise with it. Gaps grow by the desk's ``renewal_growth`` each time, up to the
    longest silence: every customer hears again. The new moment is always after the old one.
    """
    first = _target(desk, priority, now, history, turn)
    times = max(0, min(renewals, _MOST_GROWTH))
    grown = first.span * max(1.0, desk.follow_up.renewal_growth) ** times
    span = min(_LONGEST, silence_of(desk, priority), grown)
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
    target: timedelta | None = None,
) -> datetime:
    """When to tell the customer that a promise will not be kept: the last moment in desk hours that leaves the margin.

    The margin is ``share`` of the service time that the promise was made for (``target``; None: the way from
    ``made_at``), at least ``at_least``, both on the clock. A promise too short for it is spoken about half-way. The
    notice is a whole minute, where that leaves it after ``made_at``.
    """
    whole = service.between(made_at, promise_at) if target is None else target
    notice = service.last_open_moment_before(promise_at - max(whole * share, at_least))
    if notice <= made_at:
        notice = made_at + (promise_at - made_at) / 2
    return max(whole_minute(notice), made_at + (notice - made_at) / 2)


def whole_minute(moment: datetime) -> datetime:
    """The minute that has begun: nobody reads seconds, and steps at odd ones look like chance."""
    return moment.replace(second=0, microsecond=0)


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


@dataclass(frozen=True, slots=True)
class _Target:
    span: timedelta
    reason: str
    measured: bool


def _target(desk: Desk, priority: Priority, arrived: datetime, history: History, turn: int) -> _Target:
    configured = target_of(desk, priority, turn)
    found = history.find(priority, turn, arrived)
    apart = turn > 1 and (found is not None or desk.next_targets)  # measured apart, or with targets of their own
    kind = f"later {priority} mail of a ticket" if apart else f"{priority} mail"
    if found is None:
        return _Target(configured, f"{_hours(configured)} is the target for {kind}", False)
    used = max(found.span, min(SHORTEST, configured))
    return _Target(used, _because(found, kind, used, configured), True)


def _because(found: Found, kind: str, used: timedelta, configured: timedelta) -> str:
    """How history found it, as a sentence for admins."""
    share = "9 of 10" if abs(found.share - KEPT_SHARE) < 0.005 else f"{found.share * 100:.0f} of 100"
    direction = "sooner than" if used < configured else "later than" if used > configured else "the same as"
    alike = f" {found.alike}" if found.alike else ""
    people = "1 person" if found.waiting == 1 else f"{found.waiting} people"
    lately = f"; of the last {found.promises} promises {found.kept} were kept" if found.promises else ""
    return (
        f"{share} of the last {found.answers} answers to {kind}{alike} came within {_hours(used)}, "
        f"{direction} the target of {_hours(configured)}; counted with {people} waiting, as now{lately}"
    )


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


def span_in_words(span: timedelta) -> str:
    """Such as "14 h 30 min", rounded up to a minute: the same in every language we write to agents."""
    hours, minutes = divmod(math.ceil(span / timedelta(minutes=1)), 60)
    return " ".join([f"{hours} h"] * bool(hours) + [f"{minutes} min"] * bool(minutes or not hours))


def _hours(span: timedelta) -> str:
    return f"{span_in_words(span)} of service time"
