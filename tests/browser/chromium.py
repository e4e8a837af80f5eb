"""A headless Chromium, driven through its own protocol over a pipe: no driver and no library to keep.

https://chromedevtools.github.io/devtools-protocol/: JSON objects that end with a NUL, on descriptors 3 and 4.
"""

from __future__ import annotations

import base64
import json
import os
import select
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.servers.private import PATIENCE, program, until

OPTIONS = (
    "--headless --no-sandbox --disable-gpu --disable-dev-shm-usage --no-first-run --disable-extensions "
    "--disable-breakpad --disable-background-networking --disable-component-update --hide-scrollbars"
)
ON_3_AND_4 = """
import fcntl, os, sys
reads, writes = (fcntl.fcntl(int(each), fcntl.F_DUPFD, 10) for each in sys.argv[1:3])
os.dup2(reads, 3)
os.dup2(writes, 4)
os.execv(sys.argv[3], sys.argv[3:])
"""


class Tab:
    """One page. ``run`` gives the value of an expression, of a promise what it comes to."""

    def __init__(self, browser: Chromium, session: str) -> None:
        self._browser = browser
        self._session = session

    def call(self, method: str, **params: object) -> Mapping[str, Any]:
        return self._browser.call(method, params, self._session)

    def size(self, width: int, height: int = 900) -> None:
        """The window, in CSS pixels."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def scheme(self, value: str) -> None:
        """``light`` or ``dark``: what the reader's system asks for."""
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": value}])

    def open(self, url: str) -> None:
        """Goes there, and comes back when all of it is loaded, frames too."""
        gone = self.call("Page.navigate", url=url)  # answers when the new page stands in the old one's place
        assert "errorText" not in gone, gone
        self.until(f"document.readyState === 'complete' && location.href === {json.dumps(url)}")

    def show(self, html: str) -> None:
        """Shows this document."""
        self.open("about:blank")
        frame = self.call("Page.getFrameTree")["frameTree"]["frame"]["id"]
        self.call("Page.setDocumentContent", frameId=frame, html=html)

    def run(self, expression: str) -> Any:
        found = self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in found:
            raise AssertionError(found["exceptionDetails"])
        return found["result"].get("value")

    def until(self, condition: str) -> None:
        """Waits until an expression holds. It is asked for from here: in a mail's page no script runs, and no timer."""
        until(lambda: self._holds(condition), condition)

    def _holds(self, condition: str) -> bool:
        try:
            return bool(self.run(f"Boolean({condition})"))
        except Gone:
            return False  # the page that was asked went away for the next one

    def press(self, key: str, code: int, text: str = "") -> None:
        """One key, down and up."""
        for kind in ("rawKeyDown" if not text else "keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code, text=text)

    def shot(self, path: Path, whole: bool = False) -> None:
        """A picture of the window, or of the whole page."""
        found = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        path.write_bytes(base64.b64decode(found["data"]))


class Gone(Exception):
    """The page that was asked is no more: it went on to another."""


class Chromium:
    """A running browser, by the descriptors of its pipes."""

    def __init__(self, commands: int, answers: int) -> None:
        self._commands = commands
        self._answers = answers
        self._read = bytearray()
        self._count = 0

    def call(self, method: str, params: Mapping[str, object], session: str = "") -> Mapping[str, Any]:
        """The answer to one command. Raises ``Gone``; whatever else fails is an ``AssertionError``."""
        self._count += 1
        asked = {"id": self._count, "method": method, "params": params, **({"sessionId": session} if session else {})}
        line = json.dumps(asked).encode() + b"\0"
        while line:
            line = line[os.write(self._commands, line) :]
        while True:
            said = json.loads(self._next())
            if said.get("id") == self._count:
                break
        if "error" in said:
            gone = "context" in said["error"]["message"].lower() or "navigat" in said["error"]["message"].lower()
            raise (Gone if gone else AssertionError)(f"{method}: {said['error']}")
        found: Mapping[str, Any] = said["result"]
        return found

    def _next(self) -> bytes:
        while b"\0" not in self._read:
            ready, _, _ = select.select([self._answers], [], [], PATIENCE)
            assert ready, "Chromium says nothing"
            more = os.read(self._answers, 1 << 20)
            assert more, "Chromium has ended"
            self._read += more
        found, _, rest = self._read.partition(b"\0")
        self._read = rest
        return bytes(found)

    def tab(self) -> Tab:
        """A new, empty page."""
        target = self.call("Target.createTarget", {"url": "about:blank"})["targetId"]
        session = self.call("Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"]
        tab = Tab(self, session)
        tab.call("Page.enable")
        return tab


@contextmanager
def started() -> Iterator[Chromium]:
    """A headless Chromium with a profile of its own, ended at the end."""
    binary = program("chromium", "chromium")
    theirs, commands = os.pipe()
    answers, ours = os.pipe()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        line = [binary, *OPTIONS.split(), "--remote-debugging-pipe", f"--user-data-dir={profile}", "about:blank"]
        browser = subprocess.Popen(
            [sys.executable, "-c", ON_3_AND_4, str(theirs), str(ours), *line],
            pass_fds=(theirs, ours),
            stderr=subprocess.DEVNULL,
            env={**os.environ, "HOME": profile},
        )
        os.close(theirs)
        os.close(ours)
        try:
            yield Chromium(commands, answers)
        finally:
            os.close(commands)
            os.close(answers)
            browser.terminate()
            try:
                browser.wait(PATIENCE)
            finally:
                browser.kill()
