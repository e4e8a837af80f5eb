"""``make run``: writes a first config if there is none, says how to try the desk, and becomes ``maildesk run``."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path

BASE = Path(__file__).resolve().parent.parent
CONFIG = BASE / "maildesk.toml"
FIRST = """\
# A first desk, written by `make run`: change it as you like, it is not overwritten.
# Every key there is, with its default and meaning: config/maildesk.toml

database = "sqlite:///var/maildesk.db"
secret_file = "var/secret"

[[desk]]
name = "Example Support"
address = "support@example.com"
time_zone = "Europe/Berlin"
hours = ["Mon-Fri 09:00-17:00"]
promise = { normal = "8h", urgent = "1h" }
recall_window = "5s"                            # for a first look; the default is 3m

[[agent]]
name = "Anna Schmidt"
address = "anna@example.com"
lead = true

[smtp]
listen = "127.0.0.1:2525"

[outgoing]
maildir = "var/outgoing"                        # no relay yet: mail to customers and agents is written here
"""


def main() -> None:
    if not CONFIG.exists():
        CONFIG.write_text(FIRST, encoding="utf-8")
    script = shlex.quote(str(BASE / "tools" / "try.py"))
    print(f"The desk starts with {CONFIG}. Try it from another terminal; stop it here with Ctrl-C.\n")
    for line, does in (
        ("ask", "send a mail as a customer"),
        ("read", "see what the customer is told"),
        ("answer", "answer as the agent"),
    ):
        print(f"python3 {script} {line}  # {does}")
    print(flush=True)
    os.execv(sys.executable, [sys.executable, "-m", "maildesk", "--config", str(CONFIG), "run"])


if __name__ == "__main__":
    main()
