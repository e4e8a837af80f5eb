"""Questions whether two addresses are one customer's: what a mail must know of them, and how they are written.

One row for each pair at a desk, for good: the primary key is what keeps anybody from being asked twice.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, or_, select, update

from maildesk.desk.actions import PairChange
from maildesk.desk.customers.consent_words import consent
from maildesk.desk.judging.matching import find_ticket
from maildesk.desk.known.facts import Facts
from maildesk.desk.known.pair_facts import NO_PAIR, PairFacts, PairQuestion, Stage
from maildesk.desk.mailing.pair_mails import QUESTIONS
from maildesk.desk.words import Role, Ticket
from maildesk.store.our_mail import threading_ids
from maildesk.store.persons import person_of
from maildesk.store.tables import deliveries, messages, same_person
from maildesk.store.writing_tickets import Conflict

_p = same_person.c
_BY_NUMBER = select(same_person).where(_p.ticket == bindparam("of"), _p.number == bindparam("issue"))
_OF_EITHER = (
    select(same_person)
    .where(_p.desk == bindparam("at_desk"))
    .where(or_(_p.customer.in_(bindparam("one", expanding=True)), _p.other.in_(bindparam("two", expanding=True))))
    .order_by(_p.asked_at)
)
_NEWEST = select(func.max(_p.number)).where(_p.ticket == bindparam("of"))
_ANSWERED = (
    select(deliveries.c.key)
    .where(deliveries.c.message_id.in_(bindparam("ids", expanding=True)), deliveries.c.recipient == bindparam("who"))
    .where(deliveries.c.template.in_(QUESTIONS))
    .limit(1)
)


def pair_of(connection: Connection, facts: Facts) -> PairFacts:
    """What bears on this mail: a customer's that answers such a question, or may cause one, or an agent's who asks."""
    ticket = find_ticket(facts).ticket
    if facts.site.agent(facts.author.address) is not None:
        return _asked_for(connection, facts, ticket)
    answers = _answers(connection, facts)
    if answers is not None:
        customer, other = (person_of(connection, answers.desk, each) for each in (answers.customer, answers.other))
        earlier = _earlier(connection, answers.desk, answers.customer, answers.other)
        return PairFacts(answers, earlier, customer, other, _next(connection, answers.ticket))
    if ticket is None or facts.is_of(ticket):
        return NO_PAIR
    earlier = _earlier(connection, ticket.desk, ticket.requester, facts.author.address)
    customer = person_of(connection, ticket.desk, ticket.requester)
    return PairFacts(None, earlier, customer, facts.person, _next(connection, ticket.number))


def _asked_for(connection: Connection, facts: Facts, ticket: Ticket | None) -> PairFacts:
    """Of an agent's mail: what bears on the address that it names."""
    if ticket is None or not facts.asked.others:
        return NO_PAIR
    earlier = _earlier(connection, ticket.desk, ticket.requester, *(named for named, _ in facts.asked.others))
    return PairFacts(None, earlier, facts.asked.customer, next_number=_next(connection, ticket.number))


def _answers(connection: Connection, facts: Facts) -> PairQuestion | None:
    """By the signed address that was made for it, which names its number; without one, by the mail that is answered."""
    for token in facts.tokens:
        if token.role is Role.CUSTOMER and token.mine and token.issue:
            row = connection.execute(_BY_NUMBER, {"of": token.ticket, "issue": token.issue}).first()
            return None if row is None else _question(row)
    ours = any(hit.source == "sent" and facts.author.address in hit.people for hit in facts.hits)
    if not ours or consent(facts.letter.new_text, names=(facts.author.name,)) is None:
        return None
    ids = {"ids": threading_ids(facts.letter)[:1], "who": facts.author.address}
    key = connection.execute(_ANSWERED, ids).scalar()
    if key is None:
        return None
    _, of, issue, *_rest = key.split(":")
    row = connection.execute(_BY_NUMBER, {"of": int(of), "issue": int(issue)}).first()
    return None if row is None else _question(row)


def _earlier(connection: Connection, desk: str, *addresses: str) -> tuple[PairQuestion, ...]:
    rows = connection.execute(_OF_EITHER, {"at_desk": desk, "one": addresses, "two": addresses})
    return tuple(_question(row) for row in rows)


def _next(connection: Connection, ticket: int) -> int:
    return int(connection.execute(_NEWEST, {"of": ticket}).scalar() or 0) + 1


def _question(row: Row[Any]) -> PairQuestion:
    return PairQuestion(
        row.desk, row.ticket, row.number, row.customer, row.other, Stage(row.stage), row.asked_at, row.wrote_at, row.by
    )


_KNOWN = select(_p.stage).where(
    _p.desk == bindparam("at_desk"), _p.low == bindparam("first"), _p.high == bindparam("second")
)
_MOVE = (
    update(same_person)
    .where(_p.ticket == bindparam("of"), _p.number == bindparam("issue"), _p.stage == bindparam("before"))
    .values(stage=bindparam("after"), asked_at=bindparam("asked"))
)
_BELIEVED = (
    update(messages)
    .where(messages.c.ticket == bindparam("of"), messages.c.from_address == bindparam("who"))
    .where(messages.c.kind == "stranger")
    .values(kind="question")
)


def write_pair(connection: Connection, change: PairChange) -> None:
    """A new question, or one that goes on; what the new address wrote is the customer's once both said yes.

    Raises Conflict where the pair was asked, or answered, in the meantime.
    """
    question = change.question
    if change.was is None:
        _write_new(connection, question)
        return
    row = {"of": question.ticket, "issue": question.number, "before": str(change.was), "after": str(question.stage)}
    if connection.execute(_MOVE, row | {"asked": question.asked_at}).rowcount == 0:
        raise Conflict(f"{question.other} or {question.customer} has answered meanwhile")
    if question.stage is Stage.JOINED and question.wrote_at is not None:
        connection.execute(_BELIEVED, {"of": question.ticket, "who": question.other})


def _write_new(connection: Connection, question: PairQuestion) -> None:
    low, high = sorted((question.customer, question.other))
    if connection.execute(_KNOWN, {"at_desk": question.desk, "first": low, "second": high}).first() is not None:
        raise Conflict(f"{question.other} was asked meanwhile")
    row = {
        "desk": question.desk, "low": low, "high": high, "ticket": question.ticket, "number": question.number,
        "customer": question.customer, "other": question.other, "stage": str(question.stage),
        "asked_at": question.asked_at, "wrote_at": question.wrote_at, "by": question.by,
    }  # fmt: skip
    connection.execute(insert(same_person), row)
