"""The supervisor: roles come round, trouble backs off, signals end it, bugs outside a step end the process."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from maildesk.daemon.supervise import Ending, Signals, Supervisor
from maildesk.daemon.wake import Wake
from maildesk.errors import Trouble


def now() -> datetime:
    return datetime.now(UTC)


class Counting:
    """A role that does ``what`` in every step and tells when it did ``times`` of them."""

    def __init__(self, name: str, what: Callable[[int], None], times: int) -> None:
        self.name = name
        self.what = what
        self.times = times
        self.count = 0
        self.done = threading.Event()
        self.calls: list[str] = []

    def start(self) -> None:
        self.calls.append("start")

    def stop(self) -> None:
        self.calls.append("stop")

    def step(self, at: datetime) -> datetime:
        self.count += 1
        if self.count >= self.times:
            self.done.set()
        self.what(self.count)
        return at if self.count < self.times else at + timedelta(days=1)


def supervise(*roles: Counting, reload: Callable[[], bool] = lambda: False, send: int = signal.SIGTERM) -> Ending:
    """Runs the roles and sends the signal when all are done."""
    signals = Signals()

    def finish() -> None:
        for role in roles:
            assert role.done.wait(60)
        os.kill(os.getpid(), send)

    with signals.caught():
        supervisor = Supervisor(roles, Wake(), now, signals, reload)
        return supervisor.run(lambda: threading.Thread(target=finish).start())


def test_every_role_starts_comes_round_and_is_stopped_by_sigterm() -> None:
    roles = [Counting(name, lambda _: None, 3) for name in ("process", "deliver")]
    assert supervise(*roles) is Ending.STOP
    assert [role.calls for role in roles] == [["start", "stop"]] * 2


def test_trouble_and_bugs_of_a_step_do_not_end_the_role(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("maildesk.daemon.supervise.FIRST_BACK_OFF", 0.01)

    def fail(count: int) -> None:
        if count == 1:
            raise Trouble("the disk is full; make room")
        if count == 2:
            raise ZeroDivisionError("a bug")

    role = Counting("process", fail, 3)
    assert supervise(role) is Ending.STOP
    assert role.count >= 3
    said = capfd.readouterr().err
    assert "the disk is full; make room" in said
    assert "ZeroDivisionError: a bug" in said


def test_a_bug_outside_a_step_ends_the_process() -> None:
    def end(count: int) -> None:
        raise SystemExit("outside")

    role = Counting("process", end, 2)
    with pytest.raises(SystemExit, match="outside"):
        Supervisor([role], Wake(), now, Signals(), lambda: False).run(lambda: None)
    assert role.calls == ["start", "stop"]


def test_a_role_that_cannot_start_is_trouble_and_the_others_are_stopped() -> None:
    class Unlucky(Counting):
        def start(self) -> None:
            raise Trouble("port taken")

    lucky = Counting("process", lambda _: None, 1)
    with pytest.raises(Trouble, match="port taken"):
        Supervisor([lucky, Unlucky("receive", lambda _: None, 1)], Wake(), now, Signals(), lambda: False).run(
            lambda: None
        )
    assert lucky.calls == ["start", "stop"]
    assert lucky.count == 0


def test_sighup_with_a_sound_config_ends_with_reload() -> None:
    assert supervise(Counting("process", lambda _: None, 1), reload=lambda: True, send=signal.SIGHUP) is Ending.RELOAD


def test_sighup_with_a_faulty_config_goes_on() -> None:
    asked = []

    def judge() -> bool:
        asked.append(True)
        os.kill(os.getpid(), signal.SIGINT)
        return False

    ending = supervise(Counting("process", lambda _: None, 1), reload=judge, send=signal.SIGHUP)
    assert (ending, asked) == (Ending.STOP, [True])


def test_a_ring_before_the_wait_is_not_lost() -> None:
    wake = Wake()
    wake.ring("process")
    assert wake.wait("process", 0) is True
    assert wake.wait("process", 0) is False


def test_a_bell_wakes_only_its_own_role() -> None:
    wake = Wake()
    wake.ring("deliver")
    assert wake.wait("process", 0) is False
    assert wake.wait("deliver", 0) is True
