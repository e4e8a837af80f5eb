"""Judging a site before it runs: the files its config names, its templates, and the servers it needs.

Every judgement is a list of faults, each with the line of the config that it is about, so that ``check`` can report all
at once. Servers are asked at the same time, so a check takes as long as the slowest: at most half a minute.
"""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from maildesk.config import (
    ConfigFaults,
    Fault,
    ImapSettings,
    OutgoingSettings,
    Settings,
    SmtpSettings,
    fault_at,
    missing_files,
    read_password,
)
from maildesk.configuration.lines import KeyPath
from maildesk.desk.judging.on_call import duty, duty_ends
from maildesk.errors import Trouble
from maildesk.replies.templates import Templates

SCARCE = 100_000_000  # octets: below this, the next mails may fill the disk
Judgement = tuple[KeyPath, Callable[[], None]]
"""The key it is about, and what raises ``Trouble`` where that does not work."""


def files(settings: Settings) -> list[Fault]:
    """What is missing among the files that the config names, or open to others."""
    faults = list(missing_files(settings))
    try:
        if settings.secret_file.exists() or not is_new(settings):
            settings.keys()
    except ConfigFaults as found:
        faults += found.faults
    return faults


def is_new(settings: Settings) -> bool:
    """Whether nothing has come of this site yet: no SQLite file. Its first run then makes the secret as well."""
    path = settings.path_of_database()
    return path is not None and not path.exists()


def servers(settings: Settings) -> list[Fault]:
    """What of database, relay, mailboxes, ports and disk does not work from here."""
    judgements = [*_own(settings), *_foreign(settings)]
    with ThreadPoolExecutor(max_workers=8) as pool:
        sentences = list(pool.map(_ask, judgements))
    return [fault_at(settings, key, said) for (key, _), said in zip(judgements, sentences, strict=True) if said]


def notes(settings: Settings) -> list[str]:
    """What an admin should know before customers write. No faults: a desk may begin before all of it is there."""
    said = [
        f"{desk.address} has no agents, so nobody is told of its mail. Add an [[agent]]."
        for desk in settings.site.desks
        if not settings.site.team(desk)
    ]
    if settings.outgoing.relay is None:
        said.append(
            f"There is no relay, so mail is written into {settings.outgoing.maildir} and reaches nobody. "
            "Set relay under [outgoing]."
        )
    intakes: list[Settings | SmtpSettings | ImapSettings] = [settings, *settings.imap]
    intakes += [settings.smtp] if settings.smtp else []
    if not any(each.authserv_id or each.trusted_results for each in intakes):
        said.append(
            "No authserv_id is set, so nothing shows who wrote: first replies name neither customer nor subject. "
            "docs/admin.md says how to find it."
        )
    return said


def on_duty(settings: Settings, now: datetime) -> list[str]:
    """For each desk with a rota, who is on duty now and until when. Whether they are away, the config cannot know."""
    sentences = []
    for desk in settings.site.desks:
        order, ends = duty(desk, now), duty_ends(desk, now)
        agent = settings.site.agent(order[0]) if order else None
        if agent is not None and ends is not None:
            until = ends.astimezone(ZoneInfo(desk.time_zone)).strftime("%a %d %b %Y, %H:%M")
            sentences.append(f"On call for {desk.address} now: {agent.name}, until {until}.")
    return sentences


def _ask(judgement: Judgement) -> str:
    try:
        judgement[1]()
    except Trouble as trouble:
        return str(trouble)
    return ""


def _own(settings: Settings) -> list[Judgement]:
    """What is this machine's: the database, the disk, the ports."""
    found: list[Judgement] = [
        (("database",), partial(_database, settings)),
        (("database",), partial(_room, settings.path_of_database() or settings.base)),
    ]
    listen = settings.smtp.listen if settings.smtp else ()
    return [*found, *((("smtp", "listen"), partial(_port, where)) for where in listen)]


