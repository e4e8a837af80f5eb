"""Keeping the roles going: each in a thread of its own, woken by its bell or the time it named, until a signal ends it.

A role is ``step(now) -> when to come back``: one unit of work in one transaction. The loop around it is the one place
that catches everything: ``Trouble`` and bugs alike are logged, counted and backed off from (1 s, doubling to 1 min), so
that one bad item never stops the others. What goes wrong outside a step, here, ends the process, and the service
manager starts it again: crash-only.

APScheduler is the clock that rings the bells, so that work which another process committed is seen within a second or
two. It remembers nothing: due work is rows in the database.

Signals: SIGTERM and SIGINT end the process within ``GRACE`` seconds, whatever the roles do (a claim that was cut off is
void at once); a second one ends it now. SIGHUP asks ``reload``. systemd's watchdog is fed as long as every role comes
round within ``HUNG_AFTER``; a role that hangs for longer has the process restarted.
"""

from __future__ import annotations

import queue
import signal
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from enum import Enum, auto
from typing import Protocol

from maildesk import log
from maildesk.daemon import notify
from maildesk.daemon.wake import Wake
from maildesk.errors import Trouble

GRACE = 8.0  # seconds for the roles to finish; must stay below TimeoutStopSec of systemd/maildesk.service
HUNG_AFTER = 15 * 60.0  # seconds; above the 5 min after which the outbox cuts an attempt off
LONGEST_WAIT = 5.0  # seconds; a role that named a later time looks at the wall clock this often: somebody may set it
FIRST_BACK_OFF, LAST_BACK_OFF = 1.0, 60.0  # seconds
BELLS: Mapping[str, float] = {"process": 1, "deliver": 1, "follow-up": 5}  # seconds between two rings of the clock

Clock = Callable[[], datetime]


class Role(Protocol):
    """What the supervisor keeps going. ``start`` and ``stop`` are called where a role has them."""

    @property
    def name(self) -> str: ...

    def step(self, now: datetime) -> datetime: ...


class Ending(Enum):
    """Why the supervisor returned."""

    STOP = auto()
    RELOAD = auto()


class Signals:
    """Signals as entries of a queue: a handler may run at any point of the main thread, so it does nothing else.

    ``SimpleQueue.put`` is the one hand-over that is documented to be safe inside a handler; ``Event.set`` is not.
    """

    def __init__(self) -> None:
        self.queue: queue.SimpleQueue[signal.Signals | BaseException] = queue.SimpleQueue()

    @contextmanager
    def caught(self) -> Iterator[Signals]:
        """While this block runs, SIGTERM, SIGINT and SIGHUP go into the queue."""
        caught = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
        before = {each: signal.signal(each, self._note) for each in caught}
        try:
            yield self
        finally:
            for each, handler in before.items():
                signal.signal(each, handler)

    def _note(self, number: int, _frame: object) -> None:
        self.queue.put(signal.Signals(number))


class Supervisor:
    """Runs the roles until a signal. ``reload`` judges the config: True to end with ``Ending.RELOAD``."""

    def __init__(self, roles: Sequence[Role], wake: Wake, clock: Clock, signals: Signals, reload: Callable[[], bool]):
        self._roles = roles
        self._wake = wake
        self._clock = clock
        self._signals = signals
        self._reload = reload
        self._stopping = threading.Event()
        self._came_round = {role.name: time.monotonic() for role in roles}

    def run(self, started: Callable[[], None]) -> Ending:
        """Start every role, call ``started``, keep them going; returns why it ended.

        Raises Trouble where a role cannot start (a port that is taken), and whatever ended a thread from outside a
        step: then the process must end.
        """
        threads = [
            threading.Thread(target=self._guarded, args=(role,), name=role.name, daemon=True) for role in self._roles
        ]
        try:
            for role in self._roles:
                _call(role, "start")
            for thread in threads:
                thread.start()
            from maildesk.daemon.ringing import ringing  # APScheduler takes 40 ms to import, and only here is it needed

            ours = {role.name for role in self._roles}
            with ringing(self._wake, {role: seconds for role, seconds in BELLS.items() if role in ours}):
                started()
                return self._watch()
        finally:
            self._stop(threads)

    def _watch(self) -> Ending:
        interval = notify.watchdog_interval()
        while True:
            try:
                what = self._signals.queue.get(timeout=interval or LONGEST_WAIT)
            except queue.Empty:
                self._feed_watchdog()
                continue
            if isinstance(what, BaseException):
                raise what
            if what is not signal.SIGHUP:
                notify.stopping()
                log.stopped(what.name)
                return Ending.STOP
            if self._reload():
                return Ending.RELOAD

    def _feed_watchdog(self) -> None:
        hung = [name for name, at in self._came_round.items() if time.monotonic() - at > HUNG_AFTER]
        if not hung:
            notify.alive()
        for name in hung:
            log.role_trouble(name, "this role has not come round for long; the watchdog is not fed any more", 0)

    def _stop(self, threads: Iterable[threading.Thread]) -> None:
        """Ask everybody to end, and wait ``GRACE`` seconds in all. Who is late is cut off: claims void themselves."""
        self._stopping.set()
        self._wake.ring_all()
        stoppers = [threading.Thread(target=_call, args=(role, "stop"), daemon=True) for role in self._roles]
        for stopper in stoppers:
            stopper.start()
        deadline = time.monotonic() + GRACE
        for thread in [*stoppers, *threads]:
            while thread.is_alive() and time.monotonic() < deadline and self._signals.queue.empty():
                thread.join(0.1)
                self._wake.ring_all()  # a role that was between two waits when we rang

    def _guarded(self, role: Role) -> None:
        """A thread: whatever gets out of the loop is a bug outside an item, and ends the process."""
        try:
            self._loop(role)
        except BaseException as error:  # handed to the main thread, which raises it
            self._signals.queue.put(error)

    def _loop(self, role: Role) -> None:
        back_off = FIRST_BACK_OFF
        while not self._stopping.is_set():
            self._came_round[role.name] = time.monotonic()
            try:
                again_at = role.step(self._clock())
            except Trouble as trouble:
                log.role_trouble(role.name, str(trouble), back_off)
            except Exception as bug:  # the one place that catches everything: see the manual page above
                if not self._stopping.is_set():
                    log.role_bug(role.name, bug, traceback.format_exc(), back_off)
            else:
                back_off = FIRST_BACK_OFF
                self._rest(role, again_at)
                continue
            self._stopping.wait(back_off)  # not the bell: it would ring the role out of its back-off
            back_off = min(back_off * 2, LAST_BACK_OFF)

    def _rest(self, role: Role, again_at: datetime) -> None:
        seconds = (again_at - self._clock()).total_seconds()
        if seconds > 0 and not self._stopping.is_set():
            self._wake.wait(role.name, min(seconds, LONGEST_WAIT))


def _call(role: Role, name: str) -> None:
    method = getattr(role, name, None)
    if method is not None:
        method()
