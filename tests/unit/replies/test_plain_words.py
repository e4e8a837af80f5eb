"""What customers read is short, plain and true: measured on every built-in text for customers."""

from __future__ import annotations

import re
import statistics
from datetime import timedelta

import pytest

from maildesk.desk.actions import Value
from maildesk.replies import readability
from maildesk.replies.placeholders import TELLS_A_PROMISE, template_names
from tests.unit.replies.samples import BUILTIN, PROMISE, a_mail, composed, everything, parsed, text_of

LANGUAGES = sorted(BUILTIN.languages())
TEXTS = [each for each in template_names() if "/" not in each and each != "reply"]
FIRST = ["received", "received-closed", "received-urgent"]
ROUNDS = {"still-working": (1, 2, 3)}
STATES = {"status": ("open", "waiting", "paused", "solved", "closed")}
WORDY = {
    "en": [
        "as soon as possible",
        "shortly",
        "hereby",
        "regarding",
        "in order to",
        "we apologize",
        "inconvenience",
        "valued",
    ],
    "de": [
        "schnellstmöglich",
        "zeitnah",
        "hiermit",
        "bezüglich",
        "diesbezüglich",
        "unannehmlichkeiten",
        "umgehend",
        "seitens",
    ],
    "es": [
        "lo antes posible",
        "a la mayor brevedad",
        "en breve",
        "por la presente",
        "molestias",
        "lamentamos",
        "estimado",
        "tramita",
        "solicitud",
    ],
}


def shown(template: str, language: str, **values: Value) -> list[str]:
    """The text of a template, once for each of its variants."""
    filler = {"reason": "the part is on its way" if language == "en" else "das Teil ist unterwegs"}
    variants: list[dict[str, object]] = [
        {"round": number, "state": state}
        for number in ROUNDS.get(template, (1,))
        for state in STATES.get(template, ("open",))
    ]
    facts = {**everything(template), **filler, "problems": (), "left_out": (), **values}
    return [text_of(composed(a_mail(template, {**facts, **each}, language=language)).raw) for each in variants]  # type: ignore[dict-item]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", TEXTS)
def test_sentences_are_short_and_easy_to_read(template: str, language: str) -> None:
    for text in shown(template, language):
        lengths = [len(readability.words(each)) for each in readability.sentences(text)]
        assert max(lengths) <= 20, [each for each in readability.sentences(text) if len(readability.words(each)) > 20]
        assert statistics.median(lengths) <= 12
        ease = readability.reading_ease(readability.sentences(text), language)
        assert ease is not None
        assert ease >= readability.EASY[language], round(ease)


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_stay_short_with_the_customers_own_zone(language: str) -> None:
    values = {"customer_offset": -300}
    for template in FIRST:
        text = text_of(composed(a_mail(template, values, language=language, send_at=PROMISE - timedelta(hours=2))).raw)
        assert max(len(readability.words(each)) for each in readability.sentences(text)) <= 24


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", FIRST)
def test_the_first_reply_has_at_most_120_words_beside_its_articles(template: str, language: str) -> None:
    for text in shown(template, language, offers=()):
        assert len(text.split()) <= 120


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", sorted(TELLS_A_PROMISE))
def test_the_promise_stands_in_the_first_three_sentences(template: str, language: str) -> None:
    for text in shown(template, language):
        assert any("14:00" in each and "25" in each for each in readability.sentences(text)[:3]), text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", TEXTS)
def test_nobody_writes_officialese(template: str, language: str) -> None:
    for text in shown(template, language):
        assert not [each for each in WORDY.get(language, []) if each in text.lower()]


_ABOUT_YOU = re.compile(
    r"\b(?:usted|le|su|sus|tú|te|ti|tu|tus|díga\w+|dinos|dínoslo|responda|responde)\b", re.IGNORECASE
)


