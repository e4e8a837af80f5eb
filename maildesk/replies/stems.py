"""Words of a text as a search compares them: folded, without those that say nothing, reduced to their stems.

Folding drops case and accents, so that "móvil" is found as "movil" and "Größe" as "grosse" or "größe". Stems are those
of Snowball, where it knows the language; of any other language words are compared whole. ``search_words/`` holds, by
language, the words that say nothing, those that people use for each other, and those of matters for a person; a
language without such a file is searched all the same. Pure, but for that file and a cache: a stem in Python takes 30 to
70 microseconds, and mails use the same words again and again.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from importlib.resources import files

_ALGORITHMS = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek", "en": "english",
    "es": "spanish", "et": "estonian", "eu": "basque", "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi",
    "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian", "nl": "dutch",
    "no": "norwegian", "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian",
    "sv": "swedish", "tr": "turkish",
}  # fmt: skip
_WORD = re.compile(r"[^\W\d_]+")
LONGEST_WORD = 40
"""Longer "words" are keys, links and noise."""


def stems(text: str, language: str) -> Iterator[str]:
    """The stems of a text in their order; stop words are left out. ``language`` is a code: "en", "pt-BR"."""
    stem = stemmer(language.partition("-")[0])
    for match in _WORD.finditer(text.casefold().replace("’", "'")):
        if len(word := match[0]) <= LONGEST_WORD and (found := stem(word)):
            yield found


@lru_cache(maxsize=64)
def stemmer(language: str) -> Callable[[str], str]:
    """A word, folded for case alone, to its stem; "" for a stop word."""
    reduce = _snowball(language)
    stops = frozenset(fold(word) for word in _words(language, "stop").split())

    @lru_cache(maxsize=50_000)
    def stem(word: str) -> str:
        folded, found = fold(word), fold(reduce(word))
        # One letter is what an apostrophe left of "l'écran" or "don't".
        return "" if len(folded) < 2 or folded in stops or found in stops else found

    return stem


@lru_cache(maxsize=64)
def same(language: str) -> Mapping[str, frozenset[str]]:
    """Each stem with the others that people use for the same thing."""
    found: dict[str, frozenset[str]] = {}
    for line in _words(language.partition("-")[0], "same").strip().splitlines():
        group = frozenset(stems(line, language))
        found |= {stem: (found.get(stem, frozenset()) | group) - {stem} for stem in group}
    return found


@lru_cache(maxsize=64)
def personal(language: str) -> frozenset[str]:
    """The stems of matters that want a person and no article: jobs, praise, press, appointments."""
    return frozenset(stems(_words(language.partition("-")[0], "person"), language))


def _words(language: str, table: str) -> str:
    """A list of ``search_words/<language>.toml``; "" where the language has no such file."""
    file = files("maildesk.replies") / "search_words" / f"{language}.toml"
    return str(tomllib.loads(file.read_text(encoding="utf-8"))[table]) if file.is_file() else ""


def _snowball(language: str) -> Callable[[str], str]:
    import snowballstemmer  # it loads every language, 0.1 s: only where words are compared

    name = _ALGORITHMS.get(language, "")
    if name not in snowballstemmer.algorithms():
        return str
    reduce: Callable[[str], str] = snowballstemmer.stemmer(name).stemWord
    return reduce


def fold(word: str) -> str:
    """A word without accents: "é" is "e", "ё" is "е", "ß" is "ss"; "й" stays, it is a letter of its own."""
    if word.isascii():
        return word
    apart = unicodedata.normalize("NFD", word.replace("ß", "ss").replace("й", "\0"))
    return "".join(each for each in apart if not unicodedata.combining(each)).replace("\0", "й")
