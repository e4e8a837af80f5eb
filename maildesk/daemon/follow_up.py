"""The role ``follow-up``: timers that are due, each re-checked and taken in one transaction of its own.

The timer row only says when to look. What happens is decided from the ticket as it is then, so a timer that fires late,
twice or for nothing does no harm. After downtime each ticket takes one step, the furthest that is due.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from maildesk import log
from maildesk.daemon.composing import Compose
from maildesk.daemon.watching import Watch
from maildesk.desk.actions import Decision
from maildesk.desk.follow_up import FollowUpFacts, decide_step
from maildesk.desk.words import Site, Ticket
from maildesk.errors import Trouble
from maildesk.store import timers
from maildesk.store.apply import Source, apply
from maildesk.store.database import Database
from maildesk.store.facts import follow_up_facts
from maildesk.store.writing_tickets import Conflict

BATCH = 100
IDLE = timedelta(seconds=5)
"""The longest rest: a wall clock that is set forward is noticed within it."""


class FollowUp:
    """One unit of work a step: the timers that are due."""

    name = "follow-up"

    def __init__(
        self, database: Database, site: Site, compose: Compose, ring: Callable[[str], None], watch: Watch
    ) -> None:
        self._database = database
        self._site = site
        self._compose = compose
        self._ring = ring
        self._watch = watch

    def step(self, now: datetime) -> datetime:
        """Takes the steps that are due. Returns when to come back; at once where there may be more. Raises Trouble."""
        if self._watch.look(now):
            self._ring("deliver")
        due = timers.claim_due(self._database, now, BATCH)
        for number, facts in self._read(due, now):
            self._take(number, facts)
        if due:
            self._ring("deliver")
            return now
        upcoming = timers.next_due(self._database)
        return min(upcoming, now + IDLE) if upcoming is not None else now + IDLE

    def _read(self, due: Sequence[int], now: datetime) -> list[tuple[int, FollowUpFacts]]:
        if not due:
            return []
        with self._database.read() as connection:
            return list(follow_up_facts(connection, due, self._site, now).items())

    def _take(self, number: int, facts: FollowUpFacts) -> None:
        try:
            decision = decide_step(facts)
            composed = [self._compose(mail, facts.now) for mail in decision.mails]
            with self._database.write() as connection:
                apply(connection, facts.now, decision, composed, Source())
        except Conflict:
            self._again(facts.ticket, facts.now)
        except Trouble:
            raise
        except Exception as error:  # a bug in one ticket must not stop the others: logged, tried again
            log.follow_up_failed(number, error)
        else:
            self._tell(number, decision)

    def _tell(self, number: int, decision: Decision) -> None:
        for event in decision.events:
            log.follow_up_done(number, event.what, event.reason)

    def _again(self, ticket: Ticket, now: datetime) -> None:
        """Somebody moved the ticket while its step was decided: look again at once."""
        timers.give_back(self._database, [ticket.number], now)
