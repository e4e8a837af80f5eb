"""Two addresses are joined by proof: who is asked, whose yes counts, what follows, and all that must not join."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maildesk.desk.actions import Decision, Joining
from maildesk.desk.deciding import decide
from maildesk.desk.judging.pairs import is_one_full_name, is_shared, why_not_ask
from maildesk.desk.known.facts import Asked, Facts, PersonFacts, TokenFacts
from maildesk.desk.known.pair_facts import ANSWERED_WITHIN, PairFacts, PairQuestion, Stage
from maildesk.desk.mailing.pair_mails import masked
from maildesk.desk.senders.trust import SenderVerdict
from maildesk.desk.words import Audience, MessageKind, Participant, PromiseState, Role, Ticket, TicketState, Trust
from maildesk.mail.letter import Automatic, Mailbox
from tests.unit.desk.making_facts import (
    ANNA,
    AUTHENTICATED,
    DESK,
    MARIA,
    NOW,
    OTTO,
    STRANGER,
    UNKNOWN,
    by,
    facts,
    letter,
    ticket,
    token,
)
from tests.unit.desk.test_deciding import agent_facts, mail, mails
from tests.unit.desk.test_ticket_orders import done, mistake

HOME = "maria@home.example"
WROTE = NOW - timedelta(hours=5)
ASKED = PairQuestion(DESK.address, 1042, 1, MARIA, HOME, Stage.OTHER, NOW - timedelta(hours=4), wrote_at=WROTE)
CLAIMED = replace(ASKED, stage=Stage.CUSTOMER, asked_at=NOW - timedelta(hours=3))
KNOWN = PersonFacts(version=3)


def from_home(text: str = "It is the red one.", *tickets: Ticket, **changes: Any) -> Facts:
    """A mail from Maria's other address to the signed address that her mails from us have."""
    written = letter(text, from_=(Mailbox("Maria Muster", HOME),), message_id="home@home.example")
    known = {"tokens": (token(mine=False),), "letter": written, "pair": PairFacts(next_number=1)}
    return facts(*(tickets or (ticket(),)), **{**known, **by(HOME, "Maria Muster"), **changes})


def answer(text: str, question: PairQuestion, address: str, *tickets: Ticket, **changes: Any) -> Facts:
    """A mail of one of the two, to the signed address that was made for this question and them."""
    written = letter(text, from_=(Mailbox("Maria Muster", address),), message_id="said@home.example")
    mine = (TokenFacts(1042, Role.CUSTOMER, True, question.number, None),)
    pair = PairFacts(question, (question,), KNOWN, KNOWN, 2)
    known = {"tokens": mine, "letter": written, "pair": pair, "person": KNOWN}
    return facts(*(tickets or (ticket(),)), **{**known, **by(address, "Maria Muster"), **changes})


def stages(decision: Decision) -> list[tuple[Stage | None, Stage]]:
    return [(each.was, each.question.stage) for each in decision.pairs]


# Who is asked


def test_somebody_proven_with_the_customers_full_name_on_their_thread_is_asked_and_nothing_else_changes() -> None:
    decision = decide(from_home())
    asked = mail(decision, "same-person")
    assert [each.address for each in asked.to] == [HOME]
    assert stages(decision) == [(None, Stage.OTHER)]
    assert decision.pairs[0].question == replace(ASKED, asked_at=NOW, wrote_at=NOW)
    assert decision.tickets == (ticket(),)
    assert [each.kind for each in decision.messages] == [MessageKind.STRANGER]
    assert mail(decision, "agent/new-message").values["asks_both"] is True


