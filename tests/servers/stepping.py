"""A process whose wall clock is stepped from outside: libfaketime, with the time in a file.

The wall clock stands still between two steps, so that everything a process does at a moment carries that moment. The
clock that measures waits runs on as ever (``FAKETIME_DONT_FAKE_MONOTONIC``); other processes keep the real time.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from tests.servers.private import missing

_LIBRARIES = ("/usr/lib", "/usr/lib64", "/usr/local/lib")


class SteppedClock:
    """Set it before the process starts."""

    def __init__(self, file: Path, start: datetime) -> None:
        self._file = file
        self.now = start
        self.set(start)

    def set(self, moment: datetime) -> None:
        """From now on it is this moment. The file is replaced whole: it is read at any time."""
        fresh = self._file.with_suffix(".new")
        # 200 ns more: libfaketime reads the fraction as a floating-point number, and must not come out below it
        fresh.write_text(f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}200\n")
        fresh.chmod(0o644)
        os.replace(fresh, self._file)
        self.now = moment

    def environment(self) -> Mapping[str, str]:
        """For the process whose clock this is."""
        return {
            "LD_PRELOAD": _library(),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "TZ": "UTC",
        }


def _library() -> str:
    found = (path for folder in _LIBRARIES for path in Path(folder).glob("**/faketime/libfaketimeMT.so.1"))
    first = next(found, None)
    if first is None:
        missing("libfaketime is not installed (apt-get install faketime)")
    return str(first)
