"""Which of a desk's solved tickets are like a mail: shared rare words, in memory, a few at a time.

Stems of subject and question are compared, not sentences. A word weighs more the fewer tickets hold it; what counts is
how much of both texts is shared, so that a long mail is not like everything. Nothing is found unless it is clear
(``ENOUGH``, ``LEAST_SHARED``): a hint that does not help costs an agent's attention each time.

Pure: what was added and the mail give the same answer. Adding costs a millisecond or less, a search what the rarest
words of the mail have tickets, whatever is stored: common words (``COMMON``) find nothing, and only weigh.
"""

from __future__ import annotations

import math
from collections import defaultdict
from itertools import islice

from maildesk.replies.stems import stems

MOST_STEMS = 60
"""Of a text: the matter stands at its beginning."""
LONGEST = 2_000
ENOUGH = 0.30
LEAST_SHARED = 3
FEW = 40
"""Fewer tickets count as so many, so that the first ones are not all alike."""
COMMON = 0.2
"""A word that a larger share of all tickets holds is not looked up."""


class Likeness:
    """The solved tickets of one desk in one language."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._stems: dict[int, frozenset[str]] = {}
        self._holding: dict[str, set[int]] = defaultdict(set)

    @property
    def numbers(self) -> frozenset[int]:
        """The tickets that are known."""
        return frozenset(self._stems)

    def add(self, number: int, subject: str, text: str) -> None:
        """One more ticket."""
        self._stems[number] = self._of(subject, text)
        for stem in self._stems[number]:
            self._holding[stem].add(number)

    def drop(self, number: int) -> None:
        """A ticket that is solved no more, or too old."""
        for stem in self._stems.pop(number, frozenset()):
            self._holding[stem].discard(number)
            if not self._holding[stem]:
                del self._holding[stem]

    def search(self, subject: str, text: str, most: int) -> list[int]:
        """The likest tickets, the likest first and the newer before the older; [] where none is clearly like it."""
        said = self._of(subject, text)
        common = max(COMMON * max(len(self._stems), FEW), 1)
        shared: dict[int, int] = defaultdict(int)
        for stem in said:
            holding = self._holding.get(stem, ())
            if len(holding) <= common:
                for number in holding:
                    shared[number] += 1
        scored = [(self._score(said, self._stems[each]), each) for each, n in shared.items() if n >= LEAST_SHARED]
        return [number for score, number in sorted(scored, reverse=True) if score >= ENOUGH][:most]

    def _score(self, said: frozenset[str], held: frozenset[str]) -> float:
        weigh = self._rarity
        both = sum(map(weigh, said & held))
        return both / math.sqrt(sum(map(weigh, said)) * sum(map(weigh, held)))

    def _rarity(self, stem: str) -> float:
        return math.log(1 + max(len(self._stems), FEW) / (1 + len(self._holding.get(stem, ()))))

    def _of(self, subject: str, text: str) -> frozenset[str]:
        return frozenset(islice(stems(f"{subject}\n{text[:LONGEST]}", self._language), MOST_STEMS))
