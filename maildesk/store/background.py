"""What agents read beside a customer's mail: the ticket's earlier mails, and the customer's other tickets at the desk.

A few questions by index, each limited, whatever is stored. Notes, commands and mails of strangers are left out, and
so is what never left: an answer that its agent is asked about, or took back.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, and_, bindparam, or_, select

from maildesk.desk.judging.matching import find_ticket
from maildesk.desk.known.background_facts import NOTHING_BESIDE, Background, OtherTicket, Said
from maildesk.desk.known.facts import Facts
from maildesk.desk.mailing.background import MOST_EARLIER, MOST_OTHERS
from maildesk.desk.words import MessageKind, Site
from maildesk.store.our_mail import unsent_answers
from maildesk.store.tables import messages, tickets

_SHOWN = ("question", "thanks", "rating", "answer")
_t, _m = tickets.c, messages.c
_SAID = (
    select(_m.kind, _m.arrival, _m.from_name, _m.from_address, _m.at, _m.new_text, _m.text)
    .where(_m.ticket == bindparam("of"))
    .where(or_(_m.kind.in_(_SHOWN), and_(_m.kind == "stranger", _m.from_address == bindparam("believed"))))
    .order_by(_m.at.desc(), _m.id.desc())
    .limit(3 * MOST_EARLIER)  # of which some may not have left
)
_THEIRS = (
    select(_t.number, _t.subject, _t.state)
    .where(_t.requester.in_(bindparam("whos", expanding=True)), _t.desk == bindparam("at_desk"))
    .where(_t.merged_into.is_(None))
    .order_by(_t.last_customer_at.desc())
    .limit(MOST_OTHERS + 2)
)


def background_of(connection: Connection, facts: Facts) -> Background:
    """What stands beside this mail. Nothing where it is a robot's or spam, for then nobody is to answer it."""
    if facts.letter.automatic or facts.arrival.spam:
        return NOTHING_BESIDE
    ticket = find_ticket(facts).ticket
    by_agent = facts.site.agent(facts.author.address) is not None
    if ticket is None and (by_agent or facts.is_form or not facts.author.address):
        return NOTHING_BESIDE
    who = ticket.requester if ticket is not None else facts.author.address
    desk = ticket.desk if ticket is not None else facts.desk.address
    believed = facts.pair.answers.other if facts.pair.answers is not None else ""
    said = said_before(connection, ticket.number, facts.site, believed) if ticket is not None else ()
    known = facts.person if ticket is None or facts.is_same_person(ticket) else facts.asked.customer
    theirs = connection.execute(_THEIRS, {"whos": list(known.addresses or (who,)), "at_desk": desk}).all()
    return Background(said, tuple(OtherTicket(row.number, row.subject, str(row.state)) for row in theirs))


def said_before(connection: Connection, number: int, site: Site, believed: str = "") -> tuple[Said, ...]:
    """What customers and agents said to each other in a ticket, the newest first; agents by their registered name.

    ``believed``: a stranger of whom the customer is asked whether it is them.
    """
    rows = connection.execute(_SAID, {"of": number, "believed": believed}).all()
    unsent = unsent_answers(connection, number) if any(row.kind == MessageKind.ANSWER for row in rows) else ()
    found = (row for row in rows if row.arrival not in unsent)
    said = (Said(_name(row.from_name, row.from_address, site), row.at, _text(row)) for row in found)
    return tuple(said)[: MOST_EARLIER + 1]


def _name(name: str, address: str, site: Site) -> str:
    agent = site.agent(address)
    return agent.name if agent is not None else name or address


def _text(row: Any) -> str:
    return str(row.new_text.strip() or row.text)
