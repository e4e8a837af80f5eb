"""The day on which somebody is back, as out-of-office notes say it in many languages."""

from __future__ import annotations

from datetime import date

import pytest

from maildesk.mail.absence import Absence, read_absence

WRITTEN = date(2026, 11, 24)  # a Tuesday
DEC_4, DEC_5, DEC_6 = date(2026, 12, 4), date(2026, 12, 5), date(2026, 12, 6)
NOV_29, NOV_30, DEC_3 = date(2026, 11, 29), date(2026, 11, 30), date(2026, 12, 3)


@pytest.mark.parametrize(
    ("language", "text", "returns"),
    [
        ("en", "I am out of the office until 4 December.", DEC_5),
        ("en", "I'm away through December 4th, 2026, and will answer then.", DEC_5),
        ("en", "I will be back on 4 December.", DEC_4),
        ("en", "I am away until Friday, December 4, and will return on Monday, December 7.", date(2026, 12, 7)),
        ("en", "I'll be back on 12/03.", DEC_3),
        ("en", "Out of office 11/24 - 12/04.", DEC_5),
        ("en", "I am on leave from 24 to 28 November.", NOV_29),
        ("en", "I am away until Monday.", date(2026, 12, 1)),
        ("en", "Back on Monday!", NOV_30),
        ("en", "I'm out until and including 2026-12-04.", DEC_5),
        ("en", "I am out of the office today.", date(2026, 11, 25)),
        ("en", "I am out of the office until 5 January.", date(2027, 1, 6)),
        ("en", "I'm out of the office today, November 24, and will be back tomorrow.", date(2026, 11, 25)),
        ("en", "I am on parental leave until June 2027.", date(2027, 6, 2)),
        ("en", "OOO until next Monday.", date(2026, 12, 1)),
        ("de", "Guten Morgen, ich bin heute nicht im Haus. Ab morgen bin ich wieder da.", date(2026, 11, 25)),
        ("de", "Guten Morgen! Am 30.11. bin ich wieder da.", NOV_30),
        ("fr", "Je serai de retour demain.", date(2026, 11, 25)),
        ("ru", "Вернусь завтра.", date(2026, 11, 25)),
        ("de", "Ich bin bis einschließlich 4. Dezember nicht im Büro.", DEC_5),
        ("de", "Ich bin vom 24.11. bis 28.11. im Urlaub.", NOV_29),
        ("de", "Ich bin vom 24.11.2026 bis zum 28.11.2026 im Urlaub.", NOV_29),
        ("de", "Ich bin ab dem 30.11. wieder erreichbar.", NOV_30),
        ("de", "Am Montag, den 30. November bin ich wieder da.", NOV_30),
        ("de", "Ich bin bis 4.12. nicht da. Danach bin ich wieder für Sie erreichbar.", DEC_5),
        ("de", "Abwesend bis Fr., 04.12.26", DEC_5),
        ("de", "Ich bin 24.-28. November abwesend.", NOV_29),
        ("fr", "Je suis absente du 24 novembre au 5 décembre inclus.", DEC_6),
        ("fr", "Je suis en congé jusqu'au 5 décembre.", DEC_6),
        ("fr", "Je serai de retour le lundi 30 novembre.", NOV_30),
        ("fr", "Absent du 24 au 28 novembre.", NOV_29),
        ("es", "Estoy fuera de la oficina hasta el 4 de diciembre.", DEC_5),
        ("es", "Volveré el 30 de noviembre de 2026.", NOV_30),
        ("es", "Estaré de vacaciones del 24 de noviembre al 4 de diciembre.", DEC_5),
        ("it", "Sono assente fino al 4 dicembre.", DEC_5),
        ("it", "Tornerò in ufficio il 30 novembre.", NOV_30),
        ("it", "Sarò in ferie dal 24 novembre al 4 dicembre.", DEC_5),
        ("pt", "Estou fora do escritório até 4 de dezembro.", DEC_5),
        ("pt", "Estarei de volta no dia 30 de novembro.", NOV_30),
        ("nl", "Ik ben afwezig t/m 4 december.", DEC_5),
        ("nl", "Op maandag 30 november ben ik terug.", NOV_30),
        ("pl", "Jestem nieobecny do 4 grudnia.", DEC_5),
        ("pl", "Wracam 30 listopada.", NOV_30),
        ("cs", "Jsem mimo kancelář do 4. prosince.", DEC_5),
        ("cs", "Zpět budu 30. listopadu.", NOV_30),
        ("sv", "Jag är ledig till och med 4 december.", DEC_5),
        ("sv", "Jag är tillbaka den 30 november.", NOV_30),
        ("da", "Jeg holder ferie til og med den 4. december.", DEC_5),
        ("nb", "Jeg er tilbake 30. november.", NOV_30),
        ("fi", "Olen lomalla 4.12.2026 asti.", DEC_5),
        ("ru", "Я в отпуске по 5 декабря.", DEC_6),
        ("ru", "Я в отпуске с 24 ноября по 5 декабря 2026 г.", DEC_6),
        ("ru", "Вернусь 30 ноября.", NOV_30),
        ("uk", "Я у відпустці до 4 грудня.", DEC_5),
        ("tr", "4 Aralık tarihine kadar izindeyim.", DEC_5),
        ("hu", "2026. december 4-ig szabadságon vagyok.", DEC_5),
        ("ro", "Sunt în concediu până pe 4 decembrie.", DEC_5),
        ("ja", "12月4日まで休暇をいただいております。", DEC_5),
        ("zh", "我将于2026年11月30日返回。", NOV_30),
    ],
)  # fmt: skip
def test_the_first_day_back_is_read(language: str, text: str, returns: date) -> None:
    found = read_absence("", text, WRITTEN, language)
    assert found is not None
    assert found.returns == returns