def test_the_question_shows_nothing_of_the_customer_but_a_masked_address() -> None:
    secret = ticket(subject="My divorce", requester_name="Maria Muster", tags=("vip",), participants=())
    asked = mail(decide(from_home("It is the red one.", secret)), "same-person")
    assert asked.values == {"customer_name": "Maria Muster", "other_address": "m•••@customer.example"}
    assert "root@example.com" not in asked.references
    assert (asked.body, asked.subject, asked.cc, asked.attachments) == ("", "", (), ())
    assert asked.token_issue == 1
    assert masked("m@customer.example") == "•••@customer.example"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"desk": replace(DESK, asks_same_person=False)}, "does not ask"),
        ({"verdict": UNKNOWN}, "not proven"),
        ({"through": "info@lists.example"}, "a list or a form"),
        ({"is_form": True}, "a list or a form"),
        ({"tokens": (token(role=Role.BOUNCE, mine=False),)}, "no signed address"),
        ({"tokens": ()}, "no signed address"),
        (by(HOME, "Otto Other"), "full name"),
        (by(HOME, "Maria"), "full name"),
        (by(HOME, ""), "full name"),
        ({"letter": letter(to=(Mailbox("", DESK.address),), cc=(Mailbox("", MARIA),))}, "to the customer too"),
        (by("info@home.example", "Maria Muster"), "several people"),
        (by("no-reply@home.example", "Maria Muster"), "several people"),
        ({"letter": letter(headers=(("X-Auto-Response-Suppress", "All"),))}, "gets no automatic mail"),
        ({"person": PersonFacts(version=1, robot=True)}, "gets no automatic mail"),
        ({"person": PersonFacts(version=1, addresses=("x@y.example", HOME))}, "joined to somebody"),
        ({"pair": PairFacts(customer=PersonFacts(unreachable="bounced"))}, "the customer gets no automatic mail"),
        ({"pair": PairFacts(customer=PersonFacts(spam=True))}, "the customer gets no automatic mail"),
        ({"pair": PairFacts(earlier=(ASKED,))}, "asked before"),
        ({"pair": PairFacts(earlier=(replace(ASKED, stage=Stage.JOINED),))}, "asked before"),
        ({"pair": PairFacts(earlier=(replace(CLAIMED, other="mm@third.example"),))}, "asked before"),
        ({"pair": PairFacts(earlier=(replace(CLAIMED, other="m@x.example", stage=Stage.DENIED),))}, "asked before"),
        ({"pair": PairFacts(earlier=(replace(ASKED, customer="m@x.example"),))}, "asked before"),
    ],
)
def test_in_all_doubt_nobody_is_asked(changes: dict[str, Any], why: str) -> None:
    assert why in why_not_ask(from_home(**changes), ticket())
    assert "same-person" not in mails(decide(from_home(**changes)))


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"stopped": True}, "the customer gets no automatic mail"),
        ({"unanswerable": "the mail asks for none"}, "the customer gets no automatic mail"),
        ({"requester_trust": Trust.KNOWN}, "not proven"),
        ({"requester": "office@customer.example"}, "several people"),
        ({"state": TicketState.CLOSED, "state_since": NOW - timedelta(days=31)}, "closed for good"),
    ],
)
def test_nor_where_the_ticket_forbids_it(changes: dict[str, Any], why: str) -> None:
    one = replace(ticket(), **changes)
    assert why in why_not_ask(from_home("It is red.", one), one)


def test_who_said_yes_once_may_be_asked_about_a_third_address() -> None:
    before = replace(CLAIMED, other="mm@third.example", stage=Stage.JOINED)
    assert not why_not_ask(from_home(pair=PairFacts(earlier=(before,))), ticket())


def test_a_stranger_who_never_says_yes_keeps_nobody_else_from_being_asked() -> None:
    before = replace(ASKED, other="eve@elsewhere.example")
    assert not why_not_ask(from_home(pair=PairFacts(earlier=(before,))), ticket())


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Maria Muster", "Muster, Maria", True),
        ("Dr. María Muster", "Maria MUSTER", True),
        ("Maria Muster", "Maria M. Muster", True),
        ("Анна Иванова", "Иванова Анна", True),
        ("Maria Muster", "Mario Muster", False),
        ("Maria", "Maria", False),
        ("", "", False),
        ("Muster GmbH", "Muster GmbH", False),
        ("Familie Muster", "Familie Muster", False),
        ("maria@home.example", "maria@home.example", False),
    ],
)
def test_a_full_name_is_two_words_that_are_no_companys(one: str, other: str, same: bool) -> None:
    assert is_one_full_name(one, other) is same


@pytest.mark.parametrize("address", ["info@x.example", "Sales-DE@x.example", "büro@x.example", "team+a@x.example"])
def test_an_address_for_several_people_says_so(address: str) -> None:
    assert is_shared(address)
    assert not is_shared("maria.muster@x.example")
    assert not is_shared("mail@muster.example")


# The new address says yes


