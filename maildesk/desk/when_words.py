"""Words for times in English and German: data for ``when.py``. To add a language, add its words to each table."""

from __future__ import annotations

from collections.abc import Iterable


def _table(rows: Iterable[tuple[str, int]]) -> dict[str, int]:
    return {word: value for words, value in rows for word in words.split()}


WEEKDAYS = _table(
    (
        ("monday mon montag mo", 0),
        ("tuesday tue tues dienstag di", 1),
        ("wednesday wed weds mittwoch mi", 2),
        ("thursday thu thur thurs donnerstag do", 3),
        ("friday fri freitag fr", 4),
        ("saturday sat samstag sonnabend sa", 5),
        ("sunday sun sonntag so", 6),
    )
)
MONTHS = _table(
    (
        ("january jan januar jänner", 1),
        ("february feb februar", 2),
        ("march mar märz mrz maerz", 3),
        ("april apr", 4),
        ("may mai", 5),
        ("june jun juni", 6),
        ("july jul juli", 7),
        ("august aug", 8),
        ("september sep sept", 9),
        ("october oct oktober okt", 10),
        ("november nov", 11),
        ("december dec dezember dez", 12),
    )
)
NUMBERS = _table(
    (
        ("a an one ein eine einen einem einer", 1),
        ("two zwei couple", 2),
        ("three drei", 3),
        ("four vier", 4),
        ("five fünf fuenf", 5),
        ("six sechs", 6),
        ("seven sieben", 7),
        ("eight acht", 8),
        ("nine neun", 9),
        ("ten zehn", 10),
        ("twelve zwölf", 12),
        ("fourteen vierzehn", 14),
    )
)
MINUTES_IN = _table(
    (
        ("minute minutes min mins minuten m", 1),
        ("hour hours hr hrs stunde stunden std h", 60),
    )
)
DAYS_IN = _table(
    (
        ("day days tag tage tagen d", 1),
        ("week weeks wk wks woche wochen w", 7),
    )
)
WORKING = frozenset({"working", "business", "work", "open"})
WORKING_DAYS = frozenset(
    {"workday", "workdays", "werktag", "werktage", "werktagen", "arbeitstag", "arbeitstage", "arbeitstagen"}
)
DAYS_AHEAD = {
    "today": 0,
    "heute": 0,
    "tomorrow": 1,
    "tmrw": 1,
    "morgen": 1,
    "day after tomorrow": 2,
    "the day after tomorrow": 2,
    "übermorgen": 2,
    "uebermorgen": 2,
}
NEXT_WEEK = frozenset({"next week", "nächste woche", "nächster woche", "naechste woche", "kommende woche"})
END_OF_WEEK = frozenset({"end of week", "end of the week", "eow", "ende der woche", "wochenende", "ende dieser woche"})
END_OF_MONTH = frozenset({"end of month", "end of the month", "eom", "monatsende", "ende des monats"})
MORNING = frozenset({"morning", "in the morning", "früh", "frueh", "vormittag", "vormittags", "morgen", "start of day"})
NOON = frozenset({"noon", "midday", "mittag", "mittags"})
EVENING = frozenset({"end of day", "eod", "close of business", "cob", "abend", "abends", "evening", "feierabend"})
LEADING = frozenset(
    {"until", "till", "til", "by", "on", "at", "in", "for", "next", "this", "the", "coming", "of", "from", "after"}
    | {"bis", "zum", "zur", "am", "um", "ab", "den", "dem", "der", "nach", "für", "nächsten", "nächster", "kommenden"}
    | {"diesen", "kommender", "gegen", "vor", "spätestens"}
)
