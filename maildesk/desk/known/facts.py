"""What a decision knows: the arrival, its letter, and everything the store holds that bears on it.

Read in one go and with versions, so that a decision is a pure function of this and can be taken again when a version
no longer holds. Nothing here is changed by deciding.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from maildesk.desk.forward_facts import Forwarded
from maildesk.desk.known.asked_facts import NO_HELP, NO_LOAD, NOBODY
from maildesk.desk.known.asked_facts import NOTHING_ASKED as NOTHING_ASKED
from maildesk.desk.known.asked_facts import Asked as Asked
from maildesk.desk.known.asked_facts import Help as Help
from maildesk.desk.known.asked_facts import HelpArticle as HelpArticle
from maildesk.desk.known.asked_facts import Listed as Listed
from maildesk.desk.known.asked_facts import LoadFacts as LoadFacts
from maildesk.desk.known.asked_facts import MovedMail as MovedMail
from maildesk.desk.known.asked_facts import PersonFacts as PersonFacts
from maildesk.desk.known.asked_facts import Profile as Profile
from maildesk.desk.known.asked_facts import RatedTicket as RatedTicket
from maildesk.desk.known.asked_facts import Shown as Shown
from maildesk.desk.known.background_facts import NOTHING_BESIDE, Background
from maildesk.desk.known.background_facts import Said as Said
from maildesk.desk.known.canned_facts import CannedAnswer as CannedAnswer
from maildesk.desk.known.inside_facts import NOTHING_INSIDE, Inside
from maildesk.desk.known.pair_facts import NO_PAIR, PairFacts
from maildesk.desk.promises.history import NOTHING_KNOWN, History
from maildesk.desk.senders.trust import SenderVerdict
from maildesk.desk.words import Arrival, Desk, Role, Site, Ticket
from maildesk.mail.letter import Letter, Mailbox, fold_address


@dataclass(frozen=True, slots=True)
class TokenFacts:
    """A valid signed address found on the mail. ``mine``: it was issued to this very author.

    ``revoked``: an agent's, and void since others know it. It says which ticket is meant, and gives nobody any power.
    """

    ticket: int
    role: Role
    mine: bool
    issue: int
    owner: str | None  # the registered agent or participant it was issued to, where they can be told
    revoked: bool = False


@dataclass(frozen=True, slots=True)
class ThreadHit:
    """A Message-ID of this mail's threading headers that points to a ticket."""

    message_id: str
    ticket: int
    source: str  # sent, filed, noted, referred
    people: frozenset[str]


@dataclass(frozen=True, slots=True)
class DeliveryFacts:
    """A delivery of ours that this mail is about: that it reports on, or answers."""

    id: int
    key: str
    ticket: int | None
    recipient: str
    message_id: str
    template: str
    state: str
    audience: str
    created_at: datetime
    automatic: bool


@dataclass(frozen=True, slots=True)
class AnswerFacts:
    """A public answer of the matched ticket, newest last. ``held`` ones have not left.

    ``delivery`` is one of its deliveries, ``others`` are those to its other recipients: they leave, or stay, together.
    """

    delivery: int
    agent: str
    at: datetime
    text: str
    state: str
    ticket: int
    others: tuple[int, ...] = ()

    @property
    def deliveries(self) -> tuple[int, ...]:
        """All of its deliveries."""
        return (self.delivery, *self.others)


@dataclass(frozen=True, slots=True)
class AgentFacts:
    """What lasts about an agent. ``away_since`` None: here, or told what happened while they were away."""

    away_until: datetime | None = None
    token_issue: int = 0
    away_since: datetime | None = None
    away_reason: str = ""
    wrote_at: datetime | None = None
    digest_times: str = ""
    daily_on: str = ""
    next_mail_at: datetime | None = None  # when a mail of their own is due: digest, daily list, welcome back
    reminded_at: datetime | None = None  # when the last mail of reminders was made
    list_asked_at: datetime | None = None  # #list: not yet answered
    welcome_asked_at: datetime | None = None  # the welcome mail is due
    version: int = 0  # of what bears on their own mail

    def is_away(self, now: datetime) -> bool:
        """Whether nobody can count on them at that moment."""
        return self.away_until is not None and self.away_until > now


