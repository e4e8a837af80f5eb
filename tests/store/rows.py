"""Rows as ``store.apply`` would write them, for tests of what reads and claims them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, insert, select

from maildesk.store.compression import pack
from maildesk.store.database import Database
from maildesk.store.tables import deliveries, promises, tickets, timers
from tests.store.conftest import START

DESK = "support@example.com"
KIM = "kim@example.net"


def ticket(connection: Connection, number: int = 1, **changes: Any) -> int:
    """A ticket that is open, its promise told, its timer set; ``promise`` and ``timer`` may be None or changes."""
    promise: dict[str, Any] | None = changes.pop("promise", {})
    timer: dict[str, Any] | None = changes.pop("timer", {})
    row: dict[str, Any] = {
        "number": number, "version": 1, "desk": DESK, "state": "open", "state_since": START, "requester": KIM,
        "requester_trust": "authenticated", "language": "en", "priority": "normal", "root_id": f"root{number}@d",
        "opened_at": START, "turn": 1, "turn_began_at": START, "last_customer_at": START,
    }  # fmt: skip
    connection.execute(insert(tickets), row | changes)
    if promise is not None:
        told: dict[str, Any] = {"ticket": number, "number": 1, "turn": 1, "state": "told", "reason": "8h"}
        told |= {"at": START + timedelta(hours=8), "made_at": START, "told_at": START}
        connection.execute(insert(promises), told | promise)
    if timer is not None:
        due: dict[str, Any] = {"ticket": number, "due_at": START + timedelta(hours=4), "step": "remind-assignee"}
        due |= {"next_attempt_at": timer.get("due_at", due["due_at"])}
        connection.execute(insert(timers), due | timer)
    return number


def delivery(connection: Connection, key: str, **changes: Any) -> int:
    """A delivery that is due now: an automatic mail to Kim of no ticket, unless ``changes`` say otherwise."""
    recipient = changes.get("recipient", KIM)
    row: dict[str, Any] = {
        "key": key, "desk": DESK, "ticket": None, "template": "received", "audience": "customer", "automatic": True,
        "recipient": recipient, "recipient_domain": recipient.rpartition("@")[2], "recipient_trust": "authenticated",
        "envelope_from": "bounce@example.com", "message_id": f"{key}@d", "raw": pack(key.encode()),
        "created_at": START, "send_at": changes.get("next_attempt_at", START), "next_attempt_at": START,
    }  # fmt: skip
    result = connection.execute(insert(deliveries), row | changes)
    assert result.inserted_primary_key is not None
    return int(result.inserted_primary_key[0])


def delivery_row(database: Database, number: int) -> Any:
    with database.read() as connection:
        return connection.execute(select(deliveries).where(deliveries.c.id == number)).one()
