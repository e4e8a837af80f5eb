"""Help articles counted: what was offered and sent on which ticket, and what the customer says it solved."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import Connection, bindparam, func, insert, select, update

from maildesk.desk.actions import ArticlesSolved, ArticleUse
from maildesk.store.tables import article_uses

_u = article_uses.c
_KNOWN = select(_u.ticket).where(
    _u.ticket == bindparam("ticket"), _u.language == bindparam("language"), _u.article == bindparam("article"),
    _u.how == bindparam("how"),
)  # fmt: skip
_NEW = insert(article_uses)
_SOLVED = (
    update(article_uses)
    .where(_u.ticket == bindparam("of"), _u.solved_at.is_(None))
    .values(solved_at=bindparam("solved"))
)
_COUNTED = (
    select(_u.language, _u.article, _u.how, func.count().label("times"), func.count(_u.solved_at).label("solved"))
    .group_by(_u.language, _u.article, _u.how)
    .order_by(_u.language, _u.article, _u.how)
)


@dataclass(frozen=True, slots=True)
class Counted:
    """How often an article was put before customers, and on how many of these tickets they said that it is solved."""

    language: str
    article: str
    how: str  # offered, sent
    times: int
    solved: int


def write_use(connection: Connection, use: ArticleUse) -> None:
    """Counts an article once for each ticket and way; the ticket's version, written before, keeps two from crossing."""
    row = asdict(use)
    if (
        connection.execute(_KNOWN, {name: row[name] for name in ("ticket", "language", "article", "how")}).first()
        is None
    ):
        connection.execute(_NEW, row)


def write_solved(connection: Connection, solved: ArticlesSolved) -> None:
    """The customer says that it is solved: of every article of the ticket that has not been counted so."""
    connection.execute(_SOLVED, {"of": solved.ticket, "solved": solved.at})


def counted(connection: Connection) -> list[Counted]:
    """All articles that were ever offered or sent, by language and name."""
    return [Counted(*row) for row in connection.execute(_COUNTED)]
