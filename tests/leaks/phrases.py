"""What mail programs write around a quote, in the languages in which agents run them."""

from __future__ import annotations

# {who}: the name and address of the sender, {name}: the name alone
GMAIL = {
    "en": "On Mon, Nov 23, 2026 at 9:40 AM {who} wrote:",
    "de": "Am Mo., 23. Nov. 2026 um 09:40 Uhr schrieb {who}:",
    "es": "El lun, 23 nov 2026 a las 9:40, {name} (<{address}>) escribió:",
    "fr": "Le lun. 23 nov. 2026 à 09:40, {who} a écrit :",
    "ru": "пн, 23 нояб. 2026 г. в 09:40, {who}:",
    "it": "Il giorno lun 23 nov 2026 alle ore 09:40 {who} ha scritto:",
    "nl": "Op ma 23 nov 2026 om 09:40 schreef {who}:",
    "pl": "pon., 23 lis 2026 o 09:40 {who} napisał(a):",
    "pt": "Em seg., 23 de nov. de 2026 às 09:40, {who} escreveu:",
    "sv": "Den mån 23 nov. 2026 kl 09:40 skrev {who}:",
    "tr": "{who}, 23 Kas 2026 Pzt, 09:40 tarihinde şunu yazdı:",
    "ja": "2026年11月23日(月) 9:40 {who}:",
}
APPLE = {
    "en": "On 23. Nov 2026, at 09:40, {who} wrote:",
    "de": "Am 23.11.2026 um 09:40 schrieb {who}:",
    "es": "El 23 nov 2026, a las 9:40, {who} escribió:",
    "fr": "Le 23 nov. 2026 à 09:40, {who} a écrit :",
    "ru": "23 нояб. 2026 г., в 09:40, {who} написал(а):",
    "it": "Il giorno 23 nov 2026, alle ore 09:40, {who} ha scritto:",
    "nl": "Op 23 nov 2026, om 09:40 heeft {who} het volgende geschreven:",
    "pl": "Wiadomość napisana przez {who} w dniu 23 lis 2026, o godz. 09:40:",
    "da": "Den 23. nov. 2026 kl. 09.40 skrev {who}:",
}
THUNDERBIRD = {
    "en": "On 23/11/2026 09:40, {name} wrote:",
    "de": "Am 23.11.26 um 09:40 schrieb {name}:",
    "es": "El 23/11/26 a las 9:40, {name} escribió:",
    "fr": "Le 23/11/2026 à 09:40, {name} a écrit :",
    "ru": "23.11.2026 9:40, {name} пишет:",
    "it": "Il 23/11/2026 09:40, {name} ha scritto:",
    "nl": "Op 23-11-2026 om 09:40 schreef {name}:",
    "cs": "Dne 23. 11. 26 v 9:40 {name} napsal(a):",
}
OUTLOOK = {
    "en": ("From", "Sent", "To", "Subject", "Monday, November 23, 2026 9:40 AM"),
    "de": ("Von", "Gesendet", "An", "Betreff", "Montag, 23. November 2026 09:40"),
    "es": ("De", "Enviado el", "Para", "Asunto", "lunes, 23 de noviembre de 2026 9:40"),
    "fr": ("De", "Envoyé", "À", "Objet", "lundi 23 novembre 2026 09:40"),
    "ru": ("От", "Отправлено", "Кому", "Тема", "понедельник, 23 ноября 2026 г. 9:40"),
    "it": ("Da", "Inviato", "A", "Oggetto", "lunedì 23 novembre 2026 09:40"),
    "nl": ("Van", "Verzonden", "Aan", "Onderwerp", "maandag 23 november 2026 09:40"),
    "pl": ("Od", "Wysłane", "Do", "Temat", "poniedziałek, 23 listopada 2026 09:40"),
    "pt": ("De", "Enviada em", "Para", "Assunto", "segunda-feira, 23 de novembro de 2026 09:40"),
    "sv": ("Från", "Skickat", "Till", "Ämne", "den 23 november 2026 09:40"),
    "da": ("Fra", "Sendt", "Til", "Emne", "23. november 2026 09:40"),
    "cs": ("Od", "Odesláno", "Komu", "Předmět", "pondělí 23. listopadu 2026 9:40"),
    "tr": ("Kimden", "Gönderildi", "Kime", "Konu", "23 Kasım 2026 Pazartesi 09:40"),
}
ORIGINAL = {
    "en": "Original Message",
    "de": "Ursprüngliche Nachricht",
    "es": "Mensaje original",
    "fr": "Message d'origine",
    "ru": "Исходное сообщение",
    "it": "Messaggio originale",
    "nl": "Oorspronkelijk bericht",
    "pl": "Oryginalna wiadomość",
    "pt": "Mensagem original",
    "sv": "Ursprungligt meddelande",
    "da": "Oprindelig meddelelse",
    "cs": "Původní zpráva",
    "tr": "Özgün İleti",
}
PHONE = {
    "en": ("Sent from my iPhone", "Get Outlook for Android", "Sent from my Galaxy"),
    "de": ("Von meinem iPhone gesendet", "Outlook für Android beziehen", "Von meinem Galaxy gesendet"),
    "es": ("Enviado desde mi iPhone", "Obtener Outlook para Android", "Enviado desde mi Galaxy"),
    "fr": ("Envoyé de mon iPhone", "Télécharger Outlook pour Android", "Envoyé depuis mon appareil Galaxy"),
    "ru": ("Отправлено с iPhone", "Получить Outlook для Android", "Отправлено с моего Galaxy"),
    "it": ("Inviato da iPhone", "Scarica Outlook per Android", "Inviato dal mio Galaxy"),
    "nl": ("Verstuurd vanaf mijn iPhone", "Outlook voor Android downloaden", "Verzonden vanaf mijn Galaxy"),
    "pl": ("Wysłane z iPhone'a", "Pobierz program Outlook dla systemu Android", "Wysłano z mojego Galaxy"),
    "pt": ("Enviado do meu iPhone", "Obter o Outlook para Android", "Enviado do meu Galaxy"),
    "sv": ("Skickat från min iPhone", "Hämta Outlook för Android", "Skickat från min Galaxy"),
    "da": ("Sendt fra min iPhone", "Hent Outlook til Android", "Sendt fra min Galaxy"),
    "cs": ("Odesláno z iPhonu", "Získat Outlook pro Android", "Odesláno z mého Galaxy"),
    "tr": ("iPhone'umdan gönderildi", "Android için Outlook'u edinin", "Galaxy cihazımdan gönderildi"),
    "ja": ("iPhoneから送信", "Android版Outlookを入手", "Galaxyから送信"),
}


def in_language(table: dict[str, object], language: str) -> str:
    """The language itself where the table has it, else English."""
    return language if language in table else "en"
