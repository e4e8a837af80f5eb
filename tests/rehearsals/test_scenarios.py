"""Every scenario that we ship comes to the timeline that was read, and leaves nobody hanging.

The timelines in ``expected/`` are written anew by ``MAILDESK_WRITE_REHEARSALS=1 pytest tests/rehearsals``, never in CI;
read them with a customer's eyes before you commit them.
"""

from __future__ import annotations

import json
import os
import re
from datetime import datetime
from pathlib import Path

import pytest
from babel.dates import format_date

from maildesk.cli.rehearse import as_dict
from maildesk.daemon.rehearsing import Played
from tests.rehearsals.playing import HERE, REPOSITORY, play, timeline

DAYS = {"en": "EEEE, d MMMM", "de": "EEEE, d. MMMM"}
SCENARIOS = sorted((REPOSITORY / "config" / "scenarios").glob("*.toml"))
WRITE = bool(os.environ.get("MAILDESK_WRITE_REHEARSALS")) and not os.environ.get("CI")


@pytest.fixture(scope="module", params=SCENARIOS, ids=lambda path: path.stem)
def rehearsed(request: pytest.FixtureRequest) -> tuple[Path, Played, str]:
    played = play(request.param)
    return request.param, played, timeline(request.param, played)


def test_there_are_a_dozen_scenarios_and_each_says_what_it_shows() -> None:
    assert len(SCENARIOS) >= 12
    assert all(path.read_text(encoding="utf-8").startswith("# ") for path in SCENARIOS)


def test_a_scenario_comes_to_the_timeline_that_was_read(rehearsed: tuple[Path, Played, str]) -> None:
    path, _, told = rehearsed
    expected = HERE / "expected" / f"{path.stem}.txt"
    if WRITE:
        expected.write_text(told, encoding="utf-8")
    assert told == expected.read_text(encoding="utf-8")


def test_no_timeline_is_left_of_a_scenario_that_is_gone() -> None:
    assert {path.stem for path in (HERE / "expected").iterdir()} == {path.stem for path in SCENARIOS}


def test_nobody_is_left_hanging(rehearsed: tuple[Path, Played, str]) -> None:
    assert (rehearsed[1].hanging, rehearsed[1].offences) == (0, ())


def test_before_a_promise_passes_its_customer_hears_again(rehearsed: tuple[Path, Played, str]) -> None:
    path, played, _ = rehearsed
    end = max(each.at for each in played.told)
    customers = [each for each in played.mails if not each.template.startswith(("agent/", "admin/"))]
    for place, mail in enumerate(customers):
        later = [each.at for each in customers[place + 1 :] if each.ticket == mail.ticket]
        if mail.promise is not None and mail.promise < end:
            assert later, f"{path.stem}: {mail.template} at {mail.at}"
            assert min(later) < mail.promise


def test_every_stated_moment_is_in_the_text_with_weekday_date_and_time(rehearsed: tuple[Path, Played, str]) -> None:
    for mail in rehearsed[1].mails:
        if mail.promise is not None:
            said = re.sub(r"\s+", " ", mail.text.replace("\n>", "\n"))
            assert format_date(mail.promise, DAYS[mail.language], mail.language) in said
            assert f"{mail.promise:%H:%M}" in said


def test_the_lines_for_machines_are_in_order_of_time_and_have_these_keys(rehearsed: tuple[Path, Played, str]) -> None:
    lines = [json.loads(json.dumps(as_dict(mail))) for mail in rehearsed[1].mails]
    keys = ["at", "to", "template", "ticket", "subject", "language", "text", "promise"]
    assert all(list(line) == keys for line in lines)
    moments = [datetime.fromisoformat(line["at"]) for line in lines]
    assert moments == sorted(moments)
    assert all(moment.utcoffset() is not None for moment in moments)
