"""Solved tickets as what can be searched: which there are, and what their customer asked.

Bounded whatever is stored: of a desk the newest ``MOST`` solved and closed tickets among its site's newest
``LOOKED_AT``, found by the index over states, and their texts only for those that are named.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, func, select

from maildesk.store.tables import messages, tickets

MOST = 2_000
LOOKED_AT = 50_000
_t, _m = tickets.c, messages.c
_NEWEST = select(func.max(_t.number))
_DONE = (
    select(_t.number, _t.language)
    .where(_t.state.in_(["solved", "closed"]), _t.desk == bindparam("at_desk"), _t.number > bindparam("after"))
    .where(_t.last_answer_at.is_not(None))  # nobody learns from what nobody answered
    .order_by(_t.number.desc())
    .limit(MOST)
)
_FIRST = select(func.min(_m.id)).where(
    _m.ticket.in_(bindparam("numbers", expanding=True)), _m.kind == "question"
).group_by(_m.ticket)  # fmt: skip
_ASKED = (
    select(_t.number, _t.language, _t.subject, _t.state, _m.new_text)
    .join(messages, _m.ticket == _t.number)
    .where(_m.id.in_(_FIRST))
)


@dataclass(frozen=True, slots=True)
class Solved:
    """A solved ticket, and what was asked in it."""

    number: int
    language: str
    subject: str
    state: str
    text: str


def solved_numbers(connection: Connection, desk: str) -> dict[int, str]:
    """The desk's newest solved tickets that a person answered, the newest first, with their language."""
    newest = connection.execute(_NEWEST).scalar() or 0
    rows = connection.execute(_DONE, {"at_desk": desk, "after": newest - LOOKED_AT})
    return {int(row.number): str(row.language) for row in rows}


def asked_in(connection: Connection, numbers: Collection[int]) -> list[Solved]:
    """What was asked in these tickets."""
    if not numbers:
        return []
    rows = connection.execute(_ASKED, {"numbers": sorted(numbers)})
    return [Solved(row.number, row.language, row.subject, str(row.state), row.new_text) for row in rows]
