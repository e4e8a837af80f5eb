"""``maildesk tickets`` and ``maildesk ticket N``: whose move is it, what was promised, what happened."""

from __future__ import annotations

import click

from maildesk.cli import describing
from maildesk.cli.rows import Kind, answer, request_of
from maildesk.cli.site import database_of
from maildesk.desk.words import TicketState
from maildesk.store import listing, operating

TICKETS = Kind(
    name="ticket",
    columns=(
        ("number", 7),
        ("state", 7),
        ("priority", 8),
        ("desk", 24),
        ("requester", 28),
        ("assignee", 20),
        ("promise", 17),
        ("subject", 0),
    ),
    show=listing.show_ticket,
    act=operating.on_ticket,
    describe=describing.ticket,
)


@click.command("tickets")
@click.argument("words", nargs=-1, metavar="[VERB] [NUMBER...]")
@click.option("--all", "everything", is_flag=True, help="Closed and merged ones too.")
@click.option("--state", type=click.Choice([state.value for state in TicketState]), help="Only those in this state.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line.")
@click.pass_context
def tickets(ctx: click.Context, words: tuple[str, ...], everything: bool, state: str | None, as_json: bool) -> None:
    """List tickets that are not closed or merged; or show, hold, release, retry the NUMBERs."""
    request = request_of(words)
    with database_of(ctx) as database:
        listed = listing.list_tickets(database, everything=everything, state=state)
        answer(database, TICKETS, request, listed, as_json)


@click.command("ticket")
@click.argument("words", nargs=-1, required=True, metavar="[VERB] NUMBER...")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line.")
@click.pass_context
def ticket(ctx: click.Context, words: tuple[str, ...], as_json: bool) -> None:
    """Show a ticket with all that happened; or hold, release, retry its mails and its next step."""
    request = request_of(words)
    with database_of(ctx) as database:
        answer(database, TICKETS, request, (), as_json)
