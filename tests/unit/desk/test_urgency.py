"""How urgent a mail is, by rules and signs; what cannot raise it; and what raising does to the promise."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from maildesk.desk.actions import Decision, Mail
from maildesk.desk.deciding import decide
from maildesk.desk.judging.urgency import IN_WORDS, in_words
from maildesk.desk.known.facts import Facts
from maildesk.desk.senders.trust import SenderVerdict
from maildesk.desk.site import Rule
from maildesk.desk.words import Audience, Desk, Priority, PromiseState, Role, Ticket, TicketState, Trust
from maildesk.mail.letter import Mailbox
from tests.unit.desk.making_facts import (
    ANNA,
    AUTHENTICATED,
    DESK,
    MARIA,
    NOW,
    SITE,
    UNKNOWN,
    arrival,
    facts,
    letter,
    promise,
    ticket,
    token,
)

OURS = ("Authentication-Results", "mx; dmarc=pass header.from=customer.example")
HOP = ("Received", "from customer.example by mx.example.com")
VERDICT = ("X-Our-Verdict", "urgent; score=9")
TARGETS = {"low": 16, "normal": 8, "high": 4, "urgent": 1}
HEADER_RULE = Rule(1, "urgent", header="X-Our-Verdict: Urgent")


def desk_with(*rules: Rule, **changes: Any) -> Desk:
    targets = {name: timedelta(hours=hours) for name, hours in TARGETS.items()}
    return replace(DESK, rules=rules, targets=targets, also=("urgent@example.com",), **changes)


def at(desk: Desk, *tickets: Ticket, **changes: Any) -> Facts:
    return facts(*tickets, desk=desk, site=replace(SITE, desks=(desk,)), **changes)


def to_customer(decision: Decision) -> list[Mail]:
    return [each for each in decision.mails if each.audience is Audience.CUSTOMER]


def opened(rule: Rule, **changes: Any) -> Ticket:
    return decide(at(desk_with(rule), **changes)).tickets[0]


WORDS = Rule(1, "urgent", words={"en": ("outage",), "de": ("Ausfall",)})


@pytest.mark.parametrize(
    ("rule", "changes", "reason"),
    [
        (WORDS, {"letter": letter("We have an outage.")}, "words:outage"),
        (WORDS, {"letter": letter("Please help.", subject="Outage!")}, "words:outage"),
        (WORDS, {"letter": letter("Wir haben einen Ausfall.", language="de")}, "words:Ausfall"),
        (WORDS, {"letter": letter("Ausfall", language=None)}, "words:Ausfall"),
        (WORDS, {"letter": letter("Bitte helfen.", subject="outage", language="de")}, "words:outage"),
        (Rule(1, "urgent", senders=(MARIA,)), {}, f"from:{MARIA}"),
        (Rule(1, "urgent", senders=("@customer.example",)), {}, f"from:{MARIA}"),
        (
            Rule(1, "urgent", addresses=("urgent@example.com",)),
            {"arrival": arrival(recipients=("urgent@example.com",))},
            "to:urgent@example.com",
        ),
        (
            Rule(1, "urgent", addresses=("support+urgent@example.com",)),
            {"letter": letter(to=(Mailbox("", "Support+Urgent@example.com"),))},
            "to:support+urgent@example.com",
        ),
        (HEADER_RULE, {"letter": letter(headers=(VERDICT, OURS, HOP))}, "header:X-Our-Verdict: Urgent"),
        (HEADER_RULE, {"letter": letter(headers=(HOP, OURS, VERDICT, HOP))}, "header:X-Our-Verdict: Urgent"),
        (replace(WORDS, senders=(MARIA,)), {"letter": letter("An outage.")}, "words:outage"),
    ],
)
def test_a_rule_that_fits_makes_a_new_ticket_urgent_and_says_why(
    rule: Rule, changes: dict[str, Any], reason: str
) -> None:
    found = opened(rule, **changes)
    assert (found.priority, found.priority_reason) == (Priority.URGENT, reason)


FORGED = SenderVerdict(Trust.KNOWN, "a participant, but nothing proves it")


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        (WORDS, {"letter": letter("Not an outage.")}),
        (WORDS, {"letter": letter("We have outages.")}),
        (WORDS, {"letter": replace(letter("We are here.\n> an outage"), new_text="We are here.")}),  # only in the quote
        (WORDS, {"letter": letter("This is how we say it: Ausfall.", language="en")}),
        (Rule(1, "urgent", senders=(MARIA,)), {"verdict": UNKNOWN}),
        (Rule(1, "urgent", senders=(MARIA,)), {"verdict": FORGED}),
        (Rule(1, "urgent", senders=(MARIA,)), {"verdict": replace(AUTHENTICATED, dmarc_fails=True)}),
        (Rule(1, "urgent", senders=("@example",)), {}),
        (Rule(1, "urgent", senders=("@tomer.example",)), {}),
        (Rule(1, "urgent", addresses=("urgent@example.com",)), {}),
        (Rule(1, "urgent", addresses=("support+urgent@example.com",)), {}),
        (HEADER_RULE, {"letter": letter(headers=(OURS, HOP, VERDICT))}),  # it came with the mail
        (HEADER_RULE, {"letter": letter(headers=(VERDICT, HOP))}),  # nothing shows that we wrote it
        (HEADER_RULE, {"letter": letter(headers=(HOP, VERDICT, OURS))}),  # ours stands under all of theirs
        (HEADER_RULE, {"letter": letter(headers=(VERDICT, (OURS[0], "evil; dmarc=pass"), HOP))}),
        (HEADER_RULE, {"letter": letter(headers=(("X-Our-Verdict", "urgently"), OURS, HOP))}),
        (HEADER_RULE, {"letter": letter(headers=(("X-Our-Verdict", "ham"), OURS, HOP))}),
        (replace(WORDS, senders=("@vip.example",)), {"letter": letter("An outage.")}),  # all that it names must fit
    ],
)
def test_what_does_not_fit_or_could_be_forged_raises_nothing(rule: Rule, changes: dict[str, Any]) -> None:
    found = opened(rule, **changes)
    assert (found.priority, found.priority_reason) == (Priority.NORMAL, "")


def test_the_first_rule_that_fits_wins_and_low_works_too() -> None:
    rules = (Rule(1, "high", senders=("@vip.example",)), Rule(2, "low", words={"en": ("order",)}), replace(WORDS))
    found = decide(at(desk_with(*rules), letter=letter("My order: outage.")))
    assert found.tickets[0].priority is Priority.LOW
    event = next(each for each in found.events if each.what.startswith("priority"))
    assert (event.what, event.reason) == ("priority: normal → low", "rule 2 of the config: a mail says “order”")


def test_an_urgent_ticket_is_acknowledged_as_urgent_and_promised_around_the_clock_where_the_desk_works_so() -> None:
    late = NOW + timedelta(hours=9)  # 20:00 in Berlin, closed
    for around, opens in ((frozenset({"urgent"}), False), (frozenset(), True)):
        desk = desk_with(WORDS, around_the_clock=around)
        made = decide(at(desk, now=late, arrival=arrival(arrived_at=late), letter=letter("An outage.")))
        mail = to_customer(made)[0]
        assert mail.template == "received-urgent"
        assert (mail.values["opens_at"] is not None) is opens
        assert (made.tickets[0].promise.at - late <= timedelta(hours=2)) is not opens  # type: ignore[union-attr]  # an open ticket has one


def reply(text: str = "Still waiting.", **changes: Any) -> dict[str, Any]:
    return {"letter": letter(text, subject="Re: My order"), "tokens": (token(),), **changes}


def test_words_in_a_later_mail_bring_a_sooner_promise_and_a_mail_that_tells_it() -> None:
    made = decide(at(desk_with(WORDS), ticket(), **reply("Now we have an outage.")))
    raised, mail = made.tickets[0], to_customer(made)[0]
    assert (raised.priority, raised.priority_reason) == (Priority.URGENT, "words:outage")
    assert raised.promise is not None
    assert raised.promise.at < promise().at
    assert (mail.template, mail.tells_promise, mail.send_at) == ("raised", raised.promise.number, None)
    assert [each.promise.state for each in made.promises] == [PromiseState.REPLACED, PromiseState.UNTOLD]
    assert any("received" in drop.templates for drop in made.drops)  # what was to tell the later one
    assert raised.timer is not None
    assert raised.timer.due_at < raised.promise.at


def test_raising_never_makes_a_promise_later() -> None:
    near = promise(NOW + timedelta(minutes=30))
    made = decide(at(desk_with(WORDS), ticket(promise=near), **reply("An outage.")))
    assert made.tickets[0].priority is Priority.URGENT
    assert (made.tickets[0].promise, made.promises, to_customer(made)) == (near, (), [])


def test_who_may_not_be_written_to_keeps_the_promise_they_know() -> None:
    suppressed = letter("An outage.", subject="Re: My order", headers=(("X-Auto-Response-Suppress", "All"),))
    made = decide(at(desk_with(WORDS), ticket(), **reply(letter=suppressed)))
    assert made.tickets[0].priority is Priority.URGENT
    assert (made.tickets[0].promise, to_customer(made)) == (promise(), [])


@pytest.mark.parametrize(
    ("subject", "text", "becomes"),
    [
        ("Re: Outage [#1042]", "Any news?", Priority.NORMAL),  # the subject that the ticket has had all along
        ("Outage again", "Any news?", Priority.URGENT),
        ("Re: Outage", "Thanks, no outage any more.", Priority.NORMAL),
    ],
)
def test_the_subject_counts_only_where_it_is_new(subject: str, text: str, becomes: Priority) -> None:
    known = ticket(subject="Outage", priority_reason="agent:Anna")
    made = decide(at(desk_with(WORDS), known, tokens=(token(),), letter=letter(text, subject=subject)))
    assert made.tickets[0].priority is becomes


def test_a_rule_never_lowers_a_known_ticket() -> None:
    low = Rule(1, "low", words={"en": ("order",)})
    made = decide(at(desk_with(low), ticket(), **reply("My order again.")))
    assert made.tickets[0].priority is Priority.NORMAL


@pytest.mark.parametrize(
    ("rule", "text", "becomes"),
    [
        (Rule(1, "urgent", senders=(MARIA,)), "Hello?", Priority.NORMAL),
        (WORDS, "Now there is an outage.", Priority.URGENT),
    ],
)
def test_what_an_agent_said_stands_until_the_customer_says_something_new(
    rule: Rule, text: str, becomes: Priority
) -> None:
    calmed = ticket(priority_reason="agent:Anna Schmidt")
    assert decide(at(desk_with(rule), calmed, **reply(text))).tickets[0].priority is becomes


SIGNS = [
    # unanswered before, reopened before, state, priority, becomes, reason
    (1, 0, TicketState.OPEN, "normal", "normal", ""),
    (2, 0, TicketState.OPEN, "normal", "high", "third"),
    (3, 0, TicketState.OPEN, "normal", "normal", ""),
    (2, 0, TicketState.OPEN, "low", "normal", "third"),
    (2, 0, TicketState.OPEN, "high", "high", ""),
    (2, 0, TicketState.OPEN, "urgent", "urgent", ""),
    (0, 0, TicketState.SOLVED, "normal", "normal", ""),
    (0, 1, TicketState.SOLVED, "normal", "high", "twice"),
    (0, 1, TicketState.CLOSED, "normal", "high", "twice"),
    (0, 2, TicketState.WAITING, "normal", "normal", ""),
    (0, 2, TicketState.SOLVED, "normal", "normal", ""),
]


@pytest.mark.parametrize(("unanswered", "reopened", "state", "priority", "becomes", "reason"), SIGNS)
def test_the_third_mail_without_an_answer_and_the_second_reopening_raise_one_step_once(
    unanswered: int, reopened: int, state: TicketState, priority: str, becomes: str, reason: str
) -> None:
    known = ticket(state=state, unanswered=unanswered, reopened=reopened, priority=Priority(priority))
    made = decide(at(desk_with(), known, **reply()))
    assert (made.tickets[0].priority, made.tickets[0].priority_reason) == (Priority(becomes), reason)
    assert any(each.what.startswith("priority:") for each in made.events) is bool(reason)


@pytest.mark.parametrize(
    ("rules", "unanswered", "priority", "becomes", "reason"),
    [
        ({"raise_after_mails": 0}, 2, "normal", "normal", ""),
        ({"raise_after_mails": 5}, 2, "normal", "normal", ""),
        ({"raise_after_mails": 5}, 4, "normal", "high", "mails:5"),
        ({"raise_to": "urgent"}, 2, "high", "urgent", "third"),
        ({"raise_to": "normal"}, 2, "normal", "normal", ""),
    ],
)
def test_signs_are_the_desks_to_set_and_to_switch_off(
    rules: dict[str, Any], unanswered: int, priority: str, becomes: str, reason: str
) -> None:
    desk = desk_with(follow_up=replace(DESK.follow_up, **rules))
    known = ticket(unanswered=unanswered, priority=Priority(priority))
    found = decide(at(desk, known, **reply())).tickets[0]
    assert (found.priority, found.priority_reason) == (Priority(becomes), reason)


def test_a_strangers_mail_on_somebodys_ticket_raises_nothing() -> None:
    eve = {"author": Mailbox("Eve", "eve@elsewhere.example"), "verdict": UNKNOWN, "tokens": (token(mine=False),)}
    made = decide(at(desk_with(WORDS), ticket(unanswered=2), **reply("An outage.", **eve)))
    assert made.tickets[0].priority is Priority.NORMAL


def test_a_new_turn_that_is_raised_is_promised_and_acknowledged_at_once() -> None:
    made = decide(at(desk_with(WORDS), ticket(state=TicketState.WAITING), **reply("An outage.")))
    again = to_customer(made)[0]
    assert (again.template, again.send_at) == ("received-again", None)
    assert again.values["priority"] == "urgent"


def from_anna(text: str, desk: Desk, *tickets: Ticket) -> Decision:
    anna = {"author": Mailbox("Anna Schmidt", ANNA), "tokens": (token(role=Role.AGENT, owner=ANNA),)}
    return decide(at(desk, *tickets, letter=letter(text), **anna))


def test_an_agents_priority_brings_the_sooner_promise_and_the_customer_hears_it() -> None:
    made = from_anna("#priority urgent", desk_with(), ticket())
    raised, mail = made.tickets[0], to_customer(made)[0]
    assert (raised.priority_reason, mail.template) == ("agent:Anna Schmidt", "raised")
    assert raised.promise is not None
    assert (raised.promise.at < promise().at, mail.tells_promise) == (True, raised.promise.number)
    receipt = next(each for each in made.mails if each.template == "agent/receipt")
    assert receipt.values["done"] == ("priority:urgent", "promise", "undo:#priority normal")
    assert any(each.what == "priority: normal → urgent" and each.by == ANNA for each in made.events)


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("#priority low", ticket(priority=Priority.URGENT)),
        ("#priority urgent", ticket(promise=promise(NOW + timedelta(minutes=30)))),
        ("#priority urgent", ticket(state=TicketState.WAITING)),
        ("#priority urgent", ticket(state=TicketState.PAUSED)),
        ("#priority normal", ticket()),
    ],
)
def test_an_agents_priority_that_changes_no_promise_sends_the_customer_nothing(text: str, known: Ticket) -> None:
    made = from_anna(text, desk_with(), known)
    assert (made.tickets[0].promise, made.promises, to_customer(made)) == (known.promise, (), [])


def test_with_an_answer_or_a_promise_of_its_own_a_priority_tells_no_second_time() -> None:
    for text in ("It comes tomorrow.\n\n#priority urgent", "#priority urgent\n#promise 2h"):
        assert [each.template for each in to_customer(from_anna(text, desk_with(), ticket()))] != ["raised"]


def test_every_reason_is_said_in_words() -> None:
    assert [in_words(f"{code}:x") for code in IN_WORDS] == [said.format(value="x") for said in IN_WORDS.values()]
    assert in_words("of old") == "of old"
