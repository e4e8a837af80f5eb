"""What a sound config means: defaults, paths, durations, who is told; and that the example says what we do."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from maildesk.config import ConfigFaults, Settings, config_path, load, missing_files
from maildesk.configuration import values
from maildesk.configuration.example import example, span
from maildesk.configuration.lines import find_lines, line_of
from maildesk.configuration.secrets import create_secret, read_keys, read_password

REPOSITORY = Path(__file__).parents[3]
SHORTEST = """
[[desk]]
name = "Example Support"
address = "Support@Example.com"
time_zone = "Europe/Berlin"
hours = ["Mon-Fri 09:00-17:00"]
"""


def settings_of(folder: Path, text: str = "", head: str = "") -> Settings:
    path = folder / "maildesk.toml"
    path.write_text(head + SHORTEST + text, encoding="utf-8")
    return load(path)


def test_the_shipped_config_is_the_generated_example() -> None:
    shipped = (REPOSITORY / "config" / "maildesk.toml").read_text(encoding="utf-8")
    assert shipped == example(), "run: make example"


def test_the_example_is_valid_as_it_is_and_paths_start_at_the_parent_of_config() -> None:
    settings = load(REPOSITORY / "config" / "maildesk.toml")
    assert settings.base == REPOSITORY
    assert settings.database_url == f"sqlite:///{REPOSITORY}/var/maildesk.db"
    assert settings.templates == REPOSITORY / "templates"
    assert (settings.imap, settings.outgoing.relay) == ((), None)


NEED = ("name", "ask", "looks_like", "attached", "about")


def test_what_the_example_comments_out_is_valid_too(tmp_path: Path) -> None:
    text = example().replace('# relay = "smtp', 'relay = "smtp').replace("# lmtp = ", "lmtp = ")
    keys = tuple(f"# {key}" for key in ("[[", "from", "priority", "desks", "words", "to ", "header", *NEED))
    lines = [line.removeprefix("# ") if line.startswith(keys) else line for line in text.splitlines()]
    start = lines.index(next(line for line in lines if line.startswith("[[imap]]")))
    lines = [line.removeprefix("# ") if index > start else line for index, line in enumerate(lines)]
    path = tmp_path / "maildesk.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    settings = load(path)
    assert [imap.host for imap in settings.imap] == ["imap.example.com"]
    assert settings.site.forms == ("form@example.com",)
    assert [sorted(rule.words) for rule in settings.site.desks[0].rules] == [["de", "en", "es", "fr", "ru"]]
    assert [(need.name, need.looks_like) for need in settings.site.desks[0].needs] == [("order number", ("A-#####",))]


def test_one_desk_with_name_address_zone_and_hours_is_enough(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    desk = settings.site.desks[0]
    assert settings.smtp is not None
    assert settings.smtp.listen == ("127.0.0.1:2525",)
    assert settings.outgoing.maildir == tmp_path / "var" / "outgoing"
    assert settings.database_url == f"sqlite:///{tmp_path}/var/maildesk.db"
    assert settings.path_of_database() == tmp_path / "var" / "maildesk.db"
    assert desk.address == "support@example.com"
    assert (desk.recall_window, desk.extension, desk.language) == (timedelta(minutes=3), "+", "en")
    assert settings.site.brakes.per_ticket_day == 20


def test_a_priority_without_a_target_takes_that_of_normal(tmp_path: Path) -> None:
    targets = settings_of(tmp_path, 'promise = { normal = "6h", high = "2h" }').site.desks[0].targets
    assert targets == {
        name: timedelta(hours=hours) for name, hours in [("low", 6), ("normal", 6), ("high", 2), ("urgent", 6)]
    }


def test_targets_of_next_answers_are_those_of_first_ones_where_nothing_else_is_named(tmp_path: Path) -> None:
    plain = settings_of(tmp_path, 'promise = { normal = "6h", high = "2h" }').site.desks[0]
    assert plain.next_targets == {}
    text = 'promise = { normal = "6h", high = "2h" }\nnext_promise = { normal = "4h", urgent = "1h" }'
    own = settings_of(tmp_path, text).site.desks[0]
    assert own.next_targets == {
        name: timedelta(hours=hours) for name, hours in [("low", 4), ("normal", 4), ("high", 2), ("urgent", 1)]
    }


def test_a_brake_keeps_what_is_not_named(tmp_path: Path) -> None:
    brakes = settings_of(tmp_path, "[brakes]\nper_ticket = { hour = 0 }").site.brakes
    assert (brakes.per_ticket_hour, brakes.per_ticket_day) == (0, 20)


def test_without_admins_the_leads_hear_of_trouble(tmp_path: Path) -> None:
    agents = '[[agent]]\nname = "A"\naddress = "a@x.de"\nlead = true\n[[agent]]\nname = "B"\naddress = "b@x.de"\n'
    assert settings_of(tmp_path, agents).site.admins == ("a@x.de",)
    assert settings_of(tmp_path, agents, 'admins = ["c@x.de"]\n').site.admins == ("c@x.de",)


def test_an_agent_without_desks_answers_for_all_and_other_addresses_name_the_same_desk(tmp_path: Path) -> None:
    text = """also = ["help@example.com"]
