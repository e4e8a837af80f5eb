"""One desk of a world: the real roles on a virtual clock and a database in memory, and what they did, to be read.

``checks`` is asked after every step: guarantees 1 to 6 by ``doctor``, guarantee 4 by the ticket itself.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import select

from maildesk import app
from maildesk.config import Settings, load
from maildesk.daemon.process import Process
from maildesk.daemon.stage import Collector, Roles, Stage, VirtualClock, takes_all
from maildesk.desk.actions import Mail
from maildesk.desk.tickets.steps import is_binding
from maildesk.desk.tickets.tickets import faults
from maildesk.desk.words import Arrival, Site, Ticket
from maildesk.mail.letter import Letter
from maildesk.outbox.answers import Answer, Verdict
from maildesk.outbox.transport import Parcel
from maildesk.replies.placeholders import PLACEHOLDERS
from maildesk.replies.templates import Templates
from maildesk.store import doctor
from maildesk.store.arrivals import NewArrival
from maildesk.store.database import Database
from maildesk.store.tables import arrivals, deliveries, promises, tickets
from maildesk.store.ticket_rows import load_tickets
from maildesk.store.writing_deliveries import Composed
from tests.worlds.post import Names, Out

SECRET = "1 " + "ab" * 32 + "\n"


class House:
    """A desk, its clock and its relay."""

    def __init__(
        self,
        config: Path,
        home: Path,
        clock: VirtualClock,
        fails_on: bytes = b"",
        prefix: str = "m",
        url: str = "sqlite://",
        *,
        welcomes: bool = False,
    ) -> None:
        self.clock = clock
        self.unworded: set[str] = set()
        self.database = Database(url, clock)
        self.relay = Collector(clock)
        self._home, self._fails_on, self._welcomes = home, fails_on, welcomes
        count = itertools.count(1)
        self._new_id = lambda: f"{prefix}{next(count):04d}"
        self._begin(config)
        self.zone = ZoneInfo(self.site.desks[0].time_zone)
        self._looked_at = 0
        self.sent: list[Out] = []

    def _begin(self, config: Path) -> None:
        """The roles of a desk with this config, on the database as it stands."""
        self.settings = _settings(config, self._home)
        self.site: Site = self.settings.site
        self.app = app.build(
            self.settings, self.clock, self._new_id, self.database, _templates(config), welcomes=self._welcomes
        )
        roles = Roles(self._process(self._fails_on), self.app.follow_up(), self.app.consequences)
        self.stage = Stage(self.database, self.clock, self.site, roles, self.relay)

    def take_config(self, config: Path) -> None:
        """The roles end, and begin anew with another config: what a SIGHUP does, and a restart."""
        self.stage.close()
        self._begin(config)

    def _process(self, fails_on: bytes) -> Process:
        def read(arrival: Arrival) -> Letter:
            if fails_on and fails_on in arrival.raw:
                raise RuntimeError("a bug that this mail brings out")
            return self.app.reader.read(arrival)

        ring = self.app.wake.ring

        def compose(mail: Mail, now: datetime) -> Composed:
            self.unworded |= {f"{mail.template} is told {name}, which no template may use" for name in unworded(mail)}
            return self.app.composer.compose(mail, now)

        return Process(self.database, self.site, self.app.keys, read, compose, self.app.root_id, ring, self.app.helper)

    def take(self, arrival: NewArrival) -> int:
        """A mail comes in, and everything that follows at once is done."""
        return self.stage.take(arrival)

    def relay_says(self, answers: dict[str, str]) -> None:
        """From here on the relay answers like this."""
        verdicts = {address: _answer(said) for address, said in answers.items()}

        def answer(parcel: Parcel) -> Answer:
            return verdicts.get(parcel.recipient) or verdicts.get("*") or takes_all(parcel)

        self.relay.answers = answer

    def newly_sent(self) -> list[Out]:
        """What the relay took since this was last asked."""
        fresh = self.relay.sent[self._looked_at :]
        self._looked_at += len(fresh)
        with self.database.read() as connection:
            rows = connection.execute(select(deliveries.c.message_id, deliveries.c.recipient, deliveries.c.template))
            templates = {(row.message_id, row.recipient): row.template for row in rows}
        out = [
            Out(each.at.astimezone(self.zone), each.parcel.recipient, each.parcel.sender,
                templates[each.parcel.message_id, each.parcel.recipient], each.parcel.raw)
            for each in fresh
        ]  # fmt: skip
        self.sent += out
        return out

    def tickets(self) -> list[Ticket]:
        """All of them, by number."""
        with self.database.read() as connection:
            numbers = [int(each) for each in connection.execute(select(tickets.c.number)).scalars()]
            found = load_tickets(connection, numbers)
        return [found[number] for number in sorted(found)]

    def offences(self) -> list[str]:
        """What offends against a guarantee at this moment."""
        found = [
            *self.unworded,
            *(f"{each.key}: {each.what}" for each in doctor.examine(self.database, self.site.brakes)),
        ]
        for ticket in self.tickets():
            found += faults(ticket)
            if ticket.promise is not None and is_binding(ticket.promise) and ticket.state == "open":
                found += [f"#{ticket.number}: its promise passed"] * (ticket.promise.at <= self.clock.now)
        return found

    def fate(self, arrival: int) -> str:
        """What became of an arrival, in a line."""
        with self.database.read() as connection:
            row = connection.execute(select(arrivals).where(arrivals.c.id == arrival)).one()
        ticket = f" #{row.ticket}" if row.ticket else ""
        return f"{row.fate or row.state}{ticket}: {row.reason}"

    def arrivals(self) -> list[int]:
        """The ids of all arrivals."""
        with self.database.read() as connection:
            return [int(each) for each in connection.execute(select(arrivals.c.id).order_by(arrivals.c.id)).scalars()]

    def promised(self, ticket: int) -> Iterator[str]:
        """The promises of a ticket, each in a line."""
        with self.database.read() as connection:
            rows = connection.execute(select(promises).where(promises.c.ticket == ticket).order_by(promises.c.number))
            for row in rows.all():
                told = f"told {self.when(row.told_at)}" if row.told_at else "not told"
                yield f"{row.number}: {self.when(row.at)}, {told}, {row.state} ({row.reason})"

    def unsent(self) -> Iterator[str]:
        """Every mail that has not left, each in a line."""
        with self.database.read() as connection:
            rows = connection.execute(select(deliveries).where(deliveries.c.state != "sent").order_by(deliveries.c.id))
            for row in rows.all():
                yield f"{row.template} to {row.recipient}: {row.state}, {row.reason or row.relay_response}"

    def names(self) -> Names:
        """Who signed addresses may belong to."""
        agents = [address for each in self.site.agents for address in (each.address, *each.also)]
        return Names(self.app.keys, frozenset([*agents, *(each.recipient for each in self.sent), *self.site.admins]))

    def when(self, moment: datetime) -> str:
        """A moment in the desk's zone."""
        return f"{moment.astimezone(self.zone):%a %Y-%m-%d %H:%M}"

    def close(self) -> None:
        self.stage.close()
        self.database.close()


