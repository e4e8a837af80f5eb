"""Where a person sits at a mail program: a home of its own, a mailbox, a way to send, and an editor that types.

Programs with an editor of their own choice get ``editor``: it puts the case's text on top of what the program prepared
(quote, signature) and its answers between the quoted lines, and leaves all else as it stands.
"""

from __future__ import annotations

import json
import os
import pty
import re
import select
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.clients.cases import ATTACHED, ATTACHMENT, SIGNATURE, Case
from tests.servers.private import PATIENCE

NAME = "Anna Schmidt"
ADDRESS = "anna@example.com"
PASSWORD = "secret"
_ESCAPE = re.compile(r"\x1b(?:\[[0-9;?]*[A-Za-z]|\][^\x1b]*\x1b\\|[()].|[=>])|\s{3,}")


@dataclass(frozen=True, slots=True)
class Seat:
    """``user`` is the login of the mailbox at ``imap``; mail goes out by ``smtp``; both are ports of loopback.
    ``certificate``: of the SMTP server, named ``localhost``, for programs that insist on STARTTLS.
    ``has_sent``: whether the mail has arrived where it was to go.
    """

    home: Path
    user: str
    imap: int
    smtp: int
    case: Case
    certificate: Path
    has_sent: Callable[[], bool]

    @property
    def login(self) -> str:
        """The user as it stands in a URL."""
        return self.user.replace("@", "%40")

    @property
    def attachment(self) -> Path:
        """The file that goes along."""
        path = self.home / ATTACHMENT
        path.write_text(ATTACHED)
        return path

    @property
    def signature(self) -> Path:
        """The file with what stands below her mails."""
        path = self.home / "signature"
        path.write_text(SIGNATURE + "\n")
        return path

    def editor(self) -> Path:
        """A program that edits the file it is given."""
        (self.home / "typed.json").write_text(json.dumps({"text": self.case.text, "between": self.case.between}))
        script = self.home / "editor"
        script.write_text(
            f"#!/bin/sh\nexec {shlex.quote(sys.executable)} {Path(__file__).with_name('editor.py')} "
            f'{shlex.quote(str(self.home / "typed.json"))} "$1"\n'
        )
        script.chmod(0o755)
        return script

    def environment(self, **more: str) -> dict[str, str]:
        """For the program: its home, and a terminal that any program knows."""
        kept = {name: os.environ[name] for name in ("PATH",) if name in os.environ}
        return {**kept, "HOME": str(self.home), "LC_ALL": "C.UTF-8", "TERM": "xterm", "TZ": "Europe/Berlin", **more}


def run(command: list[str], typed: str, environment: dict[str, str]) -> None:
    """Runs a program that reads what is typed. RuntimeError where it fails."""
    done = subprocess.run(command, input=typed.encode(), capture_output=True, timeout=PATIENCE, env=environment)
    if done.returncode:
        said = (done.stderr + done.stdout).decode(errors="replace")
        raise RuntimeError(f"{command[0]} failed: {said}")


class Terminal:
    """A program on a screen of 120 by 40. ``shown`` is all it wrote; ``wait`` returns once a text is among it."""

    def __init__(self, command: list[str], environment: dict[str, str]) -> None:
        self.shown = bytearray()
        self._seen = 0
        self._name = command[0]
        self.child, self.screen = pty.fork()
        if self.child == 0:
            os.execvpe(command[0], command, {**environment, "LINES": "40", "COLUMNS": "120"})

    def wait(self, text: str) -> None:
        """Until this was shown after what was waited for last. RuntimeError where it never is."""
        while (at := self.shown.find(text.encode(), self._seen)) < 0:
            if not self._read():
                raise RuntimeError(f"{self._name} did not show {text!r}: {self.said()}")
        self._seen = at + len(text.encode())

    def type(self, keys: str) -> None:
        """Presses keys."""
        os.write(self.screen, keys.encode())

    def until(self, condition: Callable[[], bool]) -> None:
        """Until this holds, while the program goes on drawing. RuntimeError where it never does."""
        deadline = time.monotonic() + PATIENCE
        while not condition():
            if time.monotonic() > deadline:
                raise RuntimeError(f"{self._name} did not do it: {self.said()}")
            if select.select([self.screen], [], [], 0.1)[0]:
                self._read()

    def end(self) -> None:
        """Waits until the program has gone by itself. RuntimeError where it fails, or stays."""
        while self._read():
            pass
        os.close(self.screen)
        _, status = os.waitpid(self.child, 0)
        if status:
            raise RuntimeError(f"{self._name} ended with {status}: {self.said()}")

    def kill(self) -> None:
        """Ends it."""
        os.kill(self.child, signal.SIGKILL)
        os.close(self.screen)
        os.waitpid(self.child, 0)

    def said(self) -> str:
        """The last that it showed, for failures."""
        return _ESCAPE.sub(" ", self.shown[-6000:].decode(errors="replace"))[-2000:]

    def _read(self) -> bool:
        if not select.select([self.screen], [], [], PATIENCE)[0]:
            os.kill(self.child, signal.SIGKILL)
            return False
        try:
            piece = os.read(self.screen, 65_536)
        except OSError:  # Linux: the other side of a terminal has gone
            return False
        self.shown += piece
        return bool(piece)
