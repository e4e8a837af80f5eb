"""Many notifications to one agent, in one mail that holds each of them whole.

Beyond the brake ``to_agents`` notifications to an agent wait a little and leave together: a list first, then the mails
as they would have come alone (multipart/digest, RFC 2046, 5.1.5), each to be opened and answered with its own signed
address. None is lost or held for long: they leave when the hour has room again, after ``LONGEST_WAIT`` at the latest.

What never waits: notifications of urgent tickets, what answers an agent's own mail, and mail that belongs to no ticket.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from maildesk.desk.actions import Mail
from maildesk.desk.known.facts import AgentFacts
from maildesk.desk.mailing.mails import to_agent
from maildesk.desk.words import Agent, Priority, Site

MAY_WAIT = frozenset({"agent/new-ticket", "agent/new-message", "agent/late", "agent/reminder", "agent/given-on"})
LONGEST_WAIT = timedelta(minutes=15)
HOUR = timedelta(hours=1)
MOST_MAILS = 50
MOST_OCTETS = 15_000_000
"""What one bundle holds; the rest leaves in the next. Many servers refuse mails beyond 20 MB, encoded."""


@dataclass(frozen=True, slots=True)
class Member:
    """A notification that waits: a delivery of ours with its frozen bytes, and what its ticket is about."""

    delivery: int
    desk: str
    ticket: int
    template: str
    message_id: str
    raw: bytes = field(repr=False)
    subject: str
    customer_name: str
    priority: str


def may_wait(template: str, ticket: int | None, priority: str) -> bool:
    """Whether this notification may wait for a bundle."""
    return template in MAY_WAIT and ticket is not None and priority != Priority.URGENT


def leaves_at(first: datetime, reached: Sequence[datetime], limit: int) -> datetime:
    """When a bundle leaves whose first mail waits since ``first``: as soon as the hour has room, or its wait is over.

    ``reached``: when mails to this agent left within the last hour, oldest first; at least ``limit`` of them.
    """
    last = first + LONGEST_WAIT
    return min(last, reached[len(reached) - limit] + HOUR) if 0 < limit <= len(reached) else last


def fitting(members: Sequence[Member]) -> tuple[Member, ...]:
    """The first of them that fit in one mail, one at least. What has bytes beyond ASCII cannot be enclosed: alone."""
    found: list[Member] = []
    size = 0
    for each in members:
        size += len(each.raw)
        alone = not each.raw.isascii()
        if found and (alone or len(found) == MOST_MAILS or size > MOST_OCTETS):
            break
        found.append(each)
        if alone:
            break
    return tuple(found)


def bundle(site: Site, agent: Agent, known: AgentFacts, members: Sequence[Member]) -> Mail:
    """The mail that holds them, from the desk of the first."""
    desk = site.desk(members[0].desk) or site.desks[0]
    rows = tuple(
        {
            "number": each.ticket,
            "subject": each.subject,
            "customer_name": each.customer_name,
            "priority": each.priority if each.priority != Priority.NORMAL else None,
        }
        for each in members
    )
    key = f"bundle:{members[0].delivery}-{members[-1].delivery}"
    mail = to_agent(desk, agent, known, "bundle", key, {"tickets": rows, "count": len(members)})
    return replace(mail, enclosed=tuple(each.raw for each in members))
