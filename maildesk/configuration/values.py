"""The values people write in the config file, each read by one function that returns it or says what is wrong.

Every function raises ``ValueError`` with a whole sentence: what is wrong and what to write instead. None does I/O, so
that a config can be judged on another machine than the one it is for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

from maildesk.configuration.nearest import nearest_zone
from maildesk.desk.service_time.hours import zone_of
from maildesk.desk.service_time.week import Span, parse_hours, parse_open_days
from maildesk.mail.letter import fold_address

_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_OCTETS = {"": 1, "B": 1, "kB": 1_000, "KB": 1_000, "MB": 1_000_000, "KiB": 1_024, "MiB": 1_048_576}
_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")
_DOMAIN = re.compile(r"(?=.{1,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Z]{2})?")
_RANGE = re.compile(r"(\d{4}-\d{2}-\d{2}) *(?:-|–|\bto\b) *(\d{4}-\d{2}-\d{2})")
_HOST_PORT = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]*):([0-9]{1,5})")
LONGEST = timedelta(days=3653)
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def shown(value: object) -> str:
    """A wrong value as it stands in the file, cut short: texts in double quotes, the rest as Python shows it."""
    text = f'"{value}"' if isinstance(value, str) else repr(value)
    if isinstance(value, bool):
        text = text.lower()
    return text if len(text) <= 80 else f"{text[:77]}…"


def duration(value: object) -> timedelta:
    """A span such as "1h30m". Units are s, m, h and d; a day is 24 hours."""
    if isinstance(value, timedelta):
        return value
    if not isinstance(value, str) or not re.fullmatch(r"(?:[0-9]{1,7}[smhd])+", value.strip()):
        raise ValueError(
            f'{shown(value)} is not a duration; write numbers with units s, m, h or d, such as "90m" or "1h30m"'
        )
    parts = re.findall(r"([0-9]+)([smhd])", value)
    return timedelta(seconds=sum(int(number) * _SECONDS[unit] for number, unit in parts))


def daily(value: object) -> str:
    """When the list of tickets comes: "opening", "off", or a time of day such as "08:30"."""
    said = value.strip() if isinstance(value, str) else ""
    if said in ("opening", "off"):
        return said
    found = re.fullmatch(r"([01]?[0-9]|2[0-3]):([0-5][0-9])", said)
    if found is None:
        raise ValueError(f'{shown(value)} is no time for the list; write "opening", "off" or a time such as "08:30"')
    return f"{int(found[1]):02}:{found[2]}"


def sane_duration(value: object) -> timedelta:
    """A duration that ends in a lifetime: beyond, arithmetic would leave the calendar."""
    span = duration(value)
    if span > LONGEST:
        raise ValueError(f"{shown(value)} is more than ten years; look at the number and its unit")
    return span


def positive_duration(value: object) -> timedelta:
    """A duration longer than nothing."""
    span = sane_duration(value)
    if span <= timedelta(0):
        raise ValueError('a duration of nothing makes no sense here; write at least one second, such as "1m"')
    return span


def octets(value: object) -> int:
    """A size in octets, written as a number or with a unit such as "50 MB" or "16 MiB"."""
    match = re.fullmatch(r"([0-9]{1,12}) ?(B|kB|KB|MB|KiB|MiB|)", str(value))
    if isinstance(value, bool) or not match or int(match[1]) == 0:
        raise ValueError(f'{shown(value)} is not a size; write a number of octets or a text such as "50 MB"')
    return int(match[1]) * _OCTETS[match[2]]


def address(value: object) -> str:
    """A mail address as people type it in a config: no display name, no quotes. Returned folded."""
    if not isinstance(value, str) or not _ADDRESS.fullmatch(value) or ".." in value:
        raise ValueError(f'{shown(value)} is not a mail address; write it bare, such as "support@example.com"')
    return fold_address(value)


def one_line(value: object) -> str:
    """A name for a header of mail: one line of text without controls."""
    if not isinstance(value, str):
        raise ValueError(f"write a text in quotes, not {shown(value)}")
    if not value.strip():
        raise ValueError("must not be empty; write the name that people read")
    if not value.isprintable():
        raise ValueError(f"{shown(repr(value))} has a line break or another control in it; write it on one line")
    return value


def domain(value: object) -> str:
    """A domain name, or "" where the key is optional. Returned in lower case."""
    if value == "":
        return ""
    if not isinstance(value, str) or not _DOMAIN.fullmatch(value.lower()):
        raise ValueError(f'{shown(value)} is not a domain name; write one such as "reply.example.com"')
    return value.lower()


def language(value: object) -> str:
    """A language code as the template folders have it: "en", "de", "pt-BR"."""
    if not isinstance(value, str) or not _LANGUAGE.fullmatch(value):
        raise ValueError(f'{shown(value)} is not a language code; write one such as "en" or "pt-BR"')
    return value


def time_zone(value: object) -> str:
    """A name of the IANA time zone database, such as "Europe/Berlin"."""
    try:
        return zone_of(str(value)).key
    except ValueError:
        raise ValueError(f"there is no time zone {shown(value)}; {nearest_zone(str(value))}") from None


def host_port(value: object) -> tuple[str, int]:
    """``host:port``, also ``[::1]:2525``; an empty host is every interface. Raises ``ValueError`` with a sentence."""
    match = _HOST_PORT.fullmatch(value) if isinstance(value, str) else None
    if match is None or not 0 <= int(match[2]) <= 65_535:
        raise ValueError(f'{shown(value)} is not an address to listen on; write host:port, such as "127.0.0.1:2525"')
    return match[1].strip("[]"), int(match[2])


def path(value: object, base: Path) -> Path:
    """A path; a relative one starts at ``base``, the config file's folder or its parent."""
    if not isinstance(value, str | Path) or not str(value) or "\0" in str(value):
        raise ValueError(f'{shown(value)} is not a path; write one in quotes, such as "var/secret"')
    return base / Path(value).expanduser()


