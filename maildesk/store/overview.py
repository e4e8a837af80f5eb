"""The tickets of an agent's desks, most urgent first, and for leads what happened: short reads of however many.

Each list is its first lines and a count. Both come from indexes; no ticket is loaded whole.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, case, func, literal_column, select

from maildesk.desk.agents_day.agent_mail_facts import AgentMailFacts, Aside, Line, Lines, Overview, Praised
from maildesk.desk.agents_day.daily_list import since
from maildesk.mail.addresses import mailboxes
from maildesk.mail.headers import decode_words, split_head, unfold
from maildesk.store.compression import is_whole, unpack
from maildesk.store.praising import praises_for
from maildesk.store.tables import PROMISE_NOT_KEPT, PROMISE_STANDS, arrivals, promises, tickets

MOST_OPEN, MOST_RESTING, MOST_ASIDE = 20, 5, 10
"""Lines that are shown of what is our move, of what waits or is on hold, and of mails without a ticket."""
MOST_HEAD, LONGEST_FIELD = 65_536, 1_000
"""Octets that are read of the header of a mail without a ticket, and of one field."""

_t, _p, _a = tickets.c, promises.c, arrivals.c
_OF_THE_DESKS = _t.desk.in_(bindparam("desks", expanding=True))
_IS_MINE = _t.assignee == bindparam("who")
_IS_NOBODYS = _t.assignee.is_(None)


def _in_state(state: str) -> ColumnElement[bool]:
    return _t.state == literal_column(f"'{state}'")


_COLUMNS = (
    _t.number, _t.desk, _t.subject, _t.requester_name, _t.requester, _t.priority, _t.turn_began_at, _t.assignee,
    _t.paused_until, _t.pause_reason, _p.at,
)  # fmt: skip
_LINES = select(*_COLUMNS).select_from(tickets).outerjoin(promises, (_p.ticket == _t.number) & PROMISE_STANDS)
_URGENT_FIRST = case((_t.priority == literal_column("'urgent'"), 0), else_=1)
_WHERE = {
    "mine": (_IS_MINE, _in_state("open")),
    "nobodys": (_IS_NOBODYS, _in_state("open"), _OF_THE_DESKS),
    "waiting": (_IS_MINE, _in_state("waiting")),
    "paused": (_IS_MINE, _in_state("paused")),
}
_FIRST = {
    "mine": (_URGENT_FIRST, _p.at, _t.number),
    "nobodys": (_URGENT_FIRST, _p.at, _t.number),
    "waiting": (_t.state_since, _t.number),
    "paused": (_t.paused_until, _t.number),
}
_SHOWN = {name: _LINES.where(*where).order_by(*_FIRST[name]).limit(bindparam("size")) for name, where in _WHERE.items()}
_COUNT = {name: select(func.count()).select_from(tickets).where(*where) for name, where in _WHERE.items()}
_PUT_ASIDE = (
    _a.fate == literal_column("'aside'"),
    _a.accepted_at > bindparam("since"),
    _a.accepted_at <= bindparam("now"),
    _a.desk.in_(bindparam("desks", expanding=True)),
)
_ASIDE = (
    select(_a.id, _a.sender, _a.raw, _a.reason, _a.accepted_at)
    .where(*_PUT_ASIDE)
    .order_by(_a.id.desc())
    .limit(MOST_ASIDE)
)
_ASIDE_COUNT = select(func.count()).select_from(arrivals).where(*_PUT_ASIDE)
_ENDED = (
    select(_p.state, func.count())
    .join(tickets, _t.number == _p.ticket)
    .where(PROMISE_NOT_KEPT, _p.ended_at > bindparam("since"), _p.told_at.is_not(None))
    .where(_OF_THE_DESKS)
    .group_by(_p.state)
)


def overview(connection: Connection, facts: AgentMailFacts) -> AgentMailFacts:
    """The facts with the lists in them."""
    desks = [desk.address for desk in facts.desks]
    values = {"who": facts.agent.address, "desks": desks}
    found = Overview(
        mine=_lines(connection, "mine", values, MOST_OPEN),
        nobodys=_lines(connection, "nobodys", values, MOST_OPEN),
        waiting=_lines(connection, "waiting", values, MOST_RESTING),
        paused=_lines(connection, "paused", values, MOST_RESTING),
    )
    rows = praises_for(connection, facts.agent.address, since(facts), facts.now)
    praised = tuple(Praised(row.ticket, row.requester_name or row.requester, row.subject) for row in rows)
    found = replace(found, praises=praised)
    if facts.agent.lead:
        found = _for_a_lead(connection, found, desks, since(facts), facts.now)
    return replace(facts, overview=found)


def _lines(connection: Connection, name: str, values: dict[str, Any], size: int) -> Lines:
    count = connection.execute(_COUNT[name], values).scalar_one()
    rows = connection.execute(_SHOWN[name], values | {"size": size}).all() if count else ()
    return Lines(tuple(_line(row) for row in rows), count)


def _line(row: Row[*tuple[Any, ...]]) -> Line:
    return Line(
        row.number, row.desk, row.subject, row.requester_name, row.requester, row.priority, row.turn_began_at, row.at,
        row.assignee or "", row.paused_until, row.pause_reason,
    )  # fmt: skip


def _for_a_lead(connection: Connection, found: Overview, desks: list[str], after: datetime, now: datetime) -> Overview:
    values = {"desks": desks, "since": after, "now": now}
    rows = connection.execute(_ASIDE, values).all()
    ended = {str(row.state): int(row[1]) for row in connection.execute(_ENDED, values)}
    return replace(
        found,
        aside=tuple(_put_aside(row) for row in rows),
        aside_count=connection.execute(_ASIDE_COUNT, values).scalar_one(),
        broken=ended.get("broken", 0),
        renewed=ended.get("replaced", 0),
    )


def _put_aside(row: Row[*tuple[Any, ...]]) -> Aside:
    """Who sent it and what it is about, from its header; its bytes may be damaged, and its words are a stranger's."""
    whole = unpack(row.raw) if is_whole(row.raw) else b""
    fields = {name.lower(): value for name, value in split_head(whole, 0, len(whole), MOST_HEAD).fields}
    sender = mailboxes(unfold(fields.get("from", b""), LONGEST_FIELD))
    named = (sender[0].name or sender[0].address) if sender else ""
    subject = decode_words(unfold(fields.get("subject", b""), LONGEST_FIELD))
    return Aside(row.id, named or row.sender or "", subject, row.reason, row.accepted_at)
