"""What a template may hold, and that values stay data."""

from __future__ import annotations

import itertools
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2.exceptions import SecurityError

from maildesk.replies import sandbox
from maildesk.replies.markup import Block, convert
from maildesk.replies.sandbox import TemplateFault, compile_source, read_source


def compiled(body: str) -> sandbox.Compiled:
    return compile_source(read_source(f"---\nsubject: Hello\n---\n{body}", needs_subject=True))


@pytest.mark.parametrize(
    ("body", "line", "words"),
    [
        ("{{ promsie }}", 4, "did you mean promise"),
        ("{{ openz }}", 4, "did you mean opens_at"),  # and not is_open
        ("a\n\n{{ nonsense_xyz }}", 6, "docs/templates.md"),
        ("{{ customer_name.__class__ }}", 4, "nothing called"),
        ("{{ ''.__class__ }}", 4, "nothing called"),
        ("{{ customer_name() }}", 4, "call"),
        ("{{ 9**99999999 }}", 4, "Only placeholders"),
        ("{{ 'a'*999999999 }}", 4, "Only placeholders"),
        ("{{ number + 1 }}", 4, "Only placeholders"),
        ("{% set x = 1 %}", 4, "Only placeholders"),
        ("{% macro f() %}{% endmacro %}", 4, "Only placeholders"),
        ("{% include 'x' %}", 4, "Only placeholders"),
        ("{% import 'os' as os %}", 4, "Only placeholders"),
        ("{% extends 'x' %}", 4, "Only placeholders"),
        ("{{ customer_name|attr('x') }}", 4, "no filter attr"),
        ("{{ customer_name[0] }}", 4, "Only placeholders"),
        ("{% for a in lines %}{{ a.subject }}{{ a.evil }}{% endfor %}", 4, "nothing called .evil"),
        ("{% if promise %}\nx", 5, "cannot be read"),
        ("x\n{{ promise", 5, "cannot be read"),
        ("x {{ body }} y", 4, "stands alone"),
        ("`{{ line }}`", 4, "backslashes"),
        (
            "{% for a in lines %}{% for b in lines %}{% for c in lines %}{% endfor %}{% endfor %}{% endfor %}",
            4,
            "two loops",
        ),
        ("{{ range(9) }}", 4, "call"),
        ("{{ self }}", 4, "no placeholder self"),
    ],
)
def test_what_is_not_allowed_is_named_with_its_line(body: str, line: int, words: str) -> None:
    with pytest.raises(TemplateFault) as caught:
        compiled(body)
    assert (caught.value.line, words in caught.value.sentence) == (line, True), caught.value.sentence


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("no front matter", "Begin the file"),
        ("---\nsubject: x\n", "not closed"),
        ("---\nsubject:\n---\n", "subject is missing"),
        ("---\ntitle: x\n---\n", "Only"),
        ("x" * 70_000, "64 KB"),
    ],
)
def test_a_file_without_proper_front_matter_is_refused(text: str, words: str) -> None:
    with pytest.raises(TemplateFault, match=words):
        read_source(text, needs_subject=True)


def test_arithmetic_is_refused_by_the_sandbox_too() -> None:
    template = sandbox._BODIES.from_string("{{ 9 ** number }}")
    with pytest.raises(TemplateFault, match="do not calculate"):
        sandbox.run(template, {"number": 99_999_999})
    with pytest.raises(SecurityError):
        sandbox._BODIES.call_binop(None, "*", "a", 10**9)


def test_output_without_end_is_cut_off() -> None:
    template = compiled("{% for a in lines %}{% for b in lines %}{{ a }}{% endfor %}{% endfor %}")
    with pytest.raises(TemplateFault, match="without end"):
        sandbox.run(template.body, {"lines": ("x" * 100,) * 100})


def test_work_without_end_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    worked = itertools.count(0.0, sandbox.MOST_SECONDS)  # each piece takes all the time that there is
    monkeypatch.setattr(time, "thread_time", lambda: next(worked))
    with pytest.raises(TemplateFault, match="without end"):
        sandbox.run(compiled("{% for a in lines %}{{ a }}{% endfor %}").body, {"lines": ("x", "y")})


