"""Rehearsals as the command plays them, without starting a process for each."""

from __future__ import annotations

from pathlib import Path

from maildesk import app, log
from maildesk.cli.timeline import lines
from maildesk.config import ConfigFaults, Settings, load
from maildesk.configuration.scenario import Scenario, agree, read_scenario
from maildesk.daemon.rehearsing import Played
from maildesk.replies.templates import Templates

HERE = Path(__file__).parent
REPOSITORY = HERE.parent.parent
BUILTIN = Templates()
TEAM = """\
[[desk]]
name = "Example Support"
address = "support@example.com"
time_zone = "Europe/Berlin"
hours = ["Mon-Fri 09:00-17:00"]

[[desk]]
name = "Example Billing"
address = "billing@example.com"
time_zone = "America/New_York"
hours = ["Mon-Fri 09:00-17:00"]

[[agent]]
name = "Anna Schmidt"
address = "anna@example.com"
also = ["anna@home.example"]
lead = true

[[agent]]
name = "Ben Weber"
address = "ben@example.com"
desks = ["support@example.com"]
"""
HEAD = 'start = 2026-11-23T09:00:00+01:00\nuntil = "+3d"\nconfig = "maildesk.toml"\n'


def settled(path: Path) -> tuple[Scenario, Settings]:
    """A scenario with the config that it names."""
    scenario = read_scenario(path)
    assert scenario.config is not None
    settings = load(scenario.config)
    agree(scenario, settings.site)
    return scenario, settings


def play(path: Path) -> Played:
    """Raises ``ConfigFaults`` where the scenario has any."""
    scenario, settings = settled(path)
    if not scenario.faults:
        with log.only_errors():
            played = app.rehearse(settings, scenario, BUILTIN)
    if scenario.faults:
        raise ConfigFaults(scenario.faults)
    return played


def timeline(path: Path, played: Played) -> str:
    """What a person is shown."""
    scenario, settings = settled(path)
    return "\n".join(text for text, _ in lines(path.name, settings, scenario, played)) + "\n"


def scenario(folder: Path, events: str, head: str = HEAD) -> Path:
    """A scenario of a desk with a team of two, written into a folder."""
    (folder / "maildesk.toml").write_text(TEAM, encoding="utf-8")
    path = folder / "scenario.toml"
    path.write_text(head + events, encoding="utf-8")
    return path
