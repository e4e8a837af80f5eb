"""The site that a command works on: its settings and its database, found by ``--config`` and opened when needed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from maildesk.config import Settings
    from maildesk.store.database import Database


def settings_of(ctx: click.Context) -> Settings:
    """The settings of the config that the command line, the environment or custom name. Raises ``ConfigFaults``."""
    from maildesk.config import config_path, load

    return load(config_path(ctx.find_root().obj))


@contextmanager
def database_of(ctx: click.Context) -> Iterator[Database]:
    """The site's database, which must be there already and have this program's form. Raises ``Trouble``."""
    from maildesk.store.database import Database

    database = Database(settings_of(ctx).database_url, create=False)
    try:
        database.migrate()
        yield database
    finally:
        database.close()


def make_folder(path: Path) -> None:
    """Create one missing folder, such as ``var`` of a new site, but not its parents: a disk may not be mounted.

    Raises ``Trouble``.
    """
    from maildesk.errors import Trouble

    try:
        path.mkdir(exist_ok=True)
    except OSError as error:
        raise Trouble(
            f"The folder {path} cannot be created ({error.strerror}). Create it, or correct the path."
        ) from error
