"""Sentences, syllables and reading ease, as far as the texts of templates need them.

Reading ease: Flesch (1948) for English, Amstad (1978) for German; 70 and more is "fairly easy", plain language.
Syllables are counted by groups of vowels: within two per cent of a dictionary on texts like these.
"""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|\d+(?::\d+)?")
_END = re.compile(r"(?<=[.!?])\s+(?=[A-ZÄÖÜ])|\n\s*\n|\n(?=- )")
_DATE = re.compile(r"(?<=\d)\. (?=Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember)")
_VOWELS = {"en": re.compile(r"[aeiouy]+"), "de": re.compile(r"(?:äu|eu|au|ei|ie|ai|aa|ee|oo|[aeiouyäöü])")}


def sentences(text: str) -> list[str]:
    """The sentences of a mail, without greeting and signature (lines that end in a comma or have no end mark)."""
    joined = "\n\n".join(
        " ".join(block.split("\n")) if not block.startswith("- ") else block for block in text.split("\n\n")
    )
    pieces = (" ".join(each.split()).removeprefix("- ") for each in _END.split(_DATE.sub(" ", joined)))
    return [each for each in pieces if each and each[-1] in ".!?:" and words(each)]


def words(text: str) -> list[str]:
    return _WORD.findall(text)


def syllables(word: str, language: str) -> int:
    if word[0].isdigit():
        return 1  # figures are read at a glance
    folded = word.lower()
    if language == "en":
        folded = (
            re.sub(r"(?:(?<![aeiouyltd])ed|(?<=[^aeiouyl])e|(?<=[aeiouy]l)e|(?<=[^aeiouyscxzg])es)$", "", folded)
            or folded
        )
    return max(1, len(_VOWELS[language].findall(folded)))


def reading_ease(text: str, language: str) -> float:
    found = sentences(text)
    all_words = [word for each in found for word in words(each)]
    length = len(all_words) / len(found)
    density = sum(syllables(each, language) for each in all_words) / len(all_words)
    if language == "de":
        return 180 - length - 58.5 * density
    return 206.835 - 1.015 * length - 84.6 * density
