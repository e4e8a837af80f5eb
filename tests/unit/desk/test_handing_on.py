"""Tickets of who is away go to somebody else before their promise breaks, the desk's way."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from maildesk.desk.actions import Decision
from maildesk.desk.following.follow_up import decide_step
from maildesk.desk.following.handing_on import may_be_somebody_elses
from maildesk.desk.known.facts import AgentFacts, LoadFacts
from maildesk.desk.known.follow_up_facts import FollowUpFacts
from maildesk.desk.orders.away import HANDED_ON
from maildesk.desk.tickets.steps import next_timer
from maildesk.desk.words import Agent, Desk, Site, Step, Ticket, TicketState
from tests.unit.desk.making_facts import ANNA, BEN, DESK, NOW, SITE, promise, ticket

CLEO = "cleo@example.com"
SITE_OF_THREE = replace(SITE, agents=(*SITE.agents, Agent("Cleo Roth", CLEO, desks=(DESK.address,))))
HALF_WAY = NOW + timedelta(hours=2)
PROMISED = promise(NOW + timedelta(hours=5), made_at=NOW - timedelta(hours=1))


def half_way(about: Ticket, away_for: timedelta = timedelta(days=7), *, desk: Desk = DESK, **changes: Any) -> Decision:
    """The first reminder of a ticket whose agents are away for so long."""
    away = {each: AgentFacts(away_until=NOW + away_for, away_since=NOW) for each in changes.pop("away", (ANNA,))}
    timed = replace(about, timer=next_timer(about, desk))
    site: Site = replace(changes.pop("site", SITE_OF_THREE), desks=(desk,))
    return decide_step(FollowUpFacts(HALF_WAY, site, desk, timed, away, question="Where is it?", **changes))


def annas(**changes: Any) -> Ticket:
    """Anna's, promised for five hours from now."""
    return replace(ticket(**changes), assignee=ANNA, promise=PROMISED)


def told(decision: Decision) -> list[str]:
    return [mail.to[0].address for mail in decision.mails if mail.template == "agent/given-on"]


def test_a_ticket_of_who_is_away_goes_to_everyone_who_is_here() -> None:
    decision = half_way(annas())
    assert decision.tickets[0].assignee is None
    assert told(decision) == [BEN, CLEO]
    assert decision.reminders == ()
    event = next(each for each in decision.events if each.what == HANDED_ON)
    assert event.by == ANNA
    mail = decision.mails[0]
    assert (mail.values["colleague"], mail.values["away_until"]) == ("Anna Schmidt", NOW + timedelta(days=7))
    assert mail.body == "> Where is it?"


@pytest.mark.parametrize("away_for", [timedelta(hours=3), timedelta(hours=4)])
def test_a_ticket_stays_with_who_is_back_before_the_customer_would_hear_of_a_delay(away_for: timedelta) -> None:
    decision = half_way(annas(), away_for)
    assert decision.tickets[0].assignee == ANNA
    assert told(decision) == []


def test_a_desk_that_gives_tickets_away_gives_this_one_to_its_next() -> None:
    desk = replace(DESK, assign="least-loaded")
    decision = half_way(annas(), desk=desk, load=LoadFacts({BEN: 3, CLEO: 1}, knows=ANNA))
    assert decision.tickets[0].assignee == CLEO
    assert told(decision) == [CLEO]


def test_an_agent_who_left_counts_as_away_for_good() -> None:
    gone = replace(annas(), assignee="gone@example.com")
    decision = half_way(gone, away=())
    assert decision.tickets[0].assignee is None
    assert [mail.values["gone"] for mail in decision.mails] == [True, True, True]


def test_where_everybody_is_away_everybody_is_told_the_lead_first() -> None:
    decision = half_way(annas(), away=(ANNA, BEN, CLEO))
    assert told(decision) == [ANNA, BEN, CLEO]


@pytest.mark.parametrize(
    ("about", "asked"),
    [
        (annas(), True),
        (annas(state=TicketState.WAITING), False),
        (replace(annas(), assignee=BEN), False),
        (replace(annas(), assignee=None), False),
    ],
)
def test_only_tickets_that_may_move_are_read_with_their_question(about: Ticket, asked: bool) -> None:
    away = {ANNA: AgentFacts(away_until=NOW + timedelta(days=1))}
    assert may_be_somebody_elses(FollowUpFacts(NOW, SITE, DESK, about, away)) is asked


def test_a_paused_ticket_moves_when_its_date_comes() -> None:
    paused = ticket(state=TicketState.PAUSED, assignee=ANNA, paused_until=HALF_WAY, pause_reason="the part is on order")
    decision = half_way(replace(paused, promise=promise(HALF_WAY + timedelta(hours=4))))
    assert decision.tickets[0].assignee is None
    assert told(decision) == [BEN, CLEO]
    assert any(each.what == str(Step.RESUME) for each in decision.events)
