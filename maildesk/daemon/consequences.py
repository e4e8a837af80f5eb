"""What outcomes of deliveries mean, and what a tripped brake does, written in the transaction that records them.

What the relay took tells or keeps promises, in bulk: this runs for every mail. Refusals are decided one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from maildesk.daemon.composing import Compose
from maildesk.desk.following.delivering import Refused, decide_refused, decide_tripped
from maildesk.desk.outcomes import Outcome, OutcomeKind
from maildesk.desk.words import Audience, Site
from maildesk.store import answer_times, promising
from maildesk.store.agent_states import known_agents
from maildesk.store.apply import Source, apply
from maildesk.store.promising import About
from maildesk.store.trips import Braked

_FINAL = frozenset({OutcomeKind.REFUSED, OutcomeKind.GIVEN_UP})


@dataclass(frozen=True, slots=True)
class Consequences:
    """Constructed once; called inside a write transaction. What the database raises undoes the recording."""

    site: Site
    compose: Compose
    histories: answer_times.Histories = field(default_factory=answer_times.Histories)

    def __call__(self, connection: Connection, outcomes: Sequence[Outcome], now: datetime) -> None:
        about = promising.about(connection, [each.delivery_id for each in outcomes])
        sent = [
            about[each.delivery_id] for each in outcomes if each.kind is OutcomeKind.SENT and each.delivery_id in about
        ]
        promising.tell(connection, sent, now)
        answer_times.note(connection, self.site, promising.keep(connection, sent, now))
        for outcome in outcomes:
            if outcome.kind in _FINAL and outcome.delivery_id in about:
                self._refused(connection, outcome, about[outcome.delivery_id], now)

    def _refused(self, connection: Connection, outcome: Outcome, about: About, now: datetime) -> None:
        ticket = promising.ticket_of(connection, about)
        desk = self.site.desk(about.desk) or self.site.desks[0]
        facts = Refused(
            now=now,
            site=self.site,
            desk=desk,
            outcome=outcome,
            ticket=ticket,
            template=about.template,
            audience=Audience(about.audience),
            recipient=about.recipient,
            automatic=about.automatic,
            tells_promise=about.tells_promise,
            text=promising.answer_text(connection, about),
            agents=known_agents(connection),
            history=self.histories.of(connection, desk, now),
        )
        decision = decide_refused(facts)
        composed = [self.compose(mail, now) for mail in decision.mails]
        apply(connection, now, decision, composed, Source())

    def tripped(self, connection: Connection, braked: Sequence[Braked], now: datetime) -> None:
        """A brake holds mail for the first time: the admins hear of it, once a day for each brake and address."""
        for each in braked:
            if not each.tell_admins:
                continue
            decision = decide_tripped(self.site, each.brake, each.recipient, now)
            composed = [self.compose(mail, now) for mail in decision.mails]
            apply(connection, now, decision, composed, Source())
