"""A mailbox that we read by IMAP: what is new in a folder, and the mails themselves (RFC 3501, 2177, 6851, 4315).

Guarantees: reading changes nothing (EXAMINE, BODY.PEEK); UIDs are asked for in batches and with their size first, so
memory is bounded; a mail over ``size_limit`` comes cut, with what was left out named. Which UIDs were read already is
known by whoever calls: \\Seen and \\Recent mean nothing here, other clients set them.

``wait`` returns at the latest after the time given; IDLE only makes it shorter. A dead line makes IDLE return at once,
and then for ever (``idle_check`` gives []); the search that follows finds it dead, and that is Trouble.

One thread uses a session; ``interrupt`` may be called from another and ends whatever the first waits for.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from imapclient import SEEN
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from maildesk.config import ImapSettings
from maildesk.errors import Trouble
from maildesk.intake import imap_line
from maildesk.intake.imap_line import explained
from maildesk.intake.oversize import left_out, names_in

MOST_OCTETS = 16_000_000
"""Of one FETCH, unless a single mail is larger."""

FETCH_AT_ONCE = 500
"""UIDs in one command about facts; a line of them stays far below what servers take (8 KB is usual)."""


@dataclass(frozen=True, slots=True)
class Selected:
    """The folder as it is now. Every UID that will be given out is at least ``uidnext``."""

    uidvalidity: int
    uidnext: int


@dataclass(frozen=True, slots=True)
class Facts:
    """What the server says about a mail before we fetch it. ``header`` (Message-ID and Date) only where asked for."""

    uid: int
    size: int
    arrived_at: datetime | None  # INTERNALDATE
    header: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Fetched:
    """One mail."""

    uid: int
    arrived_at: datetime | None
    raw: bytes = field(repr=False)
    left_out: str = ""


class NoFolder(Trouble):
    """This folder cannot be opened; the line is good, and so may the other folders be."""


class Session:
    """A logged-in connection. Every method raises Trouble for what line or server do wrong."""

    def __init__(self, settings: ImapSettings, where: str, size_limit: int) -> None:
        self.where = where
        self._size_limit = size_limit
        self._client = imap_line.dial(settings, where)
        self._wants_idle = settings.idle
        self._junk: frozenset[str] | None = None
        self._count = 0  # mails in the folder when it was selected
        self._has_news = False

    def select(self, folder: str, *, writable: bool) -> Selected:
        """Opens a folder; ``writable`` only for what is done after the commit."""
        with explained(self.where):
            try:
                answer = self._client.select_folder(folder, readonly=not writable)
            except IMAPClientAbortError:
                raise
            except IMAPClientError as error:
                raise NoFolder(
                    f"The folder {folder} of the mailbox {self.where} cannot be opened ({error}). Correct `folders`."
                ) from error
            self._count = int(answer.get(b"EXISTS", 0))
            validity = int(answer.get(b"UIDVALIDITY", 0))
            following = answer.get(b"UIDNEXT")
            if following is None:
                following = max(self._client.search(["UID", "*"]), default=0) + 1
            return Selected(validity, int(following))

    def is_junk(self, folder: str) -> bool:
        """Whether the server calls this folder its junk folder (RFC 6154)."""
        if self._junk is None:
            with explained(self.where):
                listed = self._client.list_folders()
            self._junk = frozenset(name for flags, _, name in listed if b"\\Junk" in flags)
        return folder in self._junk

    def after(self, uid: int) -> list[int]:
        """The UIDs above this one, ascending. ``n:*`` always names the last mail, so what is not above is dropped."""
        news = self._client._imap.untagged_responses
        with explained(self.where):
            news.pop("EXISTS", None)
            found = self._client.search(["UID", f"{uid + 1}:*"])
            # Mail that came during the search: told with its answer, not in it, and not again in IDLE.
            self._has_news = int((news.get("EXISTS") or [0])[-1]) > self._count
        return sorted(each for each in map(int, found) if each > uid)

    def since(self, moment: datetime) -> list[int]:
        """The UIDs with an INTERNALDATE from a day before this moment on: SEARCH knows days only, in any zone."""
        with explained(self.where):
            return sorted(map(int, self._client.search(["SINCE", (moment - timedelta(days=1)).date()])))

    def facts(self, uids: Sequence[int], *, header: bool = False) -> list[Facts]:
        """Size and INTERNALDATE, ascending by UID; mails that are gone by now are left out."""
        items = ["RFC822.SIZE", "INTERNALDATE"] + (["BODY.PEEK[HEADER.FIELDS (MESSAGE-ID DATE)]"] if header else [])
        found: list[Facts] = []
        for start in range(0, len(uids), FETCH_AT_ONCE):
            with explained(self.where):
                answer = self._client.fetch(list(uids[start : start + FETCH_AT_ONCE]), items)
            found += [_facts(uid, each) for uid, each in sorted(answer.items()) if b"RFC822.SIZE" in each]
        return found

    def fetch(self, wanted: Iterable[Facts]) -> Iterator[list[Fetched]]:
        """The mails, in lists that fit into memory; the larger than the limit cut to it. Gone ones are left out."""
        for some in _portions(wanted, min(MOST_OCTETS, self._size_limit)):
            if some[0].size > self._size_limit:
                yield self._fetch_beginning(some[0])
                continue
            with explained(self.where):
                answer = self._client.fetch([each.uid for each in some], ["BODY.PEEK[]"])
            yield [
                Fetched(each.uid, each.arrived_at, bytes(answer[each.uid][b"BODY[]"] or b""))
                for each in some
                if b"BODY[]" in answer.get(each.uid, {})
            ]

    def _fetch_beginning(self, facts: Facts) -> list[Fetched]:
        with explained(self.where):
            answer = self._client.fetch([facts.uid], [f"BODY.PEEK[]<0.{self._size_limit}>", "BODYSTRUCTURE"])
        parts = answer.get(facts.uid, {})
        raw = bytes(parts.get(b"BODY[]<0>") or b"")
        if not raw:
            return []
        kept = names_in(raw)
        missing = [name for name in _names(parts.get(b"BODYSTRUCTURE")) if name not in kept]
        sentence = left_out(facts.size, self._size_limit, raw, missing) + " The whole mail is in the mailbox."
        return [Fetched(facts.uid, facts.arrived_at, raw, sentence)]

    def header(self, uid: int) -> bytes:
        """The header alone, for a mail that the server cannot hand over."""
        with explained(self.where):
            answer = self._client.fetch([uid], ["BODY.PEEK[HEADER]"])
        return bytes(answer.get(uid, {}).get(b"BODY[HEADER]") or b"")

    def dispose(self, uids: Sequence[int], after: str) -> None:
        """What the config wants done with mails that are committed. A folder to move to is created."""
        with explained(self.where):
            if after == "seen":
                self._client.add_flags(uids, [SEEN], silent=True)
            elif after == "delete":
                self._delete(uids)
            elif after.startswith("move:"):
                self._move(uids, after.removeprefix("move:"))

    def _move(self, uids: Sequence[int], folder: str) -> None:
        if not self._client.folder_exists(folder):
            self._client.create_folder(folder)
        if self._client.has_capability("MOVE"):
            self._client.move(uids, folder)
        else:
            self._client.copy(uids, folder)
            self._delete(uids)

    def _delete(self, uids: Sequence[int]) -> None:
        """Marks, and expunges these alone; a plain EXPUNGE would take what other people marked as well."""
        self._client.delete_messages(uids, silent=True)
        if self._client.has_capability("UIDPLUS"):
            self._client.uid_expunge(uids)

    @property
    def can_idle(self) -> bool:
        return self._wants_idle and bool(self._client.has_capability("IDLE"))

    def wait(self, seconds: float) -> None:
        """Waits for something new in the selected folder by IDLE, at most this long."""
        with explained(self.where):
            if self._has_news:
                return
            self._client.idle()
            if not self._is_something_there():
                self._client.idle_check(timeout=seconds)
            self._client.idle_done()

    def _is_something_there(self) -> bool:
        """Whether news came in the same packet as "+ idling": they are in imaplib's buffer, where no poll sees them."""
        sock = self._client.socket()
        sock.setblocking(False)
        try:
            return bool(self._client._imap.file.peek(1))
        except (BlockingIOError, ssl.SSLWantReadError):
            return False
        finally:
            sock.settimeout(imap_line.READ_SECONDS)

    def interrupt(self) -> None:
        """Ends what another thread waits for; its call raises Trouble. Only ``shutdown`` of the socket does that."""
        with suppress(OSError):
            # The plain one: SSLSocket.shutdown takes TLS off under the other thread's feet, which is ValueError there.
            socket.socket.shutdown(self._client.socket(), socket.SHUT_RDWR)

    def close(self) -> None:
        imap_line.hang_up(self._client)


