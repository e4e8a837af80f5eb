"""What ``maildesk check`` finds in templates."""

from __future__ import annotations

from pathlib import Path

import pytest

from maildesk.replies.catalogue import page
from maildesk.replies.checking import check_templates
from maildesk.replies.templates import Templates
from tests.unit.replies.samples import DESK, write

HEAD = "---\nsubject: Hello\n---\n"


def test_the_builtin_set_has_no_finding() -> None:
    assert check_templates(Templates()) == []


@pytest.mark.parametrize(
    ("name", "content", "line", "words"),
    [
        ("en/received.md", HEAD + "Hello.\n", 1, "does not say by when"),
        ("en/received.md", HEAD + "{{ promsie }}\n", 4, "did you mean promise"),
        ("en/closed.md", HEAD + "x\n{% if promise %}\n", 5, "cannot be read"),
        ("en/closed.md", "---\nsubject: '{% if late %}x{% endif %}'\n---\nx {{ '{{' }}\n", 1, "{{"),
        ("en/closed.md", "---\nsubject: {% if late %}x{% endif %}\n---\nx\n", 2, "subject is empty"),
        ("de/parts/footer.md", "{{ nobody_knows }}\n", 1, "no placeholder"),
        ("de/words.toml", "[phrases\n", 1, "not TOML"),
        ("nl/received.md", HEAD + "x {{ promise }}\n", 1, "lacks this file"),
        (f"desks/{DESK.address}/en/closed.md", HEAD + "{{ nobody_knows }}\n", 4, "no placeholder"),
    ],
)
def test_each_mistake_is_found_with_its_line(tmp_path: Path, name: str, content: str, line: int, words: str) -> None:
    path = write(tmp_path, name, content)
    language = "en" if "en/" in name else name[:2]
    findings = check_templates(Templates(tmp_path), (DESK.address,), languages=(language,))
    assert any(words in each.sentence and each.line == line for each in findings), findings
    assert path in {each.file for each in findings} or "lacks" in words


def test_good_files_of_an_admin_have_no_finding(tmp_path: Path) -> None:
    write(tmp_path, "en/received.md", HEAD + "{{ greeting }}\n\nYou will hear from us {{ promise }}.\n")
    write(tmp_path, "de/words.toml", '[fallbacks]\nagent_name = "Ihr Team"\n')
    article = "---\ntitle: Printer\nwords: printer, print, paper\n---\n1. Switch it on.\n"
    write(tmp_path, "articles/en/printer.md", article)
    assert check_templates(Templates(tmp_path), languages=("en", "de")) == []


def test_the_page_about_templates_is_the_list_in_the_code() -> None:
    written = Path(__file__).parents[3] / "docs" / "templates.md"
    assert written.read_text(encoding="utf-8") == page()
