"""What an answer means for a delivery: its outcome, and when it is tried again. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from maildesk.desk.outcomes import Outcome, OutcomeKind
from maildesk.outbox import retry
from maildesk.outbox.answers import Answer, Verdict


@dataclass(frozen=True, slots=True)
class Attempt:
    """One delivery at the moment of an attempt. ``number`` counts this one; ``due_since``: its days began (UTC)."""

    delivery_id: int
    ticket: int | None
    number: int
    due_since: datetime


_FINAL = {
    Verdict.TAKEN: OutcomeKind.SENT,
    Verdict.REFUSED: OutcomeKind.REFUSED,
    Verdict.STALE: OutcomeKind.STALE,
}


def judge(
    attempt: Attempt,
    answer: Answer,
    now: datetime,
    jitter: float,
    *,
    give_up_after: timedelta = retry.GIVE_UP_AFTER,
    probe_at: datetime | None = None,
) -> Outcome:
    """The outcome of this attempt. ``jitter`` from 0 to 1. ``probe_at``: the relay is down, and tried again then.

    A relay that is down costs no attempt: the mail's own schedule goes on where it stood, only its days run.
    """
    ours = answer.verdict in (Verdict.POLICY, Verdict.DOWN)
    kind, again = _FINAL.get(answer.verdict), None
    if kind is None:
        again = _again(attempt, answer.verdict, now, jitter, give_up_after, probe_at)
        kind = OutcomeKind.DEFERRED if again else OutcomeKind.GIVEN_UP
    return Outcome(
        delivery_id=attempt.delivery_id,
        ticket=attempt.ticket,
        kind=kind,
        status=answer.status,
        response=answer.response,
        relay_message_id=answer.relay_message_id,
        at=now,
        next_attempt_at=again,
        ours=ours,
        counted=answer.verdict is not Verdict.DOWN,
    )


def is_over(attempt: Attempt, now: datetime, give_up_after: timedelta) -> bool:
    """Whether the days of this delivery are over: the attempt at hand is its last."""
    return now >= attempt.due_since + give_up_after


def _again(
    attempt: Attempt,
    verdict: Verdict,
    now: datetime,
    jitter: float,
    give_up_after: timedelta,
    probe_at: datetime | None,
) -> datetime | None:
    longest = retry.OURS_LONGEST_GAP if verdict is Verdict.POLICY else retry.LONGEST_GAP
    after = retry.next_attempt(
        attempt.number, attempt.due_since, now, jitter, give_up_after=give_up_after, longest=longest
    )
    return probe_at if after is not None and verdict is Verdict.DOWN and probe_at is not None else after
