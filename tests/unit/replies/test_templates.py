"""Finding templates in layers, reloading them, and keeping the last good version."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from maildesk.replies.optional_values import OPTIONAL_VALUES
from maildesk.replies.placeholders import PARTS, PLACEHOLDERS, REQUIRED_VALUES, Kind, template_names
from maildesk.replies.samples import all_facts, shown
from maildesk.replies.templates import Templates, builtin_folder
from tests.unit.replies.samples import DESK, a_mail, composed, context, text_of, write

GOOD = "---\nsubject: Hi\n---\nFirst version. {{ promise_line }}\n"
BETTER = "---\nsubject: Hi\n---\nSecond version. {{ promise_line }}\n"
BROKEN = "---\nsubject: Hi\n---\nThird version.\n\n{{ promsie }}\n"
DESKS = f"desks/{DESK.address}/en/received.md"


def said(templates: Templates, template: str = "received", language: str = "en") -> str:
    return text_of(composed(a_mail(template, language=language), context(templates)).raw)


def test_english_and_german_are_complete() -> None:
    assert {"en", "de"} <= set(Templates().languages())


def test_every_placeholder_that_prints_has_a_fallback_in_every_language() -> None:
    silent = (Kind.FLAG, Kind.HELLO, Kind.DONE, Kind.LINES, Kind.ROWS, Kind.ARTICLES, Kind.BLOCK, Kind.PART, Kind.FILES)
    printing = {name for name, each in PLACEHOLDERS.items() if each.kind not in silent}
    for language in Templates().languages():
        fallbacks = Templates().words(language).fallbacks
        assert printing == set(fallbacks), language
        assert all(fallbacks.values()), language


def test_every_fact_that_a_template_is_given_is_on_the_list() -> None:
    for table in (REQUIRED_VALUES, OPTIONAL_VALUES):
        for template, needs in table.items():
            assert template in template_names()
            assert needs <= PLACEHOLDERS.keys(), template


def test_a_language_has_words_for_every_state_and_priority() -> None:
    from maildesk.desk.words import Priority, TicketState

    for language in Templates().languages():
        words = Templates().words(language)
        assert set(words.states) == set(TicketState)
        assert set(words.priorities) == set(Priority)


def test_the_admins_folder_lies_over_the_builtin_set_and_the_desks_over_that(tmp_path: Path) -> None:
    templates = Templates(tmp_path)
    assert "It has reached us safely" in said(templates)
    write(tmp_path, "en/received.md", GOOD)
    assert "First version" in said(templates)
    write(tmp_path, DESKS, BETTER)
    assert "Second version" in said(templates)


def test_a_desks_folder_is_not_another_desks(tmp_path: Path) -> None:
    write(tmp_path, "desks/other@example.com/en/received.md", GOOD)
    assert "First version" not in said(Templates(tmp_path))


def _casual(templates: Templates) -> str:
    desk = replace(DESK, formal=False)
    made = replace(context(templates), desk=desk, site=replace(context(templates).site, desks=(desk,)))
    return text_of(composed(a_mail("received", language="en"), made).raw)


def test_a_desk_that_is_not_formal_takes_the_informal_texts_of_a_layer_first(tmp_path: Path) -> None:
    templates = Templates(tmp_path)
    assert "It has reached us safely" in _casual(templates)  # English says "you" in one way
    write(tmp_path, "en/informal/received.md", GOOD)
    assert "First version" in _casual(Templates(tmp_path))
    assert "It has reached us safely" in said(Templates(tmp_path))
    write(tmp_path, DESKS, BETTER)
    assert "Second version" in _casual(Templates(tmp_path))  # a desk's own file is the upper layer


def test_a_broken_informal_text_is_found_as_well(tmp_path: Path) -> None:
    write(tmp_path, "en/informal/received.md", BROKEN)
    templates = Templates(tmp_path)
    templates.load_all()
    assert [each.line for each in templates.problems()] == [6]


def test_an_edit_works_with_the_next_mail(tmp_path: Path) -> None:
    templates = Templates(tmp_path)
    write(tmp_path, "en/received.md", GOOD)
    assert "First version" in said(templates)
    write(tmp_path, "en/received.md", BETTER)
    assert "Second version" in said(templates)
    (tmp_path / "en/received.md").unlink()
    assert "It has reached us safely" in said(templates)


def test_a_broken_edit_leaves_the_last_good_version_and_is_named_with_its_line(tmp_path: Path) -> None:
    templates = Templates(tmp_path)
    write(tmp_path, "en/received.md", GOOD)
    said(templates)
    path = write(tmp_path, "en/received.md", BROKEN)
    assert "First version" in said(templates)
    problem = templates.problems()[0]
    assert (problem.file, problem.line) == (path, 6)
    assert "did you mean promise" in problem.sentence
    write(tmp_path, "en/received.md", BETTER)
    assert "Second version" in said(templates)
    assert templates.problems() == ()


def test_a_file_that_was_broken_from_the_start_gives_way_to_the_layer_below(tmp_path: Path) -> None:
    templates = Templates(tmp_path)
    write(tmp_path, "en/received.md", BROKEN)
    assert "It has reached us safely" in said(templates)
    assert len(templates.problems()) == 1


def test_a_new_file_that_is_broken_is_named_before_a_mail_needs_it(tmp_path: Path) -> None:
    templates = Templates(tmp_path)
    templates.languages()
    path = write(tmp_path, "en/closed.md", BROKEN)
    assert [each.file for each in templates.problems()] == [path]


def test_a_desk_that_starts_reads_nothing_of_the_builtin_set_that_no_mail_needs(tmp_path: Path) -> None:
    builtin = tmp_path / "builtin"
    shutil.copytree(builtin_folder(), builtin)
    templates = Templates(tmp_path / "own", builtin)
    said(templates)
    path = write(builtin, "en/closed.md", BROKEN)
    assert "en" in templates.languages()
    templates.load_all(builtin=False)
    assert templates.problems() == ()
    templates.load_all()
    assert [each.file for each in templates.problems()] == [path]


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        (b"---\nsubject: x\n---\nok\n\xff\xfe\n", 5, "UTF-8"),
        (b"---\nsubject: x\n---\n{% for a in number %}{% endfor %}\n", 1, "cannot be filled in"),
    ],
)
def test_what_cannot_be_used_is_named(tmp_path: Path, content: bytes, line: int, words: str) -> None:
    path = tmp_path / "en/received.md"
    path.parent.mkdir()
    path.write_bytes(content)
    templates = Templates(tmp_path)
    assert "It has reached us safely" in said(templates)
    assert [(each.line, words in each.sentence) for each in templates.problems()] == [(line, True)]


def test_a_part_can_be_changed_alone(tmp_path: Path) -> None:
    write(tmp_path, "en/parts/footer.md", "Yours\\\nThe {{ desk_name }} crew\n")
    assert "The Example Support crew" in said(Templates(tmp_path))


def test_a_part_holds_no_other_part(tmp_path: Path) -> None:
    write(tmp_path, "en/parts/footer.md", "{{ greeting }}\n")
    templates = Templates(tmp_path)
    assert "Kind regards" in said(templates)
    assert "cannot hold another part" in templates.problems()[0].sentence


def test_single_words_can_be_changed(tmp_path: Path) -> None:
    write(tmp_path, "en/words.toml", '[phrases]\nby = "no later than {moment}"\n')
    assert "no later than Wednesday, 25 November, 14:00" in " ".join(said(Templates(tmp_path)).split())


@pytest.mark.parametrize("broken", ['[phrases\nby = "x"\n', "[phrases]\nby = 3\n", 'locale = "xx-nonsense"\n'])
def test_broken_words_leave_the_words_below(tmp_path: Path, broken: str) -> None:
    write(tmp_path, "en/words.toml", broken)
    assert "by Wednesday, 25 November, 14:00" in " ".join(said(Templates(tmp_path)).split())


def test_a_new_language_is_a_folder(tmp_path: Path) -> None:
    for path in (builtin_folder() / "en").rglob("*.*"):
        copy = path.read_text(encoding="utf-8").replace('locale = "en"', 'locale = "ar"')
        write(tmp_path, f"ar/{path.relative_to(builtin_folder() / 'en')}", copy)
    templates = Templates(tmp_path)
    assert "ar" in templates.languages()
    raw = composed(a_mail(language="ar"), context(templates)).raw
    assert b"Content-Language: ar" in raw
    from tests.unit.replies.samples import html_of

    assert '<html lang="ar" dir="rtl">' in html_of(raw)


def test_an_incomplete_language_is_not_used_and_says_what_it_lacks(tmp_path: Path) -> None:
    write(tmp_path, "nl/received.md", GOOD)
    templates = Templates(tmp_path)
    assert "nl" not in templates.languages()
    assert {"parts/footer.md", "words.toml", "closed.md"} <= set(templates.missing("nl"))
    assert "received.md" not in templates.missing("nl")


def test_a_mail_in_an_unknown_language_is_written_in_the_desks() -> None:
    assert "Thank you" in said(Templates(), language="xx")
    assert "danke" in said(Templates(), language="de-AT")


@pytest.mark.parametrize("language", ["../../etc", "..", "en/../de", "", "en\n", "e" * 50])
def test_a_language_is_never_a_path(tmp_path: Path, language: str) -> None:
    with pytest.raises(LookupError):
        Templates(tmp_path).find(language, "received")


def test_a_template_that_fails_while_a_mail_is_made_is_set_aside_for_the_layer_below(tmp_path: Path) -> None:
    # It passes with the samples of loading, and fails with a longer list only.
    loops = "{% for a in lines %}{% for b in lines %}{{ a }}{% endfor %}{% endfor %}"
    path = write(tmp_path, "en/received.md", f"---\nsubject: Hi\n---\n{loops} {{{{ promise }}}}\n")
    templates = Templates(tmp_path)
    mail = a_mail(values={"lines": ("x" * 300,) * 40})
    assert "It has reached us safely" in text_of(composed(mail, context(templates)).raw)
    assert [each.file for each in templates.problems()] == [path]


@pytest.mark.parametrize("language", ["en", "de", "es", "fr", "ru"])
def test_a_question_in_a_list_has_no_full_stop_behind_it(language: str) -> None:
    found = Templates().find(language, "agent/digest")
    row = {"number": 1001, "customer_name": "Maria"}
    rows = ({**row, "subject": "Where is it?"}, {**row, "subject": "Invoice"})
    text = shown(found, {**all_facts(), "tickets": rows, "waiting": rows}).text
    assert text.count("#1001 Where is it? ") == 2
    assert text.count("#1001 Invoice. ") == 2


def test_parts_and_templates_have_different_names() -> None:
    assert not set(PARTS.values()) & set(template_names())
