"""Letters as they are filed, and the Message-IDs that point to their ticket from then on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select

from maildesk.desk.actions import Message
from maildesk.desk.words import MessageKind
from maildesk.store.tables import messages, threads

_NEW_THREAD = insert(threads)

_NEW_MESSAGE = insert(messages)


def file_messages(connection: Connection, filed: Sequence[tuple[Message, int | None]], desks: dict[int, str]) -> None:
    """Files these messages, each with the arrival that it came with. ``desks`` by ticket."""
    if filed:
        rows = [_message_row(message, desks.get(message.ticket, ""), arrival) for message, arrival in filed]
        connection.execute(_NEW_MESSAGE, rows)
        _thread(connection, [message for message, _ in filed])


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


_KNOWN_THREADS = select(threads.c.ticket, threads.c.message_id).where(
    threads.c.ticket.in_(bindparam("of", expanding=True)), threads.c.message_id.in_(bindparam("ids", expanding=True))
)


def _thread(connection: Connection, filed: Sequence[Message]) -> None:
    """Every id that filed mail has or refers to points to its ticket from now on."""
    fresh: dict[tuple[int, str], Message] = {}  # the first message counts
    for message in filed:
        own = [message.message_id] if message.message_id else []
        for each in (*own, *message.refers_to):
            fresh.setdefault((message.ticket, each), message)
    if not fresh:
        return
    asked = {"of": sorted({ticket for ticket, _ in fresh}), "ids": sorted({each for _, each in fresh})}
    for row in connection.execute(_KNOWN_THREADS, asked):
        fresh.pop((row.ticket, row.message_id), None)
    if fresh:
        connection.execute(_NEW_THREAD, [_thread_row(each, message) for (_, each), message in fresh.items()])


def _source(message: Message) -> str:
    """A note's id shows who was shown it, and lets nobody into the ticket."""
    return "noted" if message.kind is MessageKind.NOTE else "filed"


def _thread_row(message_id: str, message: Message) -> dict[str, Any]:
    own = message_id == message.message_id
    return {
        "message_id": message_id,
        "ticket": message.ticket,
        "source": _source(message) if own else "referred",
        "people": [message.from_.address, *message.to_and_cc] if own else [],
        "at": message.at,
    }
