"""Random weeks of a desk: who writes what and when, on the virtual clock, with everything that must hold checked.

Nobody here is clever: customers ask, thank, insist and fall silent, agents answer, promise, pause, close, recall and
forget, and the relay refuses an address now and then. What must hold does so whatever they do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from email.utils import format_datetime

from sqlalchemy import func, select

from maildesk.desk.words import MessageKind, Ticket
from maildesk.store.arrivals import NewArrival
from maildesk.store.tables import deliveries, events, messages, promises
from tests.worlds.checks import mail_faults
from tests.worlds.house import House
from tests.worlds.post import Out

CUSTOMERS = ("maria@customer.example", "paul@other.example", "juergen@kunde.example")
AGENTS = ("anna@example.com", "ben@example.com")
CUSTOMER_SAYS = (
    "Where is my order?", "And what does it cost?", "Thank you very much!", "STOP", "CLOSE", "STATUS",
    "Guten Tag, meine Bestellung ist leider immer noch nicht angekommen. Bitte melden Sie sich.",
)  # fmt: skip
AGENT_SAYS = (
    "It comes tomorrow.", "It comes tomorrow.\n\n#close", "#close", "#note\nWhat do you think?", "#recall",
    "#promise Fri 15:00", "We look into it.\n\n#promise Thu 11:00", "#pause until Friday because the part is on order",
    "The part is on order.\n\n#pause until Thursday because the part is on order", "#mine", "#assign Ben", "#take",
    "#cloze\nIt comes.", "#send", "#note", "#wait", "#priority urgent",
)  # fmt: skip
NUDGES = frozenset({"reminder", "closing-soon", "closed", "solved", "on-hold-news", "still-working"})


@dataclass(frozen=True, slots=True)
class Happening:
    """After ``minutes``, this person does ``what``: an index into what they may say, or -1 for a fresh question."""

    minutes: int
    who: str
    what: int
    back: int = 0  # how many mails back the one lies that they answer

    @property
    def says(self) -> str:
        return (AGENT_SAYS if self.who in AGENTS else CUSTOMER_SAYS)[self.what]


class Weeks:
    """One desk and what happens to it. ``wrong`` collects what must not be, each said once."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.wrong: dict[str, None] = {}
        self._count = 0
        self._seen = 0

    def play(self, happenings: Sequence[Happening], silence: timedelta) -> None:
        """All of it, then silence."""
        for each in happenings:
            self._wait(timedelta(minutes=each.minutes))
            self._happen(each)
        self._wait(silence)

    def _wait(self, span: timedelta) -> None:
        for _ in self.house.stage.run_until(self.house.clock.now + span):
            self._check(caused=False)

    def _happen(self, happening: Happening) -> None:
        raw = self._mail(happening)
        if raw is not None:
            now = self.house.clock.now
            recipient = raw.partition(b"\r\nTo: ")[2].partition(b"\r\n")[0].decode()
            self.house.take(NewArrival("smtp", happening.who, (recipient,), raw, now, authserv_id="mx.example.com"))
            self._check(caused=True)

    def _mail(self, happening: Happening) -> bytes | None:
        mine = [each for each in self.house.sent if each.recipient == happening.who]
        fresh = happening.what < 0
        if not mine and (happening.who in AGENTS or not fresh):
            return None
        self._count += 1
        answered = None if fresh or not mine else mine[-1 - happening.back % len(mine)].message
        domain = happening.who.partition("@")[2]
        lines = [
            f"Authentication-Results: mx.example.com; dmarc=pass header.from={domain}",
            f"From: Somebody <{happening.who}>",
            f"To: {'support@example.com' if answered is None else answered['Reply-To'].addresses[0].addr_spec}",
            f"Subject: {f'Question {self._count}' if answered is None else answered['Subject']}",
            f"Date: {format_datetime(self.house.clock.now)}",
            f"Message-ID: <in{self._count}@{domain}>",
            *([] if answered is None else [f"In-Reply-To: {answered['Message-ID']}"]),
            "Content-Type: text/plain; charset=utf-8",
            "",
            f"Question {self._count}, please." if fresh else happening.says,
        ]
        return "\n".join(lines).replace("\n", "\r\n").encode()

    def _check(self, *, caused: bool) -> None:
        for each in (*self.house.offences(), *self._standing(), *self._handled()):
            self.wrong.setdefault(each)
        for out in self.house.newly_sent():
            for each in self._leaves(out, caused):
                self.wrong.setdefault(each)

    def _standing(self) -> Iterator[str]:
        """At most one promise of a ticket stands, and none was broken."""
        standing = select(promises.c.ticket, func.count()).where(promises.c.state.in_(["untold", "told", "untellable"]))
        with self.house.database.read() as connection:
            many = connection.execute(standing.group_by(promises.c.ticket).having(func.count() > 1)).all()
            broken = connection.execute(select(promises.c.ticket).where(promises.c.state == "broken")).all()
        yield from (f"#{row.ticket} has more than one standing promise" for row in many)
        yield from (f"#{row.ticket} broke a promise" for row in broken)

    def _handled(self) -> Iterator[str]:
        """Nothing was set aside: no mail here is beyond us."""
        yield from (fate for each in self.house.arrivals()[-1:] if (fate := self.house.fate(each)).startswith("failed"))

    def _leaves(self, out: Out, caused: bool) -> Iterator[str]:
        if out.recipient in AGENTS or out.recipient in self.house.site.admins:
            return
        yield from mail_faults(out, self.house.site)
        if "[agent" in self.house.names().readable(out.raw.decode("utf-8", "replace")):
            yield f"{out.template} shows an agent's signed address"
        service = self.house.site.desks[0].service
        if out.template in NUDGES and not caused and not service.is_open(out.at) and not self._urgent(out):
            yield f"{out.template} left out of hours, at {out.at}"

    def _urgent(self, out: Out) -> bool:
        return any(
            ticket.priority == "urgent" and f"[#{ticket.number}]" in str(out.message["Subject"])
            for ticket in self.house.tickets()
        )

    def at_the_end(self) -> Iterator[str]:
        """What can be seen when all is over: who got what, in which order, and how close together."""
        tickets = {each.number: each for each in self.house.tickets()}
        with self.house.database.read() as connection:
            rows = connection.execute(
                select(deliveries)
                .where(deliveries.c.state == "sent")
                .order_by(deliveries.c.first_claimed_at, deliveries.c.id)
            ).all()
            filed = connection.execute(select(messages.c.ticket, messages.c.at, messages.c.kind)).all()
            held = set(connection.execute(select(events.c.ticket).where(events.c.what == "answer held")).scalars())
        last: dict[tuple[int | None, str, bool], tuple[object, ...]] = {}
        words = Counter((row.ticket, row.at.replace(second=0)) for row in filed if row.kind == MessageKind.COMMAND)
        automatic: Counter[tuple[int, object]] = Counter()
        for row in rows:
            thread = (row.ticket, row.recipient, row.automatic)
            place = (row.send_at, row.id)
            if place < last.get(thread, place) and row.ticket not in held:  # what was held goes when it is let go
                yield f"delivery {row.id} to {row.recipient} overtook another one of #{row.ticket}"
            last[thread] = place
            if row.audience == "customer":
                yield from _only_people(row.recipient, tickets[row.ticket])
                if row.automatic:
                    automatic[row.ticket, row.first_claimed_at.replace(second=0)] += 1
        for (number, minute), count in automatic.items():
            if count > 1 + words[number, minute]:
                yield f"#{number} got {count} automatic mails in the minute {minute}"


def _only_people(recipient: str, ticket: Ticket) -> Iterator[str]:
    if recipient not in ticket.people:
        yield f"{recipient} got a mail of #{ticket.number}, which is none of theirs"
