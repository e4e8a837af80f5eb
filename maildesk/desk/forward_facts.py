"""A mail that an agent forwarded: what is known of it beside the mail, and what is to come in as a mail of its own."""

from __future__ import annotations

from dataclasses import dataclass, field

FORWARDED = "forward"
"""The intake of an arrival that came in inside another one."""


@dataclass(frozen=True, slots=True)
class Forwarded:
    """An agent forwarded this mail. ``words``: theirs, with the commands in them; they stay inside.

    ``ticket``: the one to whose signed address it was forwarded; None for a desk's own. ``customer``: whom the agent
    named with #new; "" where the mail's own author counts. ``known_in``: the ticket that a mail with this Message-ID is
    in already; ``is_ours``: we sent it. ``assignee`` and ``priority``: what the agent's commands say of a new ticket.
    """

    agent: str
    words: str = ""
    ticket: int | None = None
    customer: str = ""
    known_in: int | None = None
    is_ours: bool = False
    assignee: str = ""
    priority: str = ""


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A mail that comes in on its own from here on, at this desk, as ``forwarded`` says."""

    raw: bytes = field(repr=False)
    desk: str
    forwarded: Forwarded
