"""A rehearsal: a scenario played through the real decisions and templates, on a virtual clock.

Mails come in as the scenario says; everything else is the desk's own doing. What left is written down whole, with its
time. After every step guarantee 4 is examined, as ``doctor`` does it on a live desk and by the tickets themselves.

Guarantees: the same scenario, config and templates give the same mails, to the octet. Nothing leaves the machine, and
no file is written. What it does not do: ask mail servers, read the desk's history, or hold mail for release (``hold``
of the config would hide what a customer gets).

What can go wrong: an event answers a mail that was never sent. That is a fault of the scenario, found only by playing:
it is noted in ``Scenario.faults``, the event is left out, and the rehearsal goes on to find the next.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from maildesk.configuration.scenario import Event, Scenario
from maildesk.daemon.composing import Composer
from maildesk.daemon.rehearsed_mail import AUTHSERV_ID, WentOut, opened, same_person, written
from maildesk.daemon.stage import Sent, Stage
from maildesk.desk.actions import Mail
from maildesk.desk.judging.matching import bare_subject
from maildesk.desk.senders.addresses import Keys, plain_address
from maildesk.desk.site import Desk, Site
from maildesk.desk.tickets.tickets import faults
from maildesk.desk.words import Audience, Ticket
from maildesk.replies.templates import Templates
from maildesk.store import doctor
from maildesk.store.arrivals import NewArrival
from maildesk.store.tables import arrivals, tickets
from maildesk.store.ticket_rows import load_tickets
from maildesk.store.writing_deliveries import Composed

STATE_A_PROMISE = frozenset({"promise", "promised"})
"""Placeholders that print a moment by which we act."""


class Noting(Composer):
    """Composes as ever, and remembers by Message-ID what each mail was made of."""

    def __init__(self, site: Site, keys: Keys, templates: Templates, new_id: Callable[[], str]) -> None:
        super().__init__(site, keys, templates, new_id)
        self.noted: dict[str, Mail] = {}

    def compose(self, mail: Mail, now: datetime) -> Composed:
        composed = super().compose(mail, now)
        self.noted |= {each.message_id: mail for each in composed.outgoing}
        return composed


@dataclass(frozen=True, slots=True)
class CameIn:
    """A mail of the scenario, and what became of it. ``at`` in the desk's zone."""

    at: datetime
    event: Event
    subject: str
    to: tuple[str, ...]
    fate: str


@dataclass(frozen=True, slots=True)
class Played:
    """What a rehearsal came to, in order of time. ``hanging``: after how many steps guarantee 4 had failed."""

    told: tuple[CameIn | WentOut, ...]
    tickets: tuple[Ticket, ...]
    hanging: int
    offences: tuple[str, ...]

    @property
    def mails(self) -> tuple[WentOut, ...]:
        """What left."""
        return tuple(each for each in self.told if isinstance(each, WentOut))


