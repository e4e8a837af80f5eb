"""``maildesk check``: everything that would stop the desk or hurt it, at once, each with file, line and the way out.

Judges the config, the files it names, the templates, and whether database, ports, relay and mailboxes work from here.
Where a desk has a rota, it says who is on duty now. What is no fault, but leaves customers or agents with less (no
relay, no agents, nothing that shows who wrote), stands in notes.
It changes nothing. Exit 0 where all is sound, 78 where anything is not.
"""

from __future__ import annotations

import click


@click.command("check")
@click.pass_context
def check(ctx: click.Context) -> None:
    """Judge config, templates and servers; report all faults at once."""
    from maildesk.app import system_clock
    from maildesk.cli import judging
    from maildesk.cli.site import settings_of
    from maildesk.config import ConfigFaults
    from maildesk.replies.templates import Templates

    settings = settings_of(ctx)
    wording = judging.wording(settings, Templates(settings.templates))
    faults = [*judging.files(settings), *wording, *judging.servers(settings)]
    if faults:
        raise ConfigFaults(faults)
    for sentence in judging.notes(settings):
        click.echo(f"Note: {sentence}")
    for sentence in judging.on_duty(settings, system_clock()):
        click.echo(sentence)
    click.echo(f"{settings.path}: config, templates and servers are sound.")
