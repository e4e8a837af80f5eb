"""The made-up tickets that the preview fills templates with: what is known, what is not, who writes, and when.

A sample is offered for a template that says something else because of it: one that never names a state is not shown in
five of them. Facts are those of the allow-list's examples, moved to a day on which the desk works; promises and
openings are walked through the desk's own hours, and people are those of the config.

Guarantees: the same config and templates give the same mails; no clock is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from types import MappingProxyType
from typing import Any

from maildesk.desk.promises.promise import when_we_answer
from maildesk.desk.service_time.hours import ServiceTime
from maildesk.desk.service_time.week import parse_hours
from maildesk.desk.words import Agent, Desk, Priority, Site
from maildesk.replies.placeholders import PLACEHOLDERS, Kind
from maildesk.replies.samples import DESK_ADDRESS, DESK_NAME, NOW, all_facts, fewest_facts, is_for_customers
from maildesk.replies.wording import STATES

ZONE = "Europe/Berlin"
LATE_BY = timedelta(days=2)
EVENING = timedelta(hours=4, minutes=10)
LONG_NAME = "Maria Magdalena Wilhelmine von Hohenstein-Sigmaringen"
LONG_SUBJECT = (
    "The coffee machine that I ordered in the first week of October with the large water tank and two filters has "
    "still not come, and the parcel service says that it was never handed over"
)
OUT_OF_HOURS = frozenset({"received-closed"})
"""Templates that are only sent while the desk is closed."""


def example_site() -> Site:
    """The site of the samples where there is no config."""
    service = ServiceTime(ZONE, parse_hours(["Mon-Thu 09:00-17:30", "Fri 09:00-15:00"]))
    targets = {"normal": timedelta(hours=8), "urgent": timedelta(hours=1)}
    desk = Desk(DESK_NAME, DESK_ADDRESS, ZONE, service, targets=targets)
    people = tuple(
        Agent(f"{name} {last}", f"{name.lower()}@example.com", desks=(DESK_ADDRESS,)) for name, last in _TEAM
    )
    return Site((desk,), people)


_TEAM = (("Anna", "Schmidt"), ("Ben", "Weber"))


@dataclass(frozen=True)
class Stage:
    """A desk, its people, and two moments: one while it is open and one after it has closed."""

    site: Site
    desk: Desk

    @cached_property
    def open_at(self) -> datetime:
        """A moment at which the desk works."""
        service = self.desk.service
        return NOW if service.is_open(NOW) else service.next_opening(NOW) + timedelta(minutes=15)

    @cached_property
    def closed_at(self) -> datetime:
        """The evening after; a desk that never closes has none and stays as it is."""
        closes = self.desk.service.next_closing(self.open_at)
        if closes is None:
            return self.open_at
        evening = closes + EVENING
        return closes + timedelta(minutes=5) if self.desk.service.is_open(evening) else evening

    def people(self) -> Mapping[str, object]:
        """Who answers, by the placeholders that name them."""
        team = self.desk and (self.site.team(self.desk) or self.site.agents)
        named: dict[str, object] = {}
        if team:
            first, second = team[0], team[1 % len(team)]
            named = {"agent_name": first.signs or first.name, "assignee": first.name, "colleague": second.name}
        others = [each.name for each in self.site.desks if each.address != self.desk.address]
        return {**named, **({"new_desk": others[0], "handled_by": others[0]} if others else {})}


@dataclass(frozen=True, slots=True)
class Sample:
    """One made-up ticket. ``name`` is part of a file's name; ``changed`` are facts that differ from the usual ones."""

    name: str
    title: str
    changed: Mapping[str, object] = field(default_factory=dict)
    fewest: bool = False
    stranger: bool = False
    closed: bool = False
    late: bool = False

    def moment(self, template: str, stage: Stage) -> datetime:
        """When the mail leaves."""
        return stage.closed_at if self.closed or template in OUT_OF_HOURS else stage.open_at

    def facts(self, template: str, stage: Stage) -> dict[str, Any]:
        """The facts of the template's mail, as a decision would hand them over."""
        now = self.moment(template, stage)
        usual = {**all_facts(), **stage.people()}
        chosen = {each: usual[each] for each in fewest_facts(template)} if self.fewest else usual
        facts = {name: _moved(fact, now - NOW) for name, fact in chosen.items()}
        told = _promise(self, template, stage, now)
        facts |= {name: fact for name, fact in told.items() if name in facts}
        return {**facts, **self._unusual(template), **self.changed}

    def _unusual(self, template: str) -> dict[str, object]:
        """What is only so in a sample of its own."""
        if template == "reply":
            return {} if self.name == "rests" else {"promise": None, "until": None, "reason": None}
        return {} if "priority" in self.changed else {"priority_reason": None}


