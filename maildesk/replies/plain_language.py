"""Times, spans and names in the words of a language.

A moment is always said with weekday, day, month and 24-hour time with minutes: "Tuesday, 24 November, 14:00"; the year
joins when it is not this year. Deadlines say "by" that moment; where it is near, "within two hours" stands before it,
and is never shorter or much longer than the truth. Zones: the desk's, unless the customer's clock shows another time at
that moment; then theirs, named, with the desk's time beside it.

Everything that belongs to one language stands in ``templates/<language>/words.toml`` and arrives here as ``Words``:
a sixth language is a folder. Month and day names come from CLDR through babel. It gives days in the nominative alone:
a language in which "by Tuesday" bends the day has a table ``weekdays`` with a list per phrase (``by``, ``on``), Monday
first, and patterns of that phrase's own (``by_moment``) where its words stand in another order. Where words melt
together or change before an hour (Spanish: "a las 2:00", but "a la 1:00"), the table ``contractions`` has both.

What it does not do: read a clock, escape (``rendering`` does), or decide whether a sender may be greeted by name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.core import Locale, UnknownLocaleError
from babel.dates import format_datetime, get_timezone_location
from babel.units import format_unit

from maildesk.replies.sentences import Sentences, compiled

NEAR = timedelta(hours=6)
"""Up to here a deadline is also said as a span: "within two hours"."""

SLACK = timedelta(minutes=15)
"""A span is not said when it would be this much longer than the truth: nobody should wait by it."""

_PATTERNS = ("moment", "moment_with_year", "day", "day_with_year", "near", "time")
_PHRASES = ("by", "on", "on_day", "your_time", "within_minutes", "within_and_by", "wrote", "via", "marker")


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language, as its ``words.toml`` has them. ``direction`` is ltr or rtl."""

    language: str
    locale: str
    direction: str
    patterns: Mapping[str, str]
    phrases: Mapping[str, str]
    within_hours: tuple[str, ...]
    states: Mapping[str, str]
    priorities: Mapping[str, str]
    greetings: Mapping[str, str]
    reasons: Mapping[str, str]
    fallbacks: Mapping[str, str]
    role_words: frozenset[str] = field(default=frozenset())
    weekdays: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    contractions: Mapping[str, str] = field(default_factory=dict)
    sentences: Sentences = ()


def read_words(language: str, data: Mapping[str, object]) -> Words:
    """A parsed ``words.toml`` as ``Words``. Raises ``ValueError`` with a sentence."""
    locale = str(data.get("locale", language))
    try:
        direction = "rtl" if Locale.parse(locale).text_direction == "rtl" else "ltr"
    except (ValueError, UnknownLocaleError):
        raise ValueError(f'locale = "{locale}" is no language that CLDR knows') from None
    return Words(
        language,
        locale,
        direction,
        patterns=_table(data, "patterns", _PATTERNS),
        phrases=_table(data, "phrases", _PHRASES),
        within_hours=_texts(data, "within_hours"),
        states=_table(data, "states"),
        priorities=_table(data, "priorities"),
        greetings=_table(data, "greetings", ("morning", "day", "evening", "night")),
        reasons=_table(data, "reasons"),
        fallbacks=_table(data, "fallbacks"),
        role_words=frozenset(each.casefold() for each in _texts(data, "role_words")),
        weekdays=_weekdays(data.get("weekdays", {})),
        contractions=_table(data, "contractions") if "contractions" in data else {},
        sentences=compiled(_table(data, "sentences")) if "sentences" in data else (),
    )


def _table(data: Mapping[str, object], name: str, needed: tuple[str, ...] = ()) -> Mapping[str, str]:
    table = data.get(name)
    if not isinstance(table, Mapping):
        raise ValueError(f"the table [{name}] is missing")
    for key in needed:
        if key not in table:
            raise ValueError(f"[{name}] has no {key}")
    for key, text in table.items():
        if not isinstance(text, str):
            raise ValueError(f"{key} in [{name}] must be a text in quotes")
    return {str(key): str(text) for key, text in table.items()}


def _texts(data: Mapping[str, object], name: str) -> tuple[str, ...]:
    texts = data.get(name)
    if not isinstance(texts, list) or not all(isinstance(each, str) for each in texts):
        raise ValueError(f"{name} must be a list of texts in quotes")
    return tuple(texts)


def _weekdays(table: object) -> Mapping[str, tuple[str, ...]]:
    if not isinstance(table, Mapping) or not table.keys() <= {"by", "on"}:
        raise ValueError("[weekdays] may have by and on, nothing else")
    days = {str(phrase): _texts(table, phrase) for phrase in table}
    if any(len(each) != 7 for each in days.values()):
        raise ValueError("each list in [weekdays] needs seven days, Monday first")
    return days


