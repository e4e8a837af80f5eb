"""Facts into words: what each placeholder prints for one mail, in its language and for its reader.

Guarantees: every name of the allow-list that a template uses has a value; a missing fact prints its fallback and counts
as false; no value holds a line break, a control character or one that turns the direction of reading. In automatic mail
to a sender who is not authenticated, what the sender chose counts as missing (guarantee 7). To customers a name is only
said where it is safe to say.

What can go wrong: a fact of another type than its kind wants is a bug of the decision (``ValueError`` with the name).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from maildesk.replies import measures, sentences
from maildesk.replies import plain_language as plain
from maildesk.replies.placeholders import PLACEHOLDERS, ROW_FIELDS, Kind
from maildesk.replies.plain_language import Words
from maildesk.replies.sandbox import (
    BLOCK_CHARS,
    ENDED,
    GLUE,
    Counted,
    Isolated,
    Markdown,
    Missing,
    MissingNumber,
    one_line,
)


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom facts are worded. ``now`` is when the mail leaves; ``zone`` the desk's; ``offset`` the reader's clock.

    ``trusted`` false: an unauthenticated sender gets an automatic mail. ``customer`` false: agents and admins, who see
    names as they came.
    """

    words: Words
    now: datetime
    zone: ZoneInfo
    offset: int | None = None
    trusted: bool = True
    customer: bool = True
    constants: Mapping[str, object] = field(default_factory=dict)


STATES = ("open", "waiting", "paused", "solved", "closed")
_PRESSING = ("urgent", "high")

zone_named = lru_cache(maxsize=256)(ZoneInfo)


def worded(facts: Mapping[str, object], names: frozenset[str], reader: Reader) -> dict[str, object]:
    """The values of these placeholders; parts are left out, they are rendered from these. Raises ``ValueError``."""
    known = {**facts, **reader.constants}
    _derive(known)
    return {name: value(name, known.get(name), reader) for name in names if PLACEHOLDERS[name].kind is not Kind.PART}


def _derive(known: dict[str, object]) -> None:
    """Placeholders that are made of other facts."""
    known.setdefault("waiting_for", known.get("waiting_since"))
    known.setdefault("ticket_subject", known.get("original_subject"))
    for state in STATES:
        known[f"is_{state}"] = str(known.get("state")) == state
    for priority in _PRESSING:
        known[f"is_{priority}"] = str(known.get("priority")) == priority
    # A letter's sender stands for the customer where the decision names only one of them.
    known.setdefault("from_name", known.get("customer_name"))


def value(name: str, fact: object, reader: Reader) -> object:
    """One placeholder's value: words, a number, a flag, or tuples of these."""
    placeholder = PLACEHOLDERS[name]
    if placeholder.kind is Kind.BLOCK:
        return BLOCK_CHARS[name] if fact else Missing("")
    if placeholder.kind is Kind.HELLO:
        return plain.hello(reader.words, reader.now, reader.zone, reader.offset)
    if placeholder.kind is Kind.FLAG:
        return bool(fact)
    if placeholder.sender_text and not reader.trusted:
        fact = None
    if name in sentences.NAMES:
        fact = sentences.translated(fact, reader.words.sentences)
    if placeholder.kind in _LISTS:
        return _LISTS[placeholder.kind](name, fact or (), reader)
    said = "" if fact is None or fact == "" else _WORDS[placeholder.kind](name, fact, reader)
    if said == "":
        return _fallback(name, placeholder.kind, reader.words)
    return Isolated(said) if placeholder.kind in _FROM_OUTSIDE and reader.words.direction == "rtl" else said


def _fallback(name: str, kind: Kind, words: Words) -> object:
    said = words.fallbacks.get(name, "")
    return MissingNumber(said) if kind is Kind.NUMBER else Missing(said)


def _moment(name: str, fact: object) -> datetime:
    if not isinstance(fact, datetime) or fact.tzinfo is None:
        raise ValueError(f"{name} must be an aware datetime, not {fact!r}")
    return fact


