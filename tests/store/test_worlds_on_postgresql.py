"""The worlds in which agents use commands come to the same on PostgreSQL as on SQLite, to the letter."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.postgres import PostgresqlServer
from tests.worlds.engine import play, worlds

WITH_COMMANDS = ("49-", "50-", "51-", "52-", "53-", "54-", "55-", "56-", "57-", "58-", "100-", "101-")
FOLDERS = [folder for folder in worlds() if folder.name.startswith(WITH_COMMANDS)]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_commands_do_the_same_on_postgresql(
    folder: Path, tmp_path: Path, postgresql_server: PostgresqlServer, migrated_template: str
) -> None:
    played = play(folder, tmp_path, postgresql_server.create(migrated_template))
    assert not [each for each in played.offences if "a power cut loses mail" not in each]  # as tests run PostgreSQL
    assert played.told == (folder / "expected.txt").read_text()
