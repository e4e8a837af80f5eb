"""A fortnight of the real daemon, its wall clock stepped, against real Postfix and Dovecot: as it was rehearsed.

The scenario is ``fortnight.toml``. Its mails are handed to Postfix at their simulated moments; the clock then goes from
one due moment to the next. Everything that lies in people's mailboxes at the end, and when it left, is what ``maildesk
rehearse`` shows for the same scenario and config.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from difflib import unified_diff
from email.message import Message
from email.utils import parsedate_to_datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from maildesk.configuration.scenario import Event, Scenario
from maildesk.daemon.rehearsed_mail import AUTHSERV_ID, WentOut, opened, written
from maildesk.desk.known.facts import AgentFacts
from maildesk.desk.words import Audience, Site
from maildesk.store.agent_states import known_agents
from maildesk.store.claims import CLAIM_LASTS
from maildesk.store.database import Database
from maildesk.store.upcoming import Upcoming, upcoming, upcoming_in
from tests.rehearsals.playing import play, settled
from tests.servers.dovecot import Dovecot, running_dovecot
from tests.servers.postfix import Postfix
from tests.servers.private import free_port, until
from tests.servers.stepping import SteppedClock
from tests.servers.test_whole_job import running

SCENARIO = Path(__file__).with_name("fortnight.toml")
CUSTOMERS = ("carla@customers.test", "dieter@customers.test", "eva@customers.test")
PEOPLE = (*CUSTOMERS, "anna@team.test", "ben@team.test", "admin@team.test")

CONFIG = f"""
database = "sqlite:///{{folder}}/maildesk.db"
secret_file = "{{folder}}/secret"
templates = "{{folder}}/templates"
admins = ["admin@team.test"]
[[desk]]
name = "Example Support"
address = "support@desk.test"
time_zone = "Europe/Berlin"
hours = ["Mon-Thu 09:00-17:30", "Fri 09:00-15:00"]
holidays = "DE-BE"
authserv_id = "{AUTHSERV_ID}"
[[agent]]
name = "Anna Schmidt"
address = "anna@team.test"
lead = true
[[agent]]
name = "Ben Weber"
address = "ben@team.test"
[smtp]
listen = "127.0.0.1:{{port}}"
[outgoing]
relay = "{{relay}}"
"""

_COUNTS = text(
    """SELECT (SELECT count(*) FROM arrivals WHERE state = 'waiting' AND claimed_by IS NOT NULL)
+ (SELECT count(*) FROM deliveries WHERE state = 'waiting' AND claimed_by IS NOT NULL)
+ (SELECT count(*) FROM timers WHERE claimed_by IS NOT NULL), (SELECT count(*) FROM deliveries WHERE state = 'sent')"""
)


class Fortnight:
    """The daemon between its servers, and the clock in our hand."""

    def __init__(self, folder: Path, scenario: Scenario, site: Site, dovecot: Dovecot, relay: Postfix) -> None:
        self.folder, self.dovecot, self.relay = folder, dovecot, relay
        self.scenario, self.site = scenario, site
        self.clock = SteppedClock(folder / "clock", scenario.start)
        self._lines = folder / "maildesk.db"
        self._database = Database(f"sqlite:///{self._lines}", lambda: self.clock.now, create=False)
        self._planned: Mapping[str, AgentFacts] = {}

    def play(self) -> None:
        """From the first event to the end."""
        start = self.scenario.start
        for event in self.scenario.events:
            self._wait(start + event.at)
            self._happen(event)
        self._wait(start + self.scenario.until)

    def _wait(self, moment: datetime) -> None:
        self._settle()
        while (due := self._next_due()) is not None and due <= moment:
            self._step(max(due, self.clock.now))
        self._step(max(moment, self.clock.now))

    def _step(self, moment: datetime) -> None:
        with self._database.read() as connection:
            self._planned = known_agents(connection)
        self.clock.set(moment)
        self._settle()

    def _settle(self) -> None:
        """Until nothing is due at this moment, nothing is in anybody's hands, and all that left has arrived."""
        try:
            until(lambda: not self._stirring(), f"the desk to settle at {self.clock.now}")
        except BaseException:
            print(f"Not settled: {self._stirring()}")
            raise

    def _stirring(self) -> list[str]:
        """What is not settled, in words. All of it is of one moment: work that changes hands is never seen nowhere."""
        with self._database.read() as connection:
            due = _soonest(upcoming_in(connection, self.clock.now))
            busy, sent = connection.execute(_COUNTS).one()
            planned = known_agents(connection)
        arrived = len(self.arrived())
        found = {
            f"something is due at {due}": due is not None and due <= self.clock.now,
            f"{busy} pieces of work are claimed": busy,
            "an agent is claimed": self._are_claimed(planned),
            f"{sent} mails are sent, {arrived} are in the mailboxes": sent != arrived,
        }
        return [what for what, stirs in found.items() if stirs]

    def _are_claimed(self, agents: Mapping[str, AgentFacts]) -> bool:
        """A claim shows by nothing but its end, so far from now; what was planned for then before is none."""
        end = self.clock.now + CLAIM_LASTS
        before = {name: each.next_mail_at for name, each in self._planned.items()}
        return any(each.next_mail_at == end != before.get(name) for name, each in agents.items())

    def _next_due(self) -> datetime | None:
        """When something is due next."""
        return _soonest(upcoming(self._database))

    def _one(self, statement: str) -> int | None:
        found: int | None = self.rows(statement)[0][0]
        return found

    def rows(self, statement: str) -> list[sqlite3.Row]:
        """A look at the daemon's tables."""
        with closing(sqlite3.connect(f"file:{self._lines}?mode=ro", uri=True, timeout=30)) as connection:
            connection.row_factory = sqlite3.Row
            return connection.execute(statement).fetchall()

    def arrived(self) -> list[Path]:
        """All mails in people's mailboxes, as Dovecot filed them."""
        homes = (self.dovecot.home(each) / "Maildir" for each in PEOPLE)
        return [mail for home in homes for folder in ("new", "cur") for mail in (home / folder).glob("*")]

    def _happen(self, event: Event) -> None:
        post = written(event, self._answered(event), self.clock.now.astimezone(_zone(self.site)), _id(event), self.site)
        known = self._one("SELECT count(*) FROM arrivals") or 0
        self.relay.send(post.recipients, post.raw, post.sender)
        until(lambda: (self._one("SELECT count(*) FROM arrivals") or 0) > known, f"event {event.number} to arrive")

    def _answered(self, event: Event) -> WentOut | None:
        """The newest mail about this ticket in the person's mailbox that an answer may belong to."""
        if event.ticket is None:
            return None
        mails = [each for each in self.received() if each.to == event.person.address and each.ticket == event.ticket]
        return next(each for each in reversed(mails) if each.wants_an_answer or not event.is_agent)

    def received(self) -> list[WentOut]:
        """What lies in the mailboxes, in the order in which it left, with what the desk knows of each."""
        rows = {
            (row["message_id"], row["recipient"]): row
            for row in self.rows("SELECT d.*, t.subject FROM deliveries d LEFT JOIN tickets t ON t.number = d.ticket")
        }
        found = []
        for user in PEOPLE:
            for mail in self.dovecot.mails(user):
                row = rows[str(mail["Message-ID"]).strip("<>"), user]
                found.append((row["id"], _went_out(row, mail, self.site)))
        return [each for _, each in sorted(found, key=lambda pair: (pair[1].at, pair[0]))]


