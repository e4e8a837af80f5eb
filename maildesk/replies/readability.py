"""Sentences, syllables and reading ease of the texts that customers read.

Reading ease by the formula of each language: Flesch (1948) en, Amstad (1978) de, Fernández Huerta (1959) es, Kandel and
Moles (1958) fr, Oborneva (2006) ru. About 100 is very easy; ``EASY`` is what a text of ours must reach.

Syllables are counted by groups of vowels, within two per cent of a dictionary on texts like these. Hyphenation
dictionaries (pyphen) count fewer: they never leave one letter alone, so "idea" has one syllable for them, and heavy
texts pass. Languages without a formula get none: ``None``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

EASY: Mapping[str, float] = MappingProxyType({"en": 70, "de": 70, "es": 70, "fr": 70, "ru": 50})

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|\d+(?::\d+)?")
_END = re.compile(r"[.!?…]+[\"'»”’)]*\s+|\n\s*\n|\n(?=\s*(?:[-*+]|\d+\.)\s)")
_MONTHS = "januar|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember"
_DATE = re.compile(rf"(?<=\d)\. (?=(?:{_MONTHS})\b)", re.IGNORECASE)  # "24. November" ends no sentence
_ABBREVIATED = re.compile(r"(?:^|[\s(])[^\W\d_](?:\.[^\W\d_])?\.$")  # "z. B.", "p. ej.", "т.е."
_GREETING = re.compile(r"\A\s*[^\n.!?…:]{2,70}[!:]\s*?\n\s*\n(?=\s*\S)")  # "Здравствуйте, Мария!", "Hola, María:"
_OPENS = "¿¡«„“\"'(#`*_["


def sentences(text: str) -> list[str]:
    """The sentences of a mail, without greeting and signature.

    A signature and many greetings end in a comma or have no end mark; others are a line of their own at the top.
    """
    text = _GREETING.sub("", text, count=1)
    joined = "\n\n".join(
        " ".join(block.split("\n")) if not block.startswith("- ") else block for block in text.split("\n\n")
    )
    pieces = (" ".join(each.split()).removeprefix("- ") for each in split(_DATE.sub(" ", joined)))
    return [each for each in pieces if each and each.rstrip("\"'»”’)")[-1:] in (*".!?:…",) and words(each)]


def split(text: str) -> list[str]:
    """A text cut where its sentences end; every character of it is in one of the pieces."""
    pieces, start = [], 0
    for found in _END.finditer(text):
        if "\n" in found[0] or _ends(text, start, found):
            pieces.append(text[start : found.end()])
            start = found.end()
    pieces.append(text[start:])
    return pieces


def _ends(text: str, start: int, found: re.Match[str]) -> bool:
    following = text[found.end() : found.end() + 1]
    if found[0].startswith(".") and _ABBREVIATED.search(text, start, found.start() + 1):
        return False
    if _DATE.match(text, found.start()):
        return False
    return following.isupper() or following.isdigit() or following in _OPENS or not following


def words(text: str) -> list[str]:
    """The words of a text; a figure or a time of day is one."""
    return _WORD.findall(text)


def reading_ease(text: Sequence[str], language: str) -> float | None:
    """How easy these sentences are to read; None without words, or where the language has no formula."""
    formula, count = _FORMULAS.get(language), _SYLLABLES.get(language)
    found = [word for sentence in text for word in words(sentence)]
    if formula is None or count is None or not found:
        return None
    dense = sum(1 if word[0].isdigit() else max(1, count(word.lower())) for word in found) / len(found)
    return formula(len(found) / len(text), dense)  # figures are read at a glance: one syllable


def syllables(word: str, language: str) -> int:
    """How many syllables a word has; at least one."""
    return 1 if word[0].isdigit() else max(1, _SYLLABLES[language](word.lower()))


_MUTE_EN = re.compile(r"(?:(?<![aeiouyltd])ed|(?<=[^aeiouyl])e|(?<=[aeiouy]l)e|(?<=[^aeiouyscxzg])es)$")
_GROUPS_EN = re.compile(r"[aeiouy]+")
_GROUPS_DE = re.compile(r"(?:äu|eu|au|ei|ie|ai|aa|ee|oo|[aeiouyäöü])")
_MUTE_ES = re.compile(r"(?<=q)u(?=[eiéí])|(?<=g)u(?=[eiéí])")
_GROUPS_ES = re.compile(r"[aeoáéó]|[íú]|(?<![aeoáéóiuü])[iuüy]+(?![aeoáéó])|(?<![aeoáéó])[iu](?=[íú])")
_MUTE_FR = re.compile(r"(?<=[^\Waeiouyàâéèêëîïôùûü\d_])(?:e|es)$|(?<=[gq])u(?=[eiéèêaâ])")
_GROUPS_FR = re.compile(r"[aeiouyàâäéèêëîïôöùûüœæ]+")
_VOWELS_RU = re.compile(r"[аеёиоуыэюя]")


def _english(word: str) -> int:
    return len(_GROUPS_EN.findall(_MUTE_EN.sub("", word) or word))


def _german(word: str) -> int:
    return len(_GROUPS_DE.findall(word))


def _spanish(word: str) -> int:
    return len(_GROUPS_ES.findall(_MUTE_ES.sub("", word)))


def _french(word: str) -> int:
    return len(_GROUPS_FR.findall(_MUTE_FR.sub("", word) or word))


def _russian(word: str) -> int:
    return len(_VOWELS_RU.findall(word))


_SYLLABLES: Mapping[str, Callable[[str], int]] = MappingProxyType(
    {"en": _english, "de": _german, "es": _spanish, "fr": _french, "ru": _russian}
)
_FORMULAS: Mapping[str, Callable[[float, float], float]] = MappingProxyType(
    {
        "en": lambda length, density: 206.835 - 1.015 * length - 84.6 * density,
        "de": lambda length, density: 180 - length - 58.5 * density,
        "es": lambda length, density: 206.84 - 1.02 * length - 60 * density,
        "fr": lambda length, density: 207 - 1.015 * length - 73.6 * density,
        "ru": lambda length, density: 206.835 - 1.3 * length - 60.1 * density,
    }
)