def _facts(uid: int, answer: dict[bytes, Any]) -> Facts:
    moment = answer.get(b"INTERNALDATE")
    aware = moment.astimezone(UTC) if isinstance(moment, datetime) and moment.tzinfo else None
    header = next((value for key, value in answer.items() if key.startswith(b"BODY[HEADER")), b"")
    return Facts(uid, int(answer[b"RFC822.SIZE"]), aware, bytes(header or b""))


def _portions(wanted: Iterable[Facts], most: int) -> Iterator[list[Facts]]:
    """Neighbours that together have at most this many octets; a mail that is larger comes alone."""
    portion: list[Facts] = []
    for each in wanted:
        if portion and sum(other.size for other in portion) + each.size > most:
            yield portion
            portion = []
        portion.append(each)
    if portion:
        yield portion


def _names(structure: object) -> list[str]:
    """The attachments' names in a BODYSTRUCTURE: nested tuples with (b"NAME", value) pairs somewhere."""
    if not isinstance(structure, tuple | list):
        return []
    found: list[str] = []
    for key, value in pairwise(structure):
        if isinstance(key, bytes) and key.lower() in (b"name", b"filename") and isinstance(value, bytes):
            found.append(value.decode("utf-8", "replace"))
    for each in structure:
        found += _names(each)
    return list(dict.fromkeys(found))
