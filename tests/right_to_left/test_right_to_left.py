"""A mail in a language that is read from right to left: Hebrew, a sample that only tests use.

Names and subjects come in another script. They stand between the signs U+2068 and U+2069, which keep what stands around
them in its place: without them the "!" behind a Latin name jumps to the other end of its line.
"""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any

import pytest

from maildesk.replies.checking import check_templates
from maildesk.replies.placeholders import template_names
from maildesk.replies.templates import Templates
from tests.unit.replies.samples import a_mail, composed, context, everything, html_of, parsed, text_of, write

HERE = Path(__file__).parent
FSI, PDI = "\u2068", "\u2069"


def made(template: str = "received", values: Any = None, **fields: Any) -> bytes:
    return composed(a_mail(template, values, language="he", **fields), context(Templates(HERE))).raw


def test_the_sample_language_is_whole_and_without_mistakes() -> None:
    templates = Templates(HERE)
    assert "he" in templates.languages()
    assert [each for each in check_templates(templates) if "/he/" in str(each.file)] == []


def test_a_mail_says_its_language_and_the_direction_of_reading() -> None:
    raw = made()
    assert parsed(raw)["Content-Language"] == "he"
    page = html_of(raw)
    assert '<html lang="he" dir="rtl">' in page
    assert '<body dir="rtl"' in page


def test_a_name_in_another_script_keeps_the_marks_around_it_in_place() -> None:
    raw = made(values={"customer_name": "Maria Muster"})
    assert f"בוקר טוב, {FSI}Maria Muster{PDI}!" in text_of(raw)
    assert f"בוקר טוב, {FSI}Maria Muster{PDI}!" in html_of(raw)


def test_a_name_cannot_bring_signs_of_its_own_that_turn_the_line() -> None:
    text = text_of(made("reply", {"agent_name": "Anna\u202e\u2069 Schmidt"}))
    assert f"{FSI}Anna Schmidt{PDI}" in text
    assert "\u202e" not in text


@pytest.mark.parametrize("template", template_names())
def test_every_sign_that_opens_is_closed_on_its_line_of_source(template: str) -> None:
    raw = made(template, everything(template))
    for said in (*text_of(raw).split("\n\n"), html_of(raw)):
        assert said.count(FSI) == said.count(PDI)
    assert not {FSI, PDI} & set(str(parsed(raw)["Subject"]))


def test_dates_and_numbers_stand_in_the_words_of_the_language() -> None:
    text = " ".join(text_of(made()).split())
    assert "נכתוב לכם עד יום רביעי, 25 בנובמבר, 14:00." in text
    assert "תחת מספר 1042." in text


def test_the_text_begins_each_paragraph_from_the_right() -> None:
    """Mail programs take a paragraph's direction from its first strong letter (Unicode Annex 9, P2)."""
    for template in ("received", "received-closed", "reminder", "status", "refused"):
        paragraphs = [
            each for each in text_of(made(template, everything(template, offers=()))).split("\n\n") if each.strip()
        ]
        for paragraph in paragraphs:
            outside = paragraph.partition(FSI)[0] or "א"
            strong = [unicodedata.bidirectional(char) for char in outside if char.isalpha()]
            assert strong[:1] in (["R"], []), paragraph


def test_lists_are_indented_on_the_right() -> None:
    page = html_of(made("reminder", everything("reminder")))
    assert "padding-right:1.4em" in page
    assert "padding-left:" not in page


def test_a_command_stays_as_it_is_typed() -> None:
    raw = made("agent/new-ticket", everything("agent/new-ticket"))
    assert '<code dir="ltr">#note</code>' in html_of(raw)
    assert "\u200e#note" in text_of(raw)


def test_a_persons_own_words_have_their_own_direction() -> None:
    page = html_of(made("reply", {"agent_name": "Anna Schmidt"}, body="It comes tomorrow."))
    assert '<div dir="auto"><p style="margin:0 0 1em">It comes tomorrow.</p></div>' in page


def test_other_languages_have_no_such_signs() -> None:
    raw = composed(a_mail(values={"customer_name": "Maria Muster"})).raw
    assert FSI not in text_of(raw) + html_of(raw)
    assert 'dir="ltr"' in html_of(raw)


def test_an_admins_language_may_lie_over_it(tmp_path: Path) -> None:
    write(tmp_path, "he/parts/footer.md", "{{ desk_name }}\n")
    assert "he" not in Templates(tmp_path).languages()  # the sample does not travel with maildesk
