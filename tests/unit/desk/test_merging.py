"""Merging: who may be merged, and what the survivor keeps."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from maildesk.desk.tickets.merging import Merger, merge
from maildesk.desk.tickets.tickets import faults
from maildesk.desk.words import Participant, PromiseState, Ticket, TicketState
from tests.unit.desk.making_facts import DESK, MARIA, NOW, OTTO, promise, ticket


def merged(survivor: Ticket, absorbed: Ticket) -> Merger:
    merger = merge(survivor, absorbed, DESK, NOW)
    assert isinstance(merger, Merger), merger
    assert (faults(merger.survivor), faults(merger.absorbed)) == ((), ())
    return merger


@pytest.mark.parametrize(
    ("survivor", "absorbed", "why"),
    [
        (ticket(), ticket(), "itself"),
        (ticket(), ticket(1043, requester=OTTO), "different customers"),
        (ticket(), ticket(1043, desk="billing@example.com"), "different desks"),
        (ticket(), ticket(1043, TicketState.MERGED), "merged already"),
    ],
)
def test_what_is_linked_and_not_merged(survivor: Ticket, absorbed: Ticket, why: str) -> None:
    verdict = merge(survivor, absorbed, DESK, NOW)
    assert isinstance(verdict, str)
    assert why in verdict


def test_an_agent_may_join_people_and_then_merge() -> None:
    assert isinstance(merge(ticket(), ticket(1043, requester=OTTO), DESK, NOW, joined=True), Merger)


def test_the_earliest_told_promise_stands() -> None:
    late, soon = (
        ticket(promise=promise(NOW + timedelta(days=2))),
        ticket(1043, promise=promise(NOW + timedelta(hours=3))),
    )
    merger = merged(late, soon)
    kept = merger.survivor.promise
    assert kept is not None
    assert (kept.at, kept.state, kept.number) == (NOW + timedelta(hours=3), PromiseState.TOLD, 2)
    assert {number for number, _ in merger.ended} == {1042, 1043}
    assert all(each.state is PromiseState.REPLACED for _, each in merger.ended)


def test_a_told_promise_goes_before_an_earlier_untold_one() -> None:
    told = ticket(promise=promise(NOW + timedelta(days=2)))
    untold = ticket(1043, promise=promise(NOW + timedelta(hours=3), state=PromiseState.UNTOLD))
    kept = merged(told, untold).survivor.promise
    assert kept is not None
    assert kept.state is PromiseState.TOLD


def test_it_is_our_move_if_it_was_in_either() -> None:
    merger = merged(ticket(state=TicketState.WAITING), ticket(1043))
    assert merger.survivor.state is TicketState.OPEN
    assert (merger.absorbed.state, merger.absorbed.merged_into) == (TicketState.MERGED, 1042)


def test_everybody_of_both_stays_in() -> None:
    other = ticket(1043, participants=(Participant(OTTO, "Otto", NOW, MARIA),))
    assert [each.address for each in merged(ticket(), other).survivor.participants] == [OTTO]
    known = ticket(participants=other.participants)
    assert len(merged(known, replace(other)).survivor.participants) == 1
