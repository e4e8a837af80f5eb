"""One random history: eight weeks of a random desk, on the virtual clock, looked at after every step.

``play(number)`` follows from the number alone: a history that fails can be played again by itself, and fails alike.
"""

from __future__ import annotations

import io
import itertools
import json
from collections.abc import Callable, Iterable
from contextlib import redirect_stderr
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from maildesk import app, log
from maildesk.daemon.stage import Collector, Roles, Stage, VirtualClock
from maildesk.errors import Trouble
from maildesk.store import arrivals, doctor
from maildesk.store.arrivals import NewArrival
from tests.histories import people
from tests.histories.crowd import Crowd
from tests.histories.dying import Died, Relay, mortal
from tests.histories.ledger import Ledger, micros
from tests.histories.people import Got, Post
from tests.histories.places import AUTHSERV, WEEKS, somewhere, templates
from tests.histories.reading import Lines, driver

SECRET = "1 " + "ab" * 32 + "\n"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
THE_WORLD = ("delivery failed", "relay down")  # errors of the log that are none of ours
ENOUGH = 16  # mails after which agents begin to tidy up, so that a history ends in reasonable time
MOST_TICKETS = 2  # opened on purpose: what a customer's flood opens comes on top


_OPEN = "SELECT number FROM tickets WHERE state = 'open'"


@dataclass(frozen=True, slots=True)
class Played:
    """What a history came to. ``wrong`` is empty where everything held."""

    number: int
    mails: int
    steps: int
    wrong: tuple[str, ...]


def play(number: int, told: Callable[[str], None] = lambda _: None) -> Played:
    """The history of this number; ``told`` hears each thing that happens, for a person who looks for a fault."""
    said = io.StringIO()
    with TemporaryDirectory() as home, log.only_errors(), redirect_stderr(said):
        history = History(number, Path(home), said, told)
        try:
            return history.play()
        finally:
            history.stage.close()


def _is_bug(said: dict[str, str]) -> bool:
    return said["level"] == "error" and said["event"] not in THE_WORLD


