"""Plays a world and writes down what happened: every mail out, whole, with its time; then how everything stands.

The text is compared with the world's ``expected.txt``. It is written anew by ``make worlds`` (or
``python -m tests.worlds.engine [NAME...]``), never by a test and never in CI; read it with a customer's eyes before you
commit it. A world with ``raw = true`` also keeps the bytes of its mails, in ``expected.raw``.

Signed addresses are shown as whose they are: ``support+[customer #1001 maria@customer.example]@example.com``.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from maildesk.daemon.stage import VirtualClock
from maildesk.desk.senders.addresses import plain_address
from maildesk.store import operating
from maildesk.store.arrivals import NewArrival
from tests.worlds.checks import mail_faults
from tests.worlds.house import House
from tests.worlds.post import Out, describe, envelope, fill, markup
from tests.worlds.script import Happening, MailIn, RelaySays, Release, Robot, Script, TakeConfig, read_script

HERE = Path(__file__).parent
MOST_ANSWERS = 200
"""Mails that robots and desks may send each other at one moment before it counts as a loop."""


@dataclass(frozen=True, slots=True)
class Coming:
    """A mail on its way to a desk."""

    house: House
    name: str
    raw: bytes
    sender: str
    recipients: tuple[str, ...]
    event: MailIn


@dataclass
class World:
    """A world as it is played. ``told`` is the transcript, ``offences`` what was wrong after a step."""

    script: Script
    clock: VirtualClock
    houses: list[House]
    told: list[str] = field(default_factory=list)
    offences: dict[str, str] = field(default_factory=dict)
    answered: set[str] = field(default_factory=set)

    def play(self) -> None:
        """From the start to the end."""
        for event in self.script.events:
            self._run_until(event.at)
            self._happen(event)
        self._run_until(self.script.until)
        for house in self.houses:
            self.told += _how_it_stands(house)
            failed = [house.fate(each) for each in house.arrivals() if house.fate(each).startswith("failed")]
            self.offences |= {} if self.script.fails_on else {each: each for each in failed}

    def _run_until(self, at: timedelta) -> None:
        moment = self.script.start + at
        while True:
            for house in self.houses:  # a step at a time, so that desks which write to each other keep the order
                house.stage.settle()
                self._after_step(house)
            upcoming = [due for house in self.houses if (due := house.stage.next_due()) is not None]
            if not upcoming or min(upcoming) > moment:
                break
            self.clock.now = max(min(upcoming), self.clock.now)
        self.clock.now = moment

    def _happen(self, event: Happening) -> None:
        house = self.houses[event.house if isinstance(event, MailIn) else 0]
        if isinstance(event, RelaySays):
            self.told.append(f"=== {house.when(self.clock.now)} === the relay says {event.answers}")
            house.relay_says(event.answers)
        elif isinstance(event, Release):
            sentence = operating.on_delivery(house.database, operating.Verb.RELEASE, event.delivery)
            self.told.append(f"=== {house.when(self.clock.now)} === an operator: {sentence}")
        elif isinstance(event, TakeConfig):
            self.told.append(f"=== {house.when(self.clock.now)} === the desk takes {event.config}")
            house.take_config(self.script.folder / event.config)
        else:
            self._deliver([_coming(house, self.script, event, self._sent())])
            return
        house.stage.settle()
        self._after_step(house)

    def _sent(self) -> list[Out]:
        return [each for house in self.houses for each in house.sent]

    def _after_step(self, house: House) -> None:
        self._examine(house)
        self._deliver(self._collect(house))

    def _examine(self, house: House) -> None:
        """What is wrong now, each said once."""
        for each in house.offences():
            if not self._is_allowed(each):
                self.offences.setdefault(each, f"{house.when(self.clock.now)}: {each}")

    def _is_allowed(self, offence: str) -> bool:
        return any(allowed in offence for allowed in self.script.allowed)

    def _deliver(self, coming: list[Coming]) -> None:
        for _ in range(MOST_ANSWERS):
            if not coming:
                return
            each = coming.pop(0)
            self._take(each)
            for house in self.houses:
                coming += self._collect(house)
            self._examine(each.house)
        raise RuntimeError("a loop: robots and desks answer each other without end")

    def _take(self, coming: Coming) -> None:
        house, event = coming.house, coming.event
        to = ", ".join(coming.recipients)
        arrived = self.clock.now + event.arrived
        domain = house.site.desks[0].address.rpartition("@")[2]
        place = len(self.told)
        number = house.take(
            NewArrival(
                event.intake, coming.sender, coming.recipients, coming.raw, arrived, spam=event.spam,
                history=event.history, authserv_id=f"mx.{domain}",
            )
        )  # fmt: skip
        line = f"<<< {house.when(self.clock.now)} <<< {coming.name} from <{coming.sender}> to {to}"
        self.told.insert(place, _named(house, f"{line}\n    arrival {number}, {house.fate(number)}"))

    def _collect(self, house: House) -> list[Coming]:
        """Writes down what left, and finds who answers it."""
        fresh = house.newly_sent()
        for out in fresh:
            line = f">>> {house.when(out.at)} >>> {out.template} to {out.recipient}"
            page = f"\n\n{markup(out)}" if self.script.html and out.template == "reply" else ""
            self.told.append(_named(house, f"{line}\n{describe(out)}{page}"))
            self.offences |= {each: each for each in mail_faults(out, house.site) if not self._is_allowed(each)}
        return [coming for out in fresh for coming in self._answers(house, out)]

    def _answers(self, house: House, out: Out) -> Iterator[Coming]:
        for other in self.houses:
            if other is not house and plain_address(out.recipient, other.site.desks):
                raw = _authenticated(out.raw, other)
                event = MailIn(timedelta(0), out.template)
                yield Coming(other, f"a mail of {house.site.desks[0].name}", raw, out.sender, (out.recipient,), event)
        for robot in self.script.robots:
            if robot.address == out.recipient and not (robot.once and robot.address in self.answered):
                self.answered.add(robot.address)
                yield self._robot(house, robot)

    def _robot(self, house: House, robot: Robot) -> Coming:
        says_so = b"Auto-Submitted" in _file(self.script, robot.mail)
        event = MailIn(timedelta(0), robot.mail, sender="" if says_so else None)
        return _coming(house, self.script, event, self._sent())


def _file(script: Script, name: str) -> bytes:
    return (script.folder / name).read_bytes()


def _coming(house: House, script: Script, event: MailIn, sent: Sequence[Out]) -> Coming:
    now = house.clock.now.astimezone(house.zone)
    raw = fill(_file(script, event.mail), sent, now + event.arrived)
    sender, recipients = envelope(raw)
    ours = tuple(each for each in recipients if plain_address(each, house.site.desks))
    return Coming(
        house, event.mail, raw, sender if event.sender is None else event.sender, event.recipients or ours, event
    )


def _authenticated(raw: bytes, house: House) -> bytes:
    """As the other desk's mail server hands it over: authenticated, for desks sign their mail."""
    domain = house.site.desks[0].address.rpartition("@")[2]
    sender = b"example.com" if b"@example.com>" in raw.split(b"\r\nTo:")[0] else b"other.example"
    return b"Authentication-Results: mx." + domain.encode() + b"; dmarc=pass header.from=" + sender + b"\r\n" + raw


