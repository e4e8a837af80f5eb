"""How much automatic mail left lately, for the brakes: counted in a few queries per batch, not per mail.

What is counted is a first attempt, from its claim on, so that a slow relay does not hide a flood. Only counts that a
limit asks for are queried. ``Counting`` also knows what this batch itself has let pass.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Integer, Row, bindparam, case, func, select

from maildesk.desk.judging.brakes import Counts, Tripped, tripped
from maildesk.desk.words import Brakes, Trust
from maildesk.store.tables import BRAKED, STRANGERS, deliveries

_HOUR, _DAY = timedelta(hours=1), timedelta(hours=24)

_in_the_hour = func.sum(case((deliveries.c.first_claimed_at > bindparam("hour"), 1), else_=0)).cast(Integer)
_BY_RECIPIENT = (
    select(deliveries.c.recipient, deliveries.c.ticket, _in_the_hour, func.count())
    .where(BRAKED, deliveries.c.recipient.in_(bindparam("recipients", expanding=True)))
    .where(deliveries.c.first_claimed_at > bindparam("day"))
    .group_by(deliveries.c.recipient, deliveries.c.ticket)
)
_BY_DOMAIN = (
    select(deliveries.c.recipient_domain, func.count())
    .where(BRAKED, STRANGERS, deliveries.c.recipient_domain.in_(bindparam("domains", expanding=True)))
    .where(deliveries.c.first_claimed_at > bindparam("hour"))
    .group_by(deliveries.c.recipient_domain)
)
_ON_SITE = select(func.count()).where(BRAKED, STRANGERS, deliveries.c.first_claimed_at > bindparam("hour"))


class Counting:
    """The counts that bear on the rows of one batch. ``verdict`` asks the brakes, ``passed`` counts what may leave."""

    def __init__(self, connection: Connection, brakes: Brakes, rows: Iterable[Row[Any]], now: datetime) -> None:
        rows = list(rows)
        self._brakes = brakes
        self._hour: Counter[object] = Counter()
        self._day: Counter[object] = Counter()
        when = {"hour": now - _HOUR, "day": now - _DAY}
        if rows and _asks_for_addresses(brakes):
            self._count_addresses(connection, sorted({row.recipient for row in rows}), when)
        strangers = [row for row in rows if row.recipient_trust != Trust.AUTHENTICATED]
        domains = sorted({row.recipient_domain for row in strangers} - brakes.freemail)
        if domains and brakes.strangers_per_domain_hour:
            found = connection.execute(_BY_DOMAIN, {"domains": domains, "hour": when["hour"]})
            self._hour.update({("domain", domain): count for domain, count in found})
        if strangers and brakes.strangers_per_site_hour:
            self._hour["site"] = int(connection.execute(_ON_SITE, {"hour": when["hour"]}).scalar_one())

    def _count_addresses(self, connection: Connection, recipients: list[str], when: dict[str, datetime]) -> None:
        for recipient, ticket, hour, day in connection.execute(_BY_RECIPIENT, {"recipients": recipients, **when}):
            for key in (recipient, (recipient, ticket)):
                self._hour[key] += hour
                self._day[key] += day

    def verdict(self, row: Row[Any]) -> Tripped | None:
        """The brake that holds this mail, or None where it may leave."""
        of_ticket = (row.recipient, row.ticket)
        counts = Counts(
            ticket_hour=self._hour[of_ticket] if row.ticket is not None else 0,
            ticket_day=self._day[of_ticket] if row.ticket is not None else 0,
            address_hour=self._hour[row.recipient],
            address_day=self._day[row.recipient],
            domain_strangers_hour=self._hour["domain", row.recipient_domain],
            site_strangers_hour=self._hour["site"],
        )
        return tripped(self._brakes, counts, Trust(row.recipient_trust), row.recipient_domain)

    def passed(self, row: Row[Any]) -> None:
        """Counts a mail of this batch that leaves now."""
        keys: list[object] = [row.recipient, (row.recipient, row.ticket)]
        if row.recipient_trust != Trust.AUTHENTICATED:
            keys += [("domain", row.recipient_domain), "site"]
        self._hour.update(keys)
        self._day.update(keys)


def _asks_for_addresses(brakes: Brakes) -> bool:
    return any(
        (
            brakes.per_ticket_hour,
            brakes.per_ticket_day,
            brakes.per_address_hour,
            brakes.per_address_day,
            brakes.per_stranger_hour,
        )
    )
