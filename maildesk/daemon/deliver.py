"""The role ``deliver``: claims what is due, hands it to the relay, records what came of it.

One step: claim a batch; hand it over in worker threads on kept lines; wait a moment; record what ended, in one
transaction, together with what follows for promises and tickets (``consequences``). Slow mails stay under way and are
recorded by a later step; they hold up neither the others nor a stop.

Guarantees: nothing is sent that was not claimed with its next attempt already written; an answer that could not be
recorded is recorded before anything else is claimed; a relay that is down is asked by one mail at a time, the others
keep their attempts, and their days run on. The one double that nobody can remove (the relay took it, and we died before
we recorded it) carries the same Message-ID.

Batches fit the relay: as many mails as go out in about a quarter of a second, so one mail alone is recorded at once and
many share a commit.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from maildesk import log
from maildesk.config import OutgoingSettings, Settings
from maildesk.daemon.recording import record_all, tell
from maildesk.daemon.sending import Done, Job, Sending
from maildesk.desk.outcomes import Outcome, OutcomeKind
from maildesk.desk.words import Brakes
from maildesk.errors import Trouble
from maildesk.outbox.answers import Answer, Stage, Verdict, lost
from maildesk.outbox.judging import Attempt, is_over, judge
from maildesk.outbox.maildir import Maildir
from maildesk.outbox.relay import Relay, RelayOptions
from maildesk.outbox.retry import next_probe
from maildesk.outbox.transport import Parcel, Transport
from maildesk.store import deliveries
from maildesk.store.database import Database
from maildesk.store.deliveries import ClaimedDelivery, Consequences, OnTrips

PATIENCE_SECONDS = 0.25
STOP_SECONDS = 6.0  # below the supervisor's GRACE
LOOK_EVERY = timedelta(seconds=60)
NOT_BEFORE = timedelta(seconds=1)  # where a claim just found nothing; new work rings the bell
FIRST_BATCH, LARGEST_BATCH = 16, 128


Bundle = Callable[[str, datetime], None]


@dataclass(frozen=True, slots=True)
class Way:
    """How mail leaves: the transport, its name for the log, lines at a time, and how long a mail is tried."""

    transport: Transport
    name: str
    connections: int
    give_up_after: timedelta


class Deliver:
    """Constructed once; ``step`` is called by one thread, ``stop`` by any. ``bundle`` makes one agent's bundle."""

    name = "deliver"

    def __init__(
        self,
        database: Database,
        way: Way,
        brakes: Brakes,
        consequences: Consequences,
        ring: Callable[[str], None],
        on_trips: OnTrips | None = None,
        jitter: Callable[[], float] = random.random,
        bundle: Bundle | None = None,
    ) -> None:
        """``consequences`` and ``on_trips`` are called inside the transactions that record and claim."""
        self._database = database
        self._way = way
        self._brakes = brakes
        self._consequences = consequences
        self._ring = ring
        self._on_trips = on_trips
        self._jitter = jitter
        self._bundle = bundle
        self._sending = Sending(way.transport, way.connections)
        self._batch = max(FIRST_BATCH, way.connections)
        self._claimed: dict[int, ClaimedDelivery] = {}  # without an outcome so far
        self._ended: list[Done] = []  # judged when they can be recorded
        self._failures = 0  # times in a row that the relay was down
        self._probe_at: datetime | None = None  # nothing is claimed before
        self._down_until: datetime | None = None  # when mails that found it down are due again
        self._turn = threading.Lock()
        self._stopping = False

    def step(self, now: datetime) -> datetime:
        """One batch; returns when to come back. Raises Trouble of the database, and loses no answer by it."""
        with self._turn:
            if self._stopping:
                return now + LOOK_EVERY
            self._record()
            full = self._claim(now)
            began = time.monotonic()
            self._gather(self._sending.collect(PATIENCE_SECONDS), now)
            self._fit_batch(full, time.monotonic() - began)
            moved = self._record()
            self._way.transport.tidy()
            return now if moved or full or self._sending.under_way else self._next(now)

    @property
    def has_mail_in_hand(self) -> bool:
        """Whether mail was claimed whose outcome is not recorded: under way, or waiting for the database."""
        return bool(self._claimed)

    def stop(self) -> None:
        """Ends in good order: attempts in hand may end, what was not begun is given back. Harmless to repeat."""
        self._sending.halt()
        with self._turn:
            if not self._stopping:
                self._stopping = True
                self._ended += self._sending.finish(STOP_SECONDS)
                try:
                    self._record()
                except Trouble as trouble:  # what was sent and not recorded is sent again: better twice than lost
                    log.role_trouble(self.name, str(trouble), 0)

    # Claiming

    def _claim(self, now: datetime) -> bool:
        """Puts what is due on its way; whether there may be more."""
        room = self._batch - self._sending.under_way
        if room <= 0 or (self._probe_at is not None and now < self._probe_at):
            return False
        on = time.monotonic()
        claimed = deliveries.claim(
            self._database, self._brakes, room, self._consequences, self._on_trips, self._bundle is not None
        )
        self._tell_claimed(claimed)
        self._claimed.update({each.id: each for each in claimed.due})
        self._put_on_the_way(claimed.due, on)
        for agent in claimed.bundles:
            if self._bundle is not None:
                self._bundle(agent, now)
        return len(claimed.due) >= room or bool(claimed.bundles)

    def _put_on_the_way(self, due: Sequence[ClaimedDelivery], on: float) -> None:
        """All of it; but after the relay was down one mail asks whether it still is, each time another."""
        asks = due[self._failures % len(due)].id if self._failures and due else None
        self._sending.resume()
        for each in due:
            job = _job(each, on)
            if asks in (None, each.id):
                self._sending.submit(job)
            else:
                self._ended.append(Done(job))

    def _tell_claimed(self, claimed: deliveries.Claimed) -> None:
        for stale in claimed.stale:
            log.delivery_dropped(stale.delivery_id, stale.ticket, stale.response)
        for braked in claimed.braked:
            if braked.first:
                log.delivery_held(braked.delivery, braked.ticket, braked.brake.reason)
        if claimed.stale:
            self._wake_others()

    def _fit_batch(self, full: bool, seconds: float) -> None:
        if self._sending.under_way or seconds > 2 * PATIENCE_SECONDS:
            self._batch = max(self._way.connections, self._batch // 2)
        elif full and seconds < PATIENCE_SECONDS / 2:
            self._batch = min(LARGEST_BATCH, self._batch * 2)

    def _next(self, now: datetime) -> datetime:
        if self._probe_at is not None and self._probe_at > now:
            return self._probe_at
        due = deliveries.next_due(self._database)
        if due is None:
            return now + LOOK_EVERY
        return min(max(due, now + NOT_BEFORE), now + LOOK_EVERY)

    # Recording

    def _record(self) -> bool:
        """Judges and records all that ended, in one transaction. On Trouble it stays here for the next step."""
        if not self._ended:
            return False
        now = self._database.now()
        judged = [self._judge(done, now) for done in self._ended]
        outcomes = [each for each in judged if each is not None]
        untried = [_untried(done, now) for done, each in zip(self._ended, judged, strict=True) if each is None]
        record_all(self._database, self._consequences, outcomes, untried)
        tell(outcomes, self._claimed)
        for done in self._ended:
            del self._claimed[done.job.delivery]
        self._ended = []
        if any(outcome.kind is not OutcomeKind.SENT for outcome in outcomes):
            self._wake_others()
        return True

    def _wake_others(self) -> None:
        for role in ("process", "follow-up"):
            self._ring(role)

    def _judge(self, done: Done, now: datetime) -> Outcome | None:
        attempt, answer = _attempt(self._claimed[done.job.delivery]), done.answer
        if answer is None and done.bug is not None:
            log.delivery_bug(done.job.delivery, done.job.parcel.message_id, done.trace)
            answer = Answer(Verdict.DEFERRED, "4.3.0", f"a bug of maildesk: {type(done.bug).__name__}")
        if answer is None:
            if not (self._failures and is_over(attempt, now, self._way.give_up_after)):
                return None  # not tried: its claim is given back
            answer = lost(Stage.CONNECT, f"the relay {self._way.name} has been down until its days were over")
        give_up, again = self._way.give_up_after, self._down_until
        return judge(attempt, answer, now, self._jitter(), give_up_after=give_up, probe_at=again)

    def _gather(self, done: list[Done], now: datetime) -> None:
        """The relay is down if these mails found it so and none was answered otherwise; else it is, or is back, up.

        Some of each is a relay that takes fewer lines than we would have: no reason to wait, and none to give up.
        """
        self._ended += done
        answers = [each.answer for each in done if each.answer is not None]
        down = [answer for answer in answers if answer.verdict is Verdict.DOWN]
        if down:
            self._failures += len(down) == len(answers)
            again = next_probe(self._failures, now, self._jitter())
            self._probe_at = again if len(down) == len(answers) else None
            self._down_until = again
            log.relay_down(self._way.name, down[0].response, again)
        elif answers and self._failures:
            self._failures, self._probe_at = 0, None
            log.relay_back(self._way.name)


def _job(claimed: ClaimedDelivery, on: float) -> Job:
    parcel = Parcel(claimed.envelope_from, claimed.recipient, claimed.message_id, claimed.raw)
    return Job(claimed.id, parcel, claimed.states_until, claimed.claimed_at, on)


def _untried(done: Done, now: datetime) -> Outcome:
    """Its claim is given back: due now, and no attempt the less."""
    why = "not tried: the relay is down, or the lines were too slow"
    deferred = OutcomeKind.DEFERRED
    return Outcome(done.job.delivery, None, deferred, "4.4.1", why, None, now, next_attempt_at=now, counted=False)


def _attempt(claimed: ClaimedDelivery) -> Attempt:
    return Attempt(claimed.id, claimed.ticket, claimed.attempts, claimed.first_claimed_at)


def way_of(outgoing: OutgoingSettings) -> Way:
    """The relay or Maildir that the config names. Raises ``ValueError`` with a sentence."""
    if outgoing.relay is None:
        return Way(Maildir(outgoing.maildir), str(outgoing.maildir), 1, outgoing.give_up_after)
    options = RelayOptions(
        url=outgoing.relay,
        user=outgoing.user,
        password_file=outgoing.password_file,
        verify=outgoing.check_certificate,
        ca_file=outgoing.ca_file,
        starttls=outgoing.starttls or None,
        hostname=outgoing.hostname,
    )
    return Way(Relay(options), outgoing.relay, outgoing.connections, outgoing.give_up_after)


def build(
    settings: Settings,
    database: Database,
    ring: Callable[[str], None],
    consequences: Consequences,
    on_trips: OnTrips | None = None,
    bundle: Bundle | None = None,
) -> Deliver:
    """The role as configured. Raises Trouble where the relay's settings or files cannot be used."""
    try:
        way = way_of(settings.outgoing)
    except ValueError as error:
        raise Trouble(str(error)) from None
    return Deliver(database, way, settings.site.brakes, consequences, ring, on_trips, bundle=bundle)
