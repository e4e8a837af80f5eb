"""What customers say of our answers: one row for each ticket, in which the last word counts."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, insert, update

from maildesk.desk.actions import Rating
from maildesk.store.tables import ratings

_NEW = insert(ratings)
_AGAIN = update(ratings).where(ratings.c.ticket == bindparam("of")).values(
    agent=bindparam("new_agent"), at=bindparam("new_at"), solved=bindparam("new_solved"), score=bindparam("new_score")
)  # fmt: skip


def write_rating(connection: Connection, rating: Rating) -> None:
    """Writes a rating over an earlier one; the ticket's version, written before, keeps two words from crossing."""
    again = {
        "of": rating.ticket,
        "new_agent": rating.agent,
        "new_at": rating.at,
        "new_solved": rating.solved,
        "new_score": rating.score,
    }
    if connection.execute(_AGAIN, again).rowcount == 0:
        row = {"ticket": rating.ticket, "desk": rating.desk, "agent": rating.agent, "at": rating.at}
        connection.execute(_NEW, row | {"solved": rating.solved, "score": rating.score})
