from __future__ import annotations

import pytest

from maildesk.desk.customers.customer_words import Rating, desk_word, is_thanks, rating

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
    "Guten Tag,\nherzlichen Dank",
    "Großartig, danke!",
    "Muchas gracias por su ayuda",
    "Hola Ana, muchas gracias. Un saludo",
    "Buenos días, Ana:\n\nMil gracias por su rápida respuesta. Ya funciona.\n\nSaludos cordiales\nLucía Fernández",
    "Buen día. Muchísimas gracias, me ayudó mucho.\nQue tenga un excelente día",
    "¡Muchas gracias!",
    "¡Perfecto, gracias!",
    "Se lo agradezco mucho.",
    "Te lo agradezco, todo quedó resuelto. Un abrazo",
    "Muy agradecida por su amabilidad",
    "Gracias, ¡feliz fin de semana!",
    "Gracias a todo el equipo. Atte\nIng. Pérez",
    "Listo, ya quedó. Gracias",
    "Спасибо большое!",
    "Спасибо, всё работает",
    "Спасибо, вопрос решён.",
    "Добрый день!\n\nОгромное спасибо за помощь, теперь всё работает.\n\nС уважением,\nМария Петрова",
    "Спасибо ещё раз, хорошего дня!",
    "Спасибо, разобралась",
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
    "Muchas gracias por adelantado",
    "Hola, Ana Rota: gracias",
    "Hola, factura: gracias",
    "Hallo, Rückruf! Danke",
    "Gracias, todavía no llega",
    "Gracias por nada",
    "Gracias. ¿Cuándo llega?",
    "Gracias, espero su respuesta",
    "No, gracias",
    "Gracias, pero sigue igual",
    "Gracias, aún nada",
    "Gracias, por favor envíen la factura",
    "Спасибо, не работает",
    "Спасибо заранее",
    "Спасибо. Ещё вопрос",
    "Спасибо, проблема снова",
    "Спасибо, но пока не помогло",
    "Спасибо, жду ответ",
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


NAMES = frozenset({"anna", "schmidt"})


@pytest.mark.parametrize(
    "text",
    [
        "Thank you so much, Anna, brilliant help!",
        "Thanks Anna, you are the best!",
        "You were a great help, Anna. Thank you!",
        "Anna, thank you!",
        "Vielen Dank, Anna, das hat super geklappt!",
        "Muchas gracias, Anna, todo perfecto.",
        "Merci, Anna, tout fonctionne !",
    ],
)
def test_the_name_of_who_is_thanked_may_stand_anywhere(text: str) -> None:
    assert is_thanks(text, NAMES)


@pytest.mark.parametrize(
    "text",
    [
        "You were a great help, Printer. Thank you!",
        "Anna",
        "Anna?",
        "Thank you, Anna, but it still fails",
        "Anna, please call me. Thanks",
        "Thanks, where is Anna",
    ],
)
def test_a_name_alone_is_no_thanks_and_hides_nothing(text: str) -> None:
    assert not is_thanks(text, NAMES)


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
        ("¡Parar!", "stop"),
        ("PARE", "stop"),
        ("Unsubscribe", "stop"),
        ("Désabonner", "stop"),
        ("Отписаться", "stop"),
        ("Stop, please", "stop"),
        ("No más avisos.", "stop"),
        ("Por favor, deje de escribirme.", "stop"),
        ("Ciérrela", "close"),
        ("Pueden cerrarla.", "close"),
        ("¿Estado?", "status"),
        ("Estatus", "status"),
        ("¿Cómo va mi consulta?", "status"),
        ("Para el jueves", None),
        ("¿Parar?", None),
        ("Cierre el paquete", None),
        ("fermer", "close"),
        ("Status?", "status"),
        ("STATUS", "status"),
        ("estado", "status"),
        ("статус", "status"),
        ("Какой статус?", "status"),
        ("Не напоминайте.", "stop"),
        ("Закройте, пожалуйста!", "close"),
        ("закройте счёт", None),
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
        ("SÍ", Rating(solved=True)),
        ("Si\u0301", Rating(solved=True)),
        ("¡Sí!", Rating(solved=True)),
        ("Sí, muchas gracias.", Rating(solved=True)),
        ("Ya quedó", Rating(solved=True)),
        ("Sí, me sirvió.", Rating(solved=True)),
        ("Todavía no.", Rating(solved=False)),
        ("No funciona", Rating(solved=False)),
        ("4 de 5", Rating(score=4)),
        ("¿Sí?", None),
        ("No, gracias", None),
        ("sí, pero tarde", None),
        ("No.", Rating(solved=False)),
        ("nein", Rating(solved=False)),
        ("Нет", Rating(solved=False)),
        ("Да, помогло!", Rating(solved=True)),
        ("Да, спасибо", Rating(solved=True)),
        ("К сожалению, нет", Rating(solved=False)),
        ("5 из 5", Rating(score=5)),
        ("да нет", None),
        ("Да, но не всё", None),
        ("non", Rating(solved=False)),
        ("6", None),
        ("0", None),
        ("10", None),
        ("5 printers", None),
        ("Yes?", None),
        ("That solved it.", Rating(solved=True)),
        ("Danke, das hat geholfen!", Rating(solved=True)),
        ("Спасибо, помогло!", Rating(solved=True)),
        ("Thanks, no", None),
        ("Yes, thanks, but it still fails", None),
        ("yes but not on Mondays", None),
        ("★★★★★★", None),
        ("", None),
    ],
)
def test_a_rating_is_one_word_or_number_and_nothing_else(text: str, expected: Rating | None) -> None:
    assert rating(text) == expected
