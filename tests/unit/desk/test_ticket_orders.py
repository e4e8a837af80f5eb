"""Commands about a ticket beside those that move it: each rule, and what stops the whole mail."""

from __future__ import annotations

from dataclasses import replace

import pytest

from maildesk.desk.actions import Decision, PersonChange
from maildesk.desk.deciding import decide
from maildesk.desk.known.facts import AnswerFacts, Asked, Facts, Help, PersonFacts
from maildesk.desk.words import Fate, PromiseState
from tests.unit.desk.making_facts import ANNA, BEN, DESK, MARIA, NOW, OTTO, facts, letter, promise, ticket
from tests.unit.desk.test_deciding import agent_facts, mail, mails


def done(decision: Decision) -> object:
    return mail(decision, "agent/receipt").values["done"]


def mistake(decision: Decision) -> str:
    assert decision.fate is Fate.RETURNED
    assert not decision.messages
    assert not mails(decision)
    return str(mail(decision, "agent/returned").values["mistake"])


def test_tags_are_folded_added_once_and_confirmed_with_their_undo() -> None:
    decision = decide(agent_facts("#tag Invoice, VIP", ticket(tags=("vip",))))
    assert decision.tickets[0].tags == ("vip", "invoice")
    assert done(decision) == ("tag:invoice",)
    assert [each.what for each in decision.events][1:] == ["tagged invoice"]


def test_a_tag_that_is_there_changes_nothing() -> None:
    decision = decide(agent_facts("#tag vip", ticket(tags=("vip",))))
    assert decision.tickets[0].tags == ("vip",)
    assert not decision.mails


def test_a_tag_that_is_not_there_cannot_be_taken_off_and_stops_the_answer() -> None:
    wrong = decide(agent_facts("It comes tomorrow.\n\n#untag vip", ticket(tags=("late",))))
    assert mistake(wrong) == 'The ticket has no tag "vip".'
    assert decide(agent_facts("#untag late", ticket(tags=("late",)))).tickets[0].tags == ()


def test_twenty_tags_are_the_most() -> None:
    full = tuple(f"tag {number}" for number in range(20))
    assert "at most 20 tags" in mistake(decide(agent_facts("#tag more", ticket(tags=full))))


def test_a_sentence_is_no_tag() -> None:
    long = "the customer said on the phone that it came too late"
    assert "too long" in mistake(decide(agent_facts(f"#tag {long}")))


def test_tags_stand_beside_recall() -> None:
    answer = AnswerFacts(5, ANNA, NOW, "Tomorrow.", "waiting", 1042)
    decision = decide(agent_facts("#recall\n#tag wrong", answers=(answer,)))
    assert done(decision) == ("recall", "tag:wrong")


def test_a_language_is_the_tickets_and_the_customers_from_then_on() -> None:
    decision = decide(agent_facts("#language de"))
    assert decision.tickets[0].language == "de"
    assert decision.people == (PersonChange(DESK.address, MARIA, -1, language="de", chosen_language="de"),)


@pytest.mark.parametrize("known", [Help(languages=("en", "de")), Help()])
def test_a_language_without_texts_is_refused_with_those_that_have_some(known: Help) -> None:
    said = agent_facts("#language fr", help=known)
    if not known.languages:  # a desk that lists its own
        said = replace(said, desk=replace(said.desk, languages=("en", "de")))
    decision = decide(said)
    assert mistake(decision) == "The desk has no texts in fr."
    assert "en, de" in str(mail(decision, "agent/returned").values["remedy"])


def test_the_language_of_a_region_is_that_of_its_texts() -> None:
    assert decide(agent_facts("#language de-at", help=Help(languages=("de",)))).tickets[0].language == "de"


def test_what_an_agent_chose_counts_before_what_the_customer_writes_in() -> None:
    person = PersonFacts(version=2, language="en", chosen_language="de")
    opened: Facts = facts(letter=letter(), person=person)
    assert decide(opened).tickets[0].language == "de"


def test_another_customer_is_told_by_when_we_answer_and_the_first_stays_in_copy() -> None:
    decision = decide(agent_facts(f"#requester {OTTO}"))
    changed = decision.tickets[0]
    assert (changed.requester, [each.address for each in changed.participants]) == (OTTO, [MARIA])
    told = mail(decision, "status")
    assert (told.to[0].address, told.tells_promise, told.cc) == (OTTO, 1, ())
    assert done(decision) == (f"requester:{OTTO}", f"undo:#requester {MARIA}")


