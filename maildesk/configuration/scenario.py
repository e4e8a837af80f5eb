"""A scenario for ``maildesk rehearse``: what happens and when, read into frozen facts. Nothing is played here.

    start  = 2026-11-23T09:00:00+01:00       # when it begins, with offset
    until  = "+11d"                          # and ends, from the start
    config = "../maildesk.toml"              # wins over --config; from the folder of this file

    [[event]]
    at      = "+2d3h"                        # from the start, calendar time; units d h m s, a day is 24 hours
    from    = "Maria Muster <maria@customer.example>"
    subject = "My order has not come"
    body    = "Where is it?"

    [[event]]
    at    = "+2d4h"
    agent = "anna@example.com"               # answers the newest notification to this agent
    body  = "It comes tomorrow."

An event may also say ``to`` (a desk's address, or several; else the first desk), ``ticket`` (whose newest mail it
answers), ``reply`` (false: a new mail, true: an answer), ``raw`` (a file with the whole mail, instead of subject and
body) and ``authenticated`` (false: nothing proves the sender).

``read_scenario`` reports every fault at once, with line and way out, and raises nothing; ``agree`` compares with the
desks and agents of a config. Where there are faults, the events are good for nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from maildesk.configuration.kinds import Section
from maildesk.configuration.lines import KeyPath
from maildesk.configuration.reading import Reading, parse, stand_ins
from maildesk.configuration.report import Fault
from maildesk.configuration.scenario_keys import EventKeys, ScenarioKeys, sentence
from maildesk.desk.senders.addresses import plain_address
from maildesk.desk.site import Site
from maildesk.mail.letter import Mailbox

RAW_LIMIT = 50_000_000  # octets: what a mail server would have refused
MISSING = "name one that is there; config/scenarios has some to begin with."


@dataclass(frozen=True, slots=True)
class Event:
    """Somebody writes. ``number`` counts from 0 in the order of the file; ``raw`` is the whole mail, where it is."""

    number: int
    at: timedelta
    person: Mailbox
    is_agent: bool
    to: tuple[str, ...] = ()
    ticket: int | None = None
    reply: bool | None = None
    subject: str | None = None
    body: str = ""
    raw: bytes | None = None
    authenticated: bool = True


class Scenario:
    """A scenario file as far as it could be read. ``faults`` says what is wrong; events are in order of time."""

    def __init__(self, path: Path) -> None:
        self.reading = Reading(path, path.parent)
        self.start = datetime.fromtimestamp(0, UTC)
        self.until = timedelta(0)
        self.config: Path | None = None
        self.events: tuple[Event, ...] = ()

    @property
    def faults(self) -> list[Fault]:
        """What is wrong with it."""
        return self.reading.faults

    def config_or(self, default: Path) -> Path | None:
        """The config to play with; None where the scenario names one that is not there, or cannot be read itself."""
        if "config" in self.reading.tables:
            return self.config if self.config is not None and self.config.is_file() else None
        return default if self.reading.tables else None

    def fault(self, event: Event, key: str, sentence: str) -> None:
        """Note a fault of an event."""
        self.reading.fault(("event", event.number, key), sentence)


def read_scenario(path: Path) -> Scenario:
    """Read and judge a scenario. Never raises; what is wrong is in ``faults``."""
    scenario = Scenario(path)
    reading = scenario.reading
    if not parse(reading, "scenario", MISSING):
        return scenario
    top = _section(reading, (), ScenarioKeys, {key: each for key, each in reading.tables.items() if key != "event"})
    scenario.start, scenario.until, scenario.config = top.start, top.until, top.config
    if scenario.config and not scenario.config.is_file():
        reading.fault(("config",), f"There is no config file {scenario.config}; correct the path, from this folder.")
    judged = [_event(reading, top, number, table) for number, table in enumerate(_tables(reading))]
    scenario.events = tuple(sorted((each for each in judged if each is not None), key=lambda event: event.at))
    return scenario


def agree(scenario: Scenario, site: Site) -> None:
    """Note every event whose agent or desk the config does not have."""
    desks = ", ".join(desk.address for desk in site.desks)
    agents = ", ".join(agent.address for agent in site.agents) or "none"
    for event in scenario.events:
        address = event.person.address
        if event.is_agent and site.agent(address) is None:
            scenario.fault(event, "agent", f'There is no agent "{address}" in the config; known are {agents}.')
        if not event.is_agent and site.agent(address) is not None:
            scenario.fault(event, "from", f'"{address}" is an agent; write agent = instead of from =.')
        for each in event.to:
            if plain_address(each, site.desks) is None:
                scenario.fault(event, "to", f'There is no desk "{each}" in the config; known are {desks}.')


def _tables(reading: Reading) -> list[Mapping[str, Any]]:
    tables = reading.tables.get("event", [])
    if not isinstance(tables, list) or not all(isinstance(each, dict) for each in tables):
        reading.fault(("event",), "There may be several of these; write it with two brackets: [[event]].")
        return []
    if not tables:
        reading.fault((), "Nothing happens in this scenario; add an [[event]].")
    return tables


def _event(reading: Reading, top: ScenarioKeys, number: int, table: Mapping[str, Any]) -> Event | None:
    place: KeyPath = ("event", number)
    keys = _section(reading, place, EventKeys, table)
    _judge(reading, place, keys, table)
    if "until" in reading.tables and keys.at > top.until:
        reading.fault((*place, "at"), "This is after the end; write an earlier time, or a later until.")
    raw = _mail_in(reading, number, keys.raw) if keys.raw else None
    person = keys.from_ or keys.agent
    if person is None:
        return None
    return Event(
        number, keys.at, person, keys.from_ is None, keys.to, keys.ticket, keys.reply, keys.subject, keys.body or "",
        raw, keys.authenticated,
    )  # fmt: skip


def _judge(reading: Reading, place: KeyPath, keys: EventKeys, table: Mapping[str, Any]) -> None:
    """What keys of one event must agree on. ``table`` knows what was written, also where it has faults."""
    if not {"from", "agent"} & table.keys():
        reading.fault(place, "Somebody must write; add from = (a customer) or agent = (an agent's address).")
    elif {"from", "agent"} <= table.keys():
        reading.fault((*place, "agent"), "One mail has one author; write either from = or agent =.")
    if "raw" in table and {"subject", "body"} & table.keys():
        reading.fault((*place, "raw"), "The file is the whole mail; take subject and body out, or raw.")
    elif not {"raw", "subject", "body"} & table.keys():
        reading.fault(place, 'The mail is empty; add subject = "…" and body = "…", or raw = "file.eml".')
    if keys.reply is False and keys.ticket is not None:
        reading.fault((*place, "reply"), "A new mail belongs to no ticket yet; take ticket out, or reply.")


def _mail_in(reading: Reading, number: int, path: Path) -> bytes | None:
    try:
        with path.open("rb") as file:
            raw = file.read(RAW_LIMIT + 1)
    except OSError as trouble:
        sentence = f"The mail {path} cannot be read ({trouble.strerror}); correct the path, from this folder."
        reading.fault(("event", number, "raw"), sentence)
        return None
    if not raw.strip() or len(raw) > RAW_LIMIT:
        reading.fault(("event", number, "raw"), f"The file {path} is empty or larger than a mail; name a mail.")
    return raw


S = TypeVar("S", bound=Section)


def _section(reading: Reading, path: KeyPath, model: type[S], table: Mapping[str, Any]) -> S:
    """The table's keys; a faulty one has its default (a required one its example), so that the rest is judged too."""
    try:
        return model.model_validate(table, context=reading.base)
    except ValidationError as error:
        errors = error.errors(include_url=False)
        for each in errors:
            reading.fault((*path, *each["loc"]), sentence(each, model))
        faulty = {each["loc"][0] for each in errors}
        sound = {key: value for key, value in table.items() if key not in faulty}
        return model.model_validate(stand_ins(model) | sound, context=reading.base)
