"""What a decision needs to know of the past, read in one go.

``gather`` reads everything that bears on a group of arrivals within the caller's read transaction, so that the facts
agree with each other; versions of tickets and people travel with them and are checked when the decision is applied.
So no mail of a group knows what another one of it means: where that matters, two decisions touch one version, and the
second is taken again.

In this order: what each mail says by itself (``heard``), what is stored under the names that it says (``past``), the
tickets that this evidence names, and what stands beside them. What all mails ask is asked once for all of them; what
only an agent's mail needs, or a report, is asked for that mail.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from maildesk.desk.judging.matching import find_ticket, tagged_tickets
from maildesk.desk.known.facts import DeliveryFacts, Facts, PersonFacts, ThreadHit
from maildesk.desk.senders.authorship import Author
from maildesk.desk.senders.trust import SenderVerdict, judge_sender
from maildesk.desk.words import Role, Ticket, Trust
from maildesk.store.asked import asked_of
from maildesk.store.background import background_of
from maildesk.store.heard import Ground as Ground
from maildesk.store.heard import Heard, hear
from maildesk.store.heard import Question as Question
from maildesk.store.inside import inside_of_tickets
from maildesk.store.loads import Loads
from maildesk.store.our_mail import Returned, answers_of, copied_by_customers, customers_said, deliveries_about
from maildesk.store.outside import recipients_outside, tickets_of
from maildesk.store.pairs import pair_of
from maildesk.store.past import Past
from maildesk.store.persons import person_of
from maildesk.store.ticket_rows import load_tickets
from maildesk.store.writing_forwards import forwarded_as


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What is stored that one mail points to. ``outside``: to whom outside an agent wrote."""

    heard: Heard
    hits: tuple[ThreadHit, ...]
    about: tuple[DeliveryFacts, ...]
    outside: tuple[str, ...]
    named: frozenset[int]  # every ticket that any of it names


def gather(connection: Connection, questions: Sequence[Question], ground: Ground) -> list[Facts]:
    """All facts for one decision each, in the order of the questions."""
    heard = [hear(each, ground, forwarded_as(connection, each.arrival, each.letter)) for each in questions]
    past, loads = Past(connection, heard), Loads(connection, ground.site)
    found = [_evidence(connection, each, past, ground) for each in heard]
    known = load_tickets(connection, {number for each in found for number in each.named})
    facts = (_facts(connection, each, past, known, loads, ground) for each in found)
    return [_with_what_stands_beside(connection, each) for each in facts]


def _evidence(connection: Connection, heard: Heard, past: Past, ground: Ground) -> _Evidence:
    """What one mail points to, and every ticket that is named by it."""
    letter, author, site = heard.letter, heard.author, ground.site
    hits, before, recent = past.hits(heard), past.before(heard), past.recent(heard.desk, author)
    about = deliveries_about(connection, letter, Returned(ground.keys, heard.signed), author, site)
    outside = recipients_outside(author, letter, site)
    forwarded = heard.forwarded
    named: set[int | None] = {
        heard.arrival.opened,
        recent.number if recent else None,
        before.ticket if before else None,
    }
    named |= (
        {token.ticket for token in heard.tokens} | {hit.ticket for hit in hits} | set(tagged_tickets(letter.subject))
    )
    named |= {each.ticket for each in about} | tickets_of(connection, heard.desk, outside)
    named |= {forwarded.ticket, forwarded.known_in} if forwarded is not None else set()
    return _Evidence(heard, hits, about, outside, frozenset(filter(None, named)))