def test_another_customer_gets_the_answer_of_the_same_mail_and_nothing_else() -> None:
    decision = decide(agent_facts(f"It comes tomorrow.\n#requester {OTTO}"))
    assert mails(decision) == ["reply"]
    reply = mail(decision, "reply")
    assert ([each.address for each in reply.to], [each.address for each in reply.cc]) == ([OTTO], [MARIA])


def test_a_customer_who_may_be_written_to_gets_a_promise_that_the_first_could_not() -> None:
    silent = replace(promise(), state=PromiseState.UNTELLABLE, reason="a no-reply address")
    form = ticket(unanswerable="a no-reply address", promise=silent)
    decision = decide(agent_facts(f"#requester {OTTO}", form))
    assert [each.promise.state for each in decision.promises] == [PromiseState.REPLACED, PromiseState.UNTOLD]
    assert mail(decision, "status").tells_promise == decision.tickets[0].promises_made == 2


def test_a_no_reply_address_as_the_customer_gets_no_mail_and_the_promise_says_why() -> None:
    decision = decide(agent_facts("#requester noreply@shop.example"))
    assert mails(decision) == []
    assert [each.promise.state for each in decision.promises] == [PromiseState.REPLACED, PromiseState.UNTELLABLE]


@pytest.mark.parametrize("command", [f"#requester {OTTO}", f"#new for {OTTO}\nHe phoned."])
def test_whom_an_agent_names_as_the_customer_is_heard_although_marked_as_spam(command: str) -> None:
    marked = Asked(person=PersonFacts(version=3, spam=True))
    assert (
        PersonChange(DESK.address, OTTO, -1, unreachable="", spam=False)
        in decide(agent_facts(command, asked=marked)).people
    )
    assert not any(each.spam is False for each in decide(agent_facts(command)).people)


def test_whoever_belongs_to_the_desk_is_no_customer_and_does_not_stay_as_one() -> None:
    assert "belongs to the desk" in mistake(decide(agent_facts(f"#requester {BEN}")))
    opened = ticket(requester=ANNA)
    decision = decide(agent_facts(f"#requester {OTTO}", opened))
    assert decision.tickets[0].participants == ()
    assert done(decision) == (f"requester:{OTTO}",)


def test_a_note_of_a_person_is_kept_beside_the_others_and_confirmed() -> None:
    decision = decide(agent_facts("#person note Prefers   the phone.", asked=Asked(notes=("Has two accounts",))))
    assert decision.people == (PersonChange(DESK.address, MARIA, -1, notes="Has two accounts\nPrefers the phone."),)
    assert done(decision) == (f"person:{MARIA}: Prefers the phone.",)
    assert not mails(decision)


def test_notes_of_a_person_are_taken_away_together() -> None:
    assert decide(agent_facts("#person note off", asked=Asked(notes=("Old",)))).people[0].notes == ""
    assert decide(agent_facts("#person note off")).people == ()


def test_notes_of_a_person_are_few_and_short() -> None:
    full = Asked(notes=tuple(f"note {number}" for number in range(10)))
    assert "at most 10 notes" in mistake(decide(agent_facts("#person note more", asked=full)))
    assert "200 characters" in mistake(decide(agent_facts(f"#person note {'more ' * 50}")))


@pytest.mark.parametrize("other", [f"#requester {OTTO}", f"#move {DESK.address}"])
def test_notes_of_a_person_are_never_written_to_another(other: str) -> None:
    notes = Asked(notes=("Has two accounts",))
    assert "#person is about" in mistake(decide(agent_facts(f"{other}\n#person note Prefers the phone", asked=notes)))


def test_notes_of_a_person_stand_in_the_next_notification_and_in_no_mail_to_them() -> None:
    decision = decide(facts(person=PersonFacts(version=1, notes=("Prefers the phone",))))
    assert mail(decision, "agent/new-ticket").values["person_notes"] == ("Prefers the phone",)
    assert "Prefers" not in str(mail(decision, "received"))
