"""Canned answers: their files, layers and values, what ``templates check`` says of them, and how they are shown."""

from __future__ import annotations

import os
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from maildesk.replies.canned import VALUES, filled, load_canned
from maildesk.replies.checking import check_templates, review, root_of
from maildesk.replies.findings import Level
from maildesk.replies.placeholders import PLACEHOLDERS
from maildesk.replies.preview.mails import Samples
from maildesk.replies.preview.samples import example_site
from maildesk.replies.sandbox import TemplateFault
from maildesk.replies.templates import Templates
from maildesk.replies.wording import Reader, zone_named
from tests.unit.replies.samples import BUILTIN, DESK, NOW, PROMISE

EXAMPLES = Path(__file__).parents[3] / "docs" / "examples" / "templates"
REFUND = (
    "---\ntitle: Refund is on its way\n---\nHello{% if customer_name %} {{ customer_name }}{% endif %},\n\nIt left.\n"
)
FACTS = {"number": 1042, "customer_name": "Maria Muster", "agent_name": "Anna Schmidt", "promise": PROMISE}


def put(root: Path, text: str, name: str = "refund", language: str = "en") -> Path:
    path = root / language / "canned" / f"{name}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def reader(language: str = "en") -> Reader:
    constants = {"desk_name": DESK.name, "desk_address": DESK.address, "formal": True}
    return Reader(BUILTIN.words(language), NOW, zone_named(DESK.time_zone), constants=constants)


def test_it_is_filled_with_the_tickets_values_as_a_person_would_type_them() -> None:
    text = "Dear {{ customer_name }}, *your* ticket is #{{ number }}. We write {{ promise }}.\n\n- {{ agent_name }}"
    said, lacking = filled(load_canned(text), FACTS, reader())
    assert lacking == ()
    assert said == (
        "Dear Maria Muster, your ticket is #1042. We write\nby Wednesday, 25 November, 14:00.\n\n- Anna Schmidt"
    )


def test_a_time_is_said_so_that_it_stays_true_while_the_answer_waits() -> None:
    said, _ = filled(load_canned("We write {{ promise }}."), {"promise": NOW + timedelta(hours=2)}, reader())
    assert "within" not in said


def test_what_is_not_known_is_named_where_it_is_said_and_nowhere_else() -> None:
    canned = load_canned("{{ customer_name }} {% if promise %}{{ promise }}{% endif %} {{ until }}")
    assert filled(canned, {}, reader())[1] == ("customer_name", "until")
    assert filled(load_canned(REFUND), {}, reader())[1] == ()


def test_a_customers_name_cannot_form_a_link_or_a_list() -> None:
    said, _ = filled(load_canned("Hello {{ ticket_subject }}"), {"original_subject": "[x](http://evil.test)"}, reader())
    assert said == "Hello [x](http://evil.test)"


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("", 1, "empty"),
        ("---\ntitle: X\n---\n\n", 4, "empty"),
        ("---\ntitle: X\nHello", 1, "not closed"),
        ("---\nsubject: X\n---\nHello", 2, 'Only "title: …"'),
        ("---\ntitle: " + "x" * 101 + "\n---\nHello", 2, "101 characters"),
        ("---\ntitle: X\n---\nHello\n{{ custmer_name }}", 5, "did you mean customer_name"),
        ("---\ntitle: X\n---\nHello\n{{ tags }}", 5, "cannot say tags"),
        ("Hello\n{% for each in tags %}x{% endfor %}", 2, "cannot say tags"),
        ("Hello\n{{ body }}", 2, "cannot say body"),
        ("Hello <b>you</b>", 1, "HTML"),
        ("Hello {{ number + 1 }}", 1, "Only placeholders"),
        ("Hello {{ number", 1, "cannot be read"),
    ],
)
def test_a_mistake_is_found_with_its_line(text: str, line: int, says: str) -> None:
    with pytest.raises(TemplateFault) as fault:
        load_canned(text)
    assert fault.value.line == line
    assert says in fault.value.sentence


def test_every_value_is_a_placeholder() -> None:
    assert set(VALUES) <= PLACEHOLDERS.keys()


