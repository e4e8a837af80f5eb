"""The tickets that others got while an agent was away, for the mail when they are back."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection, bindparam, func, select

from maildesk.desk.agents_day.agent_mail_facts import AgentMailFacts, Line, Lines
from maildesk.store.tables import HANDED_ON, PROMISE_STANDS, events, promises, tickets

MOST_SHOWN = 20

_t = tickets.c
_SINCE = (HANDED_ON, events.c.by == bindparam("who"), events.c.at >= bindparam("since"))
_NUMBERS = select(events.c.ticket).where(*_SINCE).distinct()
_COUNT = select(func.count(events.c.ticket.distinct())).where(*_SINCE)
_SHOWN = (
    select(
        _t.number, _t.desk, _t.subject, _t.requester_name, _t.requester, _t.priority, _t.turn_began_at, _t.assignee,
        _t.state, promises.c.at,
    )
    .select_from(tickets.outerjoin(promises, (promises.c.ticket == _t.number) & PROMISE_STANDS))
    .where(_t.number.in_(_NUMBERS))
    .order_by(_t.number)
    .limit(MOST_SHOWN)
)  # fmt: skip


def with_handed_on(connection: Connection, facts: AgentMailFacts) -> AgentMailFacts:
    """The facts with what was handed on since the agent left."""
    values = {"who": facts.agent.address, "since": facts.known.away_since}
    rows = connection.execute(_SHOWN, values).all()
    shown = tuple(
        Line(
            row.number, row.desk, row.subject, row.requester_name, row.requester, row.priority, row.turn_began_at,
            row.at, row.assignee or "", state=row.state,
        )
        for row in rows
    )  # fmt: skip
    return replace(facts, handed_on=Lines(shown, connection.execute(_COUNT, values).scalar_one()))
