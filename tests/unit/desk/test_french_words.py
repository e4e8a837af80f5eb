"""What French customers answer with: thanks and nothing else, words for the desk, whether it is solved."""

from __future__ import annotations

import pytest

from maildesk.desk.customers.customer_words import desk_word, is_thanks, rating


@pytest.mark.parametrize(
    "text",
    [
        "Merci !",
        "Un grand merci !",
        "Je te remercie beaucoup.",
        "Merci, c'est parfait.",
        "Merci à toute l'équipe !",
        "Bien reçu, merci !",
        "C'est noté, merci.",
        "Merci pour ces informations.",
        "Merci de m'avoir répondu.",
        "Nickel, merci !",
        "D'accord, merci.",
        "Merci\u202f!",
        "Bonjour,\n\nMerci pour l'aide, tout fonctionne.\n\nCordialement\nHélène Dupré",
        "Bonsoir,\nje vous remercie pour votre aide précieuse.\nBonne soirée",
        "Parfait, merci beaucoup.\n\nBonne journée,\nHélène",
    ],
)
def test_french_thanks_alone_are_thanks(text: str) -> None:
    assert is_thanks(text)


@pytest.mark.parametrize(
    "text",
    [
        "Merci d'avance.",
        "Merci par avance",
        "Merci de me rappeler",
        "Merci de me répondre.",
        "Merci de vérifier",
        "Merci de fermer",
        "Merci de m'envoyer la facture",
        "Vite, merci !",
        "Merci, encore un problème",
        "Merci de votre retour",
        "Merci, mais ça ne marche pas",
        "Merci, j'attends",
        "Non merci",
        "Est-ce tout, merci",
        "Merci pour votre réponse, où est mon colis",
    ],
)
def test_a_french_wish_with_merci_is_no_thanks(text: str) -> None:
    assert not is_thanks(text)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("STOP", "stop"),
        ("Stop svp", "stop"),
        ("Arrêtez, s'il vous plaît.", "stop"),
        ("Arretez", "stop"),
        ("Plus de rappels !", "stop"),
        ("Ne m’écrivez plus.", "stop"),
        ("Fermez", "close"),
        ("Vous pouvez fermer.", "close"),
        ("Statut\u202f?", "status"),
        ("Où en est ma demande ?", "status"),
        ("Où en êtes-vous ?", "status"),
        ("Où en est ma commande ?", None),
        ("Arrêtez le robot", None),
        ("Fermez la porte", None),
        ("Arrêter ?", None),
    ],
)
def test_french_words_for_the_desk(text: str, word: str | None) -> None:
    assert desk_word(text) == word


@pytest.mark.parametrize(
    ("text", "solved"),
    [
        ("OUI", True),
        ("Oui\u202f!", True),
        ("Oui, merci !", True),
        ("Oui, c'est réglé.", True),
        ("C’est résolu", True),
        ("Oui, tout va bien.", True),
        ("NON", False),
        ("Non, toujours pas.", False),
        ("Pas encore", False),
        ("Ça ne marche toujours pas !", False),
        ("Hélas non", False),
        ("Non merci", None),
        ("Oui mais il manque la vis", None),
        ("Oui ?", None),
    ],
)
def test_french_yes_and_no(text: str, solved: bool | None) -> None:
    said = rating(text)
    assert (said.solved if said else None) is solved


def test_a_french_number_out_of_five_counts() -> None:
    said = rating("4 sur 5")
    assert said is not None
    assert said.score == 4
