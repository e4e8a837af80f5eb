"""Our own mail as facts: what a report is about, what an agent answers, and which answers went before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, or_, select

from maildesk.desk.customers.customer_words import desk_word, is_thanks, rating, team_names
from maildesk.desk.known.facts import AnswerFacts, DeliveryFacts
from maildesk.desk.senders.addresses import Keys, SignedAddress, is_for
from maildesk.desk.senders.authorship import Author
from maildesk.desk.site import HELD_BY_CONFIG, HELD_BY_OPERATOR
from maildesk.desk.words import Agent, Role, Site, Ticket
from maildesk.mail.letter import Automatic, Letter, fold_address
from maildesk.store.tables import deliveries, messages, threads

MOST_REFERENCES = 50
"""How many threading ids of a mail are looked up, the newest first: more than any honest thread carries at its end."""


_DELIVERY = select(
    deliveries.c.id,
    deliveries.c.key,
    deliveries.c.ticket,
    deliveries.c.recipient,
    deliveries.c.message_id,
    deliveries.c.template,
    deliveries.c.state,
    deliveries.c.audience,
    deliveries.c.created_at,
    deliveries.c.automatic,
)


_BY_MESSAGE_ID = _DELIVERY.where(
    or_(
        deliveries.c.message_id.in_(bindparam("ids", expanding=True)),
        deliveries.c.relay_message_id.in_(bindparam("same", expanding=True)),
    )
).order_by(deliveries.c.id)


_OF_TICKET = _DELIVERY.where(deliveries.c.ticket == bindparam("ticket")).order_by(deliveries.c.id.desc()).limit(200)


_ANSWERS = (
    select(messages.c.arrival, messages.c.from_address, messages.c.at, messages.c.new_text)
    .where(messages.c.ticket == bindparam("ticket"), messages.c.kind == "answer")
    .order_by(messages.c.id.desc())
    .limit(20)
)


_QUESTIONS = (
    select(messages.c.ticket, messages.c.new_text)
    .where(messages.c.ticket.in_(bindparam("tickets", expanding=True)))
    .where(messages.c.kind.in_(["question", "thanks"]))
    .order_by(messages.c.id.desc())
    .limit(50)
)
_COPIED = (
    select(threads.c.people)
    .join(messages, (messages.c.ticket == threads.c.ticket) & (messages.c.message_id == threads.c.message_id))
    .where(messages.c.ticket.in_(bindparam("tickets", expanding=True)), threads.c.source == "filed")
    .where(messages.c.kind.in_(["question", "thanks"]))
    .order_by(messages.c.id.desc())
    .limit(20)
)
_REPLIES = select(deliveries.c.id, deliveries.c.key, deliveries.c.state, deliveries.c.reason).where(
    deliveries.c.ticket == bindparam("ticket"), deliveries.c.template == "reply"
)


def threading_ids(letter: Letter) -> list[str]:
    """Threading ids, newest first: In-Reply-To, then References from its end."""
    return list(dict.fromkeys((*letter.in_reply_to, *reversed(letter.references))))[:MOST_REFERENCES]


@dataclass(frozen=True, slots=True)
class Returned:
    """The signed addresses on a mail, as proof of whose mail comes back: each bounce address is one recipient's."""

    keys: Keys
    signed: tuple[SignedAddress, ...]

    @property
    def ticket(self) -> int | None:
        """The ticket of the bounce address; None where there is none."""
        return next((each.ticket for each in self.signed if each.role is Role.BOUNCE), None)

    def proves(self, delivery: DeliveryFacts) -> bool:
        """Whether the bounce address is that of this delivery's recipient."""
        return any(each.role is Role.BOUNCE and is_for(self.keys, each, delivery.recipient) for each in self.signed)


def deliveries_about(
    connection: Connection, letter: Letter, returned: Returned, author: Author, site: Site
) -> tuple[DeliveryFacts, ...]:
    """The mails of ours that a report is about, or that an agent answers."""
    if letter.automatic in (Automatic.BOUNCE, Automatic.RECEIPT):
        return _reported(connection, letter, returned)
    if site.agent(author.mailbox.address) is None:
        return ()
    return _by_id(connection, threading_ids(letter))


def _by_id(connection: Connection, ids: list[str]) -> tuple[DeliveryFacts, ...]:
    if not ids:
        return ()
    return tuple(DeliveryFacts(**row._mapping) for row in connection.execute(_BY_MESSAGE_ID, {"ids": ids, "same": ids}))


def _reported(connection: Connection, letter: Letter, returned: Returned) -> tuple[DeliveryFacts, ...]:
    """By Message-ID with the failed recipient of that delivery; else by bounce address, the newest mail to its person.

    A Message-ID alone proves nothing: all recipients of a mail share it.
    """
    failed = {fold_address(each.address) for each in letter.bounce.recipients} if letter.bounce else set()
    original = letter.bounce.original_message_id if letter.bounce else None
    by_id = [
        each
        for each in _by_id(connection, [original] if original else [])
        if each.recipient in failed or (not failed and returned.proves(each))
    ]
    if by_id or not returned.ticket:
        return tuple(by_id)
    rows = (DeliveryFacts(**row._mapping) for row in connection.execute(_OF_TICKET, {"ticket": returned.ticket}))
    return tuple([each for each in rows if each.state == "sent" and returned.proves(each)][:1])


