"""A desk that is killed right before or right after any durable effect, and started again, does all the same.

Same tickets, same promises, same timers, same mails; nothing twice but a mail that the relay took and we could not
record, with the same Message-ID (guarantees 1 to 3). The worlds' own tests say that what it does is right.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

MEMORY = Path("/dev/shm")
ROOT = Path(__file__).parent.parent.parent
LIVES = (
    ("01-the-whole-job", "+2h30m"),  # question, acknowledgement, notification, answer, the customer's reply
    ("06-answer-and-close", "+1d1h"),  # an answer with a command, its receipt, and a question a day later
    ("13-collision-send", "+36m"),  # an answer is held and released
    ("19-nobody-answers-for-two-weeks", "+1d"),  # reminders, and a promise renewed before it passes
    ("100-forwards", "+1m"),  # a forward is unpacked, and the mail in it becomes a ticket with a receipt
)


@pytest.mark.parametrize(("world", "until"), LIVES)
def test_a_crash_at_any_effect_changes_nothing(world: str, until: str, tmp_path: Path) -> None:
    home = tempfile.mkdtemp(dir=MEMORY if MEMORY.is_dir() else tmp_path)  # what SIGKILL leaves is no matter of disks
    try:
        done = subprocess.run(
            [sys.executable, "-m", "tests.crash.nursery", world, until, home],
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
    finally:
        shutil.rmtree(home)
    *differences, summary = done.stdout.splitlines() or [""]
    assert (done.returncode, differences) == (0, []), done.stderr[-2000:]
    points, _, _, _, doubles, _ = summary.split()
    assert int(points) > 20, "a world without effects proves nothing"
    assert int(doubles) > 0, "somewhere the relay took a mail that could not be recorded"