def _soonest(due: Upcoming) -> datetime | None:
    moments = (due.arrivals, due.deliveries, due.timers, due.agents)
    return min((each for each in moments if each is not None), default=None)


def _went_out(row: sqlite3.Row, mail: Message, site: Site) -> WentOut:
    at = datetime.fromtimestamp(row["ended_at"] / 1_000_000, UTC).astimezone(_zone(site))
    audience, subject = Audience(row["audience"]), row["subject"] or ""
    return WentOut(
        at, row["recipient"], row["template"], audience, row["desk"], row["ticket"], subject, "", None, mail.as_bytes()
    )


def _zone(site: Site) -> ZoneInfo:
    return ZoneInfo(site.desks[0].time_zone)


def _id(event: Event) -> str:
    return f"rehearsed-{event.number + 1}@{event.person.address.rpartition('@')[2]}"


def _lines_of(mails: Sequence[WentOut]) -> list[str]:
    """Each mail as a person would tell it: when it left and was written, to whom, which, and every word of it."""
    told = [
        f"{each.at:%a %d %b %H:%M:%S} ({parsedate_to_datetime(str(opened(each.raw)['Date'])):%d %H:%M:%S %z}) "
        f"to {each.to}: {each.template} #{each.ticket}\n{each.subject}\n{each.text.rstrip()}"
        for each in mails
    ]
    return "\n".join(sorted(told)).splitlines()


@pytest.fixture
def mailboxes() -> Iterator[Dovecot]:
    """Mailboxes of this test alone: every mail in them is counted."""
    with running_dovecot() as server:
        yield server


def test_a_fortnight_of_the_real_daemon_is_what_was_rehearsed(
    public: Path, mailboxes: Dovecot, postfix: Callable[..., Postfix]
) -> None:
    port = free_port()
    relay = postfix({"desk.test": f"smtp:[127.0.0.1]:{port}"}, mailboxes=mailboxes.lmtp, logins=mailboxes.auth)
    (public / "templates").mkdir()
    (public / "maildesk.toml").write_text(CONFIG.format(folder=public, port=port, relay=relay.url))
    shutil.copy(SCENARIO, public / "fortnight.toml")
    (public / "secret").write_text("1 " + "ab" * 32 + "\n")
    (public / "secret").chmod(0o600)
    scenario, settings = settled(public / "fortnight.toml")
    fortnight = Fortnight(public, scenario, settings.site, mailboxes, relay)
    with running(public, fortnight.clock.environment()):
        fortnight.play()
    rehearsed = play(public / "fortnight.toml").mails
    # nobody is new in a rehearsal
    received = [each for each in fortnight.received() if each.template != "agent/welcome"]
    differ = list(unified_diff(_lines_of(rehearsed), _lines_of(received), lineterm="", n=8))
    if differ:
        pytest.fail("rehearsed and real:\n" + "\n".join(differ), pytrace=False)
