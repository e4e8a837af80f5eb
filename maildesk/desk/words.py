"""The words of the desk: what tickets, promises and people are. Frozen facts without behaviour of their own.

The words of an installation (``Desk``, ``Agent``, ``Site`` …) stand in ``site.py`` and are named here too.

All moments are aware datetimes in UTC; zones come in where words are made for people. Addresses are folded
(``fold_address``), names as people wrote them. Message-IDs have no angle brackets.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from maildesk.desk.site import Agent, Brakes, Desk, FollowUpRules, OnCall, Shift, Site

__all__ = [
    "LIVE_STATES",
    "STANDING",
    "Agent",
    "Arrival",
    "ArrivalState",
    "Audience",
    "Brakes",
    "DeliveryState",
    "Desk",
    "Fate",
    "FollowUpRules",
    "MessageKind",
    "OnCall",
    "Participant",
    "Priority",
    "Promise",
    "PromiseState",
    "Role",
    "Shift",
    "Site",
    "Step",
    "Ticket",
    "TicketState",
    "Timer",
    "Trust",
]


class TicketState(StrEnum):
    """Whose move it is."""

    OPEN = "open"  # ours
    WAITING = "waiting"  # the customer's
    PAUSED = "paused"  # until a date, for a reason the customer was told
    SOLVED = "solved"
    CLOSED = "closed"
    MERGED = "merged"  # points to the survivor


LIVE_STATES = frozenset({TicketState.OPEN, TicketState.WAITING, TicketState.PAUSED, TicketState.SOLVED})
"""States in which a ticket has exactly one timer (guarantee 4)."""


class Trust(StrEnum):
    """How far we trust that a mail is from whom it says."""

    AUTHENTICATED = "authenticated"
    KNOWN = "known"  # a participant, not authenticated
    STRANGER = "stranger"


class Priority(StrEnum):
    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


class PromiseState(StrEnum):
    UNTOLD = "untold"  # the mail that states it has not reached the relay yet
    TOLD = "told"
    KEPT = "kept"  # the relay took a person's answer
    REPLACED = "replaced"  # by one that was, or will be, told
    BROKEN = "broken"  # its moment passed unannounced: guarantee 4 failed
    UNTELLABLE = "untellable"  # we may not write to them; the reason says why


STANDING = frozenset({PromiseState.UNTOLD, PromiseState.TOLD, PromiseState.UNTELLABLE})


class DeliveryState(StrEnum):
    WAITING = "waiting"  # due at next_attempt_at
    HELD = "held"  # until an operator, an agent or a brake lets it go
    SENT = "sent"  # the relay took it
    FAILED = "failed"  # refused for good
    DROPPED = "dropped"  # recalled, out of date or replaced
    BUNDLED = "bundled"  # left inside another mail to the same agent, which its reason names


class ArrivalState(StrEnum):
    WAITING = "waiting"
    HELD = "held"
    DONE = "done"
    FAILED = "failed"  # set aside after three attempts


class Fate(StrEnum):
    """How an arrival ended; its reason is stored beside it."""

    NEW_TICKET = "new-ticket"
    FILED = "filed"  # joined a ticket
    COMMAND = "command"  # an agent's commands, nothing public
    REPORT = "report"
    ASIDE = "aside"  # machine-sent or spam without a ticket
    DUPLICATE = "duplicate"
    OWN = "own"
    RETURNED = "returned"  # an agent's mistake: given back with the mistake named
    UNPACKED = "unpacked"  # an agent's forward: what is in it came in as mails of their own
    CONFIRMING = "confirming"  # waits for the registered address to confirm
    HISTORY = "history"  # imported, or older than the first contact with a mailbox
    FAILED = "failed"


class MessageKind(StrEnum):
    """What a filed message is in its ticket."""

    QUESTION = "question"  # from the customer or a participant
    THANKS = "thanks"
    RATING = "rating"  # one word on whether our answer solved it
    ANSWER = "answer"  # an agent's public reply
    NOTE = "note"
    STRANGER = "stranger"  # for agents' eyes, without powers
    REPORT = "report"
    MACHINE = "machine"
    COMMAND = "command"


class Audience(StrEnum):
    CUSTOMER = "customer"
    AGENT = "agent"
    ADMIN = "admin"


class Role(StrEnum):
    """Whom a signed address was issued to."""

    CUSTOMER = "c"
    AGENT = "a"
    BOUNCE = "b"


class Step(StrEnum):
    """The next thing due on a ticket if nobody moves. The table is in docs/design.md, and a test compares them."""

    REMIND_ASSIGNEE = "remind-assignee"
    REMIND_ALL = "remind-all"
    RENEW_PROMISE = "renew-promise"
    ASK_IF_HELPED = "ask-if-helped"
    ANNOUNCE_CLOSING = "announce-closing"
    CLOSE = "close"
    PAUSE_NEWS = "pause-news"
    RESUME = "resume"
    ASK_IF_SOLVED = "ask-if-solved"
    KEEP_INFORMED = "keep-informed"  # a promise far away: still working, it stands
    CALL_NEXT = "call-next"  # urgent and nobody on duty has moved: whoever is next


@dataclass(frozen=True, slots=True)
class Arrival:
    """One mail as it came in: envelope and bytes, untouched.

    ``sender`` is the envelope sender: "" is the null sender, None unknown (IMAP without Return-Path).
    ``source_key`` names where it came from so that a second fetch is the same arrival (for IMAP: mailbox, folder,
    UIDVALIDITY and UID); None where the intake cannot know. ``arrived_at`` is INTERNALDATE for IMAP. ``desk`` is the
    desk of the mailbox it was fetched from, where that is configured. ``history``: filed, not answered.
    """

    id: int
    intake: str  # smtp, lmtp, imap, pipe, import
    sender: str | None
    recipients: tuple[str, ...]
    raw: bytes = field(repr=False)
    arrived_at: datetime
    source_key: str | None = None
    desk: str | None = None
    authserv_id: str = ""  # whose Authentication-Results count for this intake
    trusted_results: str = ""  # "topmost", or ""
    spam: bool = False  # the configured filter's verdict
    history: bool = False
    left_out: str = ""  # what the intake could not take, as a sentence
    attempts: int = 0
    override: str = ""  # an operator's word ("ticket": make one of it), or "confirmed" by the agent it names
    opened: int | None = None  # the ticket that was opened for its sender when it could not be read


@dataclass(frozen=True, slots=True)
class Participant:
    """An address allowed into a ticket. ``since`` bounds what they may see: nothing earlier."""

    address: str
    name: str
    since: datetime
    brought_by: str


@dataclass(frozen=True, slots=True)
class Promise:
    """The moment by which we told the customer they will hear from us. ``number`` counts within the ticket, from 1."""

    number: int
    turn: int
    at: datetime
    state: PromiseState
    made_at: datetime
    reason: str  # how the moment was found, or why it cannot be told
    told_at: datetime | None = None
    renewals: int = 0  # how many promises of this turn went before
    target: timedelta | None = None  # the service time it was made for; None: made before that was kept
    priority: Priority | None = None  # the ticket's, when it was made; None: as with the target


@dataclass(frozen=True, slots=True)
class Timer:
    """The next step of a ticket, and when."""

    due_at: datetime
    step: Step


@dataclass(frozen=True, slots=True)
class Ticket:
    """One matter of one customer with one desk. ``version`` is what was read: 0 for a ticket not yet stored."""

    number: int
    version: int
    desk: str
    state: TicketState
    state_since: datetime
    requester: str
    requester_name: str
    requester_trust: Trust
    language: str
    priority: Priority
    subject: str
    root_id: str  # heads References in every mail of this ticket
    opened_at: datetime
    turn: int
    turn_began_at: datetime
    last_customer_at: datetime
    last_answer_at: datetime | None = None
    assignee: str | None = None
    participants: tuple[Participant, ...] = ()  # without the requester
    promise: Promise | None = None  # the standing one
    timer: Timer | None = None
    acknowledged_turn: int = 0
    unanswerable: str = ""  # why this customer gets no automatic mail; "" where they may
    stopped: bool = False  # the customer said STOP: no follow-ups
    resting: bool = False  # a robot joined: reminding and closing rest until an agent moves
    customer_offset: int | None = None  # minutes east of UTC in the customer's Date
    pause_reason: str = ""
    paused_until: datetime | None = None  # while it waits: from when the customer may be asked (#wait until WHEN)
    merged_into: int | None = None
    linked_to: int | None = None
    last_ids: tuple[str, ...] = ()  # the newest Message-IDs of the ticket, oldest first: the tail of References
    last_customer_id: str | None = None  # what our next mail answers
    reopened: int = 0
    unanswered: int = 0  # customer mails since the last answer
    nudged: int = 0  # follow-up steps taken since the state or the promise last changed
    nudged_at: datetime | None = None
    promises_made: int = 0  # numbers given to promises so far
    informed_at: datetime | None = None  # when the newest automatic mail to the customer leaves, or left
    called: int = 0  # how many people on duty were called since it became our move
    called_at: datetime | None = None
    priority_reason: str = ""  # why it has this priority, as ``urgency`` writes it; "" for the priority all begin with
    updates: int = 0  # automatic updates of this turn to the customer: which of the texts is next
    asked_at: datetime | None = None  # "did this solve it?" was asked and may still be answered with one word
    tags: tuple[str, ...] = ()  # words of the team's own for finding it again, folded, in their order

    @property
    def people(self) -> frozenset[str]:
        """Requester and participants."""
        return frozenset({self.requester, *(each.address for each in self.participants)})
