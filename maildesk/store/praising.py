"""Thanks and good ratings, for whoever earned them: written with the customer's mail, counted when somebody asks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select

from maildesk.desk.actions import Praise
from maildesk.store.tables import praises, tickets

MOST_SHOWN = 10

_p, _t = praises.c, tickets.c
_FIRST = select(_p.agent).where(_p.ticket == bindparam("of"), _p.turn == bindparam("in_turn"))
_COUNTS = select(_p.agent, func.count()).group_by(_p.agent)
_THEIRS = (
    select(_p.ticket, _p.words, _t.requester_name, _t.requester, _t.subject)
    .join(tickets, _t.number == _p.ticket)
    .where(_p.agent == bindparam("who"), _p.at > bindparam("since"), _p.at <= bindparam("until"))
    .order_by(_p.at.desc())
    .limit(MOST_SHOWN)
)


def write_praise(connection: Connection, praise: Praise) -> None:
    """One for each turn of a ticket: who thanks and then says "5" praised one answer."""
    if connection.execute(_FIRST, {"of": praise.ticket, "in_turn": praise.turn}).first() is None:
        names = ("ticket", "turn", "desk", "agent", "kind", "at", "words")
        connection.execute(insert(praises), {name: getattr(praise, name) for name in names})


def praise_counts(connection: Connection) -> dict[str, int]:
    """How often each agent (registered address) was praised so far; those who were not are missing."""
    return {str(row[0]): int(row[1]) for row in connection.execute(_COUNTS)}


def praises_for(connection: Connection, agent: str, since: datetime, until: datetime) -> Sequence[Any]:
    """The praise that this agent got in that time, the newest first, at most ``MOST_SHOWN``."""
    return connection.execute(_THEIRS, {"who": agent, "since": since, "until": until}).all()
