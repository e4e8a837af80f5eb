"""What people of the samples say in each language: a question, an answer, a help article, and what a desk asks for."""

from __future__ import annotations

from maildesk.desk.actions import Value

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
ARTICLES = {
    "en": ("Reset a password", "1. Open the page *Sign in*.\n2. Click *Forgot?* and follow our mail."),
    "de": ("Passwort neu setzen", "1. Öffnen: die Seite *Anmelden*.\n2. *Vergessen?* anklicken. Dann kommt eine Mail."),
    "es": ("Cambiar la contraseña", "1. Abrir la página *Entrar*.\n2. Pulsar *¿Olvidada?* y leer nuestro correo."),
    "ru": ("Новый пароль", "1. Открыть страницу *Вход*.\n2. Нажать *Забыли?* и прочесть наше письмо."),
    "fr": ("Changer de mot de passe", "1. Ouvrir la page *Connexion*.\n2. Cliquer sur *Oublié ?* et lire notre mail."),
}
NEEDS = {
    "en": "your order number",
    "de": "die Bestellnummer",
    "es": "el número de pedido",
    "ru": "номер заказа",
    "fr": "le numéro de commande",
}


def question(language: str) -> str:
    """What a customer writes, in that language or in English."""
    return QUESTIONS.get(language.partition("-")[0], QUESTIONS["en"])


def answer(language: str) -> str:
    """What an agent answers, in that language or in English."""
    return ANSWERS.get(language.partition("-")[0], ANSWERS["en"])


def facts(language: str) -> dict[str, tuple[Value, ...]]:
    """The article that a first reply offers and what it asks for, in that language or in English."""
    spoken = language.partition("-")[0]
    (title, steps), need = ARTICLES.get(spoken, ARTICLES["en"]), NEEDS.get(spoken, NEEDS["en"])
    return {"offers": ({"title": title, "steps": steps},), "offered": (title,), "asked": (need,), "asked_for": (need,)}
