"""What the program says to the team, in the language of each."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import maildesk.desk
from maildesk.desk.commands.command_words import SPECS
from maildesk.desk.commands.commands import Commands, Mistake, parse_commands
from maildesk.desk.commands.when import read_when
from maildesk.desk.judging.answering import Asked, may_we_answer
from maildesk.desk.senders.trust import judge_sender
from maildesk.intake.oversize import left_out
from maildesk.mail.parsing import parse
from maildesk.replies.sentences import compiled, translated
from maildesk.replies.templates import Templates
from tests.unit.desk.making_facts import DESK, NOW

DESK_CODE = Path(maildesk.desk.__file__).parent
OTHERS = ("de", "es", "fr", "ru")
WRONG = (
    "#clos", "#xyzzy", "Yes.\n#close\nNo.", "Yes.\n# close", "Yes. #close", "#close\n#wait",
    "#priority low\n#priority high", "#promise", "#pause", "#close now", "#assign", "#cc", "#priority mega",
    "#promise soonish", "#promise 1 May 2020", "#digest 99", "#promise 3/4/2027 10:00", "#promise in 900 days",
)  # fmt: skip


def in_(language: str, said: str) -> object:
    return translated(said, Templates().words(language).sentences)


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("text", WRONG)
def test_every_mistake_in_a_command_is_named_in_the_agents_language(language: str, text: str) -> None:
    found = parse_commands(f"{text}", NOW, DESK.service)
    assert isinstance(found, Mistake)
    assert in_(language, found.what) != found.what
    assert in_(language, found.suggestion) != found.suggestion


@pytest.mark.parametrize("language", OTHERS)
def test_why_a_customer_gets_no_automatic_mail_is_said_in_the_agents_language(language: str) -> None:
    for asked in (Asked("noreply@a.example"), Asked("a@a.example", null_sender=True), Asked("a@a.example", robot=True)):
        reason = may_we_answer(asked).reason
        assert in_(language, reason) != reason


@pytest.mark.parametrize("language", OTHERS)
def test_what_was_left_out_is_named_whole(language: str) -> None:
    said = in_(language, left_out(9_000_000, 5_000_000, b'name="a.pdf"', ["b.pdf", "c.pdf"]))
    assert all(each in str(said) for each in ("9.0 MB", "5.0 MB", ": a.pdf.", ": b.pdf, c.pdf."))
    assert "Missing" not in str(said)


@pytest.mark.parametrize("language", OTHERS)
def test_a_time_that_is_none_comes_back_with_examples_in_the_agents_language_that_can_be_read(language: str) -> None:
    found = parse_commands("#promise soonish", NOW, DESK.service)
    assert isinstance(found, Mistake)
    said = str(in_(language, found.what)).partition("soonish")[2][1:]
    examples = [each.strip() for each in re.findall("[„«]([^“»]*)[“»]", said)]
    assert len(examples) == 3
    assert [read_when(each, NOW, DESK.service, limit=True) > NOW for each in examples] == [True] * 3
    assert "tomorrow" not in said


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("command", ["promise", "wait", "pause", "remind", "away"])
def test_what_would_be_right_is_shown_as_it_can_be_sent(language: str, command: str) -> None:
    english = f'Write it like "{SPECS[command].usage}".'
    said = str(in_(language, english))
    assert said != english
    usage = said[said.index("#") :].rstrip(".“»\u00a0")
    found = parse_commands(usage, NOW, DESK.service)
    assert isinstance(found, Commands)
    assert found.items[0].when is not None


def test_every_language_says_the_same_sentences() -> None:
    known = [{english.pattern for english, _ in Templates().words(each).sentences} for each in OTHERS]
    assert all(each == known[0] for each in known)


def test_a_sentence_that_is_not_listed_stays_and_braces_are_letters() -> None:
    table = compiled({"Look at {}.": "Sieh {} an {0.x}."})
    assert translated(("Look at {this}.", "Look away."), table) == ("Sieh {this} an {0.x}.", "Look away.")


def test_a_translation_that_loses_what_changes_is_refused() -> None:
    with pytest.raises(ValueError, match="as many"):
        compiled({"Look at {}.": "Sieh hin."})


@pytest.mark.parametrize("language", ["en", *OTHERS])
def test_help_shows_commands_that_can_be_sent_as_they_stand(language: str) -> None:
    for name in ("agent/help", "agent/welcome"):
        listed = [each for each in Templates().find(language, name).compiled.text.splitlines() if each[:2] == "- "]
        shown = re.findall(r"`(#[^`]+)`", "\n".join(listed))
        assert len(shown) >= 10
        for command in shown:
            found = parse_commands(command, NOW, DESK.service)
            assert isinstance(found, Commands), command
            assert len(found.items) == 1


DESK_FOLDERS = ("answers", "arrivals", "commands", "orders")
COMPOSED = "composed of sentences that are listed one by one"
NOT_ALONE = {
    '{} "{}".': COMPOSED, '{} called "{}".': COMPOSED, "It is kept as a note of the ticket. ": COMPOSED,
    '"{}" takes nothing behind it, but "{}" stands there.': "the command has its # with it, and is listed so",
}  # fmt: skip


def _shape(node: ast.expr) -> str | None:
    """A literal sentence, with {} for what changes."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(each.value) if isinstance(each, ast.Constant) else "{}" for each in node.values)
    return None


def _said_to_agents() -> set[str]:
    """What and remedy of every ``Fault``, and what is called ``what`` or ``remedy`` on the way to one."""
    found: set[str | None] = set()
    for file in sorted(each for folder in DESK_FOLDERS for each in (DESK_CODE / folder).glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Fault":
                parts = [*node.args[:1], *node.args[2:], *(each.value for each in node.keywords if each.arg != "line")]
            elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in ("what", "remedy", "mistake"):
                parts = [node.value]
            else:
                continue
            choices = [(each.body, each.orelse) if isinstance(each, ast.IfExp) else (each,) for each in parts]
            found |= {_shape(each) for group in choices for each in group}
    whole = {each for each in found if each and each.endswith(".")}
    return {each for each in whole if not each.startswith("{}") or each.count("{}") < 2} - NOT_ALONE.keys()


@pytest.mark.parametrize("language", OTHERS)
def test_whatever_comes_back_is_said_in_the_agents_language(language: str) -> None:
    said = {each.replace("{}", "x9") for each in _said_to_agents()}
    assert len(said) > 60
    assert sorted(each for each in said if in_(language, each) == each) == []


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("known", [False, True])
def test_why_a_sender_is_not_believed_is_said_in_the_agents_language(language: str, known: bool) -> None:
    head = b"From: Max <max@kunde.example>\nSubject: x\n"
    failed = b"Authentication-Results: mx.example; dmarc=fail header.from=kunde.example\n"
    none = b"Authentication-Results: mx.example; spf=none\n"
    for mail, server in ((head, "mx.example"), (head, ""), (failed + head, "mx.example"), (none + head, "mx.example")):
        reason = judge_sender(parse(mail + b"\nHello\n"), server, participant=known).reason
        assert in_(language, reason) != reason, reason
