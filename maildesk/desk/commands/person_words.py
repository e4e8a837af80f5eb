"""The words behind #person in five languages: note, join, ask, split, name, language, vip. Data, and how it is read.

``#person`` alone, or with a ticket's number, asks for what is known of the customer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Verb = Literal["", "note", "join", "ask", "split", "name", "language", "vip", "not vip"]

_WORDS: Mapping[Verb, str] = {
    "note": "note notiz nota заметка",
    "join": "join verbinden zusammenlegen unir juntar joindre relier réunir reunir объединить связать",
    "ask": "ask fragen frage preguntar pregunta demander demande спросить спроси",
    "split": "split unjoin trennen separar séparer separer отделить разделить",
    "name": "name nombre nom имя",
    "language": "language lang sprache idioma langue язык",
    "vip": "vip вип",
}
VERBS: Mapping[str, Verb] = {word: verb for verb, words in _WORDS.items() for word in words.split()}
_NOT = frozenset({"not", "no", "nicht", "kein", "keine", "pas", "non", "не", "нет"})
REPEATED = frozenset({"note", "join", "split"})
"""What may stand more than once in a mail."""
TAKES_ALL = frozenset({"note", "name"})
"""What follows them on the line is theirs, whatever it looks like."""


def read_verb(rest: str) -> tuple[Verb, str]:
    """What stands behind #person, and what is left; "" for a bare one, or a number. Raises ValueError."""
    first, _, behind = rest.strip().partition(" ")
    word, behind = first.casefold().rstrip(".,:;!"), behind.strip()
    if not word or word.lstrip("#").isdecimal():
        return "", rest.strip()
    if word in _NOT:
        other = VERBS.get(behind.casefold().rstrip(".,:;!"), "")
        if other == "vip":
            return "not vip", ""
        raise ValueError(f'"#person {first}" can only stand before "vip".')
    verb = VERBS.get(word)
    if verb is None:
        known = ", ".join(each for each in _WORDS)
        raise ValueError(f'"#person" cannot "{first}". Behind it stands one of: {known}.')
    return verb, behind


def takes_all(rest: str) -> bool:
    """Whether the rest of the line, also what looks like another command, belongs to it."""
    first = rest.split(None, 1)[0] if rest.split() else ""
    return VERBS.get(first.casefold().rstrip(".,:;!"), "") in TAKES_ALL
