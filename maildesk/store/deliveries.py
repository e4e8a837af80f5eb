"""Deliveries: the outbox. Frozen mails, claimed before they are tried, and what became of them (guarantee 3).

``claim`` hands out what is due. Persons' answers go before automatic mail. Of one ticket and recipient only the oldest
that is due goes, so that mails arrive in their order; a mail under way, and for an hour one that was put off, keeps
younger ones waiting. An automatic mail never makes a person's answer wait. A mail whose stated moment has passed is
dropped, not handed out, and its consequences are settled in the same transaction. Automatic mail to customers passes
the brakes; what they hold stays, with a later attempt and the reason.

``record`` writes outcomes into the caller's transaction; what they mean for promises and tickets is not decided here.

What can go wrong: a process that dies after the relay took the mail and before ``record`` sends it again, with the same
Message-ID. Everything here raises only ``Trouble``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, bindparam, func, not_, or_, select, text, update

from maildesk.desk.outcomes import Outcome, OutcomeKind
from maildesk.desk.words import Audience, Brakes, DeliveryState, Trust
from maildesk.store import trips
from maildesk.store.bundling import Divided, divide
from maildesk.store.claims import CLAIM_LASTS, look_for_gone
from maildesk.store.columns import WAITING, Moment
from maildesk.store.compression import is_whole, unpack
from maildesk.store.counting import Counting
from maildesk.store.database import Database
from maildesk.store.tables import DELIVERY_UNSENT, DELIVERY_WAITS, deliveries
from maildesk.store.trips import Braked

ORDER_KEPT = timedelta(hours=1)
"""How long a mail that was put off keeps younger ones of its ticket and recipient waiting: order is worth an hour, not
the four days that a relay may take to refuse it."""

Consequences = Callable[[Connection, Sequence[Outcome], datetime], None]
OnTrips = Callable[[Connection, Sequence[Braked], datetime], None]


@dataclass(frozen=True, slots=True)
class ClaimedDelivery:
    """One mail to hand to the relay now. ``attempts`` counts this one; ``first_claimed_at`` is when the first began."""

    id: int
    key: str
    desk: str
    ticket: int | None
    template: str
    audience: Audience
    automatic: bool
    recipient: str
    recipient_trust: Trust
    envelope_from: str
    message_id: str
    raw: bytes = field(repr=False)
    created_at: datetime
    send_at: datetime
    states_until: datetime | None
    tells_promise: int | None
    keeps_promise: bool
    attempts: int
    first_claimed_at: datetime
    claimed_at: datetime


@dataclass(frozen=True, slots=True)
class Claimed:
    """What one claim found: mails to hand over, those a brake holds, and in ``stale`` the outcomes of those that ended
    here: out of date (STALE), or their stored bytes damaged (REFUSED)."""

    due: tuple[ClaimedDelivery, ...] = ()
    stale: tuple[Outcome, ...] = ()
    braked: tuple[Braked, ...] = ()
    bundles: tuple[str, ...] = ()  # agents whose bundle is to be made now


_d, _older = deliveries.c, deliveries.alias("older").c
_NOW = bindparam("now", type_=Moment)
_in_the_way = and_(
    _older.ticket == _d.ticket,
    _older.recipient == _d.recipient,
    _older.id < _d.id,
    _older.state == WAITING,
    or_(not_(_older.automatic), _d.automatic),
    or_(_older.next_attempt_at <= _NOW, _older.claimed_by.is_not(None), _older.first_claimed_at > bindparam("recent")),
)
_in_turn = ~select(1).where(_in_the_way).exists()
_in_flight = and_(_d.claimed_by.is_not(None), _d.next_attempt_at > _NOW)


def _due(automatic: ColumnElement[bool]) -> Select[Any]:
    return (
        select(deliveries)
        .where(DELIVERY_WAITS, automatic, _d.next_attempt_at <= _NOW, _in_turn)
        .order_by(_d.next_attempt_at, _d.id)
        .limit(bindparam("size"))
        .with_for_update(skip_locked=True, of=deliveries)
    )


_DUE_OF_PEOPLE, _DUE_AUTOMATIC = _due(not_(_d.automatic)), _due(_d.automatic.is_(True))
_STALE = select(_d.id, _d.ticket).where(
    DELIVERY_UNSENT, _d.states_until.is_not(None), _d.states_until <= _NOW, not_(_in_flight)
)
_CLAIM = update(deliveries).where(_d.id == bindparam("which")).values(
    attempts=_d.attempts + 1, next_attempt_at=bindparam("again"), claimed_by=bindparam("owner"),
    first_claimed_at=func.coalesce(_d.first_claimed_at, bindparam("now", type_=Moment)),
)  # fmt: skip
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(7220450983)")  # counts and order hold across nodes


def claim(
    database: Database,
    brakes: Brakes,
    limit: int,
    consequences: Consequences | None = None,
    on_trips: OnTrips | None = None,
    bundling: bool = False,
) -> Claimed:
    """Takes up to ``limit`` mails that are due, for ten minutes. Raises Trouble, and what the callbacks raise.

    ``consequences`` gets the outcomes of stale mails, ``on_trips`` what a brake holds for the first time; both within
    the transaction that writes it, so that neither can be forgotten. ``bundling``: the caller makes the ``bundles``.
    """
    look_for_gone(database)
    owner = database.owner
    with database.write(durable=False) as connection:
        if not database.sqlite:
            connection.execute(_ONE_AT_A_TIME)
        now = database.now()
        stale = _settled(connection, _stale(connection, now), consequences, now)
        rows, damaged = _readable(_rows_due(connection, now, limit), now)
        stale += _settled(connection, damaged, consequences, now)
        going, braked = _brake(connection, brakes, rows, now)
        news = [each for each in braked if each.first]
        if news and on_trips is not None:
            on_trips(connection, news, now)
        divided = divide(connection, brakes, going, now) if bundling else Divided(going)
        going, again = divided.going, now + CLAIM_LASTS
        if going:
            connection.execute(_CLAIM, [{"which": row.id, "again": again, "owner": owner, "now": now} for row in going])
    return Claimed(tuple(_claimed(row, now) for row in going), stale, braked, divided.bundles)


def _settled(
    connection: Connection, outcomes: list[Outcome], consequences: Consequences | None, now: datetime
) -> tuple[Outcome, ...]:
    """Writes what ends here, with what follows from it."""
    if outcomes:
        record(connection, outcomes)
        if consequences is not None:
            consequences(connection, outcomes, now)
    return tuple(outcomes)


def _stale(connection: Connection, now: datetime) -> list[Outcome]:
    return [
        Outcome(row.id, row.ticket, OutcomeKind.STALE, "4.4.7", "The moment it states has passed.", None, now)
        for row in connection.execute(_STALE, {"now": now}).all()
    ]


def _rows_due(connection: Connection, now: datetime, limit: int) -> list[Row[Any]]:
    values: dict[str, Any] = values_at(now)
    rows = list(connection.execute(_DUE_OF_PEOPLE, values | {"size": limit}))
    if len(rows) < limit:
        rows += connection.execute(_DUE_AUTOMATIC, values | {"size": limit - len(rows)})
    return rows


def _readable(rows: list[Row[Any]], now: datetime) -> tuple[list[Row[Any]], list[Outcome]]:
    """Splits off what a bad disk damaged: it must not take the rest of its batch with it, again and again."""
    readable, damaged = [], []
    for row in rows:
        if is_whole(row.raw):
            readable.append(row)
        else:
            why = "The stored mail is damaged. Check the disk of the database."
            damaged.append(Outcome(row.id, row.ticket, OutcomeKind.REFUSED, "5.3.0", why, None, now, ours=True))
    return readable, damaged


def _brake(
    connection: Connection, brakes: Brakes, rows: list[Row[Any]], now: datetime
) -> tuple[list[Row[Any]], tuple[Braked, ...]]:
    """Splits what is due into what may go and what a brake holds."""
    counting = Counting(connection, brakes, filter(_is_braked, rows), now)
    going, held = [], []
    for row in rows:
        verdict = counting.verdict(row) if _is_braked(row) else None
        if verdict is not None:
            held.append((row, verdict))
            continue
        going.append(row)
        if _is_braked(row):
            counting.passed(row)
    return going, trips.hold(connection, held, now) if held else ()


def _is_braked(row: Row[Any]) -> bool:
    fresh = row.first_claimed_at is None and not row.released
    return bool(fresh and row.automatic and row.audience == Audience.CUSTOMER)


def _claimed(row: Row[Any], now: datetime) -> ClaimedDelivery:
    return ClaimedDelivery(
        id=row.id, key=row.key, desk=row.desk, ticket=row.ticket, template=row.template,
        audience=Audience(row.audience), automatic=row.automatic, recipient=row.recipient,
        recipient_trust=Trust(row.recipient_trust), envelope_from=row.envelope_from, message_id=row.message_id,
        raw=unpack(row.raw), created_at=row.created_at, send_at=row.send_at, states_until=row.states_until,
        tells_promise=row.tells_promise, keeps_promise=row.keeps_promise, attempts=row.attempts + 1,
        first_claimed_at=row.first_claimed_at or now, claimed_at=now,
    )  # fmt: skip


_ENDED: dict[str, Any] = {"claimed_by": None, "ended_at": bindparam("at"), "relay_response": bindparam("response")}
_BY_KEY = update(deliveries).where(_d.id == bindparam("which"))
_SENT = _BY_KEY.where(_d.state != DeliveryState.SENT.value).values(
    state="sent", reason="The relay took it.", relay_message_id=bindparam("relay_id"), **_ENDED
)  # fmt: skip
_REFUSED = _BY_KEY.where(DELIVERY_UNSENT).values(state="failed", reason=bindparam("why"), **_ENDED)
_DROPPED = _BY_KEY.where(DELIVERY_UNSENT).values(state="dropped", reason=bindparam("why"), **_ENDED)
_DEFERRED = _BY_KEY.where(DELIVERY_UNSENT).values(
    reason=bindparam("why"), relay_response=bindparam("response"), next_attempt_at=bindparam("again"), claimed_by=None,
    attempts=_d.attempts - bindparam("uncounted"),
)  # fmt: skip
_WRITE = {
    OutcomeKind.SENT: _SENT,
    OutcomeKind.REFUSED: _REFUSED,
    OutcomeKind.GIVEN_UP: _REFUSED,
    OutcomeKind.STALE: _DROPPED,
    OutcomeKind.DEFERRED: _DEFERRED,
}
_WHY = {
    OutcomeKind.REFUSED: "Refused for good: ",
    OutcomeKind.GIVEN_UP: "Put off until its days were over: ",
    OutcomeKind.DEFERRED: "Put off: ",
}


def record(connection: Connection, outcomes: Iterable[Outcome]) -> None:
    """Writes what became of these deliveries, and ends their claims.

    What was sent is sent, even if it was dropped or held meanwhile; nothing else moves a delivery that has ended.
    """
    by_statement: dict[OutcomeKind, list[dict[str, Any]]] = {}
    for outcome in outcomes:
        by_statement.setdefault(outcome.kind, []).append(_values(outcome))
    for kind, values in by_statement.items():
        connection.execute(_WRITE[kind], values)


def _values(outcome: Outcome) -> dict[str, Any]:
    values: dict[str, Any] = {"which": outcome.delivery_id, "response": outcome.response}
    if outcome.kind is OutcomeKind.DEFERRED:
        values |= {"again": outcome.next_attempt_at, "uncounted": 0 if outcome.counted else 1}
    else:
        values["at"] = outcome.at
    if outcome.kind is OutcomeKind.SENT:
        return values | {"relay_id": outcome.relay_message_id}
    return values | {"why": _WHY.get(outcome.kind, "") + outcome.response}


_NEXT = tuple(
    select(_d.next_attempt_at).where(DELIVERY_WAITS, automatic, _in_turn).order_by(_d.next_attempt_at).limit(1)
    for automatic in (not_(_d.automatic), _d.automatic.is_(True))
)
_NEXT_STALE = (
    select(_d.states_until)
    .where(DELIVERY_UNSENT, _d.states_until.is_not(None), not_(_in_flight))
    .order_by(_d.states_until)
    .limit(1)
)
NEXT_DUE = (*_NEXT, _NEXT_STALE)
"""When people's, automatic and outdated mails are due, with ``values_at`` as parameters."""


def values_at(now: datetime) -> dict[str, datetime]:
    """What the statements of this module compare with."""
    return {"now": now, "recent": now - ORDER_KEPT}


def next_due(database: Database) -> datetime | None:
    """When ``claim`` will have something to do, if nothing happens before; None where nothing waits.

    Mails that wait for an older one are not counted: they come with it.
    """
    with database.read() as connection:
        values = values_at(database.now())
        moments = [connection.execute(statement, values).scalar() for statement in NEXT_DUE]
    return min((moment for moment in moments if moment is not None), default=None)
