"""Bells between roles: whoever commits work for another role rings its bell, so that it starts in milliseconds.

A bell is a hint and may be lost (the role may be in another process): every role also comes back by itself at the time
its step named, and looks at the database, which is the truth. So a lost ring costs seconds and never a mail.

Ringing is cheap, never blocks and may come from any thread. Several rings before a wait are one.
"""

from __future__ import annotations

import threading
from collections import defaultdict


class Wake:
    """One bell for each role, made when it is first used."""

    def __init__(self) -> None:
        self._bells: defaultdict[str, threading.Event] = defaultdict(threading.Event)
        self._making = threading.Lock()

    def ring(self, role: str) -> None:
        """Wake a role, by its name as on the command line: "process", "deliver", "follow-up"."""
        self._bell(role).set()

    def ring_all(self) -> None:
        """Wake everybody who ever waited or was rung: the process is ending."""
        with self._making:
            bells = list(self._bells.values())
        for bell in bells:
            bell.set()

    def wait(self, role: str, timeout: float) -> bool:
        """Wait for the role's bell, at most ``timeout`` seconds. True if it rang.

        A ring between the end of the wait and the clearing is not lost: the caller's step comes after both.
        """
        bell = self._bell(role)
        rang = bell.wait(max(0.0, timeout))
        bell.clear()
        return rang

    def _bell(self, role: str) -> threading.Event:
        with self._making:
            return self._bells[role]
