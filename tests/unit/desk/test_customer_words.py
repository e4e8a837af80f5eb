from __future__ import annotations

import pytest

from maildesk.desk.customer_words import Rating, desk_word, is_thanks, rating

THANKS = [
    "Thanks!",
    "thank you so much",
    "Thanks Anna!",
    "Thanks,\nMax",
    "Thanks, Max",
    "Thanks\nMax Müller",
    "Thanks\nAnna Maria Schmidt",
    "Thank you, Dr. Miller.",
    "Hi Anna,\n\nthank you for the quick reply. It works now.\n\nBest regards,\nMax Müller",
    "Perfect, thanks a lot :)",
    "Have a great day, thanks",
    "Vielen Dank!",
    "Danke, funktioniert jetzt wieder.",
    "Hallo Frau Schmidt,\nherzlichen Dank für die schnelle Antwort!\nViele Grüße\nPeter",
    "Danke! Schönes Wochenende",
    "Großartig, danke!",
    "Muchas gracias por su ayuda",
    "Hola Ana, muchas gracias. Un saludo",
    "Спасибо большое!",
    "Спасибо, всё работает",
    "Merci beaucoup pour votre aide !",
    "Merci, c’est parfait.",
    "👍",
    "Super 🙏",
]

NOT_JUST_THANKS = [
    "",
    "ok",
    "It works",
    "Hi Anna,",
    "Thanks, but it still fails",
    "Thank you, but",
    "No, thanks",
    "Thanks in advance",
    "Thanks for nothing",
    "Thanks. When will it work?",
    "Thanks?",
    "Is it fixed now, thanks",
    "Thanks, please send 3 invoices",
    "Thank you, I will try it",
    "Thanks. Update Broken",
    "Thanks\nUpdate Broken Again Today",
    "Max Müller\nThanks",
    "Thanks :(",
    "Thanks 😡",
    "THANKS PRINTER BROKEN",
    "thanks printer broken",
    "Danke im Voraus",
    "Danke, aber es geht nicht",
    "Danke. Drucker ist kaputt",
    "Hat es geklappt, danke",
    "Gracias, pero no funciona",
    "Gracias de antemano",
    "Спасибо, не работает",
    "Спасибо заранее",
    "Merci d'avance",
    "Merci, mais ça ne marche pas",
    "thanks " * 40,
]


@pytest.mark.parametrize("text", THANKS)
def test_thanks_and_nothing_else_is_bare_thanks(text: str) -> None:
    assert is_thanks(text)


@pytest.mark.parametrize("text", NOT_JUST_THANKS)
def test_thanks_with_anything_else_is_an_ordinary_mail(text: str) -> None:
    assert not is_thanks(text)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("STOP", "stop"),
        (" stop.\n", "stop"),
        ("Stopp!", "stop"),
        ("“STOP”", "stop"),
        ("СТОП", "stop"),
        ("Parar", "stop"),
        ("arrêter", "stop"),
        ("CLOSE", "close"),
        ("Schließen", "close"),
        ("SCHLIESSEN", "close"),
        ("закрыть", "close"),
        ("cerrar", "close"),
        ("fermer", "close"),
        ("Status?", "status"),
        ("STATUS", "status"),
        ("estado", "status"),
        ("статус", "status"),
        ("Stop?", None),
        ("stop it from crashing", None),
        ("Please stop sending me wrong invoices", None),
        ("stop 3", None),
        ("STOP\n\nMax", None),
        ("", None),
        ("s t o p", None),
    ],
)
def test_a_desks_word_counts_as_the_whole_new_text_only(text: str, word: str | None) -> None:
    assert desk_word(text) == word


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5", Rating(score=5)),
        (" 1. ", Rating(score=1)),
        ("4/5", Rating(score=4)),
        ("★★★", Rating(score=3)),
        ("⭐ ⭐", Rating(score=2)),
        ("Yes!", Rating(solved=True)),
        ("ja", Rating(solved=True)),
        ("да", Rating(solved=True)),
        ("sí", Rating(solved=True)),
        ("No.", Rating(solved=False)),
        ("nein", Rating(solved=False)),
        ("Нет", Rating(solved=False)),
        ("non", Rating(solved=False)),
        ("6", None),
        ("0", None),
        ("10", None),
        ("5 printers", None),
        ("Yes?", None),
        ("yes but not on Mondays", None),
        ("★★★★★★", None),
        ("", None),
    ],
)
def test_a_rating_is_one_word_or_number_and_nothing_else(text: str, expected: Rating | None) -> None:
    assert rating(text) == expected
