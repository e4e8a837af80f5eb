"""The only place that constructs and wires: settings in, the roles of a desk out.

``build`` opens nothing until a role works. Rehearsals and tests hand in their own clock, ids and transport, and use the
same roles; nothing else differs from a desk that runs.
"""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial

from maildesk.config import Settings
from maildesk.configuration.scenario import Scenario
from maildesk.daemon import deliver, fetch, receive
from maildesk.daemon.bundling import Bundler
from maildesk.daemon.composing import Composer
from maildesk.daemon.consequences import Consequences
from maildesk.daemon.follow_up import FollowUp
from maildesk.daemon.helping import Helper
from maildesk.daemon.process import Process
from maildesk.daemon.reading import Reader
from maildesk.daemon.rehearsing import Noting, Played, Rehearsal
from maildesk.daemon.stage import Roles, Stage, VirtualClock
from maildesk.daemon.supervise import Role
from maildesk.daemon.wake import Wake
from maildesk.daemon.watching import Watch
from maildesk.desk.senders.addresses import Keys
from maildesk.replies.templates import Templates
from maildesk.store.database import Database

Clock = Callable[[], datetime]
NewId = Callable[[], str]
MADE_UP_KEY = ("rehearsal", b"a key that no desk signs with 32")
"""Signs the addresses of rehearsals: no running desk believes them."""


def system_clock() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)


def random_id() -> str:
    """120 random bits for a Message-ID, in letters and digits that any mail system keeps."""
    return secrets.token_hex(15)


@dataclass(frozen=True, slots=True)
class App:
    """A desk that is ready to run."""

    settings: Settings
    database: Database
    wake: Wake
    clock: Clock
    composer: Composer
    reader: Reader
    keys: Keys
    new_id: NewId
    welcomes: bool = False

    @property
    def consequences(self) -> Consequences:
        """What outcomes of deliveries mean for promises and tickets."""
        return Consequences(self.settings.site, self.composer.compose)

    @property
    def helper(self) -> Helper:
        """What finds the articles that fit a mail."""
        templates = self.composer.templates
        return Helper(templates, partial(languages_of, self.settings, templates))

    def process(self) -> Process:
        """The role that turns arrivals into decisions."""
        compose, ring = self.composer.compose, self.wake.ring
        site, read = self.settings.site, self.reader.read
        return Process(self.database, site, self.keys, read, compose, self.root_id, ring, self.helper)

    def follow_up(self) -> FollowUp:
        """The role that acts when nobody moves."""
        site, compose = self.settings.site, self.composer.compose
        watch = Watch(self.database, site, compose, self.composer.broken)
        return FollowUp(self.database, site, compose, self.wake.ring, watch, welcomes=self.welcomes)

    def _deliver(self) -> Role:
        follows = self.consequences
        bundler = Bundler(self.database, self.settings.site, self.composer.compose)
        return deliver.build(self.settings, self.database, self.wake.ring, follows, follows.tripped, bundler)

    def root_id(self) -> str:
        """A Message-ID of ours that heads the References of a ticket."""
        return f"{self.new_id()}@{self.settings.site.desks[0].address.rpartition('@')[2]}"

    def roles(self, names: Sequence[str]) -> list[Role]:
        """The roles of these names that the config gives work to."""
        build: dict[str, Callable[[], Role | None]] = {
            "receive": lambda: receive.build(self.settings, self.database, self.wake.ring, self.clock),
            "fetch": lambda: fetch.build(self.settings, self.database, self.wake.ring, self.clock),
            "process": self.process,
            "deliver": lambda: self._deliver(),
            "follow-up": self.follow_up,
        }
        made = (build[name]() for name in names)
        return [role for role in made if role is not None]

    def close(self) -> None:
        """Gives the database back. The roles must have ended."""
        self.database.close()


def build(
    settings: Settings,
    clock: Clock | None = None,
    new_id: NewId = random_id,
    database: Database | None = None,
    templates: Templates | None = None,
    keys: Keys | None = None,
    *,
    welcomes: bool = False,
) -> App:
    """Wires a desk. Creates and migrates the database it is pointed at. Raises Trouble and ConfigFaults.

    ``templates``: those of the settings, where somebody has loaded them already (a quarter of a second). ``keys``
    stand in for those of the secret file. ``welcomes``: agents who are new to the database get the welcome mail, which
    those of a rehearsal have long had.
    """
    database = database or Database(settings.database_url, clock)
    database.migrate()
    keys = keys or settings.keys()
    templates = templates or Templates(settings.templates)
    composer = Composer(settings.site, keys, templates, new_id)
    domains = frozenset(desk.address.rpartition("@")[2] for desk in settings.site.desks)
    reader = Reader(database, settings.limits, partial(languages_of, settings, templates), domains)
    return App(settings, database, Wake(), clock or system_clock, composer, reader, keys, new_id, welcomes)


def rehearse(settings: Settings, scenario: Scenario, templates: Templates) -> Played:
    """Plays a scenario on a desk of its own: a virtual clock, an empty database in memory, a made-up key.

    Nothing of the settings is opened but templates. What ``outgoing.hold`` would keep back is shown. Faults found by
    playing are in ``scenario.faults``. Raises Trouble.
    """
    settings = replace(settings, site=replace(settings.site, hold_customer_mail=False))
    clock, keys = VirtualClock(scenario.start), Keys(MADE_UP_KEY, dict([MADE_UP_KEY]))
    count = itertools.count(1)
    desk = build(settings, clock, lambda: f"rehearsal-{next(count)}", Database("sqlite://", clock), templates, keys)
    composer = Noting(settings.site, keys, templates, desk.new_id)
    desk = replace(desk, composer=composer)
    stage = Stage(desk.database, clock, settings.site, Roles(desk.process(), desk.follow_up(), desk.consequences))
    try:
        return Rehearsal(scenario, settings.site, stage, composer, templates).play()
    finally:
        stage.close()
        desk.close()


def languages_of(settings: Settings, templates: Templates) -> tuple[str, ...]:
    """The languages that customers are answered in: the desks' own lists, or every complete set of templates."""
    named = [language for desk in settings.site.desks for language in (desk.language, *desk.languages)]
    complete = [] if all(desk.languages for desk in settings.site.desks) else list(templates.languages())
    return tuple(dict.fromkeys((*named, *complete)))
