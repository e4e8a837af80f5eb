"""Private servers for tests: started from Debian's packages in a folder of their own, on free ports of loopback.

A server that is not installed skips the tests that need it, with the reason; where CI=true it fails them, so that a
green run of CI means that they ran.
"""

from __future__ import annotations

import os
import shutil
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

import pytest

PATIENCE = 90.0
"""Seconds until a server that does not do what it should has failed; nothing waits this long when all is well."""


def missing(what: str) -> None:
    """Skips, or under CI fails, the test that asks for a server that is not there."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what}; CI must have it")
    pytest.skip(what)


def program(name: str, package: str) -> str:
    """The path of a server's program; its package is named where it is missing."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if found is None:
        missing(f"{name} is not installed (apt-get install {package})")
    return str(found)


def free_port() -> int:
    """A TCP port on loopback that nobody has at this moment."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def public_folder(name: str) -> Iterator[Path]:
    """A folder that servers may enter under whatever user they run; pytest's own are closed to others."""
    folder = Path(mkdtemp(prefix=f"maildesk-{name}-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def until(condition: Callable[[], object], what: str) -> None:
    """Returns as soon as the condition holds. Other programs cannot ring a bell of ours, so it is asked for again."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"waited {PATIENCE:.0f} s for {what}")
        time.sleep(0.02)


def listens(port: int) -> bool:
    """Whether somebody takes connections on this port of loopback."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except OSError:
        return False
    return True
