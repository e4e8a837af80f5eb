"""What must hold, judged from the mails that left and from what happened: it shares no decision with the desk.

After every step ``look`` reads what the relay took and what the tables say, and returns what is wrong, in sentences.
The rules are those of docs/design.md; the numbers behind "at once" and "in hours" are the config's. ``doctor`` is asked
beside it, never instead.

What excuses a late mail, and nothing else does: a relay that is down or puts the mail off, a brake, an answer that is
held for its agent, a process that died a moment ago, and time in which no process ran.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from maildesk.desk.service_time.hours import ServiceTime, around_the_clock
from maildesk.desk.words import Desk, Site
from tests.histories.people import text_of
from tests.histories.reading import Lines
from tests.worlds.checks import mail_faults
from tests.worlds.post import Out

NUDGES = frozenset({"reminder", "closing-soon", "closed", "solved", "on-hold-news", "still-working"})
"""Mail to customers that follows from nobody's action, where its moment is not that of one."""
TEAM_NUDGES = frozenset({"agent/reminder", "agent/late"})
ENDS = frozenset({"reply", "closed", "solved", "stopped"})
"""After these a customer waits for nothing that was promised before."""
SHORT = timedelta(minutes=15)
"""Two mails that nobody caused are never closer than this, whatever is configured."""
AT_ONCE = timedelta(seconds=5)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICKETS = "SELECT number, desk, state, requester, stopped, unanswerable, priority, assignee FROM tickets"
_STANDING = "SELECT ticket, number, at, state, reason FROM promises WHERE state IN ('untold', 'told', 'untellable')"
_UNSENT = "SELECT id, ticket, tells_promise, state, braked_at FROM deliveries WHERE state IN ('waiting', 'held')"
_CHOSEN = "SELECT digest_times FROM agent_states WHERE address = ?"
_SENT = """SELECT d.*, p.at AS told_at FROM deliveries d LEFT JOIN promises p
    ON p.ticket = d.ticket AND p.number = d.tells_promise WHERE d.message_id = ? AND d.recipient = ?"""


