"""German with du: never mixed with Sie, as short and easy as the formal texts, greeted as friends are."""

from __future__ import annotations

import re
import statistics
from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo

import pytest

from maildesk.replies import plain_language as plain
from maildesk.replies import readability
from maildesk.replies.placeholders import TELLS_A_PROMISE, template_names
from maildesk.replies.plain_words import read_plain_words
from maildesk.replies.samples import all_facts, shown
from tests.unit.replies.samples import BUILTIN

DU = BUILTIN.words("de/informal")
BERLIN = ZoneInfo("Europe/Berlin")
CUSTOMERS = [name for name in template_names() if "/" not in name]
_SIE = re.compile(r"\bIhnen\b|\bIhr(?:e[mnrs]?)?\b|(?<![.!?:\n] )(?<!^)(?<!\n)\bSie\b")
_DU = re.compile(r"\b(?:du|dich|dir|deine?[mnrs]?)\b", re.IGNORECASE)


@cache
def variants(name: str, folder: str) -> tuple[str, ...]:
    """The text of a template in each of its rounds and states, urgent and not, without articles."""
    found = BUILTIN.find(folder, name, "")
    facts = {**all_facts(), "reason": "das Teil ist unterwegs", "problems": (), "left_out": (), "offers": ()}
    every = (
        shown(found, {**facts, "round": number, "state": state, "priority": priority}).text
        for number in (1, 2, 3)
        for state in ("open", "waiting", "paused", "solved", "closed")
        for priority in ("normal", "high", "urgent")
    )
    return tuple(dict.fromkeys(every))


@pytest.mark.parametrize("name", CUSTOMERS)
def test_sie_and_du_are_never_mixed(name: str) -> None:
    for text in variants(name, "de/informal"):
        assert not _SIE.search(" ".join(text.split())), text
    for text in variants(name, "de"):
        assert not _DU.search(text), text


@pytest.mark.parametrize("name", [name for name in CUSTOMERS if name != "reply"])
def test_every_variant_is_short_and_easy(name: str) -> None:
    for text in variants(name, "de/informal"):
        said = readability.sentences(text)
        lengths = [len(readability.words(each)) for each in said]
        assert max(lengths) <= 20, said[lengths.index(max(lengths))]
        assert statistics.median(lengths) <= 12
        assert (readability.reading_ease(said, "de") or 0) >= readability.EASY["de"], text


@pytest.mark.parametrize("folder", ["de", "de/informal", "fr", "fr/informal"])
@pytest.mark.parametrize("name", sorted(TELLS_A_PROMISE))
def test_the_promise_stands_at_the_top_of_urgent_mail_too(name: str, folder: str) -> None:
    for text in variants(name, folder):
        assert any("11:37" in each for each in readability.sentences(text)[:3]), text


def test_a_desk_that_says_du_says_hallo() -> None:
    hours = {hour: plain.hello(DU, datetime(2026, 11, 23, hour, 30, tzinfo=UTC), BERLIN) for hour in (2, 6, 12, 18)}
    assert hours == {2: "Hallo", 6: "Guten Morgen", 12: "Hallo", 18: "Guten Abend"}


def test_the_clock_of_the_reader_is_theirs() -> None:
    at, now = datetime(2026, 11, 24, 13, 0, tzinfo=UTC), datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    said = plain.until(DU, at, BERLIN, now, -300)
    assert said == "bis Dienstag, 24. November, 08:00 Uhr deiner Zeit (UTC-5; 14:00 Uhr in Berlin)"


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("Bitte antworten Sie auf diese Mail.", True),
        ("Sie hören von uns.", True),
        ("Wir helfen Ihnen.", True),
        ("Ihre Anfrage ruht.", True),
        ("Deine Anfrage ruht. Sie ist nicht vergessen.", False),
        ("Wir öffnen sie wieder und danken dir für ihre Daten.", False),
    ],
)
def test_the_check_knows_sie_from_sie(said: str, found: bool) -> None:
    patterns = read_plain_words(BUILTIN.layers("de/informal", "")).other_address
    assert any(each.search(said) for each in patterns) is found
