"""``maildesk articles``: the help articles there are, how often customers got each, and what they solved."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import click

from maildesk.cli.site import database_of, settings_of


@click.command("articles")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per article and line.")
@click.pass_context
def articles(ctx: click.Context, as_json: bool) -> None:
    """List help articles: how often the first reply offered each, agents sent it, and customers said that it solved it.

    Articles that are gone but were used once are listed too, without a title.
    """
    rows = list(_rows(ctx))
    for row in rows:
        if as_json:
            click.echo(json.dumps(row, ensure_ascii=False))
            continue
        counts = f"offered {row['offered']:>5}  sent {row['sent']:>5}  solved {row['solved']:>5}"
        click.echo(f"{row['language']:<6}{row['name']:<30} {counts}  {row['title']}")
    if not rows and not as_json:
        click.echo("There are no articles. Put them into templates/articles/<language>/; docs/admin.md says how.")


def _rows(ctx: click.Context) -> Iterator[dict[str, Any]]:
    from maildesk.replies.templates import Templates
    from maildesk.store.writing_articles import counted

    settings = settings_of(ctx)
    found = Templates(settings.templates).articles
    known = {
        (language, each.name): each.title
        for desk in (*(each.address for each in settings.site.desks), "")
        for language in found.languages(desk)
        for each in found.all(language, desk)
    }
    with database_of(ctx) as database, database.read() as connection:
        uses = counted(connection)
    for language, name in sorted({*known, *((each.language, each.article) for each in uses)}):
        mine = [each for each in uses if (each.language, each.article) == (language, name)]
        yield {
            "name": name,
            "language": language,
            "title": known.get((language, name), ""),
            "offered": sum(each.times for each in mine if each.how == "offered"),
            "sent": sum(each.times for each in mine if each.how == "sent"),
            "solved": sum(each.solved for each in mine),
        }
