"""Sixty folders with one mistake each, written by somebody who had not seen the checks, and twenty-five without any."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path

import pytest

from maildesk.replies.checking import review
from maildesk.replies.templates import Templates

TESTS = Path(__file__).parents[2]
BAD, GOOD = sorted((TESTS / "bad_templates").iterdir()), sorted((TESTS / "good_templates").iterdir())
DESKS = ("support@example.com",)
CODES = {
    "does not parse": {"syntax", "words"},
    "unknown placeholder": {"placeholder"},
    "forbidden code": {"code", "syntax"},
    "forbidden HTML": {"html"},
    "missing part or language": {"missing"},
    "missing fallback": {"fallback"},
    "unused placeholder": {"unused"},
    "promise missing": {"promise"},
    "sender's text echoed": {"echo"},
    "inside shown": {"inside"},
    "link that leads nowhere known": {"link"},
    "wrong plural": {"plural"},
    "subject too long": {"long-subject"},
    "long sentence": {"long-sentence"},
    "hard to read": {"hard-to-read"},
    "long word": {"long-word"},
    "passive": {"passive"},
    "officialese": {"heavy-word"},
    "vague time": {"heavy-word"},
    "promise too late": {"promise-late"},
    "first reply too long": {"long-mail"},
    "mixed address": {"address"},
}


def test_there_are_as_many_as_were_asked_for() -> None:
    assert (len(BAD), len(GOOD) >= 20) == (60, True)


@pytest.mark.parametrize("folder", BAD, ids=lambda each: each.name)
def test_a_planted_mistake_is_found_in_its_file(folder: Path, tmp_path: Path) -> None:
    planted = tomllib.loads((folder / "mistake.toml").read_text(encoding="utf-8"))
    copy = shutil.copytree(folder, tmp_path / "templates", ignore=shutil.ignore_patterns("mistake.toml"))
    file = copy / planted["file"]
    found = review(Templates(copy), DESKS, only=file if file.is_file() else None)
    mine = [each for each in found if each.code in CODES[planted["kind"]] and each.file.is_relative_to(file)]
    assert mine, [(each.file.name, each.line, each.code) for each in found]
    if planted["line"] and planted["kind"] != "does not parse":  # an open {% if %} is seen at the file's end
        assert planted["line"] in {each.line for each in mine} or 1 in {each.line for each in mine}


@pytest.mark.parametrize("folder", GOOD, ids=lambda each: each.name)
def test_a_good_template_has_no_finding(folder: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(folder, tmp_path / "templates")
    templates = Templates(copy)
    for file in copy.rglob("*.*"):
        assert [(each.file.name, each.line, each.sentence) for each in review(templates, DESKS, only=file)] == []
