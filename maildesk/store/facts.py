"""What a decision needs to know of the past, read in one go.

``gather`` reads everything that bears on one arrival within the caller's read transaction, so that the facts agree
with each other; versions of tickets and people travel with them and are checked when the decision is applied.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select

from maildesk.desk.following.handing_on import may_be_somebody_elses
from maildesk.desk.judging.matching import find_ticket, tagged_tickets
from maildesk.desk.known.facts import (
    AgentFacts,
    Facts,
    PersonFacts,
    ThreadHit,
    TokenFacts,
)
from maildesk.desk.known.follow_up_facts import FollowUpFacts
from maildesk.desk.senders.addresses import Keys, SignedAddress, is_for, read
from maildesk.desk.senders.authorship import Author, addressed_desks, as_sent, carried_addresses, find_author
from maildesk.desk.senders.trust import SenderVerdict, judge_sender
from maildesk.desk.words import Arrival, Desk, Role, Site, Ticket, Trust
from maildesk.mail.letter import Letter, fold_address
from maildesk.store.agent_states import known_agents
from maildesk.store.asked import asked_of
from maildesk.store.background import background_of, said_before
from maildesk.store.inside import inside_of_tickets
from maildesk.store.loads import load_of, unanswered
from maildesk.store.our_mail import (
    Returned,
    answers_of,
    copied_by_customers,
    customers_said,
    deliveries_about,
    threading_ids,
)
from maildesk.store.outside import recipients_outside, tickets_of
from maildesk.store.pairs import pair_of
from maildesk.store.persons import person_of
from maildesk.store.tables import (
    arrivals,
    people,
    seen,
    threads,
    tickets,
)
from maildesk.store.ticket_rows import load_tickets
from maildesk.store.writing_forwards import forwarded_as

_SEEN = (
    select(seen.c.arrival, arrivals.c.ticket)
    .join(arrivals, arrivals.c.id == seen.c.arrival)
    .where(seen.c.key == bindparam("key"))
)
_SAME_ID = (
    select(arrivals.c.id)
    .where(arrivals.c.message_id == bindparam("message_id"), arrivals.c.id != bindparam("arrival"))
    .limit(1)
)
_THREADS = select(threads).where(threads.c.message_id.in_(bindparam("ids", expanding=True))).order_by(threads.c.id)
_RECENT = (
    select(tickets.c.number, tickets.c.last_customer_at, tickets.c.last_answer_at)
    .where(tickets.c.requester == bindparam("address"), tickets.c.desk == bindparam("desk"))
    .order_by(tickets.c.last_customer_at.desc())
    .limit(1)
)
_UNREACHABLE = select(people.c.desk, people.c.address, people.c.unreachable).where(
    people.c.desk.in_(bindparam("desks", expanding=True)),
    people.c.address.in_(bindparam("addresses", expanding=True)),
    people.c.unreachable != "",
)


@dataclass(frozen=True, slots=True)
class Question:
    """One arrival to gather facts for, with what only the caller knows."""

    arrival: Arrival
    letter: Letter
    new_number: int
    new_root_id: str


def identity_key(letter: Letter) -> str:
    """What makes two arrivals one mail: Message-ID, From and Date; without an id the digest of what it says."""
    date = letter.date.isoformat() if letter.date else ""
    sender = fold_address(letter.sender.address)
    said = ("id", letter.message_id or "", sender, date)
    if not letter.message_id:
        said = ("text", sender, date, f"{letter.subject}\0{letter.text_plain or letter.html}")
    return hashlib.sha256("\0".join(said).encode("utf-8", "surrogatepass")).hexdigest()


def gather(
    connection: Connection, question: Question, site: Site, keys: Keys, now: datetime, agents: Mapping[str, AgentFacts]
) -> Facts:
    """All facts for one decision. ``agents``: as they are, read once for all decisions of this transaction."""
    arrival, letter = question.arrival, question.letter
    desks = addressed_desks(arrival, letter, site)
    forwarded = forwarded_as(connection, arrival, letter)
    author = find_author(letter, desks[0], site, forwarded)
    letter = as_sent(letter, author)
    signed = _signed(arrival, letter, site, keys)
    tokens = _tokens(signed, site, keys, author, agents) if forwarded is None else ()
    hits = _hits(connection, letter)
    about = deliveries_about(connection, letter, Returned(keys, signed), author, site)
    desk = desks[0]
    recent = _recent(connection, desk, author)
    person = person_of(connection, desk.address, author.mailbox.address, now, recent)
    before = _seen_before(connection, arrival, letter)
    numbers = {token.ticket for token in tokens} | {hit.ticket for hit in hits} | set(tagged_tickets(letter.subject))
    numbers |= {each.ticket for each in about if each.ticket is not None}
    numbers |= {recent.number if recent else 0, before.ticket or 0 if before else 0, arrival.opened or 0}
    outside = recipients_outside(author, letter, site)
    numbers |= tickets_of(connection, desk, outside)
    numbers |= {forwarded.ticket or 0, forwarded.known_in or 0} if forwarded is not None else set()
    known = load_tickets(connection, numbers - {0})
    facts = Facts(
        now=now,
        site=site,
        arrival=arrival,
        letter=letter,
        author=author.mailbox,
        desk=desk,
        new_number=question.new_number,
        new_root_id=question.new_root_id,
        verdict=_verdict(arrival, letter, author, tokens, hits, known),
        other_desks=tuple(each for each in desks if each.address != desk.address),
        through=author.through,
        is_form=author.is_form,
        tokens=tokens,
        hits=hits,
        tickets=known,
        person=person,
        agents=agents,
        recent=recent.number if recent else None,
        duplicate_of=before.arrival if before else None,
        duplicate_in=before.ticket if before else None,
        same_id_other_content=_same_id(connection, arrival, letter),
        deliveries=about,
        answers=answers_of(connection, author, letter, known, site),
        customers_said=customers_said(connection, author, known, site),
        copied=copied_by_customers(connection, author, known, site),
        load=load_of(connection, site, desk, author.mailbox.address),
        forwarded=forwarded,
    )
    facts = _at_the_tickets_desk(connection, facts, author)
    facts = replace(facts, inside=inside_of_tickets(connection, facts))
    asked = asked_of(connection, facts)
    if outside and asked.person == PersonFacts():
        asked = replace(asked, person=person_of(connection, facts.desk.address, outside[0]))
    facts = replace(facts, asked=asked, pair=pair_of(connection, replace(facts, asked=asked)))
    return replace(facts, background=background_of(connection, facts))


def _at_the_tickets_desk(connection: Connection, facts: Facts, author: Author) -> Facts:
    """A mail on a known ticket is its desk's, with that desk's hours and people, whatever stands first in To."""
    ticket = find_ticket(facts).ticket
    desk = facts.site.desk(ticket.desk) if ticket is not None else None
    if desk is None or desk.address == facts.desk.address:
        return facts
    recent = _recent(connection, desk, author)
    person = person_of(connection, desk.address, author.mailbox.address, facts.now, recent)
    return replace(facts, desk=desk, person=person)


def _signed(arrival: Arrival, letter: Letter, site: Site, keys: Keys) -> tuple[SignedAddress, ...]:
    """Valid signed addresses on the mail."""
    found = (read(keys, address, site.desks) for address in carried_addresses(arrival, letter))
    return tuple(token for token in dict.fromkeys(found) if token is not None)


def _tokens(
    signed: Iterable[SignedAddress], site: Site, keys: Keys, author: Author, agents: Mapping[str, AgentFacts]
) -> tuple[TokenFacts, ...]:
    """What the signed addresses say; those of an agent that were revoked are nobody's any more."""
    facts = (_token(token, site, keys, author) for token in signed)
    return tuple(
        replace(each, mine=False, revoked=True)
        if each.role is Role.AGENT and each.issue < _issue(agents, each.owner)
        else each
        for each in facts
    )


