"""What a decision says is to be done. Data only: ``store.apply`` writes it, ``replies.composing`` words its mails.

A decision holds tickets *as they shall be*. The store writes them if the versions that were read still hold, all in
one transaction with the messages, events, promises and mails; otherwise the facts are read and decided again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from maildesk.desk.forward_facts import Unpacked
from maildesk.desk.people_actions import AgentChange as AgentChange
from maildesk.desk.people_actions import Joining as Joining
from maildesk.desk.people_actions import PairChange as PairChange
from maildesk.desk.people_actions import PersonChange as PersonChange
from maildesk.desk.people_actions import Praise as Praise
from maildesk.desk.people_actions import Rating as Rating
from maildesk.desk.words import Audience, Fate, MessageKind, Promise, Ticket, Trust
from maildesk.mail.letter import Attachment, Mailbox

Value = str | int | float | bool | datetime | None | tuple["Value", ...] | tuple[str, ...] | Mapping[str, "Value"]


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail to be composed, frozen and queued. ``key`` is UNIQUE: what was queued once is never queued again.

    To a customer all recipients share one mail and one Message-ID, with real To and Cc; to agents and admins there is
    one mail per recipient, ``to`` then holds exactly one. ``template`` is the file's name without ``.md``, such as
    ``received`` or ``agent/new-ticket``. ``values`` are facts, worded only when the template is rendered.
    ``states_until``: the mail states this moment and is never handed to the relay at or after it.
    """

    key: str
    template: str
    audience: Audience
    desk: str
    to: tuple[Mailbox, ...]
    language: str
    automatic: bool
    ticket: int | None = None
    cc: tuple[Mailbox, ...] = ()
    values: Mapping[str, Value] = field(default_factory=dict)
    body: str = ""  # a person's own words: an agent's answer, or a customer's text shown to agents
    body_html: str = ""  # of an answer: it says what ``body`` says between ``around``
    around: tuple[str, str] = ("", "")  # texts above and below that the agent did not type
    attachments: tuple[Attachment, ...] = ()
    sender_name: str = ""  # shown in From; the desk's name where empty
    subject: str = ""  # for answers: the thread's own subject; empty: the template's
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    recipient_trust: Trust = Trust.AUTHENTICATED
    send_at: datetime | None = None  # None: at once
    states_until: datetime | None = None
    tells_promise: int | None = None  # number of the ticket's promise that this mail tells
    keeps_promise: bool = False  # a person's answer: when the relay takes it, the promise is kept
    held: str = ""  # why it waits for release; "" where it does not
    token_issue: int = 0  # which signed address of this agent is in force
    answers: int | None = None  # message id of the arrival it answers, for collisions
    enclosed: tuple[bytes, ...] = field(default=(), repr=False)  # whole mails of ours, for the same agent


@dataclass(frozen=True, slots=True)
class Message:
    """One letter, reply or note to be filed in a ticket. ``refers_to`` are all ids that its References hold."""

    ticket: int
    kind: MessageKind
    from_: Mailbox
    trust: Trust
    message_id: str | None
    refers_to: tuple[str, ...]
    to_and_cc: tuple[str, ...]  # folded: whoever was in To or Cc may refer to it later
    at: datetime
    subject: str
    text: str
    new_text: str
    reason: str  # why it is in this ticket, and what it was taken for


@dataclass(frozen=True, slots=True)
class Drop:
    """Unsent deliveries of a ticket that are out of date now. ``templates`` empty: all of them."""

    ticket: int
    reason: str
    templates: frozenset[str] = frozenset()
    audience: Audience | None = Audience.CUSTOMER
    automatic_only: bool = True
    deliveries: tuple[int, ...] = ()  # only these; empty: whichever the rest describes


@dataclass(frozen=True, slots=True)
class Release:
    """Held deliveries of a ticket that may go now."""

    ticket: int
    reason: str
    deliveries: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PromiseChange:
    """A promise as it shall be: a new one, or one whose state changes."""

    ticket: int
    promise: Promise


