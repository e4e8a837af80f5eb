"""#new for ADDRESS: a ticket for a customer who phoned; the agent's words stay inside."""

from __future__ import annotations

import pytest

from maildesk.desk.deciding import decide
from maildesk.desk.known.facts import Asked, PersonFacts
from maildesk.desk.words import Audience, Fate, MessageKind, PromiseState, Trust
from maildesk.mail.letter import Letter, Mailbox
from tests.unit.desk.making_facts import ANNA, BEN, MARIA, OTTO, UNKNOWN, letter
from tests.unit.desk.test_deciding import agent_facts, mail, mails
from tests.unit.desk.test_ticket_orders import done, mistake

PHONED = f"#new for {OTTO}\nHe phoned: the lamp is red, he wants a green one."


def from_anna(text: str, subject: str) -> Letter:
    return letter(text, subject, from_=(Mailbox("Anna Schmidt", ANNA),), message_id="agent@example.com")


def test_the_customer_gets_the_first_reply_and_the_team_the_ticket() -> None:
    decision = decide(agent_facts(PHONED, tokens=()))
    (opened,) = decision.tickets
    assert (decision.fate, opened.requester, opened.requester_trust) == (Fate.NEW_TICKET, OTTO, Trust.KNOWN)
    told = mail(decision, "received")
    assert ([each.address for each in told.to], told.tells_promise, told.body) == ([OTTO], 1, "")
    shown = mail(decision, "agent/new-message")
    assert (shown.to[0].address, shown.body) == (BEN, "He phoned: the lamp is red, he wants a green one.")
    assert done(decision) == (f"new:{OTTO}",)
    assert mail(decision, "agent/receipt").ticket == opened.number == 2000


def test_the_agents_words_are_a_note() -> None:
    decision = decide(agent_facts(PHONED))
    assert [each.kind for each in decision.messages] == [MessageKind.NOTE]
    assert mails(decision) == ["received"]
    assert decision.tickets[0].linked_to == 1042


def test_what_is_known_of_the_customer_holds() -> None:
    person = PersonFacts(version=2, name="Otto Beispiel", language="fr", chosen_language="de")
    opened = decide(agent_facts(PHONED, asked=Asked(person=person))).tickets[0]
    assert (opened.requester_name, opened.language) == ("Otto Beispiel", "de")


def test_the_name_that_the_agent_writes_is_the_customers_unless_a_better_one_is_known() -> None:
    text = PHONED.replace(OTTO, f"Otto Beispiel <{OTTO}>")
    decision = decide(agent_facts(text))
    assert (decision.tickets[0].requester, decision.tickets[0].requester_name) == (OTTO, "Otto Beispiel")
    assert [each.name for each in decision.people if each.address == OTTO] == ["Otto Beispiel"]
    known = decide(agent_facts(text, asked=Asked(person=PersonFacts(version=2, name="Otto B."))))
    assert known.tickets[0].requester_name == "Otto B."
    assert not any(each.name for each in known.people)


def test_other_commands_hold_for_the_new_ticket() -> None:
    decision = decide(agent_facts(f"{PHONED}\n#assign Ben\n#tag lamp\n#priority urgent\n#language de"))
    opened = decision.tickets[0]
    assert (opened.assignee, opened.tags, opened.language) == (BEN, ("lamp",), "de")
    assert mails(decision) == ["received-urgent"]
    assert mails(decision, Audience.AGENT).count("agent/new-message") == 1


@pytest.mark.parametrize(
    "text", [f"#new for {OTTO}", f"#new for {BEN}\nPlease.", f"{PHONED}\n#close", f"{PHONED}\n#note"]
)
def test_what_makes_no_sense_stops_the_mail(text: str) -> None:
    mistake(decide(agent_facts(text)))


def test_nobody_who_is_not_proven_to_be_an_agent_opens_tickets_for_others() -> None:
    decision = decide(agent_facts(PHONED, tokens=(), verdict=UNKNOWN))
    assert decision.fate is Fate.CONFIRMING
    assert not decision.tickets


def test_a_no_reply_address_gets_no_mail_and_the_promise_says_why() -> None:
    decision = decide(agent_facts("#new for noreply@shop.example\nTheir parcel."))
    assert mails(decision) == []
    assert decision.promises[0].promise.state is PromiseState.UNTELLABLE


@pytest.mark.parametrize("subject", ["Re: [#1042] My order", "AW: Late: my order", "Fwd: [#77] A cradle"])
def test_the_subject_of_another_customers_ticket_is_not_shown_to_this_one(subject: str) -> None:
    decision = decide(agent_facts(PHONED, letter=from_anna(PHONED, subject)))
    assert decision.tickets[0].subject == ""
    assert all(word not in str(mail(decision, "received")).casefold() for word in ("my order", "cradle", "#1042"))


@pytest.mark.parametrize(
    ("text", "subject", "shown"),
    [(PHONED, "Re: A red lamp", "Re: A red lamp"), (PHONED.replace(OTTO, MARIA), "Re: [#1042] My order", "My order")],
)
def test_the_subject_is_the_agents_or_what_this_customer_wrote(text: str, subject: str, shown: str) -> None:
    assert decide(agent_facts(text, letter=from_anna(text, subject))).tickets[0].subject == shown


def test_mine_is_the_agents_own() -> None:
    decision = decide(agent_facts(f"{PHONED}\n#mine"))
    assert decision.tickets[0].assignee == ANNA
    assert mails(decision, Audience.AGENT) == ["agent/receipt"]
