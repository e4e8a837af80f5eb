"""What lasts about agents, and whose own mail (digest, daily list, welcome back) is due.

An agent's mail is due at ``next_mail_at``. A claim moves that ten minutes on, so that a process that dies takes
nobody's mail with it; ``desk.agent_mail`` decides, and its ``AgentChange`` writes the next moment, or none.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Connection, bindparam, func, select, update

from maildesk.desk.known.facts import AgentFacts
from maildesk.store.claims import CLAIM_LASTS
from maildesk.store.database import Database
from maildesk.store.tables import agent_states

NOT_SEEN_YET = datetime(1970, 1, 1, tzinfo=UTC)
"""In ``welcome_asked_at``: a mail of the agent came before follow-up saw them in the config; ``enrol`` decides."""

_AGENTS = select(agent_states)
_DUE = (
    select(agent_states.c.address)
    .where(agent_states.c.next_mail_at <= bindparam("now"))
    .order_by(agent_states.c.next_mail_at, agent_states.c.address)
    .limit(bindparam("size"))
    .with_for_update(skip_locked=True)
)
_CLAIM = update(agent_states).where(agent_states.c.address == bindparam("key")).values(next_mail_at=bindparam("again"))
NEXT_DUE = select(func.min(agent_states.c.next_mail_at))


def known_agents(connection: Connection) -> dict[str, AgentFacts]:
    """What lasts about all agents, by registered address."""
    return {
        row.address: AgentFacts(
            away_until=row.away_until,
            token_issue=row.token_issue,
            away_since=row.away_since,
            away_reason=row.away_reason,
            wrote_at=row.wrote_at,
            digest_times=row.digest_times,
            daily_on=row.daily_on,
            next_mail_at=row.next_mail_at,
            reminded_at=row.reminded_at,
            list_asked_at=row.list_asked_at,
            welcome_asked_at=row.welcome_asked_at if row.welcome_asked_at != NOT_SEEN_YET else None,
            version=row.version,
        )
        for row in connection.execute(_AGENTS)
    }


def claim_due(database: Database, now: datetime, limit: int) -> list[str]:
    """The agents, at most ``limit``, whose own mail is due; theirs for ten minutes. Raises Trouble."""
    with database.write(durable=False) as connection:
        found = list(connection.execute(_DUE, {"now": now, "size": limit}).scalars())
        if found:
            connection.execute(_CLAIM, [{"key": each, "again": now + CLAIM_LASTS} for each in found])
    return found


def next_due(database: Database) -> datetime | None:
    """When the next agent's own mail is due; None where none is planned."""
    with database.read() as connection:
        moment: datetime | None = connection.execute(NEXT_DUE).scalar_one()
        return moment


def never_due(connection: Connection, address: str) -> None:
    """This address is no agent's any more: nothing of theirs is due."""
    connection.execute(update(agent_states).where(agent_states.c.address == address).values(next_mail_at=None))
