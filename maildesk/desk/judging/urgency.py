"""How urgent is this mail, and why? The desk's rules, and signs that somebody has waited too long.

Rules are the admin's (``[[rule]]``): words, sender, recipient, a header of our own relay. The first that fits wins; on
a new ticket it sets the priority, on a known one it can only raise it. A sender counts where it is proven that they
wrote, a header where our own server set it (``trust.own_header``): nothing that a stranger can forge raises anything.
Words count in the new text and in a subject that is new, never in quotes or in what we wrote ourselves.

Signs are ours: the third mail without an answer, a ticket reopened twice. Each raises by one step, to ``raise_to`` of
the desk and no further.

An agent's ``#priority`` stands against rules that know nothing new (sender, recipient, header). New words of the
customer, and signs, still raise.

Whom an agent marked (``#person vip``) has new tickets of the desk's ``vip`` priority at least, where it is proven that
they wrote.

What this does not do: promise anything (``raising``), or word the reason: it is a code and a value ("words:outage"),
worded per language by ``replies`` and for operators by ``in_words``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from maildesk.desk.actions import Event
from maildesk.desk.judging.matching import bare_subject
from maildesk.desk.judging.rule_words import found_word
from maildesk.desk.known.facts import Facts
from maildesk.desk.senders.addresses import plain_address
from maildesk.desk.senders.trust import own_header
from maildesk.desk.site import Rule
from maildesk.desk.words import Desk, FollowUpRules, Priority, Ticket, Trust
from maildesk.mail.letter import fold_address

ORDER = (Priority.LOW, Priority.NORMAL, Priority.HIGH, Priority.URGENT)

Why = Literal["words", "from", "to", "header", "third", "mails", "twice", "reopened", "agent", "vip"]
"""The codes that a reason begins with; what follows the colon is its value."""

IN_WORDS: Mapping[Why, str] = {
    "words": "a mail says “{value}”",
    "from": "it is from {value}",
    "to": "it was sent to {value}",
    "header": "our mail server says “{value}”",
    "third": "there was a third mail without an answer",
    "mails": "there were {value} mails without an answer",
    "twice": "it was reopened twice",
    "reopened": "it was reopened {value} times",
    "agent": "{value} said so",
    "vip": "the customer is a VIP",
}


@dataclass(frozen=True, slots=True)
class Urgency:
    """A priority and why: ``reason`` as the ticket keeps it, ``source`` which rule or sign it was, for the history."""

    priority: Priority
    reason: str
    source: str

    @property
    def because(self) -> str:
        """The whole reason in a sentence for operators."""
        return f"{self.source}: {in_words(self.reason)}"


def in_words(reason: str) -> str:
    """A ticket's ``priority_reason`` in English, for operators; a code that is not known stays as it is."""
    code, _, value = reason.partition(":")
    wording = next((each for known, each in IN_WORDS.items() if known == code), "")
    return wording.format(value=value) if wording else reason


def of_new(facts: Facts) -> Urgency | None:
    """The priority that the rules give a new ticket, at least the desk's for VIPs; None where none fits."""
    agent = facts.site.agent(facts.forwarded.agent) if facts.forwarded is not None else None
    if agent is not None and facts.forwarded is not None and facts.forwarded.priority:
        return Urgency(Priority(facts.forwarded.priority), f"agent:{agent.name}", "#priority")
    found = _by_rule(facts, facts.desk.rules, facts.letter.subject)
    proven = facts.verdict.trust is Trust.AUTHENTICATED and not facts.verdict.dmarc_fails
    return of_vip(facts.desk, found.priority if found else Priority.NORMAL, vip=facts.person.vip and proven) or found


def of_vip(desk: Desk, priority: Priority, *, vip: bool) -> Urgency | None:
    """What a new ticket of a VIP has at least; None where it has that already, or they are none."""
    least = Priority(desk.vip)
    return Urgency(least, "vip", "customers who are marked") if vip and is_higher(least, priority) else None


def of_more(facts: Facts, before: Ticket, ticket: Ticket) -> Urgency | None:
    """What raises a known ticket after its customer wrote: a rule, else a sign. ``ticket`` counts this mail already."""
    subject = facts.letter.subject
    changed = subject if bare_subject(subject) != bare_subject(ticket.subject) else ""
    rules = tuple(rule for rule in facts.desk.rules if rule.words or not by_agent(ticket))
    found = _by_rule(facts, rules, changed)
    higher = found if found is not None and is_higher(found.priority, ticket.priority) else None
    return higher or _by_sign(facts.desk.follow_up, before, ticket)


