"""#person ask ADDRESS: an agent who believes that two addresses are one person's, and does not know, lets both say it.

The question is the one that the desk asks by itself where much speaks for it (``judging.pairs``), and so is what
follows (``customers.proving``). An agent needs no hint; but the address must have written to this desk before, for we
write to nobody whom an agent mistyped, and neither of the two is asked twice about the other, whoever asks.
"""

from __future__ import annotations

from maildesk.desk.actions import Mail
from maildesk.desk.judging.pairs import MOST_ADDRESSES, is_shared, why_not_the_customer
from maildesk.desk.known.facts import Facts, PersonFacts
from maildesk.desk.known.pair_facts import PairQuestion, Stage
from maildesk.desk.mailing.pair_mails import ask_the_new_one
from maildesk.desk.orders.agent_plans import Fault
from maildesk.desk.words import Agent, Ticket


def why_not_asked(facts: Facts, address: str, ticket: Ticket) -> Fault | None:
    """What speaks against asking this address; that it may not be joined at all was looked at before."""
    line = f"#person ask {address}"
    other = _known(facts, address)
    if other.version == 0:
        return Fault(f"{address} has not written to this desk yet.", line, "Ask the customer to write from there.")
    several = next((each for each in (address, ticket.requester) if is_shared(each)), "")
    if several:
        return Fault(f"Many people write from {several}: it is nobody's own.", line, "Name another.")
    if other.unreachable or other.spam:
        return Fault(f"Our mail does not reach {address}, or theirs is spam.", line, "Name another.")
    why = why_not_the_customer(facts, ticket)
    if why:
        sure = f"If you are sure that it is the same person: #person join {address}"
        return Fault("The customer gets no automatic mail, so they cannot be asked.", line, sure)
    if len(facts.asked.customer.addresses) >= MOST_ADDRESSES:
        most = f"A customer has at most {MOST_ADDRESSES} addresses."
        return Fault(most, "#person ask", "Take one out with #person split and the address.")
    if any(each.is_of(address, ticket.requester) for each in facts.pair.earlier):
        sure = f"If you are sure that it is the same person: #person join {address}"
        return Fault(f"{address} was asked before, and nobody is asked twice.", line, sure)
    return None


def asked_for(facts: Facts, agent: Agent, address: str, ticket: Ticket) -> tuple[PairQuestion, Mail]:
    """The question as it begins, and its mail to the address that the agent named."""
    question = PairQuestion(
        ticket.desk, ticket.number, facts.pair.next_number, ticket.requester, address, Stage.OTHER, facts.now,
        by=agent.address,
    )  # fmt: skip
    other = _known(facts, address)
    language = other.chosen_language or other.language or ticket.language
    return question, ask_the_new_one(ticket, question, other.chosen_name or other.name, language)


def _known(facts: Facts, address: str) -> PersonFacts:
    return next((known for named, known in facts.asked.others if named == address), PersonFacts())
