"""``maildesk timers``: what is due on each ticket if nobody moves. A timer is named by its ticket."""

from __future__ import annotations

import click

from maildesk.cli import describing
from maildesk.cli.rows import Kind, answer, request_of
from maildesk.cli.site import database_of
from maildesk.store import listing, operating

TIMERS = Kind(
    name="timer",
    columns=(("ticket", 7), ("state", 7), ("due_at", 17), ("held", 5), ("attempts", 8), ("desk", 28), ("step", 0)),
    show=listing.show_timer,
    act=operating.on_timer,
    describe=describing.timer,
)


@click.command("timers")
@click.argument("words", nargs=-1, metavar="[VERB] [TICKET...]")
@click.option("--held/--running", "held", default=None, help="Only those that are held, or that run.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line.")
@click.pass_context
def timers(ctx: click.Context, words: tuple[str, ...], held: bool | None, as_json: bool) -> None:
    """List the next step of every ticket; or show, hold, release, retry those of the TICKETs."""
    request = request_of(words)
    with database_of(ctx) as database:
        answer(database, TIMERS, request, listing.list_timers(database, held=held), as_json)
