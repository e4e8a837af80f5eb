"""#person: addresses of one customer, their name, language, VIP mark and notes; and what a joined address may do."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from maildesk.desk.actions import Decision, Joining, PersonChange
from maildesk.desk.deciding import decide
from maildesk.desk.known.facts import Asked, Facts, PersonFacts, Shown
from maildesk.desk.words import Fate, MessageKind, Priority, TicketState
from tests.unit.desk.making_facts import ANNA, DESK, MARIA, OTTO, UNKNOWN, by, facts, hit, letter, ticket, token
from tests.unit.desk.test_deciding import agent_facts, mails
from tests.unit.desk.test_ticket_orders import done, mistake

HOME, PHONE = "maria@home.example", "maria@phone.example"
ALONE, JOINED = PersonFacts(), PersonFacts(addresses=(MARIA, HOME))


def said(text: str, customer: PersonFacts = ALONE, **changes: Any) -> Decision:
    return decide(agent_facts(text, asked=Asked(notes=customer.notes, customer=customer, **changes)))


def changed(decision: Decision, field: str) -> dict[str, Any]:
    """What is written of each address, where anything is."""
    return {each.address: value for each in decision.people if (value := getattr(each, field)) is not None}


def test_an_address_is_joined_to_the_customers_with_the_way_back() -> None:
    decision = said(f"#person join {HOME}")
    assert decision.joinings == (Joining(DESK.address, HOME, MARIA, ANNA),)
    assert done(decision) == (f"person-join:{HOME}", f"undo:#person split {HOME}")
    assert {each.address for each in decision.people} == {MARIA, HOME}  # what is being decided of either is void
    assert mails(decision) == []


def test_a_third_address_joins_the_main_one() -> None:
    customer = PersonFacts(addresses=(HOME, MARIA))
    assert said(f"#person join {PHONE}", customer).joinings == (Joining(DESK.address, PHONE, HOME, ANNA),)


def test_who_is_joined_already_changes_nothing() -> None:
    assert not said(f"#person join {HOME}", JOINED).mails


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("ben@phone.example", "belongs to the desk"),
        ("support+x@example.com", "belongs to the desk"),
        ("no-reply@shop.example", "Many people write"),
        (OTTO, "joined to someone@else.example already"),
    ],
)
def test_what_is_nobodys_own_or_somebody_elses_is_not_joined_and_the_answer_stays_here(address: str, why: str) -> None:
    others = ((OTTO, PersonFacts(addresses=("someone@else.example", OTTO))),)
    assert why in mistake(said(f"It comes tomorrow.\n\n#person join {address}", others=others))


def test_the_other_address_is_parted_and_the_main_one_may_go() -> None:
    assert said("#person split", JOINED).joinings == (Joining(DESK.address, HOME, "", ANNA),)
    last = said(f"#person split {MARIA}", JOINED)
    assert last.joinings == (Joining(DESK.address, MARIA, "", ANNA), Joining(DESK.address, HOME, "", ANNA))
    assert done(last) == (f"person-split:{MARIA}", f"undo:#person join {HOME}")
    three = said(f"#person split {MARIA}", PersonFacts(addresses=(MARIA, HOME, PHONE)))
    assert three.joinings == (
        Joining(DESK.address, MARIA, "", ANNA),
        Joining(DESK.address, HOME, HOME, ANNA),
        Joining(DESK.address, PHONE, HOME, ANNA),
    )


@pytest.mark.parametrize(
    ("customer", "text", "why"),
    [
        (ALONE, "#person split", "No other address"),
        (JOINED, f"#person split {OTTO}", "is no address of this customer's"),
        (PersonFacts(addresses=(MARIA, HOME, PHONE)), "#person split", "several other addresses"),
    ],
)
def test_what_is_not_joined_cannot_be_parted(customer: PersonFacts, text: str, why: str) -> None:
    assert why in mistake(said(text, customer))


def test_a_name_is_the_tickets_and_every_addresss() -> None:
    decision = said("#person name  Maria  Muster-Klein", JOINED)
    assert decision.tickets[0].requester_name == "Maria Muster-Klein"
    assert changed(decision, "chosen_name") == {MARIA: "Maria Muster-Klein", HOME: "Maria Muster-Klein"}
    assert done(decision) == ("person-name:Maria Muster-Klein", "undo:#person name off")
    ended = said("#person name off", replace(JOINED, name="M. Muster", chosen_name="Maria"))
    assert done(ended) == ("person-name-off", "undo:#person name Maria")
    assert ended.tickets[0].requester_name == "M. Muster"
    assert changed(ended, "chosen_name") == {MARIA: "", HOME: ""}


def test_an_address_is_no_name() -> None:
    assert "is no name" in mistake(said("#person name maria@home.example"))


def test_a_chosen_name_heads_new_tickets() -> None:
    opened = decide(facts(person=PersonFacts(chosen_name="Maria Muster", name="mm"))).tickets[0]
    assert opened.requester_name == "Maria Muster"


def test_a_language_is_chosen_and_given_back() -> None:
    assert said("#person language de").people == said("#language de").people
    ended = said("#person language off", PersonFacts(chosen_language="de"))
    assert changed(ended, "chosen_language") == {MARIA: ""}
    assert done(ended) == ("person-language-off", "undo:#person language de")


def test_notes_of_one_mail_add_up_and_off_takes_those_of_every_address() -> None:
    two = said("#person note first\n#person note second", PersonFacts(notes=("old",)))
    assert [each.notes for each in two.people] == ["old\nfirst", "old\nfirst\nsecond"]
    gone = said("#person note off", replace(JOINED, notes=("old",)))
    assert changed(gone, "notes") == {MARIA: "", HOME: ""}


def test_a_vip_is_marked_once_and_unmarked_everywhere() -> None:
    marked = said("#person vip")
    assert changed(marked, "vip") == {MARIA: True}
    assert marked.tickets[0].priority is Priority.NORMAL
    assert not said("#person vip", PersonFacts(vip=True)).mails
    assert changed(said("#person not vip", replace(JOINED, vip=True)), "vip") == {MARIA: False, HOME: False}


VIP = PersonFacts(vip=True)


def test_new_tickets_of_a_vip_have_the_desks_priority_where_the_sender_is_proven() -> None:
    opened = decide(facts(person=VIP)).tickets[0]
    assert (opened.priority, opened.priority_reason) == (Priority.HIGH, "vip")
    assert decide(facts(person=VIP, verdict=UNKNOWN)).tickets[0].priority is Priority.NORMAL
    usual = replace(DESK, vip="normal")
    assert decide(facts(person=VIP, desk=usual)).tickets[0].priority is Priority.NORMAL
    known = decide(facts(ticket(), person=VIP, tokens=(token(),))).tickets[0]
    assert known.priority is Priority.NORMAL


def test_a_ticket_that_is_opened_for_a_vip_is_urgent_alike_unless_the_agent_says_otherwise() -> None:
    asked = Asked(person=PersonFacts(vip=True, chosen_name="Otto Klein"))
    opened = decide(agent_facts(f"#new for {OTTO}\n\nHe phoned.", asked=asked)).tickets[0]
    assert (opened.priority, opened.requester_name) == (Priority.HIGH, "Otto Klein")
    low = decide(agent_facts(f"#new for {OTTO}\n#priority low\n\nHe phoned.", asked=asked)).tickets[0]
    assert low.priority is Priority.LOW


# What a joined address may do


def from_home(text: str = "And the blue one?", *, joined: bool = True, **changes: Any) -> Facts:
    """A mail from the customer's other address to the signed address of the first."""
    person = PersonFacts(addresses=(MARIA, HOME)) if joined else PersonFacts()
    about = {"tokens": (token(mine=False),), "person": person, "letter": letter(text), **by(HOME, "Maria")}
    return facts(**{"tickets": {1042: ticket(state=TicketState.WAITING)}, **about, **changes})


