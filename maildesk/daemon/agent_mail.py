"""The sweep for agents' own mail, a part of the role ``follow-up``: reminders, lists, and whatever else is theirs.

Each agent whose time has come is decided anew and written in one transaction of their own. A claim moves their time on
before the work, so that a process that dies over one delays that agent by minutes and nobody else.
"""

from __future__ import annotations

from datetime import datetime

from maildesk import log
from maildesk.daemon.composing import Compose
from maildesk.desk.agents_day.agent_mail import decide_agent_mail
from maildesk.desk.words import Agent, Site
from maildesk.errors import Trouble
from maildesk.store import agent_states
from maildesk.store.agent_mail import agent_mail_facts, enrol
from maildesk.store.apply import Source, apply
from maildesk.store.database import Database
from maildesk.store.writing_tickets import Conflict

BATCH = 20
DECIDE_AGAIN = 5
"""Times in a row that an agent is decided while others change what bears on it; then the end of their claim will do."""


class AgentMail:
    """Constructed once; ``sweep`` is called by one role."""

    def __init__(self, database: Database, site: Site, compose: Compose, *, welcomes: bool = False) -> None:
        """``welcomes``: agents who are new to the database get the welcome mail."""
        self._database = database
        self._welcomes = welcomes
        self._site = site
        self._compose = compose
        self._enrolled = False

    def begin(self, now: datetime) -> None:
        """Before anything else, and once: every agent of the config is known. Raises Trouble."""
        if not self._enrolled:
            enrol(self._database, self._site.agents, now, welcome=self._welcomes)
            self._enrolled = True

    def sweep(self, now: datetime) -> int:
        """Looks at the agents who are due, a batch of them. Returns how many. Raises Trouble."""
        due = agent_states.claim_due(self._database, now, BATCH)
        for address in due:
            agent = self._site.agent(address)
            if agent is None:
                self._forget(address)
            else:
                self._look(agent, now)
        return len(due)

    def next_due(self) -> datetime | None:
        """When the next agent is due; None where none is."""
        return agent_states.next_due(self._database)

    def _forget(self, address: str) -> None:
        """They are no agent any more; should they be one again, the next start looks at them."""
        with self._database.write(durable=False) as connection:
            agent_states.never_due(connection, address)

    def _look(self, agent: Agent, now: datetime) -> None:
        for _ in range(DECIDE_AGAIN):
            try:
                self._take(agent, now)
                return
            except Conflict:
                continue
            except Trouble:
                raise
            except Exception as error:  # a bug in one agent's mail must not stop the others: logged, tried again
                log.agent_mail_failed(agent.address, error)
                return

    def _take(self, agent: Agent, now: datetime) -> None:
        with self._database.read() as connection:
            facts = agent_mail_facts(connection, agent, self._site, now)
        decision = decide_agent_mail(facts)
        composed = [self._compose(mail, now) for mail in decision.mails]
        with self._database.write() as connection:
            apply(connection, now, decision, composed, Source())
        for mail in decision.mails:
            log.agent_mail_made(agent.address, mail.template, decision.reason)
