"""``maildesk rehearse SCENARIO.toml``: plays a scenario through the real decisions and templates on a virtual clock.

Shows every mail, to whom, when, in full; ``--json`` for machines: one object for each mail in order of time, then
``{"hanging": 0}``, the number of steps after which somebody had been left hanging (guarantee 4). Needs no database,
network, secret or earlier run. Exit 0; 1 where somebody was left hanging; 66 where there is no such file; 78 with every
fault of scenario and config at once. Broken templates are named on standard error: what is shown is what a desk would
send, the last version that works.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from maildesk.config import Settings
    from maildesk.configuration.report import Fault
    from maildesk.configuration.scenario import Scenario
    from maildesk.daemon.rehearsed_mail import WentOut
    from maildesk.daemon.rehearsing import Played

EX_NOINPUT = 66


@click.command("rehearse")
@click.argument("path", metavar="SCENARIO.toml", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object per mail and line.")
@click.pass_context
def rehearse(ctx: click.Context, path: Path, as_json: bool) -> None:
    """Play SCENARIO.toml on a virtual clock and show every mail with its time."""
    from maildesk import app, log
    from maildesk.cli.timeline import show
    from maildesk.config import ConfigFaults
    from maildesk.replies.templates import Templates

    if not path.exists():
        click.echo(f"{path}: There is no such scenario file. config/scenarios has some to begin with.", err=True)
        ctx.exit(EX_NOINPUT)
    scenario, settings = _read(ctx, path)
    templates = Templates(settings.templates)
    with log.only_errors():
        played = app.rehearse(settings, scenario, templates)
    if scenario.faults:
        raise ConfigFaults(scenario.faults)
    if as_json:
        _print_json(played)
    else:
        show(path, settings, scenario, played)
    for problem in templates.problems():
        click.echo(f"{problem.file}:{problem.line}: {problem.sentence}", err=True)
    ctx.exit(1 if played.hanging else 0)


def _read(ctx: click.Context, path: Path) -> tuple[Scenario, Settings]:
    """The scenario and its config. Raises ``ConfigFaults`` with what is wrong with either."""
    from maildesk.config import ConfigFaults, config_path, load
    from maildesk.configuration.scenario import agree, read_scenario

    scenario = read_scenario(path)
    faults: list[Fault] = []
    settings = None
    path_of_config = scenario.config_or(config_path(ctx.find_root().obj))
    if path_of_config is not None:
        try:
            settings = load(path_of_config)
            agree(scenario, settings.site)
        except ConfigFaults as found:
            faults += found.faults
    if settings is None or scenario.faults or faults:
        raise ConfigFaults([*scenario.faults, *faults])
    return scenario, settings


def _print_json(played: Played) -> None:
    for mail in played.mails:
        click.echo(json.dumps(as_dict(mail), ensure_ascii=False))
    click.echo(json.dumps({"hanging": played.hanging}))


def as_dict(mail: WentOut) -> dict[str, Any]:
    """The keys that docs/design.md promises, and no others."""
    return {
        "at": mail.at.isoformat(),
        "to": mail.to,
        "template": mail.template,
        "ticket": mail.ticket,
        "subject": mail.subject,
        "language": mail.language,
        "text": mail.text,
        "promise": mail.promise.isoformat() if mail.promise else None,
    }
