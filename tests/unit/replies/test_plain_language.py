"""Times, spans and names as people say them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maildesk.replies import plain_language as plain
from tests.unit.replies.samples import BUILTIN

EN, DE, ES = BUILTIN.words("en"), BUILTIN.words("de"), BUILTIN.words("es")
BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
AT = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)


def test_a_deadline_has_weekday_day_month_and_time() -> None:
    assert plain.by(EN, AT, BERLIN, NOW) == "by Tuesday, 24 November, 14:00"
    assert plain.by(DE, AT, BERLIN, NOW) == "bis Dienstag, 24. November, 14:00 Uhr"


def test_a_near_deadline_says_the_span_before_the_moment() -> None:
    now = AT - timedelta(hours=2)
    assert plain.by(EN, AT, BERLIN, now) == "within two hours, by Tuesday, 24 November, 14:00"
    assert plain.by(DE, AT, BERLIN, now) == "innerhalb von zwei Stunden, also bis Dienstag, 24. November, 14:00 Uhr"


def test_the_year_is_said_when_it_is_another() -> None:
    at = datetime(2027, 1, 4, 8, 0, tzinfo=UTC)
    assert plain.by(EN, at, BERLIN, NOW) == "by Monday, 4 January 2027, 09:00"
    assert plain.by(DE, at, BERLIN, NOW) == "bis Montag, 4. Januar 2027, 09:00 Uhr"


@pytest.mark.parametrize(
    ("at", "by", "on"),
    [
        (AT, "antes de las 14:00 del martes 24 de noviembre", "el martes a las 14:00"),
        (datetime(2026, 11, 24, 0, 30, tzinfo=UTC), "antes de la 1:30 del martes 24 de noviembre",
         "el martes a la 1:30"),
        (datetime(2026, 12, 1, 10, 0, tzinfo=UTC), "antes de las 11:00 del martes 1 de diciembre",
         "el martes 1 de diciembre a las 11:00"),
        (datetime(2027, 1, 1, 9, 5, tzinfo=UTC), "antes de las 10:05 del viernes 1 de enero de 2027",
         "el viernes 1 de enero de 2027 a las 10:05"),
    ],
)  # fmt: skip
def test_spanish_has_one_oclock_in_the_singular_and_the_article_where_it_belongs(
    at: datetime, by: str, on: str
) -> None:
    assert (plain.by(ES, at, BERLIN, NOW), plain.on(ES, at, BERLIN, NOW)) == (by, on)


def test_spanish_names_both_clocks() -> None:
    said = plain.until(ES, datetime(2026, 11, 24, 0, 30, tzinfo=UTC), BERLIN, NOW, -360)
    assert said == (
        "antes de las 18:30 del lunes 23 de noviembre (su hora, UTC-6; el martes 24 de noviembre a la 1:30 en Berlín)"
    )
    casual = BUILTIN.words("es/informal")
    assert plain.until(casual, AT, BERLIN, NOW, -360) == (
        "antes de las 7:00 del martes 24 de noviembre (tu hora, UTC-6; 14:00 en Berlín)"
    )


@pytest.mark.parametrize("minutes", range(5, 60, 5))
def test_spanish_spans_are_right_for_every_number(minutes: int) -> None:
    assert plain.within(ES, timedelta(minutes=minutes)) == f"en menos de {minutes} minutos"


def test_the_year_turns_on_the_desks_clock() -> None:
    now, at = datetime(2026, 12, 31, 22, 30, tzinfo=UTC), datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    assert "1 January 2027, 00:30" in plain.by(EN, at, BERLIN, now)


def test_the_customers_clock_counts_where_it_differs_with_the_desks_beside_it() -> None:
    assert plain.until(EN, AT, BERLIN, NOW, -300) == "by Tuesday, 24 November, 08:00 your time (UTC-5; 14:00 in Berlin)"
    assert plain.until(DE, AT, BERLIN, NOW, 330) == (
        "bis Dienstag, 24. November, 18:30 Uhr Ihrer Zeit (UTC+5:30; 14:00 Uhr in Berlin)"
    )


def test_another_day_at_the_desk_is_said_in_full() -> None:
    said = plain.until(EN, AT, BERLIN, NOW, 780)
    assert said == "by Wednesday, 25 November, 02:00 your time (UTC+13; Tuesday, 24 November, 14:00 in Berlin)"


def test_the_same_clock_says_nothing_of_zones() -> None:
    assert plain.until(EN, AT, BERLIN, NOW, 60) == "by Tuesday, 24 November, 14:00"


def test_zones_are_compared_at_the_promised_moment() -> None:
    summer = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
    assert "your time" in plain.until(EN, summer, BERLIN, NOW, 60)
    assert "your time" not in plain.until(EN, summer, BERLIN, NOW, 120)


def test_utc_is_called_by_its_name() -> None:
    assert "(UTC; 14:00 in Berlin)" in plain.until(EN, AT, BERLIN, NOW, 0)
    assert "13:00 in UTC)" in plain.until(EN, AT, ZoneInfo("UTC"), NOW, 60)


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (1, "within 5 minutes"),
        (40, "within 40 minutes"),
        (41, "within 45 minutes"),
        (60, "within one hour"),
        (119, "within two hours"),
        (120, "within two hours"),
        (121, ""),
        (150, ""),
        (360, "within six hours"),
        (361, ""),
        (0, ""),
        (-5, ""),
    ],
)
def test_a_span_is_rounded_up_or_not_said(minutes: int, said: str) -> None:
    assert plain.within(EN, timedelta(minutes=minutes)) == said


@settings(deadline=None, max_examples=60)
@given(st.integers(min_value=1, max_value=6 * 3600))
def test_a_span_is_never_shorter_than_the_truth_nor_much_longer(seconds: int) -> None:
    said = plain.within(EN, timedelta(seconds=seconds))
    if "minutes" in said:
        told = timedelta(minutes=int(said.split()[1]))
    elif said:
        told = timedelta(hours=EN.within_hours.index(said) + 1)
    else:
        return
    assert timedelta(0) <= told - timedelta(seconds=seconds) <= plain.SLACK


def test_an_opening_within_a_week_is_said_by_its_weekday() -> None:
    monday = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
    assert plain.on(EN, monday, BERLIN, datetime(2026, 11, 27, 18, 0, tzinfo=UTC)) == "on Monday, 09:00"
    assert plain.on(DE, monday, BERLIN, datetime(2026, 11, 27, 18, 0, tzinfo=UTC)) == "am Montag, 09:00 Uhr"


def test_an_opening_a_week_away_is_said_with_its_date() -> None:
    monday = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
    assert plain.on(EN, monday, BERLIN, NOW) == "on Monday, 30 November, 09:00"


@pytest.mark.parametrize(
    ("span", "english", "german"),
    [
        (timedelta(hours=3), "3 hours", "3 Stunden"),
        (timedelta(minutes=61), "1 hour", "1 Stunde"),
        (timedelta(days=1), "1 day", "1 Tag"),
        (timedelta(seconds=1), "1 minute", "1 Minute"),
        (timedelta(seconds=-1), "1 minute", "1 Minute"),
    ],
)
def test_durations_have_their_plural(span: timedelta, english: str, german: str) -> None:
    assert (plain.duration(EN, span), plain.duration(DE, span)) == (english, german)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Anna Schmidt", "Anna Schmidt"),
        ("  Anna   Schmidt ", "Anna Schmidt"),
        ("Schmidt, Anna", "Anna Schmidt"),
        ("'Anna Schmidt'", "Anna Schmidt"),
        ("Anna Schmidt (Sales)", "Anna Schmidt"),
        ("ANNA SCHMIDT", "Anna Schmidt"),
        ("SEAN O'BRIEN-SMITH", "Sean O'Brien-Smith"),
        ("Иван Петров", "Иван Петров"),
        ("山田太郎", "山田太郎"),
        ("J. R. R. Tolkien", "J. R. R. Tolkien"),
        ("José", "José"),
        ("INFO", ""),
        ("Info", ""),
        ("Support Team", ""),
        ("Vertrieb", ""),
        ("ACME", ""),
        ("anna@example.com", ""),
        ("Anna http://evil.example", ""),
        ("Anna evil.example", ""),
        ("www.evil", ""),
        ("Anna 007", ""),
        ("*Anna*", ""),
        ("[Anna](x)", ""),
        ("<b>Anna</b>", ""),
        ("Anna\r\nBcc: x", ""),
        ("Anna \u202e", ""),
        ("You won a very big prize today", ""),
        ("A" * 51, ""),
        ("💰 Anna", ""),
        ("...", ""),
        ("", ""),
    ],
)
def test_only_a_persons_name_is_said(name: str, said: str) -> None:
    assert plain.safe_name(name, DE.role_words) == said


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=60))
def test_a_name_that_is_said_is_one_harmless_line(name: str) -> None:
    said = plain.safe_name(name)
    assert len(said) <= plain.LONGEST_NAME
    assert not set(said) & set('\r\n\t@:/<>[]()*_`#|\\"')
    assert not any(char.isdigit() for char in said)


@pytest.mark.parametrize(
    "missing", ["patterns", "phrases", "states", "reasons", "fallbacks", "within_hours", "role_words"]
)
def test_incomplete_words_are_refused_with_a_sentence(missing: str) -> None:
    whole: dict[str, object] = {
        "patterns": EN.patterns,
        "phrases": EN.phrases,
        "states": EN.states,
        "priorities": EN.priorities,
        "greetings": EN.greetings,
        "reasons": EN.reasons,
        "fallbacks": EN.fallbacks,
        "within_hours": list(EN.within_hours),
        "role_words": [],
    }
    assert plain.read_words("en", whole).locale == "en"
    with pytest.raises(ValueError, match=missing):
        plain.read_words("en", {key: each for key, each in whole.items() if key != missing})


def test_a_right_to_left_language_says_so() -> None:
    whole: dict[str, object] = {
        "patterns": EN.patterns,
        "phrases": EN.phrases,
        "states": {},
        "priorities": {},
        "greetings": EN.greetings,
        "reasons": {},
    }
    made = plain.read_words("ar", {**whole, "fallbacks": {}, "within_hours": [], "role_words": []})
    assert made.direction == "rtl"


@pytest.mark.parametrize(
    ("hour", "said"),
    [(4, "Hello"), (5, "Good morning"), (9, "Good morning"), (10, "Hello"), (17, "Hello"), (18, "Good evening"),
     (22, "Hello")],
)  # fmt: skip
def test_the_greeting_fits_the_time_of_day_where_the_reader_is(hour: int, said: str) -> None:
    at = datetime(2026, 11, 24, hour, tzinfo=BERLIN)
    assert plain.hello(EN, at, BERLIN) == said
    assert plain.hello(EN, at, ZoneInfo("Asia/Tokyo"), 60) == said  # their own clock, where we know it
