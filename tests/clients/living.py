"""Lets a real program write a case: over a private Dovecot, where the mail it answers lies, and a private Postfix."""

from __future__ import annotations

import imaplib
import os
from collections.abc import Callable
from email.utils import format_datetime
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.clients.capturing import kept
from tests.clients.cases import Case
from tests.clients.scene import DESK, scene
from tests.clients.screen_clients import aerc, alpine
from tests.clients.seat import ADDRESS, Seat
from tests.clients.terminal_clients import mutt, neomutt, s_nail, swaks
from tests.clients.thunderbird import thunderbird
from tests.servers.dovecot import Dovecot
from tests.servers.postfix import Postfix
from tests.servers.private import until

CLIENTS: dict[str, Callable[[Seat], None]] = {
    "s-nail": s_nail,
    "neomutt": neomutt,
    "mutt": mutt,
    "swaks": swaks,
    "aerc": aerc,
    "alpine": alpine,
    "thunderbird": thunderbird,
}
_tries = count(1)


def written(client: str, case: Case, home: Path, dovecot: Dovecot, relay: Postfix) -> bytes:
    """The mail that reached the desk's mailbox, as it is kept. RuntimeError where the program fails."""
    user = f"anna{next(_tries)}.{os.getpid()}@example.com"
    _put(dovecot, user, getattr(scene(), case.answers))
    before = len(dovecot.mails(DESK))

    def has_sent() -> bool:
        return len(dovecot.mails(DESK)) > before

    CLIENTS[client](Seat(home, user, dovecot.imap, relay.port, case, relay.certificate.path, has_sent))
    until(has_sent, f"{client}'s mail to arrive; the program said it was sent")
    return kept(dovecot.mails(DESK)[-1].as_bytes(), client, case.name, home)


def _put(dovecot: Dovecot, user: str, raw: bytes) -> None:
    """Puts a mail into the mailbox as a server would have delivered it to Anna, at the scene's time."""
    when = scene().now.astimezone(ZoneInfo("Europe/Berlin"))
    head = (
        f"Return-Path: <support@example.com>\r\nDelivered-To: {ADDRESS}\r\n"
        f"Received: from mx.example.com by imap.example.com\r\n\twith LMTP id Zx0bA4711; {format_datetime(when)}\r\n"
    )
    with dovecot.mailbox(user) as line:
        line.append("INBOX", "", imaplib.Time2Internaldate(when), head.encode() + raw)
