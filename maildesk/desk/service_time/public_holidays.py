"""The public holidays of a region, by its ISO 3166-2 code, as the ``holidays`` library knows them.

``public_holidays("DE-BE")`` gives a function from a year to that year's days, made for ``ServiceTime.holidays``; it
remembers the years it was asked for. The library is data (new holidays come with its monthly releases): no network, no
files but its own code. It counts a holiday that moves to a working day ("observed") where the country does.

What can go wrong: a code that is not known is ``ValueError`` with a sentence that says what would be right.
"""

from __future__ import annotations

import difflib
from datetime import date
from functools import lru_cache

import holidays
from holidays.registry import COUNTRIES

from maildesk.desk.service_time.hours import HolidaysOf


def public_holidays(code: str) -> HolidaysOf:
    """The holidays of a country ("DE") or one of its regions ("DE-BE"); "" has none. Raises ``ValueError``."""
    code = code.strip()
    if not code:
        return _no_holidays
    country, _, region = code.upper().partition("-")
    try:
        holidays.country_holidays(country, subdiv=region or None)
        subdivision = region or None
    except NotImplementedError:  # unknown as it is written: look at all that there is, which takes 0.2 s
        subdivision = _region(country, region, code)

    @lru_cache(maxsize=64)
    def of(year: int) -> frozenset[date]:
        return frozenset(holidays.country_holidays(country, subdiv=subdivision, years=year))

    return of


def _region(country: str, region: str, code: str) -> str | None:
    """The region in the library's own spelling. Raises ``ValueError`` with what is known."""
    regions = holidays.list_supported_countries(include_aliases=True).get(country)
    if regions is None:
        raise ValueError(f'No holidays are known for "{code}"; {_meant(country)}.')
    by_upper = {each.upper(): each for each in regions}
    if region not in by_upper:
        known = ", ".join(f"{country}-{each}" for each in sorted(regions)) or f'only "{country}" itself'
        raise ValueError(f'No holidays are known for "{code}"; of this country: {known}.')
    return by_upper[region]


def _meant(country: str) -> str:
    """The code of a country that was written as its name, or nearly right."""
    names = {name.replace("_", " ").upper(): code for name, (_, code, *_rest) in COUNTRIES.items()}
    close = difflib.get_close_matches(country.replace("_", " "), names, n=1, cutoff=0.8)
    if close:
        return f'did you mean "{names[close[0]]}"? Write an ISO 3166-2 code such as "DE-BE" or "US"'
    return 'write an ISO 3166-2 code such as "DE-BE" or "US"'


def _no_holidays(year: int) -> frozenset[date]:
    return frozenset()