def customers_said(
    connection: Connection, author: Author, known: Mapping[int, Ticket], site: Site
) -> tuple[tuple[int, str], ...]:
    """What customers wrote in the tickets that an agent may be answering, newest first."""
    if site.agent(author.mailbox.address) is None or not known:
        return ()
    rows = connection.execute(_QUESTIONS, {"tickets": sorted(known)})
    return tuple((int(row.ticket), str(row.new_text)) for row in rows)


def copied_by_customers(
    connection: Connection, author: Author, known: Mapping[int, Ticket], site: Site
) -> tuple[str, ...]:
    """Whom the newest customer's mail that was sent to others too was sent to, of the tickets an agent writes in."""
    if site.agent(author.mailbox.address) is None or not known:
        return ()
    rows = connection.execute(_COPIED, {"tickets": sorted(known)}).scalars()
    others = (tuple(each for each in people[1:] if "@" in each and not site.is_inside(each)) for people in rows)
    return next(filter(None, others), ())


def answers_of(
    connection: Connection, author: Author, letter: Letter, known: Mapping[int, Ticket], site: Site
) -> tuple[AnswerFacts, ...]:
    """The public answers of the ticket that an agent writes in, or whose customer asks for STATUS, newest last.

    Also where the customer thanks or rates: somebody earned it.
    """
    if site.agent(author.mailbox.address) is None and not _is_about_answers(letter.new_text, site):
        return ()
    found: list[AnswerFacts] = []
    for number in sorted(known):
        states: dict[int, list[tuple[int, str]]] = {}
        for reply in connection.execute(_REPLIES, {"ticket": number}):
            state = _as_the_agent_sees_it(reply.state, reply.reason)
            states.setdefault(int(reply.key.split(":")[1]), []).append((reply.id, state))
        for said in connection.execute(_ANSWERS, {"ticket": number}):
            first, *others = states.get(said.arrival, [(0, "sent")])
            state = _state_of([first[1], *(each for _, each in others)])
            ids = tuple(each for each, _ in others)
            found.append(AnswerFacts(first[0], said.from_address, said.at, said.new_text, state, number, ids))
    return tuple(reversed(found))


def _is_about_answers(text: str, site: Site) -> bool:
    return desk_word(text) == "status" or is_thanks(text, team_names(site)) or rating(text) is not None


def unsent_answers(connection: Connection, ticket: int) -> frozenset[int]:
    """The arrivals whose answer on this ticket nobody has, or will have by itself: held for its agent, or dropped."""
    states: dict[int, list[str]] = {}
    for reply in connection.execute(_REPLIES, {"ticket": ticket}):
        state = _as_the_agent_sees_it(reply.state, reply.reason)
        states.setdefault(int(reply.key.split(":")[1]), []).append(state)
    return frozenset(each for each, found in states.items() if set(found) <= {"held", "dropped"})


_HELD = select(deliveries.c.ticket, deliveries.c.key, deliveries.c.state, deliveries.c.reason).where(
    deliveries.c.ticket.in_(bindparam("tickets", expanding=True)),
    deliveries.c.template == "reply",
    deliveries.c.state == "held",
)
_WROTE = select(messages.c.arrival, messages.c.from_address).where(
    messages.c.arrival.in_(bindparam("arrivals", expanding=True)), messages.c.kind == "answer"
)


def held_answers(connection: Connection, agent: Agent, site: Site, tickets: Iterable[int]) -> frozenset[int]:
    """Of these tickets, those on which an answer of this agent's waits for their word."""
    wanted = sorted(set(tickets))
    rows = connection.execute(_HELD, {"tickets": wanted}).all() if wanted else ()
    asked = {int(row.key.split(":")[1]): int(row.ticket) for row in rows if _waits_for_its_agent(row.state, row.reason)}
    wrote = connection.execute(_WROTE, {"arrivals": sorted(asked)}).all() if asked else ()
    return frozenset(asked[row.arrival] for row in wrote if site.agent(row.from_address) == agent)


def _waits_for_its_agent(state: str, reason: str) -> bool:
    return _as_the_agent_sees_it(state, reason) == "held"


def _as_the_agent_sees_it(state: str, reason: str) -> str:
    """The delivery's state; what waits for an operator is under way for whoever wrote it."""
    return "waiting" if state == "held" and reason in (HELD_BY_CONFIG, HELD_BY_OPERATOR) else state


def _state_of(states: list[str]) -> str:
    """Of an answer to several people: it has left where one of them has it, and waits where one has yet to get it."""
    return next((each for each in ("sent", "waiting", "held") if each in states), states[-1])
