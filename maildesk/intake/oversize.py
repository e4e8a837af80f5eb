"""A mail that is too large for us, taken all the same: headers, text and what fits; the rest named and left out.

Only SMTP can say "too large" to somebody who reads it (552, the customer's own server tells them). Behind LMTP, a pipe
or a mailbox there is nobody left to tell but the customer, so the mail is filed with what fits, and the agent is told
what is missing. Memory stays bounded by the limit: the rest is read, searched for the names of attachments and dropped.

Does not do: choose which parts to keep. What comes first stays, which in every mail program's output is the text.
"""

from __future__ import annotations

import re

_NAME = re.compile(rb"""\b(?:file)?name\*?(?:0\*?)?=\s*(?:"([^"\r\n]{1,200})"|([^\s";]{1,200}))""", re.IGNORECASE)
_OVERLAP = 256  # must exceed the longest match of _NAME, which may lie across two chunks
_MOST_NAMES = 20  # a sentence for people, not an inventory


class Cutter:
    """Collects a mail in chunks and keeps at most ``limit`` octets of it."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.total = 0
        self._kept: list[bytes] = []
        self._size = 0
        self._tail = b""
        self._names: list[str] = []
        self._dropped = False

    def add(self, chunk: bytes) -> None:
        """Takes the next octets; those beyond the limit are only searched for names."""
        self.total += len(chunk)
        if self._dropped:
            return
        room = self.limit - self._size
        if room > 0:
            self._kept.append(chunk[:room])
            self._size += len(self._kept[-1])
            chunk = chunk[room:]
        if chunk:
            self._search(chunk)

    def _search(self, chunk: bytes) -> None:
        window = self._tail + chunk
        for name in names_in(window):
            if name not in self._names and len(self._names) < _MOST_NAMES:
                self._names.append(name)
        self._tail = window[-_OVERLAP:]

    def drop(self) -> None:
        """Forgets what was kept: this mail will be refused, and its memory is needed."""
        self._kept.clear()
        self._dropped = True

    @property
    def kept(self) -> bytes:
        return b"".join(self._kept)

    @property
    def is_cut(self) -> bool:
        return self.total > self.limit

    @property
    def left_out(self) -> str:
        """What is missing, as a sentence; empty where nothing is."""
        return left_out(self.total, self.limit, self.kept, self._names) if self.is_cut else ""


def names_in(raw: bytes) -> list[str]:
    """The file names that part headers in these octets give, in order, each once."""
    found = [match[1] or match[2] for match in _NAME.finditer(raw)]
    return list(dict.fromkeys(name.decode("utf-8", "replace") for name in found))


def left_out(total: int, limit: int, kept: bytes, names: list[str]) -> str:
    """The sentence about a mail of ``total`` octets of which the first ``limit`` are ``kept``.

    ``names`` are attachments that begin behind the cut. The attachment that the cut goes through is the last one named
    in what was kept.
    """
    sentence = f"This mail has {_size(total)}, more than the {_size(limit)} that the desk takes; the rest was left out."
    torn = names_in(kept)[-1:]
    if torn and torn[0] not in names:
        sentence += f" Incomplete: {torn[0]}."
    if names:
        sentence += f" Missing: {', '.join(names)}."
    return sentence


def _size(octets: int) -> str:
    return f"{octets / 1e6:.1f} MB" if octets >= 1e6 else f"{octets / 1e3:.0f} KB"
