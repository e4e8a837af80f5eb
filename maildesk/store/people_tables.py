"""The tables about people: customers at a desk, agents, how long answers took and what was said of them.

See ``tables`` for how they are made; other code takes them from there.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Table, UniqueConstraint, false
from sqlalchemy.types import Boolean, Integer, String, Text

from maildesk.store.columns import Id, Moment, Span, metadata

people = Table(  # what we know of an address at a desk; its version guards decisions about senders
    "people",
    metadata,
    Column("desk", Text, primary_key=True),
    Column("address", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("name", Text, nullable=False, default=""),
    Column("language", String(16), nullable=False, default=""),
    Column("unreachable", Text, nullable=False, default=""),
    Column("spam", Boolean, nullable=False, default=False),
    Column("brake_trips", Integer, nullable=False, default=0),
    Column("robot_since", Moment),
    # by an agent, whatever they write in
    Column("chosen_language", String(16), nullable=False, default="", server_default=""),
    Column("notes", Text, nullable=False, default="", server_default=""),  # one a line, for agents alone
    Column("chosen_name", Text, nullable=False, default="", server_default=""),  # by an agent, however they sign
    Column("vip", Boolean, nullable=False, default=False, server_default=false()),
)

joined = Table(  # addresses of one person at a desk, besides the main one: ``person``, which has no row of its own
    "joined",
    metadata,
    Column("desk", Text, primary_key=True),
    Column("address", Text, primary_key=True),
    Column("person", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("by", Text, nullable=False),  # an agent's address; the customer's own where they said so
)
Index("ix_joined_person", joined.c.desk, joined.c.person)

same_person = Table(  # the question whether two addresses are one customer's: one for each pair at a desk, for good
    "same_person",
    metadata,
    Column("desk", Text, primary_key=True),
    Column("low", Text, primary_key=True),  # the two addresses in their order: whoever is asked first
    Column("high", Text, primary_key=True),
    Column("ticket", Integer, ForeignKey("tickets.number"), nullable=False),
    Column("number", Integer, nullable=False),  # counts the ticket's questions: the issue of its signed addresses
    Column("customer", Text, nullable=False),
    Column("other", Text, nullable=False),  # who may be the same person
    Column("stage", String(16), nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("wrote_at", Moment),  # when the other wrote on the ticket, where that is why
    Column("by", Text, nullable=False, default=""),  # the agent who asked for it
    UniqueConstraint("ticket", "number"),
)
Index("ix_same_person_customer", same_person.c.desk, same_person.c.customer)
Index("ix_same_person_other", same_person.c.desk, same_person.c.other)

agent_states = Table(
    "agent_states",
    metadata,
    Column("address", Text, primary_key=True),
    Column("away_until", Moment),
    Column("token_issue", Integer, nullable=False, default=0),
    Column("wrote_at", Moment),
    Column("away_since", Moment),  # None: here, or told of what happened while they were away
    Column("away_reason", Text, nullable=False, default="", server_default=""),
    # "09:00 14:00" on the desk's clock; "off"; "" as the config says
    Column("digest_times", Text, nullable=False, default="", server_default=""),
    Column("next_mail_at", Moment),  # when a mail of their own is due: digest, daily list, welcome back
    # the day (ISO, the desk's zone) of the last daily list
    Column("daily_on", Text, nullable=False, default="", server_default=""),
    Column("reminded_at", Moment),  # when the last mail of reminders was made
    Column("list_asked_at", Moment),  # #list: not yet answered
    Column("welcome_asked_at", Moment),  # the welcome mail is due; None: they had it, or were here before there was one
    # counts what bears on their own mail: a decision about it is written only if this is as it was read
    Column("version", Integer, nullable=False, default=0, server_default="0"),
)
Index("ix_agent_states_next_mail_at", agent_states.c.next_mail_at)

reminders = Table(  # what an agent is to be reminded of in their next mail; gone when it is made, or when it is untrue
    "reminders",
    metadata,
    Column("agent", Text, primary_key=True),
    Column("ticket", Integer, ForeignKey("tickets.number"), primary_key=True),
    Column("step", String(24), nullable=False),
    Column("at", Moment, nullable=False),
    Column("note", Text, nullable=False, default=""),  # why it was on hold until then
)
Index("ix_reminders_ticket", reminders.c.ticket)

asked_reminders = Table(  # #remind: one for each agent and ticket; gone when it is mailed
    "asked_reminders",
    metadata,
    Column("agent", Text, primary_key=True),
    Column("ticket", Integer, ForeignKey("tickets.number"), primary_key=True),
    Column("at", Moment, nullable=False),
)
Index("ix_asked_reminders_ticket", asked_reminders.c.ticket)

answer_times = Table(  # how long people really waited for an answer: what promises are measured by
    "answer_times",
    metadata,
    Column("id", Id, primary_key=True),
    Column("desk", Text, nullable=False),
    Column("priority", String(16), nullable=False),
    Column("ticket", Integer, ForeignKey("tickets.number"), nullable=False),
    Column("turn", Integer, nullable=False),
    Column("began_at", Moment, nullable=False),
    Column("answered_at", Moment, nullable=False),
    Column("wait", Span, nullable=False),  # service time
    Column("promised", Span),  # the service time that the first promise of the turn allowed; None: there was none
    Column("agent", Text, nullable=False, default=""),
    UniqueConstraint("ticket", "turn"),
)
Index("ix_answer_times_recent", answer_times.c.desk, answer_times.c.priority, answer_times.c.answered_at)

article_uses = Table(  # help articles that customers got on a ticket, and when the customer said that it is solved
    "article_uses",
    metadata,
    Column("ticket", Integer, ForeignKey("tickets.number"), primary_key=True),
    Column("language", String(16), primary_key=True),
    Column("article", Text, primary_key=True),
    Column("how", String(16), primary_key=True),  # offered, sent
    Column("desk", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("agent", Text, nullable=False, default=""),
    Column("solved_at", Moment),
)
Index("ix_article_uses_article", article_uses.c.article, article_uses.c.language)

ratings = Table(  # what customers said when they were asked whether it is solved; the last word counts
    "ratings",
    metadata,
    Column("ticket", Integer, ForeignKey("tickets.number"), primary_key=True),
    Column("desk", Text, nullable=False),
    Column("agent", Text, nullable=False, default=""),
    Column("at", Moment, nullable=False),
    Column("score", Integer),  # 1 to 5; None where they only said yes or no
    Column("solved", Boolean, nullable=False),
)
Index("ix_ratings_desk", ratings.c.desk, ratings.c.at)

praises = Table(  # good words for an answer, to be counted and passed on: one for each turn of a ticket, the first
    "praises",
    metadata,
    Column("ticket", Integer, ForeignKey("tickets.number"), primary_key=True),
    Column("turn", Integer, primary_key=True),
    Column("desk", Text, nullable=False),
    Column("agent", Text, nullable=False),  # who earned it: whose answer reached the customer last
    Column("kind", String(16), nullable=False),  # thanks, rating
    Column("at", Moment, nullable=False),
    Column("words", Text, nullable=False),  # the customer's, shortened
)
Index("ix_praises_agent", praises.c.agent, praises.c.at)
