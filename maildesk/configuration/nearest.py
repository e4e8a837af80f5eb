"""What was probably meant: the known names nearest to one that is not known.

Looks a whole list up, which takes a moment; only for faults.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from zoneinfo import available_timezones

_NOT_FOR_PEOPLE = ("posix/", "right/", "Etc/", "SystemV/")


def nearest(name: str, known: Iterable[str], most: int = 3) -> list[str]:
    """The known names that look most like this one in any case, the nearest first."""
    by_folded = {each.casefold(): each for each in known}
    if name.casefold() in by_folded:
        return [by_folded[name.casefold()]]
    close = difflib.get_close_matches(name.casefold(), by_folded, n=most, cutoff=0.7)
    return [by_folded[each] for each in close]


def nearest_zone(name: str) -> str:
    """The way out where a time zone is not known: the zones that were perhaps meant."""
    zones = sorted(each for each in available_timezones() if not each.startswith(_NOT_FOR_PEOPLE))
    found = _of_windows(name) or nearest(name.strip().replace(" ", "_"), zones) or _by_city(name, zones)
    if not found:
        return 'write one such as "Europe/Berlin"'
    quoted = " or ".join(f'"{each}"' for each in found)
    return f"did you mean {quoted}?"


def _by_city(name: str, zones: Iterable[str]) -> list[str]:
    """By the last part alone: "Berlin" and "Germany/Berlin" are Europe/Berlin."""
    cities = {each.rpartition("/")[2]: each for each in zones if "/" in each}
    return [cities[each] for each in nearest(name.rpartition("/")[2].strip().replace(" ", "_"), cities)]


def _of_windows(name: str) -> list[str]:
    """What Windows calls "W. Europe Standard Time"."""
    if not name.casefold().endswith("standard time"):
        return []
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON  # 0.15 s: only for this one fault

    return [zone for windows, zone in WINDOWS_TO_OLSON.items() if windows.casefold() == name.casefold()]