@dataclass(frozen=True, slots=True)
class Answered:
    """A person's answer reached the customer. ``tells``: the promise that it tells, where it names another moment."""

    ticket: int
    at: datetime
    agent: str  # an address of theirs
    tells: int | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """A line of a ticket's history, with its reason, for people and for ``explain``."""

    ticket: int
    what: str
    reason: str
    by: str = "desk"


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What a bounce or receipt says of a delivery of ours."""

    delivery: int
    outcome: str  # failed, delayed, delivered
    status: str
    diagnostic: str
    address: str


@dataclass(frozen=True, slots=True)
class Reminder:
    """A ticket that an agent is to be reminded of in their next mail. ``step`` says why; ``at`` when it was taken.

    ``note``: why it was on hold until then.
    """

    agent: str
    ticket: int
    step: str
    at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """An agent (registered address) asked to be reminded of this ticket then; ``at`` None: not any more, or done."""

    agent: str
    ticket: int
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Merging:
    """What was ``absorbed``'s is ``survivor``'s. Its standing promise, ``promise_was``, is the survivor's
    ``promise_is`` now; None where it is over.
    """

    survivor: int
    absorbed: int
    promise_was: int | None = None
    promise_is: int | None = None


@dataclass(frozen=True, slots=True)
class Splitting:
    """A filed ``message`` (its id in the store) that belongs to this ticket, of this desk, from now on."""

    message: int
    ticket: int
    desk: str


@dataclass(frozen=True, slots=True)
class ArticleUse:
    """An article was put before a customer: by our first reply ("offered"), or by an agent ("sent")."""

    ticket: int
    desk: str
    language: str
    article: str
    at: datetime
    how: str
    agent: str = ""


@dataclass(frozen=True, slots=True)
class ArticlesSolved:
    """The customer says that it is solved: it counts for every article that they got on this ticket."""

    ticket: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Decision:
    """All that one arrival, one due timer or one operator's verb means."""

    fate: Fate
    reason: str
    tickets: tuple[Ticket, ...] = ()
    messages: tuple[Message, ...] = ()
    promises: tuple[PromiseChange, ...] = ()
    mails: tuple[Mail, ...] = ()
    drops: tuple[Drop, ...] = ()
    releases: tuple[Release, ...] = ()
    events: tuple[Event, ...] = ()
    reports: tuple[DeliveryReport, ...] = ()
    people: tuple[PersonChange, ...] = ()
    agents: tuple[AgentChange, ...] = ()
    ratings: tuple[Rating, ...] = ()
    articles: tuple[ArticleUse, ...] = ()
    articles_solved: tuple[ArticlesSolved, ...] = ()
    answered: tuple[Answered, ...] = ()  # from outside the desk: what the relay takes is noted when it does
    confirms: tuple[int, ...] = ()  # arrivals that waited for this agent's word
    reminders: tuple[Reminder, ...] = ()  # for the next mail of each agent
    reminded: tuple[Reminder, ...] = ()  # done with: mailed, or untrue meanwhile
    wishes: tuple[Wish, ...] = ()  # reminders that agents asked for
    mergings: tuple[Merging, ...] = ()
    splittings: tuple[Splitting, ...] = ()
    unpacked: tuple[Unpacked, ...] = ()  # what an agent forwarded
    again: bool = False  # the same mail came before and was put aside: this is its fate now
    joinings: tuple[Joining, ...] = ()
    pairs: tuple[PairChange, ...] = ()  # questions whether two addresses are one customer's
    praises: tuple[Praise, ...] = ()


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One composed mail to one recipient: frozen bytes and Message-ID. Recipients of one mail share both."""

    recipient: str
    envelope_from: str
    message_id: str
    head: bytes = field(repr=False)  # the headers, with the empty line
    body: bytes = field(repr=False)  # one and the same for all who get the same words

    @property
    def raw(self) -> bytes:
        """The mail."""
        return self.head + self.body