def _glued(text: str) -> str:
    return text.replace(" ", GLUE)


def _say_by(name: str, fact: object, reader: Reader) -> object:
    at = _moment(name, fact)
    # What was said before is a time; "within 20 minutes" belongs to what is said now.
    near = "" if name == "promised" else plain.within(reader.words, at - reader.now)
    # A moment stays on one line; what stands in brackets behind it may move to the next.
    then = re.sub(r" (?!\()", GLUE, plain.until(reader.words, at, reader.zone, reader.now, reader.offset))
    return plain.joined(reader.words, near, then)


def _say_on(name: str, fact: object, reader: Reader) -> object:
    return _glued(plain.on(reader.words, _moment(name, fact), reader.zone, reader.now, reader.offset))


def _say_day(name: str, fact: object, reader: Reader) -> object:
    return _glued(plain.day(reader.words, _moment(name, fact), reader.zone, reader.now))


def _say_when(name: str, fact: object, reader: Reader) -> object:
    return _glued(plain.moment(reader.words, _moment(name, fact), reader.zone, reader.now))


def _say_span(name: str, fact: object, reader: Reader) -> object:
    span = fact if isinstance(fact, timedelta) else reader.now - _moment(name, fact)
    return _glued(plain.duration(reader.words, span))


def _say_name(name: str, fact: object, reader: Reader) -> object:
    del name
    if reader.customer:
        return plain.safe_name(str(fact), reader.words.role_words)
    return one_line(str(fact), 100)


def _say_text(name: str, fact: object, reader: Reader) -> object:
    del name, reader
    return one_line(str(fact))


_SUBJECT_START = re.compile(
    r"\s*(?:re|aw|sv|antw|antwort|fwd?|wg|tr|rif|rv|ref|res|vs|odp|отв|ответ|回复|答复|转发)\s*(?:\[\d+\])?\s*[:：]\s*",
    re.IGNORECASE,
)
_NUMBER_TAG = re.compile(r"\s*\[#\d{1,10}\]")


def bare_subject(subject: str) -> str:
    """A subject without "Re:", "AW:" and their like in front, and without our numbers anywhere."""
    tidy = _NUMBER_TAG.sub("", one_line(subject, 900))
    while found := _SUBJECT_START.match(tidy):
        tidy = tidy[found.end() :]
    return one_line(tidy, 180)


def _say_subject(name: str, fact: object, reader: Reader) -> object:
    del reader
    bare = bare_subject(str(fact))
    return f"Re: {bare}" if bare and name == "original_subject" else bare


def _say_number(name: str, fact: object, reader: Reader) -> object:
    if not isinstance(fact, int):
        raise ValueError(f"{name} must be a whole number, not {fact!r}")
    return Counted(fact, plain.plural_form(reader.words.locale))


def _say_state(name: str, fact: object, reader: Reader) -> object:
    del name
    return reader.words.states.get(str(fact), one_line(str(fact)))


def _say_priority(name: str, fact: object, reader: Reader) -> object:
    del name
    return reader.words.priorities.get(str(fact), one_line(str(fact)))


def _say_why(name: str, fact: object, reader: Reader) -> object:
    """ "words:outage" as a part of a sentence; what the language has no words for is left out."""
    del name
    code, _, about = str(fact).partition(":")
    return one_line(reader.words.phrases.get(f"why_{code}", "").format(value=about))


def _say_reason(name: str, fact: object, reader: Reader) -> object:
    del name
    return reader.words.reasons.get(str(fact)) or one_line(str(fact)).rstrip(".!")


def _say_lines(name: str, fact: object, reader: Reader) -> tuple[object, ...]:
    if isinstance(fact, str) or not isinstance(fact, (tuple, list)):
        raise ValueError(f"{name} must be a tuple of texts, not {fact!r}")
    kind = Isolated if reader.words.direction == "rtl" else str
    return tuple(kind(one_line(str(each))) for each in fact)


