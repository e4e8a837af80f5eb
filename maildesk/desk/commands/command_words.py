"""The commands of agents: what each takes, how it is used, and its names in each language. Data for ``commands.py``.

The English name is the one in code, messages and docs; the others are aliases. To add a language, add its names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from maildesk.desk.commands.command_names import OTHER_NAMES


class Takes(StrEnum):
    """What stands behind a command's name."""

    NOTHING = "nothing"
    TEXT = "text"  # the rest of the line, perhaps empty, belongs to the text of the mail
    WORDS = "words"
    MAYBE_WORDS = "maybe words"
    TAGS = "tags"
    NUMBER = "number"
    MAYBE_NUMBER = "maybe number"
    ADDRESS = "address"
    ADDRESSES = "addresses"  # or "all"
    PRIORITY = "priority"
    LANGUAGE = "language"
    WHEN = "when"  # a moment
    MAYBE_WHEN = "maybe when"
    LIMIT = "limit"  # a moment by which
    PAUSE = "pause"  # until WHEN because WORDS
    TIME = "time"  # a time of day, or "off"
    NEW = "new"  # for ADDRESS; the word between may be missing
    PERSON = "person"  # a word such as note or join, and what it takes


@dataclass(frozen=True, slots=True)
class Spec:
    """One command. ``usage`` is what a mistake suggests; ``many``: may stand more than once."""

    takes: Takes
    usage: str
    aliases: tuple[str, ...] = ()
    many: bool = False


def _spec(takes: Takes, usage: str, aliases: str = "", *, many: bool = False) -> Spec:
    name = usage[1:].split()[0]
    return Spec(takes, usage, (*aliases.split(), *OTHER_NAMES.get(name, "").split()), many)


SPECS: Mapping[str, Spec] = {
    "note": _spec(Takes.TEXT, "#note", "notiz intern internal"),
    "close": _spec(Takes.NOTHING, "#close", "closed solved resolved done schließen schliessen gelöst erledigt"),
    "wait": _spec(Takes.MAYBE_WHEN, "#wait until tomorrow 10:00", "warten warte"),
    "pause": _spec(Takes.PAUSE, "#pause until Friday because the part is on order", "pausieren pausiere hold"),
    "assign": _spec(Takes.WORDS, "#assign Anna", "zuweisen zuteilen"),
    "mine": _spec(Takes.NOTHING, "#mine", "meins meine mein"),
    "unassign": _spec(Takes.NOTHING, "#unassign", "freigeben abgeben"),
    "priority": _spec(Takes.PRIORITY, "#priority high", "prio priorität prioritaet"),
    "tag": _spec(Takes.TAGS, "#tag invoice", "tags schlagwort etikett", many=True),
    "untag": _spec(Takes.TAGS, "#untag invoice", "enttaggen", many=True),
    "move": _spec(Takes.WORDS, "#move billing@example.com", "verschieben verschiebe"),
    "merge": _spec(Takes.NUMBER, "#merge 1042", "zusammenführen zusammenlegen", many=True),
    "split": _spec(Takes.NOTHING, "#split", "teilen trennen aufteilen"),
    "requester": _spec(Takes.ADDRESS, "#requester max@example.com", "kunde kundin customer anfragender"),
    "cc": _spec(Takes.ADDRESSES, "#cc max@example.com", "kopie", many=True),
    "uncc": _spec(Takes.ADDRESSES, "#uncc max@example.com", "keinekopie", many=True),
    "only": _spec(Takes.NOTHING, "#only", "nur"),
    "promise": _spec(Takes.LIMIT, "#promise tomorrow 10:00", "versprechen verspreche zusage zusagen"),
    "take": _spec(Takes.MAYBE_WORDS, "#take", "annehmen"),
    "spam": _spec(Takes.NOTHING, "#spam"),
    "article": _spec(Takes.MAYBE_WORDS, "#article password-reset", "artikel", many=True),
    "canned": _spec(Takes.MAYBE_WORDS, "#canned refund", "baustein textbaustein vorlage", many=True),
    "language": _spec(Takes.LANGUAGE, "#language de", "sprache lang"),
    "remind": _spec(Takes.WHEN, "#remind tomorrow 10:00", "erinnern erinnere erinnerung wiedervorlage"),
    "list": _spec(Takes.MAYBE_WORDS, "#list", "liste"),
    "search": _spec(Takes.WORDS, "#search printer error", "suche suchen find"),
    "show": _spec(Takes.NUMBER, "#show 1042", "zeige zeigen anzeigen"),
    "history": _spec(Takes.MAYBE_NUMBER, "#history", "verlauf historie"),
    "away": _spec(Takes.MAYBE_WHEN, "#away until Monday", "abwesend weg"),
    "back": _spec(Takes.NOTHING, "#back", "zurück zurueck"),
    "digest": _spec(Takes.TIME, "#digest 9:00", "übersicht uebersicht"),
    "send": _spec(Takes.NOTHING, "#send", "senden sende abschicken"),
    "recall": _spec(Takes.NOTHING, "#recall", "zurückrufen zurueckrufen zurückholen"),
    "help": _spec(Takes.MAYBE_WORDS, "#help", "hilfe"),
    "new": _spec(Takes.NEW, "#new for max@example.com", "neu"),
    "person": _spec(Takes.PERSON, "#person note prefers to be phoned", "kontakt"),
}

NAMES: Mapping[str, str] = {
    name.casefold(): command for command, spec in SPECS.items() for name in (command, *spec.aliases)
}

STATE_COMMANDS = frozenset({"close", "wait", "pause", "promise"})
"""Each says what becomes of the ticket; two of them contradict each other."""

ASSIGNING = frozenset({"assign", "mine"})

PRIORITIES: Mapping[str, str] = {
    "low": "low",
    "niedrig": "low",
    "gering": "low",
    "normal": "normal",
    "mittel": "normal",
    "high": "high",
    "hoch": "high",
    "wichtig": "high",
    "urgent": "urgent",
    "dringend": "urgent",
    "eilig": "urgent",
    "baja": "low",
    "bajo": "low",
    "basse": "low",
    "низкий": "low",
    "низкая": "low",
    "normale": "normal",
    "обычный": "normal",
    "обычная": "normal",
    "нормальный": "normal",
    "alta": "high",
    "alto": "high",
    "haute": "high",
    "élevée": "high",
    "высокий": "high",
    "высокая": "high",
    "urgente": "urgent",
    "срочно": "urgent",
    "срочный": "urgent",
    "срочная": "urgent",
}

LANGUAGES: Mapping[str, str] = {
    "english": "en",
    "englisch": "en",
    "german": "de",
    "deutsch": "de",
    "spanish": "es",
    "spanisch": "es",
    "español": "es",
    "russian": "ru",
    "russisch": "ru",
    "русский": "ru",
    "french": "fr",
    "französisch": "fr",
    "français": "fr",
    "inglés": "en",
    "alemán": "de",
    "francés": "fr",
    "ruso": "ru",
    "anglais": "en",
    "allemand": "de",
    "espagnol": "es",
    "russe": "ru",
    "английский": "en",
    "немецкий": "de",
    "испанский": "es",
    "французский": "fr",
}

EVERYBODY = frozenset({"all", "alle", "everyone", "todos", "tous", "всем", "все"})
ON = frozenset({"on", "an", "ein", "sí", "si", "oui", "да", "вкл"})
OFF = frozenset({"off", "aus", "never", "nie", "nunca", "jamais", "никогда", "выкл"})
BECAUSE = ("because", "weil", "wegen", "grund:", "reason:", "porque", "parce que", "потому что")
