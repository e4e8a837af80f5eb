"""A ticket that was merged: what was its own is the survivor's from then on.

Messages, unsent mail and asked reminders move; its timer and its promise are ended by the tickets that the decision
holds. Message-IDs stay as they are: whoever finds the merged ticket is led to the survivor.
"""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, case, delete, select, update
from sqlalchemy.types import Integer

from maildesk.desk.actions import Merging
from maildesk.store.tables import DELIVERY_UNSENT, asked_reminders, deliveries, messages, reminders

_MESSAGES = update(messages).where(messages.c.ticket == bindparam("gone")).values(ticket=bindparam("into"))
_told, _WAS, _BECOMES = deliveries.c.tells_promise, bindparam("was", type_=Integer), bindparam("becomes", type_=Integer)
_UNSENT = update(deliveries).where(deliveries.c.ticket == bindparam("gone"), DELIVERY_UNSENT).values(
    ticket=bindparam("into"), tells_promise=case((_told == _WAS, _BECOMES), else_=None)
)  # fmt: skip
_NO_REMINDERS = delete(reminders).where(reminders.c.ticket == bindparam("gone"))
_w = asked_reminders.c
_DOUBLE = delete(asked_reminders).where(
    _w.ticket == bindparam("gone"), _w.agent.in_(select(_w.agent).where(_w.ticket == bindparam("into")))
)
_WISHES = update(asked_reminders).where(_w.ticket == bindparam("gone")).values(ticket=bindparam("into"))


def write_merging(connection: Connection, merging: Merging) -> None:
    """Moves what is the survivor's now. The tickets themselves are written before."""
    both = {"gone": merging.absorbed, "into": merging.survivor}
    connection.execute(_MESSAGES, both)
    connection.execute(_UNSENT, both | {"was": merging.promise_was, "becomes": merging.promise_is})
    connection.execute(_NO_REMINDERS, {"gone": merging.absorbed})
    connection.execute(_DOUBLE, both)
    connection.execute(_WISHES, both)
