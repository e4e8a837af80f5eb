"""``templates check`` on help articles: every mistake with file, line, why it matters, and a way out."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from maildesk.replies.article_checks import check_articles
from maildesk.replies.checking import review, root_of
from maildesk.replies.findings import Finding, Level
from maildesk.replies.templates import Templates
from tests.unit.replies.test_articles import EXAMPLES, RESET, put


def judged(path: Path) -> list[Finding]:
    """What ``templates check FILE`` says."""
    return review(Templates(root_of(path.resolve())), only=path.resolve())


GOOD = RESET.replace("4. Sign in.\n", "")
MISTAKES = [
    ("placeholder", 5, Level.ERROR, GOOD.replace("Open the page", "{{ name }}: open the page")),
    ("html", 5, Level.ERROR, GOOD.replace("*Sign in*", "<b>Sign in</b>")),
    ("syntax", 2, Level.ERROR, GOOD.replace("title: Set a new password\n", "")),
    ("few-words", 3, Level.WARNING, GOOD.replace("forgot my password, cannot sign in, new password, login", "login")),
    ("many-steps", 5, Level.WARNING, RESET),
    ("no-steps", 5, Level.WARNING, GOOD.split("1. ", maxsplit=1)[0] + "You can do that. " * 20 + "\n"),
    ("long-steps", 5, Level.WARNING, GOOD.replace("Follow our mail.", "Follow our mail. " * 20)),
    ("link", 8, Level.WARNING, GOOD.replace("Follow our mail.", "Open https://elsewhere.test/x now.")),
    ("heavy-word", 8, Level.WARNING, GOOD.replace("Follow our mail.", "Wait as soon as possible.")),
    ("long-sentence", 8, Level.WARNING, GOOD.replace("Follow our mail.", "Follow " + "our mail and " * 12 + "go.")),
    ("passive", 8, Level.WARNING, GOOD.replace("Follow our mail.", "A mail will be sent by us.")),
]


@pytest.mark.parametrize(("code", "line", "level", "text"), MISTAKES, ids=[each[0] for each in MISTAKES])
def test_a_mistake_in_an_article_is_found_in_its_line(
    tmp_path: Path, code: str, line: int, level: Level, text: str
) -> None:
    found = [each for each in judged(put(tmp_path, text)) if each.code == code]
    assert [(each.line, each.level) for each in found[:1]] == [(line, level)]
    assert found[0].why or level is Level.ERROR
    assert "{{ promise" not in found[0].sentence  # an article has no placeholders


def test_a_good_article_has_no_finding_alone_and_among_the_others(tmp_path: Path) -> None:
    path = put(tmp_path, GOOD)
    assert judged(path) == []
    mine = put(tmp_path / "desks" / "sales@example.com", GOOD)
    assert (root_of(mine), judged(mine)) == (tmp_path, [])
    assert judged(put(tmp_path / "desks" / "sales@example.com", RESET))[0].code == "many-steps"


def test_the_examples_have_no_finding(tmp_path: Path) -> None:
    shutil.copytree(EXAMPLES / "articles", tmp_path / "articles")
    found = check_articles(Templates(tmp_path), (), ("example.com",))
    assert [f"{each.file}:{each.line} {each.sentence}" for each in found] == []


def test_an_article_that_another_language_has_is_missing_where_there_are_articles(tmp_path: Path) -> None:
    put(tmp_path, GOOD)
    put(tmp_path, GOOD, "other")
    put(tmp_path, GOOD, "reset", "de")
    found = [each for each in check_articles(Templates(tmp_path), (), ()) if each.code == "missing-article"]
    assert [each.file for each in found] == [tmp_path / "articles" / "de" / "other.md"]


def test_an_article_that_no_customer_can_get_is_named(tmp_path: Path) -> None:
    path = put(tmp_path, GOOD)
    lost = path.parents[1] / "lost.md"
    lost.write_text(GOOD, encoding="utf-8")
    put(tmp_path, GOOD, "reset", "english")
    put(tmp_path, GOOD, "reset my password", "en")
    odd = put(tmp_path, GOOD, "what, again", "en")
    found = {each.file: each.code for each in check_articles(Templates(tmp_path), (), ())}
    assert found == dict.fromkeys((lost, odd, tmp_path / "articles" / "english"), "misplaced")
    assert [each.code for each in judged(lost)] == ["misplaced"]
