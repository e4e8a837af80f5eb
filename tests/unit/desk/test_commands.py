from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from maildesk.desk.commands.command_words import SPECS
from maildesk.desk.commands.commands import MOST_COMMANDS, Command, Commands, Mistake, parse_commands
from maildesk.desk.service_time.hours import ServiceTime, parse_hours
from maildesk.desk.words import Priority

BERLIN = ZoneInfo("Europe/Berlin")
SERVICE = ServiceTime("Europe/Berlin", parse_hours(["Mon-Thu 09:00-17:30", "Fri 09:00-15:00"]))
NOW = datetime(2026, 11, 20, 14, 10, tzinfo=BERLIN)  # a Friday
MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)

ISSUE_6 = (
    "note close wait pause assign mine priority tag untag move merge split requester cc uncc promise take spam article "
    "canned language remind list search show history away back digest send recall help new only person unassign"
)


def parse(text: str) -> Commands | Mistake:
    return parse_commands(text, NOW, SERVICE)


def commands(text: str) -> Commands:
    found = parse(text)
    assert isinstance(found, Commands), found
    return found


def mistake(text: str) -> Mistake:
    found = parse(text)
    assert isinstance(found, Mistake), found
    return found


def one(line: str) -> Command:
    (command,) = commands(line).items
    return command


def test_every_command_of_the_design_is_there() -> None:
    assert set(SPECS) == set(ISSUE_6.split())


@pytest.mark.parametrize("name", sorted(SPECS))
def test_what_a_mistake_suggests_is_itself_right(name: str) -> None:
    assert one(SPECS[name].usage).name == name


@pytest.mark.parametrize("name", sorted(SPECS))
def test_every_alias_means_its_command(name: str) -> None:
    for alias in SPECS[name].aliases:
        assert one(SPECS[name].usage.replace(f"#{name}", f"#{alias}", 1)).name == name


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("#close", Command("close")),
        ("#wait", Command("wait")),
        ("#wait until Monday", Command("wait", when=MONDAY)),
        (
            "#pause until Monday because the part is on order",
            Command("pause", words="the part is on order", when=MONDAY),
        ),
        ("#pause bis Montag, weil das Teil fehlt", Command("pause", words="weil das Teil fehlt", when=MONDAY)),
        ("#pause bis Montag wegen Inventur", Command("pause", words="wegen Inventur", when=MONDAY)),
        ("#assign Anna Schmidt", Command("assign", words="Anna Schmidt")),
        ("#priority Urgent", Command("priority", priority=Priority.URGENT)),
        ("#prio dringend!", Command("priority", priority=Priority.URGENT)),
        ("#prioridad urgente", Command("priority", priority=Priority.URGENT)),
        ("#приоритет срочно", Command("priority", priority=Priority.URGENT)),
        ("#étiquette facture", Command("tag", tags=("facture",))),
        ("#копия всем", Command("cc", everyone=True)),
        ("#tag invoice, VIP customer", Command("tag", tags=("invoice", "vip customer"))),
        ("#tag #invoice #vip", Command("tag", tags=("invoice", "vip"))),
        ("#untag invoice", Command("untag", tags=("invoice",))),
        ("#move billing@example.com", Command("move", words="billing@example.com")),
        ("#merge 1042", Command("merge", number=1042)),
        ("#merge #1042", Command("merge", number=1042)),
        ("#requester Max <Max@Customer.org>", Command("requester", addresses=("max@customer.org",))),
        ("#cc all", Command("cc", everyone=True)),
        ("#cc alle", Command("cc", everyone=True)),
        ("#cc a@x.org, Eva <b@x.org>; c@x.org", Command("cc", addresses=("a@x.org", "b@x.org", "c@x.org"))),
        ("#cc a@x.org<mailto:a@x.org>", Command("cc", addresses=("a@x.org",))),
        ("#uncc a@x.org", Command("uncc", addresses=("a@x.org",))),
        ("#promise Monday 09:00", Command("promise", when=MONDAY)),
        ("#promise Montag", Command("promise", when=datetime(2026, 11, 23, 16, 30, tzinfo=UTC))),
        ("#remind Monday", Command("remind", when=MONDAY)),
        ("#language Deutsch", Command("language", language="de")),
        ("#language pt-BR", Command("language", language="pt-br")),
        ("#canned refund", Command("canned", words="refund")),
        ("#search printer is #1", Command("search", words="printer is #1")),
        ("#show #1042", Command("show", number=1042)),
        ("#history", Command("history")),
        ("#history 1042", Command("history", number=1042)),
        ("#list", Command("list")),
        ("#away until Monday", Command("away", when=MONDAY)),
        ("#away", Command("away")),
        ("#digest 9:00", Command("digest", times=(time(9),))),
        ("#digest 14:00 9:00", Command("digest", times=(time(9), time(14)))),
        ("#digest 9 Uhr und 14:30", Command("digest", times=(time(9), time(14, 30)))),
        ("#digest off", Command("digest")),
        ("#digest on", Command("digest", verb="on")),
        ("#übersicht an", Command("digest", verb="on")),
        ("#new for max@customer.org", Command("new", addresses=("max@customer.org",))),
        ("#new max@customer.org", Command("new", addresses=("max@customer.org",))),
        ("#new for Max Muster <max@customer.org>", Command("new", addresses=("max@customer.org",), words="Max Muster")),
        ('#neu für "M. Muster" <Max@customer.org>', Command("new", addresses=("max@customer.org",), words="M. Muster")),
        ("#new for <max@customer.org>", Command("new", addresses=("max@customer.org",))),
        ("#new for max@customer.org <mailto:max@customer.org>", Command("new", addresses=("max@customer.org",))),
        ("#neu für max@customer.org", Command("new", addresses=("max@customer.org",))),
        ("#person note prefers to be phoned", Command("person", words="prefers to be phoned", verb="note")),
    ],
)
def test_commands_have_typed_arguments(line: str, expected: Command) -> None:
    assert one(line) == expected


