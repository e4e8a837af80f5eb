"""The schedule of attempts."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from maildesk.outbox.retry import DOWN_LONGEST, GIVE_UP_AFTER, next_attempt, next_probe

START = datetime(2026, 11, 20, 9, tzinfo=UTC)


def _moments(jitter: float) -> list[timedelta]:
    now, attempts, found = START, 1, [timedelta()]
    while (after := next_attempt(attempts, START, now, jitter)) is not None:
        assert after > now
        now, attempts = after, attempts + 1
        found.append(now - START)
    return found


def test_gaps_double_from_seven_and_a_half_minutes_to_sixteen_hours() -> None:
    gaps = [(b - a) / timedelta(minutes=1) for a, b in pairwise(_moments(0))]
    assert gaps[:9] == [7.5, 15, 30, 60, 120, 240, 480, 960, 960]


def test_the_last_attempt_is_made_when_four_days_are_over_and_then_we_give_up() -> None:
    assert _moments(0)[-1] == _moments(1)[-1] == GIVE_UP_AFTER


def test_jitter_only_lengthens_and_by_a_tenth_at_most() -> None:
    assert next_attempt(1, START, START, 1.0) == START + timedelta(minutes=8, seconds=15)


def test_a_mail_first_tried_after_its_days_gets_that_one_attempt() -> None:
    assert next_attempt(1, START, START + timedelta(days=5), 0) is None


def test_a_relay_that_is_down_is_probed_soon_and_never_rarer_than_every_two_minutes() -> None:
    gaps = [next_probe(n, START, 0) - START for n in range(1, 200)]
    assert gaps[0] == timedelta(seconds=5)
    assert gaps == sorted(gaps)
    assert max(gaps) == DOWN_LONGEST
