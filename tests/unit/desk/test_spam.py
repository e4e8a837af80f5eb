"""#spam: nothing leaves for the sender, neither now nor for what they send next; #take takes it back."""

from __future__ import annotations

import pytest

from maildesk.desk.actions import PersonChange
from maildesk.desk.deciding import decide
from maildesk.desk.known.facts import PersonFacts
from maildesk.desk.orders.spam import MARKED
from maildesk.desk.words import Fate, MessageKind, PromiseState, TicketState
from tests.unit.desk.making_facts import ANNA, DESK, MARIA, facts, hit, ticket
from tests.unit.desk.test_deciding import agent_facts, mail, mails
from tests.unit.desk.test_ticket_orders import done, mistake

STATES = [TicketState.OPEN, TicketState.WAITING, TicketState.PAUSED, TicketState.SOLVED, TicketState.CLOSED]


@pytest.mark.parametrize("state", STATES)
def test_the_ticket_is_closed_without_a_word_and_the_sender_marked(state: TicketState) -> None:
    decision = decide(agent_facts("#spam", ticket(state=state)))
    (closed,) = decision.tickets
    assert (closed.state, closed.promise, closed.timer) == (TicketState.CLOSED, None, None)
    assert mails(decision) == []
    assert decision.people == (PersonChange(DESK.address, MARIA, -1, spam=True),)
    assert done(decision) == (f"spam:{MARIA}", "undo:#take")
    assert all(each.promise.state is PromiseState.REPLACED for each in decision.promises)


def test_what_the_sender_writes_next_is_put_aside_also_on_the_ticket() -> None:
    marked = PersonFacts(version=3, spam=True)
    assert decide(facts(person=marked)).fate is Fate.ASIDE
    closed = ticket(state=TicketState.CLOSED, unanswerable=MARKED)
    assert decide(facts(closed, person=marked, hits=(hit(),))).fate is Fate.ASIDE


def test_a_note_may_stand_beside_it() -> None:
    decision = decide(agent_facts("#note\nThe third one from them.\n#spam"))
    assert decision.messages[0].kind is MessageKind.NOTE
    assert decision.tickets[0].state is TicketState.CLOSED


@pytest.mark.parametrize(
    "text", ["Go away.\n#spam", "#spam\n#take", "#spam\n#close", "#spam\n#promise tomorrow 10:00", "#spam\n#merge 7"]
)
def test_what_would_tell_the_sender_something_stops_the_mail(text: str) -> None:
    mistake(decide(agent_facts(text)))


def test_whoever_belongs_to_the_desk_is_not_marked() -> None:
    assert "belongs to the desk" in mistake(decide(agent_facts("#spam", ticket(requester=ANNA))))


@pytest.mark.parametrize(("text", "template"), [("#take", "reopened"), ("Sorry, that was a mistake.", "reply")])
def test_taking_it_or_answering_takes_the_mark_back(text: str, template: str) -> None:
    marked = ticket(state=TicketState.CLOSED, unanswerable=MARKED)
    decision = decide(agent_facts(text, marked))
    assert mail(decision, template)
    assert decision.people == (PersonChange(DESK.address, MARIA, -1, spam=False),)
    assert decision.tickets[0].unanswerable == ""
    assert f"no-spam:{MARIA}" in done(decision)  # type: ignore[operator]  # a tuple, as values go
