"""A desk in the middle of its work, on a fixed key and a fixed clock, and what becomes of one mail of an agent's.

The mails of ``scene/`` are played once: another customer's solved ticket, a customer with somebody in Cc, a colleague's
note and tag, the customer's next mail. Then the desk's memory is copied for each mail that is tried, so that none sees
another and each finds the same numbers, Message-IDs and signed addresses. So a mail that a real program wrote last year
is an answer to this very notification.

``answer`` tells whole what came of it: every mail to people outside with headers, text, HTML and the digests of
attached files; of mails to agents what they say.
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from functools import lru_cache
from pathlib import Path
from typing import cast

from maildesk.daemon.stage import VirtualClock
from maildesk.mail.quote import MARKER_PREFIX
from maildesk.store.arrivals import NewArrival
from tests.worlds.checks import mail_faults
from tests.worlds.house import House
from tests.worlds.post import Out, describe, envelope, fill

HERE = Path(__file__).parent
START = datetime.fromisoformat("2026-11-23T09:00:00+01:00")
STEP = timedelta(minutes=10)
AGENT = "anna@example.com"
CUSTOMER = "carla@customers.example"
DESK = "support@example.com"
_OUR_ID = re.compile(r"\bm\d{4}@example\.com")
_VERDICT = b"Authentication-Results: mx.example.com; dmarc=pass header.from=example.com\r\n"


@dataclass(frozen=True, slots=True)
class Scene:
    """The desk as it stands at ``now``, and what it sent until then."""

    memory: bytes
    now: datetime
    sent: tuple[Out, ...]

    @property
    def notification(self) -> bytes:
        """The mail that Anna answers."""
        return [each for each in self.sent if each.recipient == AGENT][-1].raw

    @property
    def ids(self) -> frozenset[str]:
        """The Message-IDs and roots of threads that the scene's mails have."""
        return frozenset(found for each in self.sent for found in _OUR_ID.findall(each.raw.decode("utf-8", "replace")))

    @property
    def diana(self) -> bytes:
        """A mail from a newcomer to Anna alone, which she passes on."""
        return fill((HERE / "scene" / "06-diana.eml").read_bytes(), self.sent, self.now)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a mail: the transcript, the mails that left, and what is wrong with any of it."""

    told: str
    sent: tuple[Out, ...]
    faults: tuple[str, ...]

    @property
    def outside(self) -> list[Out]:
        """The mails to customers and to anybody else who is none of the team."""
        return [each for each in self.sent if not each.recipient.endswith("@example.com")]


@lru_cache(maxsize=1)
def _house() -> House:
    """One for all mails, as building one costs more than what any mail makes it do. It lives as long as the process."""
    with tempfile.TemporaryDirectory() as home:
        return House(HERE / "maildesk.toml", Path(home), VirtualClock(START))


def _driver(house: House) -> sqlite3.Connection:
    """The database in memory, as SQLite's own module has it: it can be copied whole, and put back."""
    pooled = house.database.engine.raw_connection()
    driver = cast(sqlite3.Connection, pooled.driver_connection)
    pooled.close()
    return driver


@lru_cache(maxsize=1)
def scene() -> Scene:
    """Plays the mails of ``scene/``, once in a process."""
    house = _house()
    for path in sorted((HERE / "scene").glob("0[1-5]-*.eml")):
        _take(house, fill(path.read_bytes(), house.sent, house.clock.now))
        _run(house, STEP)
    return Scene(_driver(house).serialize(), house.clock.now, tuple(house.sent))


def answer(raw: bytes) -> Outcome:
    """Anna's mail comes in; then an hour passes. ``raw`` has CRLF, and no headers of servers."""
    began, house = scene(), _house()
    _driver(house).deserialize(began.memory)
    house.clock.now, house.sent = began.now, list(began.sent)
    fate = house.fate(_take(house, _VERDICT + raw))
    _run(house, timedelta(hours=1))
    sent = tuple(house.sent[len(began.sent) :])
    faults = [fault for each in sent for fault in mail_faults(each, house.site)] + house.offences()
    told = [f"=== {fate}", *(_told(each) for each in sent), *_standing(house)]
    return Outcome(_counted(house.names().readable("\n\n".join(told))) + "\n", sent, tuple(faults))


def _counted(told: str) -> str:
    """With the ids of new mails counted from one: they go on from mail to mail that is tried."""
    ids: dict[str, str] = {}
    known = scene().ids

    def name(found: re.Match[str]) -> str:
        return found[0] if found[0] in known else ids.setdefault(found[0], f"new-{len(ids) + 1}@example.com")

    return _OUR_ID.sub(name, told)


def _take(house: House, raw: bytes) -> int:
    sender, recipients = envelope(raw)
    ours = tuple(each for each in recipients if each.startswith("support"))
    arrival = NewArrival("smtp", sender, ours, raw, house.clock.now, authserv_id="mx.example.com")
    number = house.take(arrival)
    house.newly_sent()
    return number


def _run(house: House, how_long: timedelta) -> None:
    for _ in house.stage.run_until(house.clock.now + how_long):
        house.newly_sent()


def _standing(house: House) -> Iterator[str]:
    for ticket in house.tickets():
        people = ", ".join(each.address for each in ticket.participants) or "nobody"
        who = f"{ticket.assignee or 'nobody'} has it, with {people}"
        yield f"#{ticket.number} {ticket.state}, of {ticket.requester}, {who}"
    yield from (f"unsent: {each}" for each in house.unsent())


def _told(out: Out) -> str:
    if out.recipient.endswith("@example.com"):
        above, marker, below = out.text.partition(MARKER_PREFIX)
        said = above if above.strip() else marker + below  # what stands below a customer's words is told in worlds
        return f">>> {out.template} to {out.recipient}: {out.message['Subject']}\n\n{said.strip()}"
    return "\n\n".join([f">>> {out.template} to {out.recipient}", describe(out), *_beside_the_text(out.message)])


def _beside_the_text(mail: EmailMessage) -> Iterator[str]:
    """HTML in words, files by their digest; the text has been told."""
    for part in mail.walk():
        content, name, kind = part.get_payload(decode=True), part.get_filename(), part.get_content_type()
        if not isinstance(content, bytes) or (kind == "text/plain" and not name):
            continue
        if kind == "text/html" and not name:
            yield f"[html]\n{str(part.get_content()).replace(chr(13), '').rstrip()}"
        else:
            digest = hashlib.sha256(content).hexdigest()[:16]
            yield f"[{kind} {name}, {len(content)} bytes, {digest} {part['Content-ID'] or ''}]".replace(" ]", "]")
