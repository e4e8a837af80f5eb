"""The name of somebody whose ``From`` has none: as they sign, where their address says that it is theirs.

A wrong name is worse than none, so a signature alone is not enough: it may be a colleague's, a company's, a closing
that we do not know, or the start of another sentence. A name counts where it stands in a line of its own in what was
cut off as the signature, is written like one (two or three words), and the address is made of it: maria.muster@,
mmuster@, muster-m@, mariam@, maria@. What an agent chose, and what stands in ``From``, come first.

What it does not do: read names from mail of forms and lists, for there the signature and the address are two people's.
"""

from __future__ import annotations

import re
import unicodedata

from maildesk.mail.letter import Letter
from maildesk.mail.signature import is_closing

_MOST_LINES = 4  # below a closing or a delimiter; what comes later is a company, a street, a slogan
_LONGEST = 50
_NAME = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*\.?")
_TITLES = frozenset({"dr", "prof", "mr", "mrs", "ms", "herr", "frau", "sr", "sra", "mme"})
_SPELT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "oe", "å": "aa", "æ": "ae"})
_LETTERS = re.compile(r"[^\W\d_]+")
_LEAST_LETTERS = 3


def signed_name(letter: Letter, address: str) -> str:
    """The name as it stands in the signature; "" where none is surely the sender's."""
    lines = [line.strip(" ,\t") for line in letter.signature.splitlines() if _LETTERS.search(line)]
    found = (_without_titles(line) for line in lines[:_MOST_LINES])
    return next((name for name in found if name and _is_made_of(address, name)), "")


def _without_titles(line: str) -> str:
    """The words of a line that is nothing but a name; "" for any other."""
    if is_closing(line):
        return ""
    words = line.split()
    while words and words[0].rstrip(".").casefold() in _TITLES:
        words = words[1:]
    is_name = all(_NAME.fullmatch(each) and each[0].isupper() for each in words)
    shouted = line.isupper()
    return " ".join(words) if 2 <= len(words) <= 3 and is_name and not shouted and len(line) <= _LONGEST else ""


def _is_made_of(address: str, name: str) -> bool:
    """Whether the local part is the name: both words, one of them whole and the other's first letter, or the first."""
    local = "".join(_LETTERS.findall(address.rpartition("@")[0].partition("+")[0].casefold()))
    spellings = (_plain(name), _plain(name.casefold().translate(_SPELT)))
    return any(local in _forms(each.split()) for each in spellings)


def _forms(words: list[str]) -> frozenset[str]:
    first, last = words[0], words[-1]
    if len(first) < _LEAST_LETTERS or len(last) < _LEAST_LETTERS:
        return frozenset({first + last, last + first})
    initials = {first[0] + last, last + first[0], first + last[0], last[0] + first}
    return frozenset({"".join(words), first + last, last + first, first, *initials})


def _plain(name: str) -> str:
    """Folded, without accents and signs."""
    parts = unicodedata.normalize("NFKD", name.casefold())
    return "".join(each for each in parts if each.isalpha() or each == " ")
