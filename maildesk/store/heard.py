"""What a mail says by itself: who wrote it to which desk, and what it carries that may point to something stored.

Read from the letter before anything is looked up, so that the store can be asked about a whole group of mails at once
(``past``). Nothing here asks the store.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from maildesk.desk.forward_facts import Forwarded
from maildesk.desk.known.facts import AgentFacts, TokenFacts
from maildesk.desk.senders.addresses import Keys, SignedAddress, is_for, read
from maildesk.desk.senders.authorship import Author, addressed_desks, as_sent, carried_addresses, find_author
from maildesk.desk.words import Arrival, Desk, Role, Site
from maildesk.mail.letter import Letter, fold_address
from maildesk.store.our_mail import threading_ids


@dataclass(frozen=True, slots=True)
class Question:
    """One arrival to gather facts for, with what only the caller knows."""

    arrival: Arrival
    letter: Letter
    new_number: int
    new_root_id: str


@dataclass(frozen=True, slots=True)
class Ground:
    """What all facts of one transaction stand on. ``agents``: as they are, by registered address."""

    site: Site
    keys: Keys
    now: datetime
    agents: Mapping[str, AgentFacts]


@dataclass(frozen=True, slots=True)
class Heard:
    """A mail as its author sent it. ``ids`` are those of its thread, the newest first, ``key`` its identity."""

    question: Question
    letter: Letter
    author: Author
    desks: tuple[Desk, ...]
    forwarded: Forwarded | None
    signed: tuple[SignedAddress, ...]
    tokens: tuple[TokenFacts, ...]
    ids: tuple[str, ...]
    key: str

    @property
    def arrival(self) -> Arrival:
        """The mail as it came in."""
        return self.question.arrival

    @property
    def desk(self) -> Desk:
        """The first desk that the mail was sent to."""
        return self.desks[0]

    @property
    def address(self) -> str:
        """The author's folded address; "" where the mail has none."""
        return self.author.mailbox.address


def hear(question: Question, ground: Ground, forwarded: Forwarded | None) -> Heard:
    """The mail by itself. ``forwarded``: the agent's words with which it came."""
    arrival, site = question.arrival, ground.site
    desks = addressed_desks(arrival, question.letter, site)
    author = find_author(question.letter, desks[0], site, forwarded)
    letter = as_sent(question.letter, author)
    signed = _signed(arrival, letter, ground)
    return Heard(
        question=question,
        letter=letter,
        author=author,
        desks=desks,
        forwarded=forwarded,
        signed=signed,
        tokens=_tokens(signed, ground, author) if forwarded is None else (),
        ids=tuple(threading_ids(letter)),
        key=identity_key(letter),
    )


def identity_key(letter: Letter) -> str:
    """What makes two arrivals one mail: Message-ID, From and Date; without an id the digest of what it says."""
    date = letter.date.isoformat() if letter.date else ""
    sender = fold_address(letter.sender.address)
    said = ("id", letter.message_id or "", sender, date)
    if not letter.message_id:
        said = ("text", sender, date, f"{letter.subject}\0{letter.text_plain or letter.html}")
    return hashlib.sha256("\0".join(said).encode("utf-8", "surrogatepass")).hexdigest()


def _signed(arrival: Arrival, letter: Letter, ground: Ground) -> tuple[SignedAddress, ...]:
    """Valid signed addresses on the mail."""
    found = (read(ground.keys, address, ground.site.desks) for address in carried_addresses(arrival, letter))
    return tuple(token for token in dict.fromkeys(found) if token is not None)


def _tokens(signed: Iterable[SignedAddress], ground: Ground, author: Author) -> tuple[TokenFacts, ...]:
    """What the signed addresses say; those of an agent that were revoked are nobody's any more."""
    facts = (_token(token, ground, author.mailbox.address) for token in signed)
    return tuple(
        replace(each, mine=False, revoked=True)
        if each.role is Role.AGENT and each.issue < _issue(ground.agents, each.owner)
        else each
        for each in facts
    )


def _issue(agents: Mapping[str, AgentFacts], owner: str | None) -> int:
    known = agents.get(owner) if owner else None
    return known.token_issue if known else 0


def _token(token: SignedAddress, ground: Ground, author: str) -> TokenFacts:
    site, keys = ground.site, ground.keys
    if token.role is Role.BOUNCE:
        person = site.agent(author)
        known = (author, *((person.address,) if person else ()))  # an agent may answer from "also"
        return TokenFacts(token.ticket, token.role, any(is_for(keys, token, each) for each in known), token.issue, None)
    if token.role is not Role.AGENT:
        return TokenFacts(token.ticket, token.role, is_for(keys, token, author), token.issue, None)
    owner = next((agent for agent in site.agents if is_for(keys, token, agent.address)), None)
    mine = owner is not None and author in (owner.address, *owner.also)
    return TokenFacts(token.ticket, token.role, mine, token.issue, owner.address if owner else None)
