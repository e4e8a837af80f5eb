"""Tickets by words, by customer and by number, as agents ask for them in a mail.

A search looks for all its words in what a ticket is known by (subject, customer, tags), or in one of its mails: of the
newest ``LOOKED_AT`` tickets and mails, so that it takes a part of a second however much is stored. Capitals do not
count; in words beyond ASCII those at the beginning, or all of them, do not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from sqlalchemy import Column, ColumnElement, Connection, bindparam, func, or_, select

from maildesk.desk.known.facts import Said
from maildesk.desk.words import Ticket
from maildesk.store.tables import messages, tickets
from maildesk.store.ticket_rows import load_tickets

LOOKED_AT = 50_000
MOST_FOUND = 200
MOST_WORDS = 8
MOST_SAID = 10
_NUMBER = re.compile(r"#?(\d{1,9})")  # more digits are no ticket, and more than the column holds

_t, _m = tickets.c, messages.c
_OF_THE_DESKS = _t.desk.in_(bindparam("desks", expanding=True))
_NEWEST_TICKET = select(func.max(_t.number))
_NEWEST_MESSAGE = select(func.max(_m.id))
_OF_CUSTOMER = (_t.requester.in_(bindparam("whos", expanding=True)), _OF_THE_DESKS)
_THEIRS = select(_t.number).where(*_OF_CUSTOMER).order_by(_t.last_customer_at.desc()).limit(MOST_FOUND)
_SAID = (
    select(_m.kind, _m.from_name, _m.from_address, _m.at, _m.new_text, _m.text)
    .where(_m.ticket == bindparam("of"), _m.kind.not_in(["command", "report"]))
    .order_by(_m.at.desc(), _m.id.desc())
    .limit(MOST_SAID)
)


def search(connection: Connection, desks: Sequence[str], said: str) -> tuple[Ticket, ...]:
    """The tickets of these desks that hold all the words, the newest first, at most ``MOST_FOUND``."""
    words = said.split()[:MOST_WORDS]
    newest = connection.execute(_NEWEST_TICKET).scalar() or 0
    last = connection.execute(_NEWEST_MESSAGE).scalar() or 0
    known_by = (_t.subject, _t.requester, _t.requester_name, _t.tags)
    by_ticket = (
        select(_t.number)
        .where(_OF_THE_DESKS, _t.number > newest - LOOKED_AT, *(_holds(known_by, word) for word in words))
        .order_by(_t.number.desc())
        .limit(MOST_FOUND)
    )
    by_mail = (
        select(_m.ticket)
        .join(tickets, _t.number == _m.ticket)
        .where(_OF_THE_DESKS, _m.id > last - LOOKED_AT, *(_holds((_m.new_text, _m.subject), word) for word in words))
        .group_by(_m.ticket)
        .order_by(func.max(_m.id).desc())
        .limit(MOST_FOUND)
    )
    number = _NUMBER.fullmatch(words[0]) if len(words) == 1 else None
    numbers = {int(number[1])} if number else set()
    for statement in (by_ticket, by_mail):
        numbers |= {int(each) for each in connection.execute(statement, {"desks": list(desks)}).scalars()}
    return _newest_first(connection, numbers, desks)


def of_customer(connection: Connection, desks: Sequence[str], *addresses: str) -> tuple[Ticket, ...]:
    """The tickets at these desks of the customer with these addresses, the newest first."""
    numbers = connection.execute(_THEIRS, {"whos": list(addresses), "desks": list(desks)}).scalars()
    return _newest_first(connection, {int(each) for each in numbers}, desks)


def said_in(connection: Connection, number: int) -> tuple[Said, ...]:
    """The newest mails and notes of a ticket, the newest first."""
    rows = connection.execute(_SAID, {"of": number}).all()
    return tuple(
        Said(row.from_name or row.from_address, row.at, row.new_text.strip() or row.text, row.kind == "note")
        for row in rows
    )


def _newest_first(connection: Connection, numbers: Iterable[int], desks: Sequence[str]) -> tuple[Ticket, ...]:
    wanted = set(numbers)
    found = [each for each in load_tickets(connection, wanted).values() if each.number in wanted]
    mine = (each for each in found if each.desk in desks)
    return tuple(sorted(mine, key=lambda each: (each.last_customer_at, each.number), reverse=True)[:MOST_FOUND])


def _holds(columns: Iterable[Column[str]], word: str) -> ColumnElement[bool]:
    """Whether one of the columns holds the word."""
    forms = dict.fromkeys((word, word.lower(), word.upper(), word.capitalize()))
    return or_(*(column.icontains(form, autoescape=True) for column in columns for form in forms))
