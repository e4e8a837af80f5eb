"""Nothing of the inside leaves in an agent's answer, nothing that they wrote is lost, and nobody is asked without need.

A few seconds of it run here; ``python -m tests.leaks 5000 1`` tries 5000 replies from seed 1, and every attack.
"""

from __future__ import annotations

import pytest

from tests.leaks.attacks import attacks
from tests.leaks.scene import Notice, notices, what_leaves
from tests.leaks.search import found_in, secrets, tokens
from tests.leaks.trying import all_pairs, cases, faults_of

pytestmark = pytest.mark.xdist_group("leaks")  # the desks are played once in a process


def _notice(language: str) -> Notice:
    return [each for each in notices() if (each.language, each.template) == (language, "new-message")][-1]


def test_what_is_searched_for_can_be_found() -> None:
    assert len(tokens()) > 20
    for notice in notices():
        assert len(secrets(notice.language)) > 50
    assert {len(found_in(_notice(each).raw, each)) > 5 for each in ("en", "de", "es", "fr", "ru")} == {True}


def test_replies_of_every_program_leave_whole_and_show_nothing_of_the_inside() -> None:
    chosen = [case for number, case in enumerate(all_pairs(_notice("en"))) if number % 3 == 0]
    assert not [fault for case in chosen for fault in faults_of(case)]


def test_replies_in_any_language_leave_whole_and_show_nothing_of_the_inside() -> None:
    assert not [fault for case in cases(seed=7, count=60) for fault in faults_of(case)]


def test_whatever_is_pasted_hidden_or_attached_nothing_of_the_inside_leaves() -> None:
    shown = []
    for number, (name, raw) in enumerate(attacks(_notice("en"))):
        if number % 3 == 0:
            shown += [(name, each) for answer in what_leaves(raw).answers for each in found_in(answer, "en")]
    assert not shown
