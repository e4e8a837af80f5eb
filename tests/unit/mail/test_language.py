"""The language of short mails."""

from __future__ import annotations

import pytest

from maildesk.mail.language import detect
from maildesk.mail.limits import Known
from maildesk.mail.parsing import parse
from tests.unit.mail.samples import reply

SENTENCES = {
    "en": "The printer has not worked since this morning, what can I do?",
    "de": "Der Drucker geht seit heute früh nicht mehr, was kann ich tun?",
    "fr": "L'imprimante ne marche plus depuis ce matin, que puis-je faire ?",
    "es": "La impresora no funciona desde esta mañana, ¿qué puedo hacer?",
    "it": "La stampante non funziona più da stamattina, cosa posso fare?",
    "pt": "A impressora não funciona desde hoje de manhã, o que posso fazer?",
    "nl": "De printer werkt sinds vanochtend niet meer, wat kan ik doen?",
    "pl": "Drukarka nie działa od rana, co mogę zrobić w tej sprawie?",
    "ru": "Принтер не работает с самого утра, что мне делать?",
    "uk": "Принтер не працює від самого ранку, що мені робити?",
    "sv": "Skrivaren fungerar inte sedan i morse, vad kan jag göra?",
    "fi": "Tulostin ei ole toiminut aamusta lähtien, mitä voin tehdä?",
    "tr": "Yazıcı bu sabahtan beri çalışmıyor, ne yapabilirim acaba?",
    "zh": "打印机从今天早上开始就不能用了，请问我该怎么办？",
    "ja": "プリンターが今朝から動きません。どうすればいいですか。",
    "ko": "프린터가 오늘 아침부터 작동하지 않습니다. 어떻게 해야 하나요?",
    "el": "Ο εκτυπωτής δεν λειτουργεί από το πρωί, τι μπορώ να κάνω;",
    "ar": "الطابعة لا تعمل منذ صباح اليوم، ماذا يمكنني أن أفعل؟",
}


@pytest.mark.parametrize("code", SENTENCES)
def test_a_sentence_is_enough(code: str) -> None:
    assert detect(SENTENCES[code], ("en", "de", "fr", "es", "ru", code)) == code


@pytest.mark.parametrize("text", ["", "ok", "Danke!", "12345 67890", "https://x.example/a/b/c/d", "?!"])
def test_too_little_text_is_unknown(text: str) -> None:
    assert detect(text, ("en", "de")) is None


def test_a_script_that_no_wanted_language_has_is_unknown() -> None:
    assert detect(SENTENCES["ru"], ("en", "de")) is None


def test_a_region_is_given_back_as_it_was_asked_for() -> None:
    assert detect(SENTENCES["pt"], ("en", "pt-BR")) == "pt-BR"


def test_the_quote_does_not_count() -> None:
    body = (
        f"{SENTENCES['de']}\n\nOn Tue, Nov 24, 2026 at 9:00 AM Support <s@desk.example> wrote:\n> {SENTENCES['en']}\n"
        * 1
    )
    assert parse(reply(body), known=Known(languages=("de", "en"))).language == "de"
