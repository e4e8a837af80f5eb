"""Agents' mail straight to customers with the desk in copy: an answer that nobody gets twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from maildesk.desk.actions import Decision
from maildesk.desk.deciding import decide
from maildesk.desk.known.facts import Asked, Facts, PersonFacts
from maildesk.desk.words import Audience, Fate, MessageKind, Participant, PromiseState, Role, TicketState, Trust
from maildesk.mail.letter import Letter, Mailbox
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
from tests.unit.desk.test_deciding import mails
from tests.unit.desk.test_ticket_orders import done

THEIRS = (hit(source="filed", people=()),)
SIGNED = (token(role=Role.AGENT, owner=ANNA),)


def written(text: str = "It comes tomorrow.", subject: str = "Re: My order", **changes: Any) -> Letter:
    """Anna's mail to Maria, the desk in Cc."""
    plain = letter(
        text,
        subject,
        from_=(Mailbox("Anna Schmidt", ANNA),),
        message_id="outside@example.com",
        in_reply_to=("question@customer.example",),
        to=(Mailbox("Maria Muster", MARIA),),
        cc=(Mailbox("", DESK.address),),
    )
    return replace(plain, **changes)


def outside(*tickets: Any, mail: Letter | None = None, **changes: Any) -> Facts:
    return facts(*(tickets or (ticket(),)), **{"letter": mail or written(), "hits": THEIRS, **by(ANNA), **changes})


def to_agents(decision: Decision) -> list[tuple[str, str]]:
    return [(each.template, each.to[0].address) for each in decision.mails if each.audience is Audience.AGENT]


@pytest.mark.parametrize("changes", [{}, {"tokens": SIGNED}, {"hits": (), "tokens": SIGNED}])
def test_it_is_the_answer_and_keeps_the_promise_and_nobody_gets_it_again(changes: dict[str, Any]) -> None:
    decision = decide(outside(**changes))
    (after,) = decision.tickets
    assert (after.state, after.assignee, after.promise, mails(decision)) == (TicketState.WAITING, ANNA, None, [])
    assert [each.promise.state for each in decision.promises] == [PromiseState.KEPT]
    assert [(each.kind, each.message_id) for each in decision.messages] == [(MessageKind.ANSWER, "outside@example.com")]
    assert [each.agent for each in decision.answered] == [ANNA]
    assert decision.drops
    assert done(decision) == (f"outside:{MARIA}",)


def test_who_has_an_agents_signed_address_and_fails_dmarc_answers_nobody() -> None:
    failing = replace(facts().verdict, dmarc_fails=True)  # authenticated, by the signed address
    decision = decide(outside(tokens=SIGNED, verdict=failing))
    assert (decision.fate, decision.tickets, to_agents(decision)) == (Fate.CONFIRMING, (), [("agent/confirm", ANNA)])


def test_with_the_desk_in_bcc_it_is_the_same() -> None:
    decision = decide(outside(mail=written(cc=())))
    assert (decision.tickets[0].state, mails(decision)) == (TicketState.WAITING, [])


def test_colleagues_who_look_after_the_ticket_see_it() -> None:
    assert ("agent/new-message", BEN) in to_agents(decide(outside()))
    assert ("agent/new-message", BEN) in to_agents(decide(outside(ticket(assignee=BEN))))
    assert [each for each, _ in to_agents(decide(outside(ticket(assignee=ANNA))))] == ["agent/receipt"]


@pytest.mark.parametrize(
    ("changes", "subject"),
    [({"hits": ()}, "Where is it? [#1042]"), ({"hits": ()}, "AW: My order"), ({}, "Something new")],
)
def test_the_ticket_is_found_by_answer_number_or_subject(changes: dict[str, Any], subject: str) -> None:
    assert decide(outside(mail=written(subject=subject), **changes)).tickets[0].number == 1042


def test_a_customer_alone_is_no_evidence_of_which_ticket() -> None:
    decision = decide(outside(mail=written(subject="Our new catalogue"), hits=()))
    (opened,) = decision.tickets
    assert (decision.fate, opened.number, opened.state) == (Fate.NEW_TICKET, 2000, TicketState.WAITING)
    assert done(decision) == (f"outside-new:{MARIA}",)


def test_a_ticket_that_waits_is_opened_for_who_has_none() -> None:
    mail = written(subject="Your visit", to=(Mailbox("Otto", OTTO), Mailbox("Eve", STRANGER)))
    decision = decide(
        outside(mail=mail, hits=(), asked=Asked(person=PersonFacts(version=1, language="de", name="Otto B")))
    )
    (opened,) = decision.tickets
    assert (opened.requester, opened.requester_name, opened.requester_trust) == (OTTO, "Otto B", Trust.KNOWN)
    assert [each.address for each in opened.participants] == [STRANGER]
    assert (opened.state, opened.assignee, opened.promise, opened.language) == (TicketState.WAITING, ANNA, None, "en")
    assert opened.timer is not None
    assert (mails(decision), to_agents(decision)) == ([], [("agent/receipt", ANNA)])
    assert [each.kind for each in decision.messages] == [MessageKind.ANSWER]


def test_the_customers_reply_to_all_joins_the_ticket() -> None:
    waiting = ticket(state=TicketState.WAITING)
    reply = facts(waiting, hits=(hit(source="filed", people=(ANNA, MARIA, DESK.address)),))
    decision = decide(reply)
    assert (decision.tickets[0].number, decision.tickets[0].state) == (1042, TicketState.OPEN)


