"""The commands that mails to agents show are commands, also under their names in the agent's language."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from maildesk.desk.commands.command_words import SPECS

TEMPLATES = Path(__file__).parents[3] / "templates"
KNOWN = {*SPECS, *(alias for spec in SPECS.values() for alias in spec.aliases)}


@pytest.mark.parametrize("language", ["en", "de", "es", "fr", "ru"])
@pytest.mark.parametrize("name", ["welcome", "help"])
def test_every_command_that_is_shown_can_be_written(language: str, name: str) -> None:
    text = (TEMPLATES / language / "agent" / f"{name}.md").read_text("utf-8")
    shown = re.findall(r"`#([\w-]+)", text)
    assert len(shown) > 8
    assert set(shown) <= KNOWN