_DAY_BEGINS = {5: "morning", 10: "day", 18: "evening", 22: "night"}


def hello(words: Words, at: datetime, zone: ZoneInfo, offset: int | None = None) -> str:
    """ "Good morning" at that moment on the reader's clock; at night the word that is never wrong."""
    local = at.astimezone(zone if offset is None else timezone(timedelta(minutes=offset)))
    begun = [part for hour, part in _DAY_BEGINS.items() if local.hour >= hour]
    return words.greetings[begun[-1] if begun else "night"]


def moment(words: Words, at: datetime, zone: ZoneInfo | timezone, now: datetime) -> str:
    """ "Tuesday, 24 November, 14:00" on the clock of ``zone``; with the year when it is not that of ``now``."""
    return _dated(words, "moment", at, zone, now)


def day(words: Words, at: datetime, zone: ZoneInfo, now: datetime) -> str:
    """ "on Tuesday, 24 November": the day of that moment in ``zone``."""
    return words.phrases["on_day"].format(day=_dated(words, "day", at, zone, now, "on"))


def on(words: Words, at: datetime, zone: ZoneInfo, now: datetime, offset: int | None = None) -> str:
    """ "on Monday, 09:00" within the coming six days, then with the date. ``offset`` as in ``by``."""
    local = at.astimezone(zone)
    if timedelta(0) <= local.date() - now.astimezone(zone).date() <= timedelta(days=6) and not _differs(
        at, zone, offset
    ):
        return words.phrases["on"].format(moment=_format(words, "near", local, "on"))
    return words.phrases["on"].format(moment=_zoned(words, at, zone, now, offset, "on"))


def by(
    words: Words, at: datetime, zone: ZoneInfo, now: datetime, offset: int | None = None, *, span: bool = True
) -> str:
    """ "within two hours, by Tuesday, 24 November, 14:00"; far away without the span.

    ``zone`` is the desk's; ``offset`` the customer's clock in minutes east of UTC, None where we do not know it.
    """
    near = within(words, at - now) if span else ""
    return joined(words, near, until(words, at, zone, now, offset))


def until(words: Words, at: datetime, zone: ZoneInfo, now: datetime, offset: int | None = None) -> str:
    """ "by Tuesday, 24 November, 14:00", never with a span."""
    return words.phrases["by"].format(moment=_zoned(words, at, zone, now, offset, "by"))


def joined(words: Words, near: str, by_then: str) -> str:
    """The span before the moment; the moment alone where there is no span."""
    return words.phrases["within_and_by"].format(within=near, by=by_then) if near else by_then


