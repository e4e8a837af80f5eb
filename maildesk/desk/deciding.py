"""What becomes of an arrival: one decision, one function, with its reason.

The order is the order of certainty. What we have seen before has no second effect; what we sent ourselves comes to
nothing; reports and robots move nothing; an agent's powers need proof; everything else is a customer.
"""

from __future__ import annotations

from dataclasses import replace
from email.utils import parseaddr

from maildesk.desk.actions import Decision, Event
from maildesk.desk.arrivals.agents import decide_agent
from maildesk.desk.arrivals.encrypted_mail import encrypted
from maildesk.desk.arrivals.forwarded_mail import decide_forwarded
from maildesk.desk.arrivals.forwarding import decide_forward
from maildesk.desk.arrivals.leaked_addresses import revoked
from maildesk.desk.arrivals.opening_for import decide_new
from maildesk.desk.arrivals.outside_answers import decide_outside_answer
from maildesk.desk.arrivals.robots import decide_machine, decide_report
from maildesk.desk.customers.customers import decide_customer
from maildesk.desk.following.spacing import informing, spaced
from maildesk.desk.judging.matching import Match, find_ticket
from maildesk.desk.known.facts import Facts, TokenFacts
from maildesk.desk.mailing import notices
from maildesk.desk.orders import away
from maildesk.desk.orders.agent_orders import decide_own_orders
from maildesk.desk.words import Agent, Fate, Role, Trust
from maildesk.mail.letter import MACHINE_SENT, REPORTS, Automatic, fold_address


def decide(facts: Facts) -> Decision:
    """What this arrival means. Pure: the same facts give the same decision."""
    made = _decide(facts)
    if facts.site.agent(facts.author.address) is None:  # what answers a customer's own mail does not wait
        return informing(made, facts.desk, facts.now)
    before = facts.ticket(made.tickets[0].number) if made.tickets else None
    return spaced(made, before, facts.desk, facts.now)


def _decide(facts: Facts) -> Decision:
    if facts.forwarded is not None:
        return decide_forwarded(facts, facts.forwarded, find_ticket(facts))
    if facts.duplicate_of is not None:
        return _duplicate(facts)
    if facts.letter.automatic is Automatic.OWN:
        return Decision(Fate.OWN, facts.letter.reason)
    if facts.arrival.history:
        return Decision(Fate.HISTORY, "older than the first contact with its mailbox")
    match = find_ticket(facts)
    if facts.letter.automatic in REPORTS:
        return decide_report(facts, match)
    robot = _machine(facts)
    if robot and facts.override != "ticket":
        return decide_machine(facts, match, robot)
    leaked = _leaked_token(facts)
    if leaked is not None:
        return revoked(facts, leaked, match)
    agent = facts.site.agent(facts.author.address)
    if agent is not None:
        return _from_agent(facts, match, agent)
    return decide_customer(facts, match)


def _duplicate(facts: Facts) -> Decision:
    """Filed once; but the copy with the better evidence counts, so its proof of the sender is kept."""
    reason = f"the same mail as arrival {facts.duplicate_of}"
    ticket = facts.ticket(facts.duplicate_in) if facts.duplicate_in is not None else None
    proven = facts.verdict.trust is Trust.AUTHENTICATED
    if ticket is None or not proven or ticket.requester != facts.author.address:
        return Decision(Fate.DUPLICATE, reason)
    if ticket.requester_trust is Trust.AUTHENTICATED:
        return Decision(Fate.DUPLICATE, reason)
    event = Event(ticket.number, "the sender is proven", f"{reason}, with {facts.verdict.reason}", facts.author.address)
    return Decision(Fate.DUPLICATE, reason, (replace(ticket, requester_trust=Trust.AUTHENTICATED),), events=(event,))


def _machine(facts: Facts) -> str:
    """Why this is no person's mail; "" for a person's."""
    if facts.arrival.spam:
        return "spam by the configured filter's verdict"
    if facts.person.spam:
        return "an agent said that mail from this address is spam"
    return facts.letter.reason if facts.letter.automatic in MACHINE_SENT else ""


