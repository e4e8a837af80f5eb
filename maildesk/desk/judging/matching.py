"""Which ticket? Evidence in the order of the table in docs/design.md; the first that counts decides.

A ticket is joined by evidence, never by similarity. Every verdict has a reason. What evidence named but did not count
for (the author is no participant) is kept as ``related``, so that an agent sees it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from maildesk.desk.known.facts import Facts, ThreadHit, TokenFacts
from maildesk.desk.words import Role, Ticket, TicketState
from maildesk.mail.letter import fold_address

_TAG = re.compile(r"\[#(\d{1,9})\]")
_PREFIX = re.compile(
    r"^\s*(?:(?:re|aw|fwd?|wg|sv|vs|antw|odp|rv|res|tr|rép\.?|ref|rif|отв|ответ|回复|答复|转发)\s*(?:\[\d+\])?\s*[:：]\s*)+",
    re.IGNORECASE,
)
CONTINUES_WITHIN = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Match:
    """The verdict. ``stranger``: it belongs to the ticket, but its author has no part in it."""

    ticket: Ticket | None
    reason: str
    stranger: bool = False
    linked_to: int | None = None  # a new ticket, linked to this one
    related: tuple[int, ...] = ()


def bare_subject(subject: str) -> str:
    """The subject without Re:, Fwd: and ticket tags, folded for comparing."""
    return plain_subject(subject).casefold()


def plain_subject(subject: str) -> str:
    """The subject without Re:, Fwd: and ticket tags, as it was written."""
    return " ".join(_PREFIX.sub("", _TAG.sub("", subject)).split())


def find_ticket(facts: Facts) -> Match:
    """The ticket this mail belongs to, or none, with the reason."""
    certain = _suspected_robot(facts) or _opened_before(facts)
    if certain is not None:
        return certain
    by_token = _by_signed_address(facts)
    if by_token is not None:
        return by_token
    related: list[int] = []
    by_reference = _by_reference(facts, related) or _by_subject_tag(facts, related)
    if by_reference is not None:
        return by_reference
    found = _by_what_was_shown(facts) or _continues(facts)
    if found is not None:
        return found
    return Match(None, "nothing ties it to a ticket", related=tuple(dict.fromkeys(related)))


def _suspected_robot(facts: Facts) -> Match | None:
    if not facts.person.robot or facts.person.robot_ticket is None:
        return None
    ticket = facts.ticket(facts.person.robot_ticket)
    return (
        None
        if ticket is None
        else Match(ticket, "its sender tripped a brake twice and may be a robot: all its mail joins one ticket")
    )


def _opened_before(facts: Facts) -> Match | None:
    """A mail that could not be read and is tried once more: its sender was told of a ticket, and that is theirs."""
    ticket = facts.ticket(facts.arrival.opened) if facts.arrival.opened is not None else None
    if ticket is None or ticket.requester != facts.author.address:
        return None
    return Match(ticket, "tried once more; the ticket was opened when this mail could not be read")


def _by_signed_address(facts: Facts) -> Match | None:
    """Row 1. Tokens of the author first: a mail may carry several, from a thread that was copied about."""
    for token in sorted(facts.tokens, key=lambda token: not token.mine):
        if token.role is Role.BOUNCE or not token.ticket:
            continue
        ticket = facts.ticket(token.ticket)
        if ticket is not None:
            return _judge_token(facts, token, ticket)
    return None


def _judge_token(facts: Facts, token: TokenFacts, ticket: Ticket) -> Match:
    if token.role is Role.AGENT and token.mine:
        return Match(ticket, "signed address of this agent")
    belongs = facts.is_of(ticket)
    if not belongs:
        return Match(ticket, "signed address, but its sender has no part in the ticket", stranger=True)
    if _is_another_matter(facts, ticket):
        return Match(
            None,
            f"signed address of #{ticket.number}, which is {ticket.state}; another subject and nothing of ours quoted",
            linked_to=ticket.number,
        )
    return Match(
        ticket, "signed address of this person" if token.mine else "signed address of this ticket, from a participant"
    )


def _is_another_matter(facts: Facts, ticket: Ticket) -> bool:
    if ticket.state not in (TicketState.SOLVED, TicketState.CLOSED):
        return False
    subject = bare_subject(facts.letter.subject)
    if not subject or subject == bare_subject(ticket.subject):
        return False
    ours = {hit.message_id for hit in facts.hits if hit.ticket == ticket.number}
    quotes = (
        facts.letter.text.strip() != "\n".join(filter(None, [facts.letter.new_text, facts.letter.signature])).strip()
    )
    return not ours and not quotes


def _by_reference(facts: Facts, related: list[int]) -> Match | None:
    """Row 2: hits stand in the order of evidence, newest reference first."""
    for hit in facts.hits:
        ticket = facts.ticket(hit.ticket)
        if ticket is None:
            continue
        if _may_follow(facts, hit, ticket):
            return Match(ticket, f"answers {_SOURCES[hit.source]} <{hit.message_id}>")
        related.append(ticket.number)
    return None


_SOURCES = {"sent": "our mail", "filed": "a filed mail", "referred": "a mail that filed mail refers to:"}


def _may_follow(facts: Facts, hit: ThreadHit, ticket: Ticket) -> bool:
    if facts.is_of(ticket):
        return True
    if hit.source == "sent" and facts.site.agent(facts.author.address) is not None:
        return facts.author.address in hit.people
    return hit.source == "filed" and facts.author.address in hit.people


def _by_what_was_shown(facts: Facts) -> Match | None:
    """Row 2 again: whoever answers what only our side had was shown it, as an expert is; their answer stays inside.

    It comes after what an author may join by a part of their own; an agent has better evidence or none.
    """
    if facts.site.agent(facts.author.address) is not None:
        return None
    for hit in facts.hits:
        ticket = facts.ticket(hit.ticket)
        if ticket is not None and _is_inside(facts, hit, ticket):
            what = "a note" if hit.source == "noted" else "our mail to an agent"
            return Match(ticket, f"answers {what} <{hit.message_id}>, and has no part in the ticket", stranger=True)
    return None


def _is_inside(facts: Facts, hit: ThreadHit, ticket: Ticket) -> bool:
    if hit.source == "noted":
        return True
    to_us = hit.source == "sent" and bool(hit.people) and not hit.people & set(ticket.people)
    return to_us and all(facts.site.agent(each) is not None for each in hit.people)


def _by_subject_tag(facts: Facts, related: list[int]) -> Match | None:
    for number in tagged_tickets(facts.letter.subject):
        ticket = facts.ticket(number)
        if ticket is None or ticket.desk != facts.desk.address:
            continue
        if facts.is_of(ticket):
            return Match(ticket, f"[#{number}] in the subject, from a participant")
        related.append(ticket.number)
    return None


def tagged_tickets(subject: str) -> tuple[int, ...]:
    """The ticket numbers that a subject names, in order."""
    return tuple(int(found) for found in _TAG.findall(subject))


def _continues(facts: Facts) -> Match | None:
    """Row 4: the same person goes on within half an hour, in a fresh mail."""
    ticket = facts.ticket(facts.recent) if facts.recent is not None else None
    if ticket is None or facts.is_form or not facts.author.address:
        return None
    subject = bare_subject(facts.letter.subject)
    quiet = abs(facts.arrival.arrived_at - ticket.last_customer_at)
    answered = ticket.last_answer_at is not None and ticket.last_answer_at >= ticket.last_customer_at
    fits = (
        ticket.requester == fold_address(facts.author.address)
        and ticket.state is TicketState.OPEN
        and quiet < CONTINUES_WITHIN
        and not answered
        and subject in ("", bare_subject(ticket.subject))
    )
    return Match(ticket, "the same person, the same matter, within 30 minutes") if fits else None
