"""``maildesk deliveries``: every mail that goes out, its fate and why; ``release`` lets held ones go."""

from __future__ import annotations

import click

from maildesk.cli import describing
from maildesk.cli.rows import Kind, answer, raw_of, request_of
from maildesk.cli.site import database_of
from maildesk.desk.words import DeliveryState
from maildesk.store import listing, operating

DELIVERIES = Kind(
    name="delivery",
    columns=(
        ("id", 8),
        ("created_at", 17),
        ("state", 7),
        ("ticket", 7),
        ("template", 20),
        ("recipient", 28),
        ("attempts", 8),
        ("next_attempt_at", 17),
        ("reason", 0),
    ),
    show=listing.show_delivery,
    act=operating.on_delivery,
    describe=describing.delivery,
)


@click.command("deliveries")
@click.argument("words", nargs=-1, metavar="[VERB] [NUMBER...]")
@click.option("--state", type=click.Choice([state.value for state in DeliveryState]), help="Only those in this state.")
@click.option("--ticket", type=int, help="Only those of this ticket.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line.")
@click.option("--raw", is_flag=True, help="With NUMBERs: the mails' exact octets.")
@click.pass_context
def deliveries(
    ctx: click.Context, words: tuple[str, ...], state: str | None, ticket: int | None, as_json: bool, raw: bool
) -> None:
    """List what goes out and its fate; or show, hold, release, retry the NUMBERs.

    release lets held mail go and lifts the brake from it; retry sends again what failed, with the same Message-ID.
    """
    request = request_of(words)
    with database_of(ctx) as database:
        if raw:
            raw_of(database, DELIVERIES, request)
        else:
            listed = listing.list_deliveries(database, state=state, ticket=ticket)
            answer(database, DELIVERIES, request, listed, as_json)
