"""What ``templates check`` finds beyond plain mistakes: each kind once, with its file and line, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from maildesk.replies.checking import review, root_of
from maildesk.replies.findings import Finding, Level
from maildesk.replies.plain_words import PlainFault, read_plain_words
from maildesk.replies.templates import Templates
from tests.unit.replies.samples import DESK, write

HEAD = "---\nsubject: Hello\n---\n{{ greeting }}\n\n"
GOOD = HEAD + "We have your mail. {{ promise_line }}\n\n{{ footer }}\n"
TWENTY_ONE = "We " + "really " * 19 + "do.\n"


def found(folder: Path, path: Path) -> list[Finding]:
    """The findings in one file of the admin's; the built-in set is judged by a test of its own."""
    return review(Templates(folder), (DESK.address,), only=path)


@pytest.mark.parametrize(
    ("name", "content", "code", "line"),
    [
        ("en/closed.md", HEAD + TWENTY_ONE, "long-sentence", 6),
        (
            "en/closed.md",
            HEAD + "{% if late %}\nFine.\n{% else %}\n" + TWENTY_ONE + "{% endif %}\n",
            "long-sentence",
            9,
        ),
        ("en/closed.md", HEAD + "This is incomprehensibilities.\n", "long-word", 6),
        ("en/closed.md", HEAD + "Fine.\n\nPlease utilise the form.\n", "heavy-word", 8),
        ("en/closed.md", HEAD + "Your mail was forwarded.\n", "passive", 6),
        ("de/closed.md", HEAD + "Ihre Mail wird bald gelesen.\n", "passive", 6),
        ("de/closed.md", HEAD + "Wir schreiben dir.\n", "address", 6),
        ("ru/closed.md", HEAD + "Мы ждём вас.\n", "address", 6),
        ("ru/informal/closed.md", HEAD + "Мы ждём Вас.\n", "address", 6),
        ("ru/closed.md", HEAD + "Письмо было передано.\n", "passive", 6),
        ("ru/closed.md", HEAD + "Напишем в ближайшее время.\n", "heavy-word", 6),
        ("ru/agent/bundle.md", HEAD + "{% if tickets %}{% endif %}\nЗдесь {{ count }} письмо.\n", "plural", 7),
        ("en/closed.md", HEAD + "Great!!!\n", "shouting", 6),
        ("en/closed.md", HEAD + "This is IMPORTANT for you.\n", "shouting", 6),
        ("en/closed.md", HEAD + "See [here](https://elsewhere.example/x).\n", "link", 6),
        ("en/closed.md", HEAD + "See [here]().\n", "link", 6),
        ("en/closed.md", HEAD + "See [here](help.html).\n", "link", 6),
        ("en/closed.md", HEAD + "Write to <mailto:us@elsewhere.example>.\n", "link", 6),
        ("en/closed.md", HEAD + "See www.elsewhere.example for more.\n", "link", 6),
        ("en/closing-soon.md", HEAD + "We close your question.\n", "unused", 1),
        ("en/on-hold.md", HEAD + "It rests {{ until }}. {{ promise_line }}\n", "unused", 1),
        ("en/closed.md", "---\nsubject: " + "Your question " * 5 + "\n---\nIt is closed.\n", "long-subject", 2),
        ("en/received.md", HEAD + "One. Two. Three. {{ promise_line }}\n", "promise-late", 1),
        ("en/received.md", GOOD + "It is so. " * 45, "long-mail", 1),
        ("en/agent/digest.md", HEAD + "{% if tickets %}{% endif %}\nThere are {{ count }} mails.\n", "plural", 7),
        ("en/closed.md", HEAD + "Administrative departments accommodate applications. " * 6, "hard-to-read", 6),
        ("en/closed.md", HEAD + "<b>Closed.</b>\n", "html", 6),
        ("en/closed.md", HEAD + "{{ 7 * 7 }}\n", "code", 6),
        ("en/closed.md", HEAD + "{{ nobody }}\n", "placeholder", 6),
        ("en/closed.md", HEAD + "{{ panel }}\n", "inside", 6),
        ("en/closed.md", HEAD + "You wrote:\n\n{{ body }}\n", "echo", 8),
        ("en/received.md", HEAD + "You wrote about {{ subject }}. {{ promise_line }}\n", "echo", 6),
        ("en/parts/footer.md", "Regards\n\nPlease utilise the form.\n", "heavy-word", 3),
        ("en/parts/footer.md", "{% if number > 1 %}{% endif %}{{ number.x }}\n", "placeholder", 1),
        (f"desks/{DESK.address}/en/closed.md", HEAD + "Great!!!\n", "shouting", 6),
        ("en/words.toml", '[fallbacks]\nnobody = "x"\n', "placeholder", 2),
        ("en/words.toml", '[fallbacks]\npromise = ""\n', "fallback", 2),
        ("en/plain.toml", "longest_word = 'x'\n", "words", 1),
        ("en/plain.toml", "passive = ['(']\n", "words", 1),
        ("en/plain.toml", "instaed = 1\n", "words", 1),
    ],
)
def test_each_kind_of_mistake_is_found_where_it_stands(
    tmp_path: Path, name: str, content: str, code: str, line: int
) -> None:
    path = write(tmp_path, name, content)
    every = found(tmp_path, path)
    mine = [each for each in every if each.code == code]
    assert [each.line for each in mine] == [line], every
    assert mine[0].level is Level.ERROR or mine[0].why