def _promise(sample: Sample, template: str, stage: Stage, now: datetime) -> dict[str, object]:
    """The promise by the desk's own hours, and when it opens where it is closed."""
    urgent = template == "received-urgent" or sample.changed.get("priority") == "urgent"
    priority = Priority.URGENT if urgent else Priority.NORMAL
    promised = when_we_answer(stage.desk, priority, now - (LATE_BY if sample.late else timedelta()), now)
    opens = promised.opens_at
    if template in OUT_OF_HOURS and opens is None:
        opens = promised.at  # this desk never closes; the template is shown all the same
    return {"promise": promised.at, "promised": promised.at, "opens_at": opens, "late": sample.late}


def _moved(fact: object, by: timedelta) -> object:
    """A fact of another day: its moments moved, also in rows."""
    if isinstance(fact, datetime):
        return fact + by
    if isinstance(fact, tuple):
        return tuple(_moved(each, by) for each in fact)
    return {name: _moved(each, by) for name, each in fact.items()} if isinstance(fact, Mapping) else fact


_NAMED = frozenset({"customer_name", "from_name", "subject", "original_subject", "ticket_subject"})
_TIMED = frozenset({"late", "opens_at", "promise"})
_STATES = frozenset({"state", *(f"is_{each}" for each in STATES)})
_PRIORITIES = frozenset({"priority", "is_urgent", "is_high"})
_SENDERS = frozenset(name for name, each in PLACEHOLDERS.items() if each.sender_text)
_COUNTS = frozenset(name for name, each in PLACEHOLDERS.items() if each.kind is Kind.NUMBER) - {"number", "round"}
_FLAGS = frozenset(name for name, each in PLACEHOLDERS.items() if each.kind is Kind.FLAG) - _STATES - _PRIORITIES
_TURNED = {name: not PLACEHOLDERS[name].example for name in _FLAGS - {"formal", "late", "signed", "stranger"}}


def samples_for(template: str, uses: frozenset[str]) -> tuple[Sample, ...]:
    """The samples that show a template, which uses these placeholders, from every side."""
    customers = is_for_customers(template)
    return (_KNOWN, _FEWEST, *(sample for sample, shows in _SIDES if shows(template, uses, customers)))


_KNOWN = Sample("known", "Everything is known")
OF_CANNED = (_KNOWN, Sample("nameless", "Nobody knows the customer's name", {"customer_name": None}))
_FEWEST = Sample("fewest", "Hardly anything is known", fewest=True)
_Shows = Callable[[str, frozenset[str], bool], bool]


def _using(names: frozenset[str]) -> _Shows:
    return lambda template, uses, customers: bool(uses & names)


def _customers_using(names: frozenset[str]) -> _Shows:
    return lambda template, uses, customers: customers and bool(uses & names)


def _unproven(template: str, uses: frozenset[str], customers: bool) -> bool:
    return template != "reply" and bool(uses & (_SENDERS if customers else frozenset({"stranger"})))


_A_STRANGER = MappingProxyType({"stranger": True, "kind": "stranger", "trust_reason": "DMARC failed"})
_LONG = MappingProxyType(
    {"customer_name": LONG_NAME, "from_name": LONG_NAME, "subject": LONG_SUBJECT, "original_subject": LONG_SUBJECT}
)


def _sides() -> Iterator[tuple[Sample, _Shows]]:
    yield Sample("stranger", "Nothing proves who the sender is", _A_STRANGER, stranger=True), _unproven
    yield Sample("rests", "The answer puts it on hold"), lambda template, uses, customers: template == "reply"
    yield Sample("late", "A mail that came late, out of hours", closed=True, late=True), _customers_using(_TIMED)
    yield Sample("long", "A long name and subject", _LONG), _using(_NAMED)
    for state in STATES:
        yield Sample(f"state-{state}", f"The ticket is {state}", {"state": state}), _using(_STATES)
    for number in (1, 2, 3):
        yield Sample(f"round-{number}", f"The text of round {number}", {"round": number}), _using(frozenset({"round"}))
    yield Sample("high", "The priority is high", {"priority": "high"}), _using(_PRIORITIES)
    urgent = {"priority": "urgent", "offers": ()}  # somebody in need is not sent to read
    yield Sample("urgent", "The priority is urgent", urgent), _using(_PRIORITIES)
    for count in (1, 5):
        many = dict.fromkeys(_COUNTS - {"score", "linked_to"}, count)
        yield Sample(f"count-{count}", f"Each number is {count}", many), _using(frozenset(many))
    yield Sample("otherwise", "The other way round: what was so is not", _TURNED), _using(frozenset(_TURNED))


_SIDES = tuple(_sides())
