"""What a decision learnt of people: customers at a desk, and agents."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from maildesk.desk.actions import AgentChange, PersonChange
from maildesk.store.tables import agent_states, people
from maildesk.store.writing_tickets import Conflict

_NEW_PERSON = insert(people)


_TOUCH = update(people).where(people.c.desk == bindparam("at_desk"), people.c.address == bindparam("who"))


def write_person(connection: Connection, change: PersonChange) -> None:
    """Writes what is known now. ``version`` -1 writes whatever was read."""
    given = {
        name: getattr(change, name)
        for name in ("name", "language", "unreachable", "spam")
        if getattr(change, name) is not None
    }
    key = {"at_desk": change.desk, "who": change.address}
    if change.version != 0:
        guard = [] if change.version < 0 else [people.c.version == change.version]
        statement = _TOUCH.where(*guard).values(version=people.c.version + 1, **given)
        if connection.execute(statement, key).rowcount == 1:
            return
        if change.version > 0:
            raise Conflict(f"{change.address} has written meanwhile")
    elif connection.execute(
        select(people.c.version).where(people.c.desk == change.desk, people.c.address == change.address)
    ).first():
        raise Conflict(f"{change.address} has written meanwhile")
    connection.execute(_NEW_PERSON, {"desk": change.desk, "address": change.address, "version": 1, **given})


_AGENT_FIELDS = ("away_until", "wrote_at", "away_since", "away_reason", "digest_times", "daily_on", "next_mail_at")


def write_agent(connection: Connection, change: AgentChange) -> None:
    values: dict[str, Any] = {
        name: getattr(change, name) for name in _AGENT_FIELDS if getattr(change, name) is not None
    }
    if change.revoke_token_issue is not None:
        values["token_issue"] = change.revoke_token_issue + 1
    if change.told_back:
        values |= {"away_since": None, "away_reason": ""}
    if change.no_mail_due:
        values["next_mail_at"] = None
    where = agent_states.c.address == change.address
    if connection.execute(update(agent_states).where(where).values(**values)).rowcount == 0:
        connection.execute(insert(agent_states), {"address": change.address, "token_issue": 0, **values})
