"""Promises and what the relay took: told, kept, and what is known of a delivery that was not.

``tell`` and ``keep`` run for every mail, so they are two statements for any number of mails.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from maildesk.desk.actions import Answered
from maildesk.desk.words import Ticket
from maildesk.store.tables import deliveries, messages, promises, tickets
from maildesk.store.ticket_rows import load_tickets


@dataclass(frozen=True, slots=True)
class About:
    """A delivery, without its bytes."""

    id: int
    key: str
    desk: str
    ticket: int | None
    template: str
    audience: str
    automatic: bool
    recipient: str
    tells_promise: int | None
    keeps_promise: bool


_d = deliveries.c
_ABOUT = select(
    _d.id,
    _d.key,
    _d.desk,
    _d.ticket,
    _d.template,
    _d.audience,
    _d.automatic,
    _d.recipient,
    _d.tells_promise,
    _d.keeps_promise,
).where(_d.id.in_(bindparam("ids", expanding=True)))
_TELL = update(promises).where(
    promises.c.ticket == bindparam("of"), promises.c.number == bindparam("key"), promises.c.state == "untold"
).values(state="told", told_at=bindparam("now"))  # fmt: skip
_KEEP = update(promises).where(
    promises.c.ticket == bindparam("of"), promises.c.state.in_(["untold", "told", "untellable"])
).values(state="kept", ended_at=bindparam("now"))  # fmt: skip
_ANSWERED = tickets.c.state.not_in(["open", "paused"])
_MOVED_ON = update(tickets).where(tickets.c.number == bindparam("key"), _ANSWERED).values(
    version=tickets.c.version + 1
)  # fmt: skip
_AUTHOR = select(messages.c.from_address).where(
    messages.c.ticket == bindparam("of"), messages.c.arrival == bindparam("key")
)
_ANSWER = select(messages.c.new_text).where(
    messages.c.ticket == bindparam("of"), messages.c.arrival == bindparam("key")
)


def about(connection: Connection, ids: Sequence[int]) -> dict[int, About]:
    """What is known of these deliveries."""
    return {row.id: About(**row._mapping) for row in connection.execute(_ABOUT, {"ids": list(ids)})}


def tell(connection: Connection, sent: Sequence[About], now: datetime) -> None:
    """The promises that these mails tell are told."""
    told = [
        {"of": each.ticket, "key": each.tells_promise, "now": now} for each in sent if each.tells_promise is not None
    ]
    if told:
        connection.execute(_TELL, told)


def keep(connection: Connection, sent: Sequence[About], now: datetime) -> list[Answered]:
    """A person's answer left: the promise is kept, unless the customer wrote meanwhile and it is our move again.

    Returns the answers that people gave: those that kept a promise, and those that told another moment with it.
    """
    return [
        Answered(each.ticket, now, _author(connection, each), each.tells_promise)
        for each in sent
        if each.ticket is not None and (_keeps(connection, each, now) or _puts_off(each))
    ]


def _keeps(connection: Connection, sent: About, now: datetime) -> bool:
    if not sent.keeps_promise or not connection.execute(_MOVED_ON, {"key": sent.ticket}).rowcount:
        return False
    return connection.execute(_KEEP, {"of": sent.ticket, "now": now}).rowcount > 0


def _puts_off(sent: About) -> bool:
    """An answer with #promise or #pause: a person wrote, and says when they write again."""
    return sent.template == "reply" and sent.tells_promise is not None


def _author(connection: Connection, sent: About) -> str:
    return str(connection.execute(_AUTHOR, {"of": sent.ticket, "key": _arrival_of(sent)}).scalar() or "")


def _arrival_of(sent: About) -> int:
    """The arrival that an agent's answer came in: its delivery is called answer:<arrival>."""
    return int(sent.key.split(":")[1])


def ticket_of(connection: Connection, delivery: About) -> Ticket | None:
    """The ticket of a delivery as it is now."""
    return load_tickets(connection, [delivery.ticket]).get(delivery.ticket) if delivery.ticket is not None else None


def answer_text(connection: Connection, delivery: About) -> str:
    """The text of the agent's answer that a delivery carries; "" for any other mail."""
    if delivery.template != "reply":
        return ""
    return str(connection.execute(_ANSWER, {"of": delivery.ticket, "key": _arrival_of(delivery)}).scalar() or "")
