"""Help articles counted: once for each ticket and way, and solved when the customer says so."""

from __future__ import annotations

from datetime import timedelta

from maildesk.desk.actions import ArticlesSolved, ArticleUse
from maildesk.store.database import Database
from maildesk.store.writing_articles import Counted, counted, write_solved, write_use
from tests.store.conftest import START
from tests.store.rows import DESK, ticket

HOUR = timedelta(hours=1)


def use(number: int, article: str, how: str = "offered", language: str = "en") -> ArticleUse:
    return ArticleUse(number, DESK, language, article, START, how, "anna@example.com" if how == "sent" else "")


def test_an_article_counts_once_for_a_ticket_and_way(database: Database) -> None:
    with database.write() as connection:
        ticket(connection, 1)
        ticket(connection, 2)
        for each in (use(1, "reset"), use(1, "reset"), use(1, "reset", "sent"), use(2, "reset"), use(2, "track")):
            write_use(connection, each)
        write_use(connection, use(2, "reset", language="de"))
    with database.read() as connection:
        assert counted(connection) == [
            Counted("de", "reset", "offered", 1, 0),
            Counted("en", "reset", "offered", 2, 0),
            Counted("en", "reset", "sent", 1, 0),
            Counted("en", "track", "offered", 1, 0),
        ]


def test_what_the_customer_says_counts_for_all_that_they_got_and_once(database: Database) -> None:
    with database.write() as connection:
        ticket(connection, 1)
        ticket(connection, 2)
        for each in (use(1, "reset"), use(1, "track", "sent"), use(2, "reset")):
            write_use(connection, each)
        write_solved(connection, ArticlesSolved(1, START + HOUR))
        write_solved(connection, ArticlesSolved(1, START + 2 * HOUR))
        write_solved(connection, ArticlesSolved(3, START))  # got none: nothing to count
    with database.read() as connection:
        solved = {(each.article, each.how): (each.times, each.solved) for each in counted(connection)}
    assert solved == {("reset", "offered"): (2, 1), ("track", "sent"): (1, 1)}
