"""What a follow-up step knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from maildesk.desk.known.background_facts import Said
from maildesk.desk.known.facts import AgentFacts, LoadFacts
from maildesk.desk.promises.history import NOTHING_KNOWN, History
from maildesk.desk.words import Agent, Desk, Site, Ticket


@dataclass(frozen=True, slots=True)
class FollowUpFacts:
    """What a follow-up step knows."""

    now: datetime
    site: Site
    desk: Desk
    ticket: Ticket
    agents: Mapping[str, AgentFacts] = field(default_factory=dict)
    unreachable: str = ""  # why the requester cannot be reached: no follow-ups to them
    load: LoadFacts = field(default_factory=LoadFacts)
    history: History = NOTHING_KNOWN  # how long people waited at this desk lately
    question: str = ""  # what the customer wrote since our last answer; read where somebody new may have to look at it
    said: tuple[Said, ...] = ()  # in the ticket until now, the newest first; read there, too

    def is_away_by_address(self, address: str) -> bool:
        """Whether the agent of this registered address is away now."""
        known = self.agents.get(address)
        return known is not None and known.is_away(self.now)

    def is_away(self, agent: Agent) -> bool:
        """Whether this agent is away now."""
        return self.is_away_by_address(agent.address)
