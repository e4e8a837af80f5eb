"""Making bundles for agents: a part of the role ``deliver``, in a durable transaction of its own.

Composed outside of it, like every mail; what moved meanwhile undoes it, and the claim comes back for it a minute later.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from maildesk import log
from maildesk.daemon.composing import Compose
from maildesk.desk.actions import Decision
from maildesk.desk.known.facts import AgentFacts
from maildesk.desk.mailing.bundling import bundle, fitting
from maildesk.desk.words import Fate, Site
from maildesk.errors import Trouble
from maildesk.store.agent_states import known_agents
from maildesk.store.apply import Source, apply
from maildesk.store.bundling import enclose, let_go, waiting_for
from maildesk.store.database import Database
from maildesk.store.writing_tickets import Conflict


@dataclass(frozen=True, slots=True)
class Bundler:
    """Constructed once; called by one role with an agent's address when their bundle is due."""

    database: Database
    site: Site
    compose: Compose

    def __call__(self, address: str, now: datetime) -> None:
        """Makes one bundle of what waits. Raises Trouble; a bug is logged, and it is tried again in a minute."""
        try:
            self._make(address, now)
        except Conflict:
            return
        except Trouble:
            raise
        except Exception as error:  # a bug in one bundle must not stop the outbox
            log.agent_mail_failed(address, error)

    def _make(self, address: str, now: datetime) -> None:
        with self.database.read() as connection:
            members = fitting(waiting_for(connection, address))
            known = known_agents(connection).get(address, AgentFacts())
        agent = self.site.agent(address)
        if agent is None or len(members) < 2:
            with self.database.write() as connection:
                let_go(connection, members, now)
            return
        mail = bundle(self.site, agent, known, members)
        composed = self.compose(mail, now)
        reason = f"{len(members)} mails to {address} leave together"
        with self.database.write() as connection:
            apply(connection, now, Decision(Fate.FILED, reason, mails=(mail,)), [composed], Source())
            enclose(connection, members, f"{mail.key}:{composed.outgoing[0].recipient}", now)
        log.agent_mail_made(address, mail.template, reason)