def test_a_desks_own_lies_over_the_admins_and_the_informal_over_the_formal(tmp_path: Path) -> None:
    put(tmp_path, "Admin.")
    put(tmp_path, "Other.", "other")
    put(tmp_path / "desks" / DESK.address, "Own.")
    put(tmp_path, "Formal.", language="de")
    put(tmp_path / "de", "Informal.", language="informal")
    canned = Templates(tmp_path).canned
    assert [each.canned.compiled.text for each in canned.all("en", DESK.address)] == ["Other.", "Own."]
    assert [each.canned.compiled.text for each in canned.all("en")] == ["Other.", "Admin."]
    assert [each.canned.compiled.text for each in canned.all("de/informal")] == ["Informal."]
    first = {each.name: spoken for spoken, each in canned.first(["de", "en"], DESK.address)}
    assert first == {"refund": "de", "other": "en"}
    assert [each.title for each in canned.all("en")] == ["other", "refund"]


def test_an_edit_works_at_once_and_a_broken_one_keeps_the_last_good_version(tmp_path: Path) -> None:
    path, templates = put(tmp_path, "First."), Templates(tmp_path)
    assert templates.canned.all("en")[0].canned.compiled.text == "First."
    path.write_text("Second.")
    os.utime(path, (1, 1))
    assert templates.canned.all("en")[0].canned.compiled.text == "Second."
    path.write_text("{{ nobody }}")
    os.utime(path, (2, 2))
    assert templates.canned.all("en")[0].canned.compiled.text == "Second."
    assert [(each.file, each.line) for each in templates.problems()] == [(path, 1)]
    path.unlink()
    assert templates.canned.all("en") == ()


def test_check_names_what_is_broken_in_the_admins_and_in_a_desks_folder(tmp_path: Path) -> None:
    wrong = [
        put(tmp_path, "{{ nobody }}"),
        put(tmp_path / "desks" / DESK.address, "Hello\n{{ tags }}", "mine"),
        put(tmp_path / "de", "<b>", language="informal"),
    ]
    templates = Templates(tmp_path)
    found = check_templates(templates, (DESK.address,), languages=("fr",))
    assert sorted(each.file for each in found if each.file in wrong) == sorted(wrong)


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("Hello {{ customer_name }},\n\nit left.\n", "hole", 1),
        ("It left.\n\nWait as soon as possible.\n", "heavy-word", 3),
        ("Look at https://elsewhere.test/x now.\n", "link", 1),
    ],
)
def test_what_could_be_better_is_said_with_its_line(tmp_path: Path, text: str, code: str, line: int) -> None:
    path = put(tmp_path, text)
    found = [each for each in review(Templates(root_of(path.resolve())), only=path.resolve()) if each.code == code]
    assert [(each.line, each.level) for each in found] == [(line, Level.WARNING)]
    assert found[0].why


def test_a_language_that_lacks_one_and_a_name_that_nobody_can_write_are_named(tmp_path: Path) -> None:
    put(tmp_path, REFUND)
    put(tmp_path, REFUND, "a&b")
    put(tmp_path, "Moin.", "moin", "de")
    found = {(each.code, each.file.name) for each in review(Templates(tmp_path), languages=("en", "de"))}
    assert {("missing-canned", "refund.md"), ("missing-canned", "moin.md"), ("misplaced", "a&b.md")} <= found


def test_the_examples_have_no_finding(tmp_path: Path) -> None:
    shutil.copytree(EXAMPLES, tmp_path, dirs_exist_ok=True)
    for path in sorted(tmp_path.rglob("*.md")):
        assert review(Templates(tmp_path), hosts=("example.com",), only=path.resolve()) == []


def test_the_preview_shows_it_as_the_answer_that_it_becomes(tmp_path: Path) -> None:
    put(tmp_path, REFUND)
    put(tmp_path, "Hello {{ customer_name }}, {{ promise }}", "named")
    samples = Samples(Templates(tmp_path), example_site())
    way = next(each for each in samples.ways() if each.spoken == "en")
    assert {"canned/refund", "canned/named"} <= set(samples.names(way))
    known, nameless = samples.samples(way, "canned/refund")
    assert "Hello Maria Muster," in samples.shown(way, "canned/refund", known).text
    assert "Hello," in samples.shown(way, "canned/refund", nameless).text
    assert "customer_name" in samples.shown(way, "canned/named", nameless).trouble
    assert samples.files(way, "canned/refund") == (tmp_path / "en" / "canned" / "refund.md",)
