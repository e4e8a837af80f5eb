"""Telling systemd how we are (sd_notify(3)): ready, reloading, stopping, alive. Without systemd it does nothing.

The protocol is one datagram to the socket in $NOTIFY_SOCKET; a name with ``@`` is abstract. Nothing here raises: a
service manager that does not listen is no reason not to answer mail, nor to wait: what it takes in no time is told, the
rest within ``PATIENCE`` seconds or not at all.
"""

from __future__ import annotations

import os
import socket
import time
from contextlib import suppress

PATIENCE = 10.0


def tell(state: str, patience: float = PATIENCE) -> None:
    """Send a state such as ``READY=1`` to the service manager, if there is one and it reads within ``patience``."""
    where = os.environ.get("NOTIFY_SOCKET", "")
    if not where:
        return
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
        channel.settimeout(patience)  # a queue that nobody empties would hold the desk up for good
        channel.sendto(state.encode(), "\0" + where[1:] if where.startswith("@") else where)


def ready(status: str) -> None:
    """Everything listens and works. ``status`` is what ``systemctl status`` shows."""
    tell(f"READY=1\nSTATUS={status}")


def reloading() -> None:
    """A changed config is being read; ``ready`` ends this."""
    tell(f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1_000}")


def stopping() -> None:
    """We are ending in good order."""
    tell("STOPPING=1")


def watchdog_interval() -> float | None:
    """How often ``alive`` must be told, in seconds: half of what systemd grants; None where it does not watch us."""
    micro = os.environ.get("WATCHDOG_USEC", "")
    ours = os.environ.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
    return int(micro) / 2_000_000 if micro.isdigit() and int(micro) and ours else None


def alive() -> None:
    """All roles still come round. Without this in time, systemd ends and restarts us."""
    tell("WATCHDOG=1", patience=0.0)