@pytest.mark.parametrize(
    "content",
    [
        GOOD,
        GOOD + "Write to [us](https://help.example.com/start) or mailto.\n",
        GOOD + "{% if late %}\nIt took a while. Sorry.\n{% endif %}\n",
        GOOD + "- one thing\n- another thing\n",
        HEAD + "We have your mail, Ben e.g. knows it. {{ promise_line }}\n",
        HEAD + "It is closed. We are pleased. {{ promise_line }}\n",
    ],
)
def test_good_templates_have_no_finding(tmp_path: Path, content: str) -> None:
    assert found(tmp_path, write(tmp_path, "en/received.md", content)) == []


def test_the_builtin_set_has_no_finding() -> None:
    assert review(Templates()) == []


def test_plurals_with_the_filter_are_right(tmp_path: Path) -> None:
    text = HEAD + '{% if tickets %}{% endif %}\nThere {{ count | plural("mail", "mails") }}.\n'
    assert found(tmp_path, write(tmp_path, "en/agent/digest.md", text)) == []


def test_an_admins_words_join_the_list_and_change_it(tmp_path: Path) -> None:
    path = write(tmp_path, "en/received.md", GOOD + "Our wizards look at it. We utilise them.\n")
    write(tmp_path, "en/plain.toml", '[instead]\n"wizard*" = "people"\n"utilise*" = "need"\n')
    said = {each.sentence: each.better for each in found(tmp_path, path)}
    assert said == {
        '"wizards" is heavy: write "people".': "people",
        '"utilise" is heavy: write "need".': "need",
    }


def test_one_file_alone_is_looked_at(tmp_path: Path) -> None:
    write(tmp_path, "en/closed.md", HEAD + "Great!!!\n")
    path = write(tmp_path, "en/received.md", GOOD + TWENTY_ONE)
    assert root_of(path) == tmp_path
    assert {each.file for each in review(Templates(tmp_path), only=path)} == {path}
    own = write(tmp_path, f"desks/{DESK.address}/de/closed.md", HEAD + "x\n")
    assert root_of(own) == tmp_path


def test_words_that_cannot_be_read_are_named_with_their_line(tmp_path: Path) -> None:
    write(tmp_path, "plain.toml", 'longest_word = 3\n[instead]\n"a" = 1\n')
    with pytest.raises(PlainFault) as fault:
        read_plain_words([tmp_path])
    assert (fault.value.line, fault.value.file.name) == (2, "plain.toml")


def test_what_agents_read_is_not_judged_by_the_informal_address(tmp_path: Path) -> None:
    path = write(tmp_path, "ru/agent/returned.md", HEAD + "Это Вы видели? {{ mistake }}\n")
    assert not found(tmp_path, path)


def test_the_root_of_an_informal_file_lies_above_its_language(tmp_path: Path) -> None:
    write(tmp_path, "ru/informal/words.toml", "")
    assert root_of(write(tmp_path, "ru/informal/closed.md", GOOD)) == tmp_path