def _foreign(settings: Settings) -> list[Judgement]:
    """Servers that we log in to; those whose password is missing are a fault already and are not asked."""
    found: list[Judgement] = [
        (("imap", index, "host"), partial(_mailbox, imap))
        for index, imap in enumerate(settings.imap)
        if _is_there(imap.password_file)
    ]
    if settings.outgoing.relay is None:
        return [*found, (("outgoing", "maildir"), partial(_maildir, settings.outgoing.maildir))]
    if settings.outgoing.password_file and not _is_there(settings.outgoing.password_file):
        return found
    return [*found, (("outgoing", "relay"), partial(_relay, settings.outgoing))]


def _is_there(password_file: Path) -> bool:
    try:
        return bool(read_password(password_file))
    except ConfigFaults:
        return False


def _database(settings: Settings) -> None:
    """A new site has no SQLite file yet: then its folder must take one."""
    from maildesk.store.database import Database

    path = settings.path_of_database()
    if path is not None and not path.exists():
        return _writable(path.parent, "the database")
    database = Database(settings.database_url, create=False)
    try:
        with database.read() as connection:
            connection.exec_driver_sql("SELECT 1")
    finally:
        database.close()


def _room(path: Path) -> None:
    free = shutil.disk_usage(_existing(path)).free
    if free < SCARCE:
        raise Trouble(f"The disk of {path} has only {free // 1_000_000} MB left; make room before mail fills it.")


def _maildir(path: Path) -> None:
    _writable(path, "outgoing mail")


def _writable(folder: Path, what: str) -> None:
    nearest = _existing(folder)
    if not (nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK)):
        raise Trouble(f"{folder} cannot take {what}: {nearest} is not a folder that we may write to; correct the path.")


def _existing(path: Path) -> Path:
    return next(each for each in (path, *path.parents) if each.exists())


def _port(where: str) -> None:
    """The port is free, or a desk listens there already: this one, while it runs."""
    from maildesk.intake.listening import open_tcp

    try:
        open_tcp(where).close()
    except Trouble:
        if not _a_desk_greets(where):
            raise


def _a_desk_greets(where: str) -> bool:
    host, _, port = where.rpartition(":")
    with suppress(OSError), socket.create_connection((host.strip("[]") or "localhost", int(port)), timeout=5) as line:
        return b"maildesk" in line.recv(512)
    return False


def _relay(outgoing: OutgoingSettings) -> None:
    from maildesk.daemon.deliver import way_of
    from maildesk.outbox.relay import Relay

    try:
        relay = way_of(outgoing).transport
    except ValueError as error:
        raise Trouble(str(error)) from error
    if isinstance(relay, Relay):
        relay.probe()


def _mailbox(imap: ImapSettings) -> None:
    """Logs in and looks for each folder that is to be read."""
    from maildesk.intake.imap import Session

    session = Session(imap, f"{imap.user}@{imap.host}", 0)
    try:
        for folder in imap.folders:
            session.select(folder, writable=False)
    finally:
        session.close()


def wording(settings: Settings, templates: Templates) -> list[Fault]:
    """What is wrong with the templates: every one is loaded, filled in and looked at.

    A desk that runs does not stop for these: the last good version stays in use, the built-in one where there is none.
    """
    from maildesk.replies.checking import check_templates

    desks = tuple(desk.address for desk in settings.site.desks)
    faults = [Fault(str(each.file), each.line, "", each.sentence) for each in check_templates(templates, desks)]
    for index, desk in enumerate(settings.site.desks):
        for key, wanted in (("language", (desk.language,)), ("languages", desk.languages)):
            lacking = ((language, templates.missing(language, desk.address)) for language in wanted)
            faults += [
                fault_at(settings, ("desk", index, key), _incomplete(language, missing))
                for language, missing in lacking
                if missing
            ]
    return faults


def broken_templates(settings: Settings, templates: Templates) -> list[Fault]:
    """Only the admin's files that cannot be used at all, for a desk that starts."""
    templates.load_all(tuple(desk.address for desk in settings.site.desks), builtin=False)
    return [Fault(str(each.file), each.line, "", each.sentence) for each in templates.problems()]


def _incomplete(language: str, missing: Sequence[str]) -> str:
    some = ", ".join(missing[:3]) + (f" and {len(missing) - 3} more" if len(missing) > 3 else "")
    return f'The templates in "{language}" are not complete: {some}. Add them, or choose another language.'
