"""``maildesk deliver [--from SENDER] [RECIPIENT...]``: one mail on standard input, for a mail server's pipe.

Exit 0: the mail is committed. Everything else is 75, "try again" (see ``maildesk.cli.main``): mail servers return a
mail to its sender for any other code. The desk itself need not run: the mail waits in the database, and the desk finds
it within a second or two.

Postfix, in master.cf::

    maildesk unix - n n - 4 pipe flags=DR user=maildesk null_sender=
      argv=/opt/maildesk/bin/maildesk --config FILE deliver --from ${sender} ${original_recipient}
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime

import click


@click.command("deliver")
@click.option("--from", "sender", metavar="SENDER", help='Envelope sender; "" or <> is the null sender.')
@click.argument("recipients", nargs=-1, metavar="[RECIPIENT...]")
@click.pass_context
def deliver(ctx: click.Context, sender: str | None, recipients: tuple[str, ...]) -> None:
    """Take one mail on standard input; exit 0 when it is safe, 75 to try again.

    Without RECIPIENT: $ORIGINAL_RECIPIENT, else Delivered-To, X-Original-To, To, Cc of the mail.
    """
    from maildesk.cli.site import settings_of
    from maildesk.daemon.arriving import commit, size_limit
    from maildesk.intake.pipe import read_mail
    from maildesk.store.database import Database

    settings = settings_of(ctx)
    mail = read_mail(
        sys.stdin.buffer,
        sender=sender,
        recipients=recipients,
        environment=os.environ,
        now=datetime.now(UTC),
        size_limit=size_limit(settings),
        authserv_id=settings.authserv_id,
        trusted_results=settings.trusted_results,
    )
    database = Database(settings.database_url, create=False)  # as another user we must not make one
    try:
        database.migrate()
        commit(database, [mail])
    finally:
        database.close()