def test_its_yes_asks_the_customer_and_joins_nobody() -> None:
    decision = decide(answer("Yes, both are mine.", ASKED, HOME))
    asked = mail(decision, "same-person-check")
    assert [each.address for each in asked.to] == [MARIA]
    assert asked.values["other_address"] == HOME
    assert (asked.token_issue, asked.subject) == (1, "")
    assert "number" not in asked.values
    assert stages(decision) == [(Stage.OTHER, Stage.CUSTOMER)]
    assert not decision.joinings
    assert mails(decision, Audience.AGENT) == []
    assert decision.tickets[0].state is TicketState.OPEN
    assert not decision.promises


def test_the_customer_is_not_written_to_twice_within_the_least_gap() -> None:
    informed = ticket(informed_at=NOW - timedelta(minutes=2))
    decision = decide(answer("Yes", ASKED, HOME, informed))
    assert mail(decision, "same-person-check").send_at == NOW + timedelta(minutes=8)


def test_said_twice_it_is_filed_without_a_word() -> None:
    decision = decide(answer("Yes", CLAIMED, HOME))
    assert (decision.mails, decision.pairs, decision.joinings) == ((), (), ())
    assert [each.kind for each in decision.messages] == [MessageKind.COMMAND]


def test_its_no_ends_the_matter_and_nobody_is_troubled() -> None:
    decision = decide(answer("No", ASKED, HOME))
    assert stages(decision) == [(Stage.OTHER, Stage.DENIED)]
    assert decision.mails == ()


@pytest.mark.parametrize("changes", [{"stopped": True}, {"unanswerable": "a robot"}])
def test_where_the_customer_cannot_be_asked_any_more_a_person_reads_the_yes(changes: dict[str, Any]) -> None:
    decision = decide(answer("Yes", ASKED, HOME, replace(ticket(), **changes)))
    assert not decision.pairs
    assert [each.kind for each in decision.messages] == [MessageKind.STRANGER]


# The customer says yes


def test_the_second_yes_joins_them_tells_the_customer_and_shows_the_agents() -> None:
    decision = decide(answer("Yes.\n\nMaria", CLAIMED, MARIA))
    assert decision.joinings == (Joining(DESK.address, HOME, MARIA, MARIA),)
    assert stages(decision) == [(Stage.CUSTOMER, Stage.JOINED)]
    assert [each.address for each in mail(decision, "joined").to] == [MARIA]
    assert mail(decision, "agent/new-message").values["kind"] == "joined"
    assert {(each.address, each.version) for each in decision.people} == {(MARIA, 3), (HOME, 3)}
    assert HOME in decision.tickets[0].people


def test_while_it_is_our_move_the_promise_stands() -> None:
    decision = decide(answer("Yes", CLAIMED, MARIA))
    assert decision.promises == ()
    assert decision.tickets[0].promise == ticket().promise
    assert mail(decision, "joined").tells_promise is None


@pytest.mark.parametrize("state", [TicketState.WAITING, TicketState.SOLVED, TicketState.CLOSED, TicketState.PAUSED])
def test_what_they_wrote_as_a_stranger_is_our_move_now_with_a_promise_told_at_once(state: TicketState) -> None:
    before = ticket(state=state, last_answer_at=WROTE - timedelta(hours=1))
    decision = decide(answer("Yes", CLAIMED, MARIA, before))
    after = decision.tickets[0]
    assert (after.state, after.turn, after.acknowledged_turn) == (TicketState.OPEN, 2, 2)
    assert after.promise is not None
    assert after.promise.state is PromiseState.UNTOLD
    told = mail(decision, "joined")
    assert (told.tells_promise, told.states_until, told.send_at) == (2, after.promise.at, None)
    assert after.timer is not None


def test_what_was_answered_since_needs_no_turn() -> None:
    before = ticket(state=TicketState.WAITING, last_answer_at=WROTE + timedelta(hours=1))
    decision = decide(answer("Yes", CLAIMED, MARIA, before))
    assert decision.tickets[0].state is TicketState.WAITING
    assert decision.joinings


def test_an_agents_question_without_a_mail_moves_nothing_and_brings_nobody_in() -> None:
    asked = replace(CLAIMED, wrote_at=None, by=ANNA)
    decision = decide(answer("Yes", asked, MARIA, ticket(state=TicketState.WAITING)))
    assert decision.joinings
    assert decision.tickets[0].state is TicketState.WAITING
    assert HOME not in decision.tickets[0].people


