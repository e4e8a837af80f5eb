"""The desks that a config names, read without judging the rest of it."""

from __future__ import annotations

from pathlib import Path

from maildesk.config import load
from maildesk.configuration.location import desk_addresses

EXAMPLE = Path(__file__).parents[3] / "config" / "maildesk.toml"


def test_the_addresses_are_those_that_a_full_reading_finds() -> None:
    assert desk_addresses(EXAMPLE) == tuple(desk.address for desk in load(EXAMPLE).site.desks)


def test_addresses_are_folded(tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_text('[[desk]]\naddress = "Support@Example.COM"\n')
    assert desk_addresses(tmp_path / "x.toml") == ("support@example.com",)


def test_what_cannot_be_read_is_left_to_a_full_reading(tmp_path: Path) -> None:
    for number, text in enumerate(("[[desk]", "desk = 1", '[[desk]]\nname = "x"', "desk = [1]")):
        (tmp_path / f"{number}.toml").write_text(text)
        assert desk_addresses(tmp_path / f"{number}.toml") is None
    assert desk_addresses(tmp_path / "missing.toml") is None
