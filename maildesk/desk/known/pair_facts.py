"""What is known of the question whether two addresses are one person's: who was asked, when, and what became of it.

One question for each pair of addresses at a desk, ever: the row of one that came to nothing is what keeps it from being
asked again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from maildesk.desk.known.asked_facts import NOBODY, PersonFacts

ANSWERED_WITHIN = timedelta(days=14)
"""So long a yes or a no counts, from when that address was asked: long enough for a holiday, and short enough that
whoever gets a mailbox after its owner cannot answer for them."""


class Stage(StrEnum):
    """How far a question has come."""

    OTHER = "other"  # the address that is new to the ticket was asked
    CUSTOMER = "customer"  # it said yes, and the customer's address was asked
    JOINED = "joined"  # both said yes
    DENIED = "denied"  # one said no


@dataclass(frozen=True, slots=True)
class PairQuestion:
    """The question of one pair. ``number`` counts the questions of a ticket, from 1: the issue of its signed addresses.

    ``wrote_at``: when ``other`` wrote on the ticket of ``customer``, where that is why they were asked; None where an
    agent asked for it (``by``). ``asked_at``: when the last of the two was asked, UTC.
    """

    desk: str
    ticket: int
    number: int
    customer: str
    other: str
    stage: Stage
    asked_at: datetime
    wrote_at: datetime | None = None
    by: str = ""

    def is_of(self, one: str, other: str) -> bool:
        """Whether it is about these two, whichever was asked first."""
        return {self.customer, self.other} == {one, other}

    def runs(self, now: datetime) -> bool:
        """Whether an answer still counts."""
        return now - self.asked_at <= ANSWERED_WITHIN

    def was_asked(self, address: str) -> bool:
        """Whether this address itself has got the question."""
        return address == self.other or (address == self.customer and self.stage is not Stage.OTHER)


@dataclass(frozen=True, slots=True)
class PairFacts:
    """What bears on one mail. ``answers``: the question that it answers, by signed address or Message-ID.

    ``earlier``: all questions that either address had a part in. ``next_number``: of the ticket's next question.
    """

    answers: PairQuestion | None = None
    earlier: tuple[PairQuestion, ...] = ()
    customer: PersonFacts = NOBODY  # who has the ticket
    other: PersonFacts = NOBODY  # who may be the same person
    next_number: int = 1


NO_PAIR = PairFacts()