def test_a_fourth_address_joins_the_main_one() -> None:
    known = PersonFacts(version=3, addresses=("old@customer.example", MARIA))
    pair = PairFacts(CLAIMED, (CLAIMED,), known, KNOWN, 2)
    decision = decide(answer("Yes", CLAIMED, MARIA, pair=pair, person=known))
    assert decision.joinings == (Joining(DESK.address, HOME, "old@customer.example", MARIA),)
    assert "old@customer.example" in {each.address for each in decision.people}


def test_two_groups_are_not_joined_and_a_person_reads_the_yes() -> None:
    other = PersonFacts(version=3, addresses=(HOME, OTTO))
    decision = decide(answer("Yes", CLAIMED, MARIA, pair=PairFacts(CLAIMED, (CLAIMED,), KNOWN, other, 2)))
    assert not decision.joinings
    assert [each.kind for each in decision.messages] == [MessageKind.QUESTION]


def test_the_customers_no_ends_the_matter_and_the_agents_are_warned() -> None:
    decision = decide(answer("No, that is not me!", CLAIMED, MARIA))
    assert stages(decision) == [(Stage.CUSTOMER, Stage.DENIED)]
    assert mail(decision, "agent/new-message").values["kind"] == "not-joined"
    assert mails(decision) == []
    assert decision.tickets[0].state is TicketState.OPEN


def test_a_claim_taken_back_before_the_customer_answers_is_over() -> None:
    assert stages(decide(answer("No", CLAIMED, HOME))) == [(Stage.CUSTOMER, Stage.DENIED)]


def test_once_they_are_one_person_a_no_is_a_mail_that_a_person_reads() -> None:
    question = replace(CLAIMED, stage=Stage.JOINED)
    person = PersonFacts(version=3, addresses=(MARIA, HOME))
    decision = decide(answer("No", question, HOME, person=person))
    assert not decision.pairs
    assert [each.kind for each in decision.messages] == [MessageKind.QUESTION]


# Attacks


def never_joined(decision: Decision) -> bool:
    return not decision.joinings and not any(each.question.stage is Stage.JOINED for each in decision.pairs)


@pytest.mark.parametrize(
    "changes",
    [
        {"verdict": UNKNOWN},  # forged
        {"verdict": SenderVerdict(Trust.AUTHENTICATED, "its signed address", dmarc_fails=True)},
        by(OTTO, "Otto Other"),  # the question was forwarded to a colleague
        by(STRANGER, "Maria Muster"),
        {"letter": letter("Yes", automatic=Automatic.AUTO_REPLY, reason="an out-of-office")},
        {"letter": letter("Yes", automatic=Automatic.LIST, reason="a list")},
        {"letter": letter("I am away. Yes, please write to my colleague.")},
        {"now": CLAIMED.asked_at + ANSWERED_WITHIN + timedelta(minutes=1)},  # whoever has the mailbox today
        {"pair": PairFacts(None, (CLAIMED,), KNOWN, KNOWN)},  # the signed address of another mail
        {"pair": PairFacts(ASKED, (ASKED,), KNOWN, KNOWN)},  # the other has not said yes
        {"pair": PairFacts(replace(CLAIMED, stage=Stage.DENIED), (), KNOWN, KNOWN)},
        {"pair": PairFacts(replace(CLAIMED, customer=OTTO), (), KNOWN, KNOWN)},  # the ticket is another's now
        {"duplicate_of": 3},  # the same mail once more
        {"arrival": replace(facts().arrival, history=True)},
    ],
)
def test_no_other_yes_joins_anybody(changes: dict[str, Any]) -> None:
    assert never_joined(decide(answer("Yes", CLAIMED, MARIA, **changes)))


def test_a_yes_of_neither_of_the_two_is_shown_to_the_agents_and_not_swallowed() -> None:
    decision = decide(answer("Yes", CLAIMED, OTTO))
    assert [each.kind for each in decision.messages] == [MessageKind.STRANGER]
    assert mails(decision, Audience.AGENT)


def test_where_the_ticket_is_another_customers_now_the_old_ones_yes_joins_nobody() -> None:
    moved = ticket(requester=OTTO, requester_name="Otto Other")
    assert never_joined(decide(answer("Yes", CLAIMED, MARIA, moved)))
    assert not decide(answer("Yes", ASKED, HOME, moved)).pairs


