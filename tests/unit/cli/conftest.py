"""A site on disk with one ticket: made by the real commands and roles, without a network."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from maildesk import app
from maildesk.cli.main import main
from maildesk.config import load
from maildesk.configuration.secrets import create_secret
from maildesk.daemon.arriving import commit
from maildesk.intake.incoming import Incoming

CONFIG = """\
[[desk]]
name = "Example Support"
address = "support@example.com"
time_zone = "Europe/Berlin"
hours = ["Mon-Fri 09:00-17:00"]

[[agent]]
name = "Anna"
address = "anna@example.com"
lead = true

[smtp]
listen = "127.0.0.1:0"
"""
MAIL = b"""\
From: Carl <carl@example.org>\r
To: support@example.com\r
Subject: Where is my \x1b[31morder?\r
Message-ID: <first@example.org>\r
Date: Mon, 23 Nov 2026 10:00:00 +0100\r
\r
Hello, where is it?\r
"""


@dataclass(frozen=True)
class Told:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str


Run = Callable[..., Told]


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Run:
    """Runs a command line in this process."""

    def run(*arguments: str | Path) -> Told:
        capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        said = capfd.readouterr()
        return Told(int(ended.value.code or 0), said.out, said.err)

    return run


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """The config of a site that has one ticket, its acknowledgement and its notification."""
    path = tmp_path / "maildesk.toml"
    path.write_text(CONFIG, encoding="utf-8")
    (tmp_path / "var").mkdir()
    settings = load(path)
    create_secret(settings.secret_file)
    desk = app.build(settings)
    now = datetime.now(UTC)
    mail = Incoming("smtp", "carl@example.org", ("support@example.com",), MAIL.replace(b"\x1b", b""), now)
    try:
        commit(desk.database, [mail])
        desk.process().step(now)
    finally:
        desk.close()
    return path
