"""The words around a date in an out-of-office note, and the days that names stand for. Data for ``absence.py``.

``UNTIL``: the day named is the last one away. ``BACK``: it is the first one back. ``THROUGH`` stands between the two
days of a range. ``FIRST`` may stand before a range and gives a weak word between them its meaning ("du … au …"). Names
of months and weekdays come from the CLDR, for all languages below; ``MONTH_STEMS`` adds what people write besides.

Phrases are folded (lower case, single blanks). To add a language, add its code and its words.
"""

from __future__ import annotations

LANGUAGES = (
    "en", "de", "fr", "es", "it", "pt", "nl", "pl", "cs", "sk", "sv", "da", "nb", "fi", "ru", "uk", "tr", "hu", "ro",
)  # fmt: skip

UNTIL = (
    "until", "till", "til", "through", "thru", "up to",
    "bis", "bis zum", "bis einschließlich", "bis einschliesslich", "bis inkl.",
    "jusqu'au", "jusqu'à", "jusqu'a", "jusque",
    "hasta", "hasta el",
    "fino al", "fino a", "fino all'", "sino al", "sino all'",
    "até", "até ao", "até o", "até dia",
    "tot", "tot en met", "t/m", "t.e.m.", "tem",
    "do dnia", "aż do",
    "až do", "do",
    "till och med", "t.o.m.", "tom",
    "til og med", "t.o.m", "indtil", "inntil", "frem til",
    "saakka", "asti",
    "до", "по", "включно до",
    "tarihine kadar",
    "până la", "până în", "pana la", "pana pe", "până pe",
)  # fmt: skip

UNTIL_BEHIND = (
    "saakka", "asti", "tarihine kadar", "kadar", "-ig", "ig", "まで", "까지", "止", "之前", "为止",
)  # fmt: skip

BACK = (
    "back", "return", "returning", "returns", "in the office again", "available again", "reachable again", "resume",
    "wieder", "zurück", "zurueck", "rückkehr", "rueckkehr",
    "de retour", "mon retour", "serai de nouveau", "reprendrai", "rentre le", "reviens", "reviendrai",
    "de vuelta", "regreso", "regresaré", "vuelvo", "volveré", "reincorporo", "reincorporaré", "mi vuelta",
    "di ritorno", "tornerò", "torno", "rientro", "rientrerò", "nuovamente",
    "de volta", "volto", "voltarei", "regresso", "retorno", "retornarei",
    "terug", "weer bereikbaar", "weer aanwezig", "weer op kantoor",
    "wracam", "wrócę", "z powrotem", "będę ponownie", "powrót",
    "zpět", "zpátky", "vrátím", "vracím", "späť", "vrátim", "opět",
    "åter", "tillbaka", "tilbage", "tilbake", "igen", "igjen",
    "takaisin", "palaan", "jälleen",
    "вернусь", "возвращаюсь", "выйду на работу", "снова", "буду на месте",
    "повернуся", "повертаюся", "знову",
    "döneceğim", "dönüyorum", "tekrar", "geri",
    "vissza", "visszatérek", "újra", "ismét",
    "revin", "mă întorc", "ma intorc", "înapoi", "voi reveni", "din nou",
)  # fmt: skip

BACK_WITHOUT_BLANKS = ("戻り", "復帰", "出社", "回来", "返回", "恢复", "복귀")

SAYS_AUTOMATIC = ("auto", "автом", "otoma", "自動", "自动", "자동", "αυτόμ", "vacation respon", "re:")

THROUGH = (
    "-", "–", "—", "to", "until", "till", "through", "and", "bis", "bis zum", "bis einschließlich", "und",
    "au", "à", "jusqu'au", "et le", "al", "hasta el", "a", "ao", "e il", "t/m", "tot en met", "tot", "en met",
    "do", "a do", "až", "till", "t.o.m.", "til", "til og med", "по", "до", "la", "până la", "~", "から",
)  # fmt: skip

