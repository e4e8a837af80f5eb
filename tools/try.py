#!/usr/bin/env python3
"""A first look at a desk that was started with ``make run``: ask as a customer, read the answers, answer as the agent.

Needs nothing but Python's standard library. It speaks SMTP to the desk and reads the Maildir into which a desk without
a relay writes its mail; address, port and Maildir come from the config that ``make run`` wrote.
"""

from __future__ import annotations

import argparse
import smtplib
import sys
import time
import tomllib
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import formatdate, make_msgid, parseaddr
from pathlib import Path
from typing import Any

BASE = Path(__file__).resolve().parent.parent
CONFIG = BASE / "maildesk.toml"
CUSTOMER = "Carl Customer <carl@example.org>"
PATIENCE = 20.0  # seconds


def config() -> dict[str, Any]:
    try:
        return tomllib.loads(CONFIG.read_text(encoding="utf-8"))
    except OSError:
        sys.exit(f"There is no {CONFIG}; start the desk first, with: make run")


def mails() -> list[EmailMessage]:
    """The mails that left the desk, the oldest first."""
    folder = BASE / config().get("outgoing", {}).get("maildir", "var/outgoing")
    paths = sorted(
        [*folder.glob("new/*"), *folder.glob("cur/*")], key=lambda path: (path.stat().st_mtime_ns, path.name)
    )
    return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in paths]


def addressed_to(address: str) -> list[EmailMessage]:
    wanted = parseaddr(address)[1].lower()
    return [mail for mail in mails() if wanted in str(mail["To"]).lower()]


def wait_for(address: str) -> list[EmailMessage]:
    """The mails to this address; waits until there is one."""
    deadline = time.monotonic() + PATIENCE
    while not (found := addressed_to(address)) and time.monotonic() < deadline:
        time.sleep(0.1)
    if not found:
        sys.exit(f"Nothing has been written to {address} so far.")
    return found


def send(mail: EmailMessage, recipient: str) -> None:
    listen = config().get("smtp", {}).get("listen", "127.0.0.1:2525")
    host, _, port = listen.rpartition(":")
    mail["Date"] = formatdate(localtime=True)
    mail["Message-ID"] = make_msgid(domain=parseaddr(str(mail["From"]))[1].partition("@")[2])
    try:
        with smtplib.SMTP(host, int(port), timeout=PATIENCE) as desk:
            desk.send_message(mail, to_addrs=[recipient])
    except ConnectionRefusedError:
        sys.exit(f"Nobody listens on {listen}; start the desk first, with: make run")


def ask(text: str) -> None:
    desk = config()["desk"][0]["address"]
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = CUSTOMER, desk, "Where is my order?"
    mail.set_content(text or "Hello,\n\nI ordered a lamp ten days ago and it has not come. Where is it?\n\nCarl")
    send(mail, desk)
    print(f"Sent to {desk}.")


def read(_text: str) -> None:
    for mail in wait_for(CUSTOMER):
        body = mail.get_body(("plain", "html"))
        heads = [f"{name}: {mail[name]}" for name in ("From", "To", "Subject", "Date")]
        print("\n".join([*heads, "", body.get_content().rstrip() if body else "", "-" * 72]))


def answer(text: str) -> None:
    agent = config()["agent"][0]
    tickets = [mail for mail in wait_for(agent["address"]) if "[#" in str(mail["Subject"])]
    if not tickets:
        sys.exit(f"{agent['name']} has no question to answer yet; ask one first.")
    notification = tickets[-1]
    reply_to = parseaddr(str(notification["Reply-To"]))[1]
    mail = EmailMessage()
    mail["From"], mail["To"] = f"{agent['name']} <{agent['address']}>", reply_to
    mail["Subject"] = f"Re: {notification['Subject']}"
    mail["In-Reply-To"] = notification["Message-ID"]
    mail["References"] = f"{notification['References'] or ''} {notification['Message-ID']}".strip()
    mail.set_content(text or "Hello Carl,\n\nyour lamp left our store this morning and reaches you tomorrow.\n\nAnna")
    send(mail, reply_to)
    window = config()["desk"][0].get("recall_window", "3m")
    print(f"Answered as {agent['name']}. It leaves after the recall window of {window}; then read again.")


def main() -> None:
    parser = argparse.ArgumentParser(description="A first look at the desk that make run started.")
    parser.add_argument("what", choices=["ask", "read", "answer"])
    parser.add_argument("text", nargs="?", default="", help="your own words")
    given = parser.parse_args()
    {"ask": ask, "read": read, "answer": answer}[given.what](given.text)


if __name__ == "__main__":
    main()
