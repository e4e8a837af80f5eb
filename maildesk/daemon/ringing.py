"""The clock that rings the bells of the roles: APScheduler, with a trigger that a moved wall clock cannot harm.

APScheduler's own interval counts every tick between the last one and now, in a list: a machine that starts in 1970 and
then learns the time, or one that slept for a month, would make it count for minutes and fill the memory. And a clock
that is set back would silence it for as long. ``Every`` knows only now. How long it waits is measured by the clock that
nobody sets, so a step of the wall clock is noticed within a ring.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.background import BackgroundScheduler  # type: ignore[import-untyped]  # it ships no types
from apscheduler.triggers.base import BaseTrigger  # type: ignore[import-untyped]  # the same

from maildesk.daemon.wake import Wake


class Every(BaseTrigger):  # type: ignore[misc]  # untyped, see above
    """Again so many seconds from now, whatever the last time was."""

    def __init__(self, seconds: float) -> None:
        self._span = timedelta(seconds=seconds)

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        """For APScheduler, which asks until the answer lies ahead: once."""
        return now + self._span


@contextmanager
def ringing(wake: Wake, bells: Mapping[str, float]) -> Iterator[None]:
    """Rings the bell of each role every so many seconds while the block runs."""
    clock = BackgroundScheduler(timezone=UTC, job_defaults={"coalesce": True, "misfire_grace_time": None})
    for role, seconds in bells.items():
        clock.add_job(wake.ring, Every(seconds), args=(role,), id=role)
    clock.start()
    try:
        yield
    finally:
        clock.shutdown(wait=False)