@pytest.mark.parametrize("template", TEXTS)
def test_spanish_says_usted_or_tu_and_never_both(template: str) -> None:
    formal = {word.lower() for word in _ABOUT_YOU.findall((BUILTIN.builtin / f"es/{template}.md").read_text())}
    casual = {word.lower() for word in _ABOUT_YOU.findall((BUILTIN.builtin / f"es/informal/{template}.md").read_text())}
    assert not formal & {"tú", "te", "ti", "tu", "tus", "dinos", "dínoslo", "responde"}
    assert not casual & {"usted", "le", "su", "sus", "díganos", "díganoslo", "responda"}
    assert bool(formal) == bool(casual)


@pytest.mark.parametrize("folder", ["es", "es/informal"])
def test_spanish_opens_what_it_closes(folder: str) -> None:
    for path in (BUILTIN.builtin / folder).glob("**/*.md"):
        text = path.read_text(encoding="utf-8").replace("!=", "")
        assert (text.count("¿"), text.count("¡")) == (text.count("?"), text.count("!")), path


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", TEXTS)
def test_greeting_and_footer_are_paragraphs_of_their_own(template: str, language: str) -> None:
    few = text_of(composed(a_mail(template, language=language)).raw)
    for text in (few, *shown(template, language)):
        name = text.index("Example Support\n")
        footer = text[:name].rstrip("\n").rindex("\n")
        assert text[footer - 1] == "\n", text
        assert text.split("\n", 2)[1] == "", text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", template_names())
def test_a_subject_of_ours_fits_a_phone(template: str, language: str) -> None:
    assert len(str(parsed(composed(a_mail(template, language=language)).raw)["Subject"])) <= 60


@pytest.mark.parametrize(
    ("language", "plain", "heavy"),
    [
        ("en", "We have your mail. You will hear from us on Monday.",
         "Notwithstanding organisational complications, administrative personnel accommodate applications."),
        ("de", "Wir haben Ihre Mail. Sie hören am Montag von uns.",
         "Vorbehaltlich organisatorischer Gegebenheiten gewährleisten wir unverzügliche Benachrichtigungen."),
        ("es", "Ya tenemos su mensaje. Le escribimos el lunes.",
         "Procederemos inmediatamente a la tramitación administrativa correspondiente."),
        ("fr", "Nous avons bien votre message. Vous lirez notre mot lundi.",
         "L'administration procédera immédiatement à la vérification de votre réclamation."),
        ("ru", "Мы получили ваше письмо. Ответ придёт в среду.",
         "Незамедлительное рассмотрение предоставленной документации осуществляется уполномоченными сотрудниками."),
    ],
)  # fmt: skip
def test_the_measure_tells_plain_from_heavy(language: str, plain: str, heavy: str) -> None:
    assert (readability.reading_ease(readability.sentences(plain), language) or 0) > readability.EASY[language]
    assert (readability.reading_ease(readability.sentences(heavy), language) or 0) < 10


@pytest.mark.parametrize(
    ("language", "word", "count"),
    [("en", "message", 2), ("en", "asked", 1), ("de", "Nachricht", 2), ("de", "schreiben", 2),
     ("es", "día", 2), ("es", "guitarra", 3), ("es", "todavía", 4), ("fr", "semaine", 2), ("fr", "écrire", 2),
     ("ru", "здравствуйте", 3), ("en", "14:00", 1)],
)  # fmt: skip
def test_syllables_are_counted_as_people_say_them(language: str, word: str, count: int) -> None:
    assert readability.syllables(word, language) == count


def test_a_date_does_not_end_a_sentence() -> None:
    text = "Sie hören von uns bis Dienstag, 24. November, 14:00 Uhr. Danke.\n"
    assert len(readability.sentences(text)) == 2


def test_a_word_that_begins_like_a_month_begins_a_sentence() -> None:
    assert len(readability.sentences("Nous vous écrirons avant 14:00. Mais l'équipe est absente.\n")) == 2


@pytest.mark.parametrize("greeting", ["Hello,", "Здравствуйте, Мария!", "Hola, María Muster:", "Bonjour Maria !"])
def test_a_greeting_is_no_sentence_of_the_mail(greeting: str) -> None:
    assert readability.sentences(f"{greeting}\n\nThank you. You hear from us.\n")[0] == "Thank you."
