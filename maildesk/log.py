"""The log: JSON on standard error, one function per fate, so that the wording of the log is an interface.

Every line has ``event``, ``level``, ``at`` (UTC) and the key to grep for: ``arrival``, ``message_id``, ``ticket`` or
``delivery``. Guarantees: never a body, never a secret, never a subject; addresses only where the fate is about them.
A new fate gets its function here, and docs/admin.md its line. What can go wrong: standard error is gone (a closed
terminal); then the line is lost and the work goes on.

Written with ``json`` alone: structlog did the same, and importing it (with rich, for a console we never write to) took
0.18 s of every start.
"""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from maildesk.desk.actions import Decision
    from maildesk.mail.letter import Letter


_muted: set[str] = set()
"""Levels that are not written: nothing but rehearsals mutes any."""


@contextmanager
def only_errors() -> Iterator[None]:
    """Says nothing but errors in this block: a rehearsal is no desk at work, and its fates are printed elsewhere."""
    before = set(_muted)
    _muted.update({"info", "warning"})
    try:
        yield
    finally:
        _muted.intersection_update(before)


def _say(level: str, event: str, **facts: object) -> None:
    if level in _muted:
        return
    line: dict[str, object] = {"at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%fZ}", "level": level, "event": event}
    line |= {name: fact for name, fact in facts.items() if fact is not None}
    text = json.dumps(line, ensure_ascii=False, default=str).encode("utf-8", "backslashreplace").decode() + "\n"
    with suppress(OSError, ValueError):  # nobody reads any more, or the stream is closed
        sys.stderr.write(text)
        sys.stderr.flush()


# Mail in


def arrival_accepted(arrival: int, intake: str, sender: str | None, recipients: tuple[str, ...], size: int) -> None:
    """A mail is committed: we are answerable for it from here on. ``size`` in octets."""
    _say("info", "arrival accepted", arrival=arrival, intake=intake, sender=sender, recipients=recipients, size=size)


def arrival_refused(intake: str, sender: str | None, recipient: str | None, reason: str) -> None:
    """A mail or a recipient was refused for good, with the reason the other side was told."""
    _say("info", "arrival refused", intake=intake, sender=sender, recipient=recipient, reason=reason)


def arrival_deferred(intake: str, reason: str) -> None:
    """The world is in the way: the other side keeps the mail and tries again."""
    _say("warning", "arrival deferred", intake=intake, reason=reason)


def arrival_decided(arrival: int, letter: Letter, decision: Decision) -> None:
    """A mail met its fate, in one transaction with all that follows from it."""
    tickets = [ticket.number for ticket in decision.tickets] or None
    facts = {"arrival": arrival, "message_id": letter.message_id, "ticket": tickets}
    _say("info", "arrival done", **facts, fate=decision.fate.value, reason=decision.reason)


def arrival_failed(arrival: int, attempts: int, error: BaseException) -> None:
    """A bug stopped one attempt at a mail; it is tried again, at the third failure set aside."""
    trace = "".join(traceback.format_exception(error))
    _say("error", "arrival failed", arrival=arrival, attempts=attempts, reason=f"{type(error).__name__}", trace=trace)


def group_split(size: int, error: BaseException) -> None:
    """Mails that were to share a transaction could not; each is now handled alone."""
    _say("info", "group split", size=size, reason=f"{type(error).__name__}")


def arrival_set_aside(arrival: int, reason: str) -> None:
    """A mail was set aside after its last attempt; its bytes are kept and one verb puts it back."""
    _say("error", "arrival set aside", arrival=arrival, reason=reason, next_step=f"maildesk arrivals show {arrival}")


def mailbox_trouble(mailbox: str, reason: str) -> None:
    """A mailbox cannot be fetched just now; its mail stays on the server."""
    _say("warning", "mailbox trouble", mailbox=mailbox, reason=reason)


def mailbox_contact(mailbox: str, what: str, mails: int) -> None:
    """First contact with a mailbox, or another UIDVALIDITY: where we start."""
    _say("info", "mailbox contact", mailbox=mailbox, what=what, mails=mails)


# Mail out


def delivery_sent(delivery: int, message_id: str, ticket: int | None, template: str, response: str) -> None:
    """The relay took a mail."""
    facts = {"delivery": delivery, "message_id": message_id, "ticket": ticket, "template": template}
    _say("info", "delivery sent", **facts, response=response)