@dataclass(frozen=True, slots=True)
class Facts:
    """All of it. ``tickets`` holds every ticket that any evidence names, with ``merged`` ones and their survivors."""

    now: datetime
    site: Site
    arrival: Arrival
    letter: Letter
    author: Mailbox  # who wrote, behind lists and forms; address folded
    desk: Desk
    new_number: int
    new_root_id: str
    verdict: SenderVerdict
    other_desks: tuple[Desk, ...] = ()
    through: str = ""  # the list, forwarder or form this came through
    is_form: bool = False
    tokens: tuple[TokenFacts, ...] = ()
    hits: tuple[ThreadHit, ...] = ()
    tickets: Mapping[int, Ticket] = field(default_factory=dict)
    person: PersonFacts = NOBODY
    agents: Mapping[str, AgentFacts] = field(default_factory=dict)
    recent: int | None = None  # the author's newest ticket at this desk, for rule 4
    duplicate_of: int | None = None  # the arrival that brought this mail before
    duplicate_in: int | None = None  # and its ticket
    same_id_other_content: bool = False
    deliveries: tuple[DeliveryFacts, ...] = ()
    answers: tuple[AnswerFacts, ...] = ()
    customers_said: tuple[tuple[int, str], ...] = ()  # (ticket, text), newest first; for an agent's mail alone
    copied: tuple[str, ...] = ()  # outsiders in the newest customer's mail that had any, for an agent's mail alone
    load: LoadFacts = NO_LOAD
    help: Help = NO_HELP
    asked: Asked = NOTHING_ASKED
    background: Background = NOTHING_BESIDE
    inside: Inside = NOTHING_INSIDE  # what no customer sees; for an agent's mail alone
    history: History = NOTHING_KNOWN  # how long people waited at this desk lately
    forwarded: Forwarded | None = None  # an agent forwarded it
    pair: PairFacts = NO_PAIR  # whether two addresses are one customer's

    @property
    def override(self) -> str:
        """An operator's or a confirmed agent's word on this arrival: ticket, confirmed."""
        return self.arrival.override

    def is_of(self, ticket: Ticket) -> bool:
        """Whether the author has a part in a ticket: as one of its people, or from another address of its customer."""
        return self.author.address in ticket.people or self.is_same_person(ticket)

    def is_same_person(self, ticket: Ticket) -> bool:
        """Whether the author is the ticket's customer, from this address or from another one that was joined to it."""
        if self.author.address == ticket.requester:
            return True
        return ticket.desk == self.desk.address and self.person.has(ticket.requester)

    @property
    def customers_texts(self) -> tuple[str, ...]:
        """What customers wrote in the tickets that an agent may be answering."""
        return tuple(text for _, text in self.customers_said)

    def last_question(self, number: int) -> str:
        """What the customer of that ticket wrote last; "" where that is not known."""
        return next((text for ticket, text in self.customers_said if ticket == number), "")

    @property
    def only_listed(self) -> tuple[str, ...]:
        """Outsiders in To and Cc of this mail, whoever they are: shown to agents, who may bring them in with #cc."""
        found = (fold_address(each.address) for each in (*self.letter.to, *self.letter.cc))
        return tuple(dict.fromkeys(each for each in found if "@" in each and not self.site.is_inside(each)))

    def ticket(self, number: int) -> Ticket | None:
        """The ticket of that number, or the survivor of its merger; None where there is none."""
        visited: set[int] = set()
        while number not in visited:
            visited.add(number)
            found = self.tickets.get(number)
            if found is None or found.merged_into is None:
                return found
            number = found.merged_into
        return None

    def is_away(self, agent: str) -> bool:
        """Whether this agent (registered address) is away now."""
        known = self.agents.get(agent)
        return known is not None and known.is_away(self.now)
