"""A signed address of an agent's on somebody else's mail: others know it now, so it is void from here on.

It happens in all innocence: the agent forwarded our notification to an expert, who answers; or answers from an address
of their own that nobody registered. The mail stays inside, as a note of the ticket, and its agent gets it with a fresh
address. The customer gets nothing of it; whoever it is from gets nothing at all, and no ticket of their own. What they
send to the void address later is shown to the team, without powers (``matching``).

A customer who answered to all, the agent's address among them, asks a question like any other.
"""

from __future__ import annotations

from dataclasses import replace

from maildesk.desk.actions import AgentChange, Decision, Event
from maildesk.desk.customers.customers import decide_customer
from maildesk.desk.judging.matching import Match
from maildesk.desk.known.facts import Facts, TokenFacts
from maildesk.desk.mailing import notices
from maildesk.desk.tickets.filing import message_of
from maildesk.desk.words import Agent, Fate, MessageKind
from maildesk.mail.letter import Mailbox

ADD_TO_ALSO = 'Is this you? Add the address to "also" of your [[agent]] section.'


def revoked(facts: Facts, token: TokenFacts, match: Match) -> Decision:
    """What becomes of the mail, and of the address."""
    agent = facts.site.agent(token.owner) if token.owner else None
    if agent is None:
        return decide_customer(facts, match)
    author = facts.author.address or "an unreadable sender"
    reason = f"the signed address of {agent.address} on a mail from {author}: it stays inside, and the address is void"
    known = replace(notices.known(facts, agent), token_issue=token.issue + 1)
    fresh = replace(facts, agents={**facts.agents, agent.address: known})
    ticket = match.ticket
    events = (Event(ticket.number, "a signed address was revoked", reason, facts.author.address),) if ticket else ()
    change = AgentChange(agent.address, revoke_token_issue=token.issue)
    if ticket is not None and facts.is_of(ticket):  # a customer answered to all, the agent's address among them
        theirs = decide_customer(fresh, match)
        return replace(theirs, events=(*theirs.events, *events), agents=(*theirs.agents, change))
    what = f"This mail came from {author}, to a reply address that is yours alone. The customer gets nothing of it."
    remedy = "It is kept as a note of the ticket. "
    remedy += "To answer the customer, reply to this mail; the earlier address no longer works."
    if _same_name(facts.author, agent):
        remedy = ADD_TO_ALSO
    mail = notices.returned(fresh, agent, ticket, what, remedy=remedy if ticket else ADD_TO_ALSO)
    if ticket is None:
        return Decision(Fate.RETURNED, reason, mails=(mail,), agents=(change,))
    note = replace(message_of(facts, ticket, MessageKind.NOTE, reason), message_id=None, to_and_cc=(), refers_to=())
    return Decision(Fate.FILED, reason, (ticket,), (note,), mails=(mail,), events=events, agents=(change,))


def _same_name(author: Mailbox, agent: Agent) -> bool:
    return bool(author.name) and author.name.casefold() == agent.name.casefold()
