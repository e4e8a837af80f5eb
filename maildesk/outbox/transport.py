"""What a way out is: the relay, or a Maildir. ``daemon/deliver.py`` knows nothing more of either."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from maildesk.errors import Refusal
from maildesk.outbox import envelope
from maildesk.outbox.answers import Answer, Verdict


@dataclass(frozen=True, slots=True)
class Parcel:
    """One mail to one recipient: frozen bytes, the envelope, and our Message-ID without brackets."""

    sender: str
    recipient: str
    message_id: str
    raw: bytes = field(repr=False)

    def checked(self) -> tuple[str, str]:
        """Sender and recipient as they may stand in the envelope; raises ``Refusal``."""
        return envelope.checked(self.sender, null=True), envelope.checked(self.recipient)


class Transport(Protocol):
    """Total: whatever happens on the way is an ``Answer``. Any exception is a bug."""

    def send(self, parcel: Parcel, still_true: Callable[[], bool]) -> Answer:
        """Hand one mail over. ``still_true`` is asked right before the content goes; False: ``STALE``, nothing sent."""

    def cut_off(self, started_before: float) -> None:
        """Break off every attempt that began before this ``time.monotonic()``."""

    def tidy(self) -> None:
        """Let go of lines that have been idle too long."""

    def close(self) -> None:
        """Take leave. Attempts under way end first."""


def refused_here(refusal: Refusal) -> Answer:
    """The envelope is no good: the relay never sees it. X.1.3: bad destination mailbox address syntax."""
    return Answer(Verdict.REFUSED, "5.1.3", f"not handed over: {refusal}")


def stale_here() -> Answer:
    """X.4.7: delivery time expired."""
    return Answer(Verdict.STALE, "4.4.7", "not handed over: the time it states has passed")
