"""The welcome mail: what a reply does, and ten commands to begin with. Every agent gets it once.

It is due from the moment that a desk first sees the agent in its config, or an operator asks for it again
(``maildesk agents welcome``), and leaves at once, at any hour: whoever added the agent waits for it. Its signed address
belongs to no ticket and takes commands at any time.

What it does not do: greet agents whom an older maildesk knew already. They know how it works.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from maildesk.desk.agents_day.agent_mail_facts import AgentMailFacts, Share
from maildesk.desk.mailing.mails import to_agent


def due(facts: AgentMailFacts) -> datetime | None:
    """Since when they are to be greeted; None where they were, or answer for no desk."""
    return facts.known.welcome_asked_at if facts.desks else None


def make(facts: AgentMailFacts) -> Share:
    """The mail, and that they got it."""
    known = facts.known
    asked = known.welcome_asked_at or facts.now
    values = {"desks": tuple(each.name for each in facts.desks) if len(facts.desks) > 1 else ()}
    mail = to_agent(facts.desks[0], facts.agent, known, "welcome", f"welcome:{int(asked.timestamp())}", values)
    return Share(replace(known, welcome_asked_at=None), (mail,))
