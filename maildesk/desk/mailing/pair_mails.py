"""The three mails that join two addresses by proof: the question to each, and that it is done.

None of them is an answer, and none moves a promise; only the last may tell one. What one address knows of the other is
all that it must know to say yes or no: the new address sees the customer's with most of its letters hidden, for it may
be anybody's who was sent a mail of theirs; the customer sees the new one whole, but only after it said yes. Neither
question holds anything of a ticket, not even its subject.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from maildesk.desk.actions import Mail
from maildesk.desk.known.pair_facts import PairQuestion
from maildesk.desk.mailing.mails import references, to_customer
from maildesk.desk.words import Ticket, Trust
from maildesk.mail.letter import Mailbox

TO_THE_NEW_ONE, TO_THE_CUSTOMER, DONE = "same-person", "same-person-check", "joined"
QUESTIONS = (TO_THE_NEW_ONE, TO_THE_CUSTOMER)
_HIDDEN = "•••"


def masked(address: str) -> str:
    """The address for whoever may not know it: its first letter and its domain."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1] if len(local) > 1 else ''}{_HIDDEN}@{domain}"


def key_of(question: PairQuestion, template: str) -> str:
    """Unique for each pair and mail: nobody is asked twice."""
    return f"{template}:{question.ticket}:{question.number}"


def ask_the_new_one(
    ticket: Ticket, question: PairQuestion, name: str, language: str, answers: str | None = None
) -> Mail:
    """The first question, to the address that is new to the ticket. ``answers``: the Message-ID of its mail."""
    plain = to_customer(ticket, TO_THE_NEW_ONE, key_of(question, TO_THE_NEW_ONE), {})
    return replace(
        plain,
        to=(Mailbox(name, question.other),),
        language=language,
        values={"customer_name": name, "other_address": masked(question.customer)},
        in_reply_to=answers,
        references=(answers,) if answers else (),
        recipient_trust=Trust.AUTHENTICATED,  # proven, or named by an agent
        token_issue=question.number,
    )


def ask_the_customer(ticket: Ticket, question: PairQuestion, send_at: datetime | None) -> Mail:
    """The second question, to the customer, after the other address said yes."""
    values = {"customer_name": ticket.requester_name, "customer_offset": ticket.customer_offset}
    plain = to_customer(ticket, TO_THE_CUSTOMER, key_of(question, TO_THE_CUSTOMER), {}, send_at=send_at)
    return replace(
        plain,
        values={**values, "other_address": question.other},
        references=references(ticket),
        recipient_trust=Trust.AUTHENTICATED,  # the address is one that proved itself with its yes
        token_issue=question.number,
    )


def joined(ticket: Ticket, question: PairQuestion) -> Mail:
    """To the customer, whose yes was the second: they are one person's now."""
    return to_customer(ticket, DONE, key_of(question, DONE), {"other_address": question.other})
