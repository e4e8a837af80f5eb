"""French as French readers write it: moments, the first of a month, spaces that may not break, vous and tu apart."""

from __future__ import annotations

import re
import statistics
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest

from maildesk.replies import plain_language as plain
from maildesk.replies import readability
from maildesk.replies.placeholders import template_names
from maildesk.replies.samples import all_facts, shown
from tests.unit.replies.samples import BUILTIN

FR, TU = BUILTIN.words("fr"), BUILTIN.words("fr/informal")
PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
AT = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)
FOLDERS = ("fr", "fr/informal")
CUSTOMERS = [name for name in template_names() if "/" not in name]
SIGNS = re.compile(r"[^\u202f][;!?]|[^\u00a0]:|[\u202f\u00a0]$")
_HIDDEN = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|`[^`]*`|https?://\S+|\d:\d\d|^subject:|^- |#\{\{")


@cache
def variants(name: str, folder: str) -> tuple[str, ...]:
    """The text of a template in each of its rounds and states, urgent and not."""
    found = BUILTIN.find(folder, name, "")
    facts = {**all_facts(), "reason": "la pièce est en route", "problems": (), "left_out": (), "offers": ()}
    every = (
        shown(found, {**facts, "round": number, "state": state, "priority": priority}).text
        for number in (1, 2, 3)
        for state in ("open", "waiting", "paused", "solved", "closed")
        for priority in ("normal", "high", "urgent")
    )
    return tuple(dict.fromkeys(every))


def test_a_deadline_has_its_article() -> None:
    assert plain.until(FR, AT, PARIS, NOW) == "avant le mardi 24 novembre à 14:00"


def test_a_near_deadline_says_the_span_first() -> None:
    said = plain.by(FR, AT, PARIS, AT - timedelta(minutes=50))
    assert said == "dans les 50 minutes, soit avant le mardi 24 novembre à 14:00"
    assert plain.within(FR, timedelta(hours=1)) == "dans l'heure"


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (datetime(2026, 12, 1, 8, 0, tzinfo=UTC), "avant le mardi 1er décembre à 09:00"),
        (datetime(2027, 1, 1, 0, 0, tzinfo=UTC), "avant le vendredi 1er janvier 2027 à 01:00"),
        (datetime(2026, 12, 11, 0, 0, tzinfo=UTC), "avant le vendredi 11 décembre à 01:00"),
        (datetime(2026, 12, 21, 12, 1, tzinfo=UTC), "avant le lundi 21 décembre à 13:01"),
        (datetime(2026, 12, 31, 12, 1, tzinfo=UTC), "avant le jeudi 31 décembre à 13:01"),
    ],
)
def test_only_the_first_of_a_month_is_an_ordinal(at: datetime, said: str) -> None:
    assert plain.until(FR, at, PARIS, NOW) == said


def test_a_near_weekday_has_no_article_for_that_would_mean_every_week() -> None:
    assert plain.on(FR, AT, PARIS, NOW) == "mardi à 14:00"
    assert plain.on(FR, AT + timedelta(days=7), PARIS, NOW) == "le mardi 1er décembre à 14:00"
    assert plain.day(FR, AT, PARIS, NOW) == "le mardi 24 novembre"


def test_the_clock_of_the_reader_is_named_in_the_address_of_the_desk() -> None:
    said = plain.until(FR, AT, PARIS, NOW, -300)
    assert said == "avant le mardi 24 novembre à 08:00, à votre heure (UTC-5\u202f; Paris\u00a0: 14:00)"
    assert "à ton heure" in plain.until(TU, AT, PARIS, NOW, -300)


def test_good_evening_is_said_in_the_evening_alone() -> None:
    hours = {hour: plain.hello(FR, datetime(2026, 11, 23, hour, 30, tzinfo=UTC), PARIS) for hour in (2, 8, 12, 18, 23)}
    assert hours == {2: "Bonjour", 8: "Bonjour", 12: "Bonjour", 18: "Bonsoir", 23: "Bonjour"}


@pytest.mark.parametrize("folder", FOLDERS)
def test_double_signs_never_stand_behind_a_space_that_breaks(folder: str) -> None:
    for file in sorted((BUILTIN.builtin / folder).rglob("*.md")):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            assert not SIGNS.search(_HIDDEN.sub("x", line)), f"{file}:{number}: {line}"


@pytest.mark.parametrize("folder", FOLDERS)
@pytest.mark.parametrize("name", template_names())
def test_no_line_begins_with_a_sign(name: str, folder: str) -> None:
    for text in variants(name, folder):
        assert not re.search(r"^\s*[;:!?]|[ \n][;!?]", text, re.MULTILINE), text


def test_the_space_before_a_sign_is_there_in_text_and_html() -> None:
    rendered = shown(BUILTIN.find("fr", "received", ""), all_facts())
    assert "dire\u202f?" in rendered.text
    assert "dire\u202f?" in rendered.html


@pytest.mark.parametrize("folder", FOLDERS)
@pytest.mark.parametrize("name", [name for name in CUSTOMERS if name != "reply"])
def test_every_variant_is_short_and_easy(name: str, folder: str) -> None:
    for text in variants(name, folder):
        said = readability.sentences(text)
        lengths = [len(readability.words(each)) for each in said]
        assert max(lengths) <= 20, said[lengths.index(max(lengths))]
        assert statistics.median(lengths) <= 12
        assert (readability.reading_ease(said, "fr") or 0) >= readability.EASY["fr"], text


@pytest.mark.parametrize("name", CUSTOMERS)
def test_vous_and_tu_are_never_mixed(name: str) -> None:
    for text in variants(name, "fr"):
        assert not re.search(r"\b(?:tu|te|toi|ton|ta|tes)\b|\bt['’]", text, re.IGNORECASE), text
    for text in variants(name, "fr/informal"):
        assert not re.search(r"\b(?:vous|votre|vos|(?!chez|assez)[^\W\d_]{2,}ez)\b", text, re.IGNORECASE), text


@pytest.mark.parametrize("folder", FOLDERS)
@pytest.mark.parametrize("name", template_names())
def test_nothing_is_said_of_a_he_or_a_she(name: str, folder: str) -> None:
    """Participles that agree with the reader would have to guess: "aidé", "informé", "absent"."""
    for text in variants(name, folder):
        assert not re.search(r"\b(?:vous (?:êtes|serez) \w+é(?!\w)|tu (?:es|seras) \w+é(?!\w)|cher|chère)\b", text), (
            text
        )
