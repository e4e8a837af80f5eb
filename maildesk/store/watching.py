"""How a day's mail was judged, desk by desk."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, case, func, select

from maildesk.desk.following.watch import Judged
from maildesk.desk.words import Fate
from maildesk.store.columns import Moment
from maildesk.store.tables import arrivals

_NOT_PEOPLE = arrivals.c.fate.in_(["aside", "report"])
_JUDGED = (
    select(arrivals.c.desk, func.count(), func.sum(case((_NOT_PEOPLE, 1), else_=0)))
    .where(
        arrivals.c.accepted_at > bindparam("since", type_=Moment), arrivals.c.fate.in_([fate.value for fate in Fate])
    )
    .group_by(arrivals.c.desk)
)


def judged_since(connection: Connection, since: datetime) -> dict[str, Judged]:
    """Mails that met a fate since then, by desk."""
    rows = connection.execute(_JUDGED, {"since": since})
    return {desk: Judged(int(mails), int(robots)) for desk, mails, robots in rows if desk is not None}
