"""``maildesk arrivals``: every mail that came in, its fate and why; ``retry`` puts back what was set aside."""

from __future__ import annotations

from pathlib import Path

import click

from maildesk.cli import describing
from maildesk.cli.rows import Kind, answer, raw_of, request_of
from maildesk.cli.saving import save
from maildesk.cli.site import database_of
from maildesk.desk.words import ArrivalState, Fate
from maildesk.store import listing, operating

ARRIVALS = Kind(
    name="arrival",
    columns=(
        ("id", 8),
        ("accepted_at", 17),
        ("intake", 6),
        ("state", 7),
        ("fate", 10),
        ("ticket", 7),
        ("sender", 28),
        ("reason", 0),
    ),
    show=listing.show_arrival,
    act=operating.on_arrival,
    describe=describing.arrival,
)


@click.command("arrivals")
@click.argument("words", nargs=-1, metavar="[VERB] [NUMBER...]")
@click.option("--state", type=click.Choice([state.value for state in ArrivalState]), help="Only those in this state.")
@click.option("--fate", type=click.Choice([fate.value for fate in Fate]), help="Only those that ended like this.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line.")
@click.option("--into", type=click.Path(path_type=Path), default=Path(), help="With save: the folder; else this one.")
@click.option("--raw", is_flag=True, help="With NUMBERs: the mails' exact octets.")
@click.pass_context
def arrivals(
    ctx: click.Context,
    words: tuple[str, ...],
    state: str | None,
    fate: str | None,
    as_json: bool,
    into: Path,
    raw: bool,
) -> None:
    """List what came in and its fate; or show, hold, release, retry, save the NUMBERs.

    retry puts back what was set aside, and makes a ticket of what went aside. save writes a mail's files to a folder.
    """
    saves = "save" in words
    request = request_of([word for word in words if word != "save"])
    if saves and request.verb != "show":
        raise click.UsageError("save wants the numbers of arrivals alone, such as: save 17")
    with database_of(ctx) as database:
        if saves:
            for line in save(database, request.numbers, into):
                click.echo(line)
        elif raw:
            raw_of(database, ARRIVALS, request)
        else:
            answer(database, ARRIVALS, request, listing.list_arrivals(database, state=state, fate=fate), as_json)
