"""#split: a customer's mail about another matter becomes a ticket of its own, with its own promise."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from maildesk.desk.actions import Splitting
from maildesk.desk.deciding import decide
from maildesk.desk.known.facts import Asked, MovedMail
from maildesk.desk.words import Audience, Fate, Participant
from tests.unit.desk.making_facts import ANNA, BEN, MARIA, NOW, OTTO, ticket
from tests.unit.desk.test_deciding import agent_facts, mail, mails
from tests.unit.desk.test_ticket_orders import done, mistake

FIRST = NOW - timedelta(hours=3)
MAIL = MovedMail(17, NOW, "A red lamp", "A red one came.", "lamp@customer.example", FIRST)
SPLIT = Asked(split=MAIL)


def test_the_mail_is_a_ticket_of_the_same_people_that_its_customer_hears_of() -> None:
    old = ticket(participants=(Participant(OTTO, "Otto", NOW, MARIA),), tags=("vip",))
    decision = decide(agent_facts("#split", old, asked=SPLIT))
    fresh, kept = decision.tickets
    assert (decision.fate, fresh.number, fresh.linked_to, fresh.subject) == (Fate.NEW_TICKET, 2000, 1042, "A red lamp")
    assert (fresh.people, fresh.tags, fresh.last_customer_id) == (old.people, (), "lamp@customer.example")
    assert replace(kept, timer=None) == replace(old, last_customer_at=FIRST, unanswered=0)
    assert (mail(decision, "received").tells_promise, mail(decision, "received").ticket) == (1, 2000)
    assert decision.splittings == (Splitting(17, 2000, old.desk),)
    assert done(decision) == ("split:#2000",)
    shown = mail(decision, "agent/new-message")
    assert (shown.to[0].address, shown.body, shown.ticket) == (BEN, "A red one came.", 2000)


def test_what_stands_beside_it_is_about_the_new_ticket() -> None:
    decision = decide(agent_facts("#split\n#mine\n#tag lamp", asked=SPLIT))
    assert (decision.tickets[0].assignee, decision.tickets[0].tags) == (ANNA, ("lamp",))
    assert (decision.tickets[1].assignee, decision.tickets[1].tags) == (None, ())
    assert mails(decision, Audience.AGENT) == ["agent/receipt"]


@pytest.mark.parametrize("text", ["It comes tomorrow.\n#split", "#split\n#close", "#split\n#note"])
def test_an_answer_or_what_becomes_of_a_ticket_cannot_stand_beside_it(text: str) -> None:
    mistake(decide(agent_facts(text, asked=SPLIT)))


def test_a_tickets_only_mail_stays() -> None:
    assert "no second mail" in mistake(decide(agent_facts("#split")))
