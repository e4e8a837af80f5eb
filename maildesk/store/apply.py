"""The only writer of a decision: all that an arrival, a due timer or an outcome means, in the caller's transaction.

Guarantees: tickets and people are written only if the version that was read still holds (else ``Conflict``, and nothing
of the transaction may be committed); writing a decision twice has one effect, because ``seen.key``, ``deliveries.key``
and the versions are unique. Nothing leaves the machine here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from maildesk.desk.actions import (
    AgentChange,
    Decision,
    DeliveryReport,
    Drop,
    Mail,
    Message,
    Outgoing,
    PersonChange,
    Release,
)
from maildesk.desk.mails import with_id
from maildesk.desk.words import Arrival, Audience, Fate, Promise, PromiseState, Ticket, Timer
from maildesk.mail.letter import Letter
from maildesk.store.arrivals import finish
from maildesk.store.compression import pack
from maildesk.store.facts import identity_key
from maildesk.store.tables import (
    DELIVERY_UNSENT,
    agent_states,
    arrivals,
    deliveries,
    events,
    messages,
    participants,
    people,
    promises,
    seen,
    threads,
    tickets,
    timers,
)
from maildesk.store.ticket_rows import COLUMNS, promise_row, ticket_row


class Conflict(Exception):
    """Somebody else moved the ticket or the person between reading and writing: read and decide again."""


@dataclass(frozen=True, slots=True)
class Composed:
    """A mail of a decision with its frozen bytes, one ``Outgoing`` for each recipient; none where it was ``refused``."""

    mail: Mail
    outgoing: tuple[Outgoing, ...]
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """What a decision came from: an arrival with its letter, or nothing (timers, outcomes, operators)."""

    arrival: Arrival | None = None
    letter: Letter | None = None


_NEW_TICKET = insert(tickets)
_TICKET = update(tickets).where(tickets.c.number == bindparam("key"), tickets.c.version == bindparam("was")).values(
    {name: bindparam(f"new_{name}") for name in COLUMNS if name != "number"}
)  # fmt: skip
_NEW_MESSAGE = insert(messages)
_NEW_THREAD = insert(threads)
_NEW_EVENT = insert(events)
_NEW_DELIVERY = insert(deliveries)
_NEW_PROMISE = insert(promises)
_PROMISE = update(promises).where(promises.c.ticket == bindparam("of"), promises.c.number == bindparam("key")).values(
    state=bindparam("new_state"), reason=bindparam("new_reason"), ended_at=bindparam("new_ended_at")
)  # fmt: skip
_NEW_TIMER = insert(timers)
_TIMER = update(timers).where(timers.c.ticket == bindparam("of")).values(
    due_at=bindparam("new_due"), step=bindparam("new_step"), next_attempt_at=bindparam("new_due"), attempts=0, claimed_by=None
)  # fmt: skip
_NO_TIMER = delete(timers).where(timers.c.ticket == bindparam("of"))
_NEW_PARTICIPANT = insert(participants)
_PARTICIPANTS = select(participants.c.address).where(participants.c.ticket == bindparam("of"))
_NO_PARTICIPANT = delete(participants).where(
    participants.c.ticket == bindparam("of"), participants.c.address == bindparam("gone")
)
_SEEN = select(seen.c.arrival).where(seen.c.key == bindparam("key"))
_NEW_SEEN = insert(seen)
_KNOWN_KEYS = select(deliveries.c.key).where(deliveries.c.key.in_(bindparam("keys", expanding=True)))
_CONFIRM = update(arrivals).where(arrivals.c.id == bindparam("key"), arrivals.c.fate == Fate.CONFIRMING.value).values(
    state="waiting", override="confirmed", next_attempt_at=bindparam("now"), attempts=0, claimed_by=None
)  # fmt: skip


def apply(
    connection: Connection, now: datetime, decision: Decision, composed: Sequence[Composed], source: Source
) -> None:
    """Writes a decision. Raises Conflict; the caller rolls back and decides again."""
    _apply_identity(connection, source, decision)
    desks = {ticket.number: ticket.desk for ticket in decision.tickets}
    sent_ids = _sent_ids(composed)
    for ticket in decision.tickets:
        _write_ticket(connection, _with_sent(ticket, sent_ids))
    for drop in decision.drops:
        _drop(connection, now, drop)
    for release in decision.releases:
        _release(connection, now, release)
    for change in decision.promises:
        _write_promise(connection, now, change.ticket, change.promise)
    for ticket in decision.tickets:
        _write_timer(connection, ticket)
    _file(connection, decision.messages, desks, source)
    _queue(connection, now, composed)
    _record(connection, now, decision, desks, source)
    for report in decision.reports:
        _report(connection, now, report)
    for person in decision.people:
        _write_person(connection, person)
    for agent in decision.agents:
        _write_agent(connection, agent)
    if decision.confirms:
        connection.execute(_CONFIRM, [{"key": each, "now": now} for each in decision.confirms])


def _apply_identity(connection: Connection, source: Source, decision: Decision) -> None:
    """Ends the arrival, and remembers what makes it the mail it is."""
    arrival, letter = source.arrival, source.letter
    if arrival is None or letter is None:
        return
    if decision.fate not in (Fate.DUPLICATE, Fate.CONFIRMING):
        key = identity_key(letter)
        first = connection.execute(_SEEN, {"key": key}).scalar()
        if first is None:
            connection.execute(_NEW_SEEN, {"key": key, "arrival": arrival.id})
        elif first != arrival.id:
            raise Conflict(f"arrival {first} is the same mail")
    ticket = next((each.ticket for each in decision.messages), None)
    finish(connection, arrival.id, decision.fate, decision.reason, message_id=letter.message_id, ticket=ticket)


def _sent_ids(composed: Sequence[Composed]) -> dict[int, str]:
    """The Message-IDs of what goes to customers: they join the thread. Agents' copies do not."""
    return {
        each.mail.ticket: each.outgoing[0].message_id
        for each in composed
        if each.mail.ticket is not None and each.mail.audience is Audience.CUSTOMER and each.outgoing
    }


