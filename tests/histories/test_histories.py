"""Nobody is left hanging, in 200 random histories of eight weeks each. ``make histories N=10000`` plays more."""

from __future__ import annotations

import pytest

from tests.histories.history import play

EACH = 10


@pytest.mark.parametrize("first", range(0, 200, EACH))
def test_nobody_is_left_hanging_in_eight_weeks_whatever_happens(first: int) -> None:
    played = [play(number) for number in range(first, first + EACH)]
    assert [(each.number, each.wrong) for each in played if each.wrong] == []
    assert sum(each.mails for each in played) > 20 * EACH


def test_a_history_follows_from_its_number_alone() -> None:
    assert play(7) == play(7)
