"""Every config in ``bad/`` has beside it, in full, what an admin is told about it."""

from __future__ import annotations

from pathlib import Path

import pytest

from maildesk.config import ConfigFaults, load

BAD = Path(__file__).parent / "bad"


@pytest.mark.parametrize("path", sorted(BAD.glob("*.toml")), ids=lambda path: path.stem)
def test_all_faults_of_a_config_are_told_at_once_each_with_its_line_and_the_way_out(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(BAD)
    with pytest.raises(ConfigFaults) as told:
        load(path.name)
    assert str(told.value) + "\n" == path.with_suffix(".txt").read_text(encoding="utf-8")


def test_a_config_that_is_not_there_is_one_sentence_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(ConfigFaults, match=r"There is no such config file; .* maildesk init DIR\.") as told:
        load(tmp_path / "none.toml")
    assert len(told.value.faults) == 1


def test_a_folder_instead_of_a_config_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ConfigFaults, match="cannot be read"):
        load(tmp_path)