class Rehearsal:
    """Constructed for one scenario; ``play`` once."""

    def __init__(self, scenario: Scenario, site: Site, stage: Stage, composer: Noting, templates: Templates) -> None:
        self._scenario = scenario
        self._site = site
        self._stage = stage
        self._composer = composer
        self._templates = templates
        self._told: list[CameIn | WentOut] = []
        self._collected = 0
        self._hanging = 0
        self._offences: dict[str, None] = {}

    def play(self) -> Played:
        """From start to end. Raises Trouble."""
        start = self._scenario.start
        for event in self._scenario.events:
            self._wait(start + event.at)
            self._happen(event)
        self._wait(start + self._scenario.until)
        return Played(tuple(self._told), self._tickets(), self._hanging, tuple(self._offences))

    def _wait(self, moment: datetime) -> None:
        for _ in self._stage.run_until(moment):
            self._after_step()

    def _happen(self, event: Event) -> None:
        answered = self._answered(event)
        if isinstance(answered, str):
            self._scenario.fault(event, "ticket" if event.ticket is not None else "at", answered)
            return
        desk = self._desk_of(event, answered)
        now = self._stage.clock.now.astimezone(ZoneInfo(desk.time_zone))
        domain = event.person.address.rpartition("@")[2]
        post = written(event, answered, now, f"rehearsed-{event.number + 1}@{domain}", self._site)
        mail = NewArrival("smtp", post.sender, post.recipients, post.raw, now, authserv_id=AUTHSERV_ID)
        place = len(self._told)
        number = self._stage.take(mail)
        self._after_step()
        subject = event.subject if event.subject is not None else answered.subject if answered else ""
        to = tuple(plain_address(each, self._site.desks) or each for each in post.recipients)
        self._told.insert(place, CameIn(now, event, subject, to, self._fate(number)))

    def _answered(self, event: Event) -> WentOut | str | None:
        """The mail that this event answers; None for a new one; a sentence where there should be one."""
        if event.reply is False or (event.raw is not None and not event.is_agent and not _says_so(event)):
            return None
        found = next((each for each in reversed(self._candidates(event)) if self._fits(event, each)), None)
        if found is None and (event.is_agent or _says_so(event)):
            about = f" about ticket {event.ticket}" if event.ticket is not None else ""
            return (
                f"{event.person.address} has no mail{about} to answer at this moment; look at the times and numbers "
                "of the timeline, or add reply = false for a new mail."
            )
        return found

    def _candidates(self, event: Event) -> list[WentOut]:
        mails = [each for each in self._told if isinstance(each, WentOut)]
        if event.is_agent:
            agent = self._site.agent(event.person.address)
            return [each for each in mails if each.wants_an_answer and self._site.agent(each.to) == agent]
        theirs = [each for each in mails if each.audience is Audience.CUSTOMER and same_person(event.person, each.to)]
        return [each for each in theirs if not event.to or each.desk in map(self._plain, event.to)]

    def _fits(self, event: Event, mail: WentOut) -> bool:
        """Whether the event would answer this mail. A customer who writes another subject begins anew."""
        if event.ticket is not None:
            return mail.ticket == event.ticket
        if event.is_agent or event.subject is None or event.reply:
            return True
        return bare_subject(event.subject) in (bare_subject(mail.subject), bare_subject(mail.ticket_subject))

    def _plain(self, address: str) -> str | None:
        return plain_address(address, self._site.desks)

    def _desk_of(self, event: Event, answered: WentOut | None) -> Desk:
        address = answered.desk if answered and not event.to else event.to[0] if event.to else ""
        return self._site.desk(plain_address(address, self._site.desks) or "") or self._site.desks[0]

    def _after_step(self) -> None:
        sent = self._stage.relay.sent
        self._told += [self._went_out(each) for each in sent[self._collected :]]
        self._collected = len(sent)
        now = self._stage.clock.now
        found = [each.what for each in doctor.examine(self._stage.database, self._site.brakes) if each.guarantee == 4]
        found += [fault for ticket in self._tickets() for fault in faults(ticket)]
        self._hanging += bool(found)
        self._offences |= {f"{now:%Y-%m-%d %H:%M}Z: {each}": None for each in found}

    def _went_out(self, sent: Sent) -> WentOut:
        mail = self._composer.noted[sent.parcel.message_id]
        desk = self._site.desk(mail.desk) or self._site.desks[0]
        zone = ZoneInfo(desk.time_zone)
        language = str(opened(sent.parcel.raw)["Content-Language"])
        promise = self._promise_in(mail, language, desk)
        return WentOut(
            at=sent.at.astimezone(zone),
            to=sent.parcel.recipient,
            template=mail.template,
            audience=mail.audience,
            desk=desk.address,
            ticket=mail.ticket,
            ticket_subject=str(mail.values.get("original_subject") or ""),
            language=language,
            promise=promise.astimezone(zone) if promise else None,
            raw=sent.parcel.raw,
        )

    def _promise_in(self, mail: Mail, language: str, desk: Desk) -> datetime | None:
        """The moment by which we act that this mail states."""
        promise = mail.values.get("promise")
        uses = self._templates.find(language, mail.template, desk.address).uses
        states = mail.tells_promise is not None or uses & STATE_A_PROMISE
        return promise if isinstance(promise, datetime) and states else None

    def _tickets(self) -> tuple[Ticket, ...]:
        with self._stage.database.read() as connection:
            found = load_tickets(connection, list(connection.execute(select(tickets.c.number)).scalars()))
        return tuple(found[number] for number in sorted(found))

    def _fate(self, arrival: int) -> str:
        with self._stage.database.read() as connection:
            row = connection.execute(select(arrivals).where(arrivals.c.id == arrival)).one()
        return f"{row.fate or row.state}{f' #{row.ticket}' if row.ticket else ''}: {row.reason}"


def _says_so(event: Event) -> bool:
    """Whether the scenario says in so many words that this is an answer."""
    return event.ticket is not None or bool(event.reply)
