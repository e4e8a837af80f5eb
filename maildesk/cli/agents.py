"""``maildesk agents``: who answers, who is away, who has how much; and the welcome mail once more.

``maildesk agents`` lists the agents of the config, in its order; whoever is no agent any more and still has open
tickets comes last. ``maildesk agents welcome ADDRESS...`` has the welcome mail sent again: by the desk that runs, at
once, or by the next that starts.
"""

from __future__ import annotations

from datetime import UTC, datetime

import click

from maildesk.cli.rows import columns, print_list
from maildesk.cli.site import database_of, settings_of
from maildesk.errors import Refusal

COLUMNS = columns(
    "name 20, address 28, lead 4, away_until 17, open_tickets 12, most_open 9, praised 7, wrote_at 17, desks 0"
)


@click.command("agents")
@click.argument("words", nargs=-1, metavar="[welcome ADDRESS...]")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per agent and line.")
@click.pass_context
def agents(ctx: click.Context, words: tuple[str, ...], as_json: bool) -> None:
    """List agents: desks, who is away, open tickets, last mail; or send the welcome mail again to ADDRESSes."""
    from maildesk.store.agent_listing import list_agents

    if words and (words[0] != "welcome" or len(words) < 2):
        raise click.UsageError("Write nothing behind it, or: welcome anna@example.com")
    if words:
        _welcome(ctx, words[1:])
        return
    site = settings_of(ctx).site
    with database_of(ctx) as database:
        print_list(COLUMNS, list_agents(database, site, datetime.now(UTC)), as_json)


def _welcome(ctx: click.Context, addresses: tuple[str, ...]) -> None:
    from maildesk.mail.letter import fold_address
    from maildesk.store.agent_mail import ask_for_welcome

    site = settings_of(ctx).site
    found = {each: site.agent(fold_address(each)) for each in addresses}
    unknown = ", ".join(each for each, agent in found.items() if agent is None)
    if unknown:
        raise Refusal(f"Nobody here is an agent: {unknown}. Nothing was sent. maildesk agents lists all.")
    chosen = {agent.address: agent for agent in found.values() if agent is not None}
    deskless = next((each.address for each in chosen.values() if not each.desks), "")
    if deskless:
        raise Refusal(f"{deskless} answers for no desk. Nothing was sent. Name a desk for them in the config.")
    with database_of(ctx) as database:
        ask_for_welcome(database, chosen.values(), datetime.now(UTC))
    for agent in chosen.values():
        click.echo(f"{agent.name} <{agent.address}> gets the welcome mail, at once where the desk runs.")
