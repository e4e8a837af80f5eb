"""``maildesk doctor``: do the guarantees hold on the live database now? Lists what offends; then exit 1."""

from __future__ import annotations

from dataclasses import asdict

import click

from maildesk.cli.rows import as_json as in_json
from maildesk.cli.site import database_of, settings_of
from maildesk.store.doctor import examine


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per offender and line.")
@click.option("--all", "everything", is_flag=True, help="Read every ticket and all filed mail: takes longer.")
@click.pass_context
def doctor(ctx: click.Context, as_json: bool, everything: bool) -> None:
    """Check the guarantees on the live database; list every offender."""
    with database_of(ctx) as database:
        findings = examine(database, settings_of(ctx).site.brakes, everything)
    for each in findings:
        click.echo(
            in_json(asdict(each)) if as_json else f"guarantee {each.guarantee}: {each.key}: {each.what} {each.remedy}"
        )
    if findings:
        ctx.exit(1)
    if not as_json:
        click.echo("All guarantees hold.")
