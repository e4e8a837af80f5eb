"""What holds for all sessions of one listener: whom we take mail for, how much, and where an accepted mail goes.

The two limits that one session cannot know are here: how many sessions there are, and how much mail they hold in memory
together. A hundred clients that each send the largest mail we take would otherwise need a hundred times that; beyond
``memory_limit`` a mail is answered 452 ("not now"), which every mail server tries again.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol

from maildesk.intake.incoming import Clock, Incoming
from maildesk.intake.recipients import Recipients

Accept = Callable[[Incoming], Awaitable[None]]
"""Returns when the mail is durable; raises ``Trouble`` when it could not be made so."""


class Connection(Protocol):
    """What the gate knows of a session."""

    def hang_up(self) -> None: ...


LARGEST_MAILS_AT_ONCE = 4
"""How many mails of the size limit may be in memory together; small ones are hardly counted."""


@dataclass(slots=True)
class Gate:
    """Settings and shared counters of one listener. Used from one event loop only."""

    intake: str  # smtp or lmtp
    accept: Accept
    recipients: Recipients
    clock: Clock
    hostname: str
    size_limit: int
    max_connections: int = 100
    max_recipients: int = 100
    tls: ssl.SSLContext | None = None
    spam_header: str = ""
    authserv_id: str = ""
    trusted_results: str = ""
    idle_timeout: float = 300.0  # seconds; RFC 5321, 4.5.3.2.7 asks for at least five minutes
    sessions: set[Connection] = field(default_factory=set)
    _memory: int = 0

    @property
    def is_full(self) -> bool:
        return len(self.sessions) > self.max_connections

    def take_memory(self, octets: int) -> bool:
        """Books octets that a session is about to keep; False where there is no room. Give back what was taken."""
        if self._memory + octets > LARGEST_MAILS_AT_ONCE * self.size_limit:
            return False
        self._memory += octets
        return True

    def give_memory(self, octets: int) -> None:
        self._memory -= octets

    def is_spam(self, raw: bytes) -> bool:
        """Whether the configured filter in front of us marked this mail. Without ``spam_header``, never."""
        return bool(self.spam_header) and has_header(raw, self.spam_header)


def has_header(raw: bytes, line: str) -> bool:
    """Whether the mail's header has this line: the name and the beginning of the value, in any case."""
    name, _, value = line.partition(":")
    pattern = rb"^%s[ \t]*:[ \t]*%s" % (re.escape(name.strip().encode()), re.escape(value.strip().encode()))
    end = re.search(rb"\r?\n\r?\n", raw)
    return re.search(pattern, raw[: end.start() if end else len(raw)], re.IGNORECASE | re.MULTILINE) is not None
