"""Closures from a calendar file: iCalendar (RFC 5545), as every calendar program exports it with the ending .ics.

Each event closes the desk: whole days, or hours. Read are DTSTART, DTEND or DURATION, RRULE, RDATE, EXDATE, and single
repetitions that were moved or called off (RECURRENCE-ID). An event that was called off (STATUS:CANCELLED) or leaves
people free (TRANSP:TRANSPARENT) closes nothing; a tentative one does. Where a time names no zone, it is of the desk's
wall clock. To-dos, journals and alarms are passed over.

Guarantees: total; the time it takes is bounded by the size of the text. An event that cannot be understood is a
``Flaw`` with its line and a sentence with the way out, never a closure that is silently missing: the library is
lenient, so what it drops (unknown zones, events that do not end) is looked for here. Rules that repeat within a day, or
never, are refused, because each year asked for would have to be searched.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import chain
from typing import Any

from dateutil.rrule import rrulestr
from icalendar import Calendar
from icalendar.cal import Component

from maildesk.desk.service_time.calendar_lines import Block, Broken, Flaw, outline
from maildesk.desk.service_time.closures import Series

__all__ = ["Flaw", "read_calendar"]

_OLDEST = 2000  # a rule that repeats every day since 1601 would be walked from there for each year
_DAY = timedelta(days=1)
_EASIER = "make it anew in your calendar program and export the file again"


class _Unusable(ValueError):
    """This event cannot be understood; ``str()`` is a sentence with the way out. ``key`` is whose line is meant."""

    def __init__(self, key: str, sentence: str) -> None:
        super().__init__(sentence)
        self.key = key


def read_calendar(text: str) -> tuple[tuple[Series, ...], tuple[Flaw, ...]]:
    """The closures of a calendar file, and what is wrong with it. Raises nothing."""
    try:
        blocks = outline(text)
        events = _events(text, blocks)
    except Broken as broken:
        return (), (broken.flaw,)
    series: dict[str, list[Series]] = {}
    singles: list[tuple[str, datetime | date]] = []
    flaws: list[Flaw] = []
    for event, block in zip(events, blocks, strict=True):
        uid = str(event.get("UID", "")) or f"line {block.first}"
        try:
            single = _recurrence_id(event)
            if single is not None:
                singles.append((uid, single))
            if _closes(event):
                series.setdefault(uid if single is None else "", []).append(_series(event))
        except _Unusable as unusable:
            flaws.append(Flaw(block.line_of(unusable.key), f"{_title(event)} cannot be used: {unusable}"))
    for uid, single in singles:
        series[uid] = [_leaving_out(each, single) for each in series.get(uid, [])]
    return tuple(chain.from_iterable(series.values())), tuple(flaws)


def _events(text: str, blocks: list[Block]) -> list[Component]:
    try:
        calendars = Calendar.from_ical(text, multiple=True)
        events = [event for calendar in calendars for event in calendar.walk("VEVENT")]
    except Exception as error:  # a parser fed with anything: whatever it says is about the file
        raise Broken(0, f"This calendar cannot be read ({error}); export it again as iCalendar (.ics).") from None
    if len(events) != len(blocks):
        raise Broken(0, f"Of {len(blocks)} events only {len(events)} can be read; export it again as iCalendar (.ics).")
    return events


# One event


def _closes(event: Component) -> bool:
    status, transparency = (str(event.get(key, "")).upper() for key in ("STATUS", "TRANSP"))
    return status != "CANCELLED" and transparency != "TRANSPARENT"


def _title(event: Component) -> str:
    title = " ".join(str(event.get("SUMMARY", "")).split())
    return f'The event "{title if len(title) <= 40 else title[:39] + "…"}"' if title else "The event"


def _series(event: Component) -> Series:
    start, zone = _moment(event, "DTSTART")
    whole_days = not isinstance(start, datetime)
    first = _wall(start)
    days, rest = _length(event, start, zone)
    if whole_days and rest:
        raise _Unusable("DURATION", f"it begins with a whole day and lasts hours; {_EASIER}.")
    extra = [_wall(each) for each in _listed(event, "RDATE", zone)]
    rules = tuple(_rule(each, first, zone) for each in _all(event, "RRULE"))
    without = frozenset(_listed(event, "EXDATE", zone))
    if "EXRULE" in event:
        raise _Unusable("EXRULE", f"it has a rule of exceptions, which RFC 5545 took out of use; {_EASIER}.")
    return Series((first, *extra), days, rest, whole_days, zone, rules, without)


def _all(event: Component, key: str) -> list[Any]:
    found = event.get(key, [])
    return found if isinstance(found, list) else [found]


def _value(event: Component, key: str) -> Any:
    """The one value of a key, as the library gives it. Raises ``_Unusable``."""
    found = _all(event, key)
    if len(found) != 1:
        said = "says no" if not found else "has more than one"
        raise _Unusable(key, f"it {said} {key}; {_EASIER}.")
    try:
        return found[0].dt
    except (AttributeError, ValueError):
        raise _Unusable(key, f"its {key} is no date or time; {_EASIER}.") from None


def _moment(event: Component, key: str) -> tuple[date | datetime, tzinfo | None]:
    """A moment without its zone, and its zone (None: the desk's)."""
    moment = _value(event, key)
    if not isinstance(moment, date):
        raise _Unusable(key, f"its {key} is no date or time; {_EASIER}.")
    return _apart(moment, event.get(key), key)


def _apart(moment: date | datetime, found: Any, key: str) -> tuple[date | datetime, tzinfo | None]:
    if not isinstance(moment, datetime):
        return moment, None
    named = str(getattr(found, "params", {}).get("TZID", ""))
    if named and moment.tzinfo is None:
        raise _Unusable(
            key, f'there is no time zone "{named}"; name one such as Europe/Berlin, or none for the desk\'s.'
        )
    return moment.replace(tzinfo=None), moment.tzinfo


def _wall(moment: date | datetime) -> datetime:
    return moment if isinstance(moment, datetime) else datetime(moment.year, moment.month, moment.day)


def _length(event: Component, start: date | datetime, zone: tzinfo | None) -> tuple[int, timedelta]:
    """Days of the wall clock, and the rest. An end that is exact leaves all to the rest."""
    if "DURATION" in event:
        span = _value(event, "DURATION")
        if not isinstance(span, timedelta) or span <= timedelta(0):
            raise _Unusable("DURATION", f'its DURATION is not a length, such as "PT2H"; {_EASIER}.')
        return span.days, span - span.days * _DAY
    if "DTEND" not in event:
        if isinstance(start, datetime):
            raise _Unusable("DTSTART", "it has no end, so it closes nothing; give it an end, or mark it as free.")
        return 1, timedelta(0)
    end, end_zone = _moment(event, "DTEND")
    if isinstance(end, datetime) is not isinstance(start, datetime) or (zone is None) is not (end_zone is None):
        raise _Unusable("DTEND", f"its start and its end are of different kinds; {_EASIER}.")
    span = _wall(end).replace(tzinfo=end_zone) - _wall(start).replace(tzinfo=zone)
    if zone is not None and end_zone is not None:
        span = _wall(end).replace(tzinfo=end_zone).astimezone(UTC) - _wall(start).replace(tzinfo=zone).astimezone(UTC)
    if not isinstance(start, datetime):
        if span < timedelta(0):
            raise _Unusable("DTEND", "it ends before it begins; the end is the day after the last one.")
        return max(1, span.days), timedelta(0)  # programs that take the end for the last day write the start again
    if span <= timedelta(0):
        raise _Unusable("DTEND", "it ends before it lasts; put the end after the start, or mark the event as free.")
    return 0, span


# Repetitions


def _rule(found: Any, first: datetime, zone: tzinfo | None) -> Any:
    """The rule, of the wall clock. Raises ``_Unusable``."""
    try:
        parts = {name.upper(): values for name, values in found.items()}
        until = parts.pop("UNTIL", None)
        text = type(found)(parts).to_ical().decode()
        return _bounded(rrulestr(text, dtstart=first), parts, first, _until(until, zone))
    except _Unusable:
        raise
    except Exception as error:  # what the library says of a rule that is none: of many kinds
        raise _Unusable("RRULE", f"its RRULE cannot be read ({error}); {_EASIER}.") from None


def _until(until: Any, zone: tzinfo | None) -> datetime | None:
    """The last moment of a rule on the wall clock of the event; a day counts to its end."""
    last = until[0] if isinstance(until, list) else until
    if last is None:
        return None
    if not isinstance(last, datetime):
        return _wall(last) + _DAY - timedelta(seconds=1)
    if last.tzinfo is not None and zone is not None:
        last = last.astimezone(zone)
    return last.replace(tzinfo=None)


def _bounded(rule: Any, parts: dict[str, Any], first: datetime, until: datetime | None) -> Any:
    frequency = str(parts["FREQ"][0]).upper()
    if frequency not in ("YEARLY", "MONTHLY", "WEEKLY", "DAILY") or any(
        len(parts.get(each, [])) > 1 for each in ("BYHOUR", "BYMINUTE", "BYSECOND")
    ):
        raise _Unusable("RRULE", "it repeats within a day; make one event for each closure of the day.")
    if frequency != "YEARLY" and first.year < _OLDEST:
        raise _Unusable("RRULE", f"it repeats since {first.year}; let it begin in {_OLDEST} or later.")
    if next(iter(rule), None) is None:
        raise _Unusable("RRULE", "its RRULE names a day that never comes; look at its month and day.")
    return rule if until is None else rule.replace(until=until)


def _listed(event: Component, key: str, zone: tzinfo | None) -> Iterator[date | datetime]:
    """The moments of RDATE and EXDATE, on the wall clock of the event."""
    for found in _all(event, key):
        try:
            moments = [each.dt for each in found.dts]
        except (AttributeError, ValueError):
            raise _Unusable(key, f"its {key} is no list of dates; {_EASIER}.") from None
        for moment in moments:
            if isinstance(moment, tuple):
                raise _Unusable(key, "its RDATE gives periods; make one event for each of them.")
            yield _on_the_wall(moment, found, key, zone)


def _on_the_wall(moment: date | datetime, found: Any, key: str, zone: tzinfo | None) -> date | datetime:
    if isinstance(moment, datetime) and moment.tzinfo is not None and zone is not None:
        moment = moment.astimezone(zone)
    return _apart(moment, found, key)[0]


def _recurrence_id(event: Component) -> date | datetime | None:
    """Which repetition of a series this event takes the place of; aware where it names a zone."""
    if "RECURRENCE-ID" not in event:
        return None
    found = event.get("RECURRENCE-ID")
    if str(getattr(found, "params", {}).get("RANGE", "")).upper() == "THISANDFUTURE":
        raise _Unusable("RECURRENCE-ID", "it changes all repetitions from here on; end the series and begin a new one.")
    moment = _value(event, "RECURRENCE-ID")
    if not isinstance(moment, date):
        raise _Unusable("RECURRENCE-ID", f"its RECURRENCE-ID is no date or time; {_EASIER}.")
    _apart(moment, found, "RECURRENCE-ID")
    return moment


def _leaving_out(series: Series, single: date | datetime) -> Series:
    return replace(series, without=series.without | {_on_the_wall(single, None, "RECURRENCE-ID", series.zone)})
