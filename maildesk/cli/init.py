"""``maildesk init [DIR]``: everything a new site needs, and nothing overwritten.

Writes DIR/config/maildesk.toml, DIR/templates/, DIR/var/ with the secret key (0600) and the database. What is there
already stays as it is, so that it may be run again.
"""

from __future__ import annotations

from pathlib import Path

import click

_TEMPLATES = """\
# Templates of this site

maildesk carries a complete set of templates. A file put here lies over the built-in one of the same name:
<language>/<name>.md for all desks, desks/<address>/<language>/<name>.md for one desk. The site's copy is taken as soon
as it is saved; one that cannot be used is reported, and the last good one stays in use. Check with: maildesk check
"""


@click.command("init")
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(file_okay=False, path_type=Path))
def init(folder: Path) -> None:
    """Write config, templates folder, secret key and database below DIR; never overwrite."""
    from maildesk.config import load
    from maildesk.configuration.example import example
    from maildesk.configuration.secrets import create_secret
    from maildesk.errors import Trouble

    path = folder / "config" / "maildesk.toml"
    try:
        _write(path, example())
        settings = load(path)
        _write(settings.templates / "README.md", _TEMPLATES, unless=settings.templates)
        if not _kept(settings.secret_file):
            create_secret(settings.secret_file)
            click.echo(f"written {settings.secret_file}")
        if database := settings.path_of_database():
            database.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Trouble(
            f"{error.filename or folder} cannot be written ({error.strerror}); choose another DIR."
        ) from error
    _create_database(settings.database_url)
    click.echo(f"Next: name your desk and its agents in {path}, then run: maildesk --config {path} check")


def _kept(path: Path) -> bool:
    if path.exists():
        click.echo(f"kept    {path}")
    return path.exists()


def _write(path: Path, text: str, unless: Path | None = None) -> None:
    if not _kept(unless or path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
        click.echo(f"written {path}")


def _create_database(url: str) -> None:
    from maildesk.store.database import Database

    database = Database(url)
    try:
        database.migrate()
    finally:
        database.close()
    click.echo(f"ready   {database.where}")