FIRST = (
    "from", "between", "von", "vom", "zwischen", "du", "de", "del", "desde", "dal", "dall'", "van", "vanaf", "od",
    "ode", "från", "fra", "с", "з", "від", "din", "de la",
)  # fmt: skip

FILLERS = (
    "and", "including", "incl", "inclusive", "the", "end", "of", "day", "on", "at", "next", "nächsten", "kommenden",
    "próximo", "prossimo", "следующего",
    "einschließlich", "einschliesslich", "inklusive", "inkl", "incl", "zum", "den", "dem", "am", "ab", "einschl",
    "inclus", "et", "le", "au", "y", "con", "incluido", "inclusive", "el", "día", "il", "giorno", "compreso", "al",
    "o", "dia", "e", "ao", "en", "met", "de", "dnia", "włącznie", "včetně", "dne", "och", "med", "og", "d",
    "включительно", "числа", "la", "pe", "data", "a", "az",
)  # fmt: skip

TODAY = (
    "today", "heute", "aujourd'hui", "hoy", "oggi", "hoje", "vandaag", "dzisiaj", "dziś", "dnes", "idag", "i dag",
    "tänään", "сегодня", "сьогодні", "bugün", "ma", "astăzi",
)  # fmt: skip

TOMORROW = (
    "tomorrow", "morgen", "demain", "mañana", "domani", "amanhã", "jutro", "zítra", "zajtra", "imorgon", "i morgon",
    "i morgen", "huomenna", "завтра", "yarın", "holnap", "mâine",
)  # fmt: skip
NOT_TOMORROW = ("guten", "goede", "god", "la", "de la")
"""Before it the same word is the morning ("Guten Morgen", "por la mañana")."""

AWAY = (
    "out of office", "out of the office", "ooo", "on leave", "annual leave", "parental leave", "maternity leave",
    "paternity leave", "sick leave", "out sick", "off sick", "on vacation", "on holiday", "i'm away", "i am away",
    "nicht im büro", "nicht im haus", "außer haus", "im urlaub", "abwesend", "elternzeit", "mutterschutz",
    "krankgeschrieben", "bin krank", "nicht erreichbar",
    "en congé", "en congés", "en vacances", "congé maternité", "congé parental", "arrêt maladie", "suis absent",
    "suis absente", "absent du bureau", "absente du bureau",
    "de vacaciones", "fuera de la oficina", "de baja", "de permiso", "ausente",
    "в отпуске", "в декрете", "на больничном", "отсутствую", "меня не будет", "у відпустці",
    "in ferie", "fuori ufficio", "in malattia", "de férias", "fora do escritório", "afwezig", "met verlof",
    "op vakantie", "na urlopie", "na dovolené", "på semester", "på ferie", "lomalla", "izindeyim", "szabadságon",
    "în concediu",
)  # fmt: skip
"""Words of an absence in a note that is known to be an automatic reply of a person's own."""

MONTH_STEMS = {
    "sept": 9, "jän": 1, "jänner": 1, "feber": 2, "mrz": 3, "maerz": 3, "okt": 10, "dez": 12, "dec": 12, "nov": 11,
    "oct": 10, "aug": 8, "jul": 7, "jun": 6, "mai": 5, "apr": 4, "mar": 3, "mär": 3, "feb": 2, "jan": 1,
    "déc": 12, "fév": 2, "févr": 2, "avr": 4, "juil": 7, "ago": 8, "ene": 1, "dic": 12, "gen": 1, "mag": 5, "giu": 6,
    "lug": 7, "set": 9, "ott": 10, "fev": 2, "abr": 4, "out": 10, "ian": 1, "iun": 6, "iul": 7, "noi": 11,
    "decembre": 12, "fevrier": 2, "aout": 8, "lipca": 7, "grudnia": 12, "grudzień": 12, "märz": 3,
}  # fmt: skip