def micros(moment: datetime) -> int:
    """As the tables have it."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def moment(stored: int) -> datetime:
    return EPOCH + timedelta(microseconds=stored)


@dataclass(frozen=True, slots=True)
class Sent:
    """A mail that left, with its row."""

    at: datetime
    row: sqlite3.Row
    raw: bytes


@dataclass
class Ledger:
    """Constructed once for a history; told what happens, and asked after every step."""

    site: Site
    lines: Lines
    actions: set[int] = field(default_factory=set)  # moments at which somebody did something
    robots: set[str] = field(default_factory=set)
    markers: dict[str, str] = field(default_factory=dict)  # what an unproven sender wrote, by address
    unwell_until: datetime = EPOCH  # the relay is not well, or was not until a moment ago
    rough_until: datetime = EPOCH  # a process died a moment ago
    slept_until: datetime = EPOCH  # no process ran
    stated: dict[int, datetime] = field(default_factory=dict)  # by ticket: what its customer was told
    owed: dict[int, datetime] = field(default_factory=dict)  # by ticket: by when news are due after downtime
    stopped: set[int] = field(default_factory=set)
    came_back: set[str] = field(default_factory=set)  # addresses that no mail reaches, until they write again
    held: set[int] = field(default_factory=set)
    nudged: dict[tuple[str, int | None], tuple[datetime, str]] = field(default_factory=dict)
    left: set[tuple[str, str]] = field(default_factory=set)
    filed: int = 0  # messages looked at

    def look(self, now: datetime, fresh: list[tuple[datetime, str, str, bytes]]) -> list[str]:
        """What is wrong after this step. ``fresh``: (at, Message-ID, recipient, octets) of the mails that left."""
        tickets = {row["number"]: row for row in self.lines.execute(_TICKETS)}
        unsent = self.lines.execute(_UNSENT).fetchall()
        self._forgets_stop()
        self.held |= {row["id"] for row in unsent if row["state"] == "held" or row["braked_at"] is not None}
        wrong = list(self._standing(now, tickets, unsent))
        for at, message_id, recipient, raw in fresh:
            row = self.lines.execute(_SENT, (message_id, recipient)).fetchone()
            wrong += [f"{row['template']} to {recipient}: {each}" for each in self._leaves(Sent(at, row, raw), tickets)]
        wrong += self._lapses(now, tickets)
        return wrong

    def _forgets_stop(self) -> None:
        """STOP holds until the customer asks again, or a person answers."""
        for row in self.lines.execute("SELECT id, ticket, kind FROM messages WHERE id > ?", (self.filed,)):
            self.filed = row["id"]
            if row["kind"] in ("question", "answer"):
                self.stopped.discard(row["ticket"])

    # What the tables say

    def _standing(self, now: datetime, tickets: dict[int, Any], unsent: list[Any]) -> Iterator[str]:
        timers = {row["ticket"]: row for row in self.lines.execute("SELECT ticket, next_attempt_at FROM timers")}
        promises: dict[int, list[Any]] = {}
        for row in self.lines.execute(_STANDING):
            promises.setdefault(row["ticket"], []).append(row)
        for number, ticket in tickets.items():
            live = ticket["state"] in ("open", "waiting", "paused", "solved")
            if live != (number in timers):
                yield f"#{number} is {ticket['state']}, and has {'no' if live else 'a'} timer"
            elif live and moment(timers[number]["next_attempt_at"]) < now and now > self.rough_until:
                yield f"the step of #{number} is due since {moment(timers[number]['next_attempt_at'])}"
            if ticket["state"] == "open":
                yield from self._promised(number, ticket, promises.get(number, []), unsent)

    def _promised(self, number: int, ticket: Any, standing: list[Any], unsent: list[Any]) -> Iterator[str]:
        if len(standing) != 1:
            yield f"#{number} is open with {len(standing)} standing promises"
            return
        row = standing[0]
        tells = any(each["ticket"] == number and each["tells_promise"] == row["number"] for each in unsent)
        if row["state"] == "untold" and not tells:
            yield f"promise {row['number']} of #{number} is untold, and no mail is about to tell it"
        if row["state"] == "untellable" and not row["reason"]:
            yield f"promise {row['number']} of #{number} is untellable without a reason"

    # What leaves

    def _leaves(self, sent: Sent, tickets: dict[int, Any]) -> Iterator[str]:
        row, ticket = sent.row, tickets.get(sent.row["ticket"])
        if (row["message_id"], row["recipient"]) in self.left and sent.at > self.rough_until:
            yield "left twice"
        self.left.add((row["message_id"], row["recipient"]))
        desk = self.site.desk(row["desk"]) or self.site.desks[0]
        nobody = self._nobody_caused(row)
        if nobody and sent.at > self.unwell_until and row["id"] not in self.held:
            yield from self._in_hours(sent, desk, ticket, tickets)
        elif not nobody:
            yield from self._at_once(sent, desk)
        if row["audience"] == "customer":
            yield from self._to_customer(sent, desk, ticket, nobody)

    def _nobody_caused(self, row: Any) -> bool:
        """A refusal by the relay is an action too: news of it need no opening hours."""
        follows = row["template"] in NUDGES | TEAM_NUDGES and not row["key"].startswith("refused:")
        return follows and row["created_at"] not in self.actions and moment(row["created_at"]) > self.rough_until

    def _in_hours(self, sent: Sent, desk: Desk, ticket: Any, tickets: dict[int, Any]) -> Iterator[str]:
        service = clock_of(desk, ticket)
        if service.is_open(sent.at):
            return
        if sent.row["template"] == "agent/reminder" and self._is_their_time(sent, tickets):
            return
        if sent.row["key"].startswith("resume:"):
            return  # the moment that an agent chose
        told = self.stated.get(sent.row["ticket"])
        lapsing = told is not None and sent.at < told <= service.next_opening(sent.at)
        if sent.row["template"] in ("still-working", "agent/late") and (lapsing or told is None):
            return
        yield f"left out of hours, at {sent.at}"

    def _is_their_time(self, sent: Sent, tickets: dict[int, Any]) -> bool:
        """Reminders come at the times that their agent chose; those of several tickets, in the hours of any of them."""
        agent = self.site.agent(sent.row["recipient"])
        if agent is None:
            return False
        desks = [desk for desk in self.site.desks if desk.address in agent.desks]
        if sent.row["ticket"] is None:
            theirs = [each for each in tickets.values() if each["desk"] in agent.desks and each["state"] == "open"]
            clocks = [clock_of(desk, each) for desk in desks for each in theirs if desk.address == each["desk"]]
            if any(clock.is_open(sent.at) for clock in clocks):
                return True
        chosen = self.lines.execute(_CHOSEN, (agent.address,)).fetchone()["digest_times"].split()
        return any(f"{sent.at.astimezone(ZoneInfo(desk.time_zone)):%H:%M}" in chosen for desk in desks)

    def _at_once(self, sent: Sent, desk: Desk) -> Iterator[str]:
        row = sent.row
        due = moment(max(row["created_at"], row["send_at"]))
        rests = moment(row["send_at"]) - moment(row["created_at"])
        excused = max(self.unwell_until, self.rough_until, self.slept_until)
        if sent.at - due > AT_ONCE and row["id"] not in self.held and sent.at > excused:
            yield f"was due at {due} and left at {sent.at}"
        longest = _may_rest(row, desk)
        if rests > longest:
            yield f"rests for {rests}, longer than {longest}"

    def _to_customer(self, sent: Sent, desk: Desk, ticket: Any, nobody: bool) -> Iterator[str]:
        row, automatic = sent.row, bool(sent.row["automatic"])
        if automatic and row["recipient"] in self.robots:
            yield "a robot was answered"
        marker = self.markers.get(row["recipient"])
        if automatic and marker and row["recipient_trust"] != "authenticated":
            head = sent.raw.partition(b"\r\n\r\n")[0]
            if marker.encode() in head or marker in text_of(sent.raw):
                yield "shows what an unproven sender wrote"
        if nobody:
            yield from self._nudges(sent, desk)
        if row["id"] % 8 == 0:
            out = Out(sent.at, row["recipient"], row["envelope_from"], row["template"], sent.raw)
            yield from mail_faults(out, self.site)
        if ticket is not None and row["recipient"] == ticket["requester"]:
            yield from self._note(sent, desk)

    def _nudges(self, sent: Sent, desk: Desk) -> Iterator[str]:
        row = sent.row
        if row["ticket"] in self.stopped:
            yield "a follow-up after STOP"
        gap = getattr(desk.follow_up, "least_gap", SHORT)
        key = (row["recipient"], row["ticket"])
        before = self.nudged.get(key)
        if before is not None and sent.at - before[0] < gap and sent.at > self.unwell_until:
            yield f"left {sent.at - before[0]} after {before[1]}; the gap is {gap}"
        self.nudged[key] = (sent.at, row["template"])

    def _note(self, sent: Sent, desk: Desk) -> Iterator[str]:
        """What this customer knows from here on."""
        row, number = sent.row, sent.row["ticket"]
        self.owed.pop(number, None)
        if row["told_at"] is not None:
            told = moment(row["told_at"])
            self.stated[number] = told
            if sent.at >= told:
                yield f"states {told}, which has passed"
            if self._is_paused(number):
                return  # the mail names the day of the pause; the promise lies behind it
            local = f"{told.astimezone(ZoneInfo(desk.time_zone)):%H:%M}"
            if local not in text_of(sent.raw):
                yield f"does not say {local}, which it is about"
        elif row["template"] in ENDS:
            self.stated.pop(number, None)

    def _is_paused(self, number: int) -> bool:
        state = self.lines.execute("SELECT state FROM tickets WHERE number = ?", (number,)).fetchone()["state"]
        return bool(state == "paused")

    # What did not leave

    def _lapses(self, now: datetime, tickets: dict[int, Any]) -> Iterator[str]:
        """No promise passes while its customer was told nothing newer."""
        excused = max(self.unwell_until, self.rough_until)
        for number, told in list(self.stated.items()):
            if told > now:
                continue
            del self.stated[number]
            if self._hears(tickets[number]) and now > excused and not self.is_held(number):
                yield f"#{number}: the promise of {told} passed and its customer heard nothing"
        for number, due in list(self.owed.items()):
            if now > due:
                del self.owed[number]
                if self._hears(tickets[number]) and now > self.unwell_until and not self.is_held(number):
                    yield f"#{number}: nobody told its customer after downtime that the promise passed, by {due}"

    def _hears(self, ticket: Any) -> bool:
        """Whether this customer waits for us and can be told: no mail to them was refused or came back, on any ticket.

        Else it is the leads who hear, and the promise needs a reason (``_promised``)."""
        waits = ticket["state"] in ("open", "paused") and ticket["requester"] not in self.came_back
        return waits and not ticket["stopped"] and not ticket["unanswerable"]

    def is_held(self, number: int) -> bool:
        """Whether the news are there, and a brake or an agent holds them."""
        rows = self.lines.execute("SELECT id FROM deliveries WHERE ticket = ? AND state != 'sent'", (number,))
        return any(row["id"] in self.held for row in rows)

    def says_stop(self, ticket: Any) -> None:
        """Its customer wrote STOP, and proved who they are by the signed address."""
        if ticket["state"] in ("open", "waiting", "paused", "solved"):
            self.stopped.add(ticket["number"])

    def slept(self, now: datetime) -> None:
        """No process ran until now: what passed meanwhile is owed when the desk is next open."""
        self.slept_until = now
        tickets = {row["number"]: row for row in self.lines.execute(_TICKETS)}
        for number, told in list(self.stated.items()):
            if told <= now:
                del self.stated[number]
                desk = self.site.desk(tickets[number]["desk"]) or self.site.desks[0]
                service = clock_of(desk, tickets[number])
                opens = now if service.is_open(now) else service.next_opening(now)
                self.owed[number] = opens + timedelta(minutes=1)


def _may_rest(row: Any, desk: Desk) -> timedelta:
    """How long after it was made this mail may leave, by the design."""
    if row["template"] in ("received-again", "reopened"):
        return desk.follow_up.acknowledge_again_after
    if row["template"] == "reply":
        return desk.recall_window
    if row["template"] == "closed":  # the customer's CLOSE crossed an answer: it is confirmed behind that
        return desk.recall_window + timedelta(minutes=1)
    return desk.follow_up.least_gap if row["automatic"] and row["audience"] == "customer" else timedelta(0)


def clock_of(desk: Desk, ticket: Any) -> ServiceTime:
    """The hours that bind this ticket."""
    whole = ticket is not None and ticket["priority"] in desk.around_the_clock
    return around_the_clock(desk.time_zone) if whole else desk.service
