"""How one attempt to hand a mail to the relay ended: what ``deliver`` reports to the store and to ``delivering``.

Data only. What follows for promises and tickets is decided in ``desk.delivering``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class OutcomeKind(StrEnum):
    SENT = "sent"  # the relay took it
    REFUSED = "refused"  # for good: this recipient or this content
    GIVEN_UP = "given-up"  # put off until its days were over
    DEFERRED = "deferred"  # tried again at ``next_attempt_at``
    STALE = "stale"  # it states a moment that has passed: never handed over


@dataclass(frozen=True, slots=True)
class Outcome:
    """One delivery's outcome at moment ``at``.

    ``status`` is an enhanced status code (RFC 3463) such as "5.1.1"; where the relay gave none, one that says the same
    as its three digits ("5.0.0"). ``response`` is the relay's whole answer, or a sentence of ours where it gave none.
    ``relay_message_id`` is set where the relay's answer names a Message-ID it put in the place of ours.

    ``ours``: the relay refuses *us* (login, policy, our sender address) or cannot be reached: admins are told, and
    nobody is told that the recipient is wrong. ``counted``: False where the mail itself was not tried because the relay
    is down as a whole; the attempt that the claim counted is then given back.
    """

    delivery_id: int
    ticket: int | None
    kind: OutcomeKind
    status: str
    response: str
    relay_message_id: str | None
    at: datetime
    next_attempt_at: datetime | None = None  # of DEFERRED alone
    ours: bool = False
    counted: bool = True
