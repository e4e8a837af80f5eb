"""Letters as they are filed, and the Message-IDs that point to their ticket from then on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select

from maildesk.desk.actions import Message
from maildesk.store.tables import messages, threads

_NEW_THREAD = insert(threads)

_NEW_MESSAGE = insert(messages)


def file_message(connection: Connection, filed: Sequence[Message], desks: dict[int, str], arrival: int | None) -> None:
    for message in filed:
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
