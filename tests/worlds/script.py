"""What happens in a world: ``happens.toml`` read into frozen facts. Nothing is played here.

    start = 2026-11-23T10:00:00+01:00    # when the world begins
    until = "+14d"                       # and ends, from the start
    allowed = ["waited to be sent"]      # what doctor rightly says in this world (a relay that is down)
    html = true                          # the HTML of answers is written down too
    welcomes = true                      # its agents are new; those of all other worlds had the welcome mail long ago

    [[event]]
    at = "+20m"                          # from the start; units d h m s, joined
    mail = "02-answer.eml"               # a mail comes in; To and From say the envelope, unless:
    sender = ""                          #   its envelope sender
    recipients = ["support@example.com"] #   its envelope recipients
    spam = true                          #   the configured filter's verdict
    history = true                       #   imported, or older than the first contact with its mailbox
    intake = "imap"                      #   how it came in
    arrived = "-2h"                      #   when, where that was before ``at``

    [[event]]
    at = "+1h"
    relay = { "*" = "taken", "maria@customer.example" = "refused 5.1.1 no such user" }   # or "deferred", "down"

    [[event]]
    at = "+2h"
    release = 1                          # an operator releases this delivery

    [[event]]
    at = "+3h"
    config = "without-ben.toml"          # the desk takes this config, as on SIGHUP: every role ends and begins anew

    [[robot]]
    address = "maria@customer.example"   # whatever reaches it is answered ...
    mail = "vacation.eml"                # ... with this
    once = true                          # only the first time

    [reader]
    fails_on = "BOOM"                    # reading a mail with these bytes raises, like a bug of ours

A second desk with a house of its own stands in ``other.toml``: what either sends to the other arrives there.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

_UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}


@dataclass(frozen=True, slots=True)
class MailIn:
    """A mail that comes in. None: what the mail itself says."""

    at: timedelta
    mail: str
    sender: str | None = None
    recipients: tuple[str, ...] | None = None
    spam: bool = False
    history: bool = False
    intake: str = "smtp"
    arrived: timedelta = timedelta(0)
    house: int = 0


@dataclass(frozen=True, slots=True)
class RelaySays:
    """From here on the relay answers like this, by recipient; "*" is everybody."""

    at: timedelta
    answers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Release:
    """An operator lets a held delivery go."""

    at: timedelta
    delivery: int


@dataclass(frozen=True, slots=True)
class TakeConfig:
    """The desk goes on with another config."""

    at: timedelta
    config: str


Happening = MailIn | RelaySays | Release | TakeConfig


@dataclass(frozen=True, slots=True)
class Robot:
    """Somebody's machine, which answers mail."""

    address: str
    mail: str
    once: bool = False


@dataclass(frozen=True, slots=True)
class Script:
    """A world, as written."""

    folder: Path
    start: datetime
    until: timedelta
    events: tuple[Happening, ...]
    robots: tuple[Robot, ...] = ()
    fails_on: bytes = b""
    raw: bool = False
    html: bool = False
    allowed: tuple[str, ...] = ()
    welcomes: bool = False

    @property
    def config(self) -> Path:
        """The world's own config, or the one that all share."""
        own = self.folder / "maildesk.toml"
        return own if own.exists() else self.folder.parent / "maildesk.toml"


def read_script(folder: Path) -> Script:
    """The world in this folder. KeyError and ValueError for one that is not well written."""
    said = tomllib.loads((folder / "happens.toml").read_text())
    return Script(
        folder=folder,
        start=said["start"],
        until=span(said["until"]),
        events=tuple(sorted((_event(each) for each in said["event"]), key=lambda each: each.at)),
        robots=tuple(Robot(**each) for each in said.get("robot", ())),
        fails_on=said.get("reader", {}).get("fails_on", "").encode(),
        raw=said.get("raw", False),
        html=said.get("html", False),
        allowed=tuple(said.get("allowed", ())),
        welcomes=said.get("welcomes", False),
    )


def span(said: str) -> timedelta:
    """ "+2d3h" or "-90s" as a span."""
    if not re.fullmatch(r"[+-](\d+[dhms])+", said):
        raise ValueError(f"{said} is no span such as +2d3h")
    parts = {_UNITS[unit]: int(number) for number, unit in re.findall(r"(\d+)([dhms])", said)}
    return timedelta(**parts) * (-1 if said.startswith("-") else 1)


def _event(said: dict[str, Any]) -> Happening:
    at = span(said.pop("at"))
    if "relay" in said:
        return RelaySays(at, said["relay"])
    if "release" in said:
        return Release(at, said["release"])
    if "config" in said:
        return TakeConfig(at, said["config"])
    arrived = span(said.pop("arrived")) if "arrived" in said else timedelta(0)
    recipients = tuple(said.pop("recipients")) if "recipients" in said else None
    return MailIn(at=at, arrived=arrived, recipients=recipients, **said)
