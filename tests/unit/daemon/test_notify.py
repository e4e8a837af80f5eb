"""What the service manager is told, and that one that does not listen holds nothing up."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from maildesk.daemon import notify


def test_a_service_manager_that_stops_reading_does_not_hold_the_desk_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(where)
        monkeypatch.setenv("NOTIFY_SOCKET", where)
        for _ in range(2000):  # more than any queue of datagrams takes
            notify.alive()
        assert manager.recv(100) == b"WATCHDOG=1"