def test_mail_from_a_joined_address_is_the_customers_and_answers_go_there_too() -> None:
    decision = decide(from_home())
    filed = decision.tickets[0]
    assert (filed.state, filed.requester) == (TicketState.OPEN, MARIA)
    assert [each.address for each in filed.participants] == [HOME]
    assert decision.messages[0].kind is MessageKind.QUESTION


def test_a_signed_address_of_a_customer_makes_nobody_that_customer() -> None:
    """It shows that they have seen the mail: forwarded, or in Cc. It is no proof of who they are."""
    decision = decide(from_home(joined=False))
    assert decision.messages[0].kind is MessageKind.STRANGER
    assert decision.tickets[0] == ticket(state=TicketState.WAITING)
    assert decision.joinings == ()


@pytest.mark.parametrize("evidence", [{"hits": (hit(people=(MARIA,)),)}, {"subject": "Re: [#1042] My order"}])
def test_references_and_numbers_count_from_a_joined_address(evidence: dict[str, Any]) -> None:
    about = {"letter": letter("And the blue one?", subject=evidence["subject"])} if "subject" in evidence else evidence
    assert decide(from_home(tokens=(), **about)).fate is Fate.FILED
    assert decide(from_home(tokens=(), joined=False, **about)).fate is Fate.NEW_TICKET


def test_words_for_the_desk_act_from_a_joined_address_only_with_its_own_proof() -> None:
    assert decide(from_home("STOP")).tickets[0].stopped
    assert not decide(from_home("STOP", verdict=UNKNOWN)).tickets[0].stopped


def test_what_is_joined_at_one_desk_counts_for_nothing_at_another() -> None:
    elsewhere = ticket(state=TicketState.WAITING, desk="sales@example.com")
    assert decide(from_home(tickets={1042: elsewhere})).messages[0].kind is MessageKind.STRANGER


def test_tickets_of_joined_addresses_are_merged_and_of_others_linked() -> None:
    theirs = ticket(1007, requester=HOME, requester_name="Maria")
    for text, customer, merged in (
        ("#merge 1007", JOINED, True),
        (f"#person join {HOME}\n#merge 1007", ALONE, True),
        ("#merge 1007", ALONE, False),
    ):
        decision = said(text, customer, merging=(Shown(1007, theirs),))
        assert bool(decision.mergings) is merged
        people = [each.address for each in decision.tickets[0].participants]
        assert people == ([HOME] if merged else [])


def test_a_mark_of_one_address_is_not_written_to_another_by_joining() -> None:
    assert set(said(f"#person join {HOME}").people) == {
        PersonChange(DESK.address, MARIA, -1),
        PersonChange(DESK.address, HOME, -1),
    }