@given(
    text=st.sampled_from(["Yes", "No", "Yes, but", "yes!", "👍", "", "Ja, beide", "Maybe"]),
    author=st.sampled_from([MARIA, HOME, OTTO, STRANGER]),
    stage=st.sampled_from(list(Stage)),
    proven=st.booleans(),
    minutes=st.integers(0, 60 * 24 * 40),
    state=st.sampled_from([each for each in TicketState if each is not TicketState.MERGED]),
)
def test_only_the_customers_own_timely_yes_after_the_others_yes_joins(
    text: str, author: str, stage: Stage, proven: bool, minutes: int, state: TicketState
) -> None:
    question = replace(ASKED, stage=stage, asked_at=NOW - timedelta(minutes=minutes))
    verdict = AUTHENTICATED if proven else UNKNOWN
    decision = decide(answer(text, question, author, ticket(state=state), verdict=verdict))
    timely = timedelta(minutes=minutes) <= ANSWERED_WITHIN
    rightly = author == MARIA and stage is Stage.CUSTOMER and proven and timely and text in ("Yes", "yes!", "👍")
    assert bool(decision.joinings) is rightly
    for each in decision.mails:
        if each.template == "same-person-check":
            assert (author, stage, proven, timely) == (HOME, Stage.OTHER, True, True)


# An agent asks


def said(text: str, other: PersonFacts = KNOWN, *tickets: Ticket, **changes: Any) -> Decision:
    asked = Asked(others=((HOME, other),))
    return decide(agent_facts(text, *tickets, **{"asked": asked, "pair": PairFacts(next_number=4), **changes}))


def test_an_agent_has_both_asked_in_the_language_of_the_other() -> None:
    decision = said(f"#person ask {HOME}", PersonFacts(version=1, name="M. Muster", language="de"))
    asked = mail(decision, "same-person")
    assert ([each.address for each in asked.to], asked.language, asked.token_issue) == ([HOME], "de", 4)
    assert decision.pairs[0].question == PairQuestion(
        DESK.address, 1042, 4, MARIA, HOME, Stage.OTHER, NOW, wrote_at=None, by=ANNA
    )
    assert done(decision) == (f"person-ask:{HOME}",)
    assert not decision.joinings


@pytest.mark.parametrize("text", [f"#person fragen {HOME}", f"#person preguntar {HOME}", f"#человек спросить {HOME}"])
def test_the_word_has_names_in_other_languages(text: str) -> None:
    assert mails(said(text)) == ["same-person"]


@pytest.mark.parametrize(
    ("text", "other", "changes", "why"),
    [
        (f"#person ask {HOME}", PersonFacts(), {}, "has not written"),
        (f"#person ask {HOME}", PersonFacts(version=1, unreachable="bounced"), {}, "does not reach"),
        (f"#person ask {HOME}", PersonFacts(version=1, addresses=(HOME, OTTO)), {}, "joined to"),
        (f"#person ask {HOME}", KNOWN, {"pair": PairFacts(earlier=(ASKED,))}, "nobody is asked twice"),
        (f"#person ask {HOME}", KNOWN, {"pair": PairFacts(earlier=(replace(ASKED, stage=Stage.DENIED),))}, "twice"),
        (f"#person ask {HOME}", KNOWN, {"pair": PairFacts(customer=PersonFacts(spam=True))}, "no automatic mail"),
        ("#person ask ben@phone.example", KNOWN, {}, "belongs to the desk"),
        ("#person ask", KNOWN, {}, "needs another"),
        (f"#person ask {HOME} {OTTO}", KNOWN, {}, "one address"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_comes_back(text: str, other: PersonFacts, changes: dict[str, Any], why: str) -> None:
    assert why in mistake(said(text, other, **changes))


def test_after_stop_the_customer_is_not_asked() -> None:
    assert "no automatic mail" in mistake(said(f"#person ask {HOME}", KNOWN, ticket(stopped=True)))


def test_a_participant_from_whom_they_write_already_stays_once() -> None:
    known = ticket(participants=(Participant(HOME, "Maria", NOW, MARIA),))
    decision = decide(answer("Yes", CLAIMED, MARIA, known))
    assert len(decision.tickets[0].participants) == 1
