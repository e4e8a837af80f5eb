"""What an out-of-office note says: that somebody is away, and on which day they are back.

``read_absence`` takes the words of an automatic reply and the day it was written. A date that follows "until" (in any
language of ``absence_words``) is the last day away, so the next one is the first day back; a date beside "back",
"return" or their like is itself the first day back; in a range ("from the 24th to the 28th") the second day is the last
one away. Where several fit, the latest counts. The wording of an absence without any date is an absence too.

Guarantees: pure and total; a text of any size takes bounded time (its first ``MOST_TEXT`` characters are read). What
cannot be read is left out, never guessed: "12/03" is the nearer of its two readings in English and the third of
December nowhere else; "June 2027" is its first day; a date without a year is the nearest such date, so that one that
has passed is seen to have passed. What it does not do: know whose note it is, desks or hours; whether to believe it is
``desk.away``'s to say.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from babel import Locale

from maildesk.mail import absence_words as words
from maildesk.mail.words import beginnings

MOST_TEXT = 4_000
_NEAR = 70  # characters before a date in which a word for "back" may stand; behind it a little less
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Absence:
    """``begins`` and ``returns`` are days; None where the note does not say. ``returns`` is the first day back."""

    begins: date | None = None
    returns: date | None = None


@dataclass(frozen=True, slots=True)
class _Found:
    """A date in the text, with its place. ``own_month`` False: a weekday alone."""

    day: date
    start: int
    end: int


def read_absence(subject: str, text: str, written: date, language: str | None = None) -> Absence | None:
    """What an automatic reply of that day says of an absence; None where it speaks of none (a receipt, a challenge).

    ``subject`` without the words of the mail that it answers; ``text`` without quotes.
    """
    for said in (_plain(text), _plain(subject)):
        found = _read(said, written, language)
        if found is not None:
            return found
    whole = f"{_plain(subject)} {_plain(text)}"
    return Absence() if any(_has(whole, phrase) for phrase in (*_phrases(), *words.AWAY)) else None


@cache
def _phrases() -> tuple[str, ...]:
    """The words of an absence; those that only say "automatic reply" may head a receipt as well."""
    found = (*beginnings("away_subject"), *beginnings("away_text"))
    return tuple(each for each in found if len(each) > 5 and not any(word in each for word in words.SAYS_AUTOMATIC))


def _has(text: str, phrase: str) -> bool:
    at = text.find(phrase)
    return at >= 0 and not (at and phrase[0].isalnum() and text[at - 1].isalnum())


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFKC", text[:MOST_TEXT]).casefold().replace("’", "'").replace("*", " ")
    return " ".join(text.split())


def _read(text: str, written: date, language: str | None) -> Absence | None:
    dates = list(_dates(text, written, language))
    returns: list[date] = []
    begins: date | None = None
    for number, each in enumerate(dates):
        before = text[dates[number - 1].end if number else 0 : each.start]
        behind = text[each.end : dates[number + 1].start if number + 1 < len(dates) else len(text)]
        first = dates[number - 1].day if number and _ends_a_range(before, text, dates[number - 1]) else None
        first = first or _day_alone_before(before, each)
        if first is not None or _is_until(before, behind):
            begins = begins or first
            returns.append(each.day + _DAY)
        elif _is_back(before[-_NEAR:], behind[: _NEAR // 2]):
            returns.append(each.day)
    if not returns and _says_today(text):
        return Absence(returns=written + _DAY)
    return Absence(begins, max(returns)) if returns else None


def _says_today(text: str) -> bool:
    """ "I am out of office today", in a sentence that speaks of an absence, or a note of few words."""
    return any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text[:200]) for word in words.TODAY) and any(
        _has(text[:200], phrase) for phrase in _phrases()
    )


def first_day(text: str, written: date, language: str | None = None) -> date | None:
    """The first day that a text names with month or weekday, in any language known here; None where it names none."""
    return next((each.day for each in _dates(_plain(text), written, language)), None)


# The words around a date


def _any(phrases: tuple[str, ...]) -> str:
    return "|".join(re.escape(each) for each in sorted(phrases, key=len, reverse=True))


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    weekdays = _any(tuple(_weekdays()))
    filler = rf"(?:(?:{_any(words.FILLERS)}|{weekdays})\.?,?\s*){{0,5}}"
    through = rf"(?:{_any(words.THROUGH)})"
    return {
        "until": re.compile(rf"(?<!\w)(?:{_any(words.UNTIL)}),?\s*{filler}[(]?$"),
        "until_behind": re.compile(rf"^\s*(?:{_any(words.UNTIL_BEHIND)})"),
        "back": re.compile(rf"(?<!\w)(?:{_any(words.BACK)})|{_any(words.BACK_WITHOUT_BLANKS)}"),
        "through": re.compile(rf"^[\s,.)]*(?:\d{{1,2}}[:.]\d\d\s*)?{through}\s*{filler}$"),
        "day_alone": re.compile(rf"(?<![\w.:/])(\d{{1,2}})(?:\.|st|nd|rd|th|er|º|-?го)?\s*{through}\s*{filler}$"),
        "first": re.compile(rf"(?<!\w)(?:{_any(words.FIRST)})\s*{filler}$"),
    }


def _is_until(before: str, behind: str) -> bool:
    patterns = _patterns()
    return patterns["until"].search(before[-60:]) is not None or patterns["until_behind"].match(behind) is not None


def _is_back(before: str, behind: str) -> bool:
    """The word for it on either side, in the same sentence: a full stop that is followed by a blank ends one."""
    before, behind = re.split(r"(?<=[^\d\W])[.!?]\s", before)[-1], re.split(r"[.!?](?:\s|$)", behind)[0]
    pattern = _patterns()["back"]
    return pattern.search(before) is not None or pattern.search(behind) is not None


def _ends_a_range(between: str, text: str, first: _Found) -> bool:
    """Whether only a word such as "to" stands between two dates; a weak one needs "from" before the first."""
    return _patterns()["through"].match(between) is not None and (
        between.strip(" .,") in ("-", "–", "—", "~", "から", "bis")
        or _patterns()["first"].search(text[max(0, first.start - 40) : first.start]) is not None
        or _patterns()["until"].search(between) is not None
    )


def _day_alone_before(before: str, second: _Found) -> date | None:
    """ "24 to 28 November": the first day has its month from the second."""
    found = _patterns()["day_alone"].search(before[-40:])
    if found is None or not 1 <= int(found[1]) <= 31:
        return None
    return _valid(second.day.year, second.day.month, int(found[1]))


# Dates


@cache
def _months() -> dict[str, int]:
    """Names of months, whole and short, as the languages write them within a date and alone."""
    found: dict[str, int] = {}
    for code in words.LANGUAGES:
        locale = Locale.parse(code)
        for form in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for month, name in locale.months[form][width].items():
                    plain = _plain(name).rstrip(".")
                    if len(plain) >= 3 and not plain.isdigit():
                        found.setdefault(plain, month)
    return {**found, **words.MONTH_STEMS}


@cache
def _weekdays() -> dict[str, int]:
    """Names of weekdays, whole, and the three letters of English and German; Monday is 0."""
    found: dict[str, int] = {}
    for code in words.LANGUAGES:
        locale = Locale.parse(code)
        for form in ("format", "stand-alone"):
            for day, name in locale.days[form]["wide"].items():
                found.setdefault(_plain(name), day)
                found.setdefault(_plain(name).removesuffix("-feira"), day)
    short = {"mo": 0, "mon": 0, "tue": 1, "di": 1, "wed": 2, "mi": 2, "thu": 3, "do": 3, "fri": 4, "fr": 4}
    return {name: day for name, day in {**found, **short}.items() if len(name) > 1}


@cache
def _shapes() -> tuple[re.Pattern[str], ...]:
    month = _any(tuple(_months()))
    year = r"(?:[\s,.']{0,3}(?:de |del |г )?(?P<year>\d{4}))?(?![\d:]\d)"
    day = r"(?<![\d.:/])(?P<day>\d{1,2})"  # behind a hyphen it may end a range: "24-28 November"
    behind = r"(?:\.|st|nd|rd|th|er|º|ª|°|-?го|-?е|:an|:e)?"
    return (
        re.compile(r"(?<!\d)(?P<year>\d{4})\s?[-./年]\s?(?P<month>\d{1,2})\s?[-./月]\s?(?P<day>\d{1,2})(?!\d)"),
        re.compile(r"(?<!\d)(?P<month>\d{1,2})\s?[月월]\s?(?P<day>\d{1,2})\s?[日일]?"),
        re.compile(rf"{day}{behind}\s*(?:of |de |d')?(?P<name>{month})(?!\w)\.?{year}"),
        re.compile(rf"(?:(?P<year>\d{{4}})\.?\s+)?(?<!\w)(?P<name>{month})\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th|[.-])?(?!\d|:\d)(?:,?\s+(?P<later>\d{{4}}))?"),
        re.compile(rf"(?<!\w)(?P<name>{month})\.?,?\s+(?:de |del )?(?P<year>\d{{4}})(?!\d)"),
        re.compile(r"(?<![\d.:/-])(?P<day>\d{1,2})\s?\.\s?(?P<month>\d{1,2})(?:\s?\.\s?(?P<year>\d{4}|\d{2})|\.|(?=[\s,;)–-]|$))(?!\d)"),
        re.compile(r"(?<![\d.:/-])(?P<one>\d{1,2})\s?[/-]\s?(?P<two>\d{1,2})(?:\s?[/-]\s?(?P<year>\d{4}|\d{2}))?(?![\d/])"),
    )  # fmt: skip


def _dates(text: str, written: date, language: str | None) -> Iterator[_Found]:
    """The dates of a text, in its order; none lies within another. A weekday counts where no date stands beside it."""
    taken: list[_Found] = []
    for shape in _shapes():
        for found in shape.finditer(text):
            day = _day_of(found, written, language)
            if day is not None and not any(each.start < found.end() and found.start() < each.end for each in taken):
                taken.append(_Found(day, found.start(), found.end()))
    for name, weekday in _weekdays().items():
        for found in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text) if len(name) > 3 else ():
            beside = any(-3 <= each.start - found.end() <= 8 or -4 <= found.start() - each.end <= 4 for each in taken)
            if not beside:
                day = written + (weekday - written.weekday()) % 7 * _DAY
                taken.append(_Found(day, found.start(), found.end()))
    tomorrow = rf"(?<!\w)(?P<before>(?:{_any(words.NOT_TOMORROW)})\s+)?(?:{_any(words.TOMORROW)})(?!\w)"
    said = (found for found in re.finditer(tomorrow, text) if found["before"] is None)
    taken.extend(_Found(written + _DAY, found.start(), found.end()) for found in said)
    return iter(sorted(taken, key=lambda each: each.start))


def _day_of(found: re.Match[str], written: date, language: str | None) -> date | None:
    parts = found.groupdict()
    year = parts.get("year") or parts.get("later")
    if "one" in parts:
        return _slashed(int(parts["one"] or 0), int(parts["two"] or 0), year, written, language)
    name = parts.get("name")
    month = _months()[name] if name else int(parts["month"] or 0)
    return _nearest(month, int(parts.get("day", 1) or 0), year, written)


def _slashed(one: int, two: int, year: str | None, written: date, language: str | None) -> date | None:
    """Day first; in English either, the nearer of the two that are not over yet."""
    readings = [_nearest(two, one, year, written)]
    if language in (None, "", "en"):
        readings.append(_nearest(one, two, year, written))
    days = [each for each in readings if each is not None]
    return min(days, key=lambda day: (day < written, abs(day - written)), default=None)


def _nearest(month: int, day: int, year: str | None, written: date) -> date | None:
    """The date; without a year the one that is nearest to the day on which it was written."""
    if year is not None:
        return _valid(int(year) + (2000 if len(year) == 2 else 0), month, day)
    near = (_valid(written.year + ahead, month, day) for ahead in (-1, 0, 1))
    return min((each for each in near if each is not None), key=lambda each: abs(each - written), default=None)


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