def _facts(
    connection: Connection, found: _Evidence, past: Past, everything: Mapping[int, Ticket], loads: Loads, ground: Ground
) -> Facts:
    """The facts of one mail, but for what stands beside it."""
    heard, site = found.heard, ground.site
    arrival, letter, author, desk = heard.arrival, heard.letter, heard.author, heard.desk
    known, before, recent = _with_survivors(everything, found.named), past.before(heard), past.recent(desk, author)
    facts = Facts(
        now=ground.now,
        site=site,
        arrival=arrival,
        letter=letter,
        author=author.mailbox,
        desk=desk,
        new_number=heard.question.new_number,
        new_root_id=heard.question.new_root_id,
        verdict=_verdict(found, known),
        other_desks=tuple(each for each in heard.desks if each.address != desk.address),
        through=author.through,
        is_form=author.is_form,
        tokens=heard.tokens,
        hits=found.hits,
        tickets=known,
        person=past.person(desk, author, ground.now),
        agents=ground.agents,
        recent=recent.number if recent else None,
        duplicate_of=before.arrival if before else None,
        duplicate_in=before.ticket if before else None,
        same_id_other_content=past.has_same_id(heard),
        deliveries=found.about,
        answers=answers_of(connection, author, letter, known, site),
        customers_said=customers_said(connection, author, known, site),
        copied=copied_by_customers(connection, author, known, site),
        load=loads.of(desk, heard.address),
        forwarded=heard.forwarded,
    )
    return _as_an_agent_asks(connection, _at_the_tickets_desk(facts, past, author), found.outside)


def _with_survivors(everything: Mapping[int, Ticket], numbers: Iterable[int]) -> dict[int, Ticket]:
    """Those of the tickets that one mail names, and the survivors of those that were merged."""
    known: dict[int, Ticket] = {}
    wanted = sorted(numbers)
    while wanted:
        ticket = everything.get(wanted.pop(0))
        if ticket is not None and ticket.number not in known:
            known[ticket.number] = ticket
            wanted += [ticket.merged_into] if ticket.merged_into is not None else []
    return known


def _at_the_tickets_desk(facts: Facts, past: Past, author: Author) -> Facts:
    """A mail on a known ticket is its desk's, with that desk's hours and people, whatever stands first in To."""
    ticket = find_ticket(facts).ticket
    desk = facts.site.desk(ticket.desk) if ticket is not None else None
    if desk is None or desk.address == facts.desk.address:
        return facts
    return replace(facts, desk=desk, person=past.person(desk, author, facts.now))


def _as_an_agent_asks(connection: Connection, facts: Facts, outside: Sequence[str]) -> Facts:
    """With what only an agent's mail needs: what its commands ask for, and what no customer may see."""
    if facts.site.agent(facts.author.address) is None:
        return facts
    facts = replace(facts, inside=inside_of_tickets(connection, facts))  # commands are read with it
    asked = asked_of(connection, facts)
    if outside and asked.person == PersonFacts():
        asked = replace(asked, person=person_of(connection, facts.desk.address, outside[0]))
    return replace(facts, asked=asked)


def _with_what_stands_beside(connection: Connection, facts: Facts) -> Facts:
    """With the question that the mail may answer, and what agents read beside it."""
    facts = replace(facts, pair=pair_of(connection, facts))
    return replace(facts, background=background_of(connection, facts))


def _verdict(found: _Evidence, known: Mapping[int, Ticket]) -> SenderVerdict:
    heard = found.heard
    author, address = heard.author, heard.address
    participant = any(address in ticket.people for ticket in known.values())
    if author.is_forwarded:
        return SenderVerdict(Trust.KNOWN if participant else Trust.STRANGER, author.at_most_known)
    return judge_sender(
        heard.letter,
        heard.arrival.authserv_id,
        heard.arrival.trusted_results,
        signed=any(token.mine and token.role is not Role.BOUNCE for token in heard.tokens),
        answers_ours=any(
            hit.source == "sent" and address in hit.people and address == _requester(known, hit) for hit in found.hits
        ),
        participant=participant,
        at_most_known=author.at_most_known,
    )


def _requester(known: Mapping[int, Ticket], hit: ThreadHit) -> str | None:
    ticket = known.get(hit.ticket)
    return ticket.requester if ticket else None
