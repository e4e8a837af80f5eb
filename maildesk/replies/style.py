"""Whether a template is plain: short sentences, easy words, who does what, a promise at the top, a subject that fits.

Everything found here is a warning. A sentence is measured as readers see it, with sample facts in the place of the
placeholders, in every branch of the template. What a shared part says is found in the part's own file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from maildesk.replies.findings import Finding, Level
from maildesk.replies.placeholders import TELLS_A_PROMISE
from maildesk.replies.plain_words import PlainWords
from maildesk.replies.prose import Sentence
from maildesk.replies.readability import EASY, reading_ease, sentences, words
from maildesk.replies.samples import PROMISED_AS, is_for_customers

MOST_WORDS = 20
MOST_IN_FIRST_REPLY = 120
LONGEST_SUBJECT = 60
ENOUGH_WORDS = 20  # the formulas mean little on fewer
FIRST_REPLIES = frozenset({"received", "received-closed", "received-urgent"})
EARLY = 3  # the promise stands in one of this many first sentences


@dataclass(frozen=True, slots=True)
class Text:
    """A template as it is judged: its file, its name, and what it says in each of its variants."""

    file: Path
    name: str
    language: str
    variants: tuple[tuple[Sentence, ...], ...]
    names: frozenset[str]  # words of the sample facts: not the author's choice
    both_ways: bool = False  # it asks whether the desk is formal, and may say both


def judge(text: Text, plain: PlainWords) -> Iterator[Finding]:
    """All that could be plainer, each once."""
    every = list(dict.fromkeys(each for variant in text.variants for each in variant if each.own))
    for sentence in every:
        yield from _sentence(text, sentence, plain)
    if is_for_customers(text.name):
        yield from _ease(text)


def _warn(text: Text, line: int, code: str, sentence: str, why: str, better: str = "") -> Finding:
    return Finding(text.file, line, code, sentence, Level.WARNING, why, better)


def _sentence(text: Text, found: Sentence, plain: PlainWords) -> Iterator[Finding]:
    said = words(found.text)
    if len(said) > MOST_WORDS and (found.whole or is_for_customers(text.name)):  # agents' panels list facts
        yield _warn(
            text,
            found.line,
            "long-sentence",
            f'This sentence has {len(said)} words: "{_short(found.text)}". Make two of it.',
            f"Readers lose the thread after {MOST_WORDS} words.",
        )
    yield from _words(text, found, said, plain)
    yield from _phrases(text, found, plain)
    if is_for_customers(text.name):
        yield from _passive(text, found, plain)
    if found.text.count("!") > 1:
        yield _warn(
            text, found.line, "shouting", "More than one exclamation mark: one is enough.", "Several read as shouting."
        )
    for each in () if text.both_ways else plain.other_address:
        if other := each.search(found.text):
            yield _warn(
                text,
                found.line,
                "address",
                f'"{other[0]}" addresses the reader in the other way than this folder.',
                "A mail that says Sie and du, or vous and tu, reads as put together by a machine.",
            )


def _words(text: Text, found: Sentence, said: Iterable[str], plain: PlainWords) -> Iterator[Finding]:
    for word in dict.fromkeys(said):
        parts = word.replace("’", "'").replace("'", "-").split("-")
        if max(map(len, parts)) > plain.longest_word and word.casefold() not in plain.names | text.names:
            yield _warn(
                text,
                found.line,
                "long-word",
                f'"{word}" is long. Say it in shorter words.',
                "Long words are skipped, and the sentence with them.",
            )
        if len(word) > 4 and word.isupper() and word.casefold() not in text.names | {"close", "status"}:
            yield _warn(
                text,
                found.line,
                "shouting",
                f'"{word}" in capitals reads as shouting.',
                "It makes people feel scolded.",
            )


def _phrases(text: Text, found: Sentence, plain: PlainWords) -> Iterator[Finding]:
    for heavy in plain.heavy:
        if seen := heavy.pattern.search(found.text):
            remedy = f'write "{heavy.better}"' if heavy.better else "leave it out"
            yield _warn(
                text,
                found.line,
                "heavy-word",
                f'"{seen[0]}" is heavy: {remedy}.',
                "Plain words are understood at once, also by people who are upset or read a foreign language.",
                heavy.better,
            )


def _passive(text: Text, found: Sentence, plain: PlainWords) -> Iterator[Finding]:
    for pattern in plain.passive:
        seen = pattern.search(found.text)
        if seen and not any(each.search(found.text) for each in plain.not_passive):
            yield _warn(
                text,
                found.line,
                "passive",
                f'"{_short(seen[0])}" hides who acts. Begin with who does it: "We …".',
                "People want to know who will do what for them.",
            )


def _ease(text: Text) -> Iterator[Finding]:
    needed = EASY.get(text.language)
    for variant in text.variants:
        whole = [each.text for each in variant if each.whole]
        ease = reading_ease(whole, text.language)
        if (
            needed is not None
            and ease is not None
            and ease < needed
            and sum(len(words(each)) for each in whole) >= ENOUGH_WORDS
        ):
            line = next((each.line for each in variant if each.own and each.whole), 1)
            yield _warn(
                text,
                line,
                "hard-to-read",
                f"The reading ease is {ease:.0f}; it should be {needed:.0f} or more. Shorter words and sentences help.",
                "What is hard to read is not read.",
            )
            return


def whole(file: Path, name: str, texts: Iterable[str]) -> Iterator[Finding]:
    """Whether a first reply is short, and the promise stands at its beginning, in each of these renderings."""
    every = list(texts)
    longest = max((len(text.split()) for text in every), default=0)
    if name in FIRST_REPLIES and longest > MOST_IN_FIRST_REPLY:
        sentence = f"The first reply has {longest} words; {MOST_IN_FIRST_REPLY} are enough. Leave out what can wait."
        why = "Somebody with a question looks for one thing: when the answer comes."
        yield Finding(file, 1, "long-mail", sentence, Level.WARNING, why)
    last = max((_place(text) for text in every), default=0)
    if name in TELLS_A_PROMISE and last >= EARLY:
        sentence = f"The promise stands in sentence {last + 1}. Put it among the first {EARLY}."
        yield Finding(file, 1, "promise-late", sentence, Level.WARNING, "It is what the reader looks for.")


def _place(text: str) -> int:
    """The sentence in which the promise stands, counted from 0."""
    return next((index for index, each in enumerate(sentences(text)) if PROMISED_AS in each), 0)


def subject(file: Path, line: int, said: str) -> Iterator[Finding]:
    """Whether a subject fits a phone."""
    if len(said) > LONGEST_SUBJECT:
        yield Finding(
            file,
            line,
            "long-subject",
            f"The subject has {len(said)} characters; a phone shows about {LONGEST_SUBJECT}. Shorten it.",
            Level.WARNING,
            "What is cut off is not seen in the list of mails.",
        )


def _short(text: str) -> str:
    return text if len(text) <= 70 else text[:69].rstrip() + "…"


def names_in(facts: Mapping[str, str]) -> frozenset[str]:
    """The words of sample facts, folded."""
    return frozenset(word.casefold() for each in facts.values() for word in words(each))
