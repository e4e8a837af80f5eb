"""Names of languages and sizes of files in the words of a language, from CLDR."""

from __future__ import annotations

from functools import lru_cache

from babel.core import Locale, UnknownLocaleError
from babel.units import format_unit

_UNITS = (("digital-gigabyte", 10**9), ("digital-megabyte", 10**6), ("digital-kilobyte", 10**3))  # decimal, as disks


@lru_cache(maxsize=256)
def language_name(locale: str, code: str) -> str:
    """ "German" for "de"; the code itself where nobody knows it."""
    try:
        return Locale.parse(code, sep="-").get_display_name(locale) or code
    except (ValueError, UnknownLocaleError):
        return code


def size(locale: str, octets: int) -> str:
    """ "14 MB", in French "14 Mo": rounded up, so that nobody is surprised; at least 1 kB."""
    unit, each = next((found for found in _UNITS if octets >= found[1]), _UNITS[-1])
    return format_unit(-(-max(octets, 1) // each), unit, "short", locale=locale)