def test_a_busy_machine_is_no_mistake_of_the_template(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = itertools.count(0.0, 3600.0)  # an hour passes between two looks, and this thread works none of it
    for name in ("time", "monotonic", "perf_counter", "process_time"):
        monkeypatch.setattr(time, name, lambda: next(clock))
    body = compiled("{% for a in lines %}{{ a }}{% endfor %}").body
    assert sandbox.run(body, {"lines": ("x", "y")}).strip() == "xy"


def test_a_placeholder_that_was_not_given_is_a_fault_and_no_hole() -> None:
    with pytest.raises(TemplateFault, match="cannot be filled in"):
        sandbox.run(compiled("{{ promise }}").body, {})


def test_a_fallback_prints_and_counts_as_false() -> None:
    template = compiled("{% if reason %}yes{% else %}no{% endif %} {{ reason }}")
    assert sandbox.run(template.body, {"reason": sandbox.Missing("the fallback")}).strip() == "no the fallback"


def test_a_missing_number_compares_as_nothing() -> None:
    template = compiled("{% if round <= 1 %}first{% endif %} {{ round }}")
    assert sandbox.run(template.body, {"round": sandbox.MissingNumber("some")}).strip() == "first some"


NASTY = [
    "*bold*", "_x_", "**b**", "`code`", "[x](http://evil.example)", "<b>x</b>", "<script>alert(1)</script>", "# H",
    "- item", "1. item", "> quote", "    code", "&amp;", "&lt;b&gt;", "http://evil.example", "<http://evil.example>",
    "a\\", "![x](http://evil.example/x.png)", "---", "===", "~~~", "{{ promise }}", "{% raw %}", "| a | b |",
    "[x]: http://evil.example", "\\*", "*", "a_b_c",
]  # fmt: skip


@pytest.mark.parametrize("nasty", NASTY)
def test_a_value_stays_what_was_typed(nasty: str) -> None:
    typed = sandbox.one_line(nasty)
    source = sandbox.run(compiled("{{ customer_name }} wrote {{ customer_name }}.").body, {"customer_name": typed})
    text, markup = convert(source, {})
    assert " ".join(text.split()) == f"{typed} wrote {typed}."
    assert markup.count("<") == 2  # <p> and </p>


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=80))
def test_no_value_becomes_markup(value: str) -> None:
    said = sandbox.one_line(value)
    source = sandbox.run(compiled("Start {{ customer_name }} end").body, {"customer_name": said})
    text, markup = convert(source, {})
    assert text.strip().replace("\n", " ") == " ".join(f"Start {said} end".split())
    assert markup.count("<") == 2  # <p> and </p>


@settings(deadline=None, max_examples=400)
@given(st.text(st.sampled_from("ab1 .)-+*_=~#>`[]()<>!&;:|\\/x"), max_size=12))
def test_no_value_becomes_markup_where_a_line_begins(value: str) -> None:
    said = sandbox.one_line(value)
    source = sandbox.run(compiled("{{ customer_name }}\n\n- {{ customer_name }}\n").body, {"customer_name": said})
    text, markup = convert(source, {})
    typed = " ".join(said.split())
    lines = [line.strip() for line in text.split("\n") if line.strip(" -")]
    assert not typed.strip("- ") or lines == [typed, f"- {typed}"]
    assert markup.count("<") == (6 if typed else 4)


@settings(deadline=None, max_examples=60)
@given(st.text())
def test_one_line_is_one_line_without_control_characters(value: str) -> None:
    said = sandbox.one_line(value)
    assert len(said) <= 300
    assert len(said.splitlines()) <= 1
    assert not set(said) & set(sandbox.BLOCK_CHARS.values())


def test_a_value_cannot_pose_as_a_block() -> None:
    char = sandbox.BLOCK_CHARS["body"]
    assert sandbox.one_line(f"a{char}b") == "a b"
    text, _ = convert(f"x\n\n{char}\n", {char: Block("inside", "<p>inside</p>")})
    assert text == "x\n\ninside\n"