def _named(house: House, text: str) -> str:
    return house.names().readable(text)


def _how_it_stands(house: House) -> list[str]:
    lines = [f"=== {house.when(house.clock.now)} === how it stands at {house.site.desks[0].name}"]
    lines += [f"arrival {number}: {house.fate(number)}" for number in house.arrivals()]
    for ticket in house.tickets():
        people = [each.address for each in ticket.participants]
        lines.append(
            f"#{ticket.number} {ticket.state}, turn {ticket.turn}, of {ticket.requester} ({ticket.requester_trust}), "
            f"{ticket.language}, {ticket.priority}, assignee {ticket.assignee or 'none'}, "
            f"with {', '.join(people) or 'nobody'}" + (f", tags {', '.join(ticket.tags)}" if ticket.tags else "")
        )
        lines += [f"    promise {each}" for each in house.promised(ticket.number)]
        lines += [f"    next: {ticket.timer.step} at {house.when(ticket.timer.due_at)}"] if ticket.timer else []
    lines += [f"unsent: {each}" for each in house.unsent()]
    return [_named(house, "\n".join(lines))]


@dataclass(frozen=True, slots=True)
class Played:
    """What a world came to."""

    told: str
    raw: bytes
    offences: tuple[str, ...]


def play(folder: Path, home: Path, url: str = "sqlite://") -> Played:
    """Plays the world in this folder; ``home`` is a folder for its secret and config, ``url`` an empty database."""
    script = read_script(folder)
    clock = VirtualClock(script.start)
    houses = [House(script.config, home, clock, script.fails_on, url=url, welcomes=script.welcomes)]
    if (folder / "other.toml").exists():
        houses.append(House(folder / "other.toml", home / "other", clock, prefix="n"))
    world = World(replace(script), clock, houses)
    try:
        world.play()
        told = "\n\n".join(world.told) + "\n"
        raw = b"\n\n".join(each.raw.replace(b"\r\n", b"\n") for each in world._sent()) if script.raw else b""
        return Played(told, raw, tuple(world.offences.values()))
    finally:
        for house in houses:
            house.close()


def worlds() -> list[Path]:
    """The folders of all worlds, in order."""
    return sorted(each.parent for each in HERE.glob("*/happens.toml"))


def main(names: Sequence[str]) -> int:
    """Writes what is expected anew. Exit status 1 where a guarantee was broken on the way."""
    if os.environ.get("CI"):
        print("Expected mails are written by people who read them, never in CI.", file=sys.stderr)
        return 1
    broken = 0
    for folder in worlds():
        if names and not any(folder.name.startswith(name) for name in names):
            continue
        try:
            with tempfile.TemporaryDirectory() as home:
                played = play(folder, Path(home))
        except LookupError as error:
            print(f"{folder.name}\n    it answers what was never sent: {error}")
            broken += 1
            continue
        (folder / "expected.txt").write_text(played.told)
        if played.raw:
            (folder / "expected.raw").write_bytes(played.raw)
        broken += bool(played.offences)
        print("\n".join([folder.name, *(f"    {each}" for each in played.offences)]))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