class History:
    """A desk and everybody around it."""

    def __init__(self, number: int, home: Path, said: io.StringIO, told: Callable[[str], None]) -> None:
        self.number = number
        self.chance = Random(f"maildesk {number}")
        (home / "templates").mkdir()
        (home / "secret").write_text(SECRET)
        (home / "secret").chmod(0o600)
        self.place, self.settings = somewhere(self.chance, home)
        self.clock = VirtualClock(self.place.start)
        self.database = mortal()
        self.database.begin(self.clock)
        self._ids = itertools.count(1)
        self.relay = Relay(self.clock)
        self.collector = Collector(self.clock, self.relay.answer)
        self.stage = self._stage()
        self.lines = Lines(driver(self.database))
        self.ledger = Ledger(self.settings.site, self.lines, came_back=self.relay.came_back)
        self._said, self._told = said, told
        self._looked = 0
        self.steps = 0
        self.wrong: dict[str, None] = {}
        self.crowd = Crowd(number, self.chance, self.place, self.clock)
        self.ledger.robots = {each.address for each in self.crowd.customers if each.robot}
        self.ledger.markers = {each.address: each.marker for each in self.crowd.customers if each.marker}

    def _stage(self) -> Stage:
        """The desk's process, as it starts."""
        ids = self._ids
        desk = app.build(self.settings, self.clock, lambda: f"m{next(ids):05d}", self.database, templates())
        roles = Roles(desk.process(), desk.follow_up(), desk.consequences)
        return Stage(self.database, self.clock, self.settings.site, roles, self.collector)

    # Time

    def play(self) -> Played:
        """From the first question to the end of the eighth week."""
        end = self.clock.now + WEEKS
        self._bring(self.crowd.asks())
        while not self.wrong:
            self._wait(min(self._pause(), end - self.clock.now))
            if self.clock.now >= end or self.wrong:
                break
            self._act()
        self._at_the_end()
        return Played(self.number, len(self.collector.sent), self.steps, tuple(self.wrong))

    def _pause(self) -> timedelta:
        """Much happens within minutes, then nothing for days."""
        chance = self.chance.random()
        if chance < 0.35:
            return self.chance.choice((1, 2, 7, 16, 40)) * MINUTE
        if chance < 0.55:
            return self.chance.randrange(60, 720) * MINUTE
        return self.chance.randrange(1440, 5 * 1440 if chance < 0.85 else 14 * 1440) * MINUTE

    def _wait(self, span: timedelta) -> None:
        """The desk alone."""
        until = self.clock.now + span
        while self.clock.now < until or span == timedelta(0):
            try:
                for _ in self.stage.run_until(until):
                    self._look()
                return
            except Died:
                self._start_again()
            except Trouble:
                self._rough(2)

    def _settle(self) -> None:
        while True:
            try:
                self.stage.settle()
                break
            except Died:
                self._start_again()
            except Trouble:
                self._rough(2)
        self._look(caused=True)

    def _start_again(self) -> None:
        """The process died. Another one takes its place, at once or a little later."""
        self._told("the process died")
        self.stage = self._stage()
        self._rough(self.chance.choice((1, 30, 300)))
        if self.chance.random() < 0.7:
            self.database.bury()

    def _rough(self, seconds: int) -> None:
        self.clock.now += timedelta(seconds=seconds)
        self.ledger.rough_until = self.clock.now + 21 * MINUTE  # two claims may have to run out

    def _look(self, *, caused: bool = False) -> None:
        """What left, and what is wrong."""
        self.steps += 1
        sent = self.collector.sent
        fresh = [
            (each.at, each.parcel.message_id, each.parcel.recipient, each.parcel.raw) for each in sent[self._looked :]
        ]
        self._looked = len(sent)
        now = self.clock.now
        self.ledger.unwell_until = self.relay.unwell_until
        found = self.ledger.look(now, fresh)
        excused = now <= max(self.ledger.rough_until, self.ledger.unwell_until) or self.ledger.owed
        if not excused and (caused or self.steps % 8 == 0):
            found += [
                f"doctor: {each.key}: {each.what}" for each in doctor.examine(self.database, self.settings.site.brakes)
            ]
        found += self._bugs()
        for each in found:
            self.wrong.setdefault(f"{now:%a %Y-%m-%d %H:%M:%S}Z: {each}")
        for one in fresh:
            self._gets(*one)

    def _bugs(self) -> list[str]:
        """What the log calls an error: something was raised that should not have been."""
        said = [json.loads(line) for line in self._said.getvalue().splitlines()]
        self._said.seek(0)
        self._said.truncate()
        return [f"{each['event']}: {each.get('reason')} {each.get('trace', '')}" for each in said if _is_bug(each)]

    def _gets(self, at: datetime, message_id: str, recipient: str, raw: bytes) -> None:
        row = self.lines.execute(
            "SELECT ticket, template, envelope_from FROM deliveries WHERE message_id = ? AND recipient = ?",
            (message_id, recipient),
        ).fetchone()
        reply_to, subject = people.field(raw, "Reply-To"), people.field(raw, "Subject")
        got = Got(
            at, recipient, row["envelope_from"], f"<{message_id}>", people.address_in(reply_to), subject,
            row["ticket"], row["template"],
        )  # fmt: skip
        self.crowd.got.append((got, raw))
        self._told(f"{at:%a %d %b %H:%M}Z  -> {recipient}: {got.template} #{got.ticket}")

    # What happens

    def _act(self) -> None:
        if len(self.collector.sent) > ENOUGH and self.chance.random() < 0.6:
            self._bring(self.crowd.tidies_up([row["number"] for row in self.lines.execute(_OPEN)]))
            return
        crowd = self.crowd
        acts: tuple[tuple[Callable[[], Iterable[Post]], float], ...] = (
            (self._asks, 1.5), (crowd.customer_writes, 5), (crowd.agent_writes, 6), (crowd.flood, 0.12),
            (crowd.other_address, 0.4), (crowd.is_away, 0.5), (crowd.bounces, 0.2), (crowd.twice, 0.3),
            (self._relay_misbehaves, 0.4), (self._refuse, 0.1), (self._downtime, 0.3), (self._doom, 0.8),
        )  # fmt: skip
        act = self.chance.choices([act for act, _ in acts], [weight for _, weight in acts])[0]
        self._bring(act())

    def _bring(self, posts: Iterable[Post]) -> None:
        for count, post in enumerate(posts):
            if count:
                self._wait(MINUTE / 2)
            self._post(post)

    def _asks(self) -> Iterable[Post]:
        opened = self.lines.execute("SELECT count(*) AS n FROM tickets").fetchone()["n"]
        return self.crowd.asks() if opened < MOST_TICKETS else ()

    def _relay_misbehaves(self) -> Iterable[Post]:
        self._told(self.relay.misbehave(self.chance, [each.address for each in self.crowd.customers]))
        return ()

    def _doom(self) -> Iterable[Post]:
        self.database.doom(self.chance.randrange(12), self.chance.choice(("before", "after", "trouble")))
        return ()

    def _refuse(self) -> Iterable[Post]:
        refused = self.chance.choice(self.crowd.customers).address
        self.relay.refuses.add(refused)
        self._told(f"from now on the relay refuses {refused}")
        return ()

    def _downtime(self) -> Iterable[Post]:
        """Nobody looks for a while: a machine that was off, a clock that was set ahead."""
        span = self.chance.choice((20 * MINUTE, 3 * HOUR, DAY, 4 * DAY, 9 * DAY))
        self._told(f"downtime of {span}")
        self.clock.now += span
        self.ledger.slept(self.clock.now)
        self._settle()
        return ()

    def _post(self, post: Post) -> None:
        """A mail comes in; a server that got no answer brings it again."""
        self._told(f"{self.clock.now:%a %d %b %H:%M}Z  {post.by} {post.sender}: {post.says!r}")
        late = self.chance.choice((timedelta(0),) * 8 + (2 * HOUR, 2 * DAY))
        while True:
            now = self.clock.now
            new = NewArrival("smtp", post.sender, (post.recipient,), post.raw, now - late, authserv_id=AUTHSERV)
            try:
                arrival = arrivals.accept(self.database, [new])[0]
                break
            except Died:
                self._start_again()
            except Trouble:
                self._rough(2)
        self.ledger.actions.add(micros(self.clock.now))
        self.relay.came_back.discard(post.sender)
        if post.by == "bounce":
            self.relay.came_back.add(post.says.rpartition(" ")[2])
        self._settle()
        self._follows(post, arrival)

    def _follows(self, post: Post, arrival: int) -> None:
        """What this mail must have led to at this very moment."""
        if self.clock.now < max(self.ledger.rough_until, self.relay.unwell_until):
            return
        row = self.lines.execute("SELECT fate, ticket, state FROM arrivals WHERE id = ?", (arrival,)).fetchone()
        if row["state"] != "done":
            self.wrong.setdefault(f"{self.clock.now}: arrival {arrival} is {row['state']}")
        ticket = self.lines.execute("SELECT * FROM tickets WHERE number = ?", (row["ticket"],)).fetchone()
        if ticket is not None and post.says.lower() in ("stop", "stopp") and ticket["requester"] == post.sender:
            self.ledger.says_stop(ticket)
        if row["fate"] != "new-ticket" or ticket is None:
            return
        now = {
            each[0].recipient
            for each in self.crowd.got
            if each[0].at == self.clock.now and each[0].ticket == row["ticket"]
        }
        who = ticket["requester"]  # whom the agent named, where #new opened it
        if not ticket["unanswerable"] and who not in now and not self.ledger.is_held(row["ticket"]):
            self.wrong.setdefault(f"{self.clock.now}: {who} was not answered at once on #{row['ticket']}")
        if not now & set(self.place.agents):
            self.wrong.setdefault(f"{self.clock.now}: nobody was told of #{row['ticket']}")

    def _at_the_end(self) -> None:
        waiting = self.lines.execute("SELECT id FROM arrivals WHERE state != 'done'").fetchall()
        if waiting and self.clock.now > self.ledger.rough_until:
            self.wrong.setdefault(f"{len(waiting)} mails were not handled")
