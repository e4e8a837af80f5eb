"""``maildesk run [ROLE...]``: the desk itself, all roles in one process or only those named, until a signal ends it.

It refuses to start with a faulty config (78) and where the world is in the way (75: a port that is taken, a database
that cannot be reached), each with one sentence. A site that has never had a mail gets its secret key here; one that has
and lost it does not, because a new key would void every address that is out there.

SIGHUP takes a changed config where it has no faults: the roles end in good order and begin anew with it. Where it has
faults, or the desk cannot start with it, the old one stays in force and the log says why.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from maildesk.config import Settings
    from maildesk.daemon.supervise import Ending, Signals
    from maildesk.replies.templates import Templates

ROLES = ("receive", "fetch", "process", "deliver", "follow-up")


@click.command("run")
@click.argument("roles", nargs=-1, metavar="[ROLE...]", type=click.Choice(ROLES))
@click.pass_context
def run(ctx: click.Context, roles: tuple[str, ...]) -> None:
    """Run the desk: all roles, or only ROLE... (receive, fetch, process, deliver, follow-up)."""
    from maildesk.cli.site import settings_of
    from maildesk.daemon.supervise import Ending, Signals

    signals = Signals()
    with signals.caught():
        running = Running(Sound.judged(settings_of(ctx)), roles or ROLES, signals)
        while running.serve() is Ending.RELOAD:
            pass


class Running:
    """A desk under one config after the other."""

    def __init__(self, sound: Sound, roles: tuple[str, ...], signals: Signals) -> None:
        self._sound = sound
        self._before: Sound | None = None  # to go back to where a new config cannot be started with
        self._roles = roles
        self._signals = signals

    def serve(self) -> Ending:
        """Run under the present config; returns whether to stop or to begin anew."""
        from maildesk import log
        from maildesk.daemon.supervise import Ending
        from maildesk.errors import Trouble

        try:
            return self._supervise()
        except Trouble as trouble:
            if self._before is None:
                raise
            log.config_kept((str(trouble),))
            self._sound, self._before = self._before, None
            return Ending.RELOAD

    def _supervise(self) -> Ending:
        from maildesk import app
        from maildesk.daemon.supervise import Supervisor

        built = app.build(self._sound.settings, templates=self._sound.templates)
        try:
            supervisor = Supervisor(built.roles(self._roles), built.wake, built.clock, self._signals, self._reload)
            return supervisor.run(self._started)
        finally:
            built.close()

    def _started(self) -> None:
        from maildesk import __version__, log
        from maildesk.daemon import notify

        self._before = None
        log.started(self._roles, __version__, str(self._sound.settings.path))
        notify.ready(f"running {', '.join(self._roles)}")

    def _reload(self) -> bool:
        """Whether the config on disk is sound; it is then the one to begin anew with."""
        from maildesk import log
        from maildesk.config import ConfigFaults, load
        from maildesk.daemon import notify

        notify.reloading()
        try:
            changed = Sound.judged(load(self._sound.settings.path))
        except ConfigFaults as faults:
            log.config_kept(tuple(str(fault) for fault in faults.faults))
            notify.ready("running with the old config: the changed one has faults")
            return False
        log.config_taken(str(changed.settings.path))
        self._before, self._sound = self._sound, changed
        return True


@dataclass(frozen=True, slots=True)
class Sound:
    """Settings of which everything is there that they name, and their templates, loaded."""

    settings: Settings
    templates: Templates

    @staticmethod
    def judged(settings: Settings) -> Sound:
        """Raises ``ConfigFaults``. Creates the secret of a site that has had no mail yet."""
        from maildesk.cli.judging import files_and_templates
        from maildesk.config import ConfigFaults
        from maildesk.configuration.secrets import create_secret
        from maildesk.replies.templates import Templates

        if not settings.secret_file.exists() and _has_had_no_mail(settings):
            create_secret(settings.secret_file)
        templates = Templates(settings.templates)
        faults = files_and_templates(settings, templates)
        if faults:
            raise ConfigFaults(faults)
        return Sound(settings, templates)


def _has_had_no_mail(settings: Settings) -> bool:
    """Creates the database, so that the desk then starts with one that works. Raises ``Trouble``."""
    from maildesk.store.database import Database
    from maildesk.store.doctor import is_new

    database = Database(settings.database_url)
    try:
        database.migrate()
        return is_new(database)
    finally:
        database.close()
