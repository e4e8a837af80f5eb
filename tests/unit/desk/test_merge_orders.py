"""#merge N: one ticket takes another in, with the earliest promise that was told; or they are linked."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from maildesk.desk.actions import Decision, Merging
from maildesk.desk.deciding import decide
from maildesk.desk.known.facts import AnswerFacts, Asked, Shown
from maildesk.desk.orders.spam import MARKED
from maildesk.desk.tickets.tickets import faults
from maildesk.desk.words import Fate, Priority, PromiseState, Ticket, TicketState
from tests.unit.desk.making_facts import ANNA, MARIA, NOW, OTTO, promise, ticket
from tests.unit.desk.test_deciding import agent_facts, mail, mails
from tests.unit.desk.test_ticket_orders import done, mistake

SOON, LATE = NOW + timedelta(hours=2), NOW + timedelta(days=2)


def merging(other: Ticket, *, text: str = "#merge 1007", here: Ticket | None = None) -> Decision:
    asked = Asked(merging=(Shown(other.number, other),))
    decision = decide(agent_facts(text, here or ticket(), asked=asked))
    if decision.fate is not Fate.RETURNED:
        assert not [fault for each in decision.tickets for fault in faults(each)]
    return decision


def test_the_ticket_of_the_mail_survives_with_the_sooner_promise_that_was_told() -> None:
    decision = merging(ticket(1007, promise=promise(SOON), tags=("lamp",)), here=ticket(tags=("vip",)))
    survivor, absorbed = decision.tickets
    assert (absorbed.number, absorbed.state, absorbed.merged_into) == (1007, TicketState.MERGED, 1042)
    assert survivor.promise is not None
    assert (survivor.promise.at, survivor.promise.number, survivor.tags) == (SOON, 2, ("vip", "lamp"))
    assert decision.mergings == (Merging(1042, 1007, 1, 2),)
    ended = [(each.ticket, each.promise.state) for each in decision.promises]
    assert ended == [(1042, PromiseState.REPLACED), (1007, PromiseState.REPLACED), (1042, PromiseState.TOLD)]
    assert mails(decision) == []
    assert done(decision) == ("merge:#1007",)


def test_its_own_sooner_promise_stands() -> None:
    decision = merging(ticket(1007, promise=promise(LATE)))
    assert decision.tickets[0].promise == ticket().promise
    assert decision.mergings == (Merging(1042, 1007, 1, None),)
    assert [each.ticket for each in decision.promises] == [1007]


def test_a_promise_that_it_brings_and_nobody_was_told_is_told() -> None:
    untold = promise(SOON, state=PromiseState.UNTOLD, told_at=None)
    decision = merging(ticket(1007, promise=untold), here=ticket(state=TicketState.WAITING))
    assert mail(decision, "status").tells_promise == 2
    assert decision.tickets[0].state is TicketState.OPEN


@pytest.mark.parametrize(
    ("text", "leaves"),
    [
        ("Both come tomorrow.", ["reply"]),
        ("#close", ["solved"]),
        ("#promise tomorrow 10:00", ["still-working"]),
        ("#pause until Friday because it is on order", ["on-hold"]),
    ],
)
def test_a_promise_that_the_same_mail_ends_is_not_told(text: str, leaves: list[str]) -> None:
    untold = ticket(1007, promise=promise(SOON, state=PromiseState.UNTOLD, told_at=None))
    here = ticket(state=TicketState.WAITING)
    assert mails(merging(untold, text=f"{text}\n#merge 1007", here=here)) == leaves


@pytest.mark.parametrize(("order", "told"), [("#merge 1007", MARIA), (f"#requester {OTTO}", OTTO)])
def test_beside_recall_the_promise_is_told_too(order: str, told: str) -> None:
    untold = ticket(1007, promise=promise(SOON, state=PromiseState.UNTOLD, told_at=None))
    answer = AnswerFacts(5, ANNA, NOW, "Tomorrow.", "waiting", 1042)
    asked = Asked(merging=(Shown(1007, untold),))
    decision = decide(
        agent_facts(f"#recall\n{order}", ticket(state=TicketState.WAITING), answers=(answer,), asked=asked)
    )
    standing = decision.tickets[0].promise
    telling = [each for each in decision.mails if standing and each.tells_promise == standing.number]
    assert [each.to[0].address for each in telling] == [told]


def test_beside_recall_the_promise_that_is_replaced_is_not_told() -> None:
    here = ticket(state=TicketState.WAITING, promise=promise(LATE, state=PromiseState.UNTOLD, told_at=None))
    answer = AnswerFacts(5, ANNA, NOW, "Tomorrow.", "waiting", 1042)
    asked = Asked(merging=(Shown(1007, ticket(1007)),))
    decision = decide(agent_facts("#recall\n#merge 1007", here, answers=(answer,), asked=asked))
    assert mails(decision) == []
    assert decision.tickets[0].promise is not None
    assert decision.tickets[0].promise.state is PromiseState.TOLD


SILENT = replace(promise(SOON), state=PromiseState.UNTELLABLE, reason="a robot wrote", told_at=None)


@pytest.mark.parametrize("state", [TicketState.OPEN, TicketState.WAITING, TicketState.SOLVED])
@pytest.mark.parametrize("here", [True, False])
def test_a_promise_that_nobody_could_be_told_is_made_anew_where_they_can(state: TicketState, here: bool) -> None:
    robot = ticket(1042 if here else 1007, promise=SILENT, unanswerable="a robot wrote")
    untold = promise(LATE, state=PromiseState.UNTOLD, told_at=None)
    person = ticket(1007 if here else 1042, state, promise=untold if state is TicketState.OPEN else None)
    decision = merging(person if here else robot, here=robot if here else person)
    kept = decision.tickets[0]
    assert kept.promise is not None
    assert (kept.state, kept.unanswerable, kept.promise.state) == (TicketState.OPEN, "", PromiseState.UNTOLD)
    if mails(decision):
        assert mail(decision, "status").tells_promise == kept.promise.number
        assert decision.promises[-1].promise == kept.promise
    else:
        assert (state, here) == (TicketState.OPEN, False)  # its own mail tells it
    ended = {each.ticket for each in decision.promises if each.promise.state is PromiseState.REPLACED}
    assert robot.number in ended


def test_where_neither_customer_may_be_written_to_nobody_is() -> None:
    robot = ticket(promise=SILENT, unanswerable="a robot wrote")
    decision = merging(replace(robot, number=1007), here=robot)
    assert (mails(decision), decision.tickets[0].unanswerable) == ([], "a robot wrote")


@pytest.mark.parametrize("here", [True, False])
def test_spam_is_merged_with_nothing(here: bool) -> None:
    spam = ticket(1042 if here else 1007, TicketState.CLOSED, unanswerable=MARKED)
    other = ticket(1007 if here else 1042)
    assert "#spam" in mistake(merging(other if here else spam, here=spam if here else other))


def test_what_rests_on_hold_makes_a_waiting_ticket_our_move() -> None:
    paused = ticket(1007, TicketState.PAUSED, paused_until=LATE)
    decision = merging(paused, here=ticket(state=TicketState.WAITING))
    assert decision.tickets[0].state is TicketState.OPEN
    assert decision.tickets[0].promise is not None


def test_the_more_urgent_priority_holds() -> None:
    urgent = ticket(1007, priority=Priority.URGENT, priority_reason="words:outage", promise=promise(SOON))
    assert merging(urgent).tickets[0].priority is Priority.URGENT


def test_beside_an_answer_the_answer_is_to_both() -> None:
    decision = merging(ticket(1007), text="Both come tomorrow.\n#merge 1007")
    assert mails(decision) == ["reply"]
    assert [each.state for each in decision.tickets] == [TicketState.WAITING, TicketState.MERGED]


@pytest.mark.parametrize("changes", [{"requester": OTTO}, {"desk": "billing@example.com"}])
def test_another_customers_or_desks_ticket_is_linked_and_nothing_of_it_changes(changes: dict[str, str]) -> None:
    decision = merging(replace(ticket(1007), **changes))  # type: ignore[arg-type]  # names of its fields
    assert [each.number for each in decision.tickets] == [1042]
    assert (decision.tickets[0].linked_to, decision.mergings) == (1007, ())
    assert done(decision) == ("linked:#1007",)


def test_what_there_is_not_and_itself_stop_the_mail() -> None:
    assert "no ticket #4711" in mistake(merging(ticket(1007), text="It comes.\n#merge 4711"))
    assert "this ticket already" in mistake(merging(ticket(1042), text="#merge 1042"))
