"""The only writer of a decision: all that an arrival, a due timer or an outcome means, in the caller's transaction.

Guarantees: tickets and people are written only if the version that was read still holds (else ``Conflict``, and nothing
of the transaction may be committed); writing a decision twice has one effect, because ``seen.key``, ``deliveries.key``
and the versions are unique. Nothing leaves the machine here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select, update

from maildesk.desk.actions import (
    Decision,
)
from maildesk.desk.mails import with_id
from maildesk.desk.words import Arrival, Audience, Fate, Ticket
from maildesk.mail.letter import Letter
from maildesk.store.arrivals import finish
from maildesk.store.facts import identity_key
from maildesk.store.tables import (
    arrivals,
    events,
    seen,
)
from maildesk.store.writing_articles import write_solved, write_use
from maildesk.store.writing_deliveries import Composed, drop_unsent, queue, release_held, report_on
from maildesk.store.writing_merges import write_merging
from maildesk.store.writing_messages import file_message
from maildesk.store.writing_people import end_reminder, write_agent, write_person, write_reminder, write_wish
from maildesk.store.writing_ratings import write_rating
from maildesk.store.writing_splits import write_splitting
from maildesk.store.writing_tickets import Conflict, cannot_tell, write_promise, write_tickets, write_timers


@dataclass(frozen=True, slots=True)
class Source:
    """What a decision came from: an arrival with its letter, or nothing (timers, outcomes, operators)."""

    arrival: Arrival | None = None
    letter: Letter | None = None
    desk: str | None = None  # the first desk that the mail was sent to


_NEW_EVENT = insert(events)
_SEEN = select(seen.c.arrival).where(seen.c.key == bindparam("key"))
_NEW_SEEN = insert(seen)
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
    write_tickets(connection, [_with_sent(ticket, sent_ids) for ticket in decision.tickets])
    drop_unsent(connection, now, decision.drops)
    for release in decision.releases:
        release_held(connection, now, release)
    for merging in decision.mergings:
        write_merging(connection, merging)
    for splitting in decision.splittings:
        write_splitting(connection, now, splitting)
    for change in decision.promises:
        write_promise(connection, now, change.ticket, change.promise)
    write_timers(connection, decision.tickets)
    file_message(connection, decision.messages, desks, source.arrival.id if source.arrival else None)
    queue(connection, now, composed)
    _note_refused(connection, now, composed)
    _record(connection, now, decision, desks, source)
    for report in decision.reports:
        report_on(connection, now, report)
    for person in decision.people:
        write_person(connection, person)
    for agent in decision.agents:
        write_agent(connection, agent)
    for reminder in decision.reminded:
        end_reminder(connection, reminder)
    for reminder in decision.reminders:
        write_reminder(connection, now, reminder)
    for wish in decision.wishes:
        write_wish(connection, now, wish)
    for rating in decision.ratings:
        write_rating(connection, rating)
    for use in decision.articles:
        write_use(connection, use)
    for solved in decision.articles_solved:
        write_solved(connection, solved)
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
    finish(
        connection,
        arrival.id,
        decision.fate,
        decision.reason,
        message_id=letter.message_id,
        ticket=ticket,
        desk=source.desk,
    )


def _note_refused(connection: Connection, now: datetime, composed: Sequence[Composed]) -> None:
    """A mail that nobody can be sent: its promise cannot be told, and the history says why."""
    for each in composed:
        mail = each.mail
        if each.refused and mail.ticket is not None:
            what = f"{mail.template} not sent"
            row = {"desk": mail.desk, "ticket": mail.ticket, "at": now, "what": what, "by": "desk"}
            row["reason"] = each.refused
            connection.execute(_NEW_EVENT, row)
            if mail.tells_promise is not None:
                cannot_tell(connection, mail.ticket, mail.tells_promise, each.refused)


def _sent_ids(composed: Sequence[Composed]) -> dict[int, str]:
    """The Message-IDs of what goes to customers: they join the thread. Agents' copies do not."""
    return {
        each.mail.ticket: each.outgoing[0].message_id
        for each in composed
        if each.mail.ticket is not None and each.mail.audience is Audience.CUSTOMER and each.outgoing
    }


def _with_sent(ticket: Ticket, sent_ids: dict[int, str]) -> Ticket:
    return with_id(ticket, sent_ids.get(ticket.number))


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
