"""Due steps of many tickets: read, decided and composed together, and written in one transaction.

What happens to a ticket is decided from the ticket as it is then, so a timer that fires late, twice or for nothing does
no harm; after downtime each ticket takes one step, the furthest that is due. The soonest promises come first.

Guarantees: a ticket takes its step with all that it means, or not at all. Nothing is rendered within a write
transaction. Where the batch meets a conflict or a bug, nothing of it was written, and each ticket is taken alone, so
that none takes another with it: who was moved meanwhile is looked at again at once, a bug is logged and its ticket
comes again, alone and with growing gaps (the attempt was counted in the claim). ``Trouble`` counts nothing: what was
claimed and not done is given back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from maildesk import log
from maildesk.daemon.composing import Compose
from maildesk.desk.actions import Decision
from maildesk.desk.following.follow_up import decide_step
from maildesk.desk.judging.assigning import counted
from maildesk.desk.known.follow_up_facts import FollowUpFacts
from maildesk.desk.words import Site, Ticket
from maildesk.errors import Trouble
from maildesk.store import timers
from maildesk.store.answer_times import Histories
from maildesk.store.apply import Decided, apply_all
from maildesk.store.database import Database
from maildesk.store.following import follow_up_facts
from maildesk.store.writing_deliveries import Composed
from maildesk.store.writing_tickets import Conflict

BATCH = 100
"""Tickets in one transaction: enough to share a commit, few enough that other writers wait a tenth of a second."""


@dataclass(frozen=True, slots=True)
class Work:
    """One ticket's step, decided and composed."""

    ticket: int
    decision: Decision
    composed: tuple[Composed, ...] = ()


class Stepping:
    """Takes the steps that are due, a batch at a time."""

    def __init__(self, database: Database, site: Site, compose: Compose) -> None:
        self._database = database
        self._site = site
        self._compose = compose
        self._histories = Histories()

    def batch(self, now: datetime) -> bool:
        """Takes up to ``BATCH`` steps. Whether any was due: then there may be more. Raises Trouble."""
        due = self.claim(now)
        if not due:
            return False
        try:
            if len(due) == 1 or not self._together(due, now):
                for number in due:
                    self._alone(number, now)
        except Trouble:
            timers.give_back(self._database, due, now)
            raise
        return True

    def _together(self, due: Sequence[int], now: datetime) -> bool:
        """All in one transaction. False, and nothing written, where any of them meets a conflict or fails."""
        try:
            self._take(due, now)
        except Trouble:
            raise
        except Exception as error:  # a bug in one of them: each is taken alone, and it is found there
            log.group_split(len(due), error)
            return False
        return True

    def _alone(self, number: int, now: datetime) -> None:
        try:
            self._take([number], now)
        except Conflict:  # somebody moved the ticket while its step was decided: look again at once
            timers.give_back(self._database, [number], now)
        except Trouble:
            raise
        except Exception as error:  # a bug in one ticket must not stop the others: logged, tried again
            log.follow_up_failed(number, error)

    def _take(self, due: Sequence[int], now: datetime) -> None:
        works = self.compose(self.decide(self.read(due, now)), now)
        self.commit(works, now)
        for work in works:
            for event in work.decision.events:
                log.follow_up_done(work.ticket, event.what, event.reason)

    def claim(self, now: datetime) -> list[int]:
        """The tickets whose timers are due, the attempt counted."""
        return timers.claim_due(self._database, now, BATCH)

    def read(self, due: Sequence[int], now: datetime) -> list[FollowUpFacts]:
        """The tickets as they are, in the order of ``due``. One of a desk that is not configured is left out."""
        with self._database.read() as connection:
            found = follow_up_facts(connection, due, self._site, now).values()
            return [replace(each, history=self._histories.of(connection, each.desk, now)) for each in found]

    def decide(self, facts: Sequence[FollowUpFacts]) -> list[Work]:
        """What each ticket's step is; each knows whom the ones before it were handed on to."""
        works: list[Work] = []
        given: list[Ticket] = []
        for each in facts:
            decision = decide_step(replace(each, load=counted(each.desk, each.load, given)))
            given += [ticket for ticket in decision.tickets if ticket.assignee != each.ticket.assignee]
            works.append(Work(each.ticket.number, decision))
        return works

    def compose(self, works: Sequence[Work], now: datetime) -> list[Work]:
        """The mails of the steps, frozen."""
        return [Work(each.ticket, each.decision, self._composed(each.decision, now)) for each in works]

    def _composed(self, decision: Decision, now: datetime) -> tuple[Composed, ...]:
        return tuple(self._compose(mail, now) for mail in decision.mails)

    def commit(self, works: Sequence[Work], now: datetime) -> None:
        """Writes all of it, or nothing. Raises Conflict."""
        if works:
            with self._database.write() as connection:
                apply_all(connection, now, [Decided(work.decision, work.composed) for work in works])
