"""#move: another desk answers, with its own people, hours and target."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from maildesk.desk.deciding import decide
from maildesk.desk.known.facts import Asked, Facts, LoadFacts
from maildesk.desk.orders.moving import desks_named
from maildesk.desk.words import Agent, Audience, PromiseState, Ticket, TicketState
from tests.unit.desk.making_facts import ANNA, DESK, NOW, SITE, promise, ticket
from tests.unit.desk.test_deciding import agent_facts, mail, mails
from tests.unit.desk.test_ticket_orders import done, mistake

BILLING = replace(
    DESK, name="Example Billing", address="billing@example.com", targets={"normal": timedelta(hours=2)}, also=()
)
BEA, CARL = "bea@example.com", "carl@example.com"
TWO = replace(
    SITE,
    desks=(DESK, BILLING),
    agents=(
        *SITE.agents,
        Agent("Bea Bill", BEA, desks=(BILLING.address,)),
        Agent("Carl Bill", CARL, desks=(BILLING.address,)),
    ),
)


def asking(text: str, *tickets: Ticket, **changes: Any) -> Facts:
    return agent_facts(text, *tickets, **{"site": TWO, **changes})


@pytest.mark.parametrize("name", ["billing@example.com", "billing", "Example Billing", "BILLING"])
def test_a_desk_is_known_by_its_address_its_name_and_a_word_of_it(name: str) -> None:
    assert desks_named(TWO, name) == (BILLING,)


def test_the_customer_is_told_who_answers_now_and_by_when() -> None:
    decision = decide(asking("#move billing"))
    (there,) = decision.tickets
    told = mail(decision, "moved")
    assert (there.desk, there.state, there.assignee) == (BILLING.address, TicketState.OPEN, None)
    assert (told.desk, told.values["new_desk"], told.tells_promise) == (BILLING.address, "Example Billing", 2)
    assert there.promise is not None
    assert there.promise.target == timedelta(hours=2)
    assert [each.promise.state for each in decision.promises] == [PromiseState.REPLACED, PromiseState.UNTOLD]
    assert done(decision) == ("move:Example Billing", "promise", "undo:#move support@example.com")


def test_the_new_desk_gets_it_with_what_the_colleague_wrote_and_the_customer_asked() -> None:
    decision = decide(asking("#note\nShe paid twice.\n#move billing", customers_said=((1042, "Where is my money?"),)))
    shown = [each for each in decision.mails if each.template == "agent/new-message"]
    assert [each.to[0].address for each in shown] == [BEA, CARL]
    assert {(each.body, each.values["their_text"]) for each in shown} == {("Where is my money?", "She paid twice.")}
    assert {each.desk for each in shown} == {BILLING.address}


def test_beside_an_answer_the_answer_tells_the_time_and_it_stays_our_move() -> None:
    decision = decide(asking("My colleagues will see to it.\n#move billing"))
    assert mails(decision) == ["reply"]
    assert mail(decision, "reply").tells_promise == 2
    assert not mail(decision, "reply").keeps_promise
    assert (decision.tickets[0].state, decision.tickets[0].assignee) == (TicketState.OPEN, None)
    assert mails(decision, Audience.AGENT) == ["agent/new-message", "agent/new-message", "agent/receipt"]


def test_while_the_answer_rests_each_line_that_takes_back_can_be_sent_as_it_stands() -> None:
    """#move cannot stand beside #recall, so it stands in a line of its own, for a mail of its own."""
    said = done(decide(asking("My colleagues will see to it.\n#priority low\n#move billing")))
    assert isinstance(said, tuple)
    undo = [each.removeprefix("undo:") for each in said if each.startswith("undo:")]
    assert undo == ["#recall; #priority normal", "#move support@example.com"]


def test_an_answer_that_closes_moves_it_without_a_new_promise() -> None:
    decision = decide(asking("Done.\n#close\n#move billing"))
    assert (decision.tickets[0].state, decision.tickets[0].desk) == (TicketState.SOLVED, BILLING.address)
    assert mail(decision, "reply").tells_promise is None


@pytest.mark.parametrize("state", [TicketState.WAITING, TicketState.PAUSED, TicketState.CLOSED])
def test_what_is_not_our_move_goes_there_without_a_word_to_the_customer(state: TicketState) -> None:
    decision = decide(asking("#move billing", ticket(state=state, paused_until=NOW + timedelta(days=2))))
    assert (decision.tickets[0].state, mails(decision)) == (state, [])
    assert mails(decision, Audience.AGENT).count("agent/new-message") == 2


def test_a_customer_who_may_not_be_written_to_hears_nothing_and_the_promise_says_why() -> None:
    silent = ticket(unanswerable="a no-reply address", promise=promise(state=PromiseState.UNTELLABLE))
    decision = decide(asking("#move billing", silent))
    assert mails(decision) == []
    assert decision.promises[-1].promise.state is PromiseState.UNTELLABLE


def test_the_new_desks_way_of_assignment_chooses() -> None:
    least = replace(BILLING, assign="least-loaded")
    site = replace(TWO, desks=(DESK, least))
    load = LoadFacts({BEA: 4, CARL: 1})
    decision = decide(asking("#move billing", ticket(assignee=ANNA), site=site, asked=Asked(load=load)))
    assert decision.tickets[0].assignee == CARL
    assert [each.to[0].address for each in decision.mails if each.template == "agent/new-message"] == [CARL]


def test_a_desk_that_there_is_not_and_the_same_desk_stop_the_mail() -> None:
    unknown = decide(asking("It comes.\n#move sales"))
    assert mistake(unknown) == 'There is no desk called "sales".'
    assert "billing@example.com" in str(mail(unknown, "agent/returned").values["remedy"])
    assert "already" in mistake(decide(asking("#move support")))
    assert "More than one desk" in mistake(decide(asking("#move example")))
    assert "Send two mails" in str(mail(decide(asking("#recall\n#move billing")), "agent/returned").values["remedy"])


@pytest.mark.parametrize("text", ["It comes tomorrow.", "#close", "#pause until Friday 10:00 because it is on order"])
@pytest.mark.parametrize("template", ["moved", "status"])
def test_who_answers_by_when_is_not_said_after_the_answer(text: str, template: str) -> None:
    """Such a mail waits until the gap between two mails is over."""
    assert any(template in each.templates for each in decide(asking(text)).drops)
