"""An eye on our own judgement: admins hear when most of a desk's mail is taken for robots' mail."""

from __future__ import annotations

import pytest

from maildesk.desk.following.watch import BrokenTemplate, Judged, decide_broken, decide_watch
from tests.unit.desk.making_facts import DESK, NOW, SITE


@pytest.mark.parametrize(
    ("mails", "not_people", "told"), [(20, 11, True), (20, 10, False), (9, 9, False), (10, 6, True), (0, 0, False)]
)
def test_admins_are_told_when_over_half_of_a_days_mail_is_not_from_people(
    mails: int, not_people: int, told: bool
) -> None:
    decision = decide_watch(SITE, {DESK.address: Judged(mails, not_people)}, NOW)
    assert [each.to[0].address for each in decision.mails] == (["admin@example.com"] if told else [])


def test_they_are_told_once_a_day() -> None:
    judged = {DESK.address: Judged(20, 20)}
    keys = {decide_watch(SITE, judged, NOW).mails[0].key, decide_watch(SITE, judged, NOW).mails[0].key}
    assert len(keys) == 1


def test_a_broken_template_is_told_with_file_line_and_mistake() -> None:
    broken = BrokenTemplate("templates/en/received.md", 7, "There is no placeholder numbr.")
    decision = decide_broken(SITE, [broken], NOW)
    assert [each.template for each in decision.mails] == ["admin/template-broken"]
    assert decision.mails[0].values == {"file": broken.file, "line": "7", "mistake": broken.sentence}
    assert not decide_broken(SITE, [], NOW).mails
