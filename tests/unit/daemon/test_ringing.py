"""Bells of the roles: a wall clock that is set, ahead or back, neither silences them nor makes them count."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from apscheduler.job import Job  # type: ignore[import-untyped]  # it ships no types
from apscheduler.schedulers.background import BackgroundScheduler  # type: ignore[import-untyped]  # the same

from maildesk.daemon.ringing import Every

START = datetime(1970, 1, 1, tzinfo=UTC)


def job() -> Job:
    clock = BackgroundScheduler(timezone=UTC)
    clock.start(paused=True)
    made = clock.add_job(len, Every(1), args=((),), next_run_time=START)
    clock.shutdown()
    return made


def test_a_clock_that_jumps_by_decades_rings_once() -> None:
    assert len(job()._get_run_times(START + timedelta(days=20_000))) == 1


def test_after_a_clock_was_set_back_the_next_ring_is_a_second_away() -> None:
    before = START + timedelta(days=20_000)
    assert Every(1).get_next_fire_time(before, before - timedelta(hours=1)) < before
