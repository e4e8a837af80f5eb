"""Which help articles fit a mail: full text over stems, in memory, with a reason for each.

An article is found by its title, by the words that its author says people use, and, less, by its text. A word weighs
more the fewer articles hold it. A word of the mail also speaks for an article that names the same thing in other words
(``search_words/``), more so where it has several of them. What counts in the end is how much of the mail the article
speaks of: a mail full of words that no article holds is about something else. One word alone counts less, and so does
every article for a mail about a job, an interview or an appointment, unless its own title or words name that. Nothing
is offered unless it is clear (``ENOUGH``), and further ones only close behind the best.

Why not SQLite's FTS5 or PostgreSQL's tsvector: the articles are files, not rows; every process reads the same files;
a rehearsal has no database; and a few hundred short texts are searched in less time than a query takes.

Pure: the same mail and articles give the same hits in the same order. The numbers below were chosen on one half of
tests/articles/questions.toml and on tests/articles/practice.toml; the other half only measures them. ``ENOUGH`` is the
highest that still offers nine in ten of those mails their article: what is not offered costs nobody anything, a person
answers as promised; what does not fit costs a customer's time. Tried and left out, because they did not help there:
more points for words that stand together as in one of the author's phrases, for common beginnings of words, for parts
of compounds, and for how often an article says a word.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from maildesk.replies.stems import personal, same, stems

TITLE, WORDS, TEXT = 1.2, 1.0, 0.15
"""What a word counts by where it stands in an article; the best place counts."""
SUBJECT = 1.2
"""A word of the mail's subject, against one of its text."""
SAME = 0.3
"""Another word for the same thing …"""
MOST_OF_ONE = 2.0
"""… and one word of the mail gains an article at most so many times its best match."""
ABOUT = 0.35
"""How much it matters which share of the mail the article speaks of: an exponent."""
PERSONAL = 0.65
"""What is left of an article's points for each word of the mail that wants a person (a job, an interview) …"""
ALONE = 0.6
"""… and where only one of its words fits."""
ENOUGH = 5.7
"""Points from which on an article is offered."""
CLOSE = 0.75
"""Further articles are offered from this share of the best one's points on."""
FEW = 40
"""Fewer articles than this count as so many, so that points mean the same: the numbers above were chosen for it."""
MOST_WORDS = 400
"""Words of a mail that are looked at: the matter stands at its beginning."""
MOST_HITS = 10


class Searched(Protocol):
    """What of an article is searched."""

    @property
    def title(self) -> str: ...
    @property
    def words(self) -> tuple[str, ...]: ...
    @property
    def text(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that may fit: its place in the index, its points, and the stems that speak for it, best first."""

    place: int
    score: float
    reasons: tuple[str, ...]


class Index:
    """The articles of one language, ready to be searched. Building takes about a millisecond for each article,
    less when its stems are known.
    """

    def __init__(self, articles: Sequence[Searched], language: str) -> None:
        self._language = language
        self._weights: dict[str, dict[int, float]] = defaultdict(dict)  # stem → article → weight of its place
        for place, article in enumerate(articles):
            for weight, text in ((TEXT, article.text), (WORDS, " ".join(article.words)), (TITLE, article.title)):
                for stem in stems(text, language):
                    self._weights[stem][place] = max(weight, self._weights[stem].get(place, 0.0))
        count = max(len(articles), FEW)
        self._rarest = _rarity(1, count)
        self._rarity = {
            stem: _rarity(sum(min(1.0, weight) for weight in held.values()), count)
            for stem, held in self._weights.items()
        }
        self._personal = personal(language)
        self._same = {
            stem: tuple(sorted(each for each in others if each in self._weights))
            for stem, others in same(language).items()
        }

    def search(self, subject: str, text: str) -> list[Hit]:
        """The articles that share most with the mail, the best first; whether one is good enough says ``fitting``."""
        gained: dict[int, dict[str, float]] = defaultdict(dict)
        said, whole = self._said(subject, text), 0.0
        wants_person = self._personal & said.keys()
        for stem, weight in said.items():
            whole += self._rarity.get(stem, self._rarest)
            for place, (points, best) in self._matches(stem).items():
                # By the article's word: two words of a mail that mean one of its words count once.
                gained[place][best] = max(weight * points, gained[place].get(best, 0.0))
        hits = [self._hit(place, points, whole, wants_person) for place, points in gained.items()]
        return sorted(hits, key=lambda hit: (-hit.score, hit.place))[:MOST_HITS]

    def _said(self, subject: str, text: str) -> Mapping[str, float]:
        said = dict.fromkeys(islice(stems(text, self._language), MOST_WORDS), 1.0)
        return said | dict.fromkeys(islice(stems(subject, self._language), MOST_WORDS), SUBJECT)

    def _matches(self, stem: str) -> dict[int, tuple[float, str]]:
        """What a word of the mail counts for each article that holds it or its like, and the best match there."""
        found: dict[int, tuple[float, float, str]] = {}  # article → sum, best, best match
        own = self._rarity.get(stem, self._rarest)
        for each in ((stem,) if stem in self._weights else ()) + self._same.get(stem, ()):
            factor = min(own, self._rarity[each]) * (1.0 if each == stem else SAME)
            for place, weight in self._weights[each].items():
                points = weight * factor
                total, best, match = found.get(place, (0.0, 0.0, each))
                found[place] = (total + points, points, each) if points > best else (total + points, best, match)
        return {place: (min(total, MOST_OF_ONE * best), match) for place, (total, best, match) in found.items()}

    def _hit(self, place: int, gained: Mapping[str, float], whole: float, wants_person: frozenset[str]) -> Hit:
        score = sum(gained.values()) * (sum(self._rarity[stem] for stem in gained) / whole) ** ABOUT
        foreign = sum(self._weights.get(stem, {}).get(place, 0.0) < WORDS for stem in wants_person)
        best = sorted(gained, key=lambda stem: (-gained[stem], stem))
        return Hit(place, score * PERSONAL**foreign * (ALONE if len(gained) == 1 else 1.0), tuple(best[:5]))


def _rarity(holding: float, count: int) -> float:
    """What a word is worth that so many of all articles hold: the fewer, the more (as in BM25)."""
    scale = math.log(1 + (FEW + 0.5) / 1.5) / math.log(1 + (count + 0.5) / 1.5)
    return scale * math.log(1 + (count + 0.5) / (holding + 0.5))


def fitting(hits: Sequence[Hit], most: int) -> list[Hit]:
    """Those that are good enough to be offered, at most so many; [] where nothing fits clearly."""
    if not hits or hits[0].score < ENOUGH:
        return []
    return [hit for hit in hits if hit.score >= max(ENOUGH, CLOSE * hits[0].score)][:most]