def _issue(agents: Mapping[str, AgentFacts], owner: str | None) -> int:
    known = agents.get(owner) if owner else None
    return known.token_issue if known else 0


def _token(token: SignedAddress, site: Site, keys: Keys, author: Author) -> TokenFacts:
    if token.role is Role.BOUNCE:
        person = site.agent(author.mailbox.address)
        known = (author.mailbox.address, *((person.address,) if person else ()))  # an agent may answer from "also"
        return TokenFacts(token.ticket, token.role, any(is_for(keys, token, each) for each in known), token.issue, None)
    if token.role is not Role.AGENT:
        return TokenFacts(token.ticket, token.role, is_for(keys, token, author.mailbox.address), token.issue, None)
    owner = next((agent for agent in site.agents if is_for(keys, token, agent.address)), None)
    mine = owner is not None and author.mailbox.address in (owner.address, *owner.also)
    return TokenFacts(token.ticket, token.role, mine, token.issue, owner.address if owner else None)


def _hits(connection: Connection, letter: Letter) -> tuple[ThreadHit, ...]:
    ids = threading_ids(letter)
    if not ids:
        return ()
    rows = connection.execute(_THREADS, {"ids": ids}).all()
    order = {"sent": 0, "filed": 1, "noted": 1, "referred": 2}
    found = sorted(rows, key=lambda row: (ids.index(row.message_id), order[row.source], -row.id))
    return tuple(ThreadHit(row.message_id, row.ticket, row.source, frozenset(row.people)) for row in found)


