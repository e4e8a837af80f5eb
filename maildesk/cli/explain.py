"""``maildesk explain MESSAGE-ID``: why a mail, ours or another's, went where it went. Exit 66 where it is unknown."""

from __future__ import annotations

import click

from maildesk.cli import describing
from maildesk.cli.rows import as_json as in_json
from maildesk.cli.rows import safe
from maildesk.cli.site import database_of
from maildesk.store import listing

EX_NOINPUT = 66


@click.command("explain")
@click.argument("message_id", metavar="MESSAGE-ID")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_context
def explain(ctx: click.Context, message_id: str, as_json: bool) -> None:
    """Say why the mail with this MESSAGE-ID (with or without angle brackets) went where it went."""
    with database_of(ctx) as database:
        found = listing.explain(database, message_id)
    if as_json:
        click.echo(in_json(found))
    else:
        click.echo("\n".join(describing.explanation(found)), nl=bool(found["arrivals"] or found["deliveries"]))
    if not (found["arrivals"] or found["deliveries"]):
        click.echo(f"No mail with the Message-ID {safe(found['message_id'])} came in or went out.", err=True)
        ctx.exit(EX_NOINPUT)