def _with_sent(ticket: Ticket, sent_ids: dict[int, str]) -> Ticket:
    return with_id(ticket, sent_ids.get(ticket.number))


def _write_ticket(connection: Connection, ticket: Ticket) -> None:
    row = ticket_row(ticket)
    if ticket.version == 0:
        connection.execute(_NEW_TICKET, row)
    else:
        values = {f"new_{name}": value for name, value in row.items() if name != "number"}
        changed = connection.execute(_TICKET, {**values, "key": ticket.number, "was": ticket.version}).rowcount
        if changed != 1:
            raise Conflict(f"#{ticket.number} has moved on")
    if ticket.participants or ticket.version:
        _write_participants(connection, ticket)


def _write_participants(connection: Connection, ticket: Ticket) -> None:
    known = set(connection.execute(_PARTICIPANTS, {"of": ticket.number}).scalars()) if ticket.version else set()
    fresh = [each for each in ticket.participants if each.address not in known]
    gone = known - {each.address for each in ticket.participants}
    if fresh:
        connection.execute(
            _NEW_PARTICIPANT,
            [
                {
                    "ticket": ticket.number,
                    "address": each.address,
                    "name": each.name,
                    "since": each.since,
                    "brought_by": each.brought_by,
                }
                for each in fresh
            ],
        )
    for address in gone:
        connection.execute(_NO_PARTICIPANT, {"of": ticket.number, "gone": address})


def _write_promise(connection: Connection, now: datetime, ticket: int, promise: Promise) -> None:
    ended = None if promise.state in (PromiseState.UNTOLD, PromiseState.TOLD, PromiseState.UNTELLABLE) else now
    values = {
        "of": ticket,
        "key": promise.number,
        "new_state": str(promise.state),
        "new_reason": promise.reason,
        "new_ended_at": ended,
    }
    if connection.execute(_PROMISE, values).rowcount == 0:
        connection.execute(_NEW_PROMISE, promise_row(ticket, promise))