def _recent(connection: Connection, desk: Desk, author: Author) -> Row[Any, Any, Any] | None:
    """The author's newest ticket at this desk; whoever writes through a form is nobody's own address."""
    if not author.mailbox.address or author.is_form:
        return None
    return connection.execute(_RECENT, {"address": author.mailbox.address, "desk": desk.address}).first()


def _seen_before(connection: Connection, arrival: Arrival, letter: Letter) -> Row[Any, Any] | None:
    """The arrival that brought this mail first, and its ticket."""
    found = connection.execute(_SEEN, {"key": identity_key(letter)}).first()
    return None if found is None or found.arrival == arrival.id else found


def _same_id(connection: Connection, arrival: Arrival, letter: Letter) -> bool:
    if not letter.message_id:
        return False
    return connection.execute(_SAME_ID, {"message_id": letter.message_id, "arrival": arrival.id}).first() is not None


def _verdict(
    arrival: Arrival,
    letter: Letter,
    author: Author,
    tokens: Iterable[TokenFacts],
    hits: Iterable[ThreadHit],
    known: Mapping[int, Ticket],
) -> SenderVerdict:
    address = author.mailbox.address
    if author.is_forwarded:
        known_here = any(address in ticket.people for ticket in known.values())
        return SenderVerdict(Trust.KNOWN if known_here else Trust.STRANGER, author.at_most_known)
    return judge_sender(
        letter,
        arrival.authserv_id,
        arrival.trusted_results,
        signed=any(token.mine and token.role is not Role.BOUNCE for token in tokens),
        answers_ours=any(
            hit.source == "sent" and address in hit.people and address == _requester(known, hit) for hit in hits
        ),
        participant=any(address in ticket.people for ticket in known.values()),
        at_most_known=author.at_most_known,
    )


def _requester(known: Mapping[int, Ticket], hit: ThreadHit) -> str | None:
    ticket = known.get(hit.ticket)
    return ticket.requester if ticket else None


def follow_up_facts(
    connection: Connection, numbers: Sequence[int], site: Site, now: datetime
) -> dict[int, FollowUpFacts]:
    """What the follow-up steps of these tickets need to know, by ticket, in a few questions for all of them."""
    known = load_tickets(connection, numbers)
    unreachable = _unreachable(connection, known.values())
    agents = known_agents(connection)
    found: dict[int, FollowUpFacts] = {}
    for number in numbers:
        ticket = known.get(number)
        desk = site.desk(ticket.desk) if ticket is not None else None
        if ticket is not None and desk is not None:
            reason = unreachable.get((ticket.desk, ticket.requester), "")
            facts = FollowUpFacts(now, site, desk, ticket, agents, reason)
            found[number] = _for_somebody_new(connection, facts) if may_be_somebody_elses(facts) else facts
    return found


def _for_somebody_new(connection: Connection, facts: FollowUpFacts) -> FollowUpFacts:
    """What whoever gets the ticket now needs to read, and what decides who that is."""
    load = load_of(connection, facts.site, facts.desk, facts.ticket.requester)
    said = said_before(connection, facts.ticket.number, facts.site)
    return replace(facts, load=load, question=unanswered(connection, facts.ticket), said=said)


def _unreachable(connection: Connection, known: Iterable[Ticket]) -> dict[tuple[str, str], str]:
    """Which requesters cannot be reached, and why, by desk and address."""
    asked = {"desks": sorted({each.desk for each in known}), "addresses": sorted({each.requester for each in known})}
    return {(row.desk, row.address): row.unreachable for row in connection.execute(_UNREACHABLE, asked)}
