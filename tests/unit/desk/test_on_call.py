"""Who is on duty, who is called next, and who hears of urgent mail while the desk is closed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from maildesk.desk.arrivals.agents import decide_agent
from maildesk.desk.customers.customers import decide_customer
from maildesk.desk.following.follow_up import decide_step
from maildesk.desk.judging import on_call
from maildesk.desk.judging.matching import Match
from maildesk.desk.known.facts import AgentFacts, Facts
from maildesk.desk.known.follow_up_facts import FollowUpFacts
from maildesk.desk.tickets.steps import next_timer
from maildesk.desk.words import Agent, Desk, OnCall, Priority, Role, Shift, Site, Step, Ticket
from tests.unit.desk.making_facts import ANNA, BEN, DESK, MARIA, NOW, SITE, by, facts, letter, promise, ticket, token

CLEO = "cleo@example.com"
ROTA = OnCall((ANNA, BEN, CLEO), since=date(2026, 11, 16), next_after=timedelta(minutes=10))
NIGHT = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)  # a Wednesday, 2:00 in Berlin: Ben's week


def desk_with(rota: OnCall | None = ROTA) -> Desk:
    return replace(DESK, on_call=rota, around_the_clock=frozenset({"urgent"}))


def site_with(desk: Desk) -> Site:
    cleo = Agent("Cleo Roth", CLEO, desks=(DESK.address,))
    dora = Agent("Dora Pohl", "dora@example.com", desks=(DESK.address,))
    return replace(SITE, desks=(desk,), agents=(*SITE.agents, cleo, dora))


@pytest.mark.parametrize(
    ("at", "first", "ends"),
    [
        (datetime(2026, 11, 16, 7, 59, tzinfo=UTC), CLEO, datetime(2026, 11, 16, 8, tzinfo=UTC)),
        (datetime(2026, 11, 16, 8, tzinfo=UTC), ANNA, datetime(2026, 11, 23, 8, tzinfo=UTC)),
        (datetime(2026, 11, 23, 7, 59, tzinfo=UTC), ANNA, datetime(2026, 11, 23, 8, tzinfo=UTC)),
        (datetime(2026, 11, 23, 8, tzinfo=UTC), BEN, datetime(2026, 11, 30, 8, tzinfo=UTC)),
        (datetime(2026, 12, 7, 8, tzinfo=UTC), ANNA, datetime(2026, 12, 14, 8, tzinfo=UTC)),
        # the clock goes forward on 28 March: a week by the wall, an hour shorter by the sun
        (datetime(2027, 3, 29, 6, 59, tzinfo=UTC), ANNA, datetime(2027, 3, 29, 7, tzinfo=UTC)),
        (datetime(2027, 3, 29, 7, 0, tzinfo=UTC), BEN, datetime(2027, 4, 5, 7, tzinfo=UTC)),
    ],
)
def test_the_rota_changes_hands_by_the_desks_wall(at: datetime, first: str, ends: datetime) -> None:
    assert on_call.duty(desk_with(), at)[0] == first
    assert on_call.duty_ends(desk_with(), at) == ends


def test_a_shift_wins_over_the_rota_and_the_rota_follows_it() -> None:
    shift = Shift(NIGHT - timedelta(hours=1), NIGHT + timedelta(hours=1), "dora@example.com")
    desk = desk_with(replace(ROTA, shifts=(shift,)))
    assert on_call.duty(desk, NIGHT) == ("dora@example.com", BEN, CLEO, ANNA)
    assert on_call.duty_ends(desk, NIGHT) == shift.ends
    assert on_call.duty_ends(desk, NIGHT - timedelta(hours=2)) == shift.begins


def urgent(**changes: Any) -> Ticket:
    told = promise(NIGHT + timedelta(hours=1), made_at=NIGHT)
    return ticket(priority=Priority.URGENT, promise=told, state_since=NIGHT, **changes)


def at_night(*tickets: Ticket, **changes: Any) -> Facts:
    desk = desk_with()
    plain = facts(*tickets, **{"site": site_with(desk), "desk": desk, "now": NIGHT, **changes})
    return replace(plain, arrival=replace(plain.arrival, arrived_at=plain.now))


def test_urgent_mail_at_night_goes_to_who_is_on_duty_alone() -> None:
    decision = decide_customer(at_night(urgent()), Match(urgent(), "theirs"))
    assert [(mail.template, mail.to[0].address) for mail in decision.mails] == [("agent/on-call", BEN)]
    called = decision.tickets[0]
    assert (called.called, called.called_at) == (1, NIGHT)
    assert called.timer is not None
    assert (called.timer.step, called.timer.due_at) == (Step.CALL_NEXT, NIGHT + timedelta(minutes=10))


def test_who_is_away_is_passed_over() -> None:
    away = {BEN: AgentFacts(away_until=NIGHT + timedelta(days=1))}
    decision = decide_customer(at_night(urgent(), agents=away), Match(urgent(), "theirs"))
    assert [mail.to[0].address for mail in decision.mails] == [CLEO]
    assert decision.tickets[0].called == 2


@pytest.mark.parametrize(
    ("now", "priority"), [(NIGHT, Priority.HIGH), (datetime(2026, 11, 25, 10, tzinfo=UTC), Priority.URGENT)]
)
def test_other_mail_and_mail_in_desk_hours_goes_to_all(now: datetime, priority: Priority) -> None:
    about = replace(urgent(), priority=priority)
    decision = decide_customer(at_night(about, now=now), Match(about, "theirs"))
    assert {mail.to[0].address for mail in decision.mails} == {ANNA, BEN, CLEO, "dora@example.com"}
    assert decision.tickets[0].called == 0


def step(about: Ticket, now: datetime, **changes: Any) -> Any:
    desk = desk_with()
    timed = replace(about, timer=next_timer(about, desk))
    return decide_step(FollowUpFacts(now, site_with(desk), desk, timed, question="Help!", **changes))


def test_each_of_the_rota_is_called_in_turn_and_then_everybody() -> None:
    about, told = urgent(called=1, called_at=NIGHT), []
    for now in (NIGHT + timedelta(minutes=minutes) for minutes in (10, 20, 30, 30)):  # at 30 a reminder as well
        decision = step(about, now)
        about = decision.tickets[0]
        called = sorted(mail.to[0].address for mail in decision.mails if mail.template == "agent/on-call")
        told += [called] if called else []
    assert told == [[CLEO], [ANNA], [ANNA, BEN, CLEO, "dora@example.com"]]
    assert about.called == on_call.ALL_CALLED
    assert about.timer is not None
    assert about.timer.step is not Step.CALL_NEXT


def test_when_the_desk_opens_everybody_is_told_instead_of_the_next() -> None:
    late = datetime(2026, 11, 25, 7, 55, tzinfo=UTC)
    told = promise(late + timedelta(hours=1), made_at=late)
    about = replace(urgent(called=1, called_at=late), promise=told, state_since=late)
    decision = step(about, late + timedelta(minutes=10))
    assert len([mail for mail in decision.mails if mail.template == "agent/on-call"]) == 4


def test_a_reminder_at_night_goes_to_those_who_were_called() -> None:
    about = urgent(called=2, called_at=NIGHT + timedelta(minutes=29))
    decision = step(about, NIGHT + timedelta(minutes=30))
    assert [each.agent for each in decision.reminders] == [BEN, CLEO]


@pytest.mark.parametrize(("text", "owner"), [("Dear Maria, please start it again.", CLEO), ("#mine", CLEO)])
def test_whoever_moves_ends_the_calls_and_has_the_ticket_for_the_night(text: str, owner: str) -> None:
    about = urgent(called=2, called_at=NIGHT, assignee=None if text == "#mine" else ANNA)
    later = NIGHT + timedelta(minutes=14)
    said = {**by(CLEO), "letter": letter(text), "tokens": (token(role=Role.AGENT, owner=CLEO),), "now": later}
    given = at_night(about, **said)
    cleo = given.site.agent(CLEO)
    assert cleo is not None
    moved = decide_agent(given, Match(about, "theirs"), cleo).tickets[0]
    assert (moved.called, moved.assignee) == (0, owner)
    again = decide_customer(at_night(moved, now=later + timedelta(minutes=5)), Match(moved, "theirs"))
    assert [mail.to[0].address for mail in again.mails if mail.template.startswith("agent/")] == [CLEO]


def test_a_desk_without_a_rota_calls_nobody() -> None:
    assert on_call.duty(DESK, NOW) == ()
    assert on_call.called_first(SITE, DESK, urgent(), NIGHT, lambda _: False) == urgent()
    assert MARIA not in on_call.duty(desk_with(), NIGHT)


def test_further_mail_goes_to_those_who_were_called_and_not_to_who_had_the_ticket_by_day() -> None:
    about = urgent(called=1, called_at=NIGHT, assignee=ANNA)
    decision = decide_customer(at_night(about, now=NIGHT + timedelta(minutes=5)), Match(about, "theirs"))
    told = [(mail.template, mail.to[0].address) for mail in decision.mails if mail.template.startswith("agent/")]
    assert told == [("agent/new-message", BEN)]
    assert decision.tickets[0].called == 1
