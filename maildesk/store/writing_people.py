"""What a decision learnt of people: customers at a desk, and agents."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from maildesk.desk.actions import AgentChange, PersonChange, Reminder, Wish
from maildesk.store.columns import Moment
from maildesk.store.tables import agent_states, asked_reminders, people, reminders
from maildesk.store.writing_tickets import Conflict

_NEW_PERSON = insert(people)


_TOUCH = update(people).where(people.c.desk == bindparam("at_desk"), people.c.address == bindparam("who"))


def write_person(connection: Connection, change: PersonChange) -> None:
    """Writes what is known now. ``version`` -1 writes whatever was read."""
    given = {
        name: getattr(change, name)
        for name in ("name", "language", "unreachable", "spam", "chosen_language", "notes")
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


_AGENT_FIELDS = (
    "away_until", "wrote_at", "away_since", "away_reason", "digest_times", "daily_on", "next_mail_at", "reminded_at",
    "list_asked_at",
)  # fmt: skip


def write_agent(connection: Connection, change: AgentChange) -> None:
    """Writes what is known now. Raises Conflict where ``version`` was given and is another one meanwhile."""
    values: dict[str, Any] = {
        name: getattr(change, name) for name in _AGENT_FIELDS if getattr(change, name) is not None
    }
    if change.revoke_token_issue is not None:
        values["token_issue"] = change.revoke_token_issue + 1
    if change.told_back:
        values |= {"away_since": None, "away_reason": ""}
    if change.no_mail_due:
        values["next_mail_at"] = None
    if change.list_answered:
        values["list_asked_at"] = None
    guard = [] if change.version is None else [agent_states.c.version == change.version]
    touch = update(agent_states).where(agent_states.c.address == change.address, *guard)
    if connection.execute(touch.values(version=agent_states.c.version + 1, **values)).rowcount == 1:
        return
    if change.version:
        raise Conflict(f"{change.address} has another mail due meanwhile")
    connection.execute(insert(agent_states), {"address": change.address, "token_issue": 0, "version": 1, **values})


_OF_BOTH = (reminders.c.agent == bindparam("who"), reminders.c.ticket == bindparam("of"))
_REMINDER = update(reminders).where(*_OF_BOTH).values(
    step=bindparam("why"), at=bindparam("when"), note=bindparam("said")
)  # fmt: skip
_SOON = update(agent_states).where(agent_states.c.address == bindparam("who")).values(
    next_mail_at=bindparam("now", type_=Moment), version=agent_states.c.version + 1
)  # fmt: skip
_NO_REMINDER = delete(reminders).where(*_OF_BOTH, reminders.c.at == bindparam("when", type_=Moment))


def write_reminder(connection: Connection, now: datetime, reminder: Reminder) -> None:
    """One for each agent and ticket, the newest; and the agent's mail is looked at."""
    values = {name: getattr(reminder, name) for name in ("agent", "ticket", "step", "at", "note")}
    row: dict[str, Any] = {"who": reminder.agent, "of": reminder.ticket}
    row |= {"why": reminder.step, "when": reminder.at, "said": reminder.note}
    if connection.execute(_REMINDER, row).rowcount == 0:
        connection.execute(insert(reminders), values)
    _look_soon(connection, now, reminder.agent)


def _look_soon(connection: Connection, now: datetime, agent: str) -> None:
    """What bears on this agent's own mail is another: the follow-up role finds the right moment."""
    if connection.execute(_SOON, {"who": agent, "now": now}).rowcount == 0:
        fresh = {"address": agent, "token_issue": 0, "version": 1, "next_mail_at": now}
        connection.execute(insert(agent_states), fresh)


_NO_WISH = delete(asked_reminders).where(
    asked_reminders.c.agent == bindparam("who"), asked_reminders.c.ticket == bindparam("of")
)


def write_wish(connection: Connection, now: datetime, wish: Wish) -> None:
    """One for each agent and ticket, the last word; and the agent's mail is looked at."""
    connection.execute(_NO_WISH, {"who": wish.agent, "of": wish.ticket})
    if wish.at is not None:
        connection.execute(insert(asked_reminders), {"agent": wish.agent, "ticket": wish.ticket, "at": wish.at})
        _look_soon(connection, now, wish.agent)


def end_reminder(connection: Connection, reminder: Reminder) -> None:
    """It was mailed, or has become untrue; a newer one of the same ticket stays."""
    connection.execute(_NO_REMINDER, {"who": reminder.agent, "of": reminder.ticket, "when": reminder.at})
