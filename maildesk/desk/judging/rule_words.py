"""Words of a rule in what a customer wrote: whole words, whatever their case and accents.

A word of a rule may be several ("server down"): they stand next to each other, with spaces, line ends or hyphens
between. A star at its end also takes endings ("Ausfall*": Ausfälle), a star in front also what is joined before it
("*ausfall": Serverausfall). In German ä, ö and ü are also ae, oe and ue.

What is denied does not count: "not urgent", "kein Ausfall", "ce n'est pas urgent". Only the word just before is looked
at, or the one before an article or an adverb, and never across a comma or a full stop. It is a table and no grammar:
where it errs, a mail is more urgent than it should be, and an agent says ``#priority normal``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache

LONGEST_TEXT = 20_000
"""Characters that are looked at: what is urgent stands at the top of a mail."""

SHORTEST_WORD = 3
SHORTEST_STEM = 4
"""A word with a star needs this many letters: "aus*" would fit half a language."""

_GAP = r"[\s\-\u2010-\u2015]+"
_LETTERS = re.compile(r"[^\W_]")
_SPACELESS = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]")  # Thai, kana, Han: no spaces show where words end
_BEFORE = re.compile(r"(?:([^\W\d_]+(?:['’][^\W\d_]*)?)[ \t\n]+)?([^\W\d_]+(?:['’][^\W\d_]*)?)[\s\-]*['’]?$")
_UMLAUTS = re.compile("([aou])e")

_DENIALS: Mapping[str, str] = {
    "en": "no not never isn't wasn't aren't isnt without non",
    "de": "kein keine keinen keiner keinem keines nicht nie ohne",
    "es": "no nunca sin ningun ninguna",
    "fr": "pas aucun aucune jamais sans",
    "ru": "не нет без никак",
}
_BETWEEN: Mapping[str, str] = {
    "en": "a an any very that really so yet at all the",
    "de": "so sehr ein eine einen wirklich mehr ganz besonders der die das",
    "es": "es muy tan un una el la",
    "fr": "si tres un une de le la vraiment d'",
    "ru": "очень так особо",
}


def fold(text: str, language: str = "") -> str:
    """The form in which spellings of a text are equal: without case and accents, in German ae for ä too."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(char for char in plain if not unicodedata.combining(char)).replace("’", "'")
    return _UMLAUTS.sub(r"\1", plain) if language.partition("-")[0] == "de" else plain


def word_fault(word: str) -> str:
    """What is wrong with a word of a rule, as a sentence with the way out; "" where nothing is."""
    stem = word.strip().strip("*")
    letters = len(_LETTERS.findall(stem)) + 2 * len(_SPACELESS.findall(stem))
    if "*" in stem:
        return f'"{word}" has a star inside; a star stands at the beginning or the end of a word.'
    if letters < (SHORTEST_STEM if "*" in word else SHORTEST_WORD):
        least = f"{SHORTEST_STEM} letters beside the star" if "*" in word else f"{SHORTEST_WORD} letters"
        return f'"{word}" is too short and would fit too much; write at least {least}.'
    return ""


def found_word(text: str, words: Iterable[str], language: str) -> str:
    """The first of these words, as the rule writes it, that the text says and does not deny; "" where none is."""
    folded = fold(text[:LONGEST_TEXT], language)
    for word in words:
        if any(not _is_denied(folded[: hit.start()], language) for hit in _pattern(word, language).finditer(folded)):
            return word
    return ""


@lru_cache(maxsize=4096)
def _pattern(word: str, language: str) -> re.Pattern[str]:
    stem = fold(word.strip(), language)
    pieces = [re.escape(piece) for piece in re.split(_GAP, stem.strip("*")) if piece]
    front = r"\b\w*" if stem.startswith("*") else "" if _SPACELESS.match(stem) else r"(?<!\w)"
    end = r"\w*" if stem.endswith("*") else "" if _SPACELESS.match(stem[-1:]) else r"(?!\w)"
    return re.compile(front + _GAP.join(pieces) + end)


def _is_denied(before: str, language: str) -> bool:
    """Whether the words just before say no."""
    last = _BEFORE.search(before[-80:])
    if last is None:
        return False
    code = language.partition("-")[0]
    denials, between = _folded(_DENIALS.get(code, ""), code), _folded(_BETWEEN.get(code, ""), code)
    return last[2] in denials or (last[2] in between and last[1] in denials)


@lru_cache(maxsize=32)
def _folded(words: str, language: str) -> frozenset[str]:
    return frozenset(fold(word, language) for word in words.split())