def database_url(value: object, base: Path) -> str:
    """An SQLAlchemy URL for SQLite (its path made absolute, see ``path``) or PostgreSQL. Passwords are not taken."""
    text = value if isinstance(value, str) else ""
    if text.startswith("sqlite:///"):
        name = text.removeprefix("sqlite:///")
        return f"sqlite:///{path(name, base)}" if name not in ("", ":memory:") else "sqlite://"
    if text == "sqlite://":
        return text
    if not re.match(r"postgresql(\+psycopg)?://", text):
        raise ValueError(
            f'{shown(value)} is not a database; write "sqlite:///var/maildesk.db" or "postgresql://user@host/name"'
        )
    if urlsplit(text).password is not None:
        raise ValueError(
            "a password does not belong in the config; put it into ~/.pgpass or the file that PGPASSFILE names"
        )
    return text


def relay_url(value: object) -> str | None:
    """``smtp://host[:port]`` or ``smtps://host[:port]``; "" and "none" are no relay. Logins are not taken here."""
    if value in ("", "none"):
        return None
    parts = urlsplit(value) if isinstance(value, str) else urlsplit("")
    try:
        port = parts.port or 0
    except ValueError:
        port = -1
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or port < 0 or parts.path.strip("/") or parts.query:
        raise ValueError(
            f'{shown(value)} is not a relay; write "smtp://host:25", "smtp://host:587" or "smtps://host:465"'
        )
    if parts.username is not None:
        login = unquote(parts.username)
        raise ValueError(
            f'a login does not belong in the URL; write user = "{login}" and password_file = "…" beside it'
        )
    return str(value)


def region(value: object) -> str:
    """An ISO 3166-2 code that has holidays, such as "DE-BE"; "" is none."""
    if not isinstance(value, str):
        raise ValueError(f'{shown(value)} is not a region; write an ISO 3166-2 code such as "DE-BE"')
    if value:
        from maildesk.desk.service_time.public_holidays import (
            public_holidays,  # heavy; only where a desk names a region
        )

        public_holidays(value)
    return value


def hours(value: object) -> tuple[Span, ...]:
    """Opening hours of a week, as in ``maildesk.desk.week``."""
    return parse_hours(_texts(value, '["Mon-Fri 09:00-17:00"]'))


def days(value: object) -> tuple[date, ...]:
    """Single days and ranges of days ("2026-12-24 - 2027-01-01", both among them), as text or as TOML dates."""
    entries = value if isinstance(value, list) else [value]
    found: list[date] = []
    for entry in entries:
        for day in _days(entry):
            if day in found:
                raise ValueError(f"{day} is there twice; write each day once")
            found.append(day)
    return tuple(found)


def files(value: object) -> object:
    """A list of paths; each is read by ``path``."""
    if not isinstance(value, list | tuple):
        raise ValueError(
            f'{shown(value)} is not a list of files; write it in brackets, such as ["config/closures.ics"]'
        )
    return value


def open_days(value: object) -> tuple[tuple[date, tuple[tuple[int, int], ...]], ...]:
    """Extra open days with their spans, as in ``maildesk.desk.week``."""
    return parse_open_days(_texts(value, '["2026-12-05 10:00-14:00"]'))


def _texts(value: object, example: str) -> list[str]:
    if not isinstance(value, list | tuple) or not all(isinstance(each, str) for each in value):
        raise ValueError(f"{shown(value)} is not a list of texts; write it in brackets, such as {example}")
    return list(value)


def _days(entry: object) -> Iterator[date]:
    found = _RANGE.fullmatch(entry.strip()) if isinstance(entry, str) else None
    first, last = (_day(found[1]), _day(found[2])) if found else (_day(entry), _day(entry))
    if last < first:
        raise ValueError(f"{shown(entry)} ends before it begins; write the earlier day first")
    if (last - first).days > 366:
        raise ValueError(f"{shown(entry)} is longer than a year; look at its years")
    for number in range(first.toordinal(), last.toordinal() + 1):
        yield date.fromordinal(number)


def _day(entry: object) -> date:
    try:
        return entry if type(entry) is date else date.fromisoformat(str(entry))
    except ValueError:
        raise ValueError(f'{shown(entry)} is not a day; write one such as "2026-12-24"') from None