def _say_done(name: str, fact: object, reader: Reader) -> tuple[object, ...]:
    return tuple(one_line(_did(str(each), reader)) for each in _say_lines(name, fact, reader))


_DONE_UNTIL = frozenset({"away", "remind", "pause", "wait-until"})
"""What was done until a moment, which stands behind the colon in ISO form with its offset."""


def _did(said: str, reader: Reader) -> str:
    """ "assign:Ben Weber" as a sentence; what the language has no words for stays as it is."""
    what, _, about = said.partition(":")
    shown = reader.words.priorities.get(about, about) if what == "priority" else about
    if what in _DONE_UNTIL:
        shown = plain.moment(reader.words, datetime.fromisoformat(about), reader.zone, reader.now)
    return reader.words.phrases.get(f"done_{what}", said).format(value=shown)


def _say_rows(name: str, fact: object, reader: Reader) -> tuple[object, ...]:
    if not isinstance(fact, (tuple, list)):
        raise ValueError(f"{name} must be a tuple of mappings, not {fact!r}")
    return tuple(_row(each, reader) for each in fact if isinstance(each, Mapping))


def _row(row: Mapping[str, object], reader: Reader) -> dict[str, object]:
    said = {name: value(name, row.get(name), reader) for name in ROW_FIELDS}
    subject = said.get("subject")
    if isinstance(subject, str) and subject.endswith((".", "?", "!", "…", "？")):
        kind = Isolated if isinstance(subject, Isolated) else str
        return {**said, "subject": kind(f"{subject}{ENDED}")}
    return said


def _say_language(name: str, fact: object, reader: Reader) -> object:
    del name
    return measures.language_name(reader.words.locale, str(fact))


def _say_files(name: str, fact: object, reader: Reader) -> tuple[object, ...]:
    if not isinstance(fact, (tuple, list)):
        raise ValueError(f"{name} must be a tuple of mappings, not {fact!r}")
    said = ((one_line(str(each["name"])), int(each["size"])) for each in fact if isinstance(each, Mapping))
    return tuple(f"{file} ({measures.size(reader.words.locale, octets)})" for file, octets in said)


_WORDS: Mapping[Kind, Callable[[str, object, Reader], object]] = {
    Kind.BY: _say_by,
    Kind.ON: _say_on,
    Kind.DAY: _say_day,
    Kind.WHEN: _say_when,
    Kind.SPAN: _say_span,
    Kind.NAME: _say_name,
    Kind.TEXT: _say_text,
    Kind.SUBJECT: _say_subject,
    Kind.NUMBER: _say_number,
    Kind.STATE: _say_state,
    Kind.PRIORITY: _say_priority,
    Kind.LANGUAGE: _say_language,
    Kind.WHY: _say_why,
    Kind.REASON: _say_reason,
}
_FROM_OUTSIDE = frozenset({Kind.NAME, Kind.TEXT, Kind.SUBJECT, Kind.REASON})
"""What may be written in another script than the mail. Dates and numbers keep their place by themselves."""


def _say_articles(name: str, fact: object, reader: Reader) -> tuple[object, ...]:
    """Titles as text; steps are Markdown of an admin's file, and nothing from outside."""
    del reader
    if not isinstance(fact, (tuple, list)):
        raise ValueError(f"{name} must be a tuple of mappings, not {fact!r}")
    made = (each for each in fact if isinstance(each, Mapping))
    return tuple({"title": one_line(str(each["title"])), "steps": Markdown(str(each["steps"]))} for each in made)


_LISTS: Mapping[Kind, Callable[[str, object, Reader], tuple[object, ...]]] = {
    Kind.LINES: _say_lines,
    Kind.DONE: _say_done,
    Kind.ROWS: _say_rows,
    Kind.FILES: _say_files,
    Kind.ARTICLES: _say_articles,
}
