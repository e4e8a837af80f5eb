"""What admins and leads hear without asking: looked at by the role ``follow-up`` between its steps, once a day each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from maildesk.daemon.composing import Compose
from maildesk.desk.actions import Decision
from maildesk.desk.following.watch import BrokenTemplate, decide_broken, decide_watch
from maildesk.desk.mailing.later import decide_later
from maildesk.desk.words import Site
from maildesk.store.agent_states import known_agents
from maildesk.store.answer_times import Histories
from maildesk.store.apply import Source, apply
from maildesk.store.database import Database
from maildesk.store.watching import judged_since

A_DAY = timedelta(days=1)
MAIL_EVERY = timedelta(hours=1)
TEMPLATES_EVERY = timedelta(minutes=1)

Broken = Callable[[], Sequence[BrokenTemplate]]
"""The mistakes that stand in the templates used so far."""


class Watch:
    """Constructed once; ``look`` is called often and does something seldom. Raises Trouble."""

    def __init__(self, database: Database, site: Site, compose: Compose, broken: Broken) -> None:
        self._database = database
        self._site = site
        self._compose = compose
        self._broken = broken
        self._histories = Histories()
        self._next_mail: datetime | None = None
        self._next_templates: datetime | None = None

    def is_due(self, now: datetime) -> bool:
        """Whether ``look`` would look at anything."""
        planned = (self._next_mail, self._next_templates)
        return any(each is None or now >= each for each in planned)

    def look(self, now: datetime) -> bool:
        """Whether something was queued."""
        decisions: list[Decision] = []
        if self._next_mail is None or now >= self._next_mail:
            self._next_mail = now + MAIL_EVERY
            with self._database.read() as connection:
                decisions.append(decide_watch(self._site, judged_since(connection, now - A_DAY), now))
            decisions += self._later(now)
        if self._next_templates is None or now >= self._next_templates:
            self._next_templates = now + TEMPLATES_EVERY
            decisions.append(decide_broken(self._site, self._broken(), now))
        queued = [self._queue(decision, now) for decision in decisions]
        return any(queued)

    def _later(self, now: datetime) -> list[Decision]:
        """What the leads of each desk hear of its promises."""
        with self._database.read() as connection:
            agents = known_agents(connection)
            histories = [(desk, self._histories.of(connection, desk, now)) for desk in self._site.desks]
        return [decide_later(self._site, desk, history, agents, now) for desk, history in histories]

    def _queue(self, decision: Decision, now: datetime) -> bool:
        if not decision.mails:
            return False
        composed = [self._compose(mail, now) for mail in decision.mails]
        with self._database.write() as connection:
            apply(connection, now, decision, composed, Source())
        return True
