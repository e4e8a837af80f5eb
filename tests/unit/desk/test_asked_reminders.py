"""#remind: the ticket comes back to the agent who asked, then, whatever became of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from maildesk.desk.actions import Wish
from maildesk.desk.agents_day.agent_mail import decide_agent_mail
from maildesk.desk.agents_day.agent_mail_facts import AgentMailFacts
from maildesk.desk.deciding import decide
from maildesk.desk.known.facts import AgentFacts, Asked
from maildesk.desk.words import Ticket, TicketState
from tests.unit.desk.making_facts import ANNA, NOW, SITE, ticket
from tests.unit.desk.test_deciding import agent_facts
from tests.unit.desk.test_ticket_orders import done, mistake

FRIDAY = NOW + timedelta(days=3)
HERE = AgentFacts()
BACK = "undo:#remind 2026-11-27 11:00"


def test_a_wish_is_kept_for_this_agent_and_confirmed_with_its_undo() -> None:
    decision = decide(agent_facts("#remind Friday 11:00"))
    assert decision.wishes == (Wish(ANNA, 1042, FRIDAY),)
    assert done(decision) == (f"remind:{FRIDAY.isoformat()}", "undo:#remind off")
    assert decision.tickets[0].promise == ticket().promise


@pytest.mark.parametrize("off", ["off", "aus", "Nunca"])
def test_it_can_be_taken_back(off: str) -> None:
    decision = decide(agent_facts(f"#remind {off}"))
    assert decision.wishes == (Wish(ANNA, 1042, None),)
    assert done(decision) == ("remind-off",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("#remind Friday 12:00", (f"remind:{(FRIDAY + timedelta(hours=1)).isoformat()}", BACK)),
        ("#remind off", ("remind-off", BACK)),
        ("#remind Friday 11:00", (f"remind:{FRIDAY.isoformat()}",)),
    ],
)
def test_the_time_that_was_set_before_is_the_way_back(text: str, said: tuple[str, ...]) -> None:
    stood = replace(agent_facts(text), asked=Asked(remind_at=FRIDAY))
    assert done(decide(stood)) == said


def test_a_time_that_has_passed_stops_the_mail() -> None:
    mistake(decide(agent_facts("It comes.\n#remind 23.11.2026 10:00")))


def look(wish: Wish, *tickets: Ticket, known: AgentFacts = HERE, after: timedelta = timedelta(0)) -> AgentMailFacts:
    of = {each.number: each for each in (tickets or (ticket(),))}
    return AgentMailFacts(FRIDAY + after, SITE, SITE.agents[0], known, {ANNA: known}, wishes=(wish,), tickets=of)


@pytest.mark.parametrize("state", [TicketState.OPEN, TicketState.WAITING, TicketState.CLOSED])
def test_it_comes_at_its_moment_once_whatever_became_of_the_ticket(state: TicketState) -> None:
    wish = Wish(ANNA, 1042, FRIDAY)
    decision = decide_agent_mail(look(wish, ticket(state=state)))
    (mail,) = [each for each in decision.mails if each.template == "agent/new-message"]
    assert (mail.values["kind"], mail.ticket) == ("remind", 1042)
    assert decision.wishes == (replace(wish, at=None),)


def test_it_does_not_come_before_and_the_agent_is_looked_at_in_time() -> None:
    decision = decide_agent_mail(look(Wish(ANNA, 1042, FRIDAY), after=-timedelta(hours=1)))
    assert (decision.mails, decision.wishes) == ((), ())
    assert decision.agents[0].next_mail_at == FRIDAY


def test_it_waits_until_the_agent_is_back() -> None:
    away = AgentFacts(away_until=FRIDAY + timedelta(days=5), away_since=NOW)
    assert decide_agent_mail(look(Wish(ANNA, 1042, FRIDAY), known=away)).mails == ()
    back = decide_agent_mail(look(Wish(ANNA, 1042, FRIDAY), known=away, after=timedelta(days=5)))
    assert back.mails[0].template == "agent/new-message"
