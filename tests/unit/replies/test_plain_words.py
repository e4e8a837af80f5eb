"""What customers read is short, plain and true: measured on every built-in text for customers."""

from __future__ import annotations

import statistics
from datetime import timedelta

import pytest

from maildesk.replies.placeholders import TELLS_A_PROMISE, template_names
from tests.unit.replies import readability
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
}


def shown(template: str, language: str) -> list[str]:
    """The text of a template, once for each of its variants."""
    filler = {"reason": "the part is on its way" if language == "en" else "das Teil ist unterwegs"}
    variants: list[dict[str, object]] = [
        {"round": number, "state": state}
        for number in ROUNDS.get(template, (1,))
        for state in STATES.get(template, ("open",))
    ]
    facts = {**everything(template), **filler, "problems": (), "left_out": ()}
    return [text_of(composed(a_mail(template, {**facts, **each}, language=language)).raw) for each in variants]  # type: ignore[dict-item]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", TEXTS)
def test_sentences_are_short_and_easy_to_read(template: str, language: str) -> None:
    for text in shown(template, language):
        lengths = [len(readability.words(each)) for each in readability.sentences(text)]
        assert max(lengths) <= 20, [each for each in readability.sentences(text) if len(readability.words(each)) > 20]
        assert statistics.median(lengths) <= 12
        assert readability.reading_ease(text, language) >= 70, round(readability.reading_ease(text, language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_stay_short_with_the_customers_own_zone(language: str) -> None:
    values = {"customer_offset": -300}
    for template in FIRST:
        text = text_of(composed(a_mail(template, values, language=language, send_at=PROMISE - timedelta(hours=2))).raw)
        assert max(len(readability.words(each)) for each in readability.sentences(text)) <= 24


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", FIRST)
def test_the_first_reply_has_at_most_120_words(template: str, language: str) -> None:
    for text in shown(template, language):
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


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", template_names())
def test_a_subject_of_ours_fits_a_phone(template: str, language: str) -> None:
    assert len(str(parsed(composed(a_mail(template, language=language)).raw)["Subject"])) <= 60


def test_the_measure_tells_plain_from_heavy() -> None:
    plain = "We have your mail. You will hear from us on Monday."
    heavy = "Notwithstanding organisational complications, administrative personnel accommodate applications."
    assert readability.reading_ease(plain, "en") > 90
    assert readability.reading_ease(heavy, "en") < 0
    leicht = "Wir haben Ihre Mail. Sie hören am Montag von uns."
    schwer = "Vorbehaltlich organisatorischer Gegebenheiten gewährleisten wir unverzügliche Benachrichtigungen."
    assert readability.reading_ease(leicht, "de") > 85
    assert readability.reading_ease(schwer, "de") < 0


def test_a_date_does_not_end_a_sentence() -> None:
    text = "Sie hören von uns bis Dienstag, 24. November, 14:00 Uhr. Danke.\n"
    assert len(readability.sentences(text)) == 2
