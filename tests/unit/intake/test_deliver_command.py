"""``maildesk deliver``: exit 0 when the mail is committed, 75 for everything else, whatever else it is."""

from __future__ import annotations

import io
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from maildesk.cli.main import main
from maildesk.store.database import Database
from maildesk.store.tables import arrivals

CONFIG = """
database = "sqlite:///{folder}/desk.db"
[[desk]]
name = "Example Support"
address = "support@example.com"
time_zone = "Europe/Berlin"
hours = ["Mon-Fri 09:00-17:00"]
authserv_id = "mx.example.com"
"""
MAIL = b"From: carla@example.net\nTo: support@example.com\n\nHelp.\n"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "maildesk.toml").write_text(CONFIG.format(folder=tmp_path))
    database = Database(f"sqlite:///{tmp_path}/desk.db")
    database.migrate()
    database.close()
    return tmp_path


def _deliver(site: Path, monkeypatch: pytest.MonkeyPatch, *arguments: str, mail: bytes = MAIL) -> int:
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(mail)))
    with pytest.raises(SystemExit) as ended:
        main(["--config", str(site / "maildesk.toml"), "deliver", *arguments])
    return int(ended.value.code or 0)


def _rows(site: Path) -> list[tuple[object, ...]]:
    database = Database(f"sqlite:///{site}/desk.db")
    columns = arrivals.c.intake, arrivals.c.sender, arrivals.c.recipients, arrivals.c.authserv_id
    with database.read() as connection:
        rows = [tuple(row) for row in connection.execute(select(*columns))]
    database.close()
    return rows


def test_a_committed_mail_is_exit_0(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _deliver(site, monkeypatch, "--from", "carla@example.net", "support+x@example.com") == 0
    assert _rows(site) == [("pipe", "carla@example.net", ["support+x@example.com"], "mx.example.com")]


def test_without_recipients_the_mail_says_for_whom_it_is(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ORIGINAL_RECIPIENT", raising=False)
    monkeypatch.delenv("SENDER", raising=False)
    assert _deliver(site, monkeypatch) == 0
    assert _rows(site) == [("pipe", None, ["support@example.com"], "mx.example.com")]


@pytest.mark.parametrize("arguments", [("--form", "typo@example.net"), ("--from",)])
def test_wrong_usage_does_not_return_the_mail(
    site: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    assert _deliver(site, monkeypatch, *arguments) == 75


def test_a_missing_database_is_75_and_none_is_made(
    site: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (site / "desk.db").unlink()
    assert _deliver(site, monkeypatch) == 75
    assert not (site / "desk.db").exists()
    assert "There is no database" in capsys.readouterr().err


def test_a_faulty_config_is_75(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (site / "maildesk.toml").write_text("nonsense = 1\n")
    assert _deliver(site, monkeypatch) == 75


def test_a_bug_is_75(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def bug(*arguments: object, **named: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("maildesk.intake.pipe.read_mail", bug)
    assert _deliver(site, monkeypatch) == 75
