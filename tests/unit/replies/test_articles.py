"""Help articles as files: what is read of them, which layer wins, and what an edit does."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from maildesk.replies.articles import MOST_WORDS, Articles, load_article
from maildesk.replies.readability import words
from maildesk.replies.sandbox import TemplateFault
from maildesk.replies.templates import Templates, builtin_folder

EXAMPLES = Path(__file__).parents[3] / "docs" / "examples"
RESET = """\
---
title: Set a new password
words: forgot my password, cannot sign in, new password, login
---
1. Open the page *Sign in*.
2. Click *Forgot?*
   and type your address.
3. Follow our mail.
4. Sign in.
"""


def put(folder: Path, text: str, name: str = "reset", language: str = "en") -> Path:
    path = folder / "articles" / language / f"{name}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def again(path: Path, text: str) -> None:
    """An edit that is seen, however fast the test is."""
    path.write_text(text, encoding="utf-8")
    stat = path.stat()
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns + 1_000_000_000))


def test_an_article_is_a_title_words_and_steps() -> None:
    article = load_article(RESET)
    assert (article.title, article.words[0], article.lines) == ("Set a new password", "forgot my password", (2, 3, 5))
    assert article.steps == ("Open the page *Sign in*.", "Click *Forgot?* and type your address.", "Follow our mail.",
                             "Sign in.")  # fmt: skip
    assert article.plain.startswith("Set a new password\n\n1. Open the page")


def test_a_first_reply_shows_three_whole_steps_at_most() -> None:
    assert load_article(RESET).short.splitlines() == [
        "1. Open the page *Sign in*.", "2. Click *Forgot?* and type your address.", "3. Follow our mail."
    ]  # fmt: skip


def test_what_does_not_fit_into_sixty_words_is_left_out_whole() -> None:
    long = " ".join(["word"] * 30)
    article = load_article(f"---\ntitle: A title\n---\n1. One {long}.\n2. Two {long}.\n3. Three.\n")
    assert article.first_steps == (f"One {long}.",)
    assert len(words(f"{article.title} {' '.join(article.first_steps)}")) <= MOST_WORDS
    assert load_article(f"---\ntitle: A title\n---\n1. {long} {long}\n").short == ""
    assert load_article("---\ntitle: Hours\n---\nCall us from nine to five.\n").short == "Call us from nine to five."


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("Hello", 1, "---"),
        ("---\ntitle: A", 1, "not closed"),
        ("---\nwords: a\n---\n1. B\n", 2, "title is missing"),
        ("---\ntitle: A\nauthor: me\n---\n1. B\n", 3, "author"),
        ("---\ntitle: A\n---\n\n", 3, "empty"),
        ("---\ntitle: A\n---\n1. Hello {{ name }}\n", 4, "no placeholders"),
        ("---\ntitle: A\n---\n1. <b>B</b>\n", 4, "HTML"),
        (f"---\ntitle: {'A' * 101}\n---\n1. B\n", 2, "100"),
        ("---\ntitle: A\n---\n" + "x" * 17_000, 1, "16 KB"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_a_remedy(text: str, line: int, says: str) -> None:
    with pytest.raises(TemplateFault) as fault:
        load_article(text)
    assert fault.value.line == line
    assert says in fault.value.sentence


def test_a_desks_own_article_lies_over_the_admins(tmp_path: Path) -> None:
    put(tmp_path, RESET)
    put(tmp_path, RESET, "other")
    put(tmp_path / "desks" / "sales@example.com", RESET.replace("Set", "Buy"))
    articles = Articles(tmp_path, tmp_path / "none")
    assert [(each.name, each.title) for each in articles.all("en", "sales@example.com")] == [
        ("other", "Set a new password"), ("reset", "Buy a new password")
    ]  # fmt: skip
    assert {each.title for each in articles.all("en", "support@example.com")} == {"Set a new password"}
    assert (articles.all("de"), articles.languages()) == ((), ("en",))


@pytest.mark.parametrize("language", ["..", "../articles/en", "", "en/.", "en/../en", "a" * 200])
def test_odd_names_of_languages_read_nothing(tmp_path: Path, language: str) -> None:
    put(tmp_path, RESET)
    assert Articles(tmp_path, tmp_path / "none").all(language) == ()


def test_an_edit_is_used_with_the_next_mail_and_a_new_or_deleted_file_too(tmp_path: Path) -> None:
    path, articles = put(tmp_path, RESET), Articles(tmp_path, tmp_path / "none")
    assert [each.name for each in articles.fitting("Login", "I forgot my password", "en")] == ["reset"]
    again(path, RESET.replace("forgot my password, cannot sign in, new password, login", "garden hose, watering"))
    assert articles.fitting("Garden", "the watering of my garden hose", "en")[0].name == "reset"
    put(tmp_path, RESET.replace("password", "passphrase"), "second")
    assert [each.name for each in articles.all("en")] == ["reset", "second"]
    path.unlink()
    assert [each.name for each in articles.all("en")] == ["second"]


def test_a_broken_edit_leaves_the_last_good_version_and_is_named(tmp_path: Path) -> None:
    path, templates = put(tmp_path, RESET), Templates(tmp_path)
    assert templates.articles.all("en")
    again(path, RESET.replace("Follow our mail.", "Hello {{ name }}"))
    assert templates.articles.all("en")[0].article.steps[2] == "Follow our mail."
    (problem,) = templates.problems()
    assert (problem.file, problem.line) == (path, 8)
    again(path, RESET + "\nMore.\n")
    assert templates.problems() == ()


def test_a_broken_article_is_named_before_any_mail_needs_it(tmp_path: Path) -> None:
    path = put(tmp_path / "desks" / "sales@example.com", "no front matter", "new")
    assert [each.file for each in Templates(tmp_path).problems()] == [path]


def test_as_long_as_nothing_changes_the_index_stands(tmp_path: Path) -> None:
    path, articles = put(tmp_path, RESET), Articles(tmp_path, tmp_path / "none")
    first = articles.all("en")
    assert articles.all("en") is first
    again(path, RESET)
    assert articles.all("en") is not first


def test_the_built_in_set_holds_no_articles() -> None:
    assert not (builtin_folder() / "articles").exists()


def test_every_example_can_be_offered() -> None:
    examples = Articles(EXAMPLES, EXAMPLES / "none")
    assert examples.languages() == ("de", "en", "es", "fr", "ru")
    assert all(each.article.first_steps for language in examples.languages() for each in examples.all(language))
    assert examples.problems() == ()