@pytest.mark.parametrize(
    "line",
    [
        "#Close",
        "#CLOSE",
        "  #close  ",
        "#close.",
        "#close\u00a0",
        "\u200b#close",
        "＃close",
        "\\#close",
        "“#close”",
        "#close\r",
    ],
)
def test_what_mail_programs_do_to_a_command_is_forgiven(line: str) -> None:
    assert one(line) == Command("close")


def test_typographic_quotes_and_no_break_spaces_in_arguments_are_forgiven() -> None:
    assert one("#assign\u00a0“Anna\u00a0Schmidt”") == Command("assign", words="Anna Schmidt")
    assert one("#tag “vip customer”") == Command("tag", tags=("vip customer",))


def test_commands_stand_at_the_top_and_the_text_is_left() -> None:
    found = commands("\n#close\n\n#tag invoice\n\nHello Max,\n\nit works.\n")
    assert [item.name for item in found.items] == ["close", "tag"]
    assert found.text_without == "Hello Max,\n\nit works."


def test_commands_stand_at_the_end_and_the_text_is_left() -> None:
    found = commands("Hello Max,\n\nit works.\n\n#close\n#mine\n\n")
    assert [item.name for item in found.items] == ["close", "mine"]
    assert found.text_without == "Hello Max,\n\nit works."


def test_several_commands_may_share_a_line() -> None:
    assert [item.name for item in commands("#mine #close\nhi").items] == ["mine", "close"]
    assert [item.name for item in commands("#assign Anna #priority high").items] == ["assign", "priority"]


def test_a_mail_of_commands_alone_leaves_no_text() -> None:
    assert commands("#close\n\n#mine").text_without == ""


def test_a_mail_without_commands_is_its_text() -> None:
    found = commands("Hello Max,\r\n\r\nit works.")
    assert found == Commands((), "Hello Max,\n\nit works.")


def test_words_behind_note_belong_to_the_note() -> None:
    found = commands("#note call him back\nHe is angry.")
    assert found.text_without == "call him back\nHe is angry."
    assert found.find("note") is not None
    assert found.find("close") is None


def test_words_behind_note_may_name_other_commands() -> None:
    assert [item.name for item in commands("#note never #close this one").items] == ["note"]


@pytest.mark.parametrize(
    "text",
    [
        "#1042 is done\nBye",
        "Hello\n# of items: 3\nBye",
        "Hello\n#1042\nBye",
        "# of items\nBye",
        "Please write #close there",
        "Hello\n#hashtag\nBye",
        "Hello\n#close it when you can\nBye",
        "> #close\nThat was quoted",
        "That was quoted\n> #note",
        "#!/bin/sh\nrm",
        "C#\nis a language",
        "Costs: # 3",
    ],
)
def test_other_lines_with_the_sign_are_text(text: str) -> None:
    assert commands(text) == Commands((), text)


