"""``maildesk run`` as a process: it says when it is ready, takes a changed config, and ends when it is told."""

from __future__ import annotations

import json
import os
import signal
import smtplib
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import pytest

CONFIG = """\
[[desk]]
name = "Example Support"
address = "support@example.com"
time_zone = "Europe/Berlin"
hours = ["Mon-Sun 00:00-24:00"]

[[agent]]
name = "Anna"
address = "anna@example.com"

[smtp]
listen = "127.0.0.1:0"
"""
MAIL = b"From: c@example.org\r\nTo: support@example.com\r\nSubject: x\r\nMessage-ID: <a@example.org>\r\n\r\nHello?\r\n"


class Desk:
    """A desk that runs; its log is read as it comes."""

    def __init__(self, config: Path, notify: socket.socket, where: str) -> None:
        self.config = config
        self.notify = notify
        environment = os.environ | {"NOTIFY_SOCKET": where, "WATCHDOG_USEC": "400000"}
        environment.pop("WATCHDOG_PID", None)
        command = [sys.executable, "-m", "maildesk", "--config", str(config), "run"]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, env=environment)
        assert self.process.stderr is not None
        self.log: IO[bytes] = self.process.stderr

    def logged(self, event: str) -> dict[str, Any]:
        """The next line of that event; fails where the process ends without it."""
        for line in self.log:
            entry: dict[str, Any] = json.loads(line)
            if entry["event"] == event:
                return entry
        raise AssertionError(f"the desk ended without {event}")

    def told(self, state: str) -> None:
        """Wait until the service manager is told this."""
        while state not in self.notify.recv(4096).decode():
            pass

    def send(self, number: int) -> None:
        self.process.send_signal(number)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    config = tmp_path / "maildesk.toml"
    config.write_text(CONFIG)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
        notify.settimeout(60)
        notify.bind(str(tmp_path / "notify"))
        running = Desk(config, notify, str(tmp_path / "notify"))
        try:
            yield running
        finally:
            running.process.kill()
            running.process.wait()
            running.log.close()


def test_a_new_site_runs_answers_and_ends_in_good_order(desk: Desk, tmp_path: Path) -> None:
    address = desk.logged("listening")["address"]
    desk.told("READY=1")
    desk.told("WATCHDOG=1")
    assert (tmp_path / "var" / "secret").stat().st_mode & 0o777 == 0o600
    host, _, port = address.rpartition(":")
    with smtplib.SMTP(host, int(port), timeout=60) as client:
        client.sendmail("c@example.org", ["support@example.com"], MAIL)
    sent = {desk.logged("delivery sent")["template"] for _ in range(3)}
    assert sent == {"agent/welcome", "received", "agent/new-ticket"}
    assert len(list((tmp_path / "var" / "outgoing" / "new").iterdir())) == 3
    desk.send(signal.SIGTERM)
    desk.told("STOPPING=1")
    assert desk.process.wait(60) == 0


def test_a_changed_config_with_faults_is_not_taken_and_the_log_says_why(desk: Desk) -> None:
    desk.logged("started")
    desk.config.write_text(CONFIG.replace("Europe/Berlin", "Europe/Berln"))
    desk.send(signal.SIGHUP)
    (fault,) = desk.logged("config kept")["faults"]
    asked = 'desk.time_zone: There is no time zone "Europe/Berln"; did you mean "Europe/Berlin"'
    assert fault.startswith(f"{desk.config}:4: {asked}")
    assert desk.process.poll() is None


def test_a_sound_changed_config_is_taken(desk: Desk) -> None:
    before = desk.logged("listening")["address"]
    desk.logged("started")
    desk.config.write_text(CONFIG.replace("127.0.0.1:0", "127.0.0.2:0"))
    desk.send(signal.SIGHUP)
    desk.logged("config taken")
    assert desk.logged("listening")["address"].startswith("127.0.0.2:")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((before.rpartition(":")[0], int(before.rpartition(":")[2])), timeout=60)


def test_a_changed_config_that_the_desk_cannot_start_with_is_given_up_again(desk: Desk) -> None:
    desk.logged("started")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        desk.config.write_text(CONFIG.replace("127.0.0.1:0", f"127.0.0.1:{taken.getsockname()[1]}"))
        desk.send(signal.SIGHUP)
        assert "another program has this port" in desk.logged("config kept")["faults"][0]
        desk.logged("started")
    desk.send(signal.SIGTERM)
    assert desk.process.wait(60) == 0


def test_a_changed_config_whose_database_cannot_be_made_is_not_taken(desk: Desk) -> None:
    desk.logged("started")
    desk.config.write_text('database = "sqlite:///not/there/maildesk.db"\nsecret_file = "none"\n' + CONFIG)
    desk.send(signal.SIGHUP)
    assert "not/there cannot be created" in desk.logged("config kept")["faults"][0]
    assert desk.process.poll() is None
