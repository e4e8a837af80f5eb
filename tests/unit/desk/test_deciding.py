"""What becomes of an arrival: one row a rule, from the tables of whose move it is, of agents and of robots."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from maildesk.desk.actions import Decision, Mail
from maildesk.desk.deciding import decide
from maildesk.desk.known.facts import AnswerFacts, DeliveryFacts, Facts
from maildesk.desk.senders.trust import SenderVerdict
from maildesk.desk.words import Audience, Fate, MessageKind, Participant, PromiseState, Role, TicketState, Trust
from maildesk.mail.letter import Automatic, Mailbox
from tests.unit.desk.making_facts import (
    ANNA,
    BEN,
    DESK,
    MARIA,
    NOW,
    OTTO,
    STRANGER,
    UNKNOWN,
    arrival,
    by,
    facts,
    hit,
    letter,
    ticket,
    token,
)


def mails(decision: Decision, audience: Audience = Audience.CUSTOMER) -> list[str]:
    return [each.template for each in decision.mails if each.audience is audience]


def mail(decision: Decision, template: str) -> Mail:
    return next(each for each in decision.mails if each.template == template)


def agent_facts(text: str, *tickets: Any, address: str = ANNA, **changes: Any) -> Facts:
    """A mail of an agent who answers a notification."""
    names = {ANNA: "Anna Schmidt", BEN: "Ben Weber"}
    written = letter(text, from_=(Mailbox(names.get(address, ""), address),), message_id="agent@example.com")
    proof = {"tokens": (token(role=Role.AGENT, owner=address),), "letter": written, **by(address)}
    return facts(*(tickets or (ticket(),)), **{**proof, **changes})


# A customer's mail


def test_a_new_matter_opens_a_ticket_with_a_promise_that_is_told_at_once() -> None:
    decision = decide(facts())
    opened = decision.tickets[0]
    assert (decision.fate, opened.state, opened.turn) == (Fate.NEW_TICKET, TicketState.OPEN, 1)
    assert opened.promise is not None
    assert opened.timer is not None
    told = mail(decision, "received")
    assert (told.tells_promise, told.states_until, told.send_at) == (1, opened.promise.at, None)
    assert mails(decision, Audience.AGENT) == ["agent/new-ticket", "agent/new-ticket"]


def test_out_of_hours_the_text_says_when_we_open() -> None:
    night = NOW + timedelta(hours=12)
    decision = decide(facts(now=night, arrival=arrival(arrived_at=night)))
    assert mail(decision, "received-closed").values["opens_at"] is not None


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        (by("noreply@shop.example"), "no-reply"),
        ({"verdict": SenderVerdict(Trust.STRANGER, "dmarc=fail", True, True)}, "DMARC"),
        ({"letter": letter(headers=(("X-Auto-Response-Suppress", "All"),))}, "X-Auto-Response-Suppress"),
        ({"arrival": arrival(sender="")}, "envelope sender"),
        ({"same_id_other_content": True}, "same Message-ID"),
    ],
)
def test_who_may_not_be_answered_still_gets_a_ticket_with_the_reason(changes: dict[str, Any], why: str) -> None:
    decision = decide(facts(**changes))
    opened = decision.tickets[0]
    assert decision.fate is Fate.NEW_TICKET
    assert mails(decision) == []
    assert why in opened.unanswerable
    assert opened.promise is not None
    assert opened.promise.state is PromiseState.UNTELLABLE
    assert mails(decision, Audience.AGENT)


def test_further_mail_in_the_same_turn_is_filed_and_the_promise_stands() -> None:
    open_one = ticket()
    decision = decide(facts(open_one, tokens=(token(),)))
    assert (decision.fate, mails(decision), decision.promises) == (Fate.FILED, [], ())
    assert decision.tickets[0].promise == open_one.promise


@pytest.mark.parametrize("state", [TicketState.WAITING, TicketState.PAUSED, TicketState.SOLVED, TicketState.CLOSED])
def test_the_customers_mail_makes_it_our_move_with_a_new_promise_told_in_a_while(state: TicketState) -> None:
    decision = decide(facts(ticket(state=state), tokens=(token(),)))
    turned = decision.tickets[0]
    assert (turned.state, turned.turn) == (TicketState.OPEN, 2)
    again = next(each for each in decision.mails if each.audience is Audience.CUSTOMER)
    assert again.send_at == NOW + timedelta(minutes=15)
    assert again.tells_promise == turned.promises_made
    assert again.template == ("reopened" if state in (TicketState.SOLVED, TicketState.CLOSED) else "received-again")


def test_long_after_closing_it_is_a_new_linked_ticket() -> None:
    old = ticket(state=TicketState.CLOSED, state_since=NOW - timedelta(days=31))
    decision = decide(facts(old, hits=(hit(),)))
    assert decision.fate is Fate.NEW_TICKET
    assert decision.tickets[0].linked_to == 1042


@pytest.mark.parametrize(("word", "told"), [("STOP", ["stopped"]), ("STATUS", ["status"]), ("Thanks!", [])])
def test_a_word_for_the_desk_opens_no_ticket_however_long_it_was_closed(word: str, told: list[str]) -> None:
    old = ticket(state=TicketState.CLOSED, state_since=NOW - timedelta(days=31), promise=None)
    decision = decide(facts(old, tokens=(token(),), letter=letter(word)))
    assert (decision.fate, decision.tickets[0].state) == (Fate.FILED, TicketState.CLOSED)
    assert [each.template for each in decision.mails if each.audience is Audience.CUSTOMER] == told


@pytest.mark.parametrize(
    ("state", "becomes"),
    [
        (TicketState.WAITING, TicketState.SOLVED),
        (TicketState.SOLVED, TicketState.SOLVED),
        (TicketState.OPEN, TicketState.OPEN),
    ],
)
def test_bare_thanks_are_filed_and_make_nothing_our_move(state: TicketState, becomes: TicketState) -> None:
    decision = decide(facts(ticket(state=state), tokens=(token(),), letter=letter("Thank you!")))
    assert (decision.tickets[0].state, decision.messages[0].kind) == (becomes, MessageKind.THANKS)
    assert mails(decision) == []
    assert mails(decision, Audience.AGENT)


def test_stop_ends_the_follow_ups_of_this_ticket_and_is_confirmed_once() -> None:
    decision = decide(facts(ticket(state=TicketState.WAITING), tokens=(token(),), letter=letter("STOP")))
    stopped = decision.tickets[0]
    assert (stopped.stopped, mails(decision)) == (True, ["stopped"])
    again = decide(facts(stopped, tokens=(token(),), letter=letter("STOP")))
    assert mails(again) == []


def test_stop_from_somebody_unproven_is_an_ordinary_mail() -> None:
    decision = decide(facts(ticket(state=TicketState.WAITING), hits=(hit(),), letter=letter("STOP"), verdict=UNKNOWN))
    assert not decision.tickets[0].stopped
    assert decision.tickets[0].state is TicketState.OPEN


def test_status_is_answered_at_once_and_moves_nothing() -> None:
    decision = decide(facts(ticket(), tokens=(token(),), letter=letter("Status?")))
    assert (mails(decision), decision.tickets[0].state, decision.tickets[0].turn) == (["status"], TicketState.OPEN, 1)


def test_close_from_the_customer_closes_it_without_a_survey() -> None:
    decision = decide(facts(ticket(), tokens=(token(),), letter=letter("close")))
    assert (decision.tickets[0].state, mails(decision)) == (TicketState.CLOSED, ["closed"])


def test_a_strangers_mail_on_a_ticket_is_for_agents_eyes_and_moves_nothing() -> None:
    decision = decide(facts(ticket(state=TicketState.WAITING), tokens=(token(mine=False),), **by(STRANGER)))
    assert decision.tickets[0].state is TicketState.WAITING
    assert (mails(decision), decision.messages[0].kind) == ([], MessageKind.STRANGER)
    assert mails(decision, Audience.AGENT)


def test_only_an_authenticated_person_brings_others_in() -> None:
    copied = letter(cc=(Mailbox("Otto", OTTO), Mailbox("", ANNA), Mailbox("", DESK.address)))
    assert [each.address for each in decide(facts(letter=copied)).tickets[0].participants] == [OTTO]
    unproven = decide(facts(letter=copied, verdict=UNKNOWN))
    assert unproven.tickets[0].participants == ()
    assert mail(unproven, "agent/new-ticket").values["copied"] == (OTTO,)


def test_the_requester_never_changes_by_mail() -> None:
    known = ticket(state=TicketState.WAITING, participants=(Participant(OTTO, "Otto", NOW, MARIA),))
    decision = decide(facts(known, tokens=(token(mine=False),), **by(OTTO, "Otto")))
    assert decision.tickets[0].requester == MARIA
    assert [each.to[0].address for each in decision.mails if each.audience is Audience.CUSTOMER] == [MARIA]


# Robots


def test_what_we_saw_before_has_no_second_effect() -> None:
    assert decide(facts(duplicate_of=3)) == Decision(Fate.DUPLICATE, "the same mail as arrival 3")


def test_our_own_mail_comes_to_nothing() -> None:
    decision = decide(facts(letter=letter(automatic=Automatic.OWN)))
    assert (decision.fate, decision.mails, decision.tickets) == (Fate.OWN, (), ())


@pytest.mark.parametrize("kind", [Automatic.LIST, Automatic.BULK])
def test_machine_mail_without_a_ticket_goes_aside(kind: Automatic) -> None:
    decision = decide(facts(letter=letter(automatic=kind)))
    assert (decision.fate, decision.mails, decision.tickets) == (Fate.ASIDE, (), ())


def test_spam_goes_aside_even_with_a_reference_and_an_operator_may_make_a_ticket_of_it() -> None:
    spam = arrival(spam=True)
    assert decide(facts(ticket(), hits=(hit(),), arrival=spam)).fate is Fate.ASIDE
    taken = decide(facts(arrival=replace(spam, override="ticket")))
    assert (taken.fate, mails(taken)) == (Fate.NEW_TICKET, [])


def test_machine_mail_that_joins_a_ticket_is_shown_and_reminding_rests() -> None:
    bulk = letter(automatic=Automatic.BULK)
    decision = decide(facts(ticket(state=TicketState.WAITING), hits=(hit(),), letter=bulk))
    assert decision.tickets[0].resting
    assert (mails(decision), mails(decision, Audience.AGENT)) == ([], ["agent/new-message"] * 2)


@pytest.mark.parametrize("kind", [Automatic.AUTO_REPLY, Automatic.RECEIPT, Automatic.BOUNCE])
def test_reports_move_nothing_of_a_ticket(kind: Automatic) -> None:
    waiting = ticket(state=TicketState.WAITING)
    decision = decide(facts(waiting, hits=(hit(),), letter=letter(automatic=kind)))
    assert decision.fate is Fate.REPORT
    assert mails(decision) == []
    assert all(each == waiting for each in decision.tickets)


# Agents


def test_an_agents_reply_is_public_and_the_move_is_the_customers() -> None:
    decision = decide(agent_facts("It comes tomorrow."))
    answered, reply = decision.tickets[0], mail(decision, "reply")
    assert (answered.state, answered.assignee) == (TicketState.WAITING, ANNA)
    assert (reply.body, reply.sender_name, reply.keeps_promise) == ("It comes tomorrow.", "Anna Schmidt", True)
    assert reply.send_at == NOW + timedelta(minutes=3)
    assert [each.address for each in reply.to] == [MARIA]


def test_an_answer_leaves_in_time_for_the_promise_it_keeps() -> None:
    soon = ticket()
    soon = replace(soon, promise=replace(soon.promise, at=NOW + timedelta(minutes=3)))  # type: ignore[type-var]  # open tickets have one
    assert mail(decide(agent_facts("Here.", soon)), "reply").send_at == NOW + timedelta(minutes=2)


def test_participants_get_the_answer_with_a_real_cc() -> None:
    shared = ticket(participants=(Participant(OTTO, "Otto", NOW, MARIA),))
    assert [each.address for each in mail(decide(agent_facts("Hi.", shared)), "reply").cc] == [OTTO]
    assert mail(decide(agent_facts("Hi.\n\n#only", shared)), "reply").cc == ()


def test_a_note_stays_inside() -> None:
    decision = decide(agent_facts("#note\nHe has called before."))
    assert (mails(decision), decision.messages[0].kind) == ([], MessageKind.NOTE)
    assert decision.tickets[0].state is TicketState.OPEN


def test_close_with_an_answer_solves_it() -> None:
    decision = decide(agent_facts("Done.\n\n#close"))
    assert (decision.tickets[0].state, mails(decision)) == (TicketState.SOLVED, ["reply"])


def test_close_alone_tells_the_customer_who_was_promised_an_answer() -> None:
    decision = decide(agent_facts("#close"))
    assert (decision.tickets[0].state, mails(decision)) == (TicketState.SOLVED, ["solved"])


def test_assign_gives_the_ticket_to_a_colleague_who_is_told() -> None:
    decision = decide(agent_facts("#assign Ben"))
    assert decision.tickets[0].assignee == BEN
    assert [each.to[0].address for each in decision.mails] == [BEN, ANNA]
    assert mails(decision) == []


@pytest.mark.parametrize("text", ["#colse", "#assign Nobody", "#promise yesterday", "Hi.\n\n#close\n#wait", "#note"])
def test_a_mistake_stops_everything_and_comes_back(text: str) -> None:
    decision = decide(agent_facts(text))
    assert (decision.fate, mails(decision)) == (Fate.RETURNED, [])
    assert mails(decision, Audience.AGENT) == ["agent/returned"]
    assert decision.tickets == (ticket(),)


def test_a_promise_by_command_is_told_in_the_reply() -> None:
    decision = decide(agent_facts("I need to ask.\n\n#promise tomorrow 15:00"))
    promised, reply = decision.tickets[0], mail(decision, "reply")
    assert (promised.state, reply.tells_promise, reply.keeps_promise) == (TicketState.OPEN, 2, False)
    assert reply.states_until == NOW + timedelta(days=1, hours=4)


def test_a_pause_tells_why_and_promises_news() -> None:
    decision = decide(agent_facts("#pause until Friday 12:00 because the part is on order"))
    paused, told = decision.tickets[0], mail(decision, "on-hold")
    assert (paused.state, paused.pause_reason) == (TicketState.PAUSED, "the part is on order")
    assert paused.paused_until is not None
    assert paused.promise is not None
    assert paused.promise.at > paused.paused_until
    assert told.tells_promise == 2


def test_waiting_for_a_customer_who_waits_for_us_is_refused() -> None:
    assert decide(agent_facts("#wait")).fate is Fate.RETURNED


def notification(minutes_ago: int) -> DeliveryFacts:
    """The mail that the agent answers."""
    made = NOW - timedelta(minutes=minutes_ago)
    return DeliveryFacts(5, "notify:1", 1042, ANNA, "n@example.com", "agent/new-ticket", "sent", "agent", made, False)


@pytest.mark.parametrize("text", ["Here.", "Here.\n\n#close"])
def test_if_the_customer_wrote_meanwhile_the_answer_goes_and_the_ticket_stays_open(text: str) -> None:
    wrote = ticket(last_customer_at=NOW - timedelta(minutes=1))
    decision = decide(agent_facts(text, wrote, deliveries=(notification(30),)))
    assert decision.tickets[0].state is TicketState.OPEN
    assert not mail(decision, "reply").keeps_promise
    assert mail(decision, "agent/receipt").values["stays_open"]


def colleague(minutes_ago: int, state: str = "sent", agent: str = BEN) -> AnswerFacts:
    return AnswerFacts(9, agent, NOW - timedelta(minutes=minutes_ago), "Already answered.", state, 1042)


def test_an_answer_that_crossed_a_colleagues_is_held_and_the_agent_asked() -> None:
    decision = decide(agent_facts("Mine.", deliveries=(notification(30),), answers=(colleague(6),)))
    assert mail(decision, "reply").held
    assert mail(decision, "agent/held").values["colleague"] == "Ben Weber"
    assert decision.tickets[0].state is TicketState.OPEN


@pytest.mark.parametrize(
    "other", [colleague(40), colleague(6, "held"), colleague(6, "dropped"), colleague(6, agent=ANNA)]
)
def test_what_does_not_collide_goes_out(other: AnswerFacts) -> None:
    decision = decide(agent_facts("Mine.", deliveries=(notification(30),), answers=(other,)))
    assert not mail(decision, "reply").held


def test_send_lets_a_held_answer_go() -> None:
    decision = decide(agent_facts("#send", answers=(colleague(6, "held", ANNA),)))
    assert decision.releases[0].deliveries == (9,)
    assert decision.tickets[0].state is TicketState.WAITING


def test_recall_takes_back_what_has_not_left() -> None:
    resting = ticket(state=TicketState.WAITING)
    decision = decide(agent_facts("#recall", resting, answers=(colleague(1, "waiting", ANNA),)))
    assert decision.drops[0].deliveries == (9,)
    assert decision.tickets[0].state is TicketState.OPEN
    assert decision.tickets[0].promise is not None
    assert decide(agent_facts("#recall", resting, answers=(colleague(1, "sent", ANNA),))).fate is Fate.RETURNED


def test_an_agents_address_without_proof_is_asked_and_nothing_happens() -> None:
    decision = decide(agent_facts("#close", tokens=(), hits=(hit(),), verdict=UNKNOWN))
    assert (decision.fate, decision.tickets) == (Fate.CONFIRMING, ())
    assert [each.template for each in decision.mails] == ["agent/confirm"]


def test_the_agents_confirmation_takes_the_mail_up() -> None:
    asked = replace(notification(5), template="agent/confirm", key=f"confirm:77:{ANNA}", ticket=None)
    decision = decide(agent_facts("Yes.", deliveries=(asked,), tokens=(token(0, Role.AGENT, owner=ANNA),)))
    assert decision.confirms == (77,)


def test_an_agents_signed_address_on_a_foreign_mail_is_void_and_the_agent_gets_it_back() -> None:
    foreign = {"tokens": (token(role=Role.AGENT, mine=False, owner=ANNA),), **by(STRANGER)}
    decision = decide(facts(ticket(), **foreign))
    assert (decision.fate, mails(decision), decision.tickets) == (Fate.FILED, [], (ticket(),))
    assert [(each.kind, each.message_id) for each in decision.messages] == [(MessageKind.NOTE, None)]
    assert decision.agents[0].revoke_token_issue == 0
    assert decision.mails[0].token_issue == 1


@pytest.mark.parametrize("trust", [Trust.STRANGER, Trust.AUTHENTICATED])  # the latter by the signed address
@pytest.mark.parametrize("enforced", [True, False])
def test_failing_dmarc_takes_an_agents_powers(enforced: bool, trust: Trust) -> None:
    forged = SenderVerdict(trust, "dmarc=fail", True, enforced)
    assert decide(agent_facts("#close", verdict=forged)).fate is Fate.CONFIRMING


@pytest.mark.parametrize("recipient", [ANNA, BEN])
def test_an_agent_whose_mail_fails_dmarc_may_say_that_it_was_them(recipient: str) -> None:
    asked = replace(notification(5), template="agent/confirm", key=f"confirm:77:{ANNA}", ticket=None)
    asked = replace(asked, recipient=recipient)
    failing = SenderVerdict(Trust.AUTHENTICATED, "dmarc=fail", True)
    signed = (token(0, Role.AGENT, owner=ANNA),)
    decision = decide(agent_facts("Yes.", deliveries=(asked,), tokens=signed, verdict=failing))
    assert decision.confirms == ((77,) if recipient == ANNA else ())
    assert decision.fate is (Fate.COMMAND if recipient == ANNA else Fate.CONFIRMING)
    assert decide(agent_facts("Yes.", deliveries=(asked,), tokens=(), verdict=failing)).fate is Fate.CONFIRMING


def test_an_agents_direct_answer_with_the_desk_in_copy_keeps_the_promise() -> None:
    outside = letter("It comes.", to=(Mailbox("", MARIA),), cc=(Mailbox("", DESK.address),))
    decision = decide(facts(ticket(), hits=(hit(source="filed", people=()),), letter=outside, **by(ANNA)))
    assert (decision.tickets[0].state, mails(decision)) == (TicketState.WAITING, [])
    assert decision.promises[0].promise.state is PromiseState.KEPT


def test_an_agent_may_ask_like_a_customer() -> None:
    decision = decide(facts(**by(ANNA, "Anna Schmidt")))
    assert decision.fate is Fate.NEW_TICKET
    assert [each.to[0].address for each in decision.mails if each.audience is Audience.AGENT] == [BEN]