def _write_timer(connection: Connection, ticket: Ticket) -> None:
    timer = ticket.timer
    if timer is None:
        connection.execute(_NO_TIMER, {"of": ticket.number})
    elif ticket.version == 0 or not _move_timer(connection, ticket.number, timer):
        row = {
            "ticket": ticket.number,
            "due_at": timer.due_at,
            "step": str(timer.step),
            "next_attempt_at": timer.due_at,
        }
        connection.execute(_NEW_TIMER, row)


def _move_timer(connection: Connection, ticket: int, timer: Timer) -> bool:
    return (
        connection.execute(_TIMER, {"of": ticket, "new_due": timer.due_at, "new_step": str(timer.step)}).rowcount == 1
    )


def _file(connection: Connection, filed: Sequence[Message], desks: dict[int, str], source: Source) -> None:
    for message in filed:
        arrival = source.arrival.id if source.arrival else None
        connection.execute(_NEW_MESSAGE, _message_row(message, desks.get(message.ticket, ""), arrival))
        _thread(connection, message)


def _message_row(message: Message, desk: str, arrival: int | None) -> dict[str, Any]:
    return {
        "desk": desk,
        "ticket": message.ticket,
        "arrival": arrival,
        "kind": str(message.kind),
        "from_name": message.from_.name,
        "from_address": message.from_.address,
        "trust": str(message.trust),
        "message_id": message.message_id,
        "at": message.at,
        "subject": message.subject,
        "text": _storable(message.text),
        "new_text": _storable(message.new_text),
        "reason": message.reason,
    }


def _storable(text: str) -> str:
    """PostgreSQL takes no NUL; the raw mail keeps it."""
    return text.replace("\0", "")


_KNOWN_THREADS = select(threads.c.message_id).where(
    threads.c.ticket == bindparam("of"), threads.c.message_id.in_(bindparam("ids", expanding=True))
)


def _thread(connection: Connection, message: Message) -> None:
    """Every id that filed mail has or refers to points to its ticket from now on."""
    ids = [message.message_id] if message.message_id else []
    ids += [each for each in message.refers_to if each != message.message_id]
    if not ids:
        return
    known = set(connection.execute(_KNOWN_THREADS, {"of": message.ticket, "ids": ids}).scalars())
    rows = [
        {
            "message_id": each,
            "ticket": message.ticket,
            "source": "filed" if each == message.message_id else "referred",
            "people": [message.from_.address, *message.to_and_cc] if each == message.message_id else [],
            "at": message.at,
        }
        for each in dict.fromkeys(ids)
        if each not in known
    ]
    if rows:
        connection.execute(_NEW_THREAD, rows)


def _queue(connection: Connection, now: datetime, composed: Sequence[Composed]) -> None:
    """Queues what was not queued before: a key says what a mail is for, and is used once."""
    rows = [_delivery_row(now, each.mail, one) for each in composed for one in each.outgoing]
    if not rows:
        return
    known = set(connection.execute(_KNOWN_KEYS, {"keys": [row["key"] for row in rows]}).scalars())
    fresh = [row for row in rows if row["key"] not in known]
    if fresh:
        connection.execute(_NEW_DELIVERY, fresh)
        _thread_sent(connection, now, fresh)


def _delivery_row(now: datetime, mail: Mail, one: Outgoing) -> dict[str, Any]:
    send_at = mail.send_at or now
    return {
        "key": f"{mail.key}:{one.recipient}",
        "desk": mail.desk,
        "ticket": mail.ticket,
        "template": mail.template,
        "audience": str(mail.audience),
        "automatic": mail.automatic,
        "recipient": one.recipient,
        "recipient_domain": one.recipient.rpartition("@")[2],
        "recipient_trust": str(mail.recipient_trust),
        "envelope_from": one.envelope_from,
        "message_id": one.message_id,
        "raw": pack(one.raw),
        "state": "held" if mail.held else "waiting",
        "reason": mail.held,
        "created_at": now,
        "send_at": send_at,
        "states_until": mail.states_until,
        "tells_promise": mail.tells_promise,
        "keeps_promise": mail.keeps_promise,
        "next_attempt_at": send_at,
    }


