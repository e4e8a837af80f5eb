"""Russian bends its days: by when and on which day, in the right case, for every weekday and month."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from maildesk.replies import plain_language as plain
from maildesk.replies.templates import builtin_folder
from tests.unit.replies.samples import BUILTIN

RU, TY = BUILTIN.words("ru"), BUILTIN.words("ru/informal")
MOSCOW = ZoneInfo("Europe/Moscow")
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
AT = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "by", "on"),
    [
        (AT, "до 14:00 вторника, 24 ноября", "во вторник в 14:00"),
        (datetime(2026, 11, 25, 6, tzinfo=UTC), "до 9:00 среды, 25 ноября", "в среду в 9:00"),
        (datetime(2026, 11, 26, 6, tzinfo=UTC), "до 9:00 четверга, 26 ноября", "в четверг в 9:00"),
        (datetime(2026, 11, 27, 6, tzinfo=UTC), "до 9:00 пятницы, 27 ноября", "в пятницу в 9:00"),
        (datetime(2026, 11, 28, 6, tzinfo=UTC), "до 9:00 субботы, 28 ноября", "в субботу в 9:00"),
        (datetime(2026, 11, 29, 6, tzinfo=UTC), "до 9:00 воскресенья, 29 ноября", "в воскресенье в 9:00"),
        (datetime(2026, 11, 30, 6, tzinfo=UTC), "до 9:00 понедельника, 30 ноября", "в понедельник, 30 ноября, в 9:00"),
        (datetime(2026, 12, 1, 6, tzinfo=UTC), "до 9:00 вторника, 1 декабря", "во вторник, 1 декабря, в 9:00"),
        (
            datetime(2027, 3, 8, 6, tzinfo=UTC),
            "до 9:00 понедельника, 8 марта 2027 года",
            "в понедельник, 8 марта 2027 года, в 9:00",
        ),
    ],
)
def test_days_stand_in_the_case_that_the_phrase_asks_for(at: datetime, by: str, on: str) -> None:
    assert plain.until(RU, at, MOSCOW, NOW) == by
    assert plain.on(RU, at, MOSCOW, NOW) == on


def test_a_near_deadline_says_both() -> None:
    said = plain.by(RU, AT, MOSCOW, AT - timedelta(hours=2))
    assert said == "в течение двух часов, то есть до 14:00 вторника, 24 ноября"
    assert plain.within(RU, timedelta(minutes=21)) == "в течение 25 минут"


def test_a_day_alone_and_a_moment_alone() -> None:
    assert plain.day(RU, AT, MOSCOW, NOW) == "во вторник, 24 ноября"
    assert plain.moment(RU, AT, MOSCOW, NOW) == "вторник, 24 ноября, 14:00"


def test_the_customers_clock_stands_beside_ours_in_both_forms_of_address() -> None:
    assert plain.until(RU, AT, MOSCOW, NOW, 60) == (
        "до 12:00 вторника, 24 ноября (по Вашему времени, UTC+1; Москва: 14:00)"
    )
    assert "по твоему времени" in plain.until(TY, AT, MOSCOW, NOW, 60)
    another_day = plain.until(RU, AT, MOSCOW, NOW, 780)
    assert another_day.endswith("(по Вашему времени, UTC+13; Москва: вторник, 24 ноября, 14:00)")


@pytest.mark.parametrize(
    ("span", "said"),
    [(timedelta(hours=1), "1 час"), (timedelta(hours=3), "3 часа"), (timedelta(hours=21), "21 час"),
     (timedelta(minutes=5), "5 минут"), (timedelta(days=2), "2 дня"), (timedelta(days=11), "11 дней")],
)  # fmt: skip
def test_durations_have_one_of_three_plurals(span: timedelta, said: str) -> None:
    assert plain.duration(RU, span) == said


WITHOUT_DOTS = re.compile(
    r"\b(?:еще|ее|свое|твое|ждет|ждешь|ждем|пришел|шел|придет|шлет|идет|решен|займемся"
    r"|вернемся|найдем|трех|четырех|причем|отчет|зовем|ведет|уйдет|дойдет|прочтет|объем)\b",
    re.IGNORECASE,
)


@pytest.mark.parametrize("path", sorted((builtin_folder() / "ru").rglob("*.*")), ids=lambda path: path.name)
def test_the_letter_yo_has_its_dots_everywhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not WITHOUT_DOTS.findall(text if path.name != "plain.toml" else "")


@pytest.mark.parametrize("phrase", ["by", "on"])
def test_a_list_of_weekdays_has_seven(phrase: str) -> None:
    whole: dict[str, object] = {
        "patterns": RU.patterns, "phrases": RU.phrases, "states": {}, "priorities": {}, "greetings": RU.greetings,
        "reasons": {}, "fallbacks": {}, "within_hours": [], "role_words": [],
    }  # fmt: skip
    assert plain.read_words("ru", whole).weekdays == {}
    with pytest.raises(ValueError, match="seven days"):
        plain.read_words("ru", {**whole, "weekdays": {phrase: ["понедельника"]}})
    with pytest.raises(ValueError, match="by and on"):
        plain.read_words("ru", {**whole, "weekdays": {"until": ["понедельника"] * 7}})
