"""``maildesk articles``: what there is, how often customers got it, and what it solved."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from maildesk import app
from maildesk.config import load
from maildesk.desk.actions import ArticlesSolved, ArticleUse
from maildesk.store.writing_articles import write_solved, write_use
from tests.unit.cli.conftest import Run
from tests.unit.cli.test_commands import lines

ARTICLE = "---\ntitle: {}\nwords: parcel, order, where\n---\n1. Look.\n"


@pytest.fixture
def used(site: Path) -> Path:
    """A site with two articles, a desk's own among them; one was offered and solved it, one that is gone was sent."""
    settings = load(site)
    for folder, name in (("articles", "parcel"), ("desks/support@example.com/articles", "own")):
        path = settings.templates / folder / "en" / f"{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(ARTICLE.format(name.title()), encoding="utf-8")
    desk = app.build(settings)
    try:
        with desk.database.write() as connection:
            number = connection.exec_driver_sql("SELECT number FROM tickets").scalar_one()
            now = datetime.now(UTC)
            write_use(connection, ArticleUse(number, "support@example.com", "en", "parcel", now, "offered"))
            write_use(connection, ArticleUse(number, "support@example.com", "en", "gone", now, "sent", "a@example.com"))
            write_solved(connection, ArticlesSolved(number, now))
    finally:
        desk.close()
    return site


def test_each_article_is_a_line_with_what_it_was_good_for(run: Run, used: Path) -> None:
    rows = lines(run("--config", used, "articles", "--json").out)
    assert [(each["name"], each["title"], each["offered"], each["sent"], each["solved"]) for each in rows] == [
        ("gone", "", 0, 1, 1),
        ("own", "Own", 0, 0, 0),
        ("parcel", "Parcel", 1, 0, 1),
    ]
    assert {each["language"] for each in rows} == {"en"}
    told = run("--config", used, "articles").out.splitlines()
    assert len(told) == 3
    assert "offered     1  sent     0  solved     1  Parcel" in told[2]


def test_without_articles_it_says_where_they_go(run: Run, site: Path) -> None:
    told = run("--config", site, "articles")
    assert (told.code, "templates/articles/<language>/" in told.out) == (0, True)
    assert run("--config", site, "articles", "--json").out == ""
