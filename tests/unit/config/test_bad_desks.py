"""What an admin can get wrong in a desk: each mistake is one fault, on the right line, with the way out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from maildesk.cli.main import main
from maildesk.config import ConfigFaults, load

DESK = """\
[[desk]]
name = "Example Support"
address = "support@example.com"
time_zone = "Europe/Berlin"
hours = ["Mon-Fri 09:00-17:00"]
"""
WAY_OUT = re.compile(
    r"\b(write|make|did you mean|name|swap|put|look at|add|must be|give|keep|once|correct|belongs|known|export)\b",
    re.IGNORECASE,
)
"""Every sentence says what to do, or what would be right."""

# What differs from the desk above, its key, and what is said. A key that is there already is replaced on its line.
CASES = [
    # hours
    ("hours = []", "hours", 'write hours = .*, or around the clock .*"Mon-Sun 00:00-24:00"'),
    ('hours = "Mon-Fri 09:00-17:00"', "hours", "not a list of texts; write it in brackets"),
    ('hours = ["Mon 09:00-12:00, 11:00-17:00"]', "hours", "Mon 09:00-12:00 and Mon 11:00-17:00 overlap"),
    ('hours = ["Mon-Fri 09:00-17:00", "Fri 16:00-18:00"]', "hours", "Fri 09:00-17:00 and Fri 16:00-18:00 overlap"),
    ('hours = ["Mon 22:00-06:00", "Tue 05:00-12:00"]', "hours", "Mon 22:00-06:00 and Tue 05:00-12:00 overlap"),
    ('hours = ["Sun 22:00-06:00", "Mon 05:00-12:00"]', "hours", "Sun 22:00-06:00 and Mon 05:00-12:00 overlap"),
    ('hours = ["Mon, Mon 09:00-17:00"]', "hours", "Mon 09:00-17:00 are there twice"),
    ('hours = ["Mon-Fri 09:00-17:00", "Wed 09:00-17:00"]', "hours", "Wed 09:00-17:00 are there twice"),
    ('hours = ["Mon-Fri 17:30-09:00"]', "hours", 'ends before it begins: .* Write "09:00-17:30", or, if the night'),
    ('hours = ["Mon-Fri 09:00-09:00"]', "hours", 'has no length; write "00:00-24:00" for the whole day'),
    ('hours = ["Mon-Fri 9-17"]', "hours", 'write it as "09:00-17:30"'),
    ('hours = ["Mon-Fri 09:00-25:00"]', "hours", "not a time of day; write one from 00:00 to 24:00"),
    ('hours = ["Mon-Fri"]', "hours", 'says no hours; write it as "Mon-Fri 09:00-17:00"'),
    ('hours = ["Montag 09:00-17:00"]', "hours", "is not a day; write Mon, Tue"),
    # zones and regions
    ('time_zone = "Europe/Berln"', "time_zone", 'did you mean "Europe/Berlin"'),
    ('time_zone = "Berlin"', "time_zone", r'did you mean "Europe/Berlin"\?'),
    ('time_zone = "europe/berlin"', "time_zone", r'did you mean "Europe/Berlin"\?'),
    ('time_zone = "W. Europe Standard Time"', "time_zone", r'did you mean "Europe/Berlin"\?'),
    ('time_zone = ""', "time_zone", 'write one such as "Europe/Berlin"'),
    ('holidays = "DE-XX"', "holidays", "of this country: .*DE-BE"),
    ('holidays = "Germany"', "holidays", 'did you mean "DE"'),
    ('holidays = "XX"', "holidays", 'write an ISO 3166-2 code such as "DE-BE"'),
    ('holidays = ["DE-BE"]', "holidays", "write an ISO 3166-2 code"),
    # closed and open days
    ('closed_days = ["24.12.2026"]', "closed_days", 'not a day; write one such as "2026-12-24"'),
    ('closed_days = ["2026-02-29"]', "closed_days", "not a day"),
    ('closed_days = ["2026-12-24", 2026-12-24]', "closed_days", "2026-12-24 is there twice; write each day once"),
    ('closed_days = ["2026-12-24 - 2026-12-31", "2026-12-28"]', "closed_days", "2026-12-28 is there twice"),
    ('closed_days = ["2027-01-01 - 2026-12-24"]', "closed_days", "write the earlier day first"),
    ('closed_days = ["2026-12-24 - 2206-12-24"]', "closed_days", "longer than a year; look at its years"),
    ('open_days = ["2026-12-05"]', "open_days", 'says no hours; write it as "2026-12-05 10:00-14:00"'),
    ('open_days = ["2026-12-05 10:00-12:00", "2026-12-05 13:00-14:00"]', "open_days", "write its spans on one line"),
    ('open_days = ["2026-12-05 10:00-12:00, 11:00-14:00"]', "open_days", "overlap; write each open minute once"),
    ('open_days = ["2026-12-05 22:00-06:00", "2026-12-06 05:00-09:00"]', "open_days", "2026-12-06 05:00-09:00 overlap"),
    (
        'closed_days = ["2026-12-05"]\nopen_days = ["2026-12-05 10:00-12:00"]',
        "hours",
        "both an extra open and an extra closed day; keep one",
    ),
    # promises
    ('promise = { normal = "0h" }', "promise.normal", "a duration of nothing makes no sense"),
    ('promise = { normal = "-1h" }', "promise.normal", "not a duration; write numbers with units"),
    ("promise = { normal = 8 }", "promise.normal", "not a duration; write numbers with units"),
    ('promise = { hihg = "1h" }', "promise.hihg", 'Must be "low", "normal", "high" or "urgent", not "hihg"'),
    ('promise = { normal = "90d" }', "promise.normal", '"90d" of business time is no promise; write at most "60d"'),
    ('promise = { normal = "9999999d" }', "promise.normal", "more than ten years; look at the number"),
    ('promise = { normal = "2h", high = "8h" }', "promise.high", "longer than normal mail .* swap the two"),
    ('next_promise = { high = "90d" }', "next_promise.high", "write at most"),
    ('promise = "8h"', "promise", "write a table such as"),
    ('around_the_clock = ["always"]', "around_the_clock", 'Must be "low"'),
    ('around_the_clock = "urgent"', "around_the_clock", "write a list in brackets"),
    (
        'recall_window = "8h"',
        "recall_window",
        'promised within "8h"; make recall_window shorter, or the promise longer',
    ),
    ('recall_window = "20m"\npromise = { high = "20m" }', "recall_window", "make recall_window shorter"),
    # follow-up
    ('follow_up.close_after = "7d"', "follow_up.close_after", "make announce_closing_after less than close_after"),
    ('follow_up.ask_if_helped_after = "8d"', "follow_up.ask_if_helped_after", "the question comes before the notice"),
    ('follow_up.announce_closing_after = "11d"', "follow_up.announce_closing_after", "hear of a closing before it"),
    ('follow_up.ask_if_solved_after = "6d"', "follow_up.ask_if_solved_after", "less than close_solved_after"),
    ("follow_up.remind_assignee_at = 0.9", "follow_up.remind_assignee_at", "make remind_assignee_at less than"),
    ("follow_up.remind_all_at = 1.5", "follow_up.remind_all_at", "must be less than 1"),
    ("follow_up.lapse_margin_share = 0.3", "follow_up.lapse_margin_share", "make remind_all_at less than 0.7"),
    ("follow_up.lapse_margin_share = 1.0", "follow_up.lapse_margin_share", "must be less than 1"),
    ("follow_up.renewal_growth = 0.5", "follow_up.renewal_growth", "must be 1.* or more"),
    ("follow_up.renewal_growth = inf", "follow_up.renewal_growth", "must be 10.* or less"),
    ('follow_up.pause_news_every = "0s"', "follow_up.pause_news_every", "at least one second"),
    ('follow_up.acknowledge_again_after = "9h"', "follow_up.acknowledge_again_after", "make .* shorter"),
    ('follow_up.least_gap = "9d"', "follow_up.least_gap", "make least_gap shorter"),
    ('follow_up.close_later = "9d"', "follow_up.close_later", "did you mean"),
    # the rest
    ('name = ""', "name", "must not be empty; write the name"),
    ('name = "Support\\nBcc: all@example.com"', "name", "write it on one line"),
    ('address = "Support <support@example.com>"', "address", "write it bare"),
    ('language = "english"', "language", 'write one such as "en"'),
    ("language = 7", "language", "language code"),
    ('closures = "config/closures.ics"', "closures", r"write it in brackets, such as \[\"config/closures.ics\"\]"),
    ('closures = ["none.ics"]', "closures", "no calendar .*none.ics; put it there or correct the path"),
    ('closures = ["."]', "closures", "cannot be read .* look at its path"),
    ('closures = ["always.ics"]', "closures", "no open minute within 400 days .* look at these files"),
    ('closures = ["some.ics", "some.ics"]', "closures", "named twice; once is enough"),
    ('holiday = "DE-BE"', "holiday", r'did you mean "holidays"\?'),
]
ALWAYS = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20200101\nRRULE:FREQ=DAILY\nEND:VEVENT\nEND:VCALENDAR\n"
SOME = ALWAYS.replace("DAILY", "YEARLY")
BROKEN = ALWAYS.replace("RRULE:FREQ=DAILY", "DTEND;VALUE=DATE:20191231")


def written(folder: Path, difference: str) -> tuple[Path, str]:
    """The config in which that differs; its text."""
    for name, text in (("always.ics", ALWAYS), ("some.ics", SOME), ("broken.ics", BROKEN)):
        (folder / name).write_text(text, encoding="utf-8")
    lines = DESK.splitlines()
    for line in difference.splitlines():
        key = line.partition(" =")[0]
        at = next((at for at, each in enumerate(lines) if each.startswith(f"{key} =")), None)
        lines[at if at is not None else len(lines) : len(lines) if at is None else at + 1] = [line]
    path = folder / "maildesk.toml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path, path.read_text(encoding="utf-8")


@pytest.mark.parametrize(("difference", "key", "sentence"), CASES, ids=[case[0].replace("\n", "; ") for case in CASES])
def test_a_mistake_in_a_desk_is_one_fault_on_its_line_with_the_way_out(
    tmp_path: Path, difference: str, key: str, sentence: str
) -> None:
    path, text = written(tmp_path, difference)
    with pytest.raises(ConfigFaults) as told:
        load(path)
    assert len(told.value.faults) == 1, str(told.value)
    fault = told.value.faults[0]
    assert (fault.file, fault.key) == (str(path), f"desk.{key}")
    on_its_line = text.splitlines()[fault.line - 1]
    assert on_its_line.startswith((key, key.partition(".")[0]))
    assert re.search(sentence, fault.sentence, re.IGNORECASE), fault.sentence
    assert WAY_OUT.search(fault.sentence), fault.sentence
    assert fault.sentence.endswith((".", "?"))


def test_there_are_enough_mistakes_in_the_list() -> None:
    assert len(CASES) >= 40


def test_a_fault_in_a_calendar_file_names_that_file_and_its_line(tmp_path: Path) -> None:
    path, _ = written(tmp_path, 'closures = ["broken.ics"]')
    with pytest.raises(ConfigFaults) as told:
        load(path)
    assert [(Path(fault.file).name, fault.line) for fault in told.value.faults] == [("broken.ics", 4)]


def test_check_ends_with_78_where_a_calendar_file_is_broken(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, _ = written(tmp_path, 'closures = ["broken.ics"]')
    with pytest.raises(SystemExit, match="78"):
        main(["--config", str(path), "check"])
    assert "broken.ics:4: The event cannot be used: it ends before it begins" in capsys.readouterr().err


def test_a_calendar_file_counts_its_paths_like_all_others_and_is_read_anew_with_the_config(tmp_path: Path) -> None:
    path, _ = written(tmp_path, 'closures = ["some.ics"]')
    before = load(path).site.desks[0].service
    (tmp_path / "some.ics").write_text(SOME.replace("20200101", "20200106"), encoding="utf-8")
    after = load(path).site.desks[0].service
    assert before.closures is not None
    assert after.closures is not None
    assert ([day.day for day in before.closures.days(2027)], [day.day for day in after.closures.days(2027)]) == (
        [1],
        [6],
    )


def test_follow_up_holds_for_every_desk_and_a_desk_overrides_it_key_by_key(tmp_path: Path) -> None:
    second = DESK.replace("support@", "sales@") + '[desk.follow_up]\nclose_after = "20d"\n'
    path = tmp_path / "maildesk.toml"
    path.write_text(
        f'{DESK}{second}[follow_up]\nask_if_helped_after = "4d"\nclose_after = "12d"\n',
        encoding="utf-8",
    )
    support, sales = (desk.follow_up for desk in load(path).site.desks)
    assert (support.ask_if_helped_after.days, support.announce_closing_after.days, support.close_after.days) == (
        4,
        7,
        12,
    )
    assert (sales.ask_if_helped_after.days, sales.announce_closing_after.days, sales.close_after.days) == (4, 7, 20)


@pytest.mark.parametrize(
    ("everywhere", "own", "key"),
    [
        ('announce_closing_after = "10d"', "", "follow_up.announce_closing_after"),
        ('announce_closing_after = "9d"', 'close_after = "8d"', "desk.follow_up.close_after"),
        ('announce_closing_after = "9d"\nclose_after = "9d"', "", "follow_up.close_after"),
    ],
)
def test_a_contradiction_between_follow_ups_is_told_once_at_the_key_nearest_to_the_desk(
    tmp_path: Path, everywhere: str, own: str, key: str
) -> None:
    own = f"[desk.follow_up]\n{own}\n" if own else ""
    text = f"[follow_up]\n{everywhere}\n{DESK}{own}"
    path = tmp_path / "maildesk.toml"
    path.write_text(text if own else f"{DESK}{DESK.replace('support@', 'sales@')}{text.partition('[[desk]]')[0]}")
    with pytest.raises(ConfigFaults) as told:
        load(path)
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [fault.key for fault in told.value.faults] == [key]
    assert lines[told.value.faults[0].line - 1].startswith(key.rpartition(".")[2])
