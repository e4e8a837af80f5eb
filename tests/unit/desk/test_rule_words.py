"""Which words of a rule a text says: whole words in any spelling, and not where they are denied."""

from __future__ import annotations

import pytest

from maildesk.desk.judging.rule_words import LONGEST_TEXT, found_word, word_fault


@pytest.mark.parametrize(
    ("text", "word", "language"),
    [
        ("There is an outage.", "outage", "en"),
        ("OUTAGE!!!", "outage", "en"),
        ("our Server\n  down since 9", "server down", "en"),
        ("server-down", "server down", "en"),
        ("“outage”", "outage", "en"),
        ("No, outage everywhere", "outage", "en"),
        ("It does not start. Outage!", "outage", "en"),
        ("Not an outage yesterday, but an outage today", "outage", "en"),
        ("Wir haben eine STÖRUNG", "Störung", "de"),
        ("Stoerung im Netz", "Störung", "de"),
        ("Störung im Netz", "Stoerung", "de"),
        ("Groesse der Straße: Strasse", "Straße", "de"),
        ("Zwei Ausfälle heute", "Ausfall*", "de"),
        ("Ein Serverausfall!", "*ausfall", "de"),
        ("Die Serverausfälle von heute", "*ausfall*", "de"),
        ("Nicht lustig: Ausfall", "Ausfall", "de"),
        ("Hay una caida del servicio", "caída del servicio", "es"),
        ("plus rien ne marche", "plus rien ne marche", "fr"),
        ("l’urgence est là", "urgence", "fr"),
        ("Ничего не работает!", "ничего не работает", "ru"),
        ("Еще одна авария", "ещё одна авария", "ru"),
        ("今天服务器故障了", "故障", "zh"),
    ],
)
def test_a_word_counts_whatever_its_case_accents_and_line_ends(text: str, word: str, language: str) -> None:
    assert found_word(text, ("zebra", word), language) == word


@pytest.mark.parametrize(
    ("text", "word", "language"),
    [
        ("outages", "outage", "en"),
        ("prooutage", "outage", "en"),
        ("Serverausfall", "Ausfall", "de"),
        ("down the server", "server down", "en"),
        ("This is not urgent", "urgent", "en"),
        ("It isn't really urgent", "urgent", "en"),
        ("It isn’t urgent", "urgent", "en"),
        ("not an outage", "outage", "en"),
        ("Kein Ausfall", "Ausfall", "de"),
        ("Es ist nicht so dringend", "dringend", "de"),
        ("no es urgente", "urgente", "es"),
        ("ce n'est pas urgent", "urgent", "fr"),
        ("pas d'urgence", "urgence", "fr"),
        ("это не срочно", "срочно", "ru"),
        ("x" * LONGEST_TEXT + " outage", "outage", "en"),
        ("", "outage", "en"),
    ],
)
def test_a_part_of_a_word_and_what_is_denied_do_not_count(text: str, word: str, language: str) -> None:
    assert found_word(text, (word,), language) == ""


@pytest.mark.parametrize("word", ["up", "*", "", "aus*", "*aus", "ou*tage", "a b"])
def test_a_word_that_would_fit_too_much_is_named(word: str) -> None:
    assert word_fault(word)


@pytest.mark.parametrize("word", ["down", "*fall*", "a b c", "故障", "ч.п.а"])
def test_a_word_that_means_something_is_sound(word: str) -> None:
    assert word_fault(word) == ""