def test_a_range_says_when_it_begins() -> None:
    found = read_absence("", "Ich bin vom 1.12. bis 4.12. im Urlaub.", WRITTEN, "de")
    assert found == Absence(date(2026, 12, 1), DEC_5)


def test_a_date_that_has_passed_is_seen_to_have_passed() -> None:
    found = read_absence("", "I am away until 20 November.", WRITTEN, "en")
    assert found is not None
    assert found.returns == date(2026, 11, 21)


@pytest.mark.parametrize(
    "text",
    [
        "I am out of the office. Our order line closes on 4 December.",
        "Ich bin nicht im Büro. Ab 4. Dezember gelten neue Preise.",
        "I am currently out of the office with no access to mail.",
    ],
)
def test_an_absence_without_a_day_to_return_has_none(text: str) -> None:
    assert read_absence("Out of office", text, WRITTEN) == Absence()


@pytest.mark.parametrize(
    "text",
    [
        "I'm on sick leave. I'll respond when I'm back.",
        "Bin krank. Ich bin krankgeschrieben und melde mich.",
        "Abwesend bis KW 50.",
        "Je suis en arrêt maladie.",
        "Estoy de baja.",
        "Я на больничном.",
    ],
)
def test_what_people_call_an_absence_is_one_without_a_telling_subject(text: str) -> None:
    assert read_absence("", text, WRITTEN) == Absence()


@pytest.mark.parametrize("text", ["Your message was received. Ticket 4711.", "", "Please click here to prove you."])
def test_an_automatic_reply_that_speaks_of_no_absence_is_none(text: str) -> None:
    assert read_absence("Automatic reply", text, WRITTEN) is None


def test_the_subject_is_read_where_the_text_names_no_day() -> None:
    found = read_absence("Abwesend bis 4.12.:", "Vielen Dank für Ihre Nachricht.", WRITTEN, "de")
    assert found is not None
    assert found.returns == DEC_5


def test_any_text_is_read_without_an_error() -> None:
    for text in ("bis 99.99.9999", "until 31/31", "0.0.", "until " * 2_000, "1." * 3_000, "\0until 4 December"):
        read_absence(text, text, WRITTEN)
