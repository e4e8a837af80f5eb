"""``maildesk run [ROLE...]``: the desk itself, all roles in one process or only those named, until a signal ends it.

It refuses to start with a faulty config (78) and where the world is in the way (75: a port that is taken, a database
that cannot be reached), each with one sentence. A site that has never had a mail gets its secret key here; one that has
and lost it does not, because a new key would void every address that is out there.

SIGHUP takes a changed config where it has no faults: the roles end in good order and begin anew with it. Where it has
faults, or the desk cannot start with it, the old one stays in force and the log says why.
"""

from __future__ import annotations

from threading import Thread
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
        running = Running(_sound(settings_of(ctx)), roles or ROLES, signals)
        while running.serve() is Ending.RELOAD:
            pass


class Running:
    """A desk under one config after the other."""

    def __init__(self, settings: Settings, roles: tuple[str, ...], signals: Signals) -> None:
        self._settings = settings
        self._before: Settings | None = None  # to go back to where a new config cannot be started with
        self._roles = roles
        self._signals = signals

    def serve(self) -> Ending:
        """Run under the present config; returns whether to stop or to begin anew."""
        from maildesk import log
        from maildesk.config import ConfigFaults
        from maildesk.daemon.supervise import Ending
        from maildesk.errors import Trouble

        try:
            return self._supervise()
        except (Trouble, ConfigFaults) as reason:
            if self._before is None:
                raise
            log.config_kept(tuple(str(reason).splitlines()))
            self._settings, self._before = self._before, None
            return Ending.RELOAD

    def _supervise(self) -> Ending:
        from maildesk import app
        from maildesk.daemon.supervise import Supervisor
        from maildesk.replies.templates import Templates

        self._templates = Templates(self._settings.templates)
        built = app.build(self._settings, templates=self._templates, welcomes=True)
        try:
            roles = built.roles(self._roles)
            supervisor = Supervisor(roles, built.wake, built.clock, self._signals, self._reload)
            return supervisor.run(lambda: self._started(tuple(role.name for role in roles)))
        finally:
            built.close()

    def _started(self, roles: tuple[str, ...]) -> None:
        from maildesk import __version__, log
        from maildesk.daemon import notify

        self._before = None
        log.started(roles, __version__, str(self._settings.path))
        notify.ready(f"running {', '.join(roles)}")
        Thread(target=_tell_of_templates, args=(self._settings, self._templates), daemon=True).start()

    def _reload(self) -> bool:
        """Whether the config on disk is sound; it is then the one to begin anew with."""
        from maildesk import log
        from maildesk.config import ConfigFaults, load
        from maildesk.daemon import notify
        from maildesk.errors import Trouble

        notify.reloading()
        try:
            changed = _checked(load(self._settings.path))
        except (ConfigFaults, Trouble) as reason:
            log.config_kept(tuple(str(reason).splitlines()))
            notify.ready("running with the old config: the changed one has faults")
            return False
        log.config_taken(str(changed.path))
        self._before, self._settings = self._settings, changed
        return True


def _sound(settings: Settings) -> Settings:
    """The settings, if every file that they name is there. Raises ``ConfigFaults``.

    Creates the secret of a site that has had no mail yet.
    """
    from maildesk.cli.judging import files
    from maildesk.cli.site import make_folder
    from maildesk.config import ConfigFaults
    from maildesk.configuration.secrets import create_secret

    path = settings.path_of_database()
    if path is not None:
        make_folder(path.parent)
    if not settings.secret_file.exists() and _has_had_no_mail(settings):
        create_secret(settings.secret_file)
    faults = files(settings)
    if faults:
        raise ConfigFaults(faults)
    return settings


def _checked(settings: Settings) -> Settings:
    """Sound settings whose templates are sound as well: what ``check`` asks for. Raises ``ConfigFaults``."""
    from maildesk.cli.judging import wording
    from maildesk.config import ConfigFaults
    from maildesk.replies.templates import Templates

    faults = wording(_sound(settings), Templates(settings.templates))
    if faults:
        raise ConfigFaults(faults)
    return settings


def _tell_of_templates(settings: Settings, templates: Templates) -> None:
    """Log what is wrong with the templates. The desk runs nevertheless, with the last good or the built-in ones."""
    from maildesk import log
    from maildesk.cli.judging import broken_templates

    for fault in broken_templates(settings, templates):
        log.template_broken(f"{fault.file}:{fault.line}", fault.sentence)


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
