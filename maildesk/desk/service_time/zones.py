"""Time zones: their names, and the pieces of a day in which the clock runs evenly.

``zone_of`` is the one place that turns a name into a zone. ``pieces`` cuts a UTC day where the zone's offset changes,
so that inside a piece wall-clock time and UTC differ by one number: the arithmetic of ``hours.py`` rests on it.

What can go wrong: an unknown name is ``ValueError`` with a sentence.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

_ZERO = timedelta(0)
_SECOND = timedelta(seconds=1)


def zone_of(name: str) -> ZoneInfo:
    """The time zone of that IANA name; ``ValueError`` with a sentence where there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(f'There is no time zone "{name}"; write one such as "Europe/Berlin".') from None


def pieces(zone: ZoneInfo, ordinal: int) -> Iterator[tuple[datetime, datetime, timedelta]]:
    """The UTC day in pieces of one offset: one piece, save on the days the clocks change."""
    start = datetime.fromordinal(ordinal).replace(tzinfo=UTC)
    end = start + timedelta(days=1)
    while start < end:
        offset = _offset(zone, start)
        change = _first_change(zone, start, end, offset)
        yield start, change, offset
        start = change


def _first_change(zone: ZoneInfo, start: datetime, end: datetime, offset: timedelta) -> datetime:
    """The first second in (start, end) with another offset, else ``end``. Changes are hours apart in every zone."""
    middle = start + (end - start) / 2
    if _offset(zone, middle) == offset:
        if _offset(zone, end - _SECOND) == offset:
            return end
        low, high = middle, end
    else:
        low, high = start, middle
    while high - low > _SECOND:
        middle = (low + (high - low) / 2).replace(microsecond=0)
        low, high = (middle, high) if _offset(zone, middle) == offset else (low, middle)
    return high


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    offset = at.astimezone(zone).utcoffset()
    return offset if offset is not None else _ZERO
