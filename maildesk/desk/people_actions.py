"""What a decision makes of people: customers, agents, and what was said of their answers. See ``actions``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from maildesk.desk.known.pair_facts import PairQuestion, Stage


@dataclass(frozen=True, slots=True)
class PersonChange:
    """What we now know of an address at a desk. None leaves a field as it is."""

    desk: str
    address: str
    version: int  # what was read; 0: unknown until now
    name: str | None = None
    language: str | None = None
    unreachable: str | None = None  # the reason; "" clears the mark
    spam: bool | None = None
    chosen_language: str | None = None  # by an agent, whatever the customer writes in; "" ends that
    notes: str | None = None  # all of them, one a line: what agents are to remember of this person
    chosen_name: str | None = None  # by an agent, however they sign; "" ends that
    vip: bool | None = None


@dataclass(frozen=True, slots=True)
class Joining:
    """An address at a desk is one of a person's, named by their main address; "" where it stands alone again.

    ``by``: the agent who said so, or the customer.
    """

    desk: str
    address: str
    person: str
    by: str


@dataclass(frozen=True, slots=True)
class PairChange:
    """The question of two addresses as it shall be; ``was`` is the stage that was read, None for a new one."""

    question: PairQuestion
    was: Stage | None


@dataclass(frozen=True, slots=True)
class Praise:
    """Good words of a proven customer for the answer of ``agent``; one for each turn of a ticket, the first counts."""

    ticket: int
    turn: int
    desk: str
    agent: str
    kind: str  # thanks, rating
    at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class AgentChange:
    """What we now know of an agent. ``away_until`` in the past brings them back. None leaves a field as it is.

    ``told_back``: they heard what happened while they were away, so that ``away_since`` is over. ``next_mail_at``: when
    a mail of their own is due next; with ``no_mail_due`` none is. Whoever changes what such a mail hangs on sets it to
    now: ``agent_mail`` then looks, and finds the right moment. ``list_asked_at``: #list; ``list_answered`` ends it.
    ``welcomed``: the welcome mail is made.
    """

    address: str
    away_until: datetime | None = None
    revoke_token_issue: int | None = None
    wrote_at: datetime | None = None
    away_since: datetime | None = None
    away_reason: str | None = None
    told_back: bool = False
    digest_times: str | None = None
    daily_on: str | None = None
    next_mail_at: datetime | None = None
    no_mail_due: bool = False
    reminded_at: datetime | None = None
    list_asked_at: datetime | None = None
    list_answered: bool = False
    welcomed: bool = False
    version: int | None = None  # what was read; None writes whatever was


@dataclass(frozen=True, slots=True)
class Rating:
    """What the customer said of our answer; one for each ticket, the last word counts. ``agent``: who answered."""

    ticket: int
    desk: str
    agent: str
    at: datetime
    solved: bool
    score: int | None = None  # 1 to 5
