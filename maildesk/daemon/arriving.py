"""From what an intake has in hand to a row: the step that SMTP, LMTP, IMAP and the pipe share."""

from __future__ import annotations

from collections.abc import Sequence

from maildesk import log
from maildesk.config import Settings, SmtpSettings
from maildesk.intake.incoming import Incoming
from maildesk.store import arrivals
from maildesk.store.cursors import CursorMove
from maildesk.store.database import Database


def commit(database: Database, batch: Sequence[Incoming], cursor: CursorMove | None = None) -> list[int]:
    """Makes these mails durable in one transaction; their arrival ids, in order. Raises Trouble: then none is.

    A mail whose ``source_key`` is known already is not stored again; it gets the id that it has. ``cursor`` moves
    with the commit.
    """
    ids = arrivals.accept(database, [_row(mail) for mail in batch], cursor)
    for number, mail in zip(ids, batch, strict=True):
        log.arrival_accepted(number, mail.intake, mail.sender, mail.recipients, len(mail.raw))
    return ids


def size_limit(settings: Settings) -> int:
    """The largest mail, in octets, that is taken whole; one setting for every way in."""
    return settings.smtp.size_limit if settings.smtp else int(SmtpSettings.model_fields["size_limit"].default)


def _row(mail: Incoming) -> arrivals.NewArrival:
    return arrivals.NewArrival(
        intake=mail.intake,
        sender=mail.sender,
        recipients=mail.recipients,
        raw=mail.raw,
        arrived_at=mail.arrived_at,
        source_key=mail.source_key,
        desk=mail.desk,
        authserv_id=mail.authserv_id,
        trusted_results=mail.trusted_results,
        spam=mail.spam,
        history=mail.history,
        left_out=mail.left_out,
    )
