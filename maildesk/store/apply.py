"""The only writer of a decision: all that an arrival, a due timer or an outcome means, in the caller's transaction.

Decisions that share a transaction are written together, each kind of row at once: a database is asked as often for
forty mails as for one, and asking takes longer than writing does.

Guarantees: tickets and people are written only if the version that was read still holds (else ``Conflict``, and nothing
of the transaction may be committed); writing a decision twice has one effect, because ``seen.key``, ``deliveries.key``
and the versions are unique. Nothing leaves the machine here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from itertools import chain
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from maildesk.desk.actions import (
    Decision,
)
from maildesk.desk.mailing.mails import with_id
from maildesk.desk.words import Arrival, Audience, Fate, Ticket
from maildesk.mail.letter import Letter
from maildesk.store.arrivals import Ended, finish_all
from maildesk.store.heard import identity_key
from maildesk.store.pairs import write_pair
from maildesk.store.persons import write_joining
from maildesk.store.praising import write_praise
from maildesk.store.tables import (
    arrivals,
    events,
    seen,
)
from maildesk.store.writing_articles import write_solved, write_use
from maildesk.store.writing_deliveries import Composed, drop_unsent, queue, release_held, report_on
from maildesk.store.writing_forwards import unpack
from maildesk.store.writing_merges import write_merging
from maildesk.store.writing_messages import file_messages
from maildesk.store.writing_people import end_reminder, write_agent, write_people, write_reminder, write_wish
from maildesk.store.writing_ratings import write_rating
from maildesk.store.writing_splits import write_splitting
from maildesk.store.writing_tickets import Conflict, cannot_tell, write_promises, write_tickets, write_timers


@dataclass(frozen=True, slots=True)
class Source:
    """What a decision came from: an arrival with its letter, or nothing (timers, outcomes, operators)."""

    arrival: Arrival | None = None
    letter: Letter | None = None
    desk: str | None = None  # the first desk that the mail was sent to


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision with its mails, frozen, and what it came from."""

    decision: Decision
    composed: tuple[Composed, ...] = ()
    source: Source = Source()

    @property
    def arrival(self) -> int | None:
        """The id of the arrival, where it came from one."""
        return self.source.arrival.id if self.source.arrival else None


_NEW_EVENT = insert(events)
_SEEN = select(seen.c.key, seen.c.arrival).where(seen.c.key.in_(bindparam("keys", expanding=True)))
_NEW_SEEN = insert(seen)
_CONFIRM = update(arrivals).where(arrivals.c.id == bindparam("key"), arrivals.c.fate == Fate.CONFIRMING.value).values(
    state="waiting", override="confirmed", next_attempt_at=bindparam("now"), attempts=0, claimed_by=None
)  # fmt: skip


def apply(
    connection: Connection, now: datetime, decision: Decision, composed: Sequence[Composed], source: Source
) -> None:
    """Writes a decision. Raises Conflict; the caller rolls back and decides again."""
    apply_all(connection, now, [Decided(decision, tuple(composed), source)])


def apply_all(connection: Connection, now: datetime, decided: Sequence[Decided]) -> None:
    """Writes decisions that were taken side by side, as if one after the other. Raises Conflict, also between them."""
    _end_arrivals(connection, decided)
    decision = _as_one([each.decision for each in decided])
    composed = [one for each in decided for one in each.composed]
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
    write_promises(connection, now, decision.promises)
    write_timers(connection, decision.tickets)
    file_messages(connection, [(one, each.arrival) for each in decided for one in each.decision.messages], desks)
    queue(connection, now, composed)
    _note_refused(connection, now, composed)
    _record(connection, now, decided, desks)
    for report in decision.reports:
        report_on(connection, now, report)
    write_people(connection, decision.people)
    for agent in decision.agents:
        write_agent(connection, agent)
    for reminder in decision.reminded:
        end_reminder(connection, reminder)
    for reminder in decision.reminders:
        write_reminder(connection, now, reminder)
    for wish in decision.wishes:
        write_wish(connection, now, wish)
    for joining in decision.joinings:
        write_joining(connection, now, joining)
    for pair in decision.pairs:
        write_pair(connection, pair)
    for praise in decision.praises:
        write_praise(connection, praise)
    for rating in decision.ratings:
        write_rating(connection, rating)
    for use in decision.articles:
        write_use(connection, use)
    for solved in decision.articles_solved:
        write_solved(connection, solved)
    for each in decided:
        if each.source.arrival is not None:
            unpack(connection, now, each.source.arrival, each.decision.unpacked)
    if decision.confirms:
        connection.execute(_CONFIRM, [{"key": each, "now": now} for each in decision.confirms])


def _as_one(decisions: Sequence[Decision]) -> Decision:
    """Decisions of different tickets as one, everything in their order."""
    if len(decisions) == 1:
        return decisions[0]
    lists = [each.name for each in fields(Decision) if each.default == ()]
    joined: dict[str, Any] = {name: tuple(chain(*(getattr(each, name) for each in decisions))) for name in lists}
    return Decision(Fate.FILED, "decided side by side", **joined)


def _end_arrivals(connection: Connection, decided: Iterable[Decided]) -> None:
    """Ends the arrivals, and remembers what makes each the mail it is."""
    keys: dict[str, int] = {}
    again: set[int] = set()
    ended: list[Ended] = []
    for each in decided:
        arrival, letter, decision = each.source.arrival, each.source.letter, each.decision
        if arrival is None or letter is None:
            continue
        if decision.fate not in (Fate.DUPLICATE, Fate.CONFIRMING):
            first = keys.setdefault(identity_key(letter), arrival.id)
            if first != arrival.id:
                raise Conflict(f"arrival {first} is the same mail")
            again |= {arrival.id} if decision.again else set()
        ticket = next((one.ticket for one in decision.messages), None)
        ended.append(Ended(arrival.id, decision.fate, decision.reason, letter.message_id, ticket, each.source.desk))
    _remember(connection, keys, again)
    finish_all(connection, ended)


def _remember(connection: Connection, keys: dict[str, int], again: set[int]) -> None:
    """Each mail by what makes it the mail it is; only those that come ``again`` may have come before."""
    before = {row.key: row.arrival for row in connection.execute(_SEEN, {"keys": list(keys)})} if keys else {}
    for key, arrival in before.items():
        if keys[key] != arrival and keys[key] not in again:
            raise Conflict(f"arrival {arrival} is the same mail")
    fresh = [{"key": key, "arrival": arrival} for key, arrival in keys.items() if key not in before]
    if fresh:
        connection.execute(_NEW_SEEN, fresh)


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


def _record(connection: Connection, now: datetime, decided: Iterable[Decided], desks: dict[int, str]) -> None:
    rows = [
        {
            "desk": desks.get(one.ticket, ""),
            "ticket": one.ticket,
            "arrival": each.arrival,
            "at": now,
            "what": one.what,
            "reason": one.reason,
            "by": one.by,
        }
        for each in decided
        for one in each.decision.events
    ]
    if rows:
        connection.execute(_NEW_EVENT, rows)
