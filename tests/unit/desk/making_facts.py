"""Facts for decision tables: an ordinary desk, and one argument for each thing that is unusual."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from maildesk.desk.known.facts import Facts, ThreadHit, TokenFacts
from maildesk.desk.senders.trust import SenderVerdict
from maildesk.desk.service_time.hours import ServiceTime, Span
from maildesk.desk.words import (
    Agent,
    Arrival,
    Desk,
    Priority,
    Promise,
    PromiseState,
    Role,
    Site,
    Ticket,
    TicketState,
    Trust,
)
from maildesk.mail.letter import Letter, Mailbox

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)  # a Tuesday, 11:00 in Berlin
MARIA, OTTO, STRANGER = "maria@customer.example", "otto@customer.example", "eve@elsewhere.example"
ANNA, BEN = "anna@example.com", "ben@example.com"
WEEK = tuple(Span(day, 9 * 60, 17 * 60) for day in range(5))

DESK = Desk(
    name="Example Support",
    address="support@example.com",
    time_zone="Europe/Berlin",
    service=ServiceTime("Europe/Berlin", WEEK),
    targets={"normal": timedelta(hours=8), "urgent": timedelta(hours=1)},
)
SITE = Site(
    desks=(DESK,),
    agents=(
        Agent("Anna Schmidt", ANNA, desks=(DESK.address,), lead=True),
        Agent("Ben Weber", BEN, also=("ben@phone.example",), desks=(DESK.address,)),
    ),
    admins=("admin@example.com",),
)
AUTHENTICATED = SenderVerdict(Trust.AUTHENTICATED, "dmarc=pass")
UNKNOWN = SenderVerdict(Trust.STRANGER, "no verdict")


def letter(text: str = "My order has not come. Where is it?", subject: str = "My order", **changes: Any) -> Letter:
    """A plain letter of Maria's."""
    plain = Letter(
        message_id="question@customer.example",
        in_reply_to=(),
        references=(),
        date=NOW,
        date_offset_known=True,
        from_=(Mailbox("Maria Muster", MARIA),),
        reply_to=(),
        to=(Mailbox("", DESK.address),),
        cc=(),
        subject=subject,
        text_plain=text,
        html="",
        text=text,
        new_text=text,
        signature="",
        language="en",
        automatic=None,
        reason="a person wrote it",
        bounce=None,
        attachments=(),
        problems=(),
        headers=(),
    )
    return replace(plain, **changes)


def arrival(**changes: Any) -> Arrival:
    """What the letter came in."""
    plain = Arrival(
        id=7, intake="smtp", sender=MARIA, recipients=(DESK.address,), raw=b"", arrived_at=NOW, authserv_id="mx"
    )
    return replace(plain, **changes)


def promise(at: datetime = NOW + timedelta(days=1), **changes: Any) -> Promise:
    """A told promise, made an hour ago."""
    made = NOW - timedelta(hours=1)
    return replace(Promise(1, 1, at, PromiseState.TOLD, made, "the target", told_at=made), **changes)


def ticket(number: int = 1042, state: TicketState = TicketState.OPEN, **changes: Any) -> Ticket:
    """Maria's ticket, an hour old; open ones have a promise."""
    began = NOW - timedelta(hours=1)
    plain = Ticket(
        number=number,
        version=3,
        desk=DESK.address,
        state=state,
        state_since=began,
        requester=MARIA,
        requester_name="Maria Muster",
        requester_trust=Trust.AUTHENTICATED,
        language="en",
        priority=Priority.NORMAL,
        subject="My order",
        root_id="root@example.com",
        opened_at=began,
        turn=1,
        turn_began_at=began,
        last_customer_at=began,
        promise=promise() if state in (TicketState.OPEN, TicketState.PAUSED) else None,
        promises_made=1,
        acknowledged_turn=1,
        unanswered=1,
    )
    return replace(plain, **changes)


def facts(*tickets: Ticket, **changes: Any) -> Facts:
    """A mail of Maria's that nothing ties to anything."""
    known = {each.number: each for each in tickets}
    author = Mailbox("Maria Muster", MARIA)
    plain = Facts(
        NOW, SITE, arrival(), letter(), author, DESK, 2000, "new-root@example.com", AUTHENTICATED, tickets=known
    )
    return replace(plain, **changes)


def token(number: int = 1042, role: Role = Role.CUSTOMER, *, mine: bool = True, owner: str | None = None) -> TokenFacts:
    """A valid signed address on the mail."""
    return TokenFacts(number, role, mine, 0, owner)


def hit(number: int = 1042, source: str = "sent", people: tuple[str, ...] = (MARIA,)) -> ThreadHit:
    """A Message-ID in References that points to a ticket."""
    return ThreadHit("ours@example.com", number, source, frozenset(people))


def by(address: str, name: str = "", **changes: Any) -> dict[str, Any]:
    """The author, for ``facts(**by(…))``."""
    return {"author": Mailbox(name, address), **changes}
