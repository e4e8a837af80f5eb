"""What a decision learnt of people: customers at a desk, and agents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Update, bindparam, delete, insert, select, update

from maildesk.desk.actions import AgentChange, PersonChange, Reminder, Wish
from maildesk.store.agent_states import NOT_SEEN_YET
from maildesk.store.columns import Moment
from maildesk.store.tables import agent_states, asked_reminders, people, reminders
from maildesk.store.writing_tickets import Conflict

_PERSON_FIELDS = ("name", "language", "unreachable", "spam", "chosen_language", "notes", "chosen_name", "vip")
_NEW_PERSON = insert(people)
_KNOWN_PEOPLE = select(people.c.desk, people.c.address).where(people.c.address.in_(bindparam("who", expanding=True)))


def write_people(connection: Connection, changes: Sequence[PersonChange]) -> None:
    """Writes what is known now, what is alike at once. ``version`` -1 writes whatever was read. Raises Conflict."""
    _write_new(connection, [each for each in changes if each.version == 0])
    for names, alike in _alike(each for each in changes if each.version > 0).items():
        if _touch(connection, names, alike, guarded=True) != len(alike):
            raise Conflict(f"{', '.join(each.address for each in alike)}: one has written meanwhile")
    for change in changes:
        if change.version < 0 and _touch(connection, _given(change), [change], guarded=False) == 0:
            connection.execute(_NEW_PERSON, _new_person(change))


def _write_new(connection: Connection, changes: Sequence[PersonChange]) -> None:
    """Those of whom nothing was known. Two that name one address at one desk are a conflict too."""
    if not changes:
        return
    asked = {"who": [each.address for each in changes]}
    known = {(row.desk, row.address) for row in connection.execute(_KNOWN_PEOPLE, asked)}
    for each in changes:
        if (each.desk, each.address) in known:
            raise Conflict(f"{each.address} has written meanwhile")
        known.add((each.desk, each.address))
    for alike in _alike(changes).values():
        connection.execute(_NEW_PERSON, [_new_person(each) for each in alike])


def _new_person(change: PersonChange) -> dict[str, Any]:
    given = {name: getattr(change, name) for name in _given(change)}
    return {"desk": change.desk, "address": change.address, "version": 1, **given}


def _given(change: PersonChange) -> tuple[str, ...]:
    """The fields that the change does not leave as they are."""
    return tuple(name for name in _PERSON_FIELDS if getattr(change, name) is not None)


def _alike(changes: Iterable[PersonChange]) -> dict[tuple[str, ...], list[PersonChange]]:
    """By the fields that they give: one statement writes them."""
    alike: dict[tuple[str, ...], list[PersonChange]] = {}
    for change in changes:
        alike.setdefault(_given(change), []).append(change)
    return alike


def _touch(connection: Connection, names: tuple[str, ...], changes: Sequence[PersonChange], guarded: bool) -> int:
    """Writes over what is known; how many were found."""
    rows: list[dict[str, Any]] = [
        {"at_desk": each.desk, "who": each.address}
        | ({"was": each.version} if guarded else {})
        | {f"new_{name}": getattr(each, name) for name in names}
        for each in changes
    ]
    return connection.execute(_touching(names, guarded), rows).rowcount


@cache  # making a statement takes longer than asking the database
def _touching(names: tuple[str, ...], guarded: bool) -> Update:
    where = [people.c.desk == bindparam("at_desk"), people.c.address == bindparam("who")]
    where += [people.c.version == bindparam("was")] if guarded else []
    given: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
    return update(people).where(*where).values(version=people.c.version + 1, **given)


_NEW_AGENT = insert(agent_states)
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
    if change.welcomed:
        values["welcome_asked_at"] = None
    row = {"who": change.address} | {f"new_{name}": value for name, value in values.items()}
    row |= {"was": change.version} if change.version is not None else {}
    if connection.execute(_agent(tuple(values), change.version is not None), row).rowcount == 1:
        return
    if change.version:
        raise Conflict(f"{change.address} has another mail due meanwhile")
    first = {"address": change.address, "token_issue": 0, "version": 1, "welcome_asked_at": NOT_SEEN_YET}
    connection.execute(_NEW_AGENT, {**first, **values})


@cache
def _agent(names: tuple[str, ...], guarded: bool) -> Update:
    where = [agent_states.c.address == bindparam("who")]
    where += [agent_states.c.version == bindparam("was")] if guarded else []
    given: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
    return update(agent_states).where(*where).values(version=agent_states.c.version + 1, **given)


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
        connection.execute(insert(agent_states), {**fresh, "welcome_asked_at": NOT_SEEN_YET})


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
