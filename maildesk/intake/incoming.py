"""One mail on its way in: the envelope, the bytes, and what the intake alone can know.

An intake hands an ``Incoming`` to whoever commits it and says "taken" to the other side only when that has returned.
It never looks inside further than it must (STYLE: take first, acknowledge second, understand third). ``raw`` is what
the other side sent, with two exceptions that are stated where they are made: line ends of SMTP and LMTP are CRLF, and
a mail over the size limit is cut, which ``left_out`` then names.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

Clock = Callable[[], datetime]
"""Now, as an aware datetime in UTC."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """One mail as it came in; the fields mean what they mean in ``desk.words.Arrival``."""

    intake: str
    sender: str | None
    recipients: tuple[str, ...]
    raw: bytes = field(repr=False)
    arrived_at: datetime
    source_key: str | None = None
    desk: str | None = None
    authserv_id: str = ""
    trusted_results: str = ""
    spam: bool = False
    history: bool = False
    left_out: str = ""
