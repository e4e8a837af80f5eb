"""Who is away and who is back: proven out-of-office replies, #away and #back, and whatever an agent writes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from maildesk.desk.actions import AgentChange, Decision
from maildesk.desk.deciding import decide
from maildesk.desk.known.facts import AgentFacts, DeliveryFacts
from maildesk.desk.senders.trust import SenderVerdict
from maildesk.desk.words import Fate, Role
from maildesk.mail.letter import Automatic
from tests.unit.desk.making_facts import ANNA, AUTHENTICATED, BEN, NOW, UNKNOWN, by, facts, letter, ticket, token

OPENS_DEC_7 = datetime(2026, 12, 7, 8, tzinfo=UTC)  # a Monday, 9:00 in Berlin: the 4th is a Friday
OPENS_NOV_27 = datetime(2026, 11, 27, 8, tzinfo=UTC)  # three working days after the 24th
THEIRS = token(role=Role.AGENT, owner=ANNA)


def note(text: str, subject: str = "Away: My order", **changes: Any) -> dict[str, Any]:
    """An automatic reply of Anna's, proven by DMARC unless something else is given."""
    robot = letter(text, subject, automatic=Automatic.AUTO_REPLY, reason="Auto-Submitted: auto-replied")
    return {**by(ANNA), "letter": robot, "verdict": AUTHENTICATED, **changes}


def change_of(decision: Decision) -> AgentChange | None:
    return next(iter(decision.agents), None)


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("I am away until 4 December.", OPENS_DEC_7),
        ("I will be back on 7 December.", OPENS_DEC_7),
        ("Ich bin bis einschließlich 6. Dezember im Urlaub.", OPENS_DEC_7),
        ("I am out of the office.", OPENS_NOV_27),
        ("I am out of the office until 4 December 2028.", OPENS_NOV_27),
    ],
)
def test_an_out_of_office_reply_marks_its_agent_away_until_their_desk_opens(text: str, until: datetime) -> None:
    decision = decide(facts(ticket(), **note(text)))
    change = change_of(decision)
    assert decision.fate is Fate.REPORT
    assert change is not None
    assert (change.address, change.away_until, change.away_since) == (ANNA, until, NOW)
    assert decision.tickets == () or decision.tickets[0] == ticket()


@pytest.mark.parametrize(
    "text",
    [
        "I was away until 20 November.",
        "I will be away from 1 December to 4 December.",
        "We have received your message. It has number 4711.",
    ],
)
def test_a_note_of_the_past_or_the_future_or_of_no_absence_changes_nothing(text: str) -> None:
    assert decide(facts(ticket(), **note(text))).agents == ()


def test_a_note_on_the_weekend_of_an_absence_from_monday_on_is_believed_at_once() -> None:
    friday_evening = datetime(2026, 11, 20, 18, tzinfo=UTC)
    said = note("I will be away from 23 November to 4 December.")
    change = change_of(decide(facts(ticket(), now=friday_evening, **said)))
    assert change is not None
    assert (change.away_since, change.away_until) == (friday_evening, OPENS_DEC_7)
    assert decide(facts(ticket(), now=friday_evening - timedelta(hours=8), **said)).agents == ()  # they work that day


def test_the_customers_subject_in_the_note_is_no_absence() -> None:
    about = ticket(subject="Delivery until 4 December")
    said = note("I am out of the office.", "Automatic reply: Delivery until 4 December")
    change = change_of(decide(facts(about, **said)))
    assert change is not None
    assert change.away_until == OPENS_NOV_27


def of_our_mail(recipient: str) -> DeliveryFacts:
    return DeliveryFacts(1, "k", 1042, recipient, "m@example.com", "agent/new-ticket", "sent", "agent", NOW, False)


@pytest.mark.parametrize(
    ("proof", "moves"),
    [
        ({"tokens": (THEIRS,)}, True),
        ({"tokens": (token(role=Role.BOUNCE),)}, True),
        ({"deliveries": (of_our_mail(ANNA),)}, True),
        ({}, False),
        ({"tokens": (token(role=Role.BOUNCE, mine=False),)}, False),
        ({"deliveries": (of_our_mail(BEN),)}, False),
        ({"tokens": (THEIRS,), "verdict": replace(UNKNOWN, dmarc_fails=True)}, False),
    ],
)
def test_a_forged_out_of_office_reply_moves_nothing(proof: dict[str, Any], moves: bool) -> None:
    said = note("I am away until 4 December.", **{"verdict": UNKNOWN, **proof})
    assert bool(decide(facts(ticket(), **said)).agents) is moves


def test_a_customers_out_of_office_reply_makes_nobody_away() -> None:
    said = note("I am away until 4 December.")
    assert decide(facts(ticket(), **{**said, **by("maria@customer.example")})).agents == ()