def delivery_delayed(delivery: int, message_id: str, attempts: int, next_attempt: datetime, reason: str) -> None:
    """The relay did not take a mail now; when we try again."""
    facts = {"delivery": delivery, "message_id": message_id, "attempts": attempts}
    _say("warning", "delivery delayed", **facts, next_attempt=next_attempt.isoformat(), reason=reason)


def delivery_failed(delivery: int, message_id: str, ticket: int | None, reason: str) -> None:
    """The relay refused a mail for good, or it was tried long enough; the agent is told."""
    _say("error", "delivery failed", delivery=delivery, message_id=message_id, ticket=ticket, reason=reason)


def delivery_dropped(delivery: int, ticket: int | None, reason: str) -> None:
    """A mail was out of date before it left; it is not sent."""
    _say("info", "delivery dropped", delivery=delivery, ticket=ticket, reason=reason)


def delivery_held(delivery: int, ticket: int | None, reason: str) -> None:
    """A mail waits for release: a brake, ``hold``, or an agent's word."""
    _say("info", "delivery held", delivery=delivery, ticket=ticket, reason=reason)


def relay_down(relay: str, reason: str, again: datetime) -> None:
    """The relay takes no mail at all; every delivery waits, none loses an attempt. When it is tried again."""
    _say("error", "relay down", relay=relay, reason=reason, again=again.isoformat())


def relay_back(relay: str) -> None:
    """The relay takes mail again; what waited goes out."""
    _say("info", "relay back", relay=relay)


def delivery_bug(delivery: int, message_id: str | None, trace: str) -> None:
    """A bug stopped one attempt; the mail waits for its next. The trace holds code, not data."""
    _say("error", "delivery bug", delivery=delivery, message_id=message_id, trace=trace)


# Tickets


def follow_up_done(ticket: int, step: str, reason: str) -> None:
    """Nobody moved, so the desk did."""
    _say("info", "follow-up done", ticket=ticket, step=step, reason=reason)


def follow_up_failed(ticket: int, bug: BaseException) -> None:
    """A bug stopped a ticket's step; its timer comes again, with growing gaps."""
    trace = "".join(traceback.format_tb(bug.__traceback__))
    _say("error", "follow-up failed", ticket=ticket, reason=type(bug).__name__, trace=trace)


def agent_mail_made(agent: str, template: str, reason: str) -> None:
    """An agent gets a mail of their own: reminders, a list."""
    _say("info", "agent mail made", recipient=agent, template=template, reason=reason)


def agent_mail_failed(agent: str, bug: BaseException) -> None:
    """A bug stopped an agent's own mail; it is tried again after some minutes."""
    trace = "".join(traceback.format_tb(bug.__traceback__))
    _say("error", "agent mail failed", recipient=agent, reason=type(bug).__name__, trace=trace)


# The process


def started(roles: tuple[str, ...], version: str, config: str) -> None:
    """The process is ready and does its work."""
    _say("info", "started", roles=roles, version=version, config=config)


def stopped(reason: str) -> None:
    """The process ends in good order."""
    _say("info", "stopped", reason=reason)


def listening(address: str, protocol: str) -> None:
    """A socket takes mail."""
    _say("info", "listening", address=address, protocol=protocol)


def role_trouble(role: str, reason: str, again_in: float) -> None:
    """The world stopped a role's step; it backs off. ``again_in`` in seconds."""
    _say("warning", "role trouble", role=role, reason=reason, again_in=round(again_in, 1))


def role_bug(role: str, error: BaseException, trace: str, again_in: float) -> None:
    """A bug stopped a role's step; it is counted and the role backs off. The trace holds code, not data."""
    _say("error", "role bug", role=role, reason=f"{type(error).__name__}: {error}", trace=trace, again_in=again_in)


def config_kept(faults: tuple[str, ...]) -> None:
    """A changed config has faults: the old one stays in force."""
    _say("error", "config kept", reason="the changed config has faults; the old one stays in force", faults=faults)


def config_taken(config: str) -> None:
    """A changed config is in force."""
    _say("info", "config taken", config=config)


def template_broken(template: str, reason: str) -> None:
    """A template cannot be used; the last good version stays in use."""
    _say("error", "template broken", template=template, reason=reason)


def admins_told(key: str, reason: str) -> None:
    """A notice to the admins was queued, once for this key."""
    _say("info", "admins told", key=key, reason=reason)
