"""Admins hear of a broken template once, from the desk that runs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from maildesk import app
from maildesk.config import load
from maildesk.daemon.stage import VirtualClock
from maildesk.store.database import Database
from maildesk.store.tables import deliveries

CONFIG = """
admins = ["admin@example.com"]
secret_file = "secret"
templates = "templates"
[[desk]]
name = "Example Support"
address = "support@example.com"
time_zone = "Europe/Berlin"
hours = ["Mon-Fri 09:00-17:00"]
"""


def test_a_template_that_breaks_while_the_desk_runs_is_told_once_a_day(tmp_path: Path) -> None:
    (tmp_path / "maildesk.toml").write_text(CONFIG)
    (tmp_path / "secret").write_text(f"1 {'ab' * 32}\n")
    (tmp_path / "secret").chmod(0o600)
    received = tmp_path / "templates" / "en" / "received.md"
    received.parent.mkdir(parents=True)
    received.write_text("---\nsubject: Hello\n---\n{{ greeting }}\n\n{{ promise_line }}\n\nNumber {{ numbr }}.\n")
    clock = VirtualClock(datetime(2026, 11, 24, 10, 0, tzinfo=UTC))
    desk = app.build(load(tmp_path / "maildesk.toml"), clock, database=Database("sqlite://", clock))
    desk.composer.templates.load_all()
    role = desk.follow_up()
    for _ in range(3):
        role.step(clock.now)
        clock.now += timedelta(minutes=2)
    with desk.database.read() as connection:
        told = connection.execute(select(deliveries.c.template, deliveries.c.recipient)).all()
    assert [tuple(each) for each in told] == [("admin/template-broken", "admin@example.com")]
    desk.close()
