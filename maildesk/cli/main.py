"""``maildesk [--config FILE] COMMAND``: finds the command, runs it, and turns how it ended into an exit code.

Commands are imported when they are called, so that ``--help`` and ``inspect`` start fast. Exit codes are those of
sysexits.h: 0 done, 1 offenders were found, 64 wrong usage, 65 refused for good, 66 no such input, 70 a bug, 75 try
again later, 78 the config has faults. What was expected to fail says one clear sentence on standard error, never a
traceback.

``deliver`` is called by mail servers, and to them every code but 75 means "return the mail to its sender". So whatever
stops it, also a bug or a faulty config, is 75: mail waits until somebody has looked.
"""

from __future__ import annotations

import importlib
import os
import sys
import traceback
from collections.abc import Sequence
from typing import NoReturn

import click

from maildesk import __version__
from maildesk.errors import Refusal, Trouble

EX_USAGE, EX_DATAERR, EX_SOFTWARE, EX_TEMPFAIL, EX_CONFIG = 64, 65, 70, 75, 78

COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("init", "Write a first config, a secret, a database."),
    "run": ("run", "Run the desk: all roles, or only those named."),
    "check": ("check", "Judge config, templates and servers; all faults at once."),
    "doctor": ("doctor", "Check the guarantees on the live database."),
    "deliver": ("deliver", "Take one mail on standard input, for a mail server's pipe."),
    "inspect": ("inspect", "Show what maildesk understands of a mail."),
    "agents": ("agents", "List agents; send the welcome mail again."),
    "articles": ("articles", "List help articles: how often each was offered, sent, and solved it."),
    "templates": ("templates", "Judge, list and show the texts that are sent."),
    "rehearse": ("rehearse", "Play a scenario on a virtual clock; show every mail with its time."),
    "explain": ("explain", "Say why a mail went where it went."),
    "tickets": ("tickets", "List tickets."),
    "ticket": ("tickets", "Show a ticket with all that happened."),
    "arrivals": ("arrivals", "List what came in; show, hold, release, retry."),
    "deliveries": ("deliveries", "List what goes out; show, hold, release, retry."),
    "timers": ("timers", "List what is due if nobody moves; show, hold, release, retry."),
}
"""Every command with the module of ``maildesk.cli`` that has it, and what it does."""


class Commands(click.Group):
    """A group that imports a command only when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"maildesk.cli.{COMMANDS[cmd_name][0]}")
        command: click.Command = getattr(module, cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, does) for name, (_, does) in COMMANDS.items()])


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--config", metavar="FILE", help="Else $MAILDESK_CONFIG, else config/maildesk.toml.")
@click.version_option(__version__, "--version", message="maildesk %(version)s")
@click.pass_context
def group(ctx: click.Context, config: str | None) -> None:
    """A support desk that lives in e-mail."""
    ctx.obj = config


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run a command line and exit."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    code = _run(given)
    sys.exit(EX_TEMPFAIL if code and "deliver" in given[:3] else code)


def _run(arguments: list[str]) -> int:
    from maildesk.configuration.report import ConfigFaults

    try:
        result = group.main(args=arguments, prog_name="maildesk", standalone_mode=False)
        sys.stdout.flush()
    except click.UsageError as error:
        error.show()
        return EX_USAGE
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except ConfigFaults as faults:
        return _say(str(faults), EX_CONFIG)
    except Trouble as trouble:
        return _say(str(trouble), EX_TEMPFAIL)
    except Refusal as refusal:
        return _say(str(refusal), EX_DATAERR)
    except (click.Abort, KeyboardInterrupt):
        return 130
    except BrokenPipeError:  # the reader had enough, as in "maildesk tickets | head"
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception:  # everything else is a bug, and says so
        traceback.print_exc()
        return _say("This is a bug in maildesk. Please report it with the lines above.", EX_SOFTWARE)
    return result if isinstance(result, int) else 0


def _say(sentence: str, code: int) -> int:
    click.echo(sentence, err=True)
    return code
