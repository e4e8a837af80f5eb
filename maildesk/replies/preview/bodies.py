"""A customer's question and an agent's answer in each language, for mails that show a person's own words."""

from __future__ import annotations

QUESTIONS = {
    "en": "Hello,\n\nmy order has not come yet. Could you look where it is?\n\nMaria Muster",
    "de": "Guten Tag,\n\nmeine Bestellung ist noch nicht da. Können Sie nachsehen, wo sie bleibt?\n\nMaria Muster",
    "es": "Hola:\n\nmi pedido no ha llegado todavía. ¿Podrían mirar dónde está?\n\nMaría Muster",
    "ru": "Здравствуйте!\n\nМой заказ ещё не пришёл. Посмотрите, пожалуйста, где он.\n\nМария Мустер",
    "fr": "Bonjour,\n\nma commande n’est pas encore arrivée. Pouvez-vous regarder où elle est ?\n\nMaria Muster",
}
ANSWERS = {
    "en": "your parcel left us this morning. You can follow it here: https://www.example.com/parcel/4711\n\n"
    "- It comes tomorrow before noon.\n- You need not be at home.\n\n> Could you look where it is?\nIn Berlin by now.",
    "de": "das Paket ging heute früh auf den Weg: https://www.example.com/parcel/4711\n\n"
    "- Es kommt morgen vor zwölf Uhr.\n- Niemand muss zu Hause sein.\n\n> Wo bleibt sie?\nIm Augenblick in Berlin.",
    "es": "el paquete salió esta mañana: https://www.example.com/parcel/4711\n\n"
    "- Llega mañana antes del mediodía.\n- No hace falta estar en casa.\n\n> ¿Dónde está?\nAhora está en Berlín.",
    "ru": "посылка ушла сегодня утром: https://www.example.com/parcel/4711\n\n"
    "- Она придёт завтра до полудня.\n- Ждать её дома не нужно.\n\n> Где он?\nСейчас он в Берлине.",
    "fr": "le colis est parti ce matin : https://www.example.com/parcel/4711\n\n"
    "- Il arrive demain avant midi.\n- Personne ne doit être à la maison.\n\n> Où est-elle ?\nElle est à Berlin.",
}


def question(language: str) -> str:
    """What a customer writes, in that language or in English."""
    return QUESTIONS.get(language.partition("-")[0], QUESTIONS["en"])


def answer(language: str) -> str:
    """What an agent answers, in that language or in English."""
    return ANSWERS.get(language.partition("-")[0], ANSWERS["en"])
