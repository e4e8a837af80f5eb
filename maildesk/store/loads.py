"""What bears on who gets a ticket: open tickets of each agent, the last one that each got, who knows the customer.

Asked only where a desk does not ask everyone; each question is answered from an index, in a time that grows with the
open tickets of the desk's agents and not with what is stored.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, func, literal_column, select

from maildesk.desk.known.facts import LoadFacts
from maildesk.desk.words import Desk, Site, Ticket
from maildesk.store.persons import addresses_of
from maildesk.store.tables import messages, tickets

MOST_QUESTIONS = 5
LOOK_BACK = 1_000
"""Tickets, of all desks, among which the last one of each agent is looked for; behind them the turn begins anew."""

_t = tickets.c
_OPEN = (
    select(_t.assignee, func.count())
    .where(_t.assignee.in_(bindparam("team", expanding=True)), _t.state == literal_column("'open'"))
    .group_by(_t.assignee)
)
_NEWEST = select(func.max(_t.number))
_LAST = (
    select(_t.assignee, func.max(_t.number))
    .where(_t.number > bindparam("after"), _t.desk == bindparam("at_desk"), _t.assignee.is_not(None))
    .group_by(_t.assignee)
)
_KNOWS = (
    select(_t.assignee)
    .where(_t.requester.in_(bindparam("addresses", expanding=True)), _t.desk == bindparam("at_desk"))
    .where(_t.assignee.is_not(None), _t.last_answer_at.is_not(None))
    .order_by(_t.last_customer_at.desc())
    .limit(1)
)
_QUESTIONS = (
    select(messages.c.new_text)
    .where(messages.c.ticket == bindparam("of"), messages.c.kind == literal_column("'question'"))
    .where(messages.c.at > bindparam("after"))
    .order_by(messages.c.id.desc())
    .limit(MOST_QUESTIONS)
)


class Loads:
    """Asked within one transaction; what all tickets of a desk share is read once for them."""

    def __init__(self, connection: Connection, site: Site) -> None:
        self._connection = connection
        self._site = site
        self._shared: dict[str, LoadFacts] = {}

    def of(self, desk: Desk, customer: str) -> LoadFacts:
        """The facts for one ticket of this desk; none where the desk asks everyone."""
        if desk.assign == "everyone":
            return LoadFacts()
        if desk.address not in self._shared:
            self._shared[desk.address] = self._of_the_team(desk)
        addresses = addresses_of(self._connection, desk.address, customer)
        asked = {"at_desk": desk.address, "addresses": list(addresses)}
        return replace(self._shared[desk.address], knows=self._connection.execute(_KNOWS, asked).scalar())

    def _of_the_team(self, desk: Desk) -> LoadFacts:
        counts = self._connection.execute(_OPEN, {"team": [agent.address for agent in self._site.team(desk)]})
        newest = self._connection.execute(_NEWEST).scalar() or 0
        last = self._connection.execute(_LAST, {"at_desk": desk.address, "after": newest - LOOK_BACK})
        return LoadFacts(_numbers(counts), _numbers(last))


def load_of(connection: Connection, site: Site, desk: Desk, customer: str) -> LoadFacts:
    """The facts for one ticket of this desk; none where the desk asks everyone."""
    return Loads(connection, site).of(desk, customer)


def _numbers(rows: Iterable[Any]) -> dict[str, int]:
    return {str(row[0]): int(row[1]) for row in rows}


def unanswered(connection: Connection, ticket: Ticket) -> str:
    """What the customer wrote since our last answer, the newest last; "" where none of it was kept."""
    after = ticket.last_answer_at or ticket.opened_at - timedelta(days=1)
    found = connection.execute(_QUESTIONS, {"of": ticket.number, "after": after}).scalars().all()
    return "\n\n".join(text.strip() for text in reversed(found) if text.strip())
