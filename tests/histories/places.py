"""Random desks: a config as an admin might write it, and the weeks in which its history lies.

Everything follows from the given ``random.Random``. Weeks are laid over changes of the clock, year ends and leap days
more often than chance would.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from random import Random

from maildesk.config import ConfigFaults, Settings, load
from maildesk.replies.reloading import Problem
from maildesk.replies.templates import Templates

WEEKS = timedelta(weeks=8)
ADMIN = "admin@desk.example"
AUTHSERV = "mx.desk.example"
NAMES = ("Anna Schmidt", "Ben Weber", "Chloe Martin", "Dana Novak")

_ZONES: dict[str, tuple[str, ...]] = {  # and days on which its clock, its year or its February does something
    "Europe/Berlin": ("2026-10-25", "2027-03-28", "2026-12-31", "2028-02-29"),
    "America/New_York": ("2026-11-01", "2027-03-14"),
    "Australia/Lord_Howe": ("2026-10-04", "2027-04-04"),
    "America/St_Johns": ("2026-11-01", "2027-03-14"),
    "Asia/Kolkata": ("2026-12-31",),
    "America/Sao_Paulo": ("2026-12-31", "2027-02-16"),
    "UTC": ("2026-12-31",),
}
_HOURS = (
    ["Mon-Thu 09:00-17:30", "Fri 09:00-15:00"],
    ["Mon-Fri 09:00-17:00"],
    ["Mon-Fri 08:00-12:00, 13:00-17:00"],
    ["Mon-Sat 06:10-22:50"],
    ["Mon-Sun 00:00-24:00"],
    ["Mon-Sun 22:00-06:00"],
    ["Mon-Fri 20:00-02:30"],
    ["Tue 10:00-11:00", "Thu 14:00-16:00"],
    ["Sat-Sun 10:00-14:00"],
)
_HOLIDAYS = ("", "", "DE-BE", "DE-BY", "US-NY", "BR-SP")
_SPANS = ("30m", "1h", "90m", "4h", "8h", "16h", "24h", "40h")


@dataclass(frozen=True, slots=True)
class Place:
    """A site: its config in TOML, the addresses of its desks and agents, and when its history begins."""

    toml: str
    start: datetime
    desks: tuple[str, ...]
    agents: tuple[str, ...]


class Still(Templates):
    """Nobody edits these while a history runs: they need not be looked at every minute of eight weeks."""

    def problems(self) -> tuple[Problem, ...]:
        return ()


@lru_cache(maxsize=1)
def templates() -> Templates:
    """The built-in set, read once for all histories."""
    return Still()


def somewhere(chance: Random, home: Path) -> tuple[Place, Settings]:
    """A random desk that ``check`` would let pass; a config that is refused is drawn anew."""
    while True:
        found = place(chance)
        (home / "maildesk.toml").write_text(found.toml)
        try:
            return found, load(home / "maildesk.toml")
        except ConfigFaults:
            continue


def place(chance: Random) -> Place:
    """A random site."""
    zone = chance.choice(tuple(_ZONES))
    day = datetime.fromisoformat(chance.choice(_ZONES[zone])).replace(tzinfo=UTC)
    start = day - timedelta(minutes=chance.randrange(int(WEEKS / timedelta(minutes=1))))
    desks = ("support@desk.example", "billing@desk.example")[: chance.choice((1, 1, 1, 2))]
    agents = tuple(f"{name.split()[0].lower()}@desk.example" for name in NAMES[: chance.choice((1, 1, 1, 2, 3))])
    lines = [
        'database = "sqlite://"', 'secret_file = "secret"', 'templates = "templates"', f'admins = ["{ADMIN}"]',
        *(line for number, desk in enumerate(desks) for line in _desk(chance, desk, zone, start, number)),
        *(line for number, each in enumerate(agents) for line in _agent(chance, each, number, desks)),
    ]  # fmt: skip
    return Place("\n".join(lines) + "\n", start, desks, agents)


def _desk(chance: Random, address: str, zone: str, start: datetime, number: int) -> Iterator[str]:
    own_zone = zone if number == 0 else chance.choice(tuple(_ZONES))
    yield "[[desk]]"
    yield f'name = "{address.partition("@")[0].title()}"'
    yield f'address = "{address}"'
    yield f'language = "{chance.choice(("en", "de"))}"'
    yield f'time_zone = "{own_zone}"'
    hours = chance.choice(_HOURS)
    long = any("00:00-24:00" in each for each in hours)  # a short promise would be renewed every few hours, for weeks
    yield f"hours = {_list(hours)}"
    if region := chance.choice(_HOLIDAYS):
        yield f'holidays = "{region}"'
    days = [f"{start + timedelta(days=chance.randrange(60)):%Y-%m-%d}" for _ in range(chance.choice((0, 0, 1, 3)))]
    if chance.random() < 0.2:  # a closure of a week or two
        closes = chance.randrange(50)
        days += [f"{start + timedelta(days=closes + each):%Y-%m-%d}" for each in range(chance.choice((5, 12)))]
    yield f"closed_days = {_list(sorted(set(days)))}"
    if chance.random() < 0.2:
        opens = f"{start + timedelta(days=chance.randrange(60)):%Y-%m-%d}"
        yield f"open_days = {_list([f'{opens} 10:00-14:00'] if opens not in days else [])}"
    spans = _SPANS[3:] if long else _SPANS
    named = [each for each in ("low", "normal", "high", "urgent") if each == "normal" or chance.random() < 0.5]
    lengths = sorted((spans.index(chance.choice(spans)) for _ in named), reverse=True)  # the urgent never wait longest
    worded = ", ".join(f'{name} = "{spans[length]}"' for name, length in zip(named, lengths, strict=True))
    yield f"promise = {{ {worded} }}"
    yield f"around_the_clock = {_list(chance.choice(([], ['urgent'], ['urgent'], ['high', 'urgent'])))}"
    yield f'recall_window = "{chance.choice(("0s", "3m", "3m", "20m"))}"'
    yield f'daily = "{chance.choice(("off", "off", "off", "opening", "08:30"))}"'
    yield f'authserv_id = "{AUTHSERV}"'
    if chance.random() < 0.4:
        yield from _follow_up(chance)


def _follow_up(chance: Random) -> Iterator[str]:
    asked = chance.choice((12, 24, 72, 120))
    announced = asked + chance.choice((6, 24, 96))
    closed = announced + chance.choice((6, 48, 72))
    yield "[desk.follow_up]"
    yield f'ask_if_helped_after = "{asked}h"'
    yield f'announce_closing_after = "{announced}h"'
    yield f'close_after = "{closed}h"'
    yield f'pause_news_every = "{chance.choice((1, 3, 7, 14))}d"'
    solved = chance.choice((4, 24, 48))
    yield f'ask_if_solved_after = "{solved}h"'
    yield f'close_solved_after = "{solved + chance.choice((4, 96))}h"'
    yield f'acknowledge_again_after = "{chance.choice((1, 15, 60))}m"'
    yield f"renewal_growth = {chance.choice((1.2, 1.5, 2.0))}"
    yield f'lapse_margin = "{chance.choice((5, 15, 60))}m"'


def _agent(chance: Random, address: str, number: int, desks: tuple[str, ...]) -> Iterator[str]:
    yield "[[agent]]"
    yield f'name = "{NAMES[number]}"'
    yield f'address = "{address}"'
    if number == 0 or chance.random() < 0.3:
        yield "lead = true"
    if len(desks) > 1 and number and chance.random() < 0.5:
        yield f"desks = {_list([chance.choice(desks)])}"
    if chance.random() < 0.2:
        yield 'language = "de"'


def _list(words: list[str]) -> str:
    return "[" + ", ".join(f'"{word}"' for word in words) + "]"
