"""Times as people write them in Spanish, French and Russian, and what English and German share with them."""

from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest

from maildesk.desk.commands import when_words
from maildesk.desk.commands.when import read_time_of_day, read_when
from maildesk.desk.service_time.hours import ServiceTime, parse_hours

BERLIN = ZoneInfo("Europe/Berlin")
SERVICE = ServiceTime("Europe/Berlin", parse_hours(["Mon-Thu 09:00-17:30", "Fri 09:00-15:00"]))
NOW = datetime(2026, 11, 20, 14, 10, tzinfo=BERLIN)  # a Friday

TOMORROW_AT_TEN = "Sat 2026-11-21 10:00"
THE_DAY_AFTER_AT_EIGHT = "Sun 2026-11-22 08:00"
MONDAY, TUESDAY, FRIDAY = "Mon 2026-11-23 09:00", "Tue 2026-11-24 09:00", "Fri 2026-11-27 09:00"
MONDAY_AT_TWO, TUESDAY_AT_TWO = "Mon 2026-11-23 14:00", "Tue 2026-11-24 14:00"
IN_THREE_DAYS, IN_TWO_HOURS, IN_AN_HOUR = "Mon 2026-11-23 14:10", "Fri 2026-11-20 16:10", "Fri 2026-11-20 15:10"

