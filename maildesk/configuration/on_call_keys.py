"""The keys of ``[desk.on_call]`` and ``[[desk.on_call.shift]]``: who is called for urgent mail outside desk hours."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field

from maildesk.configuration.kinds import Address, LongSpan, Section
from maildesk.configuration.values import shown
from maildesk.desk.words import OnCall, Shift

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HANDOVER = re.compile(r"([A-Za-z]{3})[a-z]* +([01]?\d|2[0-3]):([0-5]\d)")


def _day(value: object) -> date:
    try:
        return value if type(value) is date else date.fromisoformat(str(value))
    except ValueError:
        raise ValueError(f'{shown(value)} is not a day; write one such as "2026-11-02"') from None


def _moment(value: object) -> datetime:
    """A TOML date-time, or a text like one; without an offset it is on the desk's clock."""
    try:
        return value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        raise ValueError(f"{shown(value)} is not a moment; write one such as 2026-12-24T18:00:00") from None


def _handover(value: object) -> str:
    found = _HANDOVER.fullmatch(str(value).strip())
    if found is None or found[1].casefold() not in _DAYS:
        raise ValueError(f'{shown(value)} is not a time of the week; write one such as "Mon 09:00"')
    return f"{found[1].title()} {int(found[2]):02}:{found[3]}"


class ShiftKeys(Section):
    """Somebody is on duty for a while, whatever the rota says."""

    from_: Annotated[datetime, BeforeValidator(_moment)] = Field(alias="from", description="on the desk's clock")
    to: Annotated[datetime, BeforeValidator(_moment)] = Field(description="its end")
    agent: Address = Field(description="who has it")


class OnCallKeys(Section):
    """Who is called for urgent mail outside desk hours."""

    agents: tuple[Address, ...] = Field(default=(), description="each has a week, in this order; empty: nobody")
    since: Annotated[date, BeforeValidator(_day)] = Field(
        default=date(2026, 1, 5), description="a day in the week of the first"
    )
    handover: Annotated[str, BeforeValidator(_handover)] = Field(
        default="Mon 09:00", description="when the next one's week begins"
    )
    next_after: LongSpan = Field(
        default=timedelta(minutes=15), description="the next one is called after this without a reply or #mine"
    )
    shift: tuple[ShiftKeys, ...] = Field(default=(), description="or [[desk.on_call.shift]] with from, to and agent")


def on_call_of(keys: OnCallKeys, time_zone: str) -> OnCall | None:
    """The rota; None where nobody is on call."""
    if not keys.agents:
        return None
    day, _, clock = keys.handover.partition(" ")
    hour, _, minute = clock.partition(":")
    return OnCall(
        agents=keys.agents,
        since=keys.since,
        handover_day=_DAYS.index(day.casefold()),
        handover_minute=int(hour) * 60 + int(minute),
        next_after=keys.next_after,
        shifts=tuple(
            Shift(in_utc(each.from_, time_zone), in_utc(each.to, time_zone), each.agent) for each in keys.shift
        ),
    )


def in_utc(moment: datetime, time_zone: str) -> datetime:
    """The moment in UTC; one without an offset is on the clock of that zone."""
    return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(time_zone))).astimezone(UTC)
