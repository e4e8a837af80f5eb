"""What a decision about an agent's own mail knows, and what each reason for such a mail contributes to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from maildesk.desk.actions import Event, Mail, Reminder, Wish
from maildesk.desk.known.background_facts import Said
from maildesk.desk.known.facts import AgentFacts
from maildesk.desk.words import Agent, Desk, Site, Ticket


@dataclass(frozen=True, slots=True)
class Line:
    """A ticket as a list shows it; moments in UTC."""

    number: int
    desk: str
    subject: str
    customer_name: str
    from_address: str
    priority: str
    waiting_since: datetime
    promise: datetime | None = None
    assignee: str = ""  # address; "" where nobody has it
    until: datetime | None = None  # of a paused ticket
    reason: str = ""  # of a paused ticket, or why a mail is no ticket
    state: str = ""


@dataclass(frozen=True, slots=True)
class Lines:
    """The first lines of a list, and how many there are in all."""

    shown: tuple[Line, ...] = ()
    count: int = 0


@dataclass(frozen=True, slots=True)
class Aside:
    """A mail that became no ticket. ``arrival`` is its number for operators."""

    arrival: int
    sender: str
    subject: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Praised:
    """A customer thanked the agent, or gave a good rating."""

    ticket: int
    customer_name: str
    subject: str


@dataclass(frozen=True, slots=True)
class Overview:
    """The tickets of an agent's desks as they stand; for leads also what happened since their last list."""

    mine: Lines = Lines()
    nobodys: Lines = Lines()
    waiting: Lines = Lines()
    paused: Lines = Lines()
    aside: tuple[Aside, ...] = ()
    aside_count: int = 0
    broken: int = 0  # promises whose moment passed unannounced
    renewed: int = 0  # promises that were replaced by later ones before they passed
    praises: tuple[Praised, ...] = ()  # for answers of this agent, since their last list


@dataclass(frozen=True, slots=True)
class AgentMailFacts:
    """All that bears on the mails that one agent may be due. ``known`` is as it was read, with its version."""

    now: datetime
    site: Site
    agent: Agent
    known: AgentFacts
    agents: Mapping[str, AgentFacts] = field(default_factory=dict)
    reminders: tuple[Reminder, ...] = ()
    wishes: tuple[Wish, ...] = ()
    tickets: Mapping[int, Ticket] = field(default_factory=dict)  # of the reminders and wishes
    held: frozenset[int] = frozenset()  # of these tickets, those on which an answer of theirs waits for their word
    said: Mapping[int, tuple[Said, ...]] = field(default_factory=dict)  # in the tickets whose asked reminder is due
    overview: Overview | None = None  # only where a list is due
    handed_on: Lines = Lines()  # their tickets that others got while they were away; only where they are back

    @property
    def desks(self) -> tuple[Desk, ...]:
        """The agent's desks, in the order of the config; the first sends their own mail and has their clock."""
        return tuple(desk for desk in self.site.desks if desk.address in self.agent.desks)

    def is_away(self, address: str) -> bool:
        """Whether this agent (registered address) is away now."""
        known = self.agents.get(address)
        return known is not None and known.is_away(self.now)

    def present(self, desk: Desk) -> tuple[Agent, ...]:
        """Those of the desk's team who are here."""
        return tuple(each for each in self.site.team(desk) if not self.is_away(each.address))


@dataclass(frozen=True, slots=True)
class Share:
    """What one reason contributes: what is known of the agent from then on, mails, reminders done with, and new ones.

    Of ``known`` these may change: ``reminded_at``, ``daily_on``, ``list_asked_at`` (None: answered), ``away_since``
    (None: told) and ``welcome_asked_at`` (None: made).
    """

    known: AgentFacts
    mails: tuple[Mail, ...] = ()
    reminded: tuple[Reminder, ...] = ()
    reminders: tuple[Reminder, ...] = ()
    events: tuple[Event, ...] = ()
    wishes: tuple[Wish, ...] = ()  # done with