SPANISH = {
    "mañana 10:00": TOMORROW_AT_TEN, "Mañana a las 10": TOMORROW_AT_TEN, "manana a las 10h": TOMORROW_AT_TEN,
    "mañana a las 10 de la mañana": TOMORROW_AT_TEN, "mañana a las 10 a. m.": TOMORROW_AT_TEN,
    "pasado mañana a las 8:00": THE_DAY_AFTER_AT_EIGHT, "hasta pasado mañana a las 8": THE_DAY_AFTER_AT_EIGHT,
    "el lunes": MONDAY, "lunes": MONDAY, "hasta el lunes": MONDAY, "el lunes por la mañana": MONDAY,
    "el próximo lunes": MONDAY, "lunes próximo": MONDAY, "el lunes que viene": MONDAY, "la semana que viene": MONDAY,
    "viernes": FRIDAY, "este viernes": FRIDAY, "para el viernes": FRIDAY,
    "el lunes a las 14:00": MONDAY_AT_TWO, "lunes a las 2 de la tarde": MONDAY_AT_TWO, "lun 14h": MONDAY_AT_TWO,
    "24 de noviembre": TUESDAY, "el 24 de noviembre de 2026": TUESDAY, "martes, 24 de noviembre": TUESDAY,
    "24/11": TUESDAY, "24 nov": TUESDAY, "el martes 24 de noviembre a las 14:00": TUESDAY_AT_TWO,
    "24/11 14:00": TUESDAY_AT_TWO, "24/11/2026 a las 14h": TUESDAY_AT_TWO,
    "en 3 días": IN_THREE_DAYS, "3 dias": IN_THREE_DAYS, "dentro de tres días": IN_THREE_DAYS,
    "en dos horas": IN_TWO_HOURS, "en una hora": IN_AN_HOUR, "en media hora": "Fri 2026-11-20 14:40",
    "dos días hábiles": "Tue 2026-11-24 14:10", "una semana": "Fri 2026-11-27 14:10",
    "en un mes": "Mon 2026-12-21 09:00", "mañana a mediodía": "Sat 2026-11-21 12:00",
    "el lunes por la noche": "Mon 2026-11-23 17:30", "fin de mes": "Mon 2026-11-30 17:30",
    "el fin de la semana": "Fri 2026-11-20 15:00", "a las 16:30": "Fri 2026-11-20 16:30",
}  # fmt: skip
FRENCH = {
    "demain 10:00": TOMORROW_AT_TEN, "demain 10h": TOMORROW_AT_TEN, "Demain à 10h00": TOMORROW_AT_TEN,
    "demain à 10 heures": TOMORROW_AT_TEN, "à 10h demain": TOMORROW_AT_TEN, "demain à 10 h": TOMORROW_AT_TEN,
    "demain 10h du matin": TOMORROW_AT_TEN, "demain 10h30": "Sat 2026-11-21 10:30",
    "demain à 10 heures 30": "Sat 2026-11-21 10:30",
    "après-demain 8h": THE_DAY_AFTER_AT_EIGHT, "apres demain à 8h": THE_DAY_AFTER_AT_EIGHT,
    "jusqu’à après-demain 8:00": THE_DAY_AFTER_AT_EIGHT,
    "lundi": MONDAY, "lundi prochain": MONDAY, "d'ici lundi": MONDAY, "jusqu'à lundi": MONDAY, "ce lundi": MONDAY,
    "lundi matin": MONDAY, "la semaine prochaine": MONDAY, "semaine prochaine": MONDAY, "vendredi": FRIDAY,
    "lundi à 14h": MONDAY_AT_TWO, "lundi 14h00": MONDAY_AT_TWO, "lundi à 2h de l'après-midi": MONDAY_AT_TWO,
    "24 novembre": TUESDAY, "le 24 novembre 2026": TUESDAY, "mardi 24 novembre": TUESDAY, "24/11": TUESDAY,
    "mar": TUESDAY, "1er décembre": "Tue 2026-12-01 09:00", "1er aout 2027 10h": "Sun 2027-08-01 10:00",
    "mardi 24 novembre à 14h": TUESDAY_AT_TWO, "le 24/11 à 14h": TUESDAY_AT_TWO,
    "dans 3 jours": IN_THREE_DAYS, "trois jours": IN_THREE_DAYS, "dans 2 heures": IN_TWO_HOURS, "2h": IN_TWO_HOURS,
    "dans une heure": IN_AN_HOUR, "dans une demi-heure": "Fri 2026-11-20 14:40",
    "dans 1 heure et 30 minutes": "Fri 2026-11-20 15:40",
    "deux jours ouvrés": "Tue 2026-11-24 14:10", "une semaine": "Fri 2026-11-27 14:10",
    "dans un mois": "Mon 2026-12-21 09:00", "demain à midi": "Sat 2026-11-21 12:00",
    "lundi soir": "Mon 2026-11-23 17:30", "fin du mois": "Mon 2026-11-30 17:30",
    "avant la fin de la semaine": "Fri 2026-11-20 15:00", "à 16h30": "Fri 2026-11-20 16:30",
    "à 16 heures": "Fri 2026-11-20 16:00", "16h30": "Fri 2026-11-20 16:30",
}  # fmt: skip
RUSSIAN = {
    "завтра 10:00": TOMORROW_AT_TEN, "Завтра в 10": TOMORROW_AT_TEN, "завтра в 10 часов": TOMORROW_AT_TEN,
    "завтра в 10.00": TOMORROW_AT_TEN, "завтра в 10 утра": TOMORROW_AT_TEN, "в 10 завтра": TOMORROW_AT_TEN,
    "послезавтра в 8:00": THE_DAY_AFTER_AT_EIGHT, "до послезавтра в 8 утра": THE_DAY_AFTER_AT_EIGHT,
    "понедельник": MONDAY, "в понедельник": MONDAY, "до понедельника": MONDAY, "к понедельнику": MONDAY, "пн": MONDAY,
    "в следующий понедельник": MONDAY, "в понедельник утром": MONDAY, "на следующей неделе": MONDAY,
    "в пятницу": FRIDAY, "до пятницы": FRIDAY, "в эту пятницу": FRIDAY,
    "в понедельник в 14:00": MONDAY_AT_TWO, "пн в 2 часа дня": MONDAY_AT_TWO, "пн. 14:00": MONDAY_AT_TWO,
    "24 ноября": TUESDAY, "24 ноября 2026 года": TUESDAY, "к 24 ноября": TUESDAY, "24-го ноября": TUESDAY,
    "24.11": TUESDAY, "24.11.": TUESDAY, "вторник, 24 ноября": TUESDAY, "24.11.2026": TUESDAY,
    "24 ноября в 14:00": TUESDAY_AT_TWO, "24.11 в 14:00": TUESDAY_AT_TWO, "вт 24.11 14:00": TUESDAY_AT_TWO,
    "3.12 14:00": "Thu 2026-12-03 14:00",
    "через 3 дня": IN_THREE_DAYS, "три дня": IN_THREE_DAYS, "через два часа": IN_TWO_HOURS, "через час": IN_AN_HOUR,
    "через полчаса": "Fri 2026-11-20 14:40", "через 10 часов": "Sat 2026-11-21 00:10",
    "через два рабочих дня": "Tue 2026-11-24 14:10", "через неделю": "Fri 2026-11-27 14:10",
    "через месяц": "Mon 2026-12-21 09:00", "завтра в полдень": "Sat 2026-11-21 12:00",
    "в понедельник вечером": "Mon 2026-11-23 17:30", "до конца месяца": "Mon 2026-11-30 17:30",
    "до конца недели": "Fri 2026-11-20 15:00", "в 16:30": "Fri 2026-11-20 16:30",
    "в 8 вечера": "Fri 2026-11-20 20:00",
}  # fmt: skip
SHARED = {
    "tomorrow at 10": TOMORROW_AT_TEN, "morgen um 10": TOMORROW_AT_TEN, "tomorrow at noon": "Sat 2026-11-21 12:00",
    "until next week": MONDAY, "bis nächste Woche": MONDAY, "mar 3": "Wed 2027-03-03 09:00",
    "in half an hour": "Fri 2026-11-20 14:40", "in einem Monat": "Mon 2026-12-21 09:00",
    "three months": "Mon 2027-02-22 09:00", "at 10": TOMORROW_AT_TEN,
    "a couple of days": "Mon 2026-11-23 09:00", "24.12.": "Thu 2026-12-24 09:00", "24/12": "Thu 2026-12-24 09:00",
}  # fmt: skip


