"""What a decision knows of people, and what only some of an agent's commands need. ``facts`` names it all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from maildesk.desk.known.background_facts import Said
from maildesk.desk.known.canned_facts import CannedAnswer
from maildesk.desk.words import Promise, Ticket


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What we know of the author at this desk. ``version`` 0: nothing yet."""

    version: int = 0
    name: str = ""
    language: str = ""
    unreachable: str = ""
    spam: bool = False
    chosen_language: str = ""  # by an agent: it counts before the one that they write in
    notes: tuple[str, ...] = ()  # what agents are to remember of them
    robot: bool = False  # suspected: tripped a brake twice, and neither an agent's mail nor 7 quiet days since
    robot_ticket: int | None = None
    chosen_name: str = ""  # by an agent: it counts before the one that they sign with
    vip: bool = False
    addresses: tuple[str, ...] = ()  # all of this person's, the main one first; () where only one is known
    proven: tuple[str, ...] = ()  # of them, those that were joined because both said so, and not by an agent

    def has(self, address: str) -> bool:
        """Whether this folded address is another one of this person's."""
        return address in self.addresses


@dataclass(frozen=True, slots=True)
class LoadFacts:
    """What bears on who gets a ticket; read only where the desk does not ask everyone.

    ``open_tickets`` by agent's address; ``newest``: the number of the last ticket of the desk that each was given;
    ``knows`` answered this customer before.
    """

    open_tickets: Mapping[str, int] = field(default_factory=dict)
    newest: Mapping[str, int] = field(default_factory=dict)
    knows: str | None = None


@dataclass(frozen=True, slots=True)
class HelpArticle:
    """An article that customers can help themselves with. ``steps``: the first ones as Markdown, "" where too long.

    ``text``: the whole article as a person would type it into a mail.
    """

    name: str
    title: str
    steps: str
    text: str


@dataclass(frozen=True, slots=True)
class Help:
    """What the search over articles found for the mail, or for an agent's the customer's question; the best first.

    ``known``: all articles in the ticket's language, where an agent names one; ``canned``: all canned answers, where
    they name one. ``languages``: those that the desk has texts in, where an agent chooses one; () where nobody said.
    """

    fitting: tuple[HelpArticle, ...] = ()
    known: tuple[HelpArticle, ...] = ()
    languages: tuple[str, ...] = ()
    canned: tuple[CannedAnswer, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """The ticket that #show ``asked`` for, or its survivor, with its newest mails, the newest first."""

    asked: int
    ticket: Ticket
    said: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True)
class Listed:
    """What a ``command`` (search, history) found; ``about``: its words, or its number, as they stood there."""

    command: str
    about: str
    tickets: tuple[Ticket, ...] = ()
    customer: str = ""  # of a history

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.tickets)


@dataclass(frozen=True, slots=True)
class RatedTicket:
    """What the customer said of our answer; ``score`` 1 to 5, None where they said yes or no."""

    ticket: int
    score: int | None
    solved: bool


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known of a customer, for an agent who ``asked`` (a ticket's number; None: the mail's ticket).

    ``kept``, ``moved`` and ``broken`` count promises that they were told, ``praised`` their thanks and good ratings.
    """

    asked: int | None
    address: str
    name: str
    person: PersonFacts
    tickets: tuple[Ticket, ...] = ()
    rated: tuple[RatedTicket, ...] = ()
    kept: int = 0
    moved: int = 0
    broken: int = 0
    praised: int = 0


@dataclass(frozen=True, slots=True)
class MovedMail:
    """A customer's mail on a ticket; ``message``: its id. ``left_at``: when the newest that stays came."""

    message: int
    at: datetime
    subject: str
    text: str
    message_id: str | None = None
    left_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What only some of an agent's commands need. ``load``: of the desk that #move names.

    ``notes``: what agents are to remember of the ticket's customer. ``person``: whom #new or #requester names.
    ``split``: the mail that #split makes a ticket of; None where it is the ticket's only one.
    """

    load: LoadFacts = LoadFacts()
    shown: tuple[Shown, ...] = ()
    merging: tuple[Shown, ...] = ()  # what #merge names, without its mails
    lists: tuple[Listed, ...] = ()
    notes: tuple[str, ...] = ()
    person: PersonFacts = PersonFacts()
    split: MovedMail | None = None
    customer: PersonFacts = PersonFacts()  # the ticket's
    others: tuple[tuple[str, PersonFacts], ...] = ()  # whom #person join or ask names, by address
    profiles: tuple[Profile, ...] = ()  # what #person asks for
    remind_at: datetime | None = None  # when this agent has asked to be reminded of the ticket
    told: Promise | None = None  # for #recall: the newest replaced promise that the customer was told


NOTHING_ASKED = Asked()
NOBODY, NO_LOAD, NO_HELP = PersonFacts(), LoadFacts(), Help()