def test_commands_count_above_a_quote_at_the_very_end() -> None:
    found = commands("Hello\n\n#mine\n\n> the customer's words\n> more")
    assert [item.name for item in found.items] == ["mine"]
    assert found.text_without == "Hello\n> the customer's words\n> more"


@pytest.mark.parametrize(
    ("text", "line", "what", "suggestion"),
    [
        ("#clsoe\nhi", "#clsoe", 'There is no command "#clsoe".', 'Did you mean "#close"?'),
        ("hi\n#xyzzy", "#xyzzy", 'There is no command "#xyzzy".', '"#help" lists the commands.'),
        ("#close please\nhi", "#close please", 'takes nothing behind it, but "please"', '"#close"'),
        ("#merge that one", "#merge that one", "needs the number of a ticket", '"#merge 1042"'),
        ("#merge", "#merge", "needs the number of a ticket", '"#merge 1042"'),
        ("#assign", "#assign", "needs a word", '"#assign Anna"'),
        ("#tag", "#tag", "needs a tag", '"#tag invoice"'),
        ("#priority highest", "#priority highest", "is not a priority", '"#priority high"'),
        ("#cc Max", "#cc Max", "needs e-mail addresses", '"#cc max@example.com"'),
        ("#cc max@localhost", "#cc max@localhost", "is not an e-mail address", "#cc"),
        ("#cc a@x.org\u2028b@x.org@y", "#cc a@x.org\u2028b@x.org@y", "is not an e-mail address", "#cc"),
        ("#requester a@x.org b@x.org", "#requester a@x.org b@x.org", "needs one e-mail address", "#requester"),
        ("#promise", "#promise", "needs a time", "#promise"),
        ("#promise soon", "#promise soon", '"soon" is not a time', "#promise"),
        ("#promise Sunday", "#promise Sunday", "The desk is closed on 2026-11-22", "#promise"),
        ("#pause until Monday", "#pause until Monday", "needs a time and a reason", "because"),
        ("#pause because of rain", "#pause because of rain", "needs a time and a reason", "because"),
        ("#remind", "#remind", "needs a time", "#remind"),
        ("#language klingon", "#language klingon", "is not a language", "#language de"),
        ("#digest whenever", "#digest whenever", "is not a time of day", "#digest 9:00"),
        ("#new for Max", "#new for Max", "needs one e-mail address", "#new for"),
        ("#person likes phones", "#person likes phones", 'cannot "likes"', "#person note"),
        ("hi\n#close\n#promise tomorrow 10:00", "#promise", "contradict each other", "Keep the one"),
        ("#mine\n#assign Bob\nhi", "#assign", "contradict each other", "Keep the one"),
        ("#priority low\n#priority high\nhi", "#priority", "stands here twice", "Keep the one"),
        ("Hi Max,\n\n#note\nhe is a pain", "#note", "in the middle of the text", "very top or the very end"),
        ("#mine\nHi Max,\n#Close.\nBye", "#Close.", "in the middle of the text", "very top or the very end"),
        ("# note\nhe is a pain", "# note", "has a space in it", '"#note"'),
    ],
)
def test_a_mistake_stops_everything_and_names_line_fault_and_remedy(
    text: str, line: str, what: str, suggestion: str
) -> None:
    found = mistake(text)
    assert found.line == line
    assert what in found.what
    assert suggestion in found.suggestion


def test_one_mistake_stops_the_commands_that_are_right() -> None:
    assert isinstance(parse("#close\n#clsoe\nhi"), Mistake)
    assert isinstance(parse("#close\nhi\n#clsoe"), Mistake)


def test_the_same_command_said_twice_is_said_once() -> None:
    assert commands("#close\nhi\n#close").items == (Command("close"),)


def test_commands_that_add_up_may_stand_several_times() -> None:
    assert len(commands("#tag a\n#tag b\n#cc a@x.org\n#cc b@x.org").items) == 4


def test_more_commands_than_anybody_means_are_a_mistake_and_are_not_compared() -> None:
    assert len(commands("\n".join(f"#tag {number}" for number in range(MOST_COMMANDS))).items) == MOST_COMMANDS
    assert "50000 commands" in mistake("\n".join(f"#tag {number}" for number in range(50_000))).what


def test_a_paragraph_is_no_command_however_it_begins() -> None:
    paragraph = "#close " + "and so on " * 200
    assert commands(paragraph + "\nhi").items == ()