def read(text: str) -> str:
    return read_when(text, NOW, SERVICE).astimezone(BERLIN).strftime("%a %Y-%m-%d %H:%M")


@pytest.mark.parametrize("table", [SPANISH, FRENCH, RUSSIAN, SHARED], ids=["es", "fr", "ru", "en, de"])
def test_times_are_read_in_the_words_of_each_language(table: dict[str, str]) -> None:
    found = {text: read(text) for text in table}
    assert found == table


@pytest.mark.parametrize("table", [SPANISH, FRENCH, RUSSIAN])
def test_phones_leave_accents_and_capitals_wrong_and_spaces_that_do_not_break(table: dict[str, str]) -> None:
    for text, expected in table.items():
        assert read(when_words.folded(text).upper()) == expected, text
        assert read(text.replace(" ", "\u00a0")) == expected, text


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("pronto", "is not a time"),
        ("10h", "can be read in two ways"),  # in ten hours is the middle of the night, and at ten the desk works
        ("17h", "can be read in two ways"),
        ("23 h", "can be read in two ways"),
        ("bientôt", "is not a time"),
        ("31 novembre", "is not a time"),
        ("demain à 25h", "is not a time"),
        ("скоро", "is not a time"),
        ("в 10 принтеров", "is not a time"),
        ("lundi la porte", "is not a time"),
        ("11/12", "can be read in two ways"),
        ("5.12", "can be read in two ways"),  # the day, or five past twelve
        ("999 meses", "over two years away"),
        ("mañana", "The desk is closed on 2026-11-21"),
    ],
)
def test_what_is_no_clear_time_is_refused_in_any_language(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        read(text)


@pytest.mark.parametrize(
    ("text", "hour"),
    [("9h", 9), ("9h00", 9), ("9 heures", 9), ("a las 9", 9), ("в 9", 9), ("9 утра", 9), ("9 de la noche", 21)],
)
def test_times_of_day_for_digests_are_read_too(text: str, hour: int) -> None:
    assert read_time_of_day(text) == time(hour)


def test_no_word_means_two_days_or_two_months() -> None:
    """A word that stands in two rows of a table would silently mean the later one."""
    for table, most in ((when_words.WEEKDAYS, 7), (when_words.MONTHS, 12)):
        assert set(table.values()) == set(range(min(table.values()), min(table.values()) + most))
    assert when_words.WEEKDAYS["mar"] == 1
    assert when_words.MONTHS["mar"] == 3


AFTERNOON, MORNING, NOON, EVENING = (f"Mon 2026-11-23 {at}" for at in ("14:00", "09:00", "12:00", "17:30"))
NEXT_THURSDAY, THE_FIRST = "Thu 2026-11-26 09:00", "Tue 2026-12-01 09:00"
PARTS = {
    "Monday afternoon": AFTERNOON, "Montag Nachmittag": AFTERNOON, "Montagnachmittag": AFTERNOON,
    "am Montag nachmittags": AFTERNOON, "el lunes por la tarde": AFTERNOON, "lundi après-midi": AFTERNOON,
    "lundi dans l'après-midi": AFTERNOON, "в понедельник днём": AFTERNOON, "в понедельник после обеда": AFTERNOON,
    "Monday first thing": MORNING, "first thing Monday": MORNING, "Montagvormittag": MORNING, "Montagmorgen": MORNING,
    "noon Monday": NOON, "Montagmittag": NOON, "в понедельник в обед": NOON, "Montagabend": EVENING,
    "Monday afternoon at 3": "Mon 2026-11-23 15:00", "Monday morning at 9": MORNING,
    "Montagnachmittag um 4": "Mon 2026-11-23 16:00", "lunes por la tarde a las 4": "Mon 2026-11-23 16:00",
    "lundi soir à 8h": "Mon 2026-11-23 20:00", "Monday evening 6pm": "Mon 2026-11-23 18:00",
    "this evening 6pm": "Fri 2026-11-20 18:00", "tonight at 8": "Fri 2026-11-20 20:00",
    "heute Abend um 8": "Fri 2026-11-20 20:00", "ce soir à 20h": "Fri 2026-11-20 20:00",
    "tonight": "Fri 2026-11-20 15:00", "in 17 hours": "Sat 2026-11-21 07:10", "dans 17 heures": "Sat 2026-11-21 07:10",
    "this afternoon at 4": "Fri 2026-11-20 16:00", "сегодня вечером в 8": "Fri 2026-11-20 20:00",
    "Thursday next week": NEXT_THURSDAY, "next week Thursday": NEXT_THURSDAY, "next week on Thursday": NEXT_THURSDAY,
    "Donnerstag nächster Woche": NEXT_THURSDAY, "nächste Woche Donnerstag": NEXT_THURSDAY,
    "jueves de la próxima semana": NEXT_THURSDAY, "el jueves de la semana que viene": NEXT_THURSDAY,
    "jeudi de la semaine prochaine": NEXT_THURSDAY, "в четверг на следующей неделе": NEXT_THURSDAY,
    "Thursday next week 14:00": "Thu 2026-11-26 14:00", "next month": THE_FIRST, "nächsten Monat": THE_FIRST,
    "el mes que viene": THE_FIRST, "el próximo mes": THE_FIRST, "le mois prochain": THE_FIRST,
    "в следующем месяце": THE_FIRST, "24-11-2026": TUESDAY, "in a fortnight": "Fri 2026-12-04 14:10",
    "dans quinze jours": "Mon 2026-12-07 09:00", "dentro de quince días": "Mon 2026-12-07 09:00",
    "tomorrow 9": "Sat 2026-11-21 09:00", "morgen 9": "Sat 2026-11-21 09:00", "demain 14": "Sat 2026-11-21 14:00",
    "завтра 10": "Sat 2026-11-21 10:00",
}  # fmt: skip


@pytest.mark.parametrize("text", PARTS)
def test_parts_of_the_day_and_days_of_other_weeks_are_read(text: str) -> None:
    assert read(text) == PARTS[text]


def test_a_promise_by_an_afternoon_is_kept_until_the_desk_closes() -> None:
    for text in ("Monday afternoon", "Montagnachmittag", "lundi après-midi", "Monday evening"):
        assert read_when(text, NOW, SERVICE, limit=True).astimezone(BERLIN).strftime("%a %Y-%m-%d %H:%M") == EVENING


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Monday at 3", "Mon 2026-11-23 15:00"),
        ("am Montag um 5", "Mon 2026-11-23 17:00"),
        ("el lunes a las 2", "Mon 2026-11-23 14:00"),
        ("at 3", "Fri 2026-11-20 15:00"),
        ("Monday at 9", "Mon 2026-11-23 09:00"),
        ("Monday at 8", "Mon 2026-11-23 08:00"),  # closed at both
        ("Monday at 3am", "Mon 2026-11-23 03:00"),
        ("Monday 3:00", "Mon 2026-11-23 03:00"),
        ("Montag um 3 Uhr", "Mon 2026-11-23 03:00"),
        ("lundi à 3h", "Mon 2026-11-23 03:00"),
    ],
)
def test_an_hour_alone_is_the_one_at_which_the_desk_works(text: str, expected: str) -> None:
    assert read(text) == expected