def test_a_note_without_a_day_does_not_shorten_an_absence_that_has_one() -> None:
    known = {ANNA: AgentFacts(away_until=OPENS_DEC_7, away_since=NOW - timedelta(days=1))}
    change = change_of(decide(facts(ticket(), **note("I am out of the office."), agents=known)))
    assert change is not None
    assert (change.away_until, change.away_since) == (OPENS_DEC_7, NOW - timedelta(days=1))


def away(who: str = ANNA) -> dict[str, AgentFacts]:
    return {who: AgentFacts(away_until=OPENS_DEC_7, away_since=NOW - timedelta(days=1))}


def from_anna(text: str, **changes: Any) -> dict[str, Any]:
    return {**by(ANNA), "letter": letter(text), "tokens": (THEIRS,), **changes}


@pytest.mark.parametrize("text", ["Dear Maria, it is on its way.", "#note\nI am looking.", "#colse", "#back"])
def test_whatever_an_agent_writes_brings_them_back(text: str) -> None:
    change = change_of(decide(facts(ticket(), **from_anna(text), agents=away())))
    assert change is not None
    assert (change.away_until, change.next_mail_at) == (NOW, NOW)


def test_an_agent_without_proof_is_not_back() -> None:
    assert decide(facts(ticket(), **from_anna("Hello", tokens=(), verdict=UNKNOWN), agents=away())).agents == ()


@pytest.mark.parametrize(
    ("line", "until", "said"),
    [
        ("#away until 7 December", OPENS_DEC_7, f"away:{OPENS_DEC_7.isoformat()}"),
        ("#away until 5.12.", OPENS_DEC_7, f"away:{OPENS_DEC_7.isoformat()}"),
        ("#away", NOW + timedelta(days=3650), "away-until-written"),
    ],
)
@pytest.mark.parametrize("number", [1042, 0])
def test_away_needs_no_ticket_and_is_confirmed_in_one_line(line: str, until: datetime, said: str, number: int) -> None:
    mine = token(number, role=Role.AGENT, owner=ANNA)
    decision = decide(facts(ticket(), **from_anna(line, tokens=(mine,))))
    change = change_of(decision)
    assert decision.fate is Fate.COMMAND
    assert (change.away_until, change.away_since) == (until, NOW) if change else pytest.fail("nobody is away")
    assert [mail.values["done"] for mail in decision.mails] == [(said,)]
    assert decision.tickets == ()


def test_away_stands_beside_an_answer() -> None:
    decision = decide(facts(ticket(), **from_anna("#away until 7 December\nDear Maria, it is on its way.")))
    change = change_of(decision)
    assert change is not None
    assert change.away_until == OPENS_DEC_7
    assert {mail.template for mail in decision.mails} >= {"reply", "agent/receipt"}


def test_a_mistyped_command_without_a_ticket_comes_back_with_the_mistake() -> None:
    decision = decide(facts(**from_anna("#awya", tokens=(token(0, role=Role.AGENT, owner=ANNA),))))
    assert decision.fate is Fate.RETURNED
    assert decision.mails[0].values["line"] == "#awya"


def test_admins_are_told_once_when_the_last_one_leaves() -> None:
    first = decide(facts(ticket(), **note("I am away until 4 December."), agents=away(BEN)))
    assert [mail.template for mail in first.mails] == ["admin/trouble"]
    both = {**away(BEN), ANNA: AgentFacts(away_until=OPENS_DEC_7, away_since=NOW)}
    again = decide(facts(ticket(), **note("I am away until 4 December."), agents=both))
    assert [mail.key for mail in again.mails] == [mail.key for mail in first.mails]
    assert decide(facts(ticket(), **note("I am away until 4 December."))).mails == ()


@pytest.mark.parametrize(("verdict", "fate"), [(AUTHENTICATED, Fate.COMMAND), (UNKNOWN, Fate.CONFIRMING)])
def test_away_in_a_fresh_mail_to_the_desk_needs_no_more_than_proof_of_the_agent(
    verdict: SenderVerdict, fate: Fate
) -> None:
    decision = decide(facts(**from_anna("#away until 7 December", tokens=(), verdict=verdict)))
    assert decision.fate is fate
    assert bool(decision.agents) is (fate is Fate.COMMAND)
    assert decision.tickets == ()


def test_whoever_gives_a_ticket_to_a_colleague_who_is_away_is_told_so() -> None:
    decision = decide(facts(ticket(), **from_anna("#assign Ben"), agents=away(BEN)))
    receipt = next(mail for mail in decision.mails if mail.template == "agent/receipt")
    assert receipt.values["done"] == ("assign:Ben Weber", "is-away:Ben Weber", "undo:#unassign")
