"""The role ``follow-up``: timers that are due, a batch of them a step (``stepping``), and what admins hear unasked.

Between two batches other roles get the database, however much became due while the desk was down.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from maildesk.daemon.agent_mail import AgentMail
from maildesk.daemon.composing import Compose
from maildesk.daemon.stepping import Stepping
from maildesk.daemon.watching import Watch
from maildesk.desk.words import Site
from maildesk.store import timers
from maildesk.store.database import Database

IDLE = timedelta(seconds=5)
"""The longest rest: a wall clock that is set forward is noticed within it."""


class FollowUp:
    """One unit of work a step: a batch of the timers that are due."""

    name = "follow-up"

    def __init__(
        self,
        database: Database,
        site: Site,
        compose: Compose,
        ring: Callable[[str], None],
        watch: Watch,
        *,
        welcomes: bool = False,
    ) -> None:
        self._database = database
        self._stepping = Stepping(database, site, compose)
        self._agent_mail = AgentMail(database, site, compose, welcomes=welcomes)
        self._ring = ring
        self._watch = watch

    def step(self, now: datetime) -> datetime:
        """Takes the steps that are due. Returns when to come back; at once where there may be more. Raises Trouble."""
        if self._watch.look(now):
            self._ring("deliver")
        self._agent_mail.begin(now)
        # Agents' own mail comes after all that is due: so reminders of one moment are gathered in one mail.
        if self._stepping.batch(now) or self._agent_mail.sweep(now):
            self._ring("deliver")
            return now
        upcoming = (timers.next_due(self._database), self._agent_mail.next_due(), now + IDLE)
        return min(each for each in upcoming if each is not None)

    def watch_is_due(self, now: datetime) -> bool:
        """Whether a step would look at more than timers and agents' mail."""
        return self._watch.is_due(now)