def _thread_sent(connection: Connection, now: datetime, rows: Sequence[dict[str, Any]]) -> None:
    """Our own ids are evidence for whoever got the mail."""
    sent: dict[tuple[int, str], list[str]] = {}
    for row in rows:
        if row["ticket"] is not None:
            sent.setdefault((row["ticket"], row["message_id"]), []).append(row["recipient"])
    values = [
        {"message_id": key[1], "ticket": key[0], "source": "sent", "people": who, "at": now}
        for key, who in sent.items()
    ]
    if values:
        connection.execute(_NEW_THREAD, values)


def _record(connection: Connection, now: datetime, decision: Decision, desks: dict[int, str], source: Source) -> None:
    arrival = source.arrival.id if source.arrival else None
    rows = [
        {
            "desk": desks.get(each.ticket, ""),
            "ticket": each.ticket,
            "arrival": arrival,
            "at": now,
            "what": each.what,
            "reason": each.reason,
            "by": each.by,
        }
        for each in decision.events
    ]
    if rows:
        connection.execute(_NEW_EVENT, rows)


def _drop(connection: Connection, now: datetime, drop: Drop) -> None:
    """Unsent mail that has become untrue. What is being handed over at this moment goes, and is recorded as sent."""
    where = [deliveries.c.ticket == drop.ticket, DELIVERY_UNSENT]
    if drop.templates:
        where.append(deliveries.c.template.in_(sorted(drop.templates)))
    if drop.audience is not None:
        where.append(deliveries.c.audience == str(drop.audience))
    if drop.automatic_only:
        where.append(deliveries.c.automatic)
    if drop.deliveries:
        where.append(deliveries.c.id.in_(drop.deliveries))
    connection.execute(update(deliveries).where(*where).values(state="dropped", reason=drop.reason, ended_at=now))


def _release(connection: Connection, now: datetime, release: Release) -> None:
    where = [
        deliveries.c.ticket == release.ticket,
        deliveries.c.state == "held",
        deliveries.c.id.in_(release.deliveries),
    ]
    connection.execute(
        update(deliveries).where(*where).values(state="waiting", reason=release.reason, next_attempt_at=now)
    )


def _report(connection: Connection, now: datetime, report: DeliveryReport) -> None:
    """A bounce ends a delivery that the relay had taken; a delay or a receipt only says so."""
    text = f"{report.outcome}: {report.status} {report.diagnostic}".strip()
    values: dict[str, Any] = {"relay_response": text}
    if report.outcome == "failed":
        values |= {"state": "failed", "reason": text, "ended_at": now}
    connection.execute(update(deliveries).where(deliveries.c.id == report.delivery).values(**values))


_NEW_PERSON = insert(people)
_TOUCH = update(people).where(people.c.desk == bindparam("at_desk"), people.c.address == bindparam("who"))


def _write_person(connection: Connection, change: PersonChange) -> None:
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


def _write_agent(connection: Connection, change: AgentChange) -> None:
    values: dict[str, Any] = {}
    if change.away_until is not None:
        values["away_until"] = change.away_until
    if change.wrote_at is not None:
        values["wrote_at"] = change.wrote_at
    if change.revoke_token_issue is not None:
        values["token_issue"] = change.revoke_token_issue + 1
    where = agent_states.c.address == change.address
    if connection.execute(update(agent_states).where(where).values(**values)).rowcount == 0:
        connection.execute(insert(agent_states), {"address": change.address, "token_issue": 0, **values})
