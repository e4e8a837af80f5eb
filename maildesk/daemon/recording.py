"""Recording what came of deliveries: one transaction for a batch, single ones where the batch cannot be recorded.

Guarantees: an outcome and what follows from it are one transaction. If the consequences of one delivery fail (a bug),
the others are recorded with theirs, and that one without: a mail that the relay took is never sent again because we
could not draw the conclusion. ``maildesk doctor`` shows what is then missing.
"""

from __future__ import annotations

import traceback
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection

from maildesk import log
from maildesk.desk.outcomes import Outcome, OutcomeKind
from maildesk.errors import Trouble
from maildesk.store import deliveries
from maildesk.store.database import Database
from maildesk.store.deliveries import ClaimedDelivery, Consequences


def record_all(
    database: Database, consequences: Consequences, outcomes: Sequence[Outcome], untried: Sequence[Outcome]
) -> None:
    """Records all; nothing follows from ``untried``, whose claims are given back.

    Raises Trouble: then record all of them again, later.
    """
    try:
        _record(database, consequences, outcomes, untried)
    except Trouble:
        raise
    except Exception:  # a bug in what follows from one of them: the others shall not suffer
        for outcome in outcomes:
            _record_alone(database, consequences, outcome)
        _record(database, consequences, [], untried)


def _record_alone(database: Database, consequences: Consequences, outcome: Outcome) -> None:
    try:
        _record(database, consequences, [outcome])
    except Trouble:
        raise
    except Exception:  # the bug's own delivery: its fate is kept, what follows is missing and logged
        log.delivery_bug(outcome.delivery_id, None, traceback.format_exc())
        _record(database, _nothing_follows, [outcome])


def _record(
    database: Database, consequences: Consequences, outcomes: Sequence[Outcome], untried: Sequence[Outcome] = ()
) -> None:
    with database.write() as connection:
        deliveries.record(connection, [*outcomes, *untried])
        if outcomes:
            consequences(connection, outcomes, outcomes[0].at)


def _nothing_follows(connection: Connection, outcomes: Sequence[Outcome], now: datetime) -> None:
    pass


def tell(outcomes: Sequence[Outcome], claimed: Mapping[int, ClaimedDelivery]) -> None:
    """One log line for each fate."""
    for outcome in outcomes:
        mail = claimed[outcome.delivery_id]
        if outcome.kind is OutcomeKind.SENT:
            log.delivery_sent(mail.id, mail.message_id, mail.ticket, mail.template, outcome.response)
        elif outcome.kind is OutcomeKind.STALE:
            log.delivery_dropped(mail.id, mail.ticket, outcome.response)
        elif outcome.next_attempt_at is not None:
            log.delivery_delayed(mail.id, mail.message_id, mail.attempts, outcome.next_attempt_at, outcome.response)
        else:
            log.delivery_failed(mail.id, mail.message_id, mail.ticket, outcome.response)
