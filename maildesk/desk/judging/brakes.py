"""Brakes on automatic mail: how much may leave, whatever anybody understood. Pure functions over counts.

Counted when a delivery is claimed. What a brake holds goes out when there is room, while its time is true, or by an
operator's release; ticket and timer stand anyway. An address that trips a brake twice is a suspected robot: its mails
join one ticket, unanswered, until an agent writes to it or it is quiet for ``QUIET``.

A limit of 0 lifts its brake. What it does not do: count (the store does), or hold mail to agents, which is bundled.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from maildesk.desk.words import Brakes, Trust

QUIET = timedelta(days=7)
TRIPS_OF_A_ROBOT = 2


@dataclass(frozen=True, slots=True)
class Counts:
    """Automatic mails to customers whose first attempt was claimed within the last hour or 24 hours, without this one.

    ``ticket_*``: of this ticket to this address; ``address_*``: to this address; ``domain_strangers_hour`` and
    ``site_strangers_hour``: to unauthenticated recipients of this domain, and of all domains.
    """

    ticket_hour: int = 0
    ticket_day: int = 0
    address_hour: int = 0
    address_day: int = 0
    domain_strangers_hour: int = 0
    site_strangers_hour: int = 0


@dataclass(frozen=True, slots=True)
class Tripped:
    """A brake that holds a mail. ``brake`` names it as in the config; ``reason`` is a sentence for people.

    ``by_address``: the address itself does too much, which counts towards its being a robot; the others are about
    crowds.
    """

    brake: str
    reason: str
    by_address: bool


def tripped(brakes: Brakes, counts: Counts, trust: Trust, domain: str) -> Tripped | None:
    """The first brake that one more automatic mail to this recipient would trip; None where it may leave."""
    return next((brake for count, limit, brake in _limits(brakes, counts, trust, domain) if 0 < limit <= count), None)


def should_bundle(brakes: Brakes, to_agent_hour: int) -> bool:
    """Whether mail to an agent who got this many in the last hour is bundled instead."""
    return 0 < brakes.to_agents_hour <= to_agent_hour


def is_suspected_robot(
    trips: int, since: datetime | None, now: datetime, last_mail: datetime | None, agent_wrote: datetime | None
) -> bool:
    """Whether an address is treated as a robot now.

    ``trips`` counts brakes it tripped by itself; ``since`` is when the last of them made it a suspect, ``last_mail``
    its newest mail, ``agent_wrote`` the newest mail of an agent to it.
    """
    if trips < TRIPS_OF_A_ROBOT or since is None:
        return False
    if agent_wrote is not None and agent_wrote >= since:
        return False
    return now - max(since, last_mail or since) < QUIET


def _limits(brakes: Brakes, counts: Counts, trust: Trust, domain: str) -> Iterator[tuple[int, int, Tripped]]:
    """(count, limit, brake) from the narrowest to the widest."""
    for count, limit, name, per in (
        (counts.ticket_hour, brakes.per_ticket_hour, "per_ticket.hour", "for one ticket in an hour"),
        (counts.ticket_day, brakes.per_ticket_day, "per_ticket.day", "for one ticket in a day"),
        (counts.address_hour, brakes.per_address_hour, "per_address.hour", "in an hour"),
        (counts.address_day, brakes.per_address_day, "per_address.day", "in a day"),
    ):
        reason = f"This address got {count} automatic mails {per}; the brake is {limit}."
        yield count, limit, Tripped(name, reason, True)
    if trust is Trust.AUTHENTICATED:
        return
    yield _crowd(counts.address_hour, brakes.per_stranger_hour, "per_stranger.hour", "This unproven address", True)
    if domain.lower() not in brakes.freemail:
        count, limit = counts.domain_strangers_hour, brakes.strangers_per_domain_hour
        yield _crowd(count, limit, "strangers_per_domain.hour", f"Unproven addresses of {domain}", False)
    count, limit = counts.site_strangers_hour, brakes.strangers_per_site_hour
    yield _crowd(count, limit, "strangers_per_site.hour", "Unproven addresses", False)


def _crowd(count: int, limit: int, name: str, who: str, by_address: bool) -> tuple[int, int, Tripped]:
    reason = f"{who} got {count} automatic mails in an hour; the brake is {limit}."
    return count, limit, Tripped(name, reason, by_address)