def _leaked_token(facts: Facts) -> TokenFacts | None:
    """An agent's signed address on a mail that is not from that agent, and no better evidence beside it.

    One that is void, or whose agent has left, is nobody's: it only says which ticket is meant. Where the agent
    redirected the mail (Resent-From, RFC 5322, 3.6.6), nobody else has the address.
    """
    if any(token.mine for token in facts.tokens):
        return None
    by = {fold_address(parseaddr(value)[1]) for value in facts.letter.all_headers("Resent-From")}
    theirs = (token for token in facts.tokens if token.role is Role.AGENT and not token.revoked)
    return next((token for token in theirs if token.owner is not None and token.owner not in by), None)


def _from_agent(facts: Facts, match: Match, agent: Agent) -> Decision:
    """An agent's address in From: with proof their powers, without it a question to the registered address."""
    forward = decide_forward(facts, match, agent) if is_from_agent(facts) else None
    if forward is not None:
        return away.noticed(facts, agent, forward)
    outside = decide_outside_answer(facts, match, agent) if is_from_agent(facts) else None
    if outside is not None:
        return away.noticed(facts, agent, outside)
    sealed = encrypted(facts, match, agent) if is_from_agent(facts) else None
    if sealed is not None:
        return away.noticed(facts, agent, sealed)
    if _has_powers(facts) or _answers_our_question(facts, agent):
        return away.noticed(facts, agent, decide_agent(facts, match, agent))
    if not is_from_agent(facts) and facts.desk.address not in agent.desks and match.ticket is None:
        return decide_customer(facts, match)  # at another desk they are a customer like any other
    if not is_from_agent(facts):
        return _asked(facts, agent)
    return away.noticed(facts, agent, _without_a_signed_address(facts, match, agent))


def _asked(facts: Facts, agent: Agent) -> Decision:
    if facts.verdict.dmarc_fails:  # where that weighs more than what the verdict found for them
        facts = replace(facts, verdict=replace(facts.verdict, reason="DMARC says fail for its From"))
    reason = f"from {agent.address} without proof: {facts.verdict.reason}; the agent is asked"
    return Decision(Fate.CONFIRMING, reason, mails=(notices.confirm(facts, agent),))


def is_from_agent(facts: Facts) -> bool:
    """Whether a mail with an agent's address in From is proven to be theirs: what it asks for may be looked up.

    A signed address proves a customer even where DMARC fails, as it does behind lists; an agent it does not: such an
    address stands in every mail that they show to somebody.
    """
    proven = facts.verdict.trust is Trust.AUTHENTICATED and not facts.verdict.dmarc_fails
    return _has_powers(facts) or proven or facts.override == "confirmed"


def _without_a_signed_address(facts: Facts, match: Match, agent: Agent) -> Decision:
    if facts.override == "confirmed" and match.ticket is not None and not match.stranger:
        return decide_agent(facts, match, agent)
    own = decide_own_orders(facts, agent, match.reason)
    if isinstance(own, Decision):
        return own
    opened = decide_new(facts, match, agent)
    if opened is not None:
        return opened
    if match.ticket is not None and facts.author.address not in match.ticket.people:
        return _not_as_agent(facts, match, agent)
    return decide_customer(facts, match)


def _not_as_agent(facts: Facts, match: Match, agent: Agent) -> Decision:
    """An agent answers somebody's ticket, but not to the address that is theirs: given back with one that is."""
    mistake = "It did not come to the reply address that is yours alone, and only what comes there counts as an answer."
    remedy = "Reply to this mail instead, with the text below."
    mail = notices.returned(facts, agent, match.ticket, mistake, remedy=remedy)
    reason = f"{match.reason}; from {agent.address}, but not to a valid signed address of theirs"
    return Decision(Fate.RETURNED, reason, (match.ticket,) if match.ticket else (), mails=(mail,))


def _has_powers(facts: Facts) -> bool:
    """A valid signed address issued to this agent; with extension "" a reply to a Message-ID minted for them."""
    if facts.verdict.dmarc_fails or facts.forwarded is not None:
        return False
    if _is_signed(facts):
        return True
    if facts.desk.extension or facts.desk.reply_domain:
        return False
    return any(each.audience == "agent" and each.recipient == facts.author.address for each in facts.deliveries)


def _is_signed(facts: Facts) -> bool:
    return any(token.mine and token.role is Role.AGENT for token in facts.tokens)


def _answers_our_question(facts: Facts, agent: Agent) -> bool:
    """Whether this answers "was this you?", also where DMARC fails: nobody else knows the Message-ID of that mail."""
    asked = (each for each in facts.deliveries if each.template == "agent/confirm")
    return _is_signed(facts) and any(each.recipient == agent.address for each in asked)
