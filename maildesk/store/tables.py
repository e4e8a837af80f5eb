"""The tables; those about people stand in ``people_tables``, those about the site in ``site_tables``.

One schema for SQLite and PostgreSQL; every row carries its desk where it has one.
Moments are UTC (``Moment``), Message-IDs have no brackets, addresses are folded. UNIQUE keys do the work of
cleverness: ``arrivals.source_key``, ``seen.key``, ``deliveries.key``, ``promises(ticket, number)``, ``timers.ticket``.

Rows that are done with outnumber those that wait by far, so what is asked all the time has partial indexes. A database
uses one only where the query repeats its condition word for word, without a bound value: compare with ``WAITING`` and
the conditions below it, not with ``"waiting"``.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Table, UniqueConstraint, literal_column
from sqlalchemy.types import JSON, Boolean, Integer, LargeBinary, String, Text

from maildesk.store.columns import WAITING, Id, Moment, Span, index
from maildesk.store.columns import metadata as metadata
from maildesk.store.people_tables import agent_states as agent_states
from maildesk.store.people_tables import answer_times as answer_times
from maildesk.store.people_tables import article_uses as article_uses
from maildesk.store.people_tables import asked_reminders as asked_reminders
from maildesk.store.people_tables import joined as joined
from maildesk.store.people_tables import people as people
from maildesk.store.people_tables import praises as praises
from maildesk.store.people_tables import ratings as ratings
from maildesk.store.people_tables import reminders as reminders
from maildesk.store.people_tables import same_person as same_person
from maildesk.store.site_tables import forwards as forwards
from maildesk.store.site_tables import mailboxes as mailboxes
from maildesk.store.site_tables import notices as notices
from maildesk.store.site_tables import site as site
from maildesk.store.soundness import hanging as hanging

arrivals = Table(
    "arrivals",
    metadata,
    Column("id", Id, primary_key=True),
    Column("arrived_at", Moment, nullable=False),
    Column("accepted_at", Moment, nullable=False),
    Column("intake", String(32), nullable=False),
    Column("sender", Text),  # '' is the null sender, NULL unknown
    Column("recipients", JSON, nullable=False),
    Column("raw", LargeBinary, nullable=False),  # zstd
    Column("size", Integer, nullable=False),
    Column("source_key", Text, unique=True),
    Column("desk", Text),
    Column("authserv_id", Text, nullable=False, default=""),
    Column("trusted_results", Text, nullable=False, default=""),
    Column("spam", Boolean, nullable=False, default=False),
    Column("history", Boolean, nullable=False, default=False),
    Column("left_out", Text, nullable=False, default=""),
    Column("state", String(16), nullable=False, default="waiting"),
    Column("fate", String(16)),
    Column("reason", Text, nullable=False, default=""),
    Column("message_id", Text),
    Column("ticket", Integer),
    Column("reserved_ticket", Integer),  # the number a new ticket of this arrival will have, whatever happens between
    Column("attempts", Integer, nullable=False, default=0),
    Column("next_attempt_at", Moment, nullable=False),
    Column("claimed_by", String(64)),
    Column("override", String(16), nullable=False, default=""),  # an operator's word: "ticket" makes a ticket of it
)
ARRIVAL_WAITS = arrivals.c.state == WAITING
index("ix_arrivals_waiting", arrivals.c.id, arrivals.c.next_attempt_at, where=ARRIVAL_WAITS)
Index("ix_arrivals_message_id", arrivals.c.message_id)
Index("ix_arrivals_fate_accepted", arrivals.c.fate, arrivals.c.accepted_at)

seen = Table(
    "seen",
    metadata,
    Column("key", String(64), primary_key=True),  # digest of what makes two arrivals one mail
    Column("arrival", Id, ForeignKey("arrivals.id"), nullable=False),
)

tickets = Table(
    "tickets",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),
    Column("desk", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("state_since", Moment, nullable=False),
    Column("requester", Text, nullable=False),
    Column("requester_name", Text, nullable=False, default=""),
    Column("requester_trust", String(16), nullable=False),
    Column("language", String(16), nullable=False),
    Column("priority", String(16), nullable=False),
    Column("subject", Text, nullable=False, default=""),
    Column("root_id", Text, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("turn", Integer, nullable=False),
    Column("turn_began_at", Moment, nullable=False),
    Column("last_customer_at", Moment, nullable=False),
    Column("last_answer_at", Moment),
    Column("assignee", Text),
    Column("acknowledged_turn", Integer, nullable=False, default=0),
    Column("unanswerable", Text, nullable=False, default=""),
    Column("stopped", Boolean, nullable=False, default=False),
    Column("resting", Boolean, nullable=False, default=False),
    Column("customer_offset", Integer),
    Column("pause_reason", Text, nullable=False, default=""),
    Column("paused_until", Moment),
    Column("merged_into", Integer),
    Column("linked_to", Integer),
    Column("last_ids", JSON, nullable=False, default=list),
    Column("last_customer_id", Text),
    Column("reopened", Integer, nullable=False, default=0),
    Column("unanswered", Integer, nullable=False, default=0),
    Column("nudged", Integer, nullable=False, default=0),
    Column("nudged_at", Moment),
    Column("promises_made", Integer, nullable=False, default=0),
    Column("informed_at", Moment),
    Column("called", Integer, nullable=False, default=0, server_default="0"),
    Column("called_at", Moment),
    Column("priority_reason", Text, nullable=False, default="", server_default=""),
    Column("updates", Integer, nullable=False, default=0, server_default="0"),
    Column("asked_at", Moment),
    Column("tags", Text, nullable=False, default="", server_default=""),  # joined by commas
)
Index("ix_tickets_requester_desk", tickets.c.requester, tickets.c.desk, tickets.c.last_customer_at)
Index("ix_tickets_state", tickets.c.state, tickets.c.desk)
TICKET_IS_OURS = tickets.c.state == literal_column("'open'")
index("ix_tickets_ours", tickets.c.desk, tickets.c.turn_began_at, where=TICKET_IS_OURS)
Index("ix_tickets_assignee", tickets.c.assignee, tickets.c.state, tickets.c.desk)

participants = Table(
    "participants",
    metadata,
    Column("ticket", Integer, ForeignKey("tickets.number"), primary_key=True),
    Column("address", Text, primary_key=True),
    Column("name", Text, nullable=False, default=""),
    Column("since", Moment, nullable=False),
    Column("brought_by", Text, nullable=False),
)

messages = Table(
    "messages",
    metadata,
    Column("id", Id, primary_key=True),
    Column("desk", Text, nullable=False),
    Column("ticket", Integer, ForeignKey("tickets.number"), nullable=False),
    Column("arrival", Id, ForeignKey("arrivals.id")),
    Column("kind", String(16), nullable=False),
    Column("from_name", Text, nullable=False, default=""),
    Column("from_address", Text, nullable=False),
    Column("trust", String(16), nullable=False),
    Column("message_id", Text),
    Column("at", Moment, nullable=False),
    Column("subject", Text, nullable=False, default=""),
    Column("text", Text, nullable=False, default=""),
    Column("new_text", Text, nullable=False, default=""),
    Column("reason", Text, nullable=False, default=""),
)
Index("ix_messages_ticket", messages.c.ticket, messages.c.at)
Index("ix_messages_arrival", messages.c.arrival)

threads = Table(  # every Message-ID that points to a ticket: sent by us, filed, or referred to by filed mail
    "threads",
    metadata,
    Column("id", Id, primary_key=True),
    Column("message_id", Text, nullable=False),
    Column("ticket", Integer, ForeignKey("tickets.number"), nullable=False),
    Column("source", String(16), nullable=False),  # sent, filed, noted, referred
    Column("people", JSON, nullable=False, default=list),  # To and Cc of the filed mail; recipients of a sent one
    Column("at", Moment, nullable=False),
    UniqueConstraint("message_id", "ticket", "source"),
)
Index("ix_threads_ticket", threads.c.ticket)

promises = Table(
    "promises",
    metadata,
    Column("ticket", Integer, ForeignKey("tickets.number"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("turn", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Column("state", String(16), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("reason", Text, nullable=False),
    Column("told_at", Moment),
    Column("ended_at", Moment),
    Column("renewals", Integer, nullable=False, default=0),
    Column("target", Span),  # the service time it was made for
    Column("priority", String(16)),  # the ticket's, when it was made
)
PROMISE_STANDS = promises.c.state.in_([literal_column(f"'{state}'") for state in ("untold", "told", "untellable")])
index("uq_promises_standing", promises.c.ticket, where=PROMISE_STANDS, unique=True)
index("ix_promises_standing", promises.c.state, promises.c.at, where=PROMISE_STANDS)
PROMISE_NOT_KEPT = promises.c.state.in_([literal_column(f"'{state}'") for state in ("broken", "replaced")])
index("ix_promises_ended", promises.c.ended_at, where=PROMISE_NOT_KEPT)
PROMISE_UNEXPLAINED = (promises.c.state == literal_column("'untellable'")) & (promises.c.reason == literal_column("''"))
index("ix_promises_unexplained", promises.c.ticket, where=PROMISE_UNEXPLAINED)

timers = Table(
    "timers",
    metadata,
    Column("ticket", Integer, ForeignKey("tickets.number"), primary_key=True, autoincrement=False),
    Column("due_at", Moment, nullable=False),
    Column("step", String(24), nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("next_attempt_at", Moment, nullable=False),  # due_at, later after a claim
    Column("claimed_by", String(64)),
    Column("held", Boolean, nullable=False, default=False),
    Column("promised_at", Moment),  # the moment that the step must come before, where one was promised
)
TIMER_RUNS = timers.c.held.is_(literal_column("false"))
TIMER_FAILS = timers.c.attempts > literal_column("3")  # ``claims.STRIKES``
index("ix_timers_due", timers.c.next_attempt_at, timers.c.promised_at, timers.c.ticket, where=TIMER_RUNS)
index("ix_timers_failing", timers.c.ticket, where=TIMER_FAILS)
index("ix_timers_claimed_by", timers.c.claimed_by, where=timers.c.claimed_by.is_not(None))

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Id, primary_key=True),
    Column("key", Text, nullable=False, unique=True),  # the mail's key, and the recipient
    Column("desk", Text, nullable=False),
    Column("ticket", Integer, ForeignKey("tickets.number")),
    Column("template", String(48), nullable=False),
    Column("audience", String(16), nullable=False),
    Column("automatic", Boolean, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("recipient_domain", Text, nullable=False),
    Column("recipient_trust", String(16), nullable=False),
    Column("envelope_from", Text, nullable=False),
    Column("message_id", Text, nullable=False),
    Column("raw", LargeBinary, nullable=False),  # zstd: the frozen bytes
    Column("state", String(16), nullable=False, default="waiting"),
    Column("reason", Text, nullable=False, default=""),
    Column("created_at", Moment, nullable=False),
    Column("send_at", Moment, nullable=False),
    Column("states_until", Moment),
    Column("tells_promise", Integer),
    Column("keeps_promise", Boolean, nullable=False, default=False),
    Column("released", Boolean, nullable=False, default=False),  # an operator let it go: no brake holds it again
    Column("braked_at", Moment),  # when a brake first held it
    Column("attempts", Integer, nullable=False, default=0),
    Column("first_claimed_at", Moment),
    Column("next_attempt_at", Moment, nullable=False),
    Column("claimed_by", String(64)),
    Column("ended_at", Moment),
    Column("relay_response", Text, nullable=False, default=""),
    Column("relay_message_id", Text),
    Column("bundle", Id),  # the delivery that holds this one, where it left in a bundle
)
_d = deliveries.c
DELIVERY_WAITS = _d.state == WAITING
DELIVERY_UNSENT = _d.state.in_([WAITING, literal_column("'held'")])
# What the brakes count, from its first attempt on. "IS true" is the one form that both databases write alike.
_automatic = _d.automatic.is_(literal_column("true")) & _d.first_claimed_at.is_not(None)
BRAKED = (_d.audience == literal_column("'customer'")) & _automatic
STRANGERS = _d.first_claimed_at.is_not(None) & (_d.recipient_trust != literal_column("'authenticated'"))
TO_AN_AGENT = _d.audience == literal_column("'agent'")
REACHED_AN_AGENT = TO_AN_AGENT & _d.first_claimed_at.is_not(None)
FOR_A_BUNDLE = DELIVERY_WAITS & TO_AN_AGENT & _d.braked_at.is_not(None)
index("ix_deliveries_waiting", _d.automatic, _d.next_attempt_at, _d.id, where=DELIVERY_WAITS)
index("ix_deliveries_order", _d.ticket, _d.recipient, _d.id, where=DELIVERY_WAITS)
index("ix_deliveries_states_until", _d.states_until, where=DELIVERY_UNSENT & _d.states_until.is_not(None))
index("ix_deliveries_braked", _d.recipient, _d.first_claimed_at, where=BRAKED)
index("ix_deliveries_braked_domain", _d.recipient_domain, _d.first_claimed_at, where=STRANGERS)
index("ix_deliveries_braked_site", _d.first_claimed_at, where=BRAKED)
index("ix_deliveries_to_agents", _d.recipient, _d.first_claimed_at, where=REACHED_AN_AGENT)
index("ix_deliveries_bundling", _d.recipient, _d.id, where=FOR_A_BUNDLE)
Index("ix_deliveries_ticket", deliveries.c.ticket, deliveries.c.id)
Index("ix_deliveries_message_id", deliveries.c.message_id)
index("ix_deliveries_relay_message_id", _d.relay_message_id, where=_d.relay_message_id.is_not(None))

events = Table(
    "events",
    metadata,
    Column("id", Id, primary_key=True),
    Column("desk", Text, nullable=False),
    Column("ticket", Integer, ForeignKey("tickets.number")),
    Column("arrival", Id, ForeignKey("arrivals.id")),
    Column("at", Moment, nullable=False),
    Column("what", Text, nullable=False),
    Column("reason", Text, nullable=False, default=""),
    Column("by", Text, nullable=False, default="desk"),
)
Index("ix_events_ticket", events.c.ticket, events.c.id)
HANDED_ON = events.c.what == literal_column("'handed on'")  # as desk.away.HANDED_ON
index("ix_events_handed_on", events.c.by, events.c.id, where=HANDED_ON)
Index("ix_events_arrival", events.c.arrival)