def with_urgency(ticket: Ticket, found: Urgency | None) -> Ticket:
    """The ticket with this priority and its reason; as it was where nothing was found."""
    return ticket if found is None else replace(ticket, priority=found.priority, priority_reason=found.reason)


def noted(before: Priority, ticket: Ticket, found: Urgency | None, by: str = "desk") -> tuple[Event, ...]:
    """The line of the history for a priority that changed."""
    if found is None or found.priority is before:
        return ()
    return (Event(ticket.number, f"priority: {before} → {found.priority}", found.because, by),)


def by_agent(ticket: Ticket) -> bool:
    """Whether an agent said how urgent this ticket is."""
    return ticket.priority_reason.startswith("agent:")


def is_higher(priority: Priority, than: Priority) -> bool:
    return ORDER.index(priority) > ORDER.index(than)


def _by_rule(facts: Facts, rules: Iterable[Rule], subject: str) -> Urgency | None:
    """The first rule that fits."""
    for rule in rules:
        reason = _fits(facts, rule, subject)
        if reason:
            return Urgency(Priority(rule.priority), reason, f"rule {rule.number} of the config")
    return None


def _fits(facts: Facts, rule: Rule, subject: str) -> str:
    """Why a rule fits this mail; "" where it does not. Of all that it names, the first is the reason."""
    asked: tuple[tuple[Why, bool, str], ...] = (
        ("words", bool(rule.words), _said(facts, rule, subject)),
        ("from", bool(rule.senders), _sender(facts, rule)),
        ("to", bool(rule.addresses), _recipient(facts, rule)),
        ("header", bool(rule.header), _header(facts, rule)),
    )
    named = [(code, value) for code, is_asked, value in asked if is_asked]
    if not named or not all(value for _, value in named):
        return ""
    return ":".join(named[0])


def _said(facts: Facts, rule: Rule, subject: str) -> str:
    """The word that the customer used: in the mail's language, in any where that cannot be told, as of a subject."""
    language = (facts.letter.language or "").partition("-")[0]
    for each, words in rule.words.items():
        is_its = not language or each.partition("-")[0] == language
        found = found_word(subject, words, each) or (found_word(facts.letter.new_text, words, each) if is_its else "")
        if found:
            return found.strip("*")
    return ""


def _sender(facts: Facts, rule: Rule) -> str:
    """The proven author, where the rule names them or their domain."""
    if facts.verdict.trust is not Trust.AUTHENTICATED or facts.verdict.dmarc_fails:
        return ""
    address = facts.author.address
    domain = "@" + address.rpartition("@")[2]
    return address if address in rule.senders or domain in rule.senders else ""


def _recipient(facts: Facts, rule: Rule) -> str:
    carried = (*facts.arrival.recipients, *(each.address for each in (*facts.letter.to, *facts.letter.cc)))
    return next((each for each in _addressed(carried, facts.desk) if each in rule.addresses), "")


def _addressed(carried: tuple[str, ...], desk: Desk) -> Iterator[str]:
    """The addresses of the desk that a mail went to, each with its extension and without."""
    for each in map(fold_address, carried):
        plain = plain_address(each, (desk,))
        if plain is not None:
            yield each
            yield plain


def _header(facts: Facts, rule: Rule) -> str:
    """The header of a rule where our own server wrote it, with that value or one that begins with it."""
    name, _, wanted = rule.header.partition(":")
    wanted = wanted.strip().casefold()
    values = own_header(facts.letter, name.strip(), facts.arrival.authserv_id, facts.arrival.trusted_results)
    return rule.header if any(_begins(value.strip().casefold(), wanted) for value in values) else ""


def _begins(value: str, wanted: str) -> bool:
    rest = value.removeprefix(wanted)
    return value.startswith(wanted) and not rest[:1].isalnum()


def _by_sign(rules: FollowUpRules, before: Ticket, ticket: Ticket) -> Urgency | None:
    """One step up, not beyond ``raise_to``; at the very mail that makes the number full, so that it counts once."""
    now = ORDER.index(ticket.priority)
    if now >= ORDER.index(Priority(rules.raise_to)):
        return None
    mails, times = ticket.unanswered, ticket.reopened
    reason = ""
    if mails == rules.raise_after_mails:
        reason = "third" if mails == 3 else f"mails:{mails}"
    elif times == rules.raise_after_reopenings and before.reopened < times:
        reason = "twice" if times == 2 else f"reopened:{times}"
    return Urgency(ORDER[now + 1], reason, "a sign of long waiting") if reason else None
