"""What the first reply asks for: only what the desk needs, the question is about, and the mail does not hold yet.

A ``Need`` says how its thing is recognised: by its shape ("A-#####"), by an attached file ("image/*", "*.log"), or by
words that say it. One sign is enough: asking for what stands in the mail is worse than not asking. Nobody is asked
twice: only the first reply of a ticket asks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from fnmatch import fnmatch
from functools import lru_cache

from maildesk.desk.judging.rule_words import found_word
from maildesk.desk.site import Need
from maildesk.mail.letter import Attachment, Letter

LONGEST_TEXT = 50_000
"""Characters in which a shape is looked for."""


def missing(needs: Iterable[Need], letter: Letter) -> tuple[Need, ...]:
    """What is to be asked for, in the order of the config."""
    return tuple(need for need in needs if _matters(need, letter) and not _holds(need, letter))


def wording(needs: Iterable[Need], *languages: str) -> tuple[str, ...]:
    """How each is asked for: in the first of these languages that it has words for, else in any."""
    return tuple(_in(need.ask, languages) for need in needs)


def _in(ask: Mapping[str, str], languages: tuple[str, ...]) -> str:
    wanted = (form for language in languages for form in (language, language.partition("-")[0]))
    return next((ask[each] for each in wanted if each in ask), next(iter(ask.values()), ""))


def _matters(need: Need, letter: Letter) -> bool:
    return not need.about or _says(need.about, letter)


def _holds(need: Need, letter: Letter) -> bool:
    text = f"{letter.subject}\n{letter.text}"[:LONGEST_TEXT]
    return (
        any(_shape(each).search(text) for each in need.looks_like)
        or any(_is_kind(file, kind) for file in letter.attachments for kind in need.attached)
        or _says(need.words, letter)
    )


def _says(words: Mapping[str, tuple[str, ...]], letter: Letter) -> bool:
    """Whether subject or text says one of these, in whatever language: a wrong guess of it must not ask twice."""
    return any(found_word(text, each, language) for language, each in words.items() for text in _texts(letter))


def _texts(letter: Letter) -> tuple[str, ...]:
    return letter.subject, letter.new_text


def _is_kind(file: Attachment, kind: str) -> bool:
    """ "image/*" is a content type, "*.log" the name of a file."""
    what = file.content_type if "/" in kind else file.filename or ""
    return fnmatch(what.casefold(), kind.casefold())


@lru_cache(maxsize=256)
def _shape(shape: str) -> re.Pattern[str]:
    """A shape as a pattern that takes linear time: ``#`` one digit, ``@`` one letter, all else itself."""
    parts = {"#": "[0-9]", "@": r"[^\W\d_]", " ": r"\s{1,3}"}
    body = "".join(parts.get(char) or re.escape(char) for char in shape)
    return re.compile(rf"(?<!\w){body}(?!\w)", re.IGNORECASE)
