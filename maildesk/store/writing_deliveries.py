"""The outbox as a decision wants it: what is queued, dropped, released, and what reports say of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Update, bindparam, insert, select, update

from maildesk.desk.actions import DeliveryReport, Drop, Mail, Outgoing, Release
from maildesk.desk.words import Audience
from maildesk.store.compression import pack_pair
from maildesk.store.tables import DELIVERY_UNSENT, deliveries, threads


@dataclass(frozen=True, slots=True)
class Composed:
    """A mail of a decision with its frozen bytes, one for each recipient; none where it was ``refused``."""

    mail: Mail
    outgoing: tuple[Outgoing, ...]
    refused: str = ""


_NEW_THREAD = insert(threads)


_NEW_DELIVERY = insert(deliveries)


_KNOWN_KEYS = select(deliveries.c.key).where(deliveries.c.key.in_(bindparam("keys", expanding=True)))


def queue(connection: Connection, now: datetime, composed: Sequence[Composed]) -> None:
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
        "raw": pack_pair(one.head, one.body),
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


def drop_unsent(connection: Connection, now: datetime, drops: Sequence[Drop]) -> None:
    """Unsent mail that has become untrue. What is being handed over at this moment goes, and is recorded as sent."""
    alike: dict[Drop, list[int]] = {}  # but for the ticket
    for drop in drops:
        alike.setdefault(replace(drop, ticket=0), []).append(drop.ticket)
    for drop, of in alike.items():
        values: dict[str, Any] = {"of": of, "why": drop.reason, "now": now}
        values |= {"templates": sorted(drop.templates)} if drop.templates else {}
        values |= {"ids": drop.deliveries} if drop.deliveries else {}
        statement = _dropping(bool(drop.templates), drop.audience, drop.automatic_only, bool(drop.deliveries))
        connection.execute(statement, values)


@cache  # making a statement takes longer than asking the database
def _dropping(templates: bool, audience: Audience | None, automatic_only: bool, named: bool) -> Update:
    where: list[ColumnElement[bool]] = [deliveries.c.ticket.in_(bindparam("of", expanding=True)), DELIVERY_UNSENT]
    if templates:
        where.append(deliveries.c.template.in_(bindparam("templates", expanding=True)))
    if audience is not None:
        where.append(deliveries.c.audience == str(audience))
    if automatic_only:
        where.append(deliveries.c.automatic)
    if named:
        where.append(deliveries.c.id.in_(bindparam("ids", expanding=True)))
    return update(deliveries).where(*where).values(state="dropped", reason=bindparam("why"), ended_at=bindparam("now"))


def release_held(connection: Connection, now: datetime, release: Release) -> None:
    where = [
        deliveries.c.ticket == release.ticket,
        deliveries.c.state == "held",
        deliveries.c.id.in_(release.deliveries),
    ]
    connection.execute(
        update(deliveries).where(*where).values(state="waiting", reason=release.reason, next_attempt_at=now)
    )


def report_on(connection: Connection, now: datetime, report: DeliveryReport) -> None:
    """A bounce ends a delivery that the relay had taken; a delay or a receipt only says so."""
    text = f"{report.outcome}: {report.status} {report.diagnostic}".strip()
    values: dict[str, Any] = {"relay_response": text}
    if report.outcome == "failed":
        values |= {"state": "failed", "reason": text, "ended_at": now}
    connection.execute(update(deliveries).where(deliveries.c.id == report.delivery).values(**values))
