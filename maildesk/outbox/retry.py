"""When a mail that could not be handed over is tried again, and when that ends. Pure.

Attempts at 0, 7½ min, 15, 30, 1 h, 2 h, 4 h, 8 h, then every 16 h, up to four days after it was first due: greylisting
(5 to 15 min) is passed at the second or third, a week-end is outlasted. The last attempt is made when the days end.
"""

from __future__ import annotations

from datetime import datetime, timedelta

FIRST_GAP = timedelta(minutes=7, seconds=30)
LONGEST_GAP = timedelta(hours=16)
GIVE_UP_AFTER = timedelta(days=4)
JITTER = 0.1  # of the gap, at most: what failed together is not tried together again
OURS_LONGEST_GAP = timedelta(minutes=30)  # the relay refuses us: when an admin has mended that, mail leaves soon

DOWN_FIRST = timedelta(seconds=5)
DOWN_LONGEST = timedelta(minutes=2)


def next_attempt(
    attempts: int,
    due_since: datetime,
    now: datetime,
    jitter: float,
    *,
    give_up_after: timedelta = GIVE_UP_AFTER,
    longest: timedelta = LONGEST_GAP,
) -> datetime | None:
    """The moment of the next attempt after ``attempts`` have been made, the last one now; None: give up.

    ``due_since`` is when the mail was first due (UTC), ``jitter`` a number from 0 to 1 drawn by the caller.
    """
    end = due_since + give_up_after
    if now >= end:
        return None
    doublings = min(max(attempts, 1) - 1, 30)  # 30: far past the longest gap, far below overflow
    gap = min(FIRST_GAP * (1 << doublings), longest)
    return min(now + gap * (1 + JITTER * jitter), end)


def next_probe(failures: int, now: datetime, jitter: float) -> datetime:
    """When a relay that was down ``failures`` times in a row (from 1) is tried again."""
    gap = min(DOWN_FIRST * (1 << min(max(failures, 1) - 1, 30)), DOWN_LONGEST)
    return now + gap * (1 + JITTER * jitter)
