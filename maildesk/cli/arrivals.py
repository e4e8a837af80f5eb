"""``maildesk arrivals``: every mail that came in, its fate and why; ``retry`` puts back what was set aside."""

from __future__ import annotations

import click

from maildesk.cli import describing
from maildesk.cli.rows import Kind, answer, raw_of, request_of
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
@click.option("--raw", is_flag=True, help="With NUMBERs: the mails' exact octets.")
@click.pass_context
def arrivals(
    ctx: click.Context, words: tuple[str, ...], state: str | None, fate: str | None, as_json: bool, raw: bool
) -> None:
    """List what came in and its fate; or show, hold, release, retry the NUMBERs.

    retry puts back what was set aside, and makes a ticket of what went aside.
    """
    request = request_of(words)
    with database_of(ctx) as database:
        if raw:
            raw_of(database, ARRIVALS, request)
        else:
            answer(database, ARRIVALS, request, listing.list_arrivals(database, state=state, fate=fate), as_json)
