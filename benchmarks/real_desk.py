"""A real `maildesk run` between senders and Postfix's smtp-sink, for measurements from outside.

Nothing of maildesk is imported here; needs Python's standard library and the package postfix.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

DESK, AGENT = "support@desk.example", "anna@desk.example"
PATIENCE = 120.0  # seconds without progress until a run has failed

CONFIG = """
database = "sqlite:///{folder}/maildesk.db"
secret_file = "{folder}/secret"
[[desk]]
name = "Example Support"
address = "{desk}"
time_zone = "Europe/Berlin"
hours = ["Mon-Sun 00:00-24:00"]
[[agent]]
name = "Anna Schmidt"
address = "{agent}"
desks = ["{desk}"]
lead = true
[smtp]
listen = "127.0.0.1:{port}"
[outgoing]
relay = "smtp://127.0.0.1:{relay}"
[brakes]
per_ticket = {{ hour = 0, day = 0 }}
per_address = {{ hour = 0, day = 0 }}
per_stranger = {{ hour = 0 }}
strangers_per_domain = {{ hour = 0 }}
strangers_per_site = {{ hour = 0 }}
to_agents = {{ hour = 0 }}
"""


class Sink:
    """smtp-sink, and a thread that reads what it took: the Message-IDs that each recipient got, in order."""

    _MAIL = re.compile(rb"X-Rcpt-Args: <([^>\n]*)>[^\n]*\n(?:[^\n]*\n){0,60}?Message-ID:\s+<([^>\n]+)>", re.IGNORECASE)

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.taken: dict[str, list[str]] = {}
        self.count = 0
        self.news = threading.Condition()
        self._ending = threading.Event()

    def __enter__(self) -> Sink:
        self.folder.mkdir()
        self.folder.chmod(0o777)
        program = shutil.which("smtp-sink") or "/usr/sbin/smtp-sink"
        user = ["-u", "nobody"] if os.geteuid() == 0 else []
        where = ["-R", str(self.folder), "-D", "mails", f"127.0.0.1:{self.port}", "100"]
        self._process = subprocess.Popen([program, *user, *where])
        wait_until(lambda: banner(self.port), "smtp-sink")
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        self._reader.join()
        self._process.terminate()
        self._process.wait()

    def wait_for(self, count: int) -> None:
        """Until this many mails came in all; fails after PATIENCE without any."""
        with self.news:
            while self.count < count:
                before = self.count
                if not self.news.wait(PATIENCE) and self.count == before:
                    raise SystemExit(f"only {self.count} of {count} mails reached the relay; see the desk's log")

    def wait_for_mail_to(self, recipient: str, count: int = 1) -> None:
        with self.news:
            if not self.news.wait_for(lambda: len(self.taken.get(recipient, ())) >= count, PATIENCE):
                raise SystemExit(f"nothing came for {recipient}; see the desk's log")

    def _read(self) -> None:
        rest = b""
        (self.folder / "mails").touch()  # sink appends each mail when it is whole
        (self.folder / "mails").chmod(0o666)
        with (self.folder / "mails").open("rb") as file:
            while not self._ending.wait(0.001):
                data = file.read(1 << 20)
                if data:
                    rest = self._note(rest + data)

    def _note(self, data: bytes) -> bytes:
        """Notes the mails whose head is complete; returns what is not understood yet."""
        end, found = 0, []
        for match in self._MAIL.finditer(data):
            found.append((match[1].decode().lower(), match[2].decode()))
            end = match.end()
        if found:
            with self.news:
                for recipient, message_id in found:
                    self.taken.setdefault(recipient, []).append(message_id)
                self.count += len(found)
                self.news.notify_all()
        return data[end:]


class Desk:
    """A `maildesk run` in a process of its own."""

    def __init__(self, folder: Path, relay: int) -> None:
        self.folder, self.port = folder, free_port()
        self._config = folder / "maildesk.toml"
        names = {"folder": folder, "desk": DESK, "agent": AGENT, "port": self.port, "relay": relay}
        self._config.write_text(CONFIG.format(**names))
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> float:
        """Seconds from the start of the process to its SMTP banner."""
        began = time.perf_counter()
        with (self.folder / "log").open("ab") as log:
            command = [sys.executable, "-m", "maildesk", "--config", str(self._config), "run"]
            self._process = subprocess.Popen(command, stderr=log, stdout=log)
        wait_until(lambda: self._dead() or banner(self.port), "maildesk", 0.005)
        if self._dead():
            raise SystemExit("maildesk did not start:\n" + (self.folder / "log").read_text()[-3000:])
        return time.perf_counter() - began

    def stop(self) -> None:
        if self._process and not self._dead():
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(30)

    def _dead(self) -> bool:
        return self._process is None or self._process.poll() is not None

    def processor_seconds(self) -> float:
        """User and system time so far: tells more than the clock where others use the machine too."""
        if self._process is None:
            return 0.0
        words = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> str:
        """Of the process and its children: PSS counts what they share once."""
        if self._process is None:
            return "not running"
        rss = pss = 0
        for pid in family(self._process.pid):
            rss += kilobytes(f"/proc/{pid}/status", "VmRSS:")
            pss += kilobytes(f"/proc/{pid}/smaps_rollup", "Pss:")
        return f"PSS {pss / 1024:.0f} MB, VmRSS {rss / 1024:.0f} MB"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def banner(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), 5) as line:
            return line.recv(3) == b"220"
    except OSError:
        return False


def wait_until(holds: object, what: str, gap: float = 0.02) -> None:
    end = time.monotonic() + 30
    while not (callable(holds) and holds()):
        if time.monotonic() > end:
            raise SystemExit(f"{what} did not come within 30 s")
        time.sleep(gap)


def family(pid: int) -> list[int]:
    """The process and all its descendants."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(each for child in children for each in family(int(child)))]


def kilobytes(path: str, key: str) -> int:
    lines = (line.split() for line in Path(path).read_text().splitlines())
    return next((int(words[1]) for words in lines if words[0] == key), 0)
