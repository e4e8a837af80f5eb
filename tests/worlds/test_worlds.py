"""Every world comes to what is expected of it, and no guarantee is broken at any step on the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.worlds.engine import play, worlds


@pytest.mark.parametrize("folder", worlds(), ids=lambda folder: folder.name)
def test_a_world_comes_to_what_is_expected(folder: Path, tmp_path: Path) -> None:
    played = play(folder, tmp_path)
    assert not played.offences
    assert played.told == (folder / "expected.txt").read_text()
    if played.raw:
        assert played.raw == (folder / "expected.raw").read_bytes()


def test_every_world_says_what_it_is_about() -> None:
    assert all((folder / "README").read_text().strip() for folder in worlds())