[[desk]]
name = "Sales"
address = "sales@example.com"
time_zone = "UTC"
hours = ["Mon 09:00-10:00"]
[[agent]]
name = "A"
address = "a@example.com"
[[agent]]
name = "B"
address = "b@example.com"
desks = ["Help@example.com"]
"""
    anna, ben = settings_of(tmp_path, text).site.agents
    assert anna.desks == ("support@example.com", "sales@example.com")
    assert ben.desks == ("support@example.com",)


def test_holidays_closed_days_and_open_days_shape_the_calendar(tmp_path: Path) -> None:
    text = 'holidays = "DE-BE"\nclosed_days = [2026-12-28]\nopen_days = ["2026-12-25 10:00-12:00"]'
    service = settings_of(tmp_path, text).site.desks[0].service
    assert service.closed == frozenset({date(2026, 12, 28)})
    assert not service.is_open(datetime(2026, 12, 28, 9, tzinfo=UTC))
    assert service.is_open(datetime(2026, 12, 25, 9, 30, tzinfo=UTC))
    assert not service.is_open(datetime(2026, 10, 3, 9, tzinfo=UTC))


def test_intakes_believe_the_desks_server_unless_they_name_their_own(tmp_path: Path) -> None:
    text = 'authserv_id = "mx.example.com"\n[[imap]]\nhost = "h"\nuser = "u"\npassword_file = "p"\n'
    settings = settings_of(tmp_path, text + 'authserv_id = "other"\n')
    assert settings.smtp is not None
    assert (settings.smtp.authserv_id, settings.imap[0].authserv_id, settings.authserv_id) == (
        "mx.example.com",
        "other",
        "mx.example.com",
    )


def test_listening_nowhere_is_a_choice(tmp_path: Path) -> None:
    assert settings_of(tmp_path, '[smtp]\nlisten = ""').smtp is None


def test_the_config_is_the_named_one_else_the_environments_else_the_usual(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MAILDESK_CONFIG", raising=False)
    assert config_path() == Path("config/maildesk.toml")
    monkeypatch.setenv("MAILDESK_CONFIG", "/etc/maildesk/maildesk.toml")
    assert config_path() == Path("/etc/maildesk/maildesk.toml")
    assert config_path("x.toml") == Path("x.toml")


def test_files_that_the_config_names_and_nobody_has_are_told_with_the_line_that_names_them(tmp_path: Path) -> None:
    text = '[[imap]]\nhost = "h"\nuser = "u"\npassword_file = "p"\n[outgoing]\nca_file = "ca.pem"\n'
    faults = missing_files(settings_of(tmp_path, text, 'templates = "words"\n'))
    assert [(fault.key, fault.line) for fault in faults] == [
        ("imap.password_file", 11),
        ("outgoing.ca_file", 13),
        ("templates", 1),
    ]


def test_without_a_templates_key_the_built_in_set_is_enough(tmp_path: Path) -> None:
    assert missing_files(settings_of(tmp_path)) == ()


def test_a_new_secret_is_for_its_owner_alone_and_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "var" / "secret"
    create_secret(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(read_keys(path).signing[1]) == 32
    with pytest.raises(FileExistsError):
        create_secret(path)


def test_a_secret_that_others_can_read_is_refused_with_the_command_that_mends_it(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    create_secret(path)
    path.chmod(0o640)
    with pytest.raises(ConfigFaults, match=f"chmod 600 {path}"):
        read_keys(path)


@pytest.mark.parametrize("text", ["", "# only a comment\n", "1 abc\n", "1 " + "a" * 64 + "\n1 " + "b" * 64 + "\n"])
def test_a_secret_file_without_sound_keys_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "secret"
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(ConfigFaults):
        read_keys(path)


def test_a_password_is_the_first_line_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "password"
    path.write_text("# not a comment \r\nsecond\n")
    path.chmod(0o600)
    assert read_password(path) == "# not a comment "


@pytest.mark.parametrize(
    ("text", "seconds"), [("90m", 5_400), ("1h30m", 5_400), ("1d", 86_400), ("1d1h1m1s", 90_061), ("0s", 0)]
)
def test_durations_are_joined_units_and_written_back_the_same_length(text: str, seconds: int) -> None:
    assert values.duration(text).total_seconds() == seconds
    assert values.duration(span(timedelta(seconds=seconds))) == values.duration(text)


@pytest.mark.parametrize("text", ["", "1", "h", "1 h", "1h 30m", "-1h", "1.5h", 90, None, "1w"])
def test_what_is_no_duration_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match="is not a duration"):
        values.duration(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("smtp://h", "smtp://h"),
        ("smtps://h:465", "smtps://h:465"),
        ("none", None),
        ("", None),
        ("smtp://[::1]:25", "smtp://[::1]:25"),
    ],
)
def test_a_relay_is_a_url_or_none(text: str, expected: str | None) -> None:
    assert values.relay_url(text) == expected


@pytest.mark.parametrize("text", ["h:25", "http://h", "smtp://", "smtp://h:99999", "smtp://h/x", 25])
def test_what_is_no_relay_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match="is not a relay"):
        values.relay_url(text)


def test_a_key_has_the_line_of_its_statement_also_behind_values_of_several_lines() -> None:
    lines = find_lines('a = """\nb = 1\n"""\nc = [\n  "x", # ]\n]\n[[d]]\ne.f = 1\n[[d]]\n[d.g]\n"h" = { i = 1 }\n')
    assert lines == {
        ("a",): 1,
        ("c",): 4,
        ("d", 0): 7,
        ("d", 0, "e", "f"): 8,
        ("d", 1): 9,
        ("d", 1, "g"): 10,
        ("d", 1, "g", "h"): 11,
    }
    assert line_of(("d", 1, "g", "h", "i"), lines) == 11
    assert line_of(("none",), lines) == 1


RULES = """
[[rule]]
priority = "low"
desks = ["other@example.com"]
words = { en = ["newsletter"] }

[[rule]]
priority = "urgent"
from = ["Boss@Big.example", "@vip.example"]
to = ["help@example.com", "support+urgent@example.com"]
header = "X-Our-Verdict: urgent"

[[desk]]
name = "Other"
address = "other@example.com"
time_zone = "UTC"
hours = ["Mon 09:00-17:00"]
"""


def test_a_rule_holds_for_the_desks_it_names_or_for_all_and_keeps_its_number_in_the_file(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, 'also = ["help@example.com"]\nauthserv_id = "mx.example.com"' + RULES)
    first, other = (desk.rules for desk in settings.site.desks)
    assert [rule.number for rule in other] == [1, 2]
    assert [rule.number for rule in first] == [2]
    assert (first[0].senders, first[0].addresses, first[0].header) == (
        ("boss@big.example", "@vip.example"),
        ("help@example.com", "support+urgent@example.com"),
        "X-Our-Verdict: urgent",
    )