def test_what_the_customer_asked_meanwhile_stays_our_move() -> None:
    asked_more = ticket(
        unanswered=2, last_customer_at=NOW - timedelta(minutes=1), last_customer_id="more@customer.example"
    )
    decision = decide(outside(asked_more, mail=written(date=NOW - timedelta(minutes=5))))
    assert (decision.tickets[0].state, decision.promises) == (TicketState.OPEN, ())
    assert decision.tickets[0].promise == asked_more.promise


def test_close_in_it_solves_the_ticket_and_what_must_be_told_is_named() -> None:
    decision = decide(outside(mail=written("It comes.\n\n#close\n#language de\n#tag lamp")))
    assert (decision.tickets[0].state, decision.tickets[0].tags, mails(decision)) == (TicketState.SOLVED, ("lamp",), [])
    assert "outside-undone:#language" in done(decision)  # type: ignore[operator]  # a tuple, as every receipt's


def test_a_mistyped_command_loses_nothing() -> None:
    decision = decide(outside(mail=written("It comes.\n\n#colse")))
    assert (decision.fate, decision.tickets[0].state) == (Fate.FILED, TicketState.WAITING)
    assert "outside-undone:#colse" in done(decision)  # type: ignore[operator]  # a tuple, as every receipt's


def test_who_else_was_on_it_gets_our_answers_and_who_was_not_is_named() -> None:
    otto = Participant(OTTO, "Otto", NOW, MARIA)
    mail = written(cc=(Mailbox("", DESK.address), Mailbox("Eve", STRANGER)))
    decision = decide(outside(ticket(participants=(otto,)), mail=mail))
    assert [each.address for each in decision.tickets[0].participants] == [OTTO, STRANGER]
    assert f"outside-without:{OTTO}" in done(decision)  # type: ignore[operator]  # a tuple, as every receipt's


def test_a_reply_to_the_desk_with_somebody_in_copy_leaves_as_ever() -> None:
    mail = written(to=(Mailbox("", DESK.address),), cc=(Mailbox("", STRANGER),))
    assert mails(decide(outside(mail=mail, tokens=SIGNED))) == ["reply"]


def test_a_mail_about_the_ticket_to_somebody_else_is_a_note() -> None:
    mail = written("What do you think?", to=(Mailbox("", STRANGER),))
    decision = decide(outside(mail=mail, hits=(hit(people=(ANNA,)),)))
    assert (decision.tickets, mails(decision)) == ((ticket(),), [])
    assert [(each.kind, each.message_id) for each in decision.messages] == [(MessageKind.NOTE, "outside@example.com")]
    assert done(decision) == (f"outside-note:{STRANGER}",)


@pytest.mark.parametrize(
    ("subject", "to", "leaves"),
    [
        ("Re: My order", (STRANGER,), False),
        ("Fwd: My order", (STRANGER, DESK.address), False),
        ("Re: My order", (STRANGER, DESK.address), True),
        ("Re: My order", (DESK.address,), True),
        ("Re: My order", (STRANGER, OTTO), True),
    ],
)
def test_what_is_meant_for_somebody_else_is_a_note_also_with_the_signed_address_in_copy(
    subject: str, to: tuple[str, ...], leaves: bool
) -> None:
    addressed = tuple(Mailbox("", each) for each in to)
    of = ticket(participants=(Participant(OTTO, "Otto", NOW, MARIA),))
    mail = written("Between us: what is it?\n\n#close\n", subject, to=addressed)
    decision = decide(outside(of, mail=mail, tokens=SIGNED, hits=()))
    assert mails(decision) == (["reply"] if leaves else [])
    if not leaves:
        assert [each.kind for each in decision.messages] == [MessageKind.NOTE]
        assert done(decision) == (f"outside-note:{STRANGER}", "outside-undone:#close")
        assert decision.tickets[0].state is TicketState.OPEN


def test_a_circular_opens_nothing() -> None:
    many = tuple(Mailbox("", f"a{number}@customer.example") for number in range(11))
    decision = decide(outside(mail=written(subject="News", to=many), hits=()))
    assert (decision.tickets, mails(decision), done(decision)) == ((), [], ("outside-many:11",))


def test_a_mail_to_the_desk_with_a_customer_in_copy_is_the_agents_question() -> None:
    desk, customer = Mailbox("", DESK.address), Mailbox("", STRANGER)
    for to, cc in (((desk,), (customer,)), ((desk, customer), ())):
        decision = decide(outside(mail=written(subject="New", to=to, cc=cc), hits=()))
        assert decision.tickets[0].requester == ANNA


def test_who_only_claims_to_be_an_agent_answers_nothing() -> None:
    decision = decide(outside(verdict=UNKNOWN))
    assert (decision.fate, decision.tickets) == (Fate.CONFIRMING, ())
    assert (
        decide(outside(verdict=UNKNOWN, arrival=arrival(override="confirmed"))).tickets[0].state is TicketState.WAITING
    )


def test_to_a_customer_of_a_desk_that_is_not_theirs_no_ticket_is_opened() -> None:
    strange = outside(mail=written(subject="New"), hits=())
    site = replace(strange.site, agents=tuple(replace(each, desks=()) for each in strange.site.agents))
    decision = decide(replace(strange, site=site))
    assert decision.tickets[0].requester == ANNA