@lru_cache(maxsize=1)
def built_in() -> Templates:
    """The templates of the repository, loaded once for all worlds."""
    return Templates()


_NOT_WORDED = frozenset({"customer_offset", "original_subject", "promise", "made_at"})
"""Facts that composing itself uses, or that every mail to a customer is given."""


def unworded(mail: Mail) -> set[str]:
    """The facts of a mail that have no placeholder: nobody would ever read them."""
    return set(mail.values) - set(PLACEHOLDERS) - _NOT_WORDED


def _templates(config: Path) -> Templates:
    """The built-in set, with a world's own templates and articles over it."""
    own = config.parent / "templates"
    return Templates(own) if own.is_dir() else built_in()


def _settings(config: Path, home: Path) -> Settings:
    (home / "templates").mkdir(parents=True, exist_ok=True)
    secret = home / "secret"
    secret.write_text(SECRET)
    secret.chmod(0o600)
    (home / "maildesk.toml").write_text(config.read_text())
    return load(home / "maildesk.toml")


def _answer(said: str) -> Answer:
    word, _, rest = said.partition(" ")
    status, _, text = rest.partition(" ")
    verdict = {"taken": Verdict.TAKEN, "refused": Verdict.REFUSED, "deferred": Verdict.DEFERRED, "down": Verdict.DOWN}
    return Answer(verdict[word], status or "2.0.0", text or word)
