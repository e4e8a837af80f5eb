"""What an installation is: its desks with their hours, promises and teams, its people, and its brakes.

Made once from the config file; frozen. Addresses are folded. Spans of ``FollowUpRules`` are calendar time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from maildesk.desk.service_time.hours import ServiceTime

HELD_BY_CONFIG = "outgoing.hold is set: mail to customers waits for release"
HELD_BY_OPERATOR = "held by an operator"
"""Why a mail waits for an operator. Agents neither send nor lose what waits for these reasons."""

LONGEST_SILENCE: Mapping[str, timedelta] = {
    "low": timedelta(hours=80),
    "normal": timedelta(hours=40),
    "high": timedelta(hours=24),
    "urgent": timedelta(hours=12),
}
"""Two weeks of work, one week, three days; urgent runs around the clock at most desks: twelve hours are half a day."""


@dataclass(frozen=True, slots=True)
class FollowUpRules:
    """When we act if nobody moves. Shares are of the way to the promise, spans business time of the desk."""

    remind_assignee_at: float = 0.5
    remind_all_at: float = 0.8
    lapse_margin_share: float = 0.1
    lapse_margin: timedelta = timedelta(minutes=15)
    renewal_growth: float = 1.5  # each new promise is this much longer than the last
    ask_if_helped_after: timedelta = timedelta(days=3)
    announce_closing_after: timedelta = timedelta(days=7)
    close_after: timedelta = timedelta(days=10)
    pause_news_every: timedelta = timedelta(days=7)
    ask_if_solved_after: timedelta = timedelta(days=1)
    close_solved_after: timedelta = timedelta(days=5)
    acknowledge_again_after: timedelta = timedelta(minutes=15)
    reopen_within: timedelta = timedelta(days=30)
    longest_silence: Mapping[str, timedelta] = field(default_factory=lambda: dict(LONGEST_SILENCE))  # by priority
    least_gap: timedelta = timedelta(minutes=10)  # between two automatic mails of one ticket to its customer
    raise_after_mails: int = 3  # a customer's mail that is the n-th without an answer raises by one step; 0: none does
    raise_after_reopenings: int = 2
    raise_to: str = "high"  # these signs raise no further


@dataclass(frozen=True, slots=True)
class Rule:
    """What makes a mail more or less urgent. It fits where all that it names fits; of each list one is enough.

    ``number`` counts the rules of the config file from 1. ``words`` are by language, ``senders`` folded addresses or
    "@domain", ``addresses`` folded addresses of desks, ``header`` a name and its value, as in "X-Our-Verdict: urgent".
    """

    number: int
    priority: str
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    senders: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    header: str = ""


@dataclass(frozen=True, slots=True)
class Need:
    """What the first reply asks for where the mail does not hold it; see ``asking``.

    ``ask`` is by language. ``looks_like`` are shapes (# a digit, @ a letter), ``attached`` kinds of files, ``words``
    and ``about`` words by language: what the mail says where it holds it, and where it is asked for at all.
    """

    name: str
    ask: Mapping[str, str]
    looks_like: tuple[str, ...] = ()
    attached: tuple[str, ...] = ()
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    about: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Agent:
    """A person who answers for one or more desks. ``address`` and ``also`` are folded."""

    name: str
    address: str
    also: tuple[str, ...] = ()
    desks: tuple[str, ...] = ()
    lead: bool = False
    skills: tuple[str, ...] = ()
    language: str = ""
    signs: str = ""  # how they sign to customers; empty: with their name
    languages: tuple[str, ...] = ()  # that they answer in; empty: ``language``, else the desk's
    most_open: int = 0  # open tickets that they are given at most; 0: as the desk says


@dataclass(frozen=True, slots=True)
class Shift:
    """Somebody is on duty from one moment to another, whatever the rota says. ``agent`` is a registered address."""

    begins: datetime
    ends: datetime
    agent: str


@dataclass(frozen=True, slots=True)
class OnCall:
    """Who is called for urgent mail outside desk hours, one person after the other.

    ``agents`` (registered addresses) take turns of a week each; the first has the week of ``since``. The week changes
    at ``handover_minute`` (from midnight, the desk's clock) of ``handover_day`` (Monday is 0).
    """

    agents: tuple[str, ...]
    since: date
    handover_day: int = 0
    handover_minute: int = 9 * 60
    next_after: timedelta = timedelta(minutes=15)
    shifts: tuple[Shift, ...] = ()


@dataclass(frozen=True, slots=True)
class Desk:
    """One support address with its name, team, hours, promises and language."""

    name: str
    address: str
    time_zone: str
    service: ServiceTime
    also: tuple[str, ...] = ()
    language: str = "en"
    formal: bool = True  # Sie, vous, usted, Вы to customers; else du, tu, tú, ты
    languages: tuple[str, ...] = ()  # answered in; empty: all with a complete set of templates
    targets: Mapping[str, timedelta] = field(default_factory=dict)  # by priority
    next_targets: Mapping[str, timedelta] = field(default_factory=dict)  # for a ticket's later mails; empty: the same
    around_the_clock: frozenset[str] = frozenset()
    recall_window: timedelta = timedelta(minutes=3)
    extension: str = "+"
    reply_domain: str = ""
    arrives_through: tuple[str, ...] = ()
    assign: str = "everyone"
    most_open: int = 0  # open tickets that an agent is given at most; 0: no limit
    vip: str = "high"  # the priority that new tickets of marked customers have at least
    skills: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # the words that ask for each, besides its name
    on_call: OnCall | None = None
    asks_same_person: bool = True  # whether it asks by itself if two addresses are one customer's
    articles: int = 3  # so many help articles at most in a first reply; 0: none
    daily: str = "opening"  # when agents get their tickets as a list: "opening", "08:30" on the desk's clock, "off"
    follow_up: FollowUpRules = FollowUpRules()
    needs: tuple[Need, ...] = ()
    rules: tuple[Rule, ...] = ()  # of priority; the first that fits wins

    @property
    def addresses(self) -> tuple[str, ...]:
        return (self.address, *self.also)

    def owns(self, address: str) -> bool:
        """Whether this folded address is the desk's: one of its own with any extension, or at its reply domain."""
        local, _, domain = address.rpartition("@")
        if self.reply_domain and domain == self.reply_domain:
            return True
        base = local.split(self.extension, 1)[0] if self.extension else local
        return address in self.addresses or f"{base}@{domain}" in self.addresses


@dataclass(frozen=True, slots=True)
class Brakes:
    """How much automatic mail to customers may leave; 0 lifts one. See docs/design.md."""

    per_ticket_hour: int = 5
    per_ticket_day: int = 20
    per_address_hour: int = 10
    per_address_day: int = 20
    per_stranger_hour: int = 3
    strangers_per_domain_hour: int = 100
    strangers_per_site_hour: int = 200
    to_agents_hour: int = 30
    freemail: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Site:
    """Everything an installation is: desks, people, and what holds for all of them."""

    desks: tuple[Desk, ...]
    agents: tuple[Agent, ...] = ()
    admins: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()  # From addresses of web forms: the customer is their Reply-To
    brakes: Brakes = Brakes()
    hold_customer_mail: bool = False
    null_sender: bool = False  # send automatic mail with the null sender instead of a signed bounce address
    attachments_limit: int = 10_000_000  # octets of a customer's files that an agent is sent together; 0: all

    def desk(self, address: str) -> Desk | None:
        """The desk that has this folded address, as its own or as ``also``."""
        return next((desk for desk in self.desks if address in desk.addresses), None)

    def agent(self, address: str) -> Agent | None:
        """The agent whose registered address this folded address is, or one of whose ``also``."""
        return next((agent for agent in self.agents if address == agent.address or address in agent.also), None)

    def is_inside(self, address: str) -> bool:
        """Whether this folded address is the desk's side: a desk (with any extension), an agent or an admin."""
        return (
            self.agent(address) is not None or address in self.admins or any(desk.owns(address) for desk in self.desks)
        )

    def team(self, desk: Desk) -> tuple[Agent, ...]:
        """The agents of a desk, in the order of the config file."""
        return tuple(agent for agent in self.agents if desk.address in agent.desks)
