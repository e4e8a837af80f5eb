"""A decision about a ticket as it grows: ``Work`` goes into a step and comes out of it, and nothing else changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from maildesk.desk.actions import (
    AgentChange,
    ArticleUse,
    Drop,
    Event,
    Joining,
    Mail,
    Merging,
    PairChange,
    PersonChange,
    PromiseChange,
    Release,
    Wish,
)
from maildesk.desk.words import MessageKind, Ticket


@dataclass(frozen=True, slots=True)
class Work:
    """A decision as it grows. ``changes`` are the lines of the receipt."""

    ticket: Ticket
    mails: tuple[Mail, ...] = ()
    drops: tuple[Drop, ...] = ()
    releases: tuple[Release, ...] = ()
    promises: tuple[PromiseChange, ...] = ()
    events: tuple[Event, ...] = ()
    changes: tuple[str, ...] = ()
    kind: MessageKind = MessageKind.COMMAND
    sent_at: datetime | None = None
    stays_open: bool = False
    agents: tuple[AgentChange, ...] = ()
    articles: tuple[ArticleUse, ...] = ()
    people: tuple[PersonChange, ...] = ()
    wishes: tuple[Wish, ...] = ()
    absorbed: tuple[Ticket, ...] = ()
    mergings: tuple[Merging, ...] = ()
    joinings: tuple[Joining, ...] = ()
    pairs: tuple[PairChange, ...] = ()
