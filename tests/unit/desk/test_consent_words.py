"""Yes and no to "is this address yours, too?": plain ones in many languages, and nothing that limits them."""

from __future__ import annotations

import pytest

from maildesk.desk.customers.consent_words import consent

ADDRESSES, NAMES = ("maria@customer.example", "mm@home.example"), ("Maria Muster",)


@pytest.mark.parametrize(
    "text",
    [
        "YES", "yes.", "Yes!", "Yep", "Yes, both are mine.", "Yes, that is me", "Both are mine", "It's me.",
        "I confirm.",
        "Hello,\n\nyes.\n\nBest regards\nMaria Muster", "Yes, thank you\n\nMaria",
        "Hi Anna,\nYes, they belong to me too.",
        "yes, mm@home.example is mine too", "👍", "👍🏽", "That's correct", "Yes\n\nM. Muster",
        "Ja", "Ja, beide gehören mir.", "Ja, das bin ich auch.", "Stimmt",
        "Guten Tag,\n\nja, das ist auch meine Adresse.",
        "Ja.\n\nMit freundlichen Grüßen\nMaria Muster", "Ja, danke!",
        "Sí", "Sí, las dos son mías.", "Sí, soy yo", "Si, gracias", "Confirmo",
        "Oui", "Oui, c'est bien moi.", "Oui, les deux adresses sont à moi.", "Oui, je confirme. Merci !",
        "Да", "Да, это я.", "Да, оба адреса мои", "Подтверждаю", "Да, это тоже моя почта",
        "Sì, sono io", "Ja, dat ben ik", "Sim, sou eu", "Tak, to ja", "כן",
    ],
)  # fmt: skip
def test_a_plain_yes_is_one(text: str) -> None:
    assert consent(text, ADDRESSES, NAMES) is True


@pytest.mark.parametrize(
    "text",
    [
        "NO", "No, thanks.", "No, that is not me!", "It isn't mine", "No.\n\nMaria", "👎", "Nein",
        "Nein, das bin ich nicht.",
        "Die kenne ich nicht", "No, no soy yo", "Non, ce n'est pas moi", "Нет, это не мой адрес", "Nee", "Não", "Nie",
        "Not mine",
    ],
)  # fmt: skip
def test_a_plain_no_is_one(text: str) -> None:
    assert consent(text, ADDRESSES, NAMES) is False


@pytest.mark.parametrize(
    "text",
    [
        "", "   ", "Maria", "Thanks!", "OK", "Yes?", "Is it mine?", "Yes, but it is my wife's", "We both use it",
        "Yes. No.",
        "Yes, and when does my order come", "Yes and no", "Yes, 2 of them", "Sometimes", "Yes. Sometimes.",
        "Yes. Partly", "Yes\nOnly At Work", "Yes, eve@elsewhere.example is mine too", "Only one of them is mine",
        "I have forwarded this to Maria, yes", "Ja, aber meine Frau liest mit", "Ja. Teilweise.",
        "Oui, mais pas toujours",
        "Sí, pero la usa mi hijo", "Да, но почту читает и жена", "Yes " * 100, "It used to be mine", "My sister's",
        "Out of office. Yes, I am away.", "I will be back on Monday", "Unsubscribe",
    ],
)  # fmt: skip
def test_all_else_is_neither_and_a_person_reads_it(text: str) -> None:
    assert consent(text, ADDRESSES, NAMES) is None


def test_only_their_own_name_may_stand_behind_a_yes() -> None:
    assert consent("Yes\n\nMaria", names=NAMES) is True
    assert consent("Yes\n\nOtto", names=NAMES) is None
    assert consent("Yes\n\nKind regards\nMom", names=NAMES) is True