def within(words: Words, left: timedelta) -> str:
    """ "within two hours", rounded up to a time people say; "" where that would be far from the truth or far away."""
    minutes = -(-int(left.total_seconds()) // 60)
    if minutes <= 0 or left > NEAR:
        return ""
    if minutes <= 55:
        return words.phrases["within_minutes"].format(minutes=-(-minutes // 5) * 5)
    hours = -(-minutes // 60)
    if timedelta(hours=hours) - left > SLACK or hours > len(words.within_hours):
        return ""
    return words.within_hours[hours - 1]


_FORMS = ("one", "few", "many", "other")  # those of the languages that CLDR gives more than "other"


@lru_cache(maxsize=64)
def plural_form(locale: str) -> Callable[[int], int]:
    """Which of a language's forms stands behind a number, counted from 0: one, few, many, as the language has them."""
    rule = Locale.parse(locale).plural_form
    present = [each for each in _FORMS if each in {*rule.tags, "other"}]
    if "many" in present and "few" in present:
        present.remove("other")  # in Slavic languages only fractions are "other"
    return lambda number: present.index(said) if (said := rule(number)) in present else len(present) - 1


_UNITS = {86400: "duration-day", 3600: "duration-hour", 60: "duration-minute"}  # the largest first


def duration(words: Words, span: timedelta) -> str:
    """ "3 hours": the largest unit that is full, rounded down; at least one minute."""
    seconds = max(span.total_seconds(), 60)
    size = next(each for each in _UNITS if seconds >= each)
    return format_unit(int(seconds // size), _UNITS[size], locale=words.locale)


def _zoned(words: Words, at: datetime, zone: ZoneInfo, now: datetime, offset: int | None, phrase: str) -> str:
    if offset is None or not _differs(at, zone, offset):
        return _dated(words, "moment", at, zone, now, phrase)
    theirs = timezone(timedelta(minutes=offset))
    same_day = at.astimezone(theirs).date() == at.astimezone(zone).date()
    ours = _format(words, "time", at.astimezone(zone)) if same_day else moment(words, at, zone, now)
    said = _dated(words, "moment", at, theirs, now, phrase)
    return words.phrases["your_time"].format(moment=said, zone=_offset_name(offset), ours=ours, city=_city(words, zone))


def _differs(at: datetime, zone: ZoneInfo, offset: int | None) -> bool:
    """Whether the customer's clock shows another time than the desk's *at that moment*, daylight saving counted."""
    return offset is not None and at.astimezone(zone).utcoffset() != timedelta(minutes=offset)


def _offset_name(offset: int) -> str:
    hours, minutes = divmod(abs(offset), 60)
    sign = "-" if offset < 0 else "+"
    return f"UTC{sign}{hours}" + (f":{minutes:02}" if minutes else "") if offset else "UTC"


def _city(words: Words, zone: ZoneInfo) -> str:
    if zone.key in ("UTC", "Etc/UTC", "GMT"):
        return "UTC"
    return str(get_timezone_location(zone, locale=words.locale, return_city=True))


def _dated(words: Words, name: str, at: datetime, zone: ZoneInfo | timezone, now: datetime, phrase: str = "") -> str:
    local = at.astimezone(zone)
    pattern = name if local.year == now.astimezone(zone).year else f"{name}_with_year"
    return _format(words, pattern, local, phrase)


def _format(words: Words, name: str, local: datetime, phrase: str = "") -> str:
    pattern = words.patterns.get(f"{phrase}_{name}") or words.patterns[name]
    if bent := words.weekdays.get(phrase):
        day_name = bent[local.weekday()].replace("'", "''")  # doubled: CLDR's way to write it between quotes
        pattern = pattern.replace("EEEE", f"'{day_name}'")
    # The wall clock is in ``local`` already; babel would shift an aware one to its own default zone.
    said = str(format_datetime(local.replace(tzinfo=None), pattern, locale=words.locale))
    for apart, together in words.contractions.items():
        said = said.replace(apart, together)
    return said


LONGEST_NAME = 50
_ALWAYS_ROLES = frozenset(
    [
        "info", "support", "service", "sales", "team", "office", "admin", "administrator", "contact", "noreply",
        "no-reply", "mail", "mailer-daemon", "postmaster", "webmaster", "helpdesk", "billing", "marketing", "hr",
    ]
)  # fmt: skip
_DOMAIN = re.compile(r"[^\W\d_]{2,}\.[^\W\d_]{2,}|www\.", re.IGNORECASE)
_COMMA = re.compile(r"\s*([^,]+?)\s*,\s*([^,]+?)\s*")


def safe_name(name: str, role_words: frozenset[str] = frozenset()) -> str:
    """The name as we may say it in a greeting, or "" where it is not one.

    Letters of any script, spaces, hyphens, apostrophes and full stops; at most 50 characters and five words; nothing
    that reads as an address or a link; no word for a role ("INFO", "Support"). "Schmidt, Anna" is turned round, shouted
    names are lowered, what stands in brackets is left out.
    """
    tidy = " ".join(re.sub(r"\([^()]*\)|\[[^\[\]]*\]", " ", unicodedata.normalize("NFC", name)).strip(" '\"").split())
    swapped = _COMMA.fullmatch(tidy)
    tidy = f"{swapped[2]} {swapped[1]}" if swapped else tidy
    tokens = tidy.split(" ")
    if not tidy or len(tidy) > LONGEST_NAME or len(tokens) > 5 or _DOMAIN.search(tidy):
        return ""
    if not all(_is_name_letter(char) for char in tidy) or not any(char.isalpha() for char in tidy):
        return ""
    if any(_is_role(token, role_words) for token in tokens):
        return ""
    return _lowered(tidy, tokens)


def _is_name_letter(char: str) -> bool:
    return char in " -'’.‐" or unicodedata.category(char) in ("Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc")


def _is_role(token: str, role_words: frozenset[str]) -> bool:
    folded = token.casefold().strip(".")
    return folded in _ALWAYS_ROLES or folded in role_words


def _lowered(name: str, tokens: list[str]) -> str:
    if not (name.isupper() and len(name) > 2):
        return name
    if len(tokens) == 1:
        return ""  # a lone word in capitals is a company or a role more often than a person
    return re.sub(r"[^\W\d_]+", lambda word: word[0].capitalize(), name.lower())
